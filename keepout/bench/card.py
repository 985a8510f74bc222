"""The row ``gpu``: engagement trials on a graphics processor beside one core of this machine."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from keepout.bench.raid import SEED, ready
from keepout.bench.row import KEYS, Row, compared
from keepout.bench.timing import Timing, interleaved
from keepout.engine.trial import Engine
from keepout.records.case import Case

TRIALS = 2500
"""Trials of one timed call of the core, and of those whose rows are compared."""
UNIT = "trials/s"
LEAST_SHARE = 0.999
"""Of the rows must be equal, or the row says that they are not."""


def without(why: str) -> Row:
    """The row where there is nothing to measure on, and why."""
    return dict.fromkeys(KEYS) | {"name": "gpu", "notes": why}


def beside(case: Case, card: Any, columns: int, pairs: int, trials: int = TRIALS) -> Row:
    """The row of a Case on a card (``engine.gpu.Card``) and on a core, by the clock on the wall.

    trials  () those of the core; the card runs as many at once as it has room for
    """
    from keepout.engine.gpu import PER_THREAD

    at_once = card.threads * PER_THREAD
    engine, here = Engine(case), np.zeros((trials, columns), np.int32)
    timing = interleaved(
        lambda: card.run(SEED, 0, at_once),
        lambda: engine.run(SEED, 0, trials, here),
        pairs, clock=time.perf_counter, warm_up=1,
    )  # fmt: skip
    compare = min(trials, at_once)
    there = card.run(SEED, 0, compare)
    equal = int((there == here[:compare]).all(axis=1).sum())
    timing = Timing(
        [taken_s / at_once for taken_s in timing.ours_s],
        [taken_s / trials for taken_s in timing.theirs_s],
    )
    said = f"{equal} of {compare} trials have the same {columns} counts"
    return compared(
        "gpu", UNIT, timing, peer="one core",
        agreement=said if equal >= LEAST_SHARE * compare else f"NOT the same: {said}",
        threads=card.threads,
    )  # fmt: skip


def rows(pairs: int) -> list[Row]:
    """The row; where there is no card, one that says so."""
    try:
        from numba import cuda

        from keepout.engine.gpu import Card
    except ImportError:
        return [without("numba-cuda is not installed: the extra `gpu` has it")]
    if not cuda.is_available():
        return [without("there is no graphics processor here that numba-cuda can use")]
    engine, layout = ready()
    columns = len(layout.columns())
    return [beside(engine.case, Card(engine.case, columns), columns, pairs)]
