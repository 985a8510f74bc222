"""The one compile decorator, and the cache keyed by the sources that a kernel can depend on.

numba's disk cache looks only at the file that holds a function: a constant edited in
another file would leave old machine code in use. So a kernel is kept in a folder named after
a hash of its own file and of every file of the package that this one imports, directly or
not, with the versions of numba and Python and the name of the processor. A copy of the same
sources elsewhere finds the same folder.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import os
import re
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
import numpy as np
from numba.core import caching
from numba.extending import overload
from numba.np import linalg

from keepout import linking

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = Path(__file__).resolve().parent
KERNEL_FOLDERS = (
    "records", "earth", "flight", "sensing", "intercept", "battle", "effects", "engine",
)  # fmt: skip
KEPT_FOLDERS = 1500
"""Folders of compiled files that are kept; a version of the package has about a hundred."""

IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+((?:{PACKAGE.name}|\.)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)"
    rf"|import[ \t]+({PACKAGE.name}[\w.]*))",
    re.MULTILINE,
)


def source_hash() -> str:
    """SHA-256 over every source that some kernel can depend on, in path order (hex)."""
    digest = hashlib.sha256()
    paths = [PACKAGE / name for name in ("kernel.py", "linking.py", "elementary.py")]
    for folder in KERNEL_FOLDERS:
        paths += sorted((PACKAGE / folder).rglob("*.py"))
    for path in paths:
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _file_of(dotted: str) -> Path | None:
    """The file of a module of this package, None for a name that is none."""
    place = PACKAGE.parent.joinpath(*dotted.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            return path
    return None


def _absolute(base: str, path: Path) -> str:
    """Name of a module as a file of this package writes it, without leading dots."""
    name = base.lstrip(".")
    if name == base:
        return base
    here = path.parents[len(base) - len(name) - 1].relative_to(PACKAGE.parent).parts
    return ".".join((*here, name)).rstrip(".")


def _imported(path: Path, text: str) -> Iterator[Path]:
    """Files of this package that a source imports from."""
    for written, names, plain in IMPORT.findall(text):
        base = _absolute(written, path)
        listed = re.sub(r"#[^\n]*", "", names).strip("() \t\n")
        found = [
            _file_of(f"{base}.{name.split()[0]}") for name in listed.split(",") if name.strip()
        ]
        if not base or None in found:
            found.append(_file_of(base or plain))
        yield from (path for path in found if path is not None)


@functools.cache
def _read(path: Path) -> tuple[bytes, tuple[Path, ...]]:
    """Hash of a source, and the files of this package that it imports from."""
    held = path.read_bytes()
    return hashlib.sha256(held).digest(), tuple(dict.fromkeys(_imported(path, held.decode())))


def sources_of(path: Path) -> list[Path]:
    """A file and every file of this package that it imports, directly or not, in path order."""
    found: set[Path] = set()
    ahead = [path, PACKAGE / "kernel.py"]
    while ahead:
        this = ahead.pop()
        if this not in found:
            found.add(this)
            ahead += _read(this)[1]
    return sorted(found)


def cache_root() -> Path:
    """The folder below which compiled kernels are kept (``KEEPOUT_CACHE`` moves it)."""
    named = os.environ.get("KEEPOUT_CACHE")
    if named:
        return Path(named) / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "keepout" / "kernels"


@functools.cache
def _machine() -> bytes:
    cpu = os.environ.get("NUMBA_CPU_NAME") or llvmlite.binding.get_host_cpu_name()
    return f"{numba.__version__} {sys.version_info[:2]} {cpu}".encode()


@functools.cache
def cache_folder(path: Path) -> Path:
    """Where the compiled kernels of a source file are kept."""
    digest = hashlib.sha256(_machine())
    for source in sources_of(path):
        digest.update(source.relative_to(PACKAGE).as_posix().encode() + b"\0" + _read(source)[0])
    name = "-".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return cache_root() / f"{name}-{digest.hexdigest()[:16]}"


class BySources:
    """numba's question where a function is kept, answered by what its file can depend on."""

    def __init__(self, function: Callable[..., Any], path: Path) -> None:
        self._py_file = str(path)  # numba names it in warnings
        self._function = function
        self._folder = cache_folder(path)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> BySources | None:
        """The answer for one function; None for one that is not of this package."""
        path = Path(file).resolve()
        if not path.is_relative_to(PACKAGE):
            return None
        found = cls(function, path)
        found.ensure_cache_path()
        return found

    def ensure_cache_path(self) -> None:
        """Make the folder; OSError where that cannot be."""
        _make(self._folder)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """What is kept is of no use under another stamp; the folder's name says it already."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """What tells functions of one name in a file apart."""
        return str(self._function.__code__.co_firstlineno)


class KeptFiles(caching.IndexDataCacheFile):  # type: ignore[misc]
    """The files of one function: safe where several copies of the package write them at once.

    An index can name types of a module that this copy does not have: it is then as good as none.
    Data files have names of their own, for numba counts them, and two writers would take one.
    A file that cannot be read (cut short when the power went) is compiled again; what cannot be
    written (a full disk) is not kept.
    """

    def save(self, key: Any, data: Any) -> None:
        """Keep one function, if there is room."""
        with contextlib.suppress(OSError):
            super().save(key, data)

    def _load_data(self, name: str) -> Any:
        try:
            return super()._load_data(name)
        except Exception as why:  # pickle may raise anything
            raise OSError(f"{name}: {why}") from why  # which numba takes for a missing file

    def _load_index(self) -> dict[Any, str]:
        try:
            return super()._load_index()  # type: ignore[no-any-return]
        except Exception:  # pickle may raise anything
            return {}

    def _data_name(self, number: int) -> str:
        return f"{self._index_name}.{uuid.uuid4().hex[:16]}.nbc"


@functools.cache
def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)


def prune(root: Path) -> None:
    """Let the folders go that were used longest ago."""
    try:
        found = sorted(root.iterdir(), key=lambda path: path.stat().st_mtime)
    except OSError:
        return
    for old in found[:-KEPT_FOLDERS]:
        shutil.rmtree(old, ignore_errors=True)


prune(cache_root())


def is_compiled(name: str, file: str) -> bool:
    """Whether a kernel of a file of this package (such as ``engine/trial.py``) is in the cache."""
    return any(cache_folder(PACKAGE / file).glob(f"*{name}*.nbi"))


def kept_functions() -> int:
    """How many compiled functions of these sources the cache holds."""
    paths = [PACKAGE / "elementary.py"]
    for folder in KERNEL_FOLDERS:
        paths += (PACKAGE / folder).rglob("*.py")
    return sum(1 for path in paths for _ in cache_folder(path).glob("*.nbc"))


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


OPTIONS = {
    "nopython": True,
    "nogil": True,
    "no_cfunc_wrapper": True,
    "error_model": "numpy",
    "fastmath": False,
}


def _compiled(function: F, **options: Any) -> F:
    """``function`` compiled by numba and kept by its sources, where a folder can be written."""
    if numba.config.DISABLE_JIT:
        return function
    try:
        _make(cache_folder(Path(function.__code__.co_filename).resolve()))
        cache = True
    except (OSError, ValueError):  # a read-only home, or no file of this package
        cache = False
    kept = numba.config.CACHE_LOCATOR_CLASSES, caching.IndexDataCacheFile
    numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.{BySources.__name__}"
    caching.IndexDataCacheFile = KeptFiles
    try:
        made = linking.Kernel(function, targetoptions=OPTIONS | options)
        if cache:
            made.enable_caching()
        return made
    finally:
        numba.config.CACHE_LOCATOR_CLASSES, caching.IndexDataCacheFile = kept


def kernel(function: F) -> F:
    """Compile ``function`` with numba: nogil, cached, IEEE division, fastmath off."""
    return _compiled(function, _nrt=True)


def part(function: F) -> F:
    """As ``kernel``: the name says that only kernels call it.

    It takes a whole Case, and a door for Python, which unpacks that, costs one to three seconds
    of compilation. No function has one before Python calls it (``linking``).
    """
    return kernel(function)


def lean(function: F) -> F:
    """As ``kernel``, without counting references, for what the trial loop calls.

    A Case and its Scratch are some sixty arrays. Counting a reference to each on the way in
    and out of every function, in memory that all threads share, took ten times as long as what
    the loop itself does. Such a function may not allocate; its callers keep its arrays alive.
    """
    return _compiled(function, _nrt=False)


def hot(function: F) -> F:
    """As ``lean``: the name says that only kernels call it, a piece of the trial loop."""
    return lean(function)


def inlined(function: F) -> F:
    """As ``hot``, and always inlined: a piece that takes the Case.

    Handing on sixty arrays by value is three hundred words a call, more than what most of these
    functions do. Called from one place each, if they are long.
    """
    return _compiled(function, _nrt=False, forceinline=True)


def one_row(dtype: np.dtype[np.void]) -> Any:
    """(1,) rows of a record type, zero: a record of its own inside a kernel.

    Without compilation a plain array of records would give rows without attributes.
    """
    return np.zeros(1, dtype).view(np.recarray)


@overload(one_row)  # type: ignore[untyped-decorator]
def _one_row(dtype: Any) -> Any:
    def compiled(dtype: Any) -> Any:
        return np.zeros(1, dtype)

    return compiled


def by_room(field: str, roomy: Any) -> Callable[[Any], Any]:
    """Another piece of an engine, ``roomy``, under the same name for a first record with a field.

    Which it is, is settled when the caller is compiled, so that the other is not compiled with it.
    """

    def named(plain: Any) -> Any:
        @functools.wraps(getattr(plain, "py_func", plain))
        def choice(record: Any, *others: Any) -> Any:
            return (roomy if field in record.dtype.names else plain)(record, *others)

        @overload(choice, strict=False, jit_options=OPTIONS | {"_nrt": False})  # type: ignore[untyped-decorator]
        def _choice(record: Any, *others: Any) -> Any:
            if field in record.fields:
                return lambda record, *others: roomy(record, *others)
            return lambda record, *others: plain(record, *others)

        return choice

    return named
