"""Warning times: horizons in closed form, and the comparison that the public knows."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from keepout.flight.fly import fly
from keepout.scenario.book import Book
from keepout.scenario.reach import place_of
from keepout.scenario.rows import missile_rows
from keepout.sensing.warning import launch_detection, warning

BOOK = Book()
AIM = place_of(BOOK, "nevatim")


def flight(id_, area="isfahan"):
    missiles, stages = missile_rows(BOOK, [id_])
    return fly(missiles[0], stages, launch=place_of(BOOK, area), aim=AIM)


@pytest.mark.parametrize(
    "missile, hours, rel",
    [
        # "about 9 h", "about 2 h", "about 12 minutes": rounded figures, for some such distance
        ("shahed-136", 9.0, 0.1), ("paveh", 2.0, 0.1), ("ghadr-1", 0.2, 0.1),
    ],
)  # fmt: skip
def test_times_of_flight_are_those_that_were_published(missile, hours, rel):
    assert flight(missile).flight_s / 3600.0 == pytest.approx(hours, rel=rel)


@pytest.mark.parametrize("missile", ["shahed-136", "paveh"])
def test_a_low_flyer_is_seen_at_the_radar_horizon(missile):
    """4.12 km (sqrt h1 + sqrt h2) with heights in metres (M. I. Skolnik, Radar Handbook)."""
    flown = flight(missile)
    missiles, _ = missile_rows(BOOK, [missile])
    mast_m, height_m = 20.0, float(missiles[0].cruise_alt_m)
    seen = warning(flown, replace(AIM, alt_m=mast_m))
    far_m = 4.12e3 * (math.sqrt(mast_m) + math.sqrt(height_m))
    before_s = far_m / float(missiles[0].cruise_speed_mps)
    assert seen.before_impact_s == pytest.approx(before_s, rel=0.01)
    assert seen.first_seen_s + seen.before_impact_s == pytest.approx(flown.flight_s)


def test_warning_falls_with_speed_and_rises_with_height():
    drone, cruise, ballistic = (
        warning(flight(id_), replace(AIM, alt_m=20.0)) for id_ in ("shahed-136", "paveh", "ghadr-1")
    )
    # the low and fast one leaves least, in spite of its two hours
    assert cruise.before_impact_s < ballistic.before_impact_s < drone.before_impact_s
    assert ballistic.first_seen_s < 200.0


def test_what_never_rises_is_never_seen():
    flown = flight("paveh")
    seen = warning(flown, replace(AIM, lat_deg=-31.0, lon_deg=-145.0))
    assert math.isnan(seen.first_seen_s)
    assert math.isnan(seen.before_impact_s)


def test_from_space_ballistic_launches_are_known_after_the_delay_and_no_others():
    flown = flight("ghadr-1")
    seen = launch_detection(flown, 60.0)
    assert seen.first_seen_s == 60.0
    assert seen.before_impact_s == pytest.approx(flown.flight_s - 60.0)
    assert seen.first_seen_s < warning(flown, replace(AIM, alt_m=20.0)).first_seen_s
    assert math.isnan(launch_detection(flown, flown.flight_s).before_impact_s)
    for low in ("paveh", "shahed-136"):
        assert math.isnan(launch_detection(flight(low), 60.0).first_seen_s)
