"""Compile the engine's kernels ahead of need, in a process of its own.

A first run compiles two things that do not need each other: the kernels that make a Case
(flights, sights, windows) and the trial loop. numba compiles one function at a time in a
process, so ``python -m keepout.engine.warm`` takes the second half beside the first; both
leave their machine code in the same cache.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from keepout.kernel import kept_functions
from keepout.records import case as c
from keepout.records.defence import BATTERY, FLYOUT, INTERCEPTOR, WINDOW
from keepout.records.missile import MISSILE, STAGE
from keepout.records.parameter import PARAM, QUANTILES
from keepout.records.sensor import RADAR, SIGHT
from keepout.records.trajectory import DEBRIS_POINTS, DROPS, FALL_POINTS, LANE, SAMPLES

FUNCTIONS = 350
"""How many the first run compiles and keeps; ``make lint`` refuses more than a tenth above."""


def empty_case() -> c.Case:
    """A Case with nothing in it, of the same types as every other."""

    def rows(dtype: np.dtype[np.void], *shape: int) -> c.Rows:
        return np.zeros(shape, dtype).view(np.recarray)

    return c.Case(
        models=rows(c.MODELS, 1), param=rows(PARAM, 1), quantile=np.zeros((1, QUANTILES)),
        raid=rows(c.RAID, 0), mix=rows(c.MIX, 0), cep=rows(c.CEP, 0, 0), threat=rows(c.THREAT, 0),
        missile=rows(MISSILE, 0), stage=rows(STAGE, 0), area=rows(c.AREA, 0),
        asset=rows(c.ASSET, 0), group=rows(c.GROUP, 0), radar=rows(RADAR, 0),
        battery=rows(BATTERY, 0), interceptor=rows(INTERCEPTOR, 0), flyout=rows(FLYOUT, 0),
        lane=rows(LANE, 0), lane_row=np.zeros((0, 0, 0), np.int32),
        sample=np.zeros((0, SAMPLES, 6)), drop=np.zeros((0, DROPS, 4)),
        debris=np.zeros((0, DEBRIS_POINTS, 2)), fall=np.zeros((0, FALL_POINTS, 4)),
        sight=rows(SIGHT, 0, 0), window=rows(WINDOW, 0, 0),
    )  # fmt: skip


@contextlib.contextmanager
def beside() -> Iterator[subprocess.Popen[bytes]]:
    """A process that compiles the trial loop beside this one; it ends with the block."""
    started = subprocess.Popen(
        [sys.executable, "-m", "keepout.engine.warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextlib.contextmanager
def told(say: Callable[[str], None], every_s: float = 10.0) -> Iterator[None]:
    """Say now and then how many functions have been compiled, by whichever process."""
    done = threading.Event()
    begin_s = time.monotonic()

    def tell() -> None:
        while not done.wait(every_s):
            now_s = time.monotonic() - begin_s
            say(f"{now_s:5.0f} s  {kept_functions()} of some {FUNCTIONS} functions")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def main() -> None:
    """Compile the trial loop and leave it in the cache."""
    from keepout.engine.plan import new_plan
    from keepout.engine.state import new_scratch, new_world
    from keepout.engine.trial import WHOLE, run_range

    case = empty_case()
    out = np.zeros((0, 8), np.int32)
    run_range(case, new_plan(case), 0, 0, 0, WHOLE, new_world(case), new_scratch(case), out)


if __name__ == "__main__":
    main()
