"""A radar of open figures at a notional place, for the tests of sensing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.records.sensor import RADAR

WGS84_A_M, WGS84_E2 = 6_378_137.0, 6.694379990141317e-3


def ecef_m(lat_deg: float, lon_deg: float, alt_m: float) -> np.ndarray:
    """ECEF of a geodetic point, by the defining formula."""
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    n = WGS84_A_M / math.sqrt(1.0 - WGS84_E2 * math.sin(lat) ** 2)
    flat = (n + alt_m) * math.cos(lat)
    up = (n * (1.0 - WGS84_E2) + alt_m) * math.sin(lat)
    return np.array([flat * math.cos(lon), flat * math.sin(lon), up])


def to_enu(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Rows east, north, up."""
    lat, lon = math.radians(lat_deg), math.radians(lon_deg)
    sp, cp, sl, cl = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    return np.array([[-sl, cl, 0.0], [-sp * cl, -sp * sl, cp], [cp * cl, cp * sl, sp]])


def make_radar(lat_deg: float = 31.0, lon_deg: float = 35.0, alt_m: float = 0.0) -> np.recarray:
    """One RADAR row: X band, open figures of the literature, looking east all round."""
    row = np.zeros(1, RADAR).view(np.recarray)
    r = row[0]
    r.r_ecef_m = ecef_m(lat_deg, lon_deg, alt_m)
    r.to_enu = to_enu(lat_deg, lon_deg)
    r.owner = -1
    r.average_power_w, r.aperture_m2, r.efficiency = 81e3, 9.2, 0.8
    r.frequency_hz, r.noise_temperature_k, r.loss = 9.5e9, 500.0, 10**0.6
    r.dwell_s, r.revisit_s, r.false_alarm_p = 0.1, 1.0, 1e-6
    r.azimuth_rad, r.azimuth_half_rad = math.radians(60.0), math.radians(60.0)
    r.elevation_min_rad, r.elevation_max_rad = math.radians(2.0), math.radians(85.0)
    r.range_max_m, r.beamwidth_rad, r.bandwidth_hz = 2e6, 0.010, 1e7
    r.range_bias_m, r.angle_bias_rad, r.confirm_looks = 5.0, 1e-4, 3
    return row


@pytest.fixture
def radar() -> np.recarray:
    """One RADAR row that a test may change."""
    return make_radar()[0]


@pytest.fixture(scope="session")
def flight():
    """One lane: LANE row, samples, MISSILE row, ASSET row, slope and drift tables."""
    from keepout.sensing.slope import SLOPE_POINTS, impact_slope_kernel

    from .lanes import make_lane

    lane, sample, missile, asset = make_lane()
    slope, drift = np.zeros((SLOPE_POINTS, 3, 7)), np.ones((SLOPE_POINTS, 2))
    assert impact_slope_kernel(lane, sample, missile, asset, slope, drift) == 0
    return lane, sample, missile, asset, slope, drift
