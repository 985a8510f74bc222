"""Missiles and places that nothing can be flown from: a sentence for each, none of them flown."""

from __future__ import annotations

import math
import re

import pytest

from keepout.errors import FlightError
from keepout.flight.faults import BALLISTIC_WANTS, CRUISE_WANTS, STAGE_WANTS, missile_faults
from keepout.flight.fly import fly
from keepout.records.place import Place
from keepout.scenario.book import Book
from keepout.scenario.rows import missile_rows

HERE, THERE = Place(lat_deg=34.3, lon_deg=47.1), Place(lat_deg=31.2, lon_deg=35.0)


def rows(id_="ghadr-1"):
    missiles, stages = missile_rows(Book(), [id_])
    return missiles.copy(), stages.copy()


def test_every_missile_of_the_catalogue_is_whole():
    book = Book()
    for id_ in book.ids("missile"):
        missiles, stages = missile_rows(book, [id_])
        assert missile_faults(missiles[0], stages) == []


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0, 0.0])
@pytest.mark.parametrize("name", [*BALLISTIC_WANTS, *STAGE_WANTS])
def test_each_number_is_looked_at(name, value):
    missiles, stages = rows()
    wants = BALLISTIC_WANTS if name in BALLISTIC_WANTS else STAGE_WANTS
    (missiles if wants is BALLISTIC_WANTS else stages)[0][name] = value
    wrong = missile_faults(missiles[0], stages)
    if value == 0.0 and wants[name] != "above zero":
        assert wrong == []
    else:
        (sentence,) = wrong
        assert name in sentence
        assert wants[name] in sentence


@pytest.mark.parametrize("name", CRUISE_WANTS)
def test_a_cruise_missile_needs_speed_and_height(name):
    missiles, stages = rows("paveh")
    missiles[0][name] = -1.0
    (sentence,) = missile_faults(missiles[0], stages)
    assert name in sentence


def test_stages_must_be_there():
    missiles, stages = rows()
    for first, count in ((0, 0), (0, 5), (-1, 1)):
        missiles[0]["first_stage"], missiles[0]["stages"] = first, count
        assert "at least one stage" in missile_faults(missiles[0], stages)[-1]


def test_the_door_tells_everything_at_once():
    missiles, stages = rows()
    stages[0]["propellant_kg"], missiles[0]["payload_kg"] = 0.0, -3.0
    below = Place(lat_deg=34.3, lon_deg=47.1, alt_m=-600.0)
    with pytest.raises(FlightError) as caught:
        fly(missiles[0], stages, launch=below, aim=Place(lat_deg=math.nan, lon_deg=0.0))
    for words in ("propellant_kg is 0", "payload_kg is -3", "-600 m is not", "nan, 0.00 deg"):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "given, words",
    [
        ({"aim": HERE}, "less than 5 km"),
        ({"aim": Place(lat_deg=-34.3, lon_deg=-132.9)}, "antipode"),
        ({"aim": Place(lat_deg=-33.3, lon_deg=-130.9)}, "longest found: 1,6"),
        ({"control": "apogee", "target": math.nan}, "above zero"),
        ({"control": "time", "target": -1.0}, "above zero"),
        ({"control": "apogee", "target": math.inf}, "cannot be had"),
        ({"control": "high"}, "none of"),
    ],
)
def test_what_the_door_refuses(given, words):
    missiles, stages = rows()
    with pytest.raises(FlightError, match=re.escape(words)):
        fly(missiles[0], stages, **({"launch": HERE, "aim": THERE} | given))


@pytest.mark.parametrize(
    "launch, aim",
    [
        ((90.0, 0.0), (82.0, 10.0)),
        ((82.0, 10.0), (90.0, -70.0)),
        ((-90.0, 5.0), (-83.0, 200.0)),
        ((5.0, 179.5), (3.0, -174.0)),
        ((5.0, -179.5), (3.0, 174.0)),
        ((-1.0, 0.0), (1.0, 0.0)),
    ],
)
def test_poles_and_date_line_are_places_like_others(launch, aim):
    missiles, stages = rows()
    flight = fly(
        missiles[0], stages, launch=Place(lat_deg=launch[0], lon_deg=launch[1]),
        aim=Place(lat_deg=aim[0], lon_deg=aim[1]),
    )  # fmt: skip
    assert flight.miss_m < 10.0
