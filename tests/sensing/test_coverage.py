"""Coverage at a height: ranges that geometry gives, and areas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.geodesy import great_circle_m
from keepout.records.place import Place
from keepout.sensing.coverage import area_m2, place_beyond, reach_m
from keepout.sensing.radar import detection_range_m

SITE = Place(lat_deg=31.0, lon_deg=35.0)


def test_a_place_beyond_is_as_far_as_it_says():
    for azimuth in (0.3, 2.0, -1.5):
        there = place_beyond(SITE, azimuth, 700e3, 0.0)
        assert great_circle_m(SITE, there) == pytest.approx(700e3, rel=4e-3)  # sphere, ellipsoid


def test_coverage_ends_where_the_signal_does(radar):
    radar.azimuth_half_rad, radar.elevation_min_rad = math.pi, -1.0
    radar.elevation_max_rad = math.radians(89.0)
    near_m, far_m = reach_m(radar, SITE, 1.0, 100e3, 0.01, 60.0)
    slant_m = detection_range_m(radar, 0.01, 60.0)
    # off the tilted face some of it is lost: never farther than straight ahead
    assert 0.85 * slant_m < math.hypot(far_m, 100e3) < 1.01 * slant_m
    assert near_m == pytest.approx(100e3 / math.tan(math.radians(89.0)), rel=0.3)


def test_nothing_is_covered_behind_the_face(radar):
    assert all(math.isnan(end) for end in reach_m(radar, SITE, math.radians(240.0), 1e5, 1.0, 20.0))


def test_the_horizon_bounds_low_targets(radar):
    radar.azimuth_half_rad, radar.elevation_min_rad = math.pi, -1.0
    _near, far_m = reach_m(radar, SITE, 1.0, 1e3, 1e3, 1.0)
    assert far_m == pytest.approx(math.sqrt(2.0 * 8.5e6 * 1e3), rel=0.03)  # 4/3 Earth


def test_area_of_a_disc():
    far = np.full(72, 500e3)
    cap = 2.0 * math.pi * 6_371_008.8**2 * (1.0 - math.cos(500e3 / 6_371_008.8))
    assert area_m2(np.zeros(72), far) == pytest.approx(cap)
    assert area_m2(np.full(72, np.nan), np.full(72, np.nan)) == 0.0
