"""Footprints: two methods, the shares inside their outlines, and where stages come down."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from keepout.earth.geodesy import ecef_m, enu_matrix, great_circle_m, place_of
from keepout.errors import FlightError
from keepout.flight.fly import solve_lane, trajectory
from keepout.flight.footprint import (
    PIECES,
    Cloud,
    break_up,
    ellipse_area_m2,
    linear,
    scatter,
    spread_normals,
    stage_clouds,
)
from keepout.records.place import Place

LAUNCH = Place(lat_deg=34.31, lon_deg=47.07)
AIM = Place(lat_deg=31.21, lon_deg=35.01)


@pytest.fixture(scope="module")
def flown(make_missile):
    missile, stages = make_missile()
    lane = solve_lane(missile, stages, LAUNCH, AIM)
    return missile, stages, lane, trajectory("it", missile, stages, LAUNCH, AIM, lane)


def clouds(flown):
    missile, stages, lane, flight = flown
    (stage,) = stage_clouds(missile, stages, LAUNCH, lane.lane, [0.3])
    return [stage, break_up(flight, 20e3), replace(break_up(flight, 100e3), kick_mps=17.0)]


def test_the_numbers_are_normal_and_even():
    z = spread_normals(PIECES)
    assert np.abs(z.mean(axis=0)).max() < 0.005  # chance alone would give 0.016
    assert np.abs(np.cov(z.T) - np.eye(5)).max() < 0.02
    for k in range(5):
        assert np.quantile(z[:, k], 0.9) == pytest.approx(norm.ppf(0.9), abs=5e-3)


def test_both_methods_agree_where_the_scatter_is_small(flown):
    for cloud in clouds(flown):
        small = replace(cloud, ln_beta_sigma=0.05, kick_mps=2.0, along_mps=1.0)
        many, (place, cov) = scatter(small), linear(small)
        assert great_circle_m(many.place, place) < 0.1 * math.sqrt(np.trace(cov))
        ratio = np.linalg.eigvalsh(many.covariance_m2) / np.linalg.eigvalsh(cov)
        assert ratio == pytest.approx(
            [1.0, 1.0], rel=0.06
        )  # 2 % of the numbers, 2 % of second order
        for share in (0.5, 0.9):
            # the kernel density adds its own width: some per cent
            assert many.level(share)[1] == pytest.approx(ellipse_area_m2(cov, share), rel=0.08)


def test_both_methods_agree_about_real_scatters(flown):
    for cloud in clouds(flown):
        many, (_, cov) = scatter(cloud), linear(cloud)
        # a factor of two in ballistic coefficient bends the footprint: within 15 % still
        for share in (0.5, 0.9):
            assert many.level(share)[1] == pytest.approx(ellipse_area_m2(cov, share), rel=0.15)


def test_the_outlined_area_holds_its_share(flown):
    many = scatter(clouds(flown)[0])
    density, axes, corner = many.density()
    at = np.rint((many.offset_m - corner) @ np.linalg.inv(axes)).astype(int)
    inside = np.all((at >= 0) & (at < len(density)), axis=1)
    assert inside.mean() > 0.995
    here = density[tuple(at[inside].T)]
    for share in (0.5, 0.9):
        # what lies on the density that it made itself is a little crowded
        assert np.mean(here >= many.level(share)[0]) == pytest.approx(share, abs=0.03)


def test_shares_in_circles(flown):
    many = scatter(clouds(flown)[0])
    assert many.within(many.place, 500e3) == (1.0, pytest.approx(2.4e-4, rel=0.05))
    assert many.within(LAUNCH, 10e3)[0] == 0.0
    far = np.hypot(*many.offset_m.T)
    share, error = many.within(many.place, float(np.median(far)))
    assert share == pytest.approx(0.5, abs=0.01)
    assert error == pytest.approx(0.5 / math.sqrt(PIECES), rel=0.01)


def test_a_spent_stage_falls_short_and_late(flown):
    """Tens of kilometres short of its warhead and minutes after it."""
    flight = flown[3]
    many = scatter(clouds(flown)[0])
    assert 5e3 < great_circle_m(many.place, AIM) < 60e3
    late_s = float(np.median(many.fall_s)) + many.cloud.t_s - flight.flight_s
    assert 60.0 < late_s < 400.0
    # the middle of it is what the table of stages says
    (lat, lon, _) = flight.stage_impacts[0]
    middle, _ = linear(many.cloud)
    assert great_circle_m(middle, Place(lat_deg=lat, lon_deg=lon)) < 300.0


def test_pieces_of_a_drop_without_air_fall_as_in_vacuum():
    """Heavy pieces, thrown up a little: spread = kick times the time of fall."""
    place = Place(lat_deg=20.0, lon_deg=10.0, alt_m=2000.0)
    up = np.asarray(enu_matrix(math.radians(20.0), math.radians(10.0)))[2]
    state = np.concatenate([ecef_m(place), -50.0 * up])
    many = scatter(Cloud("drop", 0.0, state, 1e7, 0.0, 3.0))
    fall_s = (-50.0 + math.sqrt(50.0**2 + 2.0 * 9.78 * 2000.0)) / 9.78
    assert np.median(many.fall_s) == pytest.approx(fall_s, rel=0.01)
    assert np.sqrt(np.diag(many.covariance_m2)) == pytest.approx([3.0 * fall_s] * 2, rel=0.03)
    assert all(abs(place_of(r).alt_m) < 0.1 for r in many.r_ecef_m[::500])


def test_a_height_that_is_not_fallen_through(flown):
    with pytest.raises(FlightError, match="does not fall through 900 km"):
        break_up(flown[3], 900e3)
