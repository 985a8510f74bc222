"""Pieces become machine code inside the function that Python calls, and nowhere else."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numba
import pytest

from keepout.kernel import kernel, lean
from keepout.linking import Piece

pytestmark = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="about what is compiled")
SCRIPT = "from keepout.earth.gravity import free_fall; print(free_fall(7e6, 0.0, 0.0, 1.0, 2.0))"


def chain():
    """A function that calls another one, which nobody has compiled."""

    @lean
    def inside(x):
        return 3.0 * x

    @kernel
    def outside(x):
        return inside(x) + 1.0

    return inside, outside


def libraries(function) -> list[type]:
    return [type(made.library) for made in function.overloads.values()]


def test_what_only_kernels_call_has_no_machine_code():
    inside, outside = chain()
    assert outside(2.0) == 7.0
    assert libraries(inside) == [Piece]
    assert Piece not in libraries(outside)


def test_a_piece_gets_a_door_when_python_calls_it():
    inside, outside = chain()
    assert outside(2.0) == 7.0
    assert inside(2.0) == 6.0
    assert Piece not in libraries(inside)
    assert inside(2) == 6.0  # other types: compiled with a door at once
    assert outside(4.0) == 13.0


def test_what_has_a_door_can_be_called_by_kernels():
    inside, outside = chain()
    assert inside(2.0) == 6.0
    assert outside(2.0) == 7.0
    assert Piece not in libraries(inside)


def gravity(cache: Path, most_bytes: int = resource.RLIM_INFINITY) -> subprocess.Popen[str]:
    """A process that compiles a little; no file that it writes may be longer."""
    env = {**os.environ, "KEEPOUT_CACHE": str(cache)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT], env=env, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes)),
    )  # fmt: skip


def value(cache: Path, most_bytes: int = resource.RLIM_INFINITY) -> str:
    process = gravity(cache, most_bytes)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return said


def test_the_cache_holds_one_function_with_machine_code(tmp_path: Path):
    value(tmp_path)
    kinds = {}
    for path in tmp_path.rglob("*.nbc"):
        kinds[path.name.split("-")[0]] = pickle.loads(path.read_bytes())[0][1]
    assert [name for name, kind in kinds.items() if kind == "object"] == ["gravity.free_fall"]
    assert len(kinds) > 1  # and what it calls as a piece


def test_files_cut_short_are_compiled_again(tmp_path: Path):
    first = value(tmp_path)
    found = list(tmp_path.rglob("*.nb?"))
    assert found
    for path in found:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert value(tmp_path) == first


def test_what_cannot_be_written_is_not_kept(tmp_path: Path):
    whole = value(tmp_path / "whole")
    assert value(tmp_path / "full", most_bytes=1000) == whole
    assert not list((tmp_path / "full").rglob("*.nbc"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_compilation_that_is_killed_leaves_a_sound_cache(tmp_path: Path, how: signal.Signals):
    whole = value(tmp_path / "whole")
    process = gravity(tmp_path / "cut")
    begin_s = time.monotonic()
    while not list((tmp_path / "cut").rglob("*.nbc")) and time.monotonic() - begin_s < 120:
        time.sleep(0.01)
    process.send_signal(how)
    process.communicate(timeout=60)
    assert value(tmp_path / "cut") == whole
