"""A field of fire cuts a window, and only there where intercepts leave it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.intercept.field import bearing_off_rad
from keepout.records.defence import WINDOW_POINTS
from keepout.records.event import R_OUT_OF_REACH
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve


def window(*sets: str):
    """Window and battery of the one flight of ``wilkening``, and bearings of its intercepts."""
    case = resolve(load("wilkening", sets)).case
    return case.window[0, 0], case.battery[0], case


def bearings(found, battery, case) -> np.ndarray:
    """Of every point of a window, from north [rad]; battery must look north."""
    sample, dt_s = case.sample[0], float(case.lane[0].dt_s)
    at = np.asarray(found.intercept_s) / dt_s
    points = [[np.interp(x, np.arange(len(sample)), sample[:, j]) for j in range(3)] for x in at]
    return np.array([bearing_off_rad(battery, *point) for point in points])


def test_a_sector_that_holds_all_changes_nothing():
    whole, _, _ = window()
    wide, _, _ = window("batteries.upper.field_of_fire={azimuth: 60 deg, width: 350 deg}")
    assert np.array_equal(whole.launch_s, wide.launch_s)


def test_a_sector_that_looks_away_leaves_no_window():
    away, _, _ = window("batteries.upper.field_of_fire={azimuth: 240 deg, width: 60 deg}")
    assert (away.open, away.why_not) == (0, R_OUT_OF_REACH)


def test_intercepts_of_a_narrow_sector_lie_inside_it_up_to_its_edge():
    whole, _, _ = window()
    narrow, battery, case = window("batteries.upper.field_of_fire={azimuth: 63 deg, width: 4 deg}")
    assert narrow.open == 1
    off = bearings(narrow, battery, case)
    assert (off <= math.radians(2.0) + 1e-4).all()  # samples are joined by straight lines here
    first, last = narrow.intercept_s[0], narrow.intercept_s[WINDOW_POINTS - 1]
    assert whole.intercept_s[0] <= first < last <= whole.intercept_s[WINDOW_POINTS - 1]
    assert (np.diff(narrow.launch_s) > 0.0).all()
    cut = (first > whole.intercept_s[0] + 1.0, last < whole.intercept_s[WINDOW_POINTS - 1] - 1.0)
    assert any(cut)
    edge = off[0] if cut[0] else off[-1]
    assert edge == pytest.approx(math.radians(2.0), abs=1e-3)
