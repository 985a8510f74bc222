"""Geodesy against pymap3d and pyproj."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest
from pyproj import Geod, Transformer

from keepout.earth.geodesy import (
    alt_of,
    bearing_rad,
    ecef_from_geodetic,
    ecef_m,
    enu_matrix,
    geodetic_from_ecef,
    great_circle_m,
    place_of,
)
from keepout.records.place import Place

PLACES = [
    (0.0, 0.0, 0.0), (31.2, 35.0, 400.0), (90.0, 0.0, 100.0), (-90.0, 0.0, 5e5),
    (89.9999, 12.0, 0.0), (-45.0, 179.9, 1e6), (12.0, -170.0, -400.0), (60.0, 100.0, 9e6),
]  # fmt: skip
GEOD = Geod(ellps="WGS84")


@pytest.mark.parametrize("lat, lon, alt", PLACES)
def test_ecef_agrees_with_pymap3d(lat, lon, alt):
    theirs = pymap3d.geodetic2ecef(lat, lon, alt)
    ours = ecef_from_geodetic(math.radians(lat), math.radians(lon), alt)
    assert ours == pytest.approx(theirs, abs=1e-8 * 6.4e6 * 0.01)  # both round at 1e-9 m


@pytest.mark.parametrize("lat, lon, alt", PLACES)
def test_there_and_back(lat, lon, alt):
    place = place_of(ecef_m(Place(lat_deg=lat, lon_deg=lon, alt_m=alt)))
    assert place.lat_deg == pytest.approx(lat, abs=1e-9)
    assert place.alt_m == pytest.approx(alt, abs=1e-6)
    if abs(lat) < 89.9999:
        assert place.lon_deg == pytest.approx(lon, abs=1e-9)


def test_the_way_back_agrees_with_pyproj_to_1000_km():
    to_geodetic = Transformer.from_crs(4978, 4979, always_xy=True)
    rng = np.random.default_rng(5)
    for _ in range(300):
        r = rng.normal(size=3)
        r *= rng.uniform(6.36e6, 7.4e6) / np.linalg.norm(r)
        lon, lat, alt = to_geodetic.transform(*r)
        # PROJ goes round Bowring's formula once: a centimetre at 1,000 km
        assert alt_of(*r) == pytest.approx(alt, abs=2e-2)
        lat_rad, lon_rad, _ = geodetic_from_ecef(*r)
        assert (lat_rad, lon_rad) == pytest.approx((math.radians(lat), math.radians(lon)), abs=1e-8)


def test_poles_have_a_height():
    assert geodetic_from_ecef(0.0, 0.0, 6.4e6)[2] == pytest.approx(6.4e6 - 6356752.314245, abs=1e-6)
    assert geodetic_from_ecef(0.0, 0.0, -6.4e6)[0] == pytest.approx(-math.pi / 2)


def test_local_frame_agrees_with_pymap3d():
    start, end = (34.3, 47.1, 1400.0), (31.2, 35.0, 390.0)
    r = np.array(pymap3d.geodetic2ecef(*end)) - np.array(pymap3d.geodetic2ecef(*start))
    ours = enu_matrix(math.radians(start[0]), math.radians(start[1])) @ r
    assert ours == pytest.approx(pymap3d.geodetic2enu(*end, *start), abs=1e-6)


@pytest.mark.parametrize("far_m", [10.0, 5e4, 1.6e6, 5e6, 1.2e7])
@pytest.mark.parametrize("azimuth", [0.0, 37.0, 90.0, 181.0, 300.0])
def test_distance_and_bearing_agree_with_the_geodesic(far_m, azimuth):
    lon, lat, _ = GEOD.fwd(47.1, 34.3, azimuth, far_m)
    start, end = Place(lat_deg=34.3, lon_deg=47.1), Place(lat_deg=lat, lon_deg=lon)
    # Lambert's formula leaves terms of second order in the flattening
    assert great_circle_m(start, end) == pytest.approx(far_m, rel=5e-6, abs=1e-4)
    if far_m <= 2e6:  # the normal section is not the geodesic
        off = (math.degrees(bearing_rad(start, end)) - azimuth + 180.0) % 360.0 - 180.0
        assert abs(off) < 0.01


def test_the_distance_to_itself_is_nothing():
    here = Place(lat_deg=10.0, lon_deg=20.0)
    assert great_circle_m(here, here) == 0.0
