"""Tracks and looks in a box, for the tests of association."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepout.sensing import associate


@dataclass
class Crowd:
    """What tracks expect, what was seen, and the pairs of the two."""

    predicted: np.ndarray
    spread: np.ndarray
    measured: np.ndarray
    start: np.ndarray
    look: np.ndarray
    distance2: np.ndarray

    def matrix(self, value, other):
        """Values of pairs as a table (tracks, looks); ``other`` where there is no pair."""
        table = np.full((len(self.predicted), len(self.measured)), other)
        for i in range(len(self.predicted)):
            for e in range(self.start[i], self.start[i + 1]):
                table[i, self.look[e]] = value[e]
        return table


def square(spread):
    """Covariances (n, 3, 3) of their six numbers."""
    full = np.zeros((len(spread), 3, 3))
    rows, columns = np.triu_indices(3)
    full[:, rows, columns] = full[:, columns, rows] = spread
    return full


def pairs_of(predicted, spread, measured, *, around=False, limit=associate.GATE_999):
    """The pairs that ``gate`` finds."""
    start = np.empty(len(predicted) + 1, np.int64)
    look = np.empty(len(predicted) * len(measured), np.int64)
    distance2 = np.empty(len(look))
    k = associate.gate(predicted, spread, measured, around, limit, start, look, distance2)
    return Crowd(predicted, spread, measured, start, look[:k], distance2[:k])


def crowd(rng, n, m, box):
    """n tracks in a box and m looks: one near each track as far as they go, the others anywhere."""
    predicted = rng.uniform(0.0, box, (n, 3))
    near = predicted[:m] + rng.standard_normal((min(n, m), 3))
    anywhere = rng.uniform(0.0, box, (max(0, m - n), 3))
    measured = rng.permutation(np.concatenate([near, anywhere]))
    spread = np.empty((n, 6))
    for i in range(n):
        root = 0.3 * rng.standard_normal((3, 3)) + 1.2 * np.eye(3)
        spread[i] = (root @ root.T)[np.triu_indices(3)]
    return pairs_of(predicted, spread, measured)
