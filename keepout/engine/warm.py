"""Compile the engine's kernels ahead of need, in a process of its own.

A first run compiles two things that do not need each other: the kernels that make a Case
(flights, sights, windows) and the trial loop. numba compiles one function at a time in a
process, so ``python -m keepout.engine.warm`` takes the second half beside the first; both
leave their machine code in the same cache.
"""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from keepout.records import case as c
from keepout.records.defence import BATTERY, FLYOUT, INTERCEPTOR, WINDOW
from keepout.records.missile import MISSILE, STAGE
from keepout.records.parameter import PARAM, QUANTILES
from keepout.records.sensor import RADAR, SIGHT
from keepout.records.trajectory import DEBRIS_POINTS, DROPS, FALL_POINTS, LANE, SAMPLES


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


def start() -> subprocess.Popen[bytes]:
    """Start compiling the trial loop beside this process."""
    return subprocess.Popen(
        [sys.executable, "-m", "keepout.engine.warm"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """Compile the trial loop and leave it in the cache."""
    from keepout.engine.trial import trials_kernel

    trials_kernel(empty_case(), 0, 0, 0, np.zeros((0, 8), np.int32))


if __name__ == "__main__":
    main()
