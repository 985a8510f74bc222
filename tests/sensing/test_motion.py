"""The tracker's motion: against an outside integrator and against differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from keepout.records.missile import DRAG_CONE
from keepout.sensing import motion

from .conftest import ecef_m, to_enu

LN_BETA = math.log(3000.0)


def state_of(alt_m: float, speed_mps: float, path_deg: float) -> np.ndarray:
    path = math.radians(path_deg)
    v = to_enu(33.0, 40.0).T @ np.array([-math.cos(path), 0.2, math.sin(path)])
    return np.array([*ecef_m(33.0, 40.0, alt_m), *(speed_mps * v), LN_BETA])


STATES = [(250e3, 3000.0, -5.0), (60e3, 3200.0, -40.0), (25e3, 2500.0, -45.0), (8e3, 900.0, -50.0)]


@pytest.mark.parametrize("alt_m, speed_mps, path_deg", STATES)
def test_slopes_against_differences(alt_m, speed_mps, path_deg):
    start = state_of(alt_m, speed_mps, path_deg)
    f = np.zeros((3, 7))
    motion.slopes(*start, DRAG_CONE, f)
    expected = np.zeros((3, 7))
    for j, d in enumerate((50.0, 50.0, 50.0, 1.0, 1.0, 1.0, 1e-3)):
        up, down = start.copy(), start.copy()
        up[j] += d
        down[j] -= d
        a = np.array(motion.acceleration(*up, DRAG_CONE))
        expected[:, j] = (a - motion.acceleration(*down, DRAG_CONE)) / (2 * d)
    for block in (slice(0, 3), slice(3, 6), slice(6, 7)):
        scale = np.abs(expected[:, block]).max()
        # density and speed by one-sided differences of 200 m and 1 %: some 2 %
        assert np.abs(f - expected)[:, block].max() <= 0.03 * scale + 1e-12


def test_fall_against_dop853():
    start = state_of(150e3, 3300.0, -35.0)
    state = start.copy()
    for _ in range(120):
        motion.fall(state, 0.5, DRAG_CONE)

    def rate(_, y):
        return [*y[3:6], *motion.acceleration(*y[:6], LN_BETA, DRAG_CONE)]

    with np.errstate(all="ignore"):
        end = solve_ivp(rate, (0, 60), start[:6], method="DOP853", rtol=1e-9, atol=1e-6).y[:, -1]
    assert state[:3] == pytest.approx(end[:3], abs=1.0)  # kinks of the air cost centimetres
    assert state[3:6] == pytest.approx(end[3:6], abs=0.1)


@pytest.mark.parametrize("alt_m, h_s, allowed", [(300e3, 5.0, 2e-4), (40e3, 0.5, 0.03)])
def test_transition_carries_small_differences(alt_m, h_s, allowed):
    start = state_of(alt_m, 3000.0, -35.0)
    end = start.copy()
    motion.fall(end, h_s, DRAG_CONE)
    f, phi = np.zeros((3, 7)), np.zeros((7, 7))
    motion.slopes(*(0.5 * (start + end)), DRAG_CONE, f)
    motion.transition(f, h_s, phi)
    for j, d in enumerate((10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 0.01)):
        moved = start.copy()
        moved[j] += d
        motion.fall(moved, h_s, DRAG_CONE)
        got, change = moved - end, phi[:, j] * d
        for part in (slice(0, 3), slice(3, 6)):
            # J2 above the air, differences of 200 m and the mid-point rule inside it
            size = np.abs(change[part]).max()
            assert got[part] == pytest.approx(change[part], abs=allowed * size + 1e-6)


def test_spread_is_phi_p_phi_transposed():
    rng = np.random.default_rng(2)
    root = rng.standard_normal((7, 7))
    cov = root @ root.T
    phi = np.eye(7) + 0.3 * rng.standard_normal((7, 7))
    phi[6] = np.eye(7)[6]
    expected = phi @ cov @ phi.T
    motion.spread(cov, phi, np.zeros((7, 7)))
    assert cov == pytest.approx(expected)
    assert (cov == cov.T).all()
