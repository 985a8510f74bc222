"""How good a forecast of a count was: percentile, logarithmic score, and CRPS."""

from __future__ import annotations

import math

import numpy as np

FEWEST = 1e-12
"""Probability at which a logarithmic score is cut: what a forecast ruled out was not foreseen."""


def percentile(pmf: np.ndarray, value: int) -> float:
    """Middle probability integral transform: chance of less, and half the chance of the same.

    Source: Czado, Gneiting and Held, Biometrics 65 (2009) 1254.
    """
    share = pmf / pmf.sum()
    same = float(share[value]) if value < len(share) else 0.0
    return float(share[:value].sum()) + 0.5 * same


def log_score(probability: float) -> float:
    """Minus the logarithm of the probability of what happened; less is better."""
    return -math.log(max(probability, FEWEST))


def crps(pmf: np.ndarray, value: int) -> float:
    """Continuous ranked probability score of a count; less is better, in units of the count.

    Sum over k of (F(k) - 1[k >= value])^2. Source: Gneiting and Raftery, J. Am. Stat. Assoc. 102
    (2007) 359, eq. 20, for a law on the whole numbers.
    """
    share = pmf / pmf.sum()
    rises = np.cumsum(share)
    there = np.arange(len(share)) >= value
    beyond = float(max(0, value - len(share)))  # the whole law lies below it
    return float(((rises - there) ** 2).sum()) + beyond


def scored(pmf: np.ndarray, value: int) -> dict[str, float]:
    """All three, with the forecast's own interval."""
    share = pmf / pmf.sum()
    rises = np.cumsum(share)
    ends = [int(np.searchsorted(rises, q)) for q in (0.05, 0.5, 0.95)]
    probability = float(share[value]) if value < len(share) else 0.0
    return {
        "mean": float((np.arange(len(share)) * share).sum()),
        "p05": ends[0], "p50": ends[1], "p95": ends[2],
        "percentile": percentile(pmf, value),
        "log_score": log_score(probability),
        "crps": crps(pmf, value),
    }  # fmt: skip
