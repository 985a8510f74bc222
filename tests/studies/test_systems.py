"""The page of systems: every figure worked out, the known misses and no others."""

from __future__ import annotations

import math

import pytest

from keepout.catalogue import read
from keepout.studies import systems
from keepout.studies.systems_run import measured_reload_s, space_meeting


@pytest.fixture(scope="module")
def lines():
    return systems.lines()


def test_every_battery_and_interceptor_of_the_catalogue_is_there(lines):
    shown = {line.system for line in lines}
    assert shown == {*read.ids("battery"), *read.ids("interceptor")}
    assert {line.place for line in lines} == {"S1", "S3", "S7", "S8", "S9"}


def test_only_the_three_known_claims_are_missed_and_say_why(lines):
    missed = {(line.system, line.quantity) for line in lines if not line.agrees}
    assert missed == {("sm-6", "reach"), ("stunner", "reach"), ("tamir", "reach")}
    for line in lines:
        assert math.isfinite(line.computed)
        assert line.agrees or line.reason
        assert line.source
        assert line.how


def test_the_vacuum_range_of_sm_6_is_that_of_a_text_book(lines):
    """v2/g over a flat Earth: 1,150 m/s carry 135 km, whatever the air does."""
    (line,) = (line for line in lines if (line.system, line.quantity) == ("sm-6", "reach"))
    assert f"{1150.0**2 / 9.80665 / 1e3:.0f} km" in line.reason
    assert line.computed < 135.0


def test_thaad_reloads_in_the_trial_as_published():
    assert measured_reload_s("thaad-battery") == pytest.approx(1800.0, abs=10.0)


def test_arrow_3_meets_in_space_at_hypersonic_speed():
    look = space_meeting()["looks"][0]
    assert look["alt_km"] > 100.0
    assert look["closing_mps"] > 1700.0
