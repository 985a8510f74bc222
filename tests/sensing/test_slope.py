"""How the impact moves with the state: the adjoint against impacts of moved states."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.flight.coast import impact_kernel
from keepout.records.missile import DIVE, DRAG_CONE, MANOEUVRING
from keepout.records.trajectory import SAMPLES
from keepout.sensing.slope import SLOPE_POINTS, SLOPE_STRIDE, impact_slope_kernel

from .lanes import make_missile

STEPS = (150.0, 150.0, 150.0, 0.8, 0.8, 0.8, 0.02)


@pytest.mark.parametrize("point", [20, 60, 88, 92])
def test_slope_agrees_with_impacts_of_moved_states(flight, point):
    _, sample, _, asset, slope, _ = flight
    start = np.array([*sample[point * SLOPE_STRIDE], math.log(4000.0)])
    to_enu = np.asarray(asset.to_enu)
    for j, d in enumerate(STEPS):
        ends = []
        for sign in (1.0, -1.0):
            moved = start.copy()
            moved[j] += sign * d
            end = impact_kernel(*moved[:6], math.exp(moved[6]), DRAG_CONE)
            ends.append([*(to_enu[:2] @ np.array(end[:3])), end[6]])
        expected = (np.array(ends[0]) - ends[1]) / (2.0 * d)
        got = slope[point, :, j]
        # of the largest of its row; place 3 %: second-order steps, differences in the
        # drag; time 12 %: impact_kernel's own times scatter by some 10 ms
        block = slice(0, 3) if j < 3 else slice(3, 6) if j < 6 else slice(6, 7)
        size = np.abs(slope[point, :, block]).max(axis=1)
        assert (np.abs(got - expected) < np.array([0.03, 0.03, 0.12]) * size).all()


def test_a_ballistic_lane_has_no_drift(flight):
    *_, drift = flight
    assert (drift == 0.0).all()


def test_an_unreachable_lane_is_refused(flight):
    lane, sample, missile, asset, slope, drift = flight
    other = lane.copy()
    other.reachable = 0
    assert impact_slope_kernel(other, sample, missile, asset, slope.copy(), drift.copy()) == -1


def test_drift_of_a_flight_that_leaves_its_ballistic_path(flight):
    """A lane bent aside below 50 km: before, the prediction misses by the whole bend."""
    lane, sample, _, asset, slope, _ = flight
    missile = make_missile()
    missile.kind, missile.manoeuvre = MANOEUVRING, DIVE
    bent = sample.copy()
    east = np.asarray(asset.to_enu)[0]
    alt_m = (sample[:, :3] - sample[-1, :3]) @ np.asarray(asset.to_enu)[2]
    first = int(np.argmax(alt_m)) + int(np.argmax(alt_m[np.argmax(alt_m) :] < 50e3))
    last = SAMPLES - 1
    part = np.clip((np.arange(SAMPLES) - first) / (last - first), 0.0, 1.0)
    bent[:, :3] += 8000.0 * (part**2)[:, None] * east
    bent[:, 3:] += (8000.0 * 2 * part / ((last - first) * lane.dt_s))[:, None] * east
    drift = np.zeros((SLOPE_POINTS, 2))
    assert impact_slope_kernel(lane, bent, missile, asset, slope.copy(), drift) == 0
    early = int(lane.burnout_s / lane.dt_s) // SLOPE_STRIDE + 2
    assert drift[early] == pytest.approx([-8000.0, 0.0], abs=60.0)
    assert (drift[early : first // SLOPE_STRIDE - 1] == drift[early]).all()
    assert np.linalg.norm(drift[-1]) == 0.0
    assert np.linalg.norm(drift[-3]) < 4000.0
