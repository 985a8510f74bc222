"""Aiming, the door fly, manoeuvres, cruise, and what a flight drops."""

from __future__ import annotations

import ast
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from keepout.earth.geodesy import alt_of, ecef_m, enu_matrix, great_circle_m, place_of
from keepout.errors import FlightError
from keepout.flight.aim import LANDED, OUT_OF_RANGE
from keepout.flight.drop import debris_kernel, falls_kernel, sample_at, stage_impacts_kernel
from keepout.flight.fly import END_SAYS, fly, solve_lane
from keepout.records.case import ASSET
from keepout.records.missile import (
    CRUISE,
    DIVE,
    DRAG_LARGE_SOLID,
    GLIDE,
    MANOEUVRING,
    NO_MANOEUVRE,
    PULL_UP,
    WEAVE,
)
from keepout.records.place import Place
from keepout.records.trajectory import DEBRIS_POINTS, FALL_POINTS, SAMPLES

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = Place(lat_deg=34.3, lon_deg=47.1)
AIM = Place(lat_deg=31.2, lon_deg=35.0, alt_m=400.0)
STEERING = {
    "kind": MANOEUVRING, "manoeuvre_load_mps2": 100.0, "manoeuvre_top_m": 60e3, "lift_to_drag": 1.0,
}  # fmt: skip
FIRST = {
    "propellant_kg": 13000.0, "dry_kg": 2000.0, "thrust_vac_n": 560e3, "thrust_sl_n": 500e3,
    "burn_s": 58.0, "drag_law": DRAG_LARGE_SOLID, "coast_s": 2.0,
}  # fmt: skip
SECOND = {
    **FIRST, "propellant_kg": 6000.0, "dry_kg": 900.0, "thrust_vac_n": 280e3, "thrust_sl_n": 240e3,
}  # fmt: skip


def miss_m(flown, aim):
    return float(np.linalg.norm(flown.sample[-1, :3] - ecef_m(aim)))


@pytest.mark.parametrize("profile", [NO_MANOEUVRE, PULL_UP, GLIDE, WEAVE, DIVE])
@pytest.mark.parametrize("lat, lon", [(34.3, 47.1), (31.0, 46.5), (24.0, 40.0), (36.0, 25.0)])
def test_every_profile_reaches_its_aim(make_missile, profile, lat, lon):
    missile, stages = make_missile(manoeuvre=profile, **STEERING)
    flown = solve_lane(missile, stages, Place(lat_deg=lat, lon_deg=lon), AIM)
    assert flown.code == LANDED, END_SAYS[flown.code]
    assert flown.lane.reachable == 1
    assert miss_m(flown, AIM) < 1.0


def test_two_stages_reach_their_aim(make_missile):
    missile, stages = make_missile(FIRST, SECOND)
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    assert flown.code == LANDED
    assert miss_m(flown, AIM) < 1.0
    assert 60.0 < flown.lane.cutoff_s < 118.0


def test_samples_are_even_and_whole(make_missile):
    missile, stages = make_missile()
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    lane, sample = flown.lane, flown.sample
    assert lane.dt_s * (SAMPLES - 1) == pytest.approx(lane.flight_s)
    assert sample[0, :3] == pytest.approx(ecef_m(LAUNCH), abs=1e-6)
    assert np.all(sample[0, 3:] == 0.0)
    heights = np.array([alt_of(*row[:3]) for row in sample])
    assert heights[1:-1].min() > 0.0
    assert heights.max() == pytest.approx(lane.apogee_m, abs=50.0)  # between two samples
    # the velocities are the derivative of the positions
    mid = (sample[2:, :3] - sample[:-2, :3]) / (2 * lane.dt_s)
    calm = np.abs(np.arange(1, SAMPLES - 1) * lane.dt_s - lane.cutoff_s) > 2.0
    calm[: int(30 / lane.dt_s)] = False
    calm[-int(40 / lane.dt_s) :] = False
    assert np.abs(mid - sample[1:-1, 3:])[calm].max() < 0.5
    y = np.empty(6)
    sample_at(sample, lane.dt_s, 100.5 * lane.dt_s, y)
    assert np.linalg.norm(y[:3] - 0.5 * (sample[100, :3] + sample[101, :3])) < 20.0


def test_out_of_range_says_how_far_it_flies(make_missile):
    missile, stages = make_missile()
    far = Place(lat_deg=30.0, lon_deg=10.0)
    with pytest.raises(FlightError, match=r"longest range; .*longest found: 1,6\d\d km"):
        fly(missile, stages, launch=LAUNCH, aim=far)
    flown = solve_lane(missile, stages, LAUNCH, far)
    assert flown.code == OUT_OF_RANGE
    assert flown.lane.reachable == 0
    # that far it does fly
    bearing = flown.lane.azimuth_rad
    near = solve_lane(missile, stages, LAUNCH, place_of(flown.sample[-1, :3]))
    assert near.code == LANDED or abs(near.lane.range_m - flown.lane.range_m) < 5e3
    assert math.radians(240) < bearing < math.radians(300)


def test_too_near_says_so(make_missile):
    missile, stages = make_missile(FIRST, SECOND)
    with pytest.raises(FlightError, match="nearer than"):
        fly(missile, stages, launch=LAUNCH, aim=Place(lat_deg=34.3, lon_deg=47.6))


def test_thrust_below_weight_says_so(make_missile):
    missile, stages = make_missile({"thrust_sl_n": 100e3, "thrust_vac_n": 110e3})
    with pytest.raises(FlightError, match="check thrust"):
        fly(missile, stages, launch=LAUNCH, aim=AIM)


@pytest.mark.parametrize(
    "launch, aim",
    [
        (LAUNCH, LAUNCH),
        (Place(lat_deg=103.0, lon_deg=4.0), AIM),
        (LAUNCH, Place(lat_deg=31.0, lon_deg=35.0, alt_m=20e3)),
        (LAUNCH, Place(lat_deg=math.nan, lon_deg=35.0)),
    ],
)
def test_bad_places_are_refused(make_missile, launch, aim):
    missile, stages = make_missile()
    with pytest.raises(FlightError):
        fly(missile, stages, launch=launch, aim=aim)


def test_controls_bracket_the_least_energy(make_missile):
    missile, stages = make_missile()
    flights = {
        control: fly(missile, stages, launch=LAUNCH, aim=AIM, control=control)
        for control in ("min-energy", "lofted", "depressed")
    }
    low, mid, high = (flights[name] for name in ("depressed", "min-energy", "lofted"))
    assert low.apogee_m < mid.apogee_m < high.apogee_m
    assert low.flight_s < mid.flight_s < high.flight_s
    assert max(flight.miss_m for flight in flights.values()) < 1.0
    # both extremes burn all they have
    assert high.burnout_s == pytest.approx(122.0, abs=0.01)
    assert low.burnout_s == pytest.approx(122.0, abs=0.01)
    assert mid.burnout_s < 122.0


@pytest.mark.parametrize(
    "control, field, target", [("apogee", "apogee_m", 400e3), ("time", "flight_s", 660.0)]
)
def test_a_wanted_apogee_or_time_is_met(make_missile, control, field, target):
    missile, stages = make_missile()
    flight = fly(missile, stages, launch=LAUNCH, aim=AIM, control=control, target=target)
    assert getattr(flight, field) == pytest.approx(target, rel=2e-4)
    assert flight.miss_m < 1.0


def test_what_cannot_be_met_says_what_can(make_missile):
    missile, stages = make_missile()
    with pytest.raises(FlightError, match=r"the most found is \d+ km"):
        fly(missile, stages, launch=LAUNCH, aim=AIM, control="apogee", target=2e6)
    with pytest.raises(FlightError, match="none of"):
        fly(missile, stages, launch=LAUNCH, aim=AIM, control="sideways")


def test_a_pull_up_strikes_later_and_slower(make_missile):
    flights = {}
    for profile in (NO_MANOEUVRE, PULL_UP):
        missile, stages = make_missile(manoeuvre=profile, **STEERING)
        flights[profile] = solve_lane(missile, stages, LAUNCH, AIM).lane
    assert flights[PULL_UP].impact_speed_mps < flights[NO_MANOEUVRE].impact_speed_mps
    assert flights[PULL_UP].flight_s > flights[NO_MANOEUVRE].flight_s


@pytest.mark.parametrize("strength", [50.0, 200.0])
def test_load_is_within_the_strength(make_missile, strength):
    missile, stages = make_missile(
        manoeuvre=PULL_UP, **{**STEERING, "manoeuvre_load_mps2": strength}
    )
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    v = flown.sample[:, 3:]
    a = np.gradient(v, flown.lane.dt_s, axis=0)
    u = v / np.maximum(np.linalg.norm(v, axis=1), 1.0)[:, None]
    across = np.linalg.norm(a - np.sum(a * u, axis=1)[:, None] * u, axis=1)
    heights = np.array([alt_of(*row[:3]) for row in flown.sample])
    late = (np.arange(SAMPLES) * flown.lane.dt_s > flown.lane.flight_s / 2) & (heights < 58e3)
    assert late.sum() > 20
    assert across[late][:-2].max() < strength + 10.0  # and gravity
    assert across[late][:-2].max() > 0.5 * min(strength, 80.0)


def test_the_spent_stage_falls_short_and_late(make_missile):
    # of a tank the open literature says 10 to 20 km short and 100 to 290 s after the warhead
    missile, stages = make_missile()
    flight = fly(missile, stages, launch=LAUNCH, aim=AIM)
    ((lat, lon, t_s),) = flight.stage_impacts
    short_m = great_circle_m(Place(lat_deg=lat, lon_deg=lon), AIM)
    assert 8e3 < short_m < 30e3
    assert 90.0 < t_s - flight.flight_s < 300.0


def test_a_stage_that_stays_does_not_fall(make_missile):
    missile, stages = make_missile(separates=0)
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    out = np.zeros((1, 4))
    assert stage_impacts_kernel(missile, stages, ecef_m(LAUNCH), flown.lane, out) == 0
    assert np.all(np.isnan(out))
    assert flown.lane.separation_s == flown.lane.flight_s


def test_debris_starts_at_home_and_ends_at_the_aim(make_missile):
    missile, stages = make_missile()
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    asset = np.zeros(1, ASSET).view(np.recarray)[0]
    asset.r_ecef_m[:] = ecef_m(AIM)
    asset.to_enu[:] = enu_matrix(math.radians(AIM.lat_deg), math.radians(AIM.lon_deg))
    out = np.empty((DEBRIS_POINTS, 2))
    debris_kernel(flown.sample, flown.lane, asset, out)
    away = np.hypot(*out.T)
    assert np.all(np.isfinite(out))
    assert away[0] == pytest.approx(great_circle_m(LAUNCH, AIM), rel=0.01)  # over the curve
    assert away[-1] < 2e3
    assert np.all(np.diff(away[: DEBRIS_POINTS // 3]) < 1.0)  # ever nearer while it burns
    assert out[5, 0] > 0.0  # fragments fall short: east of the aim


def test_cruise_keeps_its_speed_and_height(make_missile):
    missile, stages = make_missile(
        kind=CRUISE, cruise_speed_mps=51.4, cruise_alt_m=1000.0, max_range_m=2e6, stages=0
    )
    flight = fly(missile, stages, launch=LAUNCH, aim=AIM)
    assert flight.flight_s == pytest.approx(flight.range_m / 51.4, rel=1e-5)
    speed = np.linalg.norm(flight.v_ecef_mps, axis=1)
    assert speed == pytest.approx(np.full(SAMPLES, 51.4), rel=0.02)
    heights = np.array([alt_of(*r) for r in flight.r_ecef_m])
    assert heights[SAMPLES // 2] == pytest.approx(1200.0, abs=1.0)
    assert flight.miss_m < 1.0
    missile.max_range_m = 5e5
    with pytest.raises(FlightError, match="longest found: 500 km"):
        fly(missile, stages, launch=LAUNCH, aim=AIM)


def test_the_kernel_runs_uncompiled_and_says_the_same():
    script = (
        "from keepout.cli.fly import _solve\n"
        "from keepout.cli.flight_words import record\n"
        "from keepout.records.place import Place\n"
        "places = Place(lat_deg=34.3, lon_deg=47.1), Place(lat_deg=31.2, lon_deg=35.0)\n"
        "print(record(_solve('ghadr-1', *places, None, None, None).flight))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "NUMBA_DISABLE_JIT": off, "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        ).stdout
        for off in ("0", "1")
    ]  # fmt: skip
    compiled, plain = (ast.literal_eval(text) for text in said)
    # the compiler may fuse a multiplication and an addition
    assert plain["flight_time_s"] == pytest.approx(compiled["flight_time_s"], abs=1e-3)
    assert plain["apogee_km"] == pytest.approx(compiled["apogee_km"], abs=1e-2)


def test_what_loses_its_thrust_falls_where_it_was_going(make_missile):
    """Early it falls near the launch, at the end beside the aim, in between in between."""
    missile, stages = make_missile()
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    out = np.empty((FALL_POINTS, 4))
    falls_kernel(missile, stages, flown.sample, flown.lane, out)
    far = np.linalg.norm(out[:, :3] - flown.sample[0, :3], axis=1)
    whole = np.linalg.norm(flown.sample[-1, :3] - flown.sample[0, :3])
    assert far[0] < 1.0
    assert np.all(np.diff(far) > 0.0)
    # the whole of it falls slower than the warhead: short of the aim, and later
    assert 0.9 * whole < far[-1] < whole
    assert flown.lane.flight_s < out[-1, 3] < flown.lane.flight_s + 300.0
    assert all(abs(place_of(row[:3]).alt_m) < 0.01 for row in out[1:])
