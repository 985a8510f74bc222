"""Drawings: the same bytes each time, colours by name, ids of their own."""

from __future__ import annotations

import base64
import csv
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from keepout.report import charts, heights, maps
from keepout.report.figures import COLOURS, drawing, element, styled, svg
from keepout.report.ground import Box, coast, geodetic, lines
from keepout.report.reading import Reading

DRAWINGS = {
    "arrivals": charts.arrivals,
    "at": lambda reading: charts.distribution(reading, "nevatim", reading.published),
    "theatre": maps.theatre,
    "target": maps.target_area,
    "close": maps.close_ups,
    "raid": heights.raid,
    "one": lambda reading: heights.one(reading, heights.chosen(reading)),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_the_same_twice_and_takes_its_colours_from_the_page(run, name):
    first, second = (DRAWINGS[name](Reading(run)) for _ in range(2))
    assert first == second
    ElementTree.fromstring(first)
    assert "var(--" in first
    assert not [stands_for for stands_for in COLOURS.values() if stands_for in first]
    assert not re.search(r"#[0-9a-f]{6}", first)
    assert "<text" in first or name == "close"


def test_ids_of_two_drawings_do_not_meet(run):
    reading = Reading(run)
    ids = [set(re.findall(r' id="([^"]*)"', draw(reading))) for draw in DRAWINGS.values()]
    assert sum(map(len, ids)) == len(set().union(*ids)) > 0


def test_what_is_not_referred_to_loses_its_id():
    inside = '<g id="a"/><use xlink:href="#b"/><path id="b" d="M 1.23456 2"/>'
    source = f'<svg viewBox="0 0 1 1">{inside}</svg>'
    made = element(source, "k", 'a "label"')
    assert 'id="a"' not in made
    assert 'href="#k-b"' in made
    assert 'id="k-b"' in made
    assert "1.23 2" in made
    assert "a &quot;label&quot;" in made


def test_the_threat_that_is_shown_was_shot_at(run):
    reading = Reading(run)
    assert heights.chosen(reading) == "west/000"
    shots = heights.shots(reading)
    assert [(shot.threat, shot.end) for shot in shots] == [
        ("west/000", "kill"),
        ("west/001", "miss"),
    ]
    assert all(shot.ended_s > shot.fired_s for shot in shots)


def test_fates(run):
    assert maps.fates(Reading(run)) == {
        "west/000": "intercepted", "west/001": "arrived", "west/002": "failed",
    }  # fmt: skip


def test_the_base_map_ships_and_is_small():
    assert "de facto" in coast()["note"]
    assert "public domain" in coast()["source"]
    levant = Box(34.0, 36.0, 31.0, 33.0)
    assert lines("coast", levant)
    assert lines("border", levant)
    assert not lines("coast", Box(-80.0, -70.0, 30.0, 40.0))
    haifa = np.concatenate(lines("coast", levant))
    assert np.hypot(haifa[:, 0] - 34.96, haifa[:, 1] - 32.83).min() < 0.05  # Cape Carmel


def test_heights_and_places_of_flights(run):
    lon, lat, alt_km = geodetic(run.tracks[1]["r_ecef_m"])[-1]
    assert (lon, lat) == pytest.approx((35.01, 31.21), abs=1e-6)
    assert alt_km == pytest.approx(0.0, abs=1e-3)


def test_a_figure_brings_its_numbers():
    with styled():
        figure = drawing(4.0, 2.0)
        axes = figure.add_subplot()
        axes.plot([0.0, 1.5], [2.0, 3.25])
        axes.bar([1.0], [4.0], 0.5)
        axes.set_xlabel("time [s]")
        made = str(svg(figure, "k", "label"))
    found = re.search(r'download="k.csv" href="data:text/csv;charset=utf-8;base64,([^"]*)"', made)
    assert found
    rows = list(csv.DictReader(base64.b64decode(found[1]).decode().splitlines()))
    assert [(r["sign"], float(r["x"]), float(r["y"])) for r in rows] == [
        ("line", 0.0, 2.0), ("line", 1.5, 3.25), ("bar", 0.75, 0.0), ("bar", 1.25, 4.0),
    ]  # fmt: skip
    assert rows[0]["x_means"] == "time [s]"
