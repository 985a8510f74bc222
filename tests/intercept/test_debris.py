"""Where remains of an intercept come down."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import lognorm

from keepout.intercept.debris import (
    FLOOR_M,
    KICK_MPS,
    debris_offset_m,
    debris_sigma_m,
    debris_time_s,
)
from keepout.records.trajectory import DEBRIS_POINTS

FLIGHT_S = 660.0
TABLE = np.stack(
    [np.linspace(-1.5e6, 0.0, DEBRIS_POINTS), np.linspace(2e5, 0.0, DEBRIS_POINTS)], axis=1
)


def test_the_kick_is_the_breakup_models():
    """Speed log-normal in log10 with mean 0.9 chi + 2.9, deviation 0.4, at A/M 0.01 m2/kg."""
    mean = 0.9 * math.log10(0.01) + 2.9
    speed = lognorm(s=0.4 * math.log(10.0), scale=10.0**mean)
    per_axis = math.sqrt((speed.mean() ** 2 + speed.var()) / 3.0)
    assert pytest.approx(per_axis, abs=0.1) == KICK_MPS


def test_rows_of_the_table_are_met():
    for k in range(DEBRIS_POINTS):
        t_s = debris_time_s(k, FLIGHT_S)
        assert debris_offset_m(TABLE, FLIGHT_S, t_s, 0.0, 0.0) == pytest.approx(
            tuple(TABLE[k]), abs=1e-6
        )
    assert debris_time_s(0, FLIGHT_S) == 0.0
    assert debris_time_s(DEBRIS_POINTS - 1, FLIGHT_S) == FLIGHT_S


def test_between_rows_it_is_linear():
    t_s = 0.5 * (debris_time_s(4, FLIGHT_S) + debris_time_s(5, FLIGHT_S))
    got = debris_offset_m(TABLE, FLIGHT_S, t_s, 0.0, 0.0)
    assert got == pytest.approx(tuple(0.5 * (TABLE[4] + TABLE[5])))


def test_the_spread_is_the_kick_times_the_fall():
    t_s = 360.0
    middle = debris_offset_m(TABLE, FLIGHT_S, t_s, 0.0, 0.0)
    east, north = debris_offset_m(TABLE, FLIGHT_S, t_s, 1.0, -2.0)
    sigma_m = debris_sigma_m(FLIGHT_S - t_s)
    assert sigma_m == pytest.approx(math.hypot(FLOOR_M, KICK_MPS * 270.0))
    assert east - middle[0] == pytest.approx(sigma_m)
    assert north - middle[1] == pytest.approx(-2.0 * sigma_m)
    assert debris_sigma_m(5.0) == FLOOR_M


def test_there_is_no_debris_outside_the_flight():
    for t_s in (-1.0, FLIGHT_S + 1.0, math.nan):
        assert all(math.isnan(x) for x in debris_offset_m(TABLE, FLIGHT_S, t_s, 0.0, 0.0))
