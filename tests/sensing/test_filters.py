"""The polar update, the unscented filter and the three modes, beside the textbook in matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config
from scipy.stats import chi2

from keepout.records.missile import DRAG_CONE
from keepout.sensing import ekf, modes, polar
from keepout.sensing import unscented as un
from keepout.sensing.motion import fall

from .peers import NOISE, Site, matrices, pack, random_cov, unpack, work

SIGMA = np.array([100.0] * 3 + [30.0] * 3 + [0.2])
RUNS = 60
WEAVE_MPS2, WEAVE_S, WEAVE_FROM_S = 98.0, 12.0, 30


@pytest.fixture(scope="module")
def site():
    return Site()


@pytest.fixture
def state(site):
    return site.state((300e3, 200e3, 250e3), (-1500.0, -800.0, 900.0))


def test_polar_update_is_the_textbook_one(site, state):
    rng = np.random.default_rng(1)
    for _ in range(20):
        cov = random_cov(rng, SIGMA)
        z = site.shown(state) + rng.standard_normal(3) * [30.0, 1e-3, 1e-3]
        x_1, cov_1, v, s = matrices(site, state, cov, z)
        predicted, spread = np.empty(3), np.empty(6)
        polar.expect(site.face, state, pack(cov), *NOISE, predicted, spread)
        x, p = state.copy(), pack(cov)
        d2, likelihood = polar.take_polar(site.face, *z, *NOISE, x, p)
        sigma = np.sqrt(np.diag(cov))
        assert predicted == pytest.approx(site.shown(state), rel=1e-14)
        assert spread == pytest.approx(s[np.triu_indices(3)], rel=1e-8, abs=1e-12 * s[0, 0] ** 0.5)
        assert np.abs((x - x_1) / sigma).max() < 1e-9
        assert np.abs((unpack(p) - cov_1) / np.outer(sigma, sigma)).max() < 1e-10
        assert d2 == pytest.approx(v @ np.linalg.solve(s, v), rel=1e-8)
        expected = -0.5 * (d2 + np.linalg.slogdet(2.0 * math.pi * s)[1])
        assert likelihood == pytest.approx(expected, rel=1e-9)


def test_polar_update_across_north(site):
    x = site.state((-100.0, 300e3, 100e3), (0.0, 0.0, 0.0))
    p = pack(np.diag(SIGMA**2))
    az = site.shown(x)[1] + 1e-3  # beyond north: past 2 pi on a compass, past 0 here
    d2, _ = polar.take_polar(
        site.face, site.shown(x)[0], az + 2.0 * math.pi, site.shown(x)[2], *NOISE, x, p
    )
    assert d2 < 2.0


def test_points_have_the_mean_and_covariance_they_came_of():
    rng = np.random.default_rng(2)
    for n in (2, 5, 7):
        root = rng.standard_normal((n, n))
        x, cov = rng.standard_normal(n), root @ root.T + 0.1 * np.eye(n)
        mean_0, cov_0, each, scale = un.point_weights(n, 0.5, 2.0, 3.0 - n)
        points = np.empty((2 * n + 1, n))
        assert un.points_of(x, cov, scale, np.empty((n, n)), points)
        got, got_cov = np.empty(n), np.empty((n, n))
        un.moments(points, mean_0, cov_0, each, got, got_cov)
        assert got == pytest.approx(x, abs=1e-13)
        assert got_cov == pytest.approx(cov, abs=1e-12)
        assert not un.points_of(x, -cov, scale, np.empty((n, n)), points)


def test_a_covariance_that_is_none_is_told(site, state):
    cov = -np.eye(7)
    assert not un.unscented_predict(state, cov, 1.0, DRAG_CONE, 0.0, 0.0, np.empty(un.WORK))
    z = site.shown(state)
    assert math.isnan(un.unscented_update(site.face, *z, *NOISE, state, cov, np.empty(un.WORK)))


def test_unscented_approaches_the_extended_filter_where_little_bends(site, state):
    """A hundredth of the error: the second order, in which they differ, is 1e-4 of it."""
    rng = np.random.default_rng(3)
    cov = random_cov(rng, 0.01 * SIGMA)
    noise = 1e-4 * np.array(NOISE)
    z = site.shown(state) + rng.standard_normal(3) * np.sqrt(noise)
    x_1, cov_1, _, _ = matrices(site, state, cov, z, noise)
    sigma = np.sqrt(np.diag(cov))
    x, c = state.copy(), cov.copy()
    un.unscented_update(site.face, *z, *noise, x, c, np.empty(un.WORK))
    assert np.abs((x - x_1) / sigma).max() < 1e-4
    assert np.abs((c - cov_1) / np.outer(sigma, sigma)).max() < 1e-4
    x, c, y, p = state.copy(), cov.copy(), state.copy(), pack(cov)
    un.unscented_predict(x, c, 2.0, DRAG_CONE, 1.0, 0.0, np.empty(un.WORK))
    ekf.predict(y, p, 2.0, DRAG_CONE, 1.0, 0.0, math.inf, work())
    assert np.abs((x - y) / sigma).max() < 1e-4
    assert np.abs(c - unpack(p)).max() / c.max() < 1e-3  # J2 stands in the points only


def linear_nees(rng):
    """Normalised errors squared after twenty steps of six states, all of it linear: (RUNS,)."""
    f, q = np.kron([[1.0, 1.0], [0.0, 1.0]], np.eye(3)), np.diag([0.1] * 3 + [0.5] * 3)
    p0, noise = np.diag([100.0] * 3 + [25.0] * 3), np.array([4.0, 9.0, 1.0])
    mean_0, cov_0, each, scale = un.point_weights(6, 0.5, 2.0, -3.0)
    points, gain, root6 = np.empty((13, 6)), np.empty((6, 3)), np.empty((6, 6))
    s, root, found = np.empty((3, 3)), np.empty((3, 3)), []
    for _ in range(RUNS):
        truth = rng.standard_normal(6) * np.sqrt(np.diag(p0))
        x, cov = np.zeros(6), p0.copy()
        for _ in range(20):
            truth = f @ truth + rng.standard_normal(6) * np.sqrt(np.diag(q))
            un.points_of(x, cov, scale, root6, points)
            points[:] = points @ f.T
            un.moments(points, mean_0, cov_0, each, x, cov)
            cov += q
            un.points_of(x, cov, scale, root6, points)
            residual = truth[:3] + rng.standard_normal(3) * np.sqrt(noise) - points[0, :3]
            un.correct(
                points, points[:, :3].copy(), residual, mean_0, cov_0, each, noise, x, cov, gain,
                s, root,
            )  # fmt: skip
        off = truth - x
        found.append(off @ np.linalg.solve(cov, off))
    return np.array(found)


def test_linear_case_is_inside_the_exact_band():
    """The sum over runs is chi-square with 6 RUNS degrees of freedom: 95 % of seeds are inside."""
    low, high = chi2.ppf([0.025, 0.975], 6 * RUNS)
    assert low < linear_nees(np.random.default_rng(20)).sum() < high


def test_linear_looks_into_the_packed_filter_are_inside_the_exact_band():
    rng, total, runs = np.random.default_rng(21), 0.0, 400
    cov = random_cov(rng, SIGMA)
    for _ in range(runs):
        x, p = np.zeros(7), pack(cov)
        truth = np.linalg.cholesky(cov) @ rng.standard_normal(7)
        for _ in range(4):
            h = rng.standard_normal(3)
            h /= np.linalg.norm(h)
            z = h @ truth[:3] + 20.0 * rng.standard_normal()
            ekf.take(x, p, *h, 400.0, z - h @ x[:3])
        off = truth - x
        total += off @ np.linalg.solve(unpack(p), off)
    low, high = chi2.ppf([0.025, 0.975], 7 * runs)
    assert low < total < high


def test_merging_keeps_mean_and_covariance():
    rng = np.random.default_rng(4)
    w = rng.dirichlet(np.ones(4))
    xs = 1e3 * rng.standard_normal((4, 7))
    covs = [random_cov(rng, SIGMA) for _ in range(4)]
    x, p = np.empty(7), np.empty(28)
    modes.merged(w, xs, np.array([pack(c) for c in covs]), x, p)
    mean = w @ xs
    cov = sum(a * (c + np.outer(y - mean, y - mean)) for a, c, y in zip(w, covs, xs, strict=True))
    assert x == pytest.approx(mean, rel=1e-12)
    assert unpack(p) == pytest.approx(cov, rel=1e-10, abs=1e-8 * cov.max())


def test_thrust_and_noise_go_along_the_velocity(state):
    """A mode is the ballistic filter with a push: derivatives by differences."""
    rng = np.random.default_rng(5)
    cov = random_cov(rng, SIGMA)
    mode = np.array([30.0, 400.0, 20.0, 0.0])

    def moved(x):
        y, p = x.copy(), pack(np.zeros((7, 7)))
        modes.predict_mode(np.array([30.0, 0, 0, 0]), y, p, 1.0, DRAG_CONE, work())
        return y

    steps = np.array([1.0] * 3 + [0.1] * 3 + [1e-3])
    jacobian = np.empty((7, 7))
    for k in range(7):
        d = np.zeros(7)
        d[k] = steps[k]
        jacobian[:, k] = (moved(state + d) - moved(state - d)) / (2.0 * steps[k])
    x, p = state.copy(), pack(cov)
    modes.predict_mode(mode, x, p, 1.0, DRAG_CONE, work())
    u = x[3:6] / np.linalg.norm(x[3:6])
    q = 20.0 * np.eye(3) + 380.0 * np.outer(u, u)
    noise = np.zeros((7, 7))
    noise[:6, :6] = np.block([[q / 3.0, q / 2.0], [q / 2.0, q]])
    expected = jacobian @ cov @ jacobian.T + noise
    scale = np.sqrt(np.diag(expected))
    assert x == pytest.approx(moved(state))
    assert np.linalg.norm(x[3:6]) - np.linalg.norm(state[3:6]) == pytest.approx(30.0, abs=10.0)
    assert np.abs((unpack(p) - expected) / np.outer(scale, scale)).max() < 2e-5  # J2, central here


def test_mixing_is_the_textbook_one():
    rng = np.random.default_rng(6)
    chance, xs = rng.dirichlet(np.ones(3)), rng.standard_normal((3, 7))
    ps = np.array([pack(random_cov(rng, np.ones(7))) for _ in range(3)])
    rates = np.array([[0.0, 0.1, 0.02], [0.01, 0.0, 0.03], [0.2, 0.1, 0.0]])
    leave = rates.sum(axis=1)
    change = (1.0 - np.exp(-2.0 * leave))[:, None] * rates / leave[:, None]
    change += np.diag(np.exp(-2.0 * leave))
    after = chance.copy()
    mixed, mixed_ps = np.empty((3, 7)), np.empty((3, 28))
    modes.mix(rates, 2.0, after, xs, ps, mixed, mixed_ps)
    assert after == pytest.approx(chance @ change)
    assert after.sum() == pytest.approx(1.0)
    for j in range(3):
        w = chance * change[:, j] / after[j]
        assert mixed[j] == pytest.approx(w @ xs)


def falling(site, weaves, seed, seconds=70):
    """One second apart: a body on its way down from 160 km that turns left and right, or not."""
    rng = np.random.default_rng(seed)
    away, turn = rng.uniform(-2e4, 2e4), rng.uniform(-100.0, 100.0)
    x = site.state((120e3 + away, 90e3, 150e3), (-1200.0, -700.0 + turn, -1300.0))
    path, h = [x.copy()], 0.1
    for k in range(seconds * 10):
        fall(x, h, DRAG_CONE)
        t_s = k * h - WEAVE_FROM_S
        if weaves and t_s > 0.0:
            side = np.cross(x[3:6], site.axes[2])
            push = WEAVE_MPS2 * math.sin(2.0 * math.pi * t_s / WEAVE_S) / np.linalg.norm(side)
            x[3:6] += h * push * side
        if k % 10 == 9:
            path.append(x.copy())
    return np.array(path)


def followed(site, path, seed, density):
    """Longest run of scans outside the gate, and mean square root error; None: the modes."""
    rng, w = np.random.default_rng(seed), work()
    x, p = path[0] + SIGMA * rng.standard_normal(7), pack(np.diag(SIGMA**2))
    xs, ps, chance = (
        np.repeat(x[None], 3, 0),
        np.repeat(p[None], 3, 0),
        np.array([0.01, 0.98, 0.01]),
    )
    mixed, mixed_ps, predicted, spread = xs.copy(), ps.copy(), np.empty(3), np.empty(6)
    off, worst, out = [], 0, 0
    for truth in path[1:]:
        if density is None:
            modes.modes_predict(
                modes.MODES, modes.RATES_PS, 1.0, DRAG_CONE, chance, xs, ps, w, mixed, mixed_ps
            )
            modes.merged(chance, xs, ps, x, p)
        else:
            ekf.predict(x, p, 1.0, DRAG_CONE, density, 0.05, math.inf, w)
        z = site.shown(truth) + rng.standard_normal(3) * np.sqrt(NOISE)
        polar.expect(site.face, x, p, *NOISE, predicted, spread)
        s = np.zeros((3, 3))
        s[np.triu_indices(3)] = spread
        s = s + s.T - np.diag(np.diag(s))
        out += 1
        if (z - predicted) @ np.linalg.solve(s, z - predicted) < 16.27:
            out = 0
            if density is None:
                modes.modes_update(site.face, *z, *NOISE, chance, xs, ps)
                modes.merged(chance, xs, ps, x, p)
            else:
                polar.take_polar(site.face, *z, *NOISE, x, p)
        worst = max(worst, out)
        off.append(np.linalg.norm(x[:3] - truth[:3]))
    return worst, np.sqrt(np.mean(np.square(off)))


@pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of steps uncompiled")
def test_modes_keep_a_weaver_that_the_best_single_filter_for_the_set_loses(site):
    """Eight fall freely and two weave at 10 g. The filter with the least median error over them
    loses both weavers (four scans in a row outside the gate); the modes keep all, and their mean
    error is less than that of any single density, of those that lose nobody too."""
    paths = [(falling(site, seed >= 8, seed), seed) for seed in range(10)]
    tried = {
        q: np.array([followed(site, path, seed, q) for path, seed in paths])
        for q in (1e-2, 1.0, 10.0, 100.0, 1e3, 1e4)
    }
    tuned = min(tried, key=lambda q: np.median(tried[q][:, 1]))
    assert (tried[tuned][:8, 0] < 4).all()
    assert (tried[tuned][8:, 0] >= 4).all()
    found = np.array([followed(site, path, seed, None) for path, seed in paths])
    assert (found[:, 0] < 4).all()
    assert found[:, 1].mean() < 0.9 * min(of[:, 1].mean() for of in tried.values())
