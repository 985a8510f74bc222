"""How early the raid was seen: from events worked out by hand, and the picture of one radar."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from keepout.report import sensed
from keepout.report.page import page
from keepout.report.reading import Reading
from keepout.results.warning import warning_of

LANE = {"missile": "emad", "area": "kermanshah", "asset": "nevatim", "reachable": True,
        "flight_s": 660.0}  # fmt: skip
NOWHERE = {**LANE, "asset": "jericho", "reachable": False, "flight_s": math.nan}
WHERE = "emad kermanshah nevatim"
DELAY = {"key": "warning.satellites.delay", "quantiles": {"p05": 50.0, "p50": 70.0, "p95": 90.0}}
SEEN_P = {"key": "warning.satellites.probability", "quantiles": {"p05": 1, "p50": 0.9, "p95": 1}}


def event(kind, t_s, whom, **more):
    nan = math.nan
    place = {"x_ecef_m": nan, "y_ecef_m": nan, "z_ecef_m": nan}
    return {"trial": 0, "t_s": t_s, "kind": kind, "whom": whom, "who": "", "value": 0.0,
            "detail": "", **place, **more}  # fmt: skip


@pytest.fixture
def seen(made):
    """A run by hand: west/000 tracked by two radars, west/001 by none, west/002 fails."""
    run = made(lanes=[LANE, NOWHERE])
    run.events[:] = [each for each in run.events if each["kind"] not in ("launch", "track")]
    for k, t_s in enumerate((0.0, 60.0, 0.0)):
        run.events.append(event("launch", t_s, f"west/00{k}", detail=WHERE))
    run.events.append(event("track", 300.0, "west/000", who="eye"))
    run.events.append(event("track", 240.0, "west/000", who="north/radar"))
    run.events.append(event("track", 30.0, "west/002", who="eye"))
    return run


def test_warning_is_from_the_first_radar_to_the_end_of_the_flight(seen):
    told = warning_of(seen)
    (row,) = told["rows"]
    assert (row["asset"], row["missile"], row["flights"]) == ("nevatim", "emad", 2)
    assert row["first"] == "north/radar"
    assert row["tracked"] == 0.5
    # 660 - 240 s of one, none of the other
    assert row["radar_s"] == pytest.approx({"p05": 21.0, "p50": 210.0, "p95": 399.0})
    assert told["launch_detection"] is None
    assert row["launch_detection_s"] is None
    assert told["trials"] == 1


def test_warning_from_space_has_the_delay_of_the_scenario(seen):
    seen.resolved["parameters"] += [DELAY, SEEN_P]
    told = warning_of(seen)
    assert told["launch_detection"] == {"delay_s": 70.0, "probability": 0.9}
    assert told["rows"][0]["launch_detection_s"]["p50"] == 590.0


def test_a_run_that_kept_nothing_has_no_rows(made):
    assert warning_of(made(keep=False, lanes=[LANE])) == {
        "trials": 0, "launch_detection": None, "rows": [],
    }  # fmt: skip


def test_the_picture_is_of_the_radar_whose_place_is_known(seen):
    reading = Reading(seen)
    assert sensed.radar_of(reading) == "north/radar"  # that of a battery; nobody says where eye is
    drawn = sensed.ranges(reading, "north/radar")
    ElementTree.fromstring(drawn)
    assert drawn == sensed.ranges(reading, "north/radar")
    path = sensed.minutes_and_km(reading, "north/radar", reading.tracks[1])
    assert path[-1, 1] < 5.0 < 1000.0 < path[0, 1]  # it comes down beside the battery
    assert np.all(np.diff(path[:, 0]) > 0.0)


def test_the_section_stands_where_something_was_seen(seen, made):
    html = page(seen)
    assert 'id="sensed"' in html
    assert "0:21, 3:30, 6:39" in html
    assert "The raid as one radar saw it: north/radar" in html
    assert 'id="sensed"' not in page(made(keep=False))
