"""Means, quantiles and their errors where states carry weights."""

from __future__ import annotations

import math

import numpy as np

QUANTILES = (0.05, 0.50, 0.95)
NAMES = ("p05", "p50", "p95")


def normalised(weights: np.ndarray) -> np.ndarray:
    """Weights that add up to one. Raises ZeroDivisionError if there are none."""
    total = float(weights.sum())
    if not total > 0.0:
        raise ZeroDivisionError("no weight")
    return weights / total


def mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean of the values that are known."""
    there = ~np.isnan(values)
    total = float(weights[there].sum())
    return float((values[there] * weights[there]).sum() / total) if total > 0.0 else math.nan


def sd(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted standard deviation."""
    return math.sqrt(max(mean((values - mean(values, weights)) ** 2, weights), 0.0))


def quantiles(
    values: np.ndarray, weights: np.ndarray, at: tuple[float, ...] = QUANTILES
) -> list[float]:
    """Quantiles of the weighted empirical distribution (inverse of its step function)."""
    there = ~np.isnan(values)
    if not weights[there].sum() > 0.0:
        return [math.nan] * len(at)
    order = np.argsort(values[there], kind="stable")
    rises = np.cumsum(weights[there][order])
    places = np.searchsorted(rises, np.array(at) * rises[-1])
    found: np.ndarray = values[there][order][np.minimum(places, len(rises) - 1)]
    return [float(value) for value in found]


def effective(weights: np.ndarray, together: int = 1) -> float:
    """How many equally weighted independent states would know as much.

    ``together`` consecutive states are one. Source: Kish, Survey Sampling (1965).
    """
    sums = clustered(weights, together)
    squares = float((sums**2).sum())
    return float(sums.sum()) ** 2 / squares if squares > 0.0 else 0.0


def clustered(values: np.ndarray, together: int) -> np.ndarray:
    """Sums over consecutive states."""
    padded = np.concatenate([values, np.zeros(-len(values) % together)])
    return np.asarray(padded.reshape(-1, together).sum(axis=1))


def error(values: np.ndarray, weights: np.ndarray, together: int) -> float:
    """Monte Carlo error of the weighted mean: linearised ratio over clusters of states.

    Source: Owen, Monte Carlo theory, methods and examples (2013), ch. 9.2 (self-normalised
    importance sampling).
    """
    there = ~np.isnan(values)
    share = np.where(there, weights, 0.0)
    total = float(share.sum())
    if not total > 0.0:
        return math.nan
    rest = clustered(share * (np.nan_to_num(values) - mean(values, weights)), together)
    return math.sqrt(float((rest**2).sum())) / total


def summary(values: np.ndarray, weights: np.ndarray, together: int = 1) -> dict[str, float]:
    """Mean, its Monte Carlo error, standard deviation and three quantiles."""
    found = {"mean": mean(values, weights), "mc_se": error(values, weights, together)}
    found["sd"] = sd(values, weights)
    return found | dict(zip(NAMES, quantiles(values, weights), strict=True))


def of_law(pmf: np.ndarray) -> dict[str, float]:
    """The same for a law over 0, 1, 2, …"""
    count = np.arange(len(pmf), dtype=np.float64)
    share = pmf / pmf.sum()
    found = {"mean": mean(count, share), "sd": sd(count, share)}
    return found | dict(zip(NAMES, quantiles(count, share), strict=True))


def rank_correlation(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
    """Spearman's coefficient under weights: correlation of the weighted ranks."""
    a, b = _ranks(x, weights), _ranks(y, weights)
    a, b = a - mean(a, weights), b - mean(b, weights)
    scale = math.sqrt(mean(a * a, weights) * mean(b * b, weights))
    return mean(a * b, weights) / scale if scale > 0.0 else 0.0


def _ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Middle of each state's place in the weighted distribution; equal values share theirs."""
    levels, inverse = np.unique(values, return_inverse=True)
    share = np.bincount(inverse, weights, len(levels))
    middle: np.ndarray = (np.cumsum(share) - 0.5 * share)[inverse]
    return middle


def explained(
    values: np.ndarray, by: np.ndarray, weights: np.ndarray, bins: int = 10
) -> float:  # fmt: skip
    """Share of the variance of ``values`` that knowing ``by`` would remove.

    Correlation ratio over at most ``bins`` groups of ``by`` of equal weight, less what as many
    groups explain by luck given the effective number of states (Pearson's eta, with Wherry's
    correction).
    """
    there = ~(np.isnan(values) | np.isnan(by))
    values, by, weights = values[there], by[there], weights[there]
    whole = sd(values, weights) ** 2
    n = effective(weights)
    if not whole > 0.0 or n <= 2 * bins:
        return 0.0
    edges = np.unique(quantiles(by, weights, tuple(np.arange(1, bins) / bins)))
    group = np.searchsorted(edges, by, side="left")
    share = np.bincount(group, weights, len(edges) + 1)
    sums = np.bincount(group, weights * values, len(edges) + 1)
    used = share > 0.0
    middle = mean(values, weights)
    between = (share[used] * (sums[used] / share[used] - middle) ** 2).sum() / share.sum()
    k = int(used.sum())
    return float(max(0.0, 1.0 - (1.0 - between / whole) * (n - 1.0) / (n - k)))
