"""Windows of engagement against a brute-force search over finely spaced intercept times."""

from __future__ import annotations

import math
import time

import numpy as np
import pymap3d
import pyproj
import pytest
from numba import config

from keepout.intercept.flyout import flight_time_s
from keepout.intercept.window import (
    ground_range_m,
    intercept_for_launch,
    last_runs,
    launch_bounds,
    position_m,
    window_kernel,
)
from keepout.records.defence import WINDOW, WINDOW_POINTS
from keepout.records.event import R_NONE, R_OUT_OF_REACH, R_TOO_LATE
from keepout.records.trajectory import SAMPLES

from .conftest import HIGH, falling_lane, flyout_of, interceptor_of

BATTERY = np.array(pymap3d.geodetic2ecef(0.2, 0.3, 0.0))


def window_of(battery, interceptor, flyout, lane, sample):
    row = np.zeros(1, WINDOW).view(np.recarray)[0]
    opened = window_kernel(battery, interceptor, flyout, lane, sample, row)
    assert opened == row.open
    return row


def brute(battery, it, table, lane, sample, step_s=0.02):
    """Intercept and launch times by pymap3d's coordinates, at a fine even step."""
    t = np.arange(step_s, lane.flight_s, step_s)
    r = np.array([position_m(sample, lane.dt_s, float(s)) for s in t])
    lat, lon, alt = pymap3d.ecef2geodetic(*r.T)
    blat, blon, _ = pymap3d.ecef2geodetic(*battery)
    arc = np.radians(lat - blat), np.radians(lon - blon) * np.cos(np.radians(blat))
    far = 6371008.77 * np.hypot(*arc)  # near the equator, within 5 deg
    flight = np.array([flight_time_s(table, it, float(s), float(h)) for s, h in zip(far, alt)])
    launch = t - flight
    launch[(t <= lane.burnout_s) | ~(launch >= lane.burnout_s)] = math.nan
    return t, launch


@pytest.mark.parametrize("past_m", [0.0, 60e3, -80e3])
def test_a_window_agrees_with_brute_force(high, high_flyout, past_m):
    lane, sample = falling_lane(past_m=past_m)
    window = window_of(BATTERY, high, high_flyout, lane, sample)
    t, launch = brute(BATTERY, high, high_flyout, lane, sample)
    good = np.flatnonzero(np.isfinite(launch))
    last = good[-1]
    gaps = np.flatnonzero(~np.isfinite(launch[:last]))
    first = gaps[-1] + 1
    assert window.open == 1
    assert window.why_not == R_NONE
    # 0.1 s: brute force puts its edges on a step, and measures the arc 0.5 % differently
    assert window.intercept_s[0] == pytest.approx(t[first], abs=0.25)
    peak = first + int(np.argmax(launch[first : last + 1]))
    assert window.intercept_s[-1] == pytest.approx(t[peak], abs=0.25)
    expected = np.interp(window.intercept_s, t[first : peak + 1], launch[first : peak + 1])
    assert window.launch_s == pytest.approx(expected, abs=0.3)
    assert (np.diff(window.intercept_s) > 0.0).all()
    assert np.diff(window.intercept_s) == pytest.approx(
        (window.intercept_s[-1] - window.intercept_s[0]) / (WINDOW_POINTS - 1)
    )
    assert (np.diff(window.launch_s) > 0.0).all()


def test_an_intercept_for_a_launch_meets_the_threat(high, high_flyout):
    lane, sample = falling_lane()
    window = window_of(BATTERY, high, high_flyout, lane, sample)
    open_s, close_s = launch_bounds(window)
    assert open_s == window.launch_s[0]
    assert close_s == window.launch_s[-1]
    for launch_s in np.linspace(open_s, close_s, 37):
        t_s = intercept_for_launch(window, launch_s)
        x, y, z = position_m(sample, lane.dt_s, t_s)
        _, _, alt_m = pymap3d.ecef2geodetic(x, y, z)
        flight_s = flight_time_s(high_flyout, high, ground_range_m(BATTERY, x, y, z), alt_m)
        # 0.2 s: 24 points over the window, straight lines between
        if math.isfinite(flight_s):  # rounding can put the ends a hair outside
            assert t_s - launch_s == pytest.approx(flight_s, abs=0.2)
        else:
            assert launch_s in (open_s, close_s)
    assert math.isnan(intercept_for_launch(window, open_s - 1e-6))
    assert math.isnan(intercept_for_launch(window, close_s + 1e-6))
    assert math.isnan(intercept_for_launch(window, math.nan))


def test_every_point_of_a_window_is_inside_the_limits(high, high_flyout):
    lane, sample = falling_lane(past_m=-80e3)
    window = window_of(BATTERY, high, high_flyout, lane, sample)
    for t_s in window.intercept_s:
        x, y, z = position_m(sample, lane.dt_s, t_s)
        _, _, alt_m = pymap3d.ecef2geodetic(x, y, z)
        assert high.floor_m - 1.0 <= alt_m <= high.ceiling_m + 1.0
        assert ground_range_m(BATTERY, x, y, z) <= high.reach_m + 1.0


def test_a_far_battery_is_out_of_reach(high, high_flyout):
    lane, sample = falling_lane()
    far = np.array(pymap3d.geodetic2ecef(4.0, 0.0, 0.0))
    window = window_of(far, high, high_flyout, lane, sample)
    assert window.open == 0
    assert window.why_not == R_OUT_OF_REACH
    assert np.isnan(window.launch_s).all()
    assert np.isnan(window.intercept_s).all()
    assert math.isnan(intercept_for_launch(window, 100.0))
    assert all(math.isnan(x) for x in launch_bounds(window))


def test_an_object_in_boost_is_not_engaged(high, high_flyout):
    lane, sample = falling_lane()
    free = window_of(BATTERY, high, high_flyout, lane, sample)
    lane.burnout_s = 0.5 * (free.intercept_s[0] + free.intercept_s[-1])
    cut = window_of(BATTERY, high, high_flyout, lane, sample)
    assert cut.open == 0 or (cut.intercept_s > lane.burnout_s).all()
    lane.burnout_s = lane.flight_s
    assert window_of(BATTERY, high, high_flyout, lane, sample).why_not == R_OUT_OF_REACH


def test_no_launch_before_the_threats_burnout(high, high_flyout):
    lane, sample = falling_lane()
    free = window_of(BATTERY, high, high_flyout, lane, sample)
    lane.burnout_s = 0.5 * (free.launch_s[0] + free.launch_s[-1])
    cut = window_of(BATTERY, high, high_flyout, lane, sample)
    assert cut.open == 1
    assert cut.launch_s[0] == pytest.approx(lane.burnout_s, abs=0.01)
    assert cut.launch_s[-1] == pytest.approx(free.launch_s[-1], abs=1e-9)
    lane.burnout_s = free.launch_s[-1] + 1.0
    late = window_of(BATTERY, high, high_flyout, lane, sample)
    assert late.open == 0
    assert late.why_not == R_TOO_LATE


def test_a_dive_at_the_edge_of_reach_falls():
    """The threat comes into reach low down, and gets lower faster than the interceptor can
    follow: the earlier it is launched, the later and lower they meet."""
    limits = {"floor_m": 10e3, "ceiling_m": 50e3, "reach_m": 90e3, "max_flight_s": 200.0}
    weak = interceptor_of(HIGH | limits | {"area_m2": 0.4})
    table = flyout_of(weak)
    lane, sample = falling_lane(path_deg=50.0)
    battery = np.array(pymap3d.geodetic2ecef(0.0, -0.6, 0.0))
    window = window_of(battery, weak, table, lane, sample)
    t, launch = brute(battery, weak, table, lane, sample)
    good = np.flatnonzero(np.isfinite(launch))
    assert window.open == 1
    assert (np.diff(window.launch_s) > 0.0).all()
    assert (np.diff(window.intercept_s) < 0.0).all()
    peak = int(np.argmax(launch[good]))
    rise_s, fall_s = launch[good][peak] - launch[good][[0, -1]]
    assert fall_s > 3.0 * rise_s
    good = good[peak:]
    expected = np.interp(window.intercept_s, t[good], launch[good])
    assert window.launch_s == pytest.approx(expected, abs=0.3)
    middle_s = 0.5 * (window.launch_s[0] + window.launch_s[-1])
    t_s = intercept_for_launch(window, middle_s)
    assert np.interp(t_s, t[good], launch[good]) == pytest.approx(middle_s, abs=0.2)


def test_runs_by_hand():
    nan = math.nan
    assert last_runs(np.array([nan, nan, nan])) == (-1, -1, -1)
    assert last_runs(np.array([nan, 1.0, 2.0, nan, 5.0, 6.0, 7.0, nan])) == (4, 6, 6)
    assert last_runs(np.array([nan, 5.0, 6.0, 7.0, 6.5, nan])) == (1, 3, 4)
    assert last_runs(np.array([9.0, 5.0, 6.0, 11.0])) == (1, 3, 3)
    assert last_runs(np.array([3.0, 2.0, 1.0, nan])) == (0, 0, 2)


def test_hermite_meets_its_samples_and_a_parabola():
    t = np.linspace(0.0, 76.8, SAMPLES)
    sample = np.zeros((SAMPLES, 6))
    sample[:, 0], sample[:, 3] = 7e6 + 100.0 * t - 4.9 * t**2, 100.0 - 9.8 * t
    dt_s = t[1]
    assert position_m(sample, dt_s, 0.0)[0] == 7e6
    assert position_m(sample, dt_s, 76.8)[0] == pytest.approx(sample[-1, 0], abs=1e-6)
    assert position_m(sample, dt_s, 1.234)[0] == pytest.approx(7e6 + 123.4 - 4.9 * 1.234**2)
    assert position_m(sample, dt_s, 99.0)[0] == pytest.approx(sample[-1, 0], abs=1e-6)


@pytest.mark.parametrize("lat, lon", [(33.2, 35.0), (31.2, 37.0), (29.9, 33.4)])
def test_ground_range_is_near_the_geodesic(lat, lon):
    battery = np.array(pymap3d.geodetic2ecef(31.2, 35.0, 0.0))
    point = pymap3d.geodetic2ecef(lat, lon, 120e3)
    _, _, geodesic_m = pyproj.Geod(ellps="WGS84").inv(35.0, 31.2, lon, lat)
    assert ground_range_m(battery, *point) == pytest.approx(geodesic_m, rel=0.006)


@pytest.mark.skipif(config.DISABLE_JIT, reason="measures compiled code")
def test_a_window_is_quick(high, high_flyout):
    lane, sample = falling_lane()
    window_of(BATTERY, high, high_flyout, lane, sample)
    row = np.zeros(1, WINDOW).view(np.recarray)[0]
    taken = []
    for _ in range(20):
        start = time.process_time()
        window_kernel(BATTERY, high, high_flyout, lane, sample, row)
        taken.append(time.process_time() - start)
    assert min(taken) < 2e-4  # 50 us when the machine is quiet
