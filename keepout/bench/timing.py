"""Two ways of doing the same, timed in turns in one run."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]

SHORTEST_S = 0.02
"""A timing lasts at least this long: a call that is shorter is repeated within it."""
WARM_UP = 2
"""Calls before the first timing: compilation, caches, the processor's clock."""


@dataclass(frozen=True)
class Timing:
    """Seconds of one call, ours and the peer's, pair by pair; no peer: an empty list."""

    ours_s: list[float]
    theirs_s: list[float]

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.ours_s)

    @property
    def best_s(self) -> float:
        """Our shortest call [s]."""
        return min(self.ours_s)

    @property
    def peer_best_s(self) -> float:
        """The peer's shortest call [s]."""
        return min(self.theirs_s)

    @property
    def ratio(self) -> float:
        """How many times faster we are, by the best of each."""
        return self.peer_best_s / self.best_s

    @property
    def median_ratio(self) -> float:
        """The same by the medians, which a busy machine moves more."""
        return statistics.median(self.theirs_s) / statistics.median(self.ours_s)

    @property
    def spread(self) -> float:
        """Median over best of ours, less 1: what else the machine was doing."""
        return statistics.median(self.ours_s) / self.best_s - 1.0


def interleaved(
    ours: Work,
    theirs: Work | None,
    pairs: int,
    *,
    clock: Callable[[], float] = time.process_time,
    warm_up: int = WARM_UP,
    shortest_s: float = SHORTEST_S,
) -> Timing:
    """Time two calls in turns, A B A B …, the order of a pair changing from pair to pair.

    clock  processor time of this process, which other programs hardly touch; where threads are
           what is measured, ``time.perf_counter``
    """
    works = [ours] if theirs is None else [ours, theirs]
    repeats = [_repeats(work, clock, warm_up, shortest_s) for work in works]
    taken: list[list[float]] = [[], []]
    for pair in range(pairs):
        order = range(len(works)) if pair % 2 == 0 else reversed(range(len(works)))
        for k in order:
            taken[k].append(_timed(works[k], repeats[k], clock))
    return Timing(*taken)


def _repeats(work: Work, clock: Callable[[], float], warm_up: int, shortest_s: float) -> int:
    """How often a call is repeated within one timing."""
    for _ in range(max(1, warm_up)):
        took_s = _timed(work, 1, clock)
    return max(1, round(shortest_s / max(took_s, 1e-6))) if took_s < shortest_s else 1


def _timed(work: Work, repeats: int, clock: Callable[[], float]) -> float:
    """Seconds of one call, the mean of some; the garbage collector waits meanwhile."""
    gc.collect()
    gc.disable()
    try:
        begin_s = clock()
        for _ in range(repeats):
            work()
        return (clock() - begin_s) / repeats
    finally:
        gc.enable()
