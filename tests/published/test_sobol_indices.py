"""Sobol and Morris indices: the Ishigami function in closed form, and SALib's printout.

authorities/salib_ishigami.txt is what SALib 1.6.0 prints; salib_ishigami.py makes it again.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from scipy.stats import qmc

from keepout.studies import sensitivity_indices as indices

ROOT = Path(__file__).resolve().parents[2]
PRINTED = {
    line.split()[0]: np.array([float(x) for x in line.split()[1:]])
    for line in (ROOT / "authorities" / "salib_ishigami.txt").read_text("utf-8").splitlines()[1:]
}

# Ishigami and Homma (1990), a = 7, b = 0.1; variances in closed form as in Saltelli et al.,
# Global Sensitivity Analysis (2008), p. 179: V1 = (1 + b pi^4/5)^2 / 2, V2 = a^2/8,
# V13 = b^2 pi^8 (1/18 - 1/50), no other term.
A, B = 7.0, 0.1
V1, V2 = 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2, A**2 / 8.0
V13 = B**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
V = V1 + V2 + V13
FIRST = np.array([V1, V2, 0.0]) / V
TOTAL = np.array([V1 + V13, V2, V13]) / V


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    """The script of the printout, its samples only: SALib itself is not needed."""
    path = ROOT / "authorities" / "salib_ishigami.py"
    spec = importlib.util.spec_from_file_location("salib_ishigami", path)
    module = importlib.util.module_from_spec(spec)
    stubs = ("SALib", "SALib.analyze")
    kept = {name: sys.modules.get(name) for name in stubs}
    for name in stubs:
        sys.modules[name] = SimpleNamespace(morris=None, sobol=None)
    try:
        spec.loader.exec_module(module)
    finally:
        for name, old in kept.items():
            sys.modules.pop(name) if old is None else sys.modules.update({name: old})
    return module


def evaluated(recipe, unit, trials=2, noise=0.0, rng=None):
    """Y at rows of points, the same noise for all points of a row: (rows, points, trials)."""
    y = recipe.ishigami((2.0 * unit - 1.0) * np.pi)[..., None].repeat(trials, axis=-1)
    if noise:
        y = y + noise * rng.standard_normal((len(unit), 1, trials))
    return y


def test_sobol_indices_are_those_of_salib(recipe):
    rows = recipe.rows(256)
    y = evaluated(recipe, rows)
    found = indices.sobol(y[:, 0], y[:, 4], y[:, 1:4])
    assert found.first == pytest.approx(PRINTED["S1"], abs=1e-11)  # the digits printed
    assert found.total == pytest.approx(PRINTED["ST"], abs=1e-11)
    assert found.noise_variance == 0.0


def test_morris_effects_are_those_of_salib(recipe):
    unit = recipe.paths()
    order = np.array([np.flatnonzero(step)[0] for path in unit for step in np.diff(path, axis=0)])
    y = recipe.ishigami((2.0 * unit - 1.0) * np.pi)
    found = indices.morris(unit, order.reshape(6, 3), np.arange(3), y)
    for key in ("mu", "mu_star", "sigma"):
        assert getattr(found, key) == pytest.approx(PRINTED[key], abs=1e-11)


@pytest.mark.parametrize("noise", [0.0, 3.0])
def test_sobol_indices_approach_the_closed_form(recipe, noise):
    """With noise of its own the indices stay those of the conditional mean.

    16,384 rows: the standard error of an index is about 0.01 without noise and 0.02 with it
    (from the spread over seeds); the tolerance is four of them.
    """
    rng = np.random.default_rng(5)
    u = qmc.Sobol(6, scramble=True, rng=rng).random_base2(14)
    a, b = u[:, :3], u[:, 3:]
    crossed = [np.where(np.arange(3) == k, b, a) for k in range(3)]
    y = evaluated(recipe, np.stack([a, b, *crossed], axis=1), 2, noise, rng)
    found = indices.sobol(y[:, 0], y[:, 1], y[:, 2:])
    within = 0.08 if noise else 0.04
    assert found.first == pytest.approx(FIRST, abs=within)
    assert found.total == pytest.approx(TOTAL, abs=within)
    assert found.variance == pytest.approx(V, rel=0.05)
    assert found.noise_variance == pytest.approx(noise**2, rel=0.05, abs=1e-12)
    share = noise**2 / (noise**2 + V)
    assert found.noise_total == pytest.approx(share, abs=0.03)
    assert found.noise_first == pytest.approx(share, abs=0.06)  # additive: no interaction


def test_one_trial_read_as_the_mean_would_mistake_noise_for_parameters(recipe):
    """What the crossing of trials is for: the plain estimator counts the noise as variance."""
    rng = np.random.default_rng(6)
    u = qmc.Sobol(6, scramble=True, rng=rng).random_base2(12)
    y = evaluated(recipe, u[:, None, :3], 2, 3.0, rng)
    plain = float(y[:, 0, 0].var())
    crossed = indices.crossed(y[:, 0] - y.mean(), y[:, 0] - y.mean()).mean()
    assert plain > V + 6.0
    assert crossed == pytest.approx(V, abs=1.5)


def test_a_group_of_morris_moves_at_once():
    groups = np.array([0, 1, 1, 2])
    points, order = indices.paths(np.random.default_rng(2), 5, 4, groups, 4)
    assert points.min() >= 0.0
    assert points.max() <= 1.0
    for path, moves in zip(points, order, strict=True):
        for step, group in zip(np.diff(path, axis=0), moves, strict=True):
            assert np.array_equal(np.abs(step) > 0, groups == group)
            assert np.abs(step).max() == pytest.approx(2.0 / 3.0)
    y = points @ np.array([1.0, 2.0, 3.0, 0.0])
    found = indices.morris(points, order, groups, y)
    assert found.mu[[0, 2]] == pytest.approx([1.0, 0.0], abs=1e-12)
    assert np.isnan(found.mu[1])
    ups = np.sign(np.diff(points, axis=1)).max(axis=1)[:, 1:3]  # 0: that one went down
    sizes = np.abs((2.0 * ups - 1.0) @ np.array([2.0, 3.0]))
    assert found.mu_star[1] == pytest.approx(float(sizes.mean()))


def test_a_result_that_hangs_on_nothing_has_no_indices():
    same = np.ones((8, 2))
    found = indices.sobol(same, same, np.ones((8, 3, 2)))
    assert np.isnan(found.first).all()
    assert found.variance == 0.0
