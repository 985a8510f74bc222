"""The whole raid in fidelity physics, beside the clock on the wall."""

from __future__ import annotations

import numpy as np

from keepout.bench.row import Row, compared
from keepout.bench.timing import Timing, interleaved
from keepout.engine.trial import Engine, trials_kernel
from keepout.records.case import ENGAGEMENT, Case
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve

SEED, TRIALS, COMPARED = 7, 2, 20
SCENARIO, MISSILES = "october-2024", 200


def what_flies(engine: Engine, columns: int) -> tuple[float, float, float]:
    """Means of the timed trials: missiles that fly, seconds from first launch to last impact,
    updates of all filters."""
    room, found = engine.room(), []
    for trial in range(TRIALS):
        engine.run_own(SEED, trial, room, np.zeros((1, columns), np.int32))
        assert room.tables is not None
        flew = room.world[room.world.flying == 1]
        lasted_s = float(flew.impact_s.max() - flew.launch_s.min())
        found.append((len(flew), lasted_s, float(room.tables.updates[0])))
    missiles, lasted_s, updates = np.mean(found, axis=0)
    return float(missiles), float(lasted_s), float(updates)


def arrivals_apart(case: Case, columns: tuple[str, ...]) -> tuple[float, float, float]:
    """Arrivals in physics less those in engagement, mean and error, and their mean: paired."""
    plain = case._replace(models=case.models.copy())
    plain.models.fidelity[:] = ENGAGEMENT
    at, got = columns.index("arrived"), []
    for each in (case, plain):
        out = np.zeros((COMPARED, len(columns)), np.int32)
        trials_kernel(each, SEED, 0, COMPARED, out)
        got.append(out[:, at].astype(float))
    apart = got[0] - got[1]
    error = float(apart.std(ddof=1) / np.sqrt(COMPARED))
    return float(apart.mean()), error, float(got[1].mean())


def rows(pairs: int) -> list[Row]:
    """Raids per core-second; the peer is real time: one raid in as long as it lasts."""
    made = resolve(load(SCENARIO), "physics")
    case, columns = made.case, made.layout.columns()
    out = np.zeros((TRIALS, len(columns)), np.int32)
    engine = Engine(case)
    timing = interleaved(lambda: engine.run(SEED, 0, TRIALS, out), None, pairs)
    missiles, lasted_s, updates = what_flies(engine, len(columns))
    apart, error, arrived = arrivals_apart(case, columns)
    agreement = (
        f"{missiles:.0f} of {MISSILES} missiles fly, {updates:,.0f} updates a raid; arrivals over "
        f"{COMPARED} paired trials {apart:+.2f} ± {error:.2f} of {arrived:.0f} in engagement"
    )
    timing = Timing(timing.ours_s, [TRIALS * lasted_s] * timing.pairs)
    return [
        compared(
            "raid-physics", "raids per core-second", timing, peer="real time",
            agreement=agreement, scale=TRIALS, updates_per_raid=updates, raid_s=lasted_s,
        )
    ]  # fmt: skip
