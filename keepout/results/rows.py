"""Which trials of a run are there, its Outcome rows in memory, and the digest over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

BATCH = 20_000
"""Rows that are read or hashed at a time."""


def digest(rows: Any) -> str:
    """SHA-256 over the rows alone, in trial order: int32, little endian, row by row (hex).

    ``rows`` is an array, or what reads like one batch by batch (``stored.Stored``).
    """
    return digest_of(batches(rows))


def digest_of(parts: Iterable[np.ndarray]) -> str:
    """The same over rows that come in parts."""
    found = hashlib.sha256()
    for rows in parts:
        found.update(np.ascontiguousarray(rows, "<i4").tobytes())
    return found.hexdigest()


def batches(rows: Any) -> Iterator[np.ndarray]:
    """Rows in trial order, some at a time."""
    if isinstance(rows, np.ndarray):
        for first in range(0, len(rows), BATCH):
            yield rows[first : first + BATCH]
    else:
        yield from rows.batches()


class Done:
    """Which of the first ``limit`` trials are there."""

    def __init__(self, limit: int) -> None:
        self.flags = np.zeros(limit, np.bool_)

    def gaps(self, trials: int) -> list[tuple[int, int]]:
        """Ranges (first, last + 1) of the trials below ``trials`` that are not there yet."""
        missing = np.concatenate(([0], (~self.flags[:trials]).view(np.int8), [0]))
        edges = np.flatnonzero(np.diff(missing))
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def count(self) -> int:
        """How many trials are there."""
        return int(np.count_nonzero(self.flags))


class Memory:
    """Rows of a run that is not stored, sized for ``limit`` trials.

    The system hands out its memory only when a row is written.
    """

    def __init__(self, limit: int, columns: int) -> None:
        self.values = np.zeros((limit, columns), np.int32)
        self.done = Done(limit)

    def accept(self, first: int, rows: np.ndarray) -> None:
        """Take the finished trials from ``first`` on."""
        self.values[first : first + len(rows)] = rows
        self.done.flags[first : first + len(rows)] = True

    def outcomes(self, trials: int) -> np.ndarray:
        """The rows of the first trials."""
        return self.values[:trials]

    def digest(self, trials: int) -> str:
        """The digest over the first trials."""
        return digest(self.values[:trials])


class RunningDigest:
    """The digest over blocks of rows, taken as they come while that is in order.

    A few blocks that come before their turn wait; what was left out is read again at the end.
    """

    WAITING = 4

    def __init__(self) -> None:
        self.hash = hashlib.sha256()
        self.trials = 0  # hashed so far
        self.waiting: dict[int, np.ndarray] = {}

    def take(self, first: int, rows: np.ndarray) -> None:
        """The complete rows of the trials from ``first`` on."""
        if first > self.trials and len(self.waiting) < self.WAITING:
            self.waiting[first] = rows
        if first != self.trials:
            return
        found: np.ndarray | None = rows
        while found is not None:
            self.hash.update(np.ascontiguousarray(found, "<i4").data)
            self.trials += len(found)
            found = self.waiting.pop(self.trials, None)

    def of(self, rows: Any, trials: int) -> str:
        """The digest over the first trials, all of which can be read from ``rows``."""
        if self.trials > trials:
            return digest(rows[:trials])
        found = self.hash.copy()
        for first in range(self.trials, trials, BATCH):
            found.update(np.ascontiguousarray(rows[first : min(first + BATCH, trials)], "<i4").data)
        return found.hexdigest()
