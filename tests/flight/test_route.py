"""Cruise missiles along way-points: the ways, the turns, the heights, the times."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from pyproj import Geod

from keepout.earth.geodesy import ecef_m, great_circle_m, place_of
from keepout.errors import FlightError
from keepout.flight.fly import fly
from keepout.flight.route import Waypoint
from keepout.records.missile import CRUISE
from keepout.records.place import Place

LAUNCH = Place(lat_deg=34.31, lon_deg=47.07)
NORTH = Place(lat_deg=36.0, lon_deg=43.0)
SOUTH = Place(lat_deg=32.5, lon_deg=39.0)
AIM = Place(lat_deg=31.21, lon_deg=35.01)
DRONE = {
    "kind": CRUISE, "cruise_speed_mps": 50.0, "cruise_alt_m": 500.0, "max_range_m": 2e6,
    "stages": 0,
}  # fmt: skip


@pytest.fixture
def drone(make_missile):
    return make_missile(**DRONE)


def near_m(flight, place):
    """Nearest approach to a place, over the ground."""
    return min(
        float(np.linalg.norm(r - ecef_m(replace(place, alt_m=place_of(r).alt_m))))
        for r in flight.r_ecef_m
    )


def test_the_way_is_that_of_the_geodesic(drone):
    flight = fly(*drone, launch=LAUNCH, aim=AIM, via=[Waypoint(NORTH), Waypoint(SOUTH)])
    geod = Geod(ellps="WGS84")
    places = [LAUNCH, NORTH, SOUTH, AIM]
    whole_m = geod.line_length([p.lon_deg for p in places], [p.lat_deg for p in places])
    # the turns of 440 m cut the corners by less than a radius each
    assert whole_m - 2.0 * 450.0 < flight.way_m < whole_m + 30.0
    assert flight.flight_s == pytest.approx(flight.way_m / 50.0, rel=1e-9)
    assert flight.range_m == pytest.approx(great_circle_m(LAUNCH, AIM), rel=1e-9)
    assert flight.miss_m < 0.01
    for place in (NORTH, SOUTH):
        assert near_m(flight, place) < 50.0 * flight.t_s[1]  # of one step between samples


def test_turns_have_the_radius_of_a_30_degree_bank(make_missile):
    missile, stages = make_missile(**DRONE | {"cruise_speed_mps": 250.0})
    # a short way, so that samples lie close: 90 degrees to the right
    launch, corner = Place(lat_deg=0.0, lon_deg=0.0), Place(lat_deg=0.0, lon_deg=0.6)
    aim = Place(lat_deg=-0.6, lon_deg=0.6)
    flight = fly(missile, stages, launch=launch, aim=aim, via=[Waypoint(corner)])
    radius_m = 250.0**2 / (9.8 * math.tan(math.radians(30.0)))
    v, dt = flight.v_ecef_mps, flight.t_s[1]
    course = np.unwrap(np.arctan2(v[:, 2], v[:, 1]))
    rate = np.abs(np.diff(course)) / dt
    assert rate.max() == pytest.approx(250.0 / radius_m, rel=0.01)
    assert abs(course[-2] - course[1]) == pytest.approx(math.pi / 2, abs=0.01)
    # it passes inside the corner by r (sec 45 deg - 1)
    at = ecef_m(replace(corner, alt_m=500.0))
    miss_m = min(np.linalg.norm(r - at) for r in flight.r_ecef_m)
    assert miss_m == pytest.approx(radius_m * (math.sqrt(2.0) - 1.0), rel=0.02)
    assert np.linalg.norm(v, axis=1)[5:-5] == pytest.approx(250.0, rel=0.01)


def test_every_leg_has_its_speed_and_height(drone):
    via = [Waypoint(NORTH, speed_mps=40.0, alt_m=2000.0), Waypoint(SOUTH)]
    last = Waypoint(AIM, speed_mps=60.0, alt_m=100.0)
    flight = fly(*drone, launch=LAUNCH, aim=AIM, via=via, last=last)
    speed = np.linalg.norm(flight.v_ecef_mps, axis=1)
    heights = np.array([place_of(r).alt_m for r in flight.r_ecef_m])
    for place, leg_mps, leg_m in ((NORTH, 40.0, 2000.0), (SOUTH, 50.0, 500.0), (AIM, 60.0, 100.0)):
        away = [great_circle_m(place_of(r), place) for r in flight.r_ecef_m]
        k = int(np.argmin(away)) - 30  # a little before it gets there
        assert speed[k] == pytest.approx(leg_mps, rel=0.002)
        assert heights[k] == pytest.approx(leg_m, abs=1.0)


@pytest.mark.parametrize(
    "via, words",
    [
        ([Waypoint(Place(lat_deg=60.0, lon_deg=40.0))], "way is"),
        ([Waypoint(LAUNCH)], "too short"),
        ([Waypoint(NORTH), Waypoint(Place(lat_deg=36.001, lon_deg=43.0))], "too short"),
        ([Waypoint(NORTH, speed_mps=9e9)], "none of a cruise missile"),
        ([Waypoint(NORTH)] * 60, "more than 50"),
    ],
)
def test_what_cannot_be_flown_is_said(drone, via, words):
    with pytest.raises(FlightError, match=words):
        fly(*drone, launch=LAUNCH, aim=AIM, via=via)


def test_a_ballistic_missile_flies_no_way_points(make_missile):
    with pytest.raises(FlightError, match="no cruise missile"):
        fly(*make_missile(), launch=LAUNCH, aim=AIM, via=[Waypoint(NORTH)])
