"""The row ``raid-simpy``: the engagement raid beside the same logic in SimPy, row for row."""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import Timing, interleaved
from keepout.engine.trial import Engine
from keepout.records.outcome import Layout
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve

SCENARIO = "october-2024"
MISSILES = 200
SETTINGS = (f"raids.iran.count={MISSILES}",)
SEED = 2024
TRIALS, THEIR_TRIALS = 2500, 10
"""Trials of one timed call of ours, and of the peer: half a second and more of either.

A run has thousands of trials, one after another: ours are timed so too, and not a hundred at a
time, of which the first find the caches full of the peer's objects."""
COMPARED = 100
"""Trials of which every count is compared."""
UNIT = "trials per core-second"


def ready() -> tuple[Engine, Layout]:
    """The raid of 200 missiles at the batteries of October 2024, ready to run."""
    made = resolve(load(SCENARIO, SETTINGS))
    return Engine(made.case), made.layout


def agreement_of(engine: Engine, run_trial: Any, tables: Any, columns: int) -> str:
    """Compare every count of the first trials; the words of the row."""
    ours = np.zeros((COMPARED, columns), np.int32)
    engine.run(SEED, 0, COMPARED, ours)
    theirs = np.array([run_trial(tables, SEED, trial, columns) for trial in range(COMPARED)])
    same = int(np.all(ours == theirs, axis=1).sum())
    return f"{same} of {COMPARED} trials have the same {columns} counts"


def per_trial(timing: Timing) -> Timing:
    """Seconds of one trial instead of one call."""
    ours_s = [taken_s / TRIALS for taken_s in timing.ours_s]
    return Timing(ours_s, [taken_s / THEIR_TRIALS for taken_s in timing.theirs_s])


def rows(pairs: int) -> list[Row]:
    """The row, after ``pairs`` pairs of timings."""
    engine, layout = ready()
    columns = len(layout.columns())
    out = np.zeros((TRIALS, columns), np.int32)

    def ours() -> None:
        engine.run(SEED, 0, TRIALS, out)

    more = {
        "missiles": MISSILES,
        "batteries": len(engine.case.battery),
        "radars": len(engine.case.radar),
    }
    if peer("simpy") is None:
        timing = per_trial(interleaved(ours, None, pairs))
        return [alone("raid-simpy", UNIT, timing, peer="simpy", **more)]
    from keepout.bench.simpy_raid import run_trial
    from keepout.bench.simpy_tables import Tables

    tables = Tables(engine.case, engine.plan)

    def theirs() -> None:
        for trial in range(THEIR_TRIALS):
            run_trial(tables, SEED, trial, columns)

    timing = per_trial(interleaved(ours, theirs, pairs, warm_up=1))
    agreement = agreement_of(engine, run_trial, tables, columns)
    return [
        compared(
            "raid-simpy", UNIT, timing, peer=version_of("simpy"), agreement=agreement, **more,
        )
    ]  # fmt: skip
