"""The Outcome rows of a run while it grows, and the digest over them."""

from __future__ import annotations

import hashlib

import numpy as np


def digest(rows: np.ndarray) -> str:
    """SHA-256 over the rows alone, in trial order: int32, little endian, row by row (hex)."""
    return hashlib.sha256(np.ascontiguousarray(rows, "<i4").tobytes()).hexdigest()


class Rows:
    """Outcome rows by trial number, and which of them are there.

    The array is sized for ``limit`` trials; the system hands out its memory only when
    a row is written.
    """

    def __init__(self, limit: int, columns: int) -> None:
        self.values = np.zeros((limit, columns), np.int32)
        self.done = np.zeros(limit, np.bool_)

    def put(self, first: int, rows: np.ndarray) -> None:
        """Store the rows of the trials from ``first`` on."""
        self.values[first : first + len(rows)] = rows
        self.done[first : first + len(rows)] = True

    def gaps(self, trials: int) -> list[tuple[int, int]]:
        """Ranges (first, last + 1) of the trials below ``trials`` that are not there yet."""
        missing = np.concatenate(([0], (~self.done[:trials]).view(np.int8), [0]))
        edges = np.flatnonzero(np.diff(missing))
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def count(self) -> int:
        """How many trials are there."""
        return int(np.count_nonzero(self.done))
