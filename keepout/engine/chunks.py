"""Trials over worker threads, in chunks that each last under half a second.

The kernel is serial and releases the interpreter's lock. Worker threads share the
trials that are still to do; the calling thread only waits, with a timeout, so that
Ctrl-C answers at once. Chunks come back in any order, each with its range: what is
computed from them must not depend on that order.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from keepout.engine.interrupts import WAIT_S

Work = Callable[[int, int, np.ndarray], object]
"""Fills an int32 array (last - first, columns) with the rows of trials first … last-1."""

TARGET_S = 0.2
"""Time one chunk should take; a chunk twice as slow as expected is still under 0.5 s."""
GROWTH = 8
"""A chunk is at most this many times larger than the one before it."""
GRACE_S = 2.0
"""How long a stop waits for chunks under way; a compilation can last longer."""


@dataclass(frozen=True)
class Chunk:
    """Rows of the trials first … last-1."""

    first: int
    last: int
    rows: np.ndarray


@dataclass
class _Plan:
    """The trials that are still to do, and how many to hand out at a time."""

    gaps: list[tuple[int, int]]
    threads: int
    forced: int | None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.gaps = [gap for gap in reversed(self.gaps) if gap[0] < gap[1]]
        self.left = sum(last - first for first, last in self.gaps)

    def take(self, size: int) -> tuple[int, int] | None:
        """The next range, of at most ``size`` trials, or None when nothing is left."""
        with self.lock:
            if not self.gaps:
                return None
            if self.forced is None:  # leave something for the other threads to the end
                size = min(size, max(1, self.left // (2 * self.threads)))
            first, end = self.gaps.pop()
            last = min(end, first + max(1, size))
            if last < end:
                self.gaps.append((last, end))
            self.left -= last - first
            return first, last


def _next_size(trials: int, took_s: float) -> int:
    """Trials in the next chunk of a thread whose last one had ``trials`` in ``took_s``."""
    fitting = int(TARGET_S * trials / max(took_s, 1e-9))
    return max(1, min(fitting, GROWTH * trials))


def _worker(
    work: Work,
    plan: _Plan,
    columns: int,
    done: queue.Queue[object],
    stop: threading.Event,
) -> None:
    """Take ranges and deliver chunks until nothing is left or a stop is asked for."""
    size = plan.forced or 1
    try:
        while not stop.is_set():
            span = plan.take(size)
            if span is None:
                break
            rows = np.zeros((span[1] - span[0], columns), np.int32)
            begin_s = time.perf_counter()
            work(span[0], span[1], rows)
            took_s = time.perf_counter() - begin_s
            size = plan.forced or _next_size(span[1] - span[0], took_s)
            done.put(Chunk(span[0], span[1], rows))
    except BaseException as error:  # raised again in the calling thread
        done.put(error)
    done.put(None)


def run_chunks(
    work: Work,
    gaps: Sequence[tuple[int, int]],
    columns: int,
    *,
    threads: int,
    stop: threading.Event,
    size: int | None = None,
) -> Iterator[Chunk]:
    """Deliver every trial of ``gaps`` (ranges first … last-1), in chunks, in any order.

    After ``stop`` is set no chunk is begun, and those under way are still delivered,
    unless they take longer than GRACE_S. An exception of a worker is raised here.
    ``size`` forces the number of trials in a chunk; tests use it.
    """
    plan = _Plan(list(gaps), threads, size)
    done: queue.Queue[object] = queue.Queue()
    working = min(threads, plan.left)
    for _ in range(working):
        arguments = (work, plan, columns, done, stop)
        threading.Thread(target=_worker, args=arguments, daemon=True).start()
    try:
        yield from _deliver(done, working, stop)
    finally:  # whatever happened, the workers find nothing more to do
        with plan.lock:
            plan.gaps.clear()


def _deliver(done: queue.Queue[object], working: int, stop: threading.Event) -> Iterator[Chunk]:
    """Chunks as they come, until every worker has ended or the grace after a stop is over."""
    stopped_s: float | None = None
    while working:
        if stop.is_set():
            stopped_s = stopped_s or time.monotonic()
            if time.monotonic() - stopped_s > GRACE_S:
                return
        try:
            item = done.get(timeout=WAIT_S)
        except queue.Empty:
            continue
        if item is None:
            working -= 1
        elif isinstance(item, Chunk):
            yield item
        elif isinstance(item, BaseException):
            raise item
