"""Many aims near a solved one: met on another path, in few flights; out of reach is said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.geodesy import ecef_m
from keepout.flight.aim_many import COLUMNS, NOT_THERE, aim_many_kernel, nominal_kernel
from keepout.flight.fly import solve_lane
from keepout.flight.fly_many import fly_many
from keepout.flight.integrate import KNOT
from keepout.flight.many import FLOWN
from keepout.records.place import Place

COUNT = 48
GROUND_M = 200.0


@pytest.fixture(scope="module")
def raid(make_missile):
    """A missile, its nominal flight, and launches within 50 km and aims within 2 km of it."""
    row, stages = make_missile()
    missiles = np.zeros(1, row.dtype).view(np.recarray)
    missiles[0] = row
    launch = Place(lat_deg=33.0, lon_deg=50.0, alt_m=1200.0)
    aim = Place(lat_deg=31.5, lon_deg=34.2, alt_m=GROUND_M)
    lane = solve_lane(row, stages, launch, aim).lane
    nominal = np.empty((1, COLUMNS))
    nominal_kernel(
        np.zeros(1, np.int64), missiles, stages, ecef_m(launch)[None], ecef_m(aim)[None],
        np.array([[lane.azimuth_rad, lane.kick_rad, lane.cutoff_s]]), np.array([GROUND_M]), nominal,
    )  # fmt: skip
    k = np.arange(COUNT)
    far_km, way = 50.0 * np.sqrt((k + 0.5) / COUNT), 2.4 * k
    starts = [
        Place(
            lat_deg=33.0 + r * math.cos(a) / 111.0, lon_deg=50.0 + r * math.sin(a) / 93.0,
            alt_m=1200.0,
        )
        for r, a in zip(far_km, way)
    ]  # fmt: skip
    aims = [
        Place(lat_deg=31.5 + 0.02 * math.sin(3.0 * a), lon_deg=34.2 + 0.02 * math.cos(a),
              alt_m=GROUND_M)
        for a in way
    ]  # fmt: skip
    return (
        missiles,
        stages,
        nominal,
        np.array([*map(ecef_m, starts)]),
        np.array([*map(ecef_m, aims)]),
    )


def aimed(raid, most, enough_m=1.0, aims=None):
    missiles, stages, nominal, launch, aim = raid
    aim = aim if aims is None else aims
    n, zero = len(launch), np.zeros(len(launch), np.int64)
    control, impact, miss_m = np.empty((n, 3)), np.empty((n, 7)), np.empty(n)
    code = np.empty(n, np.int64)
    count = aim_many_kernel(
        zero, missiles, stages, nominal, zero, launch, aim, np.full(n, GROUND_M), enough_m, most,
        control, np.empty((n, 7)), impact, np.empty(n), code, np.empty((n, 0, KNOT)),
        np.empty(n, np.int64), miss_m,
    )  # fmt: skip
    return count, control, impact, code, miss_m


def test_all_aims_are_met_in_little_more_than_two_flights(raid):
    count, control, impact, code, miss_m = aimed(raid, 4)
    assert np.all(code == FLOWN)
    assert miss_m.max() <= 1.0
    assert np.allclose(np.linalg.norm(impact[:, :3] - raid[4], axis=1), miss_m)
    assert count <= 2.2 * COUNT
    # the controls say the same to the door
    missiles, stages, _, launch, aim = raid
    again = fly_many(
        missiles, stages, which=np.zeros(COUNT, int), launch_ecef_m=launch,
        azimuth_rad=control[:, 0], kick_rad=control[:, 1], cutoff_s=control[:, 2],
        ground_m=GROUND_M,
    )  # fmt: skip
    assert np.linalg.norm(again.impact[:, :3] - aim, axis=1).max() <= 1.0


def test_the_guess_alone_is_near(raid):
    _, _, _, code, miss_m = aimed(raid, 1)
    assert np.median(miss_m) < 60.0
    assert miss_m.max() < 300.0
    assert np.all(code[miss_m > 1.0] == NOT_THERE)


def test_out_of_reach_is_said(raid):
    far = np.repeat(ecef_m(Place(lat_deg=31.5, lon_deg=25.0, alt_m=GROUND_M))[None], COUNT, 0)
    _, _, _, code, miss_m = aimed(raid, 4, aims=far)
    assert np.all(code == NOT_THERE)
    assert miss_m.min() > 1e4
