"""Free fall between two points of the ground, and the verdicts that stand on it.

The solver itself is set beside scipy and an integral in keepout/validation/free_fall.py, which
the tests of the checks run; here: laws, limits and the words.
"""

from __future__ import annotations

import csv
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymap3d.vincenty
import pytest

from keepout.errors import FlightError
from keepout.flight.claim import (
    Claim,
    Rounded,
    check,
    course,
    fall_of,
    judge,
    problems,
)
from keepout.flight.freefall import free_flight, least_free_flight, point_along
from keepout.records.place import Place
from keepout.validation.minimum_energy import ellipse

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KEEPOUT_DATA", ROOT.parent / "shared" / "data"))
LOFTED = DATA / "flights-published" / "lofted_flights_with_time.csv"
SUNAN = Place(lat_deg=39.2, lon_deg=125.7)
SEA = Place(lat_deg=41.0, lon_deg=138.3)


def flown(lat_deg, az_deg, range_km, apogee_km):
    """Time, speed and rows of a free flight."""
    begin, out = np.empty(6), np.empty(3)
    used = free_flight(
        math.radians(lat_deg), math.radians(az_deg), range_km * 1e3, apogee_km * 1e3, begin,
        np.empty((0, 10)), out,
    )  # fmt: skip
    return float(out[0]), float(np.linalg.norm(begin[3:])), int(used)


def claim(apogee_km, range_km, time_s=None, half_s=0.0, burn_s=None, places=False):
    """A claim in km and s."""
    return Claim(
        apogee=Rounded(apogee_km * 1e3, 0.0),
        range=Rounded(range_km * 1e3, 0.0),
        time=None if time_s is None else Rounded(time_s, half_s),
        burn=None if burn_s is None else Rounded(burn_s, 0.0),
        launch=SUNAN if places else None,
        aim=SEA if places else None,
    )


@pytest.mark.parametrize("lat, az, length_km", [(10, 33, 500), (-60, 250, 9000), (0, 90, 19000)])
def test_points_along_a_geodesic(lat, az, length_km):
    found = point_along(math.radians(lat), 0.0, math.radians(az), length_km * 1e3)
    want = pymap3d.vincenty.vreckon(lat, 0.0, length_km * 1e3, az)
    assert math.degrees(found[0]) == pytest.approx(float(want[0]), abs=1e-7)
    off = math.degrees(found[1]) - float(want[1])
    assert (off + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("a, b", [((39.2, 125.7), (41.0, 138.3)), ((10, 179), (-20, -150))])
def test_course_and_length(a, b):
    azimuth, length_m = course(Place(lat_deg=a[0], lon_deg=a[1]), Place(lat_deg=b[0], lon_deg=b[1]))
    length, az = pymap3d.vincenty.vdist(*a, *b)
    assert length_m == pytest.approx(float(length), abs=0.1)
    assert math.degrees(azimuth) == pytest.approx(float(az), abs=1e-5)


@pytest.mark.parametrize("range_km", [300.0, 1000.0, 5500.0, 10000.0])
def test_near_the_closed_form_of_the_sphere(range_km):
    """Flattening, J2 and turning change times north and south by less than 1 %."""
    _, _, apogee_m, time_s = ellipse(range_km * 1e3)
    mean = np.mean([flown(45.0, az, range_km, apogee_m / 1e3)[0] for az in (0.0, 180.0)])
    assert mean == pytest.approx(time_s, rel=0.006)


def test_an_eastward_flight_takes_longer():
    """The target runs away to the east and comes to meet it from the west."""
    east, north, west = (flown(0.0, az, 3000.0, 600.0)[0] for az in (90.0, 0.0, 270.0))
    assert west < north < east
    assert north - west == pytest.approx(east - north, rel=0.2)


@pytest.mark.parametrize("lat, az", [(90.0, 0.0), (-90.0, 77.0), (0.0, 0.0), (89.9, 270.0)])
def test_poles_and_straight_up(lat, az):
    for range_km in (0.0, 1.0, 2000.0):
        time_s, _, used = flown(lat, az, range_km, 500.0)
        assert used >= 0
        assert 660.0 < time_s < 760.0


@pytest.mark.parametrize("range_km, apogee_km", [(787.0, 2111.5), (10000.0, 1319.0), (300.0, 86.0)])
def test_the_least_is_the_least(range_km, apogee_km):
    begin, out = np.empty(6), np.empty(5)
    least_free_flight(math.nan, range_km * 1e3, apogee_km * 1e3, begin, np.empty((0, 10)), out)
    net = [
        flown(lat, az, range_km, apogee_km)[0]
        for lat in np.arange(0.0, 90.1, 10.0)
        for az in np.arange(0.0, 359.9, 15.0)
    ]
    assert out[0] <= min(net) + 0.01
    assert out[0] > min(net) - 0.01 * out[0]
    mirrored = flown(-math.degrees(out[3]), 180.0 - math.degrees(out[4]), range_km, apogee_km)[0]
    assert mirrored == pytest.approx(out[0], abs=1e-3)


@pytest.mark.skipif(not LOFTED.exists(), reason="the shared data are not here")
def test_the_lofted_flights_are_possible():
    for row in csv.DictReader(LOFTED.read_text().splitlines()):
        given = (
            float(row["apogee_km"]),
            float(row["range_km"]),
            float(row["reported_flight_time_s"]),
        )
        verdict = check(claim(*given))
        assert verdict.verdict == "possible"
        # their two-body time is that of a sphere: at most 0.4 % more than the least here
        assert 0.996 < verdict.fall.time_s / float(row["two_body_time_s"]) <= 1.0


LONG = claim(2111.5, 787.0, 1800.0)
FALL = fall_of(LONG)


@pytest.mark.parametrize(
    "excess_s, half_s, burn_s, verdict, words",
    [
        (-6.0, 0.0, None, "impossible", "less than free fall allows"),
        (-6.0, 1.5, None, "implausible", "no room for the time under thrust"),
        (-4.0, 0.0, None, "implausible", "no room"),
        (20.0, 0.0, None, "implausible", "no room"),
        (26.0, 0.0, None, "possible", "30 to 330 s"),
        (300.0, 0.0, None, "possible", "unknown length"),
        (330.0 + 30.0, 0.0, None, "possible", "re-entry of a light body"),
        (330.0 + 50.0, 0.0, None, "implausible", "parachute"),
        (330.0 + 50.0, 30.0, None, "possible", "time to 30 s"),
        (69.0, 0.0, 145.0, "possible", "A burn of 145 s"),
        (66.0, 0.0, 145.0, "implausible", "no room"),
        (200.0, 0.0, 145.0, "possible", "0.5 to 1.2"),
        (220.0, 0.0, 145.0, "implausible", "glide"),
        (0.0, 0.0, 0.0, "possible", "A burn of 0 s"),
    ],
)
def test_the_window(excess_s, half_s, burn_s, verdict, words):
    """Free fall 1,671 s: 0.3 % are 5 s; the re-entry of a light body is late by 33 s."""
    assert 30.0 < FALL.delay_s < 36.0
    assert FALL.half_s == 0.0
    given = claim(2111.5, 787.0, FALL.time_s + excess_s, half_s, burn_s)
    found = judge(given, FALL)
    assert found.verdict == verdict
    assert words in found.reason
    assert found.excess_s == pytest.approx(excess_s)
    if verdict == "impossible":
        assert "drag in the climb, late thrust, lift" in found.reason


def test_rounding_of_apogee_and_range_widens_the_floor():
    given = replace(claim(550.0, 2700.0), apogee=Rounded(550e3, 5e3), range=Rounded(2.7e6, 5e4))
    fall = fall_of(given)
    lat, az = 0.0, 270.0
    plain = flown(lat, az, 2700.0, 550.0)[0]
    moved = flown(lat, az, 2700.0, 555.0)[0] - plain, flown(lat, az, 2750.0, 550.0)[0] - plain
    assert fall.time_s == pytest.approx(plain, rel=1e-3)
    assert fall.half_s == pytest.approx(sum(map(abs, moved)), rel=0.2)


def test_without_a_time_the_pair_alone():
    found = check(claim(400.0, 1500.0))
    assert found.verdict == "possible"
    assert math.isnan(found.excess_s)
    assert "MJ/kg" in found.reason
    assert 0.5 * found.fall.speed_mps**2 > 9.8 * 380e3  # it has to get up there
    assert found.fall.path[:, 1].max() == pytest.approx(400e3, rel=1e-3)
    assert found.fall.path[-1] == pytest.approx([1500e3, 0.0], abs=20.0)


@pytest.mark.parametrize(
    "apogee_km, range_km, verdict",
    [(20.0, 1000.0, "implausible"), (30.0, 3000.0, "implausible"), (50.0, 600.0, "possible"),
     (11.0, 37.0, "possible"), (40.0, 120.0, "possible")],
)  # fmt: skip
def test_a_path_too_flat_for_the_air(apogee_km, range_km, verdict):
    """Guns (16-inch, Paris) and short missiles are not; a thousand kilometres at 20 km is."""
    found = check(claim(apogee_km, range_km))
    assert found.verdict == verdict
    assert ("stays so deep in the air" in found.reason) == (verdict == "implausible")


def test_places_give_the_direction():
    east = check(claim(6248.5, 1090.0, 4052.0, 0.5, places=True))
    assert east.verdict == "impossible"
    west = replace(claim(6248.5, 1090.0, 4052.0, 0.5), launch=SEA, aim=SUNAN)
    assert check(west).fall.time_s < east.fall.time_s - 20.0
    assert "between these places" in east.reason
    far = replace(claim(1000.0, 500.0, 1000.0), launch=SUNAN, aim=SEA)
    assert "in the direction of these places, 1,09" in check(far).reason


def test_antipodes_and_the_date_line():
    far = Place(lat_deg=-SUNAN.lat_deg, lon_deg=SUNAN.lon_deg - 180.0)
    assert course(SUNAN, far) is None
    found = check(replace(claim(1000.0, 19990.0), launch=SUNAN, aim=far))
    assert 2700.0 < found.fall.time_s < 3000.0
    a, b = Place(lat_deg=50.0, lon_deg=179.0), Place(lat_deg=50.0, lon_deg=-179.0)
    assert course(a, b)[1] == pytest.approx(143.4e3, rel=1e-3)
    over = fall_of(replace(claim(100.0, 143.4), launch=a, aim=b))
    same = fall_of(replace(claim(100.0, 143.4), launch=Place(lat_deg=50.0, lon_deg=1.0),
                           aim=Place(lat_deg=50.0, lon_deg=3.0)))  # fmt: skip
    assert over.time_s == pytest.approx(same.time_s, abs=1e-4)


def test_every_fault_at_once():
    bad = Claim(
        apogee=Rounded(-1.0), range=Rounded(3e7), time=Rounded(0.0), burn=Rounded(-1.0),
        launch=SUNAN,
    )  # fmt: skip
    assert len(problems(bad)) == 5
    with pytest.raises(FlightError, match="half way round"):
        check(bad)
    same = replace(claim(100.0, 50.0), launch=SUNAN, aim=SUNAN)
    assert "same place" in problems(same)[0]
    assert problems(replace(same, range=Rounded(0.0))) == []
    assert check(replace(same, range=Rounded(0.0))).fall.time_s == pytest.approx(289.6, abs=0.5)


@pytest.mark.parametrize("growth", [0.0, 1.0, 3.0])
def test_the_share_of_the_burn_straight_up(growth):
    """Why 0.5 is the least for one stage: from rest with a = a0 (1 + growth t / burn)."""
    g, burn_s = 9.8, 60.0
    for a0 in (5.0, 20.0, 100.0):
        v = a0 * burn_s * (1.0 + growth / 2.0)
        h = a0 * burn_s**2 * (0.5 + growth / 6.0)
        thrown_s = (math.sqrt(v * v + 2.0 * g * h) - v) / g  # from the ground to there, at v there
        assert 0.5 < (burn_s - thrown_s) / burn_s < 0.8
