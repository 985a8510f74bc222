"""The flyout table against scipy, against closed forms, and over a turning Earth."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from numba import config
from scipy.integrate import solve_ivp

from keepout.earth.atmosphere import TOP_M, air
from keepout.earth.geodesy import MEAN_RADIUS_M, MU_M3PS2, OMEGA_RADPS
from keepout.flight.drag import cd_of
from keepout.intercept.flyout import (
    COAST_STEPS,
    boost_kernel,
    flight_time_s,
    flyout_kernel,
    ray_kernel,
)
from keepout.intercept.geometry import closing_kernel, meet_kernel
from keepout.records.defence import FLYOUT, FLYOUT_ALTS, FLYOUT_RANGES

from .conftest import HIGH, LOW, flyout_of, interceptor_of


def slow_motion(t_s, y, it, thrust):
    """The same equations, written anew in three dimensions for scipy."""
    r, v = y[:3], y[3:]
    burning = t_s < it.burn_s
    mass = it.mass_kg - it.propellant_kg * min(t_s / it.burn_s, 1.0)
    a = -MU_M3PS2 * r / np.linalg.norm(r) ** 3 + (thrust / mass if burning else 0.0)
    alt_m = np.linalg.norm(r) - MEAN_RADIUS_M
    if alt_m < TOP_M:
        rho, _, sound = air(alt_m)
        speed = np.linalg.norm(v)
        a -= 0.5 * rho * speed * v * cd_of(it.drag_law, speed / sound) * it.area_m2 / mass
    return np.concatenate([v, a])


def exact(it, elevation_rad, times_s, turning=0.0, east=1.0):
    """Ground range and height at some times; ``turning`` adds a frame that turns."""
    thrust = it.thrust_n * np.array([math.sin(elevation_rad), east * math.cos(elevation_rad), 0])
    w = np.array([0.0, 0.0, turning])

    def motion(t_s, y):
        d = slow_motion(t_s, y, it, thrust)
        d[3:] -= 2.0 * np.cross(w, y[3:]) + np.cross(w, np.cross(w, y[:3]))
        return d

    start = np.array([MEAN_RADIUS_M, 0.0, 0.0, 0.0, 0.0, 0.0])
    burn = solve_ivp(motion, (0, it.burn_s), start, rtol=1e-9, atol=1e-6, max_step=0.5)
    coast = solve_ivp(
        motion, (it.burn_s, times_s[-1]), burn.y[:, -1], t_eval=times_s, rtol=1e-9,
        atol=1e-6, max_step=1.0,
    )  # fmt: skip
    r = coast.y[:3]
    return MEAN_RADIUS_M * np.abs(np.arctan2(r[1], r[0])), np.linalg.norm(r, axis=0) - MEAN_RADIUS_M


@pytest.mark.parametrize("values", [HIGH, LOW], ids=["high", "low"])
@pytest.mark.parametrize("elevation_deg", [20.0, 50.0, 80.0])
def test_a_flight_agrees_with_scipy(values, elevation_deg):
    it = interceptor_of(values)
    range_m, alt_m = np.zeros(COAST_STEPS + 1), np.zeros(COAST_STEPS + 1)
    count = ray_kernel(it, math.radians(elevation_deg), range_m, alt_m)
    assert count > 20
    dt = (it.max_flight_s - it.burn_s) / COAST_STEPS
    times = it.burn_s + dt * np.arange(count)
    s, h = exact(it, math.radians(elevation_deg), times)
    # 2e-4 of the way: the drag law has kinks that fixed steps straddle
    assert range_m[:count] == pytest.approx(s, rel=2e-4, abs=2.0)
    assert alt_m[:count] == pytest.approx(h, rel=2e-4, abs=2.0)


@pytest.mark.parametrize("name", ["high", "low"])
@pytest.mark.parametrize("elevation_deg", [25.0, 45.0, 65.0, 85.0])
def test_the_table_knows_points_on_an_exact_flight(request, name, elevation_deg):
    it, table = request.getfixturevalue(name), request.getfixturevalue(f"{name}_flyout")
    times = np.linspace(it.burn_s + 2.0, it.max_flight_s, 60)
    s, h = exact(it, math.radians(elevation_deg), times)
    inside = (h > it.floor_m) & (h < it.ceiling_m) & (s < 0.97 * it.reach_m)
    rising = inside & (np.gradient(h, times) > 0.0)
    assert rising.sum() >= 3
    for t_s, s_m, h_m in zip(times[rising], s[rising], h[rising]):
        got = flight_time_s(table, it, s_m, h_m)
        if math.isnan(got):  # a cell at the edge is lost, never more
            assert t_s < it.burn_s + 4.0
            continue
        assert got == pytest.approx(t_s, rel=1.5e-3, abs=0.03)


def test_speed_without_air_is_the_rocket_equation():
    it = interceptor_of(HIGH | {"area_m2": 0.0})
    x, y, vx, vy = boost_kernel(it, math.radians(90.0))
    exhaust = it.thrust_n * it.burn_s / it.propellant_kg
    ideal = exhaust * math.log(it.mass_kg / (it.mass_kg - it.propellant_kg))
    gravity = 9.8202 * it.burn_s  # at this radius; it falls by 0.7 % up to burnout
    assert x == pytest.approx(0.0, abs=1e-6)
    assert vx == pytest.approx(0.0, abs=1e-6)
    assert vy == pytest.approx(ideal - gravity, abs=0.01 * gravity)
    assert y > MEAN_RADIUS_M


def test_a_flight_upwards_conserves_energy_without_air():
    it = interceptor_of(HIGH | {"area_m2": 0.0, "ceiling_m": 4e5, "max_flight_s": 120.0})
    _, y, _, vy = boost_kernel(it, math.radians(90.0))
    range_m, alt_m = np.zeros(COAST_STEPS + 1), np.zeros(COAST_STEPS + 1)
    count = ray_kernel(it, math.radians(90.0), range_m, alt_m)
    dt = (it.max_flight_s - it.burn_s) / COAST_STEPS
    k = count - 2
    speed = (alt_m[k + 1] - alt_m[k - 1]) / (2.0 * dt)
    energy = 0.5 * speed**2 - MU_M3PS2 / (MEAN_RADIUS_M + alt_m[k])
    # the central difference of the height is right to 1e-7 of the speed
    assert energy == pytest.approx(0.5 * vy**2 - MU_M3PS2 / y, rel=1e-7)


@pytest.mark.parametrize("east", [1.0, -1.0])
def test_the_turning_earth_changes_times_by_less_than_stated(high, high_flyout, east):
    """On the equator, where it matters most: time to where the true flight gets."""
    times = np.linspace(60.0, 100.0, 9)
    for elevation_deg in (40.0, 60.0):
        s, h = exact(high, math.radians(elevation_deg), times, OMEGA_RADPS, east)
        for t_s, s_m, h_m in zip(times, s, h):
            got = flight_time_s(high_flyout, high, s_m, h_m)
            if not math.isnan(got):
                assert got == pytest.approx(t_s, rel=0.015)
        assert np.isfinite(flight_time_s(high_flyout, high, s[0], h[0]))


def test_limits_hold_exactly(high, high_flyout):
    it = high
    assert math.isnan(flight_time_s(high_flyout, it, 50e3, it.floor_m - 1.0))
    assert math.isfinite(flight_time_s(high_flyout, it, 50e3, it.floor_m))
    assert math.isfinite(flight_time_s(high_flyout, it, 50e3, it.ceiling_m))
    assert math.isnan(flight_time_s(high_flyout, it, 50e3, it.ceiling_m + 1.0))
    assert math.isfinite(flight_time_s(high_flyout, it, it.reach_m, 90e3))
    assert math.isnan(flight_time_s(high_flyout, it, it.reach_m + 1.0, 90e3))
    assert math.isnan(flight_time_s(high_flyout, it, -1.0, 90e3))
    assert math.isnan(flight_time_s(high_flyout, it, math.nan, 90e3))
    assert math.isnan(flight_time_s(high_flyout, it, 50e3, math.nan))


def test_nothing_is_met_before_burnout_or_after_the_longest_flight(high):
    late = interceptor_of(HIGH | {"floor_m": 0.0, "max_flight_s": 60.0})
    table = flyout_of(late).time_s
    assert np.nanmin(table) >= late.burn_s
    assert np.nanmax(table) <= 60.0
    assert math.isnan(flight_time_s(flyout_of(late), late, 0.0, 5e3))  # still burning there
    assert np.isnan(table[-1]).all()  # 200 km in 60 s would be 3.3 km/s


def test_farther_takes_longer_overhead(high_flyout):
    up = high_flyout.time_s[0]
    assert (np.diff(up[np.isfinite(up)]) > 0.0).all()
    out = high_flyout.time_s[:, FLYOUT_ALTS // 2]
    assert (np.diff(out[np.isfinite(out)]) > 0.0).all()


def test_edges_are_never_extrapolated(high):
    """A cell with one corner out of reach is open only in the other half."""
    flat = np.zeros(1, FLYOUT).view(np.recarray)[0]
    ds = high.reach_m / (FLYOUT_RANGES - 1)
    dh = high.ceiling_m / (FLYOUT_ALTS - 1)
    i, j = 20, 30
    for di, dj in ((0, 0), (0, 1), (1, 0), (1, 1)):
        flat.time_s[:] = np.add.outer(np.arange(FLYOUT_RANGES), 2.0 * np.arange(FLYOUT_ALTS))
        flat.time_s[i + di, j + dj] = math.nan
        for p, q in ((0.2, 0.3), (0.2, 0.9), (0.9, 0.3), (0.9, 0.8)):
            got = flight_time_s(flat, high, (i + p) * ds, (j + q) * dh)
            near = abs(p - di) + abs(q - dj) < 1.0
            assert math.isnan(got) if near else got == pytest.approx(i + p + 2.0 * (j + q))
        flat.time_s[i + 1 - di, j + 1 - dj] = math.nan
        assert math.isnan(flight_time_s(flat, high, (i + 0.5) * ds, (j + 0.5) * dh))


@pytest.mark.skipif(config.DISABLE_JIT, reason="measures compiled code")
def test_a_table_is_quick(high):
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(high, table)
    taken = []
    for _ in range(5):
        start = time.process_time()
        flyout_kernel(high, table)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.015  # 2.5 ms when the machine is quiet


@pytest.mark.parametrize("range_m, alt_m", [(30e3, 60e3), (120e3, 90e3), (190e3, 140e3)])
def test_the_flight_to_one_point_agrees_with_scipy(high, high_flyout, range_m, alt_m):
    """Newton's solution, flown again by scipy, passes the point at its time, at its speed."""
    about_s = flight_time_s(high_flyout, high, range_m, alt_m)
    elevation, flight_s, along, up, off_m = meet_kernel(high, range_m, alt_m, about_s)
    assert off_m <= 1.0
    assert flight_s == pytest.approx(about_s, rel=1.5e-3)
    times = flight_s + np.array([-0.5, 0.0, 0.5])
    s, h = exact(high, elevation, times)
    # 20 m: the drag law's kinks, as for a whole flight above
    assert (s[1], h[1]) == pytest.approx((range_m, alt_m), abs=20.0)
    speed = math.hypot((s[2] - s[0]) * (MEAN_RADIUS_M + alt_m) / MEAN_RADIUS_M, h[2] - h[0])
    assert math.hypot(along, up) == pytest.approx(speed, rel=1e-3)


def test_closing_speed_and_angle_by_hand():
    """Over the equator: a target straight down above the battery, and one from the side."""
    battery = np.array([MEAN_RADIUS_M, 0.0, 0.0])
    falling = np.array([MEAN_RADIUS_M + 1e5, 0.0, 0.0, -3000.0, 0.0, 0.0])
    speed, angle = closing_kernel(battery, falling, 0.0, 2000.0)
    assert (speed, angle) == pytest.approx((5000.0, 0.0), abs=1e-6)
    side = np.array([MEAN_RADIUS_M + 1e5, 0.0, 0.0, 0.0, 3000.0, 0.0])
    speed, angle = closing_kernel(battery, side, 0.0, 2000.0)
    assert (speed, angle) == pytest.approx((math.hypot(3000.0, 2000.0), math.pi / 2), abs=1e-6)
