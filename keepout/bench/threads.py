"""The row ``two-threads``: the engagement raid on one worker thread and on two."""

from __future__ import annotations

import threading
import time

import numpy as np

from keepout.bench.raid import SEED, ready
from keepout.bench.row import Row, compared
from keepout.bench.timing import interleaved
from keepout.engine.chunks import run_chunks
from keepout.engine.trial import Engine
from keepout.results.rows import digest

TRIALS = 3000
"""Trials of one timed call: most of a second."""
PER_CHUNK = 100


def run(engine: Engine, columns: int, threads: int) -> np.ndarray:
    """The rows of some trials, by so many worker threads, in chunks as a run has them."""
    found = np.zeros((TRIALS, columns), np.int32)
    chunks = run_chunks(
        lambda first, last, out: engine.run(SEED, first, last, out),
        [(0, TRIALS)], columns, threads=threads, stop=threading.Event(), size=PER_CHUNK,
    )  # fmt: skip
    for chunk in chunks:
        found[chunk.first : chunk.last] = chunk.rows
    return found


def rows(pairs: int) -> list[Row]:
    """The row: by the clock on the wall, and what it cost in processor time."""
    engine, layout = ready()
    columns = len(layout.columns())
    cost_s: dict[int, list[float]] = {1: [], 2: []}

    def timed(threads: int) -> None:
        begin_s = time.process_time()
        run(engine, columns, threads)
        cost_s[threads].append(time.process_time() - begin_s)

    timing = interleaved(
        lambda: timed(2), lambda: timed(1), pairs, clock=time.perf_counter, warm_up=1
    )
    equal = digest(run(engine, columns, 1)) == digest(run(engine, columns, 2))
    best = max(one / two for two, one in zip(timing.ours_s, timing.theirs_s, strict=True))
    return [
        compared(
            "two-threads", "trials/s", timing, scale=TRIALS, peer="one thread",
            agreement="the same digest" if equal else "NOT the same digest",
            best_pair_ratio=best, cpu_ratio=min(cost_s[2]) / min(cost_s[1]),
            notes=f"processor time {min(cost_s[2]) / min(cost_s[1]):.2f} times that of one",
        )
    ]  # fmt: skip
