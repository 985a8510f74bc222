"""Drawings: the same bytes each time, colours by name, ids of their own."""

from __future__ import annotations

import base64
import csv
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.patches import Ellipse

from keepout.report import charts, debris, heights, maps
from keepout.report.figures import COLOURS, drawing, element, styled, svg
from keepout.report.ground import Box, coast, geodetic, lines
from keepout.report.reading import Reading
from keepout.report.study_figures import heat

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


def numbers_of(made):
    """The lines of the CSV that comes with a drawing."""
    found = re.search(r'download="[^"]*" href="data:text/csv;charset=utf-8;base64,([^"]*)"', made)
    assert found
    return list(csv.DictReader(base64.b64decode(found[1]).decode().splitlines()))


def test_a_figure_brings_its_numbers():
    with styled():
        figure = drawing(4.0, 2.0)
        axes = figure.add_subplot()
        axes.plot([0.0, 1.5], [2.0, 3.25])
        axes.bar([1.0], [4.0], 0.5)
        axes.set_xlabel("time [s]")
        rows = numbers_of(str(svg(figure, "k", "label")))
    assert [(r["sign"], float(r["x"]), float(r["y"])) for r in rows] == [
        ("line", 0.0, 2.0), ("line", 1.5, 3.25), ("bar", 0.75, 0.0), ("bar", 1.25, 4.0),
    ]  # fmt: skip
    assert rows[0]["x_means"] == "time [s]"


def test_filled_areas_and_round_ones_bring_theirs():
    with styled():
        figure = drawing(4.0, 2.0)
        axes = figure.add_subplot()
        axes.fill_between([1.0, 2.0], [3.0, 4.0], [5.0, 7.0])
        axes.fill([0.0, 1.0, 1.0], [0.0, 0.0, 2.0])
        axes.add_patch(Ellipse((2.0, 3.0), 2.0, 1.0))
        axes.axvspan(1.25, 1.75)
        axes.set_ylim(-1.0, 9.0)
        rows = numbers_of(str(svg(figure, "k", "label")))
    drawn: dict = {}
    for each in rows:
        at = (float(each["x"]), float(each["y"]))
        drawn.setdefault((each["sign"], each["number"]), []).append(at)
    triangle, band = drawn["area", "1"], drawn["area", "2"]
    assert {(1.0, 3.0), (2.0, 4.0), (2.0, 7.0), (1.0, 5.0)} <= set(band)
    assert {(0.0, 0.0), (1.0, 0.0), (1.0, 2.0)} <= set(triangle)
    assert drawn["ellipse", "1"] == [(1.0, 2.5), (3.0, 3.5)]
    assert drawn["bar", "1"] == [(1.25, -1.0), (1.75, 9.0)]  # over the whole height, in its unit


def test_the_cells_of_a_heat_map_bring_values_and_names():
    values = np.array([[1.25, np.nan], [3.0, 4.0]])
    sides = ("raid size", ["four", "eight"]), ("rule", ["single", "salvo-2"])
    rows = numbers_of(str(heat(values, *sides, "k", "Arrivals")))
    assert [(r["sign"], r["x_name"], r["y_name"], float(r["value"])) for r in rows] == [
        ("cell", "four", "single", 1.25), ("cell", "four", "salvo-2", 3.0),
        ("cell", "eight", "salvo-2", 4.0),
    ]  # fmt: skip
    assert [rows[0][f"{which}_means"] for which in ("x", "y", "value")] == [
        "raid size", "rule", "Arrivals"
    ]  # fmt: skip


def test_a_map_of_density_brings_its_cells_and_not_its_scale_of_colours():
    found = SimpleNamespace(
        west_deg=34.0, south_deg=31.0, cell_deg=0.1, trials=10,
        per_km2=lambda: np.array([[0.0, 0.031], [0.31, 0.0]]),
    )  # fmt: skip
    made = str(debris._map(found, "leakers"))
    rows = [row for row in numbers_of(made) if row["sign"] == "cell"]
    assert [tuple(float(row[key]) for key in ("x", "y", "value")) for row in rows] == [
        (34.15, 31.05, 0.031), (34.05, 31.15, 0.31),
    ]  # fmt: skip
    assert rows[0]["value_means"] == "per km2 and raid"
    assert {row["part"] for row in numbers_of(made)} == {"1"}
    assert ">0.00031<" in made  # a number that is read is not shortened as a coordinate is


def test_every_figure_of_a_report_has_a_sign_in_its_numbers(run):
    for name, draw in DRAWINGS.items():
        assert numbers_of(str(draw(Reading(run)))), name
