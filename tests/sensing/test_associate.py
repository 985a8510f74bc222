"""Gates, clusters, nearest neighbours and shares, beside enumeration, SciPy and Stone Soup."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numba import config
from scipy.optimize import linear_sum_assignment
from scipy.stats import chi2

from keepout.sensing import associate, shares

from .crowds import Crowd, crowd, pairs_of, square

SCENES = 12 if config.DISABLE_JIT else 150
OPEN = 1e9
"""A cost that no assignment takes if it can help it."""


def scenes():
    rng = np.random.default_rng(20)
    for _ in range(SCENES):
        n, m = rng.integers(1, 12, 2)
        yield rng, crowd(rng, n, m, rng.choice([2.0, 5.0, 20.0]))


def clusters_of(found: Crowd):
    tracks, looks = len(found.predicted), len(found.measured)
    label = np.empty(tracks, np.int64)
    scratch = np.empty(tracks + looks, np.int64)
    return label, associate.clusters(found.start, found.look, looks, label, scratch)


def shares_of(found: Crowd, weight, miss, room):
    share, missed = np.empty(len(found.look)), np.empty(len(found.predicted))
    label, count = clusters_of(found)
    approximated = shares.shares(
        found.start, found.look, weight, miss, len(found.measured), label, count, room,
        share, missed,
    )  # fmt: skip
    return share, missed, approximated


def test_the_gate_holds_the_share_it_says():
    assert chi2.ppf(0.999, 3) == pytest.approx(associate.GATE_999, rel=1e-14)


def test_pairs_are_those_of_the_definition():
    for _, found in scenes():
        wanted = np.full((len(found.predicted), len(found.measured)), np.inf)
        for i, s in enumerate(square(found.spread)):
            away = found.measured - found.predicted[i]
            d2 = np.einsum("ij,ij->i", away, np.linalg.solve(s, away.T).T)
            wanted[i, d2 <= associate.GATE_999] = d2[d2 <= associate.GATE_999]
        assert found.matrix(found.distance2, np.inf) == pytest.approx(wanted, rel=1e-9)


def test_angles_go_the_short_way_round():
    predicted, spread = np.array([[1e3, 3.14, 0.5]]), np.array([[1.0, 0, 0, 1e-4, 0, 1e-4]])
    measured = np.array([[1e3, -3.14, 0.5], [1e3, 3.1, 0.5], [1e3, 0.0, 0.5]])
    found = pairs_of(predicted, spread, measured, around=True)
    assert sorted(found.look) == [0, 1]
    expected = (2.0 * np.pi - 6.28) ** 2 / 1e-4
    assert found.distance2[list(found.look).index(0)] == pytest.approx(expected)


def test_pairs_that_do_not_fit_are_told():
    found = crowd(np.random.default_rng(1), 5, 5, 1.0)
    short = np.empty(3, np.int64), np.empty(3)
    start = np.empty(6, np.int64)
    got = associate.gate(
        found.predicted, found.spread, found.measured, False, 100.0, start, *short
    )  # fmt: skip
    assert got == -1


def test_clusters_are_the_connected_parts():
    for _, found in scenes():
        label, count = clusters_of(found)
        joined = np.eye(len(label), dtype=int) + (
            (a := np.isfinite(found.matrix(found.distance2, np.inf)).astype(int)) @ a.T
        )
        reach = np.linalg.matrix_power(joined.astype(object), len(label)) > 0
        assert ((label[:, None] == label[None, :]) == reach).all()
        assert sorted(set(label)) == list(range(count))
        assert list(dict.fromkeys(label)) == list(range(count))


def test_nearest_is_the_assignment_of_scipy():
    for rng, found in scenes():
        n, m = len(found.predicted), len(found.measured)
        shift = rng.choice([0.0, -10.0])  # logarithms of likelihoods may have either sign
        miss = rng.uniform(2.0, 12.0, n) + shift
        cost = np.full((n, m + n), OPEN)
        cost[:, :m] = found.matrix(found.distance2 + shift, OPEN)
        cost[np.arange(n), m + np.arange(n)] = miss
        rows, columns = linear_sum_assignment(cost)
        look_of = np.empty(n, np.int64)
        total = associate.nearest(
            found.start, found.look, found.distance2 + shift, miss, m, look_of
        )
        assert list(look_of) == [j if j < m else associate.NOBODY for j in columns]
        assert total == pytest.approx(cost[rows, columns].sum(), abs=1e-9)


def enumerated(found: Crowd, weight, miss):
    """Shares by writing every joint event down."""
    share, missed, total = np.zeros(len(weight)), np.zeros(len(miss)), 0.0
    choices = [[-1, *range(a, b)] for a, b in itertools.pairwise(found.start)]
    for event in itertools.product(*choices):
        used = [found.look[e] for e in event if e >= 0]
        if len(set(used)) < len(used):
            continue
        p = np.prod([miss[i] if e < 0 else weight[e] for i, e in enumerate(event)])
        total += p
        for i, e in enumerate(event):
            if e < 0:
                missed[i] += p
            else:
                share[e] += p
    return share / total, missed / total


def test_shares_are_those_of_all_joint_events():
    worst = 0.0
    for rng, found in scenes():
        if len(found.predicted) > 5:
            continue
        weight = np.exp(-0.5 * found.distance2) * rng.uniform(0.5, 20.0)
        miss = rng.uniform(0.05, 0.6, len(found.predicted))
        share, missed = enumerated(found, weight, miss)
        got, got_missed, approximated = shares_of(found, weight, miss, 1 << 16)
        assert approximated == 0
        assert got == pytest.approx(share, abs=1e-12)
        assert got_missed == pytest.approx(missed, abs=1e-12)
        near, near_missed, approximated = shares_of(found, weight, miss, 0)
        assert approximated == len(miss)
        worst = max(
            worst, np.abs(near - share).max(initial=0.0), np.abs(near_missed - missed).max()
        )
    assert 1e-6 < worst < 0.1  # what belief propagation gives away, as the docstring says


def test_a_long_chain_is_exact_in_little_room():
    """Forty tracks in a row, each contesting a look with the next: two bits at a time are enough.

    The weights are a transfer matrix's: the same sum by multiplying matrices of two rows.
    """
    n, w, miss = 40, 0.7, 0.3
    start = np.minimum(2 * np.arange(n + 1), 2 * n)
    look = np.stack([np.arange(n), np.arange(1, n + 1)], axis=1).ravel()
    found = Crowd(np.zeros((n, 3)), np.zeros((n, 6)), np.zeros((n + 1, 3)), start, look, look * 0.0)
    _, missed, approximated = shares_of(found, np.full(2 * n, w), np.full(n, miss), 41 * 4)
    assert approximated == 0
    step = np.array([[w + miss, w], [miss, w]])  # from and to: whether the shared look is taken
    none = np.array([[miss, 0.0], [miss, 0.0]])
    ends = np.array([1.0, 0.0])
    whole = ends @ np.linalg.matrix_power(step, n) @ np.ones(2)
    for i in (0, 7, 39):
        part = np.linalg.matrix_power(step, i) @ none @ np.linalg.matrix_power(step, n - 1 - i)
        assert missed[i] == pytest.approx(ends @ part @ np.ones(2) / whole, abs=1e-12)


def test_weights_are_likelihoods_over_clutter():
    from scipy.stats import multivariate_normal

    found = crowd(np.random.default_rng(3), 4, 6, 3.0)
    weight = np.empty(len(found.look))
    shares.weigh(found.start, found.distance2, found.spread, 0.8, 1e-3, weight)
    for i, s in enumerate(square(found.spread)):
        density = multivariate_normal(found.predicted[i], s)
        for e in range(found.start[i], found.start[i + 1]):
            expected = 0.8 * density.pdf(found.measured[found.look[e]]) / 1e-3
            assert weight[e] == pytest.approx(expected, rel=1e-12)
