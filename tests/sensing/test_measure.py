"""A measurement is the truth with the stated errors."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

from keepout.sensing import radar as rd
from keepout.sensing.measure import measure


def test_no_noise_is_the_truth(radar):
    point = pymap3d.aer2ecef(40.0, 25.0, 700e3, 31.0, 35.0, 0.0)
    got = measure(radar, *point, 50.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert got == pytest.approx((700e3, math.radians(40), math.radians(25)), rel=1e-9)


def test_scatter_across_the_line_of_sight_is_the_same_in_both_angles(radar):
    rng = np.random.default_rng(3)
    az, el, range_m = 75.0, 60.0, 400e3
    point = pymap3d.aer2ecef(az, el, range_m, 31.0, 35.0, 0.0)
    n = 4000
    draws = rng.standard_normal((n, 3))
    got = np.array([measure(radar, *point, 30.0, *d, 0.0, 0.0, 0.0) for d in draws])
    off = rd.off_face_cos(radar, math.radians(az), math.radians(el))
    sigma = rd.angle_sigma_rad(radar, 30.0, off)
    tolerance = 4 / math.sqrt(2 * n)
    assert got[:, 0].std() == pytest.approx(rd.range_sigma_m(radar, 30.0), rel=tolerance)
    assert got[:, 1].std() * math.cos(math.radians(el)) == pytest.approx(sigma, rel=tolerance)
    assert got[:, 2].std() == pytest.approx(sigma, rel=tolerance)


def test_bias_shifts_every_look_alike(radar):
    point = pymap3d.aer2ecef(40.0, 0.5, 700e3, 31.0, 35.0, 0.0)
    got = measure(radar, *point, 50.0, 0.0, 0.0, 0.0, 2.0, 1.0, -1.0)
    assert got[0] == pytest.approx(700e3 + 2 * radar.range_bias_m)
    assert got[1] == pytest.approx(math.radians(40) + radar.angle_bias_rad, rel=1e-6)
    assert got[2] == pytest.approx(math.radians(0.5) - radar.angle_bias_rad, rel=1e-6)
