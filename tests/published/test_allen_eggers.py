"""Ballistic re-entry against the closed form of Allen and Eggers (NACA TN 4047, 1957).

In air whose density falls as exp(-h/H), without gravity, a body on a straight path slows most at
h = H ln(rho0 H / (beta sin g)), with V2 sin g / (2 e H), at V = 0.607 of its entry speed. Between
11 and 20 km the standard atmosphere is exactly such air (216.65 K, H = 6.34 km), so cases are
chosen whose greatest deceleration lies there.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.atmosphere import G0_MPS2, R_AIR, density_kgpm3
from keepout.earth.geodesy import alt_of, ecef_m, enu_matrix
from keepout.flight.forces import acceleration, free_leg
from keepout.flight.integrate import CAME_DOWN, KNOT, TOLERANCE, fly_leg
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place

SCALE_M = R_AIR * 216.65 / G0_MPS2
CASES = [(5000.0, 60.0, 1000.0), (6000.0, 45.0, 1200.0), (5000.0, 75.0, 900.0)]


@pytest.mark.parametrize("speed, angle, beta", CASES)
def test_greatest_deceleration(speed, angle, beta):
    g = math.radians(angle)
    enu = enu_matrix(0.0, 0.0)
    v = speed * (-math.sin(g) * enu[2] + math.cos(g) * enu[1])  # north, so that the frame is quiet
    y = np.concatenate([ecef_m(Place(lat_deg=0.0, lon_deg=0.0, alt_m=100e3)), v])
    leg, knots = free_leg(beta, DRAG_CONSTANT), np.empty((600, KNOT))
    why, _, used = fly_leg(
        leg, 0.0, 300.0, 0.0, 0, TOLERANCE * 0.01, y, knots, 0, np.empty((12, KNOT))
    )
    assert why == CAME_DOWN
    drag, height, fast = [], [], []
    for knot in knots[:used]:
        alt_m, v_mps = alt_of(*knot[1:4]), float(np.linalg.norm(knot[4:7]))
        drag.append(0.5 * density_kgpm3(alt_m) * v_mps**2 / beta)
        height.append(alt_m)
        fast.append(v_mps)
    most = int(np.argmax(drag))
    rho0 = density_kgpm3(15e3) * math.exp(15e3 / SCALE_M)
    h = SCALE_M * math.log(rho0 * SCALE_M / (beta * math.sin(g)))
    assert 11.5e3 < h < 19.5e3
    entry = math.sqrt(speed**2 + 2 * 9.6 * (100e3 - h))  # gravity adds 3 % before the air takes it
    # it also bends the path by a degree, and a step of the integrator is 0.3 km
    assert drag[most] == pytest.approx(entry**2 * math.sin(g) / (2 * math.e * SCALE_M), rel=0.03)
    assert height[most] == pytest.approx(h, abs=0.06 * SCALE_M)
    assert fast[most] == pytest.approx(entry * math.exp(-0.5), rel=0.03)
    # and the right-hand side says the same as the closed form of drag
    a = np.array(acceleration(leg, 0.0, knots[most, 1:7].copy()))
    assert np.linalg.norm(a) == pytest.approx(drag[most], rel=0.1)
