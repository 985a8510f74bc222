"""Cruise missiles and drones: a great circle at constant speed and height."""

from __future__ import annotations

from keepout import elementary as math
from keepout.earth.geodesy import (
    distance_kernel,
    ecef_from_geodetic,
    geodetic_from_ecef,
)
from keepout.kernel import part

SLOPE = 0.1
"""Rise over run of the climb at the start and of the descent at the end; D."""
MARGIN_M = 10e3
"""Places stand to about 0.05 deg: an aim this much beyond the published range is in range."""


@part
def _height_m(run_m, whole_m, cruise_m, start_m, end_m):
    """Height of the path over the ellipsoid after a run along it [m]."""
    low = start_m + (end_m - start_m) * run_m / max(whole_m, 1.0)
    return max(low, min(cruise_m, start_m + SLOPE * run_m, end_m + SLOPE * (whole_m - run_m)))


@part
def cruise_kernel(missile, launch_ecef_m, aim_ecef_m, sample, lane):
    """Fill the samples and times of one cruise flight.

    missile        a MISSILE row with cruise_speed_mps and cruise_alt_m
    launch_ecef_m  (3,) [m]; aim_ecef_m (3,) [m]
    sample         (n, 6) is filled; lane a LANE row
    returns        ()   False where the aim is beyond max_range_m (0: no limit)

    Great circle of the geocentric directions at constant ground speed; climbs and dives at a
    slope of 1 in 10. No terrain, no wind, no way-points: a crude model. Its sources are only
    speed, height and range of the catalogue.
    """
    a, b = launch_ecef_m, aim_ecef_m
    size_a = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
    size_b = math.sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2])
    cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / (size_a * size_b)
    psi = math.acos(max(-1.0, min(1.0, cosine)))
    lat0, lon0, start_m = geodetic_from_ecef(a[0], a[1], a[2])
    lat1, lon1, end_m = geodetic_from_ecef(b[0], b[1], b[2])
    whole_m = distance_kernel(lat0, lon0, lat1, lon1)
    if 0.0 < missile.max_range_m < whole_m - MARGIN_M or psi < 1e-9:
        return False
    last = len(sample) - 1
    cruise_m = missile.cruise_alt_m + 0.5 * (start_m + end_m)
    lane.flight_s = whole_m / missile.cruise_speed_mps
    lane.dt_s = lane.flight_s / last
    lane.burnout_s = 0.0  # steady flight from the first moment: it can be predicted, and met
    lane.separation_s = lane.flight_s
    lane.cruise = 1
    lane.burnout_speed_mps = missile.cruise_speed_mps
    lane.apogee_m = 0.0
    for i in range(last + 1):
        u = i / last
        size = (1.0 - u) * size_a + u * size_b
        p = math.sin((1.0 - u) * psi) / math.sin(psi) * size / size_a
        q = math.sin(u * psi) / math.sin(psi) * size / size_b
        lat, lon, _ = geodetic_from_ecef(
            p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]
        )
        h_m = _height_m(u * whole_m, whole_m, cruise_m, start_m, end_m)
        sample[i, 0], sample[i, 1], sample[i, 2] = ecef_from_geodetic(lat, lon, h_m)
        lane.apogee_m = max(lane.apogee_m, h_m)
    for i in range(last + 1):
        lo, hi = max(0, i - 1), min(last, i + 1)
        for j in range(3):
            sample[i, 3 + j] = (sample[hi, j] - sample[lo, j]) / ((hi - lo) * lane.dt_s)
    return True
