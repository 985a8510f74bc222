"""Gravity against WGS 84's normal gravity, and the frame's forces against an inertial flight."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.geodesy import OMEGA_RADPS, ecef_from_geodetic, enu_matrix
from keepout.earth.gravity import free_fall, gravitation


@pytest.mark.parametrize("lat_deg", [0.0, 30.0, 45.0, 60.0, 90.0])
def test_weight_is_normal_gravity(lat_deg):
    # Somigliana's formula, NIMA TR8350.2 eq. 4-1; terms beyond J2 are worth up to 1.5e-5
    lat = math.radians(lat_deg)
    s2 = math.sin(lat) ** 2
    normal = 9.7803253359 * (1 + 0.00193185265241 * s2) / math.sqrt(1 - 0.00669437999014 * s2)
    r = ecef_from_geodetic(lat, 0.3, 0.0)
    pull = np.array(free_fall(*r, 0.0, 0.0))
    assert np.linalg.norm(pull) == pytest.approx(normal, rel=2e-5)
    # and it points along the normal of the ellipsoid
    assert -enu_matrix(lat, 0.3)[2] @ pull == pytest.approx(normal, rel=2e-5)


def test_a_satellite_at_rest_over_the_equator_stays():
    # the radius of the geostationary orbit with J2, from r^3 w^2 = mu (1 + 1.5 J2 (a/r)^2)
    r = 42164.17e3
    for _ in range(50):
        mu = 3.986004418e14 * (1 + 1.5 * 1.08262982131e-3 * (6378137.0 / r) ** 2)
        r = (mu / OMEGA_RADPS**2) ** (1 / 3)
    assert np.linalg.norm(free_fall(r, 0.0, 0.0, 0.0, 0.0)) < 1e-12


def test_the_frame_turns_a_straight_line():
    # with no mass nearby, a body at rest in space circles backwards in the turning frame
    far = 1e15
    r = np.array([far, 0.0, 0.0])
    v = np.array([0.0, -OMEGA_RADPS * far, 0.0])
    a = np.array(free_fall(*r, v[0], v[1]))
    assert a == pytest.approx(np.array([-(OMEGA_RADPS**2) * far, 0.0, 0.0]), rel=1e-9, abs=1e-3)


def test_gravitation_points_down():
    assert gravitation(7e6, 0.0, 0.0)[0] < 0.0
    assert gravitation(0.0, 0.0, -7e6)[2] > 0.0
