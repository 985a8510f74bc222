"""The one compile decorator, and the cache keyed by the hash of all kernel sources.

numba's disk cache looks only at the file that holds a function: a constant edited in
another file would leave old machine code in use. So the cache folder is named after a
hash of every file that can hold a kernel or a constant a kernel reads, the versions of
numba and Python, and the name of the processor.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
from numba.np import linalg

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = Path(__file__).resolve().parent
KERNEL_FOLDERS = (
    "records", "earth", "flight", "sensing", "intercept", "battle", "effects", "engine",
)  # fmt: skip
KEPT_CACHES = 6


def source_hash() -> str:
    """SHA-256 over every source that a kernel can depend on, in path order (hex)."""
    digest = hashlib.sha256()
    paths = [PACKAGE / "kernel.py", PACKAGE / "elementary.py"]
    for folder in KERNEL_FOLDERS:
        paths += sorted((PACKAGE / folder).rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def cache_root() -> Path:
    """The folder below which compiled kernels are kept (``KEEPOUT_CACHE`` moves it)."""
    named = os.environ.get("KEEPOUT_CACHE")
    if named:
        return Path(named) / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "keepout" / "kernels"


def cache_key() -> str:
    """Name of the cache folder: sources, numba, Python and processor in one hash."""
    cpu = os.environ.get("NUMBA_CPU_NAME") or llvmlite.binding.get_host_cpu_name()
    text = f"{source_hash()} {numba.__version__} {sys.version_info[:2]} {cpu}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _use_cache() -> Path:
    """Point numba at this version's folder and let the oldest folders go."""
    folder = cache_root() / cache_key()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        others = sorted(cache_root().iterdir(), key=lambda path: path.stat().st_mtime)
        for old in others[:-KEPT_CACHES]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:  # a read-only home: numba then compiles in memory each time
        return folder
    numba.config.CACHE_DIR = str(folder)
    return folder


CACHE = _use_cache()


def _no_blas() -> None:
    raise ImportError("no kernel uses BLAS")


def _leave_scipy_out() -> None:
    """Keep numba from importing scipy.linalg for np.dot and the like, which no kernel uses.

    It would cost 0.4 s at the first kernel of every process.
    """
    kept = linalg.ensure_blas
    linalg.ensure_blas = _no_blas
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = kept


_leave_scipy_out()


OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "fastmath": False}
NO_DOOR = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: F) -> F:
    """Compile ``function`` with numba: nogil, cached, IEEE division, fastmath off."""
    return numba.njit(_nrt=True, **OPTIONS)(function)  # type: ignore[no-any-return]


def part(function: F) -> F:
    """Compile a piece of the engine that only kernels call.

    The same as ``kernel`` without the door for Python (calling it from Python crashes the
    interpreter): unpacking a whole Case costs one
    to three seconds of compilation a function.
    """
    return numba.njit(_nrt=True, **OPTIONS, **NO_DOOR)(function)  # type: ignore[no-any-return]


def lean(function: F) -> F:
    """As ``kernel``, without counting references, for what the trial loop calls.

    A Case and its Scratch are some sixty arrays. Counting a reference to each on the way in
    and out of every function, in memory that all threads share, took ten times as long as what
    the loop itself does. Such a function may not allocate; its callers keep its arrays alive.
    """
    return numba.njit(_nrt=False, **OPTIONS)(function)  # type: ignore[no-any-return]


def hot(function: F) -> F:
    """As ``lean``, without the door: a piece of the trial loop."""
    return numba.njit(_nrt=False, **OPTIONS, **NO_DOOR)(function)  # type: ignore[no-any-return]


def inlined(function: F) -> F:
    """As ``hot``, and always inlined: a piece that takes the Case.

    Handing on sixty arrays by value is three hundred words a call, more than what most of these
    functions do. Called from one place each, if they are long.
    """
    return numba.njit(  # type: ignore[no-any-return]
        _nrt=False, forceinline=True, **OPTIONS, **NO_DOOR
    )(function)
