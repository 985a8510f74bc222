"""Impact points: the closed form of the CEP, tangent planes against pymap3d, assets."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import dblquad

from keepout.battle.threat import judge
from keepout.earth.geodesy import enu_matrix
from keepout.effects.impact import (
    apart_m,
    asset_at,
    asset_at_offset,
    diverted_offset_m,
    ground_ecef_m,
    landing_offset_m,
    offset_between_m,
    offset_from_m,
    sigma_m,
)
from keepout.records.case import ASSET
from keepout.records.sensor import ESTIMATE

PLACES = [(31.21, 35.01, 3000.0), (31.84, 34.82, 3000.0), (31.86, 34.82, 2500.0)]


@pytest.fixture(scope="module")
def assets():
    rows = np.zeros(len(PLACES), ASSET).view(np.recarray)
    for row, (lat, lon, radius_m) in zip(rows, PLACES):
        row.r_ecef_m[:] = pymap3d.geodetic2ecef(lat, lon, 0.0)
        row.to_enu[:] = enu_matrix(math.radians(lat), math.radians(lon))
        row.radius_m = radius_m
    return rows


def test_half_of_all_impacts_lie_within_the_cep():
    s = sigma_m(1000.0)

    def density(r, _angle):
        return r / (2.0 * math.pi * s * s) * math.exp(-0.5 * (r / s) ** 2)

    inside, _ = dblquad(density, 0.0, 2.0 * math.pi, 0.0, 1000.0)
    assert inside == pytest.approx(0.5, abs=1e-9)
    assert s == pytest.approx(849.32, abs=0.01)


def test_a_landing_point_is_sigma_times_its_draws():
    assert landing_offset_m(1000.0, 1.5, -0.5) == pytest.approx((1273.98, -424.66), abs=0.01)
    assert landing_offset_m(0.0, 3.0, 3.0) == (0.0, 0.0)
    assert diverted_offset_m(2000.0, -1.0, 0.5) == (-2000.0, 1000.0)


@pytest.mark.parametrize(
    "east_m, north_m, tolerance_m",
    [(900.0, -400.0, 0.01), (15e3, 12e3, 0.15), (-150e3, 130e3, 50.0)],
)
def test_a_ground_point_lies_on_the_ground(assets, east_m, north_m, tolerance_m):
    point = ground_ecef_m(assets[0].r_ecef_m, assets[0].to_enu, east_m, north_m)
    _, _, alt_m = pymap3d.ecef2geodetic(*point)
    assert abs(alt_m) < tolerance_m
    e, n, _ = pymap3d.ecef2enu(*point, *PLACES[0][:2], 0.0)
    assert (e, n) == pytest.approx((east_m, north_m), abs=1e-6)
    back = offset_from_m(assets[0].r_ecef_m, assets[0].to_enu, *point)
    assert back == pytest.approx((east_m, north_m), abs=1e-6)


def test_a_point_keeps_its_place_in_another_plane(assets):
    east_m, north_m = offset_between_m(assets, 0, 1, 4000.0, -2500.0)
    point = ground_ecef_m(assets[0].r_ecef_m, assets[0].to_enu, 4000.0, -2500.0)
    e, n, _ = pymap3d.ecef2enu(*point, *PLACES[1][:2], 0.0)
    assert (east_m, north_m) == pytest.approx((e, n), abs=1e-6)
    # there and back: the drop below the plane is approximate, 0.3 % of 400 m at 72 km
    assert offset_between_m(assets, 1, 0, east_m, north_m) == pytest.approx(
        (4000.0, -2500.0), abs=0.1
    )
    assert offset_between_m(assets, 2, 2, 100.0, 50.0) == pytest.approx((100.0, 50.0), abs=1e-6)


def test_an_asset_holds_what_lies_within_its_radius(assets):
    assert asset_at_offset(assets, apart_m(assets), 0, 0.0, 0.0) == 0
    assert asset_at_offset(assets, apart_m(assets), 0, 2999.0, 0.0) == 0
    assert asset_at_offset(assets, apart_m(assets), 0, 3001.0, 0.0) == -1
    assert asset_at_offset(assets, apart_m(assets), 0, 0.0, 70e3) == -1


def test_of_two_assets_the_nearer_counts(assets):
    assert asset_at_offset(assets, apart_m(assets), 1, 0.0, 1000.0) == 1
    assert asset_at_offset(assets, apart_m(assets), 1, 0.0, 1300.0) == 2


def test_a_point_that_is_not_known_lies_nowhere(assets):
    assert asset_at(assets, math.nan, 0.0, 0.0) == -1
    assert asset_at(assets[:0], 1.0, 2.0, 3.0) == -1


AWAY_M = st.floats(-50e3, 50e3)


def nearest_holding(assets, plane: int, east_m: float, north_m: float) -> int:
    """The same asked of every asset, without a short cut."""
    apart = apart_m(assets)[plane, :, :2]
    away_m = np.hypot(east_m - apart[:, 0], north_m - apart[:, 1])
    inside = np.where(away_m <= np.asarray(assets.radius_m), away_m, np.inf)
    return int(inside.argmin()) if np.isfinite(inside).any() else -1


@given(
    st.lists(st.tuples(AWAY_M, AWAY_M, st.floats(10.0, 15e3)), min_size=1, max_size=5),
    AWAY_M,
    AWAY_M,
)
def test_what_is_sure_to_be_nearest_is_nearest(circles, east_m, north_m):
    """The short cut of ``apart_m`` changes neither where a point lies nor what it threatens."""
    made = np.zeros(len(circles), ASSET).view(np.recarray)
    for k, (x, y, radius_m) in enumerate(circles):
        made[k].r_ecef_m = [6.4e6, x, y]
        made[k].to_enu = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
        made[k].radius_m = radius_m
    apart = apart_m(made)
    assert asset_at_offset(made, apart, 0, east_m, north_m) == nearest_holding(
        made, 0, east_m, north_m
    )
    estimate = np.zeros(1, ESTIMATE).view(np.recarray)[0]
    estimate.east_m, estimate.north_m = east_m, north_m
    estimate.var_east_m2 = estimate.var_north_m2 = 400e6
    slow = apart.copy()
    slow[:, :, 2] = 0.0
    assert judge(estimate, made, apart) == judge(estimate, made, slow)
