"""Indices of sensitivity from samples: Sobol's of a conditional mean, and Morris's elementary
effects.

A simulation gives Y = f(parameters, noise). What hangs on the parameters is E[Y | parameters],
which no sample holds; but each point has several trials, with the same noise for all points of a
row. Products of different trials estimate moments of E[Y | parameters] without the noise's bias;
what is left is the noise's own share. Without noise they are the usual estimators.

Sources: Saltelli et al., Computer Physics Communications 181 (2010) 259, table 2 (b), first order,
and (f) after Jansen, ibid. 117 (1999) 35, total; Morris, Technometrics 33 (1991) 161; Campolongo,
Cariboni and Saltelli, Environmental Modelling and Software 22 (2007) 1509, mu* and groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 400
"""Bootstrap draws behind an interval."""


@dataclass(frozen=True)
class Indices:
    """First and total index of every factor, (k,), and the noise as a factor of its own.

    ``variance`` is that of E[Y | parameters], ``noise_variance`` E[Var(Y | parameters)].
    ``noise_first`` and ``noise_total`` are the noise's indices in Y itself. Not known: nan.
    """

    first: np.ndarray
    total: np.ndarray
    variance: float
    noise_variance: float
    noise_first: float
    noise_total: float


def crossed(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean of x_r y_s over different trials r and s: the noise of one is not that of the other.

    x, y     (..., r)  r >= 2 trials of two numbers at a point
    returns  (...,)
    """
    trials = x.shape[-1]
    whole = x.sum(-1) * y.sum(-1) - (x * y).sum(-1)
    product: np.ndarray = whole / (trials * (trials - 1))
    return product


def sobol(a: np.ndarray, b: np.ndarray, ab: np.ndarray) -> Indices:
    """Sobol indices of E[Y | parameters], from the two sample matrices and their crossings.

    a, b  (n, r)     Y at the rows of A and B, r trials each
    ab    (n, k, r)  Y at the rows of A with factor k taken from B; the trials have A's noise
    """
    centre = np.concatenate([a.ravel(), b.ravel(), ab.ravel()]).mean()
    a, b, ab = a - centre, b - centre, ab - centre
    both = np.concatenate([a, b])
    spread = both - both.mean()
    variance = float(crossed(spread, spread).mean())
    noise = float(both.var(axis=-1, ddof=1).mean())
    first = crossed(b[:, None, :], ab - a[:, None, :]).mean(0)
    total = 0.5 * crossed(a[:, None, :] - ab, a[:, None, :] - ab).mean(0)
    whole = variance + noise
    common = float((a * b).mean() - a.mean() * b.mean())  # other parameters, the same noise
    known = variance > 1e-9 * whole and whole > 0.0
    unknown = np.full(len(first), np.nan)
    return Indices(
        first / variance if known else unknown,
        total / variance if known else unknown,
        variance,
        noise,
        common / whole if whole > 0.0 else np.nan,
        noise / whole if whole > 0.0 else np.nan,
    )


def sobol_intervals(
    a: np.ndarray, b: np.ndarray, ab: np.ndarray, rng: np.random.Generator, draws: int = DRAWS
) -> tuple[np.ndarray, np.ndarray]:
    """5 and 95 % of first and of total indices over bootstrap draws of rows: (2, k) each.

    Not known (nan) where in more than half of the draws nothing hangs on the parameters.
    """
    firsts, totals = [], []
    for _ in range(draws):
        rows = rng.integers(0, len(a), len(a))
        found = sobol(a[rows], b[rows], ab[rows])
        if np.isfinite(found.first).all():
            firsts.append(found.first)
            totals.append(found.total)
    if 2 * len(firsts) < draws:
        unknown = np.full((2, ab.shape[1]), np.nan)
        return unknown, unknown
    ends = (0.05, 0.95)
    return np.quantile(firsts, ends, axis=0), np.quantile(totals, ends, axis=0)


@dataclass(frozen=True)
class Effects:
    """Elementary effects of every factor, (k,): mean, mean of sizes, standard deviation."""

    mu: np.ndarray
    mu_star: np.ndarray
    sigma: np.ndarray


def paths(
    rng: np.random.Generator, number: int, parameters: int, groups: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Morris paths on a grid of the unit cube: each step moves one group.

    groups   (parameters,)  number of the group of each parameter, 0 … k - 1
    returns  (number, k + 1, parameters) points, and (number, k) which group each step moves
    """
    k = int(groups.max()) + 1
    delta = levels / (2.0 * (levels - 1.0))
    points = np.zeros((number, k + 1, parameters))
    order = np.zeros((number, k), int)
    for n in range(number):
        start = rng.integers(0, levels // 2, parameters) / (levels - 1.0)
        up = rng.random(parameters) < 0.5
        here = np.where(up, start, start + delta)
        order[n] = rng.permutation(k)
        points[n, 0] = here
        for step, group in enumerate(order[n]):
            moved = groups == group
            here = np.where(moved, here + np.where(up, delta, -delta), here)
            points[n, step + 1] = here
    return points, order


def morris(points: np.ndarray, order: np.ndarray, groups: np.ndarray, y: np.ndarray) -> Effects:
    """Elementary effects.

    points, order  as ``paths`` gives; y (number, k + 1) the mean of Y at each point
    A group moves several parameters at once, some up, some down: it has no sign, so its
    mean is nan.
    """
    number, k = order.shape
    effects = np.zeros((number, k))
    for n in range(number):
        for step, group in enumerate(order[n]):
            first = int(np.flatnonzero(groups == group)[0])
            moved = points[n, step + 1, first] - points[n, step, first]
            effects[n, group] = (y[n, step + 1] - y[n, step]) / moved
    sizes = np.bincount(groups, minlength=k)
    mu = np.where(sizes == 1, effects.mean(0), np.nan)
    deviation = effects.std(0, ddof=1) if number > 1 else np.zeros(k)
    sigma = np.where(sizes == 1, deviation, np.nan)
    return Effects(mu, np.abs(effects).mean(0), sigma)
