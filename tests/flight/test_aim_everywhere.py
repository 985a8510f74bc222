"""From every launch area to every asset in range, under every control: within 10 m.

The whole table is slow; the fast test takes a sample of it. And what is said out of range is
what a scan of all pitch-overs finds.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from keepout.catalogue import read
from keepout.earth.geodesy import great_circle_m
from keepout.errors import FlightError
from keepout.flight.aim import KICK_LEAST_RAD, KICK_MOST_RAD, OUT_OF_RANGE
from keepout.flight.fly import fly, solve_lane
from keepout.records.place import Place
from keepout.scenario.book import Book
from keepout.scenario.reach import place_of
from keepout.scenario.rows import missile_rows

BOOK = Book()
IDS = [e.id for e in read.entries("missile") if e.fields["kind"].value != "cruise"]
ROWS = missile_rows(BOOK, IDS)
PLACES = read.entries("place")
AREAS = [e.id for e in PLACES if e.fields["role"].value != "asset"]
ASSETS = [e.id for e in PLACES if e.fields["role"].value == "asset"]
WITHIN_M = 10.0


def in_range(id_, area, asset):
    far_m = great_circle_m(place_of(BOOK, area), place_of(BOOK, asset))
    return far_m <= BOOK.si("missile", id_, "range")


ALL = [key for key in itertools.product(IDS, AREAS, ASSETS) if in_range(*key)]


def flight(key, **control):
    id_, area, asset = key
    return fly(
        ROWS[0][IDS.index(id_)], ROWS[1], launch=place_of(BOOK, area), aim=place_of(BOOK, asset),
        **control,
    )  # fmt: skip


def try_all_controls(key):
    """Every control, on both sides of the least energy; all must meet the aim and the target."""
    plain = flight(key)
    high, low = flight(key, control="lofted"), flight(key, control="depressed")
    for each in (plain, high, low):
        assert each.miss_m < WITHIN_M, key
    assert low.apogee_m <= plain.apogee_m + 1.0
    assert high.apogee_m >= plain.apogee_m - 1.0
    for end in (high, low):
        for control, field, near in (("apogee", "apogee_m", 20.0), ("time", "flight_s", 0.1)):
            target = 0.5 * (getattr(plain, field) + getattr(end, field))
            met = flight(key, control=control, target=target)
            assert met.miss_m < WITHIN_M, (key, control, target)
            assert getattr(met, field) == pytest.approx(target, abs=near), (key, control)


@pytest.mark.parametrize("key", ALL[:: len(ALL) // 12], ids="-".join)
def test_a_sample(key):
    try_all_controls(key)


@pytest.mark.slow
@pytest.mark.parametrize("id_", IDS)
@pytest.mark.timeout(1200)
def test_every_missile_from_everywhere_to_everything(id_):
    for key in ALL:
        if key[0] == id_:
            try_all_controls(key)


def point(start, far_m, azimuth_rad):
    """A point of a sphere, so far off."""
    psi, lat = far_m / 6.371e6, math.radians(start.lat_deg)
    sin = math.sin(lat) * math.cos(psi) + math.cos(lat) * math.sin(psi) * math.cos(azimuth_rad)
    lon = math.atan2(
        math.sin(azimuth_rad) * math.sin(psi) * math.cos(lat), math.cos(psi) - math.sin(lat) * sin
    )
    return Place(lat_deg=math.degrees(math.asin(sin)), lon_deg=start.lon_deg + math.degrees(lon))


@pytest.mark.parametrize(
    "id_, azimuth_deg", [("ghadr-1", 255.0), ("sejjil", 80.0), ("fattah-1", 0.0)]
)
def test_the_longest_range_is_that_of_a_scan(id_, azimuth_deg):
    missile, stages = ROWS[0][IDS.index(id_)], ROWS[1]
    start, azimuth = place_of(BOOK, "kermanshah"), math.radians(azimuth_deg)
    aim = point(start, 1.3 * float(missile.max_range_m), azimuth)
    kicks = np.geomspace(KICK_LEAST_RAD, KICK_MOST_RAD, 100)
    scan = [solve_lane(missile, stages, start, aim, float(kick)) for kick in kicks]
    best_m = max(float(f.lane.range_m) for f in scan if f.code == OUT_OF_RANGE)
    found = solve_lane(missile, stages, start, aim)
    assert found.code == OUT_OF_RANGE
    # the scan is as coarse as its steps, the search as flat as the top: half a per cent
    assert found.lane.range_m == pytest.approx(best_m, rel=5e-3)
    # and what is a little nearer than that is reached
    near = point(start, 0.985 * best_m, azimuth)
    assert fly(missile, stages, launch=start, aim=near).miss_m < WITHIN_M


@pytest.mark.parametrize(
    "control, target, words",
    [
        ("apogee", 9e6, "most found is"), ("apogee", 1e3, "least found is"),
        ("time", 9e3, "most found is"), ("time", 1.0, "least found is"),
        ("apogee", math.nan, "above zero"), ("steepest", 1.0, "none of"),
    ],
)  # fmt: skip
def test_what_no_control_can_do_is_said(control, target, words):
    with pytest.raises(FlightError, match=words):
        flight(("ghadr-1", "kermanshah", "nevatim"), control=control, target=target)


def test_out_of_range_says_the_longest():
    with pytest.raises(FlightError, match=r"longest (range )?found: 1,4\d\d km"):
        flight(("fattah-1", "shahroud", "nevatim"))
