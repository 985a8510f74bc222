"""Warning at best, by asset, in ``resolved.json``."""

from __future__ import annotations

import functools

import pytest

from keepout.scenario.load import load
from keepout.scenario.resolve import resolve


@functools.cache
def resolved(*sets: str):
    return resolve(load("tutorial", list(sets)))


def test_it_counts_from_the_first_rise_over_any_radar_to_the_end_of_the_flight():
    made = resolved()
    told = made.resolved["warning"]
    assert set(told) == set(made.resolved["names"]["assets"])
    for row, asset in enumerate(made.resolved["names"]["assets"]):
        lanes = [k for k, lane in enumerate(made.case.lane) if lane.asset == row]
        expected = [
            made.case.lane[k].flight_s - made.case.sight.rise_s[k].min() for k in lanes
        ]  # fmt: skip
        assert told[asset]["radar_s"] == pytest.approx([min(expected), max(expected)])
        assert told[asset]["launch_detection_s"] is None
        flight_s = max(float(made.case.lane[k].flight_s) for k in lanes)
        assert 0.0 < told[asset]["radar_s"][1] < flight_s


def test_a_report_from_space_counts_from_its_delay():
    made = resolved("warning={satellites: {delay: 70 s}}")
    for row, asset in enumerate(made.resolved["names"]["assets"]):
        flights_s = [float(lane.flight_s) - 70.0 for lane in made.case.lane if lane.asset == row]
        told = made.resolved["warning"][asset]["launch_detection_s"]
        assert told == pytest.approx([min(flights_s), max(flights_s)])


def test_without_a_radar_there_is_no_warning():
    made = resolved("batteries.north-1.radar=none", "models.sensing=perfect")
    for told in made.resolved["warning"].values():
        assert told["radar_s"] == [0.0, 0.0]
