"""A Sight: when a lane is seen, and whether its covariance is what a filter gets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.flight.drop import sample_at
from keepout.records.missile import CRUISE, DRAG_CONE
from keepout.records.sensor import SIGHT, SIGHT_POINTS
from keepout.records.trajectory import SAMPLES
from keepout.sensing import radar as rd
from keepout.sensing import sight as st
from keepout.sensing import track
from keepout.sensing.measure import measure

from .conftest import make_radar


def sight_of(radar, flight, missile=None):
    lane, sample, of_lane, _, slope, drift = flight
    row = np.zeros(1, SIGHT).view(np.recarray)[0]
    code = st.sight_kernel(radar, lane, missile or of_lane, sample, slope, drift, row)
    return code, row


def times_of(row):
    return np.linspace(row.rise_s, row.set_s, SIGHT_POINTS)


def position_at(flight, t_s):
    s = np.zeros(6)
    sample_at(flight[1], flight[0].dt_s, t_s, s)
    return s


def test_rise_and_set_are_where_the_radar_gains_and_loses_the_lane(radar, flight):
    code, row = sight_of(radar, flight)
    assert code == 1
    for t_s, inside in ((row.rise_s, 0.05), (row.set_s, -0.05)):
        before = rd.sees(radar, *position_at(flight, t_s - inside)[:3])
        after = rd.sees(radar, *position_at(flight, t_s + inside)[:3])
        assert after == rd.SEEN
        assert before != rd.SEEN
    for t_s in np.linspace(row.rise_s + 0.1, row.set_s - 0.1, 40):
        assert rd.sees(radar, *position_at(flight, t_s)[:3]) == rd.SEEN


def test_a_radar_that_looks_away_never_sees(radar, flight):
    radar.azimuth_rad = math.radians(150.0)
    radar.azimuth_half_rad = math.radians(30.0)
    code, row = sight_of(radar, flight)
    assert code == 0
    assert math.isnan(row.rise_s)


def test_snr_is_of_the_body_first_and_of_the_warhead_later(flight):
    radar = make_radar(lat_deg=32.5, lon_deg=46.5)[0]
    radar.azimuth_half_rad = math.pi
    _, row = sight_of(radar, flight)
    lane, _, missile, *_ = flight
    for k, t_s in enumerate(times_of(row)):
        rcs = missile.body_rcs_m2 if t_s < lane.separation_s else missile.rcs_m2
        expected = rd.observe(radar, *position_at(flight, t_s)[:3], rcs)[3]
        assert row.snr[k] == pytest.approx(expected)
    assert times_of(row)[0] < lane.separation_s < times_of(row)[-1]


def test_nothing_is_predicted_before_burnout(flight):
    radar = make_radar(lat_deg=32.5, lon_deg=46.5)[0]
    radar.azimuth_half_rad = math.pi
    _, row = sight_of(radar, flight)
    boosting = times_of(row) < flight[0].burnout_s
    assert boosting.any()
    assert (row.impact_sigma_m[boosting, :2] == st.NO_PREDICTION_M**2).all()
    assert (row.impact_sigma_m[~boosting, :2].max(axis=0) <= st.NO_PREDICTION_M**2).all()
    assert math.sqrt(row.impact_sigma_m[-3, 0]) < 2000.0


def test_knowledge_grows_and_never_beats_the_bias(radar, flight):
    _, row = sight_of(radar, flight)
    half = SIGHT_POINTS // 2
    assert (np.diff(row.impact_sigma_m[3:half, 0]) < 0.0).all()
    assert row.position_sigma_m[half] < 0.5 * row.position_sigma_m[1]
    det = row.impact_sigma_m[:, 0] * row.impact_sigma_m[:, 1] - row.impact_sigma_m[:, 2] ** 2
    assert (det > 0.0).all()
    radar.angle_bias_rad = 2e-3
    _, biased = sight_of(radar, flight)
    range_m = np.array([rd.look(radar, *position_at(flight, t)[:3])[0] for t in times_of(row)])
    assert (biased.position_sigma_m >= 2e-3 * range_m * 0.999).all()
    assert (biased.impact_sigma_m[5:, :2] > row.impact_sigma_m[5:, :2]).all()


def test_more_frequent_looks_know_more(radar, flight):
    _, slow = sight_of(radar, flight)
    radar.revisit_s = 0.1
    _, fast = sight_of(radar, flight)
    assert (fast.position_sigma_m[1:] < slow.position_sigma_m[1:]).all()


@pytest.fixture(scope="module")
def noisy():
    """A radar without fixed errors, looking every 4 s."""
    radar = make_radar()[0]
    radar.range_bias_m = radar.angle_bias_rad = 0.0
    radar.revisit_s = 4.0
    return radar


def predicted(radar, flight, row, ln_beta, rng):
    """Impact that a real filter predicts at two thirds of the Sight, and its covariance."""
    _, sample, missile, asset, *_ = flight
    state, cov, work = np.zeros(7), np.zeros((7, 7)), np.zeros((4, 7, 7))
    end_s = times_of(row)[2 * SIGHT_POINTS // 3]
    for k, t_s in enumerate(np.arange(row.rise_s, end_s, radar.revisit_s)):
        s = position_at(flight, t_s)
        snr_now = rd.observe(radar, *s[:3], missile.rcs_m2)[3]
        z = measure(radar, *s[:3], snr_now, *rng.standard_normal(3), 0, 0, 0)
        if k == 0:
            track.track_start(radar, *z, snr_now, 1.0, ln_beta, st.LN_BETA_SIGMA, state, cov)
            continue
        gap_s = radar.revisit_s
        track.track_predict(state, cov, gap_s, DRAG_CONE, st.QUIET_DENSITY, 0.0)
        track.track_update(radar, *z, snr_now, 1.0, state, cov)
    out = track.track_impact(state, cov, work, DRAG_CONE, np.asarray(asset.to_enu), 0.0)
    error = np.asarray(asset.to_enu) @ (np.array(out[:3]) - sample[-1, :3])
    return error[:2], np.array(out[4:7])


def test_sight_tells_the_covariance_that_the_filter_tells(noisy, flight):
    _, row = sight_of(noisy, flight)
    _, cov = predicted(noisy, flight, row, math.log(4000.0), np.random.default_rng(9))
    # linearised at the truth, and with all looks of a span taken at its end
    assert cov == pytest.approx(row.impact_sigma_m[2 * SIGHT_POINTS // 3], rel=0.15)


def test_sight_tells_the_errors_that_the_filter_makes(noisy, flight):
    _, row = sight_of(noisy, flight)
    told = row.impact_sigma_m[2 * SIGHT_POINTS // 3]
    inverse = np.linalg.inv([[told[0], told[2]], [told[2], told[1]]])
    rng = np.random.default_rng(10)
    nees = []
    for _ in range(24):
        believed = math.log(4000.0) + st.LN_BETA_SIGMA * rng.standard_normal()
        error, _ = predicted(noisy, flight, row, believed, rng)
        nees.append(error @ inverse @ error)
    # chi-square with two degrees of freedom: median 1.39, its error 0.4 here. Not the
    # mean: a belief in a much lighter body falls short by more than its slope says.
    assert 0.3 < np.median(nees) < 2.8


def test_largest_axis_is_the_largest_eigenvalue():
    rng = np.random.default_rng(3)
    for _ in range(20):
        root = rng.standard_normal((7, 7)) * 50.0
        cov = root @ root.T
        expected = math.sqrt(np.linalg.eigvalsh(cov[:3, :3])[-1])
        assert st.largest_axis_m(cov) == pytest.approx(expected)
    assert st.largest_axis_m(4.0 * np.eye(7)) == pytest.approx(2.0)


def test_systematic_errors_move_a_track_as_a_biased_radar_would(radar, flight):
    """Turned and shifted tracks against two measurements with the bias, differenced."""
    s = position_at(flight, 300.0)
    radar.range_bias_m, radar.angle_bias_rad = 30.0, 1e-3
    cov = np.zeros((7, 7))
    st.add_bias(radar, s, cov, np.zeros((3, 3)), np.zeros((3, 6)))
    shifts = []
    for bias in np.eye(3):
        moved = []
        for at in (s[:3], s[:3] + 0.5 * s[3:]):
            z = measure(radar, *at, 1e9, 0, 0, 0, *bias)
            moved.append(place_of_measurement(radar, z) - at)
        shifts.append([*moved[0], *((moved[1] - moved[0]) / 0.5)])
    expected = np.array(shifts).T @ np.array(shifts)
    scale = np.sqrt(np.diag(expected))
    assert cov[:3, :3] / np.outer(scale, scale)[:3, :3] == pytest.approx(
        (expected / np.outer(scale, scale))[:3, :3], abs=0.01
    )
    # the turn of the speed: an azimuth bias is larger the higher the sight, left out
    assert np.sqrt(np.trace(cov[3:6, 3:6])) == pytest.approx(
        math.sqrt(np.trace(expected[3:, 3:])), rel=0.3
    )


def place_of_measurement(radar, z):
    e = math.sin(z[1]) * math.cos(z[2])
    n = math.cos(z[1]) * math.cos(z[2])
    up = math.sin(z[2])
    return np.asarray(radar.r_ecef_m) + z[0] * (np.array([e, n, up]) @ np.asarray(radar.to_enu))


def test_a_cruise_missile_is_guessed_by_its_heading(radar, flight):
    _, sample, missile, *_ = flight
    slow = missile.copy()
    slow.kind, slow.rv_beta_kgpm2 = CRUISE, 0.0
    _, row = sight_of(radar, flight, slow)
    left_m = np.linalg.norm(position_at(flight, row.rise_s)[:3] - sample[SAMPLES - 1, :3])
    assert math.sqrt(row.impact_sigma_m[0, 0]) >= st.CRUISE_SHARE * left_m
    assert np.isfinite(row.position_sigma_m).all()
