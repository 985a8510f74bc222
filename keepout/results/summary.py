"""One number per trial in, one summary out: three uncertainties, kept apart.

Trials 2j and 2j+1 share one draw of the uncertain parameters. So trials are not
independent but pairs are, and the difference inside a pair is chance alone. Where draws are
stratified over several pairs, only the blocks of trials that share their strata are
independent: ``together`` is how many trials those are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

PAIR = 2
"""Trials that share one draw of the uncertain parameters."""
QUANTILE_NAMES = ("p05", "p50", "p95")
QUANTILES = (0.05, 0.50, 0.95)


def summarise(values: np.ndarray, together: int = PAIR) -> dict[str, Any]:
    """Summary S of one number per trial, in trial order; nan: not defined in that trial.

    ``mean`` and ``mc_se``  mean, and its Monte Carlo standard error
    ``p05``, ``p50``, ``p95``  spread of outcomes: what a single night may bring
    ``epistemic``  quantiles of the conditional mean: ignorance of the parameters alone

    A number that cannot be had from so few trials is None.
    """
    values = np.asarray(values, np.float64)
    unknown = np.isnan(values)
    known = values[~unknown] if unknown.any() else values
    if len(known) == 0:
        none = dict.fromkeys(QUANTILE_NAMES)
        return {"mean": None, "mc_se": None, **none, "epistemic": dict(none)}
    outcomes = np.quantile(known, QUANTILES, method="inverted_cdf")
    return {
        "mean": float(np.mean(known)),
        "mc_se": mc_se(values, together),
        **_named(outcomes),
        "epistemic": _named(
            np.quantile(conditional_means(values), QUANTILES, overwrite_input=True)
        ),
    }


def probability(happened: np.ndarray, together: int = PAIR) -> dict[str, Any]:
    """Mean and Monte Carlo error of something that happens in a trial or does not."""
    values = np.asarray(happened, np.float64)
    return {
        "mean": float(np.mean(values)) if len(values) else None,
        "mc_se": mc_se(values, together),
    }


def mc_se(values: np.ndarray, together: int = PAIR) -> float | None:
    """Monte Carlo standard error of the mean; None below two clusters of trials.

    Clusters of ``together`` consecutive trials are the independent draws: pairs, or blocks
    of pairs with common strata. The mean is a ratio of sums over clusters, of values to
    trials, which also holds for a last cluster that is cut short and for trials in which
    the number is not defined. Source: Cochran, Sampling Techniques (3rd ed., 1977), eqs.
    2.39 and 9A.1: linearised variance of a ratio over clusters. With whole pairs it is
    exactly the standard error of the mean of the pair means.
    """
    sums, counts = _clusters(values, together)
    if len(sums) < 2:
        return None
    trials = counts.sum()
    rest = sums - counts * (sums.sum() / trials)
    return float(math.sqrt(len(sums) / (len(sums) - 1) * float(rest @ rest)) / trials)


def clusters(values: np.ndarray, together: int) -> int:
    """Number of clusters with a trial in which the number is defined."""
    return len(_clusters(values, together)[0])


def conditional_means(values: np.ndarray) -> np.ndarray:
    """One estimate per pair of E[Y | parameters], with the spread such means should have.

    The variance of pair means is that of the conditional means plus half the variance
    inside a pair (one-way analysis of variance, method of moments; Searle, Casella and
    McCulloch, Variance Components, 1992, ch. 3). The pair means are drawn towards the
    grand mean by the square root of the share that is left, so that their variance is
    the estimate of the between variance (constrained empirical Bayes: Louis, J. Am.
    Stat. Assoc. 79 (1984) 393; Ghosh, ibid. 87 (1992) 533). An estimate below zero
    counts as zero: then all of them are the grand mean.

    Limits: the first two moments are right on average; the shape of the tails is that
    of the pair means, so it is exact only where both spreads have the same shape. With
    n pairs, a true between variance of zero shows, half of the time, a spread of the
    order of (4/n)^(1/4) of that of the pair means: a third at 500 trials, a tenth at
    80,000.
    """
    inside = _inside(values)
    whole = ~np.isnan(inside)
    if np.count_nonzero(whole) < 2:
        sums, counts = _clusters(values, PAIR)
        return np.full(1, sums.sum() / counts.sum())
    # a million trials: whatever can be is worked out in place
    inside = inside[whole]
    inside *= inside
    half_within = 0.25 * float(np.mean(inside))
    even = len(values) - len(values) % 2
    np.add(values[0:even:2][whole], values[1:even:2][whole], out=inside)
    pair_means: np.ndarray = inside
    pair_means /= 2.0
    total = float(np.var(pair_means, ddof=1))
    share = max(0.0, 1.0 - half_within / total) if total > 0.0 else 0.0
    grand = float(np.mean(pair_means))
    pair_means -= grand
    pair_means *= math.sqrt(share)
    pair_means += grand
    return pair_means


def whole_pairs(values: np.ndarray) -> np.ndarray:
    """Which pairs have both their trials defined (pairs,)."""
    whole: np.ndarray = ~np.isnan(_inside(values))
    return whole


def _inside(values: np.ndarray) -> np.ndarray:
    """Difference inside every complete pair (pairs,); nan where one is not defined."""
    even = len(values) - len(values) % 2
    difference: np.ndarray = values[0:even:2] - values[1:even:2]
    return difference


def _clusters(values: np.ndarray, together: int) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of the defined trials of every cluster that has any."""
    if len(values) and len(values) % together == 0 and not np.isnan(np.sum(values)):
        whole = values.reshape(-1, together)  # the usual case, for a third of the time
        return whole.sum(axis=1), np.full(len(whole), together)
    padded = np.concatenate([values, np.full(-len(values) % together, np.nan)])
    padded = padded.reshape(-1, together)
    counts = np.count_nonzero(~np.isnan(padded), axis=1)
    sums = np.nansum(padded, axis=1)
    return sums[counts > 0], counts[counts > 0]


def _named(quantiles: np.ndarray) -> dict[str, float]:
    """Three quantiles under their names."""
    return {name: float(q) for name, q in zip(QUANTILE_NAMES, quantiles, strict=True)}
