"""Tracks of several radars: the best of them, one alone, or all weighed together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config

from keepout.engine.trial import trials_kernel
from keepout.kernel import kernel
from keepout.records.sensor import ESTIMATE, WATCH
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.sensing.estimate import information, set_combined


def watch_of(cov, bias):
    """A filtered WATCH that believes one thing all along."""
    row = np.zeros(1, WATCH).view(np.recarray)[0]
    row.rise_s, row.set_s, row.points_per_s, row.filtered = 0.0, 100.0, 0.47, 1
    root = math.sqrt(cov[0, 0])
    lean = cov[0, 1] / root
    row.error[:] = [root, lean, math.sqrt(cov[1, 1] - lean * lean), *bias, 50.0, 1.0]
    return row


@kernel
def combined(one, other, out):
    """Two tracks weighed together, as ``engine.see.combine_impact`` does."""
    a, b = information(one, 10.0, 0.0, 0.0, 1.0), information(other, 10.0, 0.0, 0.0, 1.0)
    set_combined(
        a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], max(a[5], b[5]), 100.0,
        200.0, out,
    )  # fmt: skip


def test_two_tracks_weigh_as_their_covariances_say():
    """The textbook: P = (A^-1 + B^-1)^-1, x = P (A^-1 a + B^-1 b)."""
    a_cov = np.array([[9e6, 2e6], [2e6, 1e6]])
    b_cov = np.array([[4e5, -1e5], [-1e5, 8e6]])
    a, b = np.array([1500.0, -700.0]), np.array([-300.0, 2000.0])
    out = np.zeros(1, ESTIMATE).view(np.recarray)[0]
    combined(watch_of(a_cov, a), watch_of(b_cov, b), out)
    cov = np.linalg.inv(np.linalg.inv(a_cov) + np.linalg.inv(b_cov))
    mean = cov @ (np.linalg.solve(a_cov, a) + np.linalg.solve(b_cov, b))
    assert (out.east_m - 100.0, out.north_m - 200.0) == pytest.approx(mean, rel=1e-4)
    assert (out.var_east_m2, out.var_north_m2) == pytest.approx(np.diag(cov), rel=1e-4)
    assert out.cov_m2 == pytest.approx(cov[0, 1], rel=1e-3)


@pytest.mark.skipif(config.DISABLE_JIT, reason="hundreds of raids uncompiled")
def test_a_radar_to_each_battery_stops_less_than_a_network():
    """October, paired trials: the same raid; three of a hundred more arrive without fusion, and
    weighing all tracks together changes little where the best of them is good enough."""
    found = {}
    for fusion in ("none", "best", "combined"):
        made = resolve(load("october-2024", (f"models.fusion={fusion}",)))
        out = np.zeros((150, len(made.layout.columns())), np.int32)
        trials_kernel(made.case, 5, 0, len(out), out)
        found[fusion] = dict(zip(made.layout.columns(), out.T, strict=True))
    none, best, combined = (found[name] for name in ("none", "best", "combined"))
    for name in ("launched", "failed", "threatening"):
        assert (none[name] == best[name]).all()
        assert (combined[name] == best[name]).all()
    worse = (none["arrived"] - best["arrived"]).astype(float)
    assert worse.mean() > 4.0 * worse.std(ddof=1) / math.sqrt(len(worse))
    apart = (combined["arrived"] - best["arrived"]).astype(float)
    assert (apart != 0.0).any()
    assert abs(apart.mean()) < 0.5
