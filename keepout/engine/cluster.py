"""Trials over the workers of a Dask cluster, in chunks of about a second.

The Case is scattered once. Chunks come back in any order, each with its range, as from threads;
who may work, and what a death costs, is the matter of ``engine.crew``.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from distributed import Client

from keepout.engine.chunks import GROWTH, Chunk
from keepout.engine.crew import Crew, connected, kept
from keepout.engine.trial import Engine
from keepout.records.case import Case

TARGET_S = 1.0
"""Time one chunk should take on a worker: long beside the milliseconds that sending it takes."""


def work_chunk(
    case: Case, key: str, seed: int, columns: int, first: int, last: int
) -> tuple[Packed, float]:
    """On a worker: the rows of some trials and the seconds they took.

    key  names the Case, whose Engine the worker keeps from one chunk to the next
    """
    rows = np.zeros((last - first, columns), np.int32)
    engine: Engine = kept(key, lambda: Engine(_whole(case)))
    begin_s = time.perf_counter()
    engine.run(seed, first, last, rows)
    return packed(rows), time.perf_counter() - begin_s


class Packed(NamedTuple):
    """Rows as they are sent: most columns count to less than 256, and a byte holds them."""

    small: np.ndarray  # (trials, some columns) uint8
    large: np.ndarray  # (trials, the others) int32
    is_small: np.ndarray  # (columns,) bool


def packed(rows: np.ndarray) -> Packed:
    """Rows made small for the way; nothing is lost."""
    is_small = (rows.min(axis=0) >= 0) & (rows.max(axis=0) < 256)
    return Packed(rows[:, is_small].astype(np.uint8), rows[:, ~is_small], is_small)


def unpacked(sent: Packed) -> np.ndarray:
    """The rows again, int32."""
    if sent.is_small.all():
        return sent.small.astype(np.int32)
    rows = np.empty((len(sent.small), len(sent.is_small)), np.int32)
    rows[:, sent.is_small] = sent.small
    rows[:, ~sent.is_small] = sent.large
    return rows


def _whole(case: Case) -> Case:
    """A Case as it was sent: on the way records become plain arrays."""
    parts: list[Any] = [p.view(np.recarray) if p.dtype.names else p for p in case]
    return Case(*parts)


class Spread:
    """The trials of one run, spread over a cluster."""

    def __init__(self, case: Case, seed: int, columns: int, size: int | None) -> None:
        key = hashlib.sha256(b"".join(part.tobytes() for part in case)).hexdigest()
        self.case, self.head = case, (key, seed, columns)
        self.forced, self.size = size, size or 1
        self.ahead: list[tuple[int, int]] = []

    def chunks(
        self, client: Client, gaps: Sequence[tuple[int, int]], stop: threading.Event,
        say: Callable[[str], None],
    ) -> Iterator[Chunk]:  # fmt: skip
        """Every trial of the gaps, in chunks, in any order; what is done after a stop, too."""
        self.ahead = [gap for gap in reversed(gaps) if gap[0] < gap[1]]
        crew = Crew(client, self.case, work_chunk, stop, say)
        for task, (sent, took_s) in crew.answers(self._next):
            first, last = task[-2:]
            self._adapt(last - first, took_s)
            yield Chunk(first, last, unpacked(Packed(*sent)))

    def _next(self) -> tuple[Any, ...] | None:
        """The next range of trials as a task."""
        if not self.ahead:
            return None
        first, end = self.ahead.pop()
        last = min(end, first + self.size)
        if last < end:
            self.ahead.append((last, end))
        return (*self.head, first, last)

    def _adapt(self, trials: int, took_s: float) -> None:
        if self.forced is None:
            fitting = int(TARGET_S * trials / max(took_s, 1e-9))
            self.size = max(1, min(fitting, GROWTH * trials))


def run_on(
    address: str, case: Case, seed: int, gaps: Sequence[tuple[int, int]], columns: int, *,
    stop: threading.Event, say: Callable[[str], None], size: int | None = None,
) -> Iterator[Chunk]:  # fmt: skip
    """Deliver every trial of ``gaps`` in chunks from the cluster at an address, in any order.

    The rest as in ``engine.chunks.run_chunks``. Raises InputError if no scheduler answers,
    RunError if it is lost or no worker is left; what came before is kept by the caller.
    """
    with connected(address) as client:
        yield from Spread(case, seed, columns, size).chunks(client, gaps, stop, say)
