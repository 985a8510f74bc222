"""The whole raid in fidelity physics, beside the clock on the wall."""

from __future__ import annotations

import time

import numpy as np

from keepout.bench.row import Row, compared
from keepout.bench.timing import Timing, interleaved
from keepout.engine.physics import BATCH, look_all, own_kernel
from keepout.engine.trial import BEGIN, Engine, run_range, trials_kernel
from keepout.records.case import (
    ASSOCIATION_KNOWN,
    ASSOCIATION_NEAREST,
    ENGAGEMENT,
    TRACKER_EKF_7,
    TRACKER_IMM,
    TRACKER_LAST,
    Case,
)
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.sensing.together import DOUBLED, GROUPED, TAKEN

SEED, TRIALS, COMPARED = 7, 2, 20
REPEATED = 5
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
        found.append((len(flew), lasted_s, float(room.tables.counts[TAKEN])))
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


def looking_s(case: Case, columns: int, tracker: int, association: int) -> tuple[float, np.ndarray]:
    """Processor time of all looks of one raid and its counts: the best of several."""
    case = case._replace(models=case.models.copy())
    case.models.tracker[:], case.models.association[:] = tracker, association
    engine, best_s = Engine(case), np.inf
    room, out = engine.room(), np.zeros((1, columns), np.int32)
    assert room.tables is not None
    batches = [(k, min(k + BATCH, len(room.world))) for k in range(0, len(room.world), BATCH)]
    for _ in range(REPEATED):
        run_range(case, room.plan, SEED, 0, 1, BEGIN, room.world, room.scratch, out)
        room.tables.counts[:] = 0
        for first, last in batches:
            own_kernel(case, first, last, 0, room.world, room.tables)
        start_s = time.process_time()
        look_all(case, SEED, 0, batches, room.world, room.tables)
        best_s = min(best_s, time.process_time() - start_s)
    return best_s, room.tables.counts.copy()


def update_us(case: Case, columns: int, tracker: int) -> tuple[float, np.ndarray]:
    """Microseconds of an update in the loop, association included, and the counts of the raid.

    What is left when nothing is filtered (looks drawn, measured, noted) is taken off.
    """
    bare_s, _ = looking_s(case, columns, TRACKER_LAST, ASSOCIATION_KNOWN)
    whole_s, count = looking_s(case, columns, tracker, ASSOCIATION_NEAREST)
    return 1e6 * (whole_s - bare_s) / float(count[TAKEN]), count


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
    ekf_us, _ = update_us(case, len(columns), TRACKER_EKF_7)
    imm_us, count = update_us(case, len(columns), TRACKER_IMM)
    agreement += (
        f"; in the loop with association {ekf_us:.2f} µs an update of the extended filter, "
        f"{imm_us:.2f} of modes"
    )
    timing = Timing(timing.ours_s, [TRIALS * lasted_s] * timing.pairs)
    return [
        compared(
            "raid-physics", "raids per core-second", timing, peer="real time",
            agreement=agreement, scale=TRIALS, updates_per_raid=updates, raid_s=lasted_s,
            ekf_update_us=ekf_us, imm_update_us=imm_us, imm_updates=float(count[TAKEN]),
            imm_of_two_modes=float(count[DOUBLED]), followed_in_groups=float(count[GROUPED]),
        )
    ]  # fmt: skip
