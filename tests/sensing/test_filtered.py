"""A filtered Sight: against the same filter run by hand, blind to what comes later, thinned."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config
from scipy.special import ndtri

from keepout.flight.drop import sample_at
from keepout.records.case import TRACKER_AUTO
from keepout.records.missile import DRAG_CONE
from keepout.records.sensor import ESTIMATE, SIGHT, SIGHT_POINTS, WATCH
from keepout.sensing import filtered as fl
from keepout.sensing import radar as rd
from keepout.sensing import sight as st
from keepout.sensing import track
from keepout.sensing.estimate import estimate_impact, estimate_position
from keepout.sensing.face import face_of
from keepout.sensing.follow import FOLLOW
from keepout.sensing.measure import measure
from keepout.sensing.watch import condense_kernel, firm_after

from .conftest import make_radar

PHASE = 0.25
Z_BIAS, Z_BETA = np.array([0.3, -1.1, 0.7]), 0.05


@pytest.fixture
def slow_radar() -> np.recarray:
    """One that looks every 5 s: a hundred looks at the flight."""
    radar = make_radar()[0]
    radar.revisit_s = 5.0
    return radar


def chance(n: int) -> np.ndarray:
    return np.random.default_rng(3).random((n, fl.LUCK))


def filtered(radar, flight, luck, z_beta=Z_BETA, until_s=math.inf):
    """A SIGHT row, and the number of updates."""
    lane, sample, missile, asset, slope, drift = flight
    row = np.zeros(1, SIGHT).view(np.recarray)[0]
    face = face_of(radar)
    fl.begin_sight(radar, face, lane, sample, np.zeros(6), row)
    updates = fl.filtered_sight_kernel(
        radar, face, lane, missile, asset, TRACKER_AUTO, sample, slope, drift, until_s, PHASE, luck,
        Z_BIAS, z_beta, np.zeros(2, FOLLOW).view(np.recarray), row,
    )  # fmt: skip
    return row, updates


def times_of(row):
    return np.linspace(row.rise_s, row.set_s, SIGHT_POINTS)


def by_hand(radar, flight, row, luck, until_s, z_beta=Z_BETA):
    """State and covariance after all looks before a time, and the time of the last of them.

    The public steps of ``track``, one look after the other.
    """
    lane, sample, missile, *_ = flight
    state, cov, s = np.zeros(7), np.zeros((7, 7)), np.zeros(6)
    begun, then_s, seen, k = False, 0.0, [], 0
    while (t_s := row.rise_s + (PHASE + k) * radar.revisit_s) < until_s:
        sample_at(sample, lane.dt_s, t_s, s)
        rcs_m2 = missile.body_rcs_m2 if t_s < lane.separation_s else missile.rcs_m2
        snr_now = rd.observe(radar, *s[:3], rcs_m2)[3]
        seen.append(luck[k, 0] < rd.detection_p(snr_now, radar.false_alarm_p))
        if begun:
            track.track_predict(
                state, cov, t_s - then_s, DRAG_CONE, st.QUIET_DENSITY, st.DRAG_SHARE
            )
        if seen[-1]:
            got = measure(radar, *s[:3], snr_now, *ndtri(luck[k, 1:]), *Z_BIAS)
            if begun:
                track.track_update(radar, *got, snr_now, 1.0, state, cov)
            else:
                ln_beta = math.log(4000.0) + st.LN_BETA_SIGMA * z_beta
                track.track_start(radar, *got, snr_now, 1.0, ln_beta, st.LN_BETA_SIGMA, state, cov)
                begun = True
        then_s, k = t_s, k + 1
    return state, cov, then_s, seen


@pytest.mark.parametrize(
    "z_beta, share",
    [
        (0.05, 0.05),  # the steps of integration, and first order against a whole flight
        (0.5, 0.33),  # ballistic coefficient 16 % too large: the slope is not one line
    ],
)
def test_it_is_the_filter_run_by_hand(slow_radar, flight, z_beta, share):
    """Predicted impact of both, by a flight to the ground here and by slopes there."""
    _, sample, _, asset, *_ = flight
    luck = chance(200)
    row, _ = filtered(slow_radar, flight, luck, z_beta=z_beta)
    point = 2 * SIGHT_POINTS // 3
    until_s = times_of(row)[point]
    state, cov, then_s, seen = by_hand(slow_radar, flight, row, luck, until_s, z_beta)
    assert sum(seen) < len(seen)  # some looks missed it
    work = np.zeros((4, 7, 7))
    out = track.track_impact(state, cov, work, DRAG_CONE, np.asarray(asset.to_enu), 0.0)
    error = np.asarray(asset.to_enu) @ (np.array(out[:3]) - sample[-1, :3])
    assert row.impact_bias_m[point] == pytest.approx(error[:2], rel=share, abs=10.0)
    late_s = then_s + out[3] - flight[0].flight_s
    assert row.time_bias_s[point] == pytest.approx(late_s, rel=share, abs=0.1)
    if z_beta > 0.1:
        return  # its own slopes, at the state believed, would make it surer than ours at the true
    st.add_bias(slow_radar, state[:6], cov, np.zeros((3, 3)), np.zeros((3, 6)))
    told = track.track_impact(state, cov, work, DRAG_CONE, np.asarray(asset.to_enu), 0.0)
    assert row.impact_sigma_m[point] == pytest.approx(told[4:7], rel=0.2)


def test_a_track_is_firm_after_a_run_of_detections(slow_radar, flight):
    luck = chance(200)
    row, updates = filtered(slow_radar, flight, luck)
    _, _, _, seen = by_hand(slow_radar, flight, row, luck, row.set_s + 1e-6)
    assert updates == sum(seen)
    run = [all(seen[max(0, k - 2) : k + 1]) and k >= 2 for k in range(len(seen))]
    first = row.rise_s + (PHASE + run.index(True)) * slow_radar.revisit_s
    assert row.firm_s == pytest.approx(first)
    assert firm_after(condensed(row, slow_radar), 0.9, 0.1) == row.firm_s
    never, _ = filtered(slow_radar, flight, np.ones((200, fl.LUCK)))
    assert math.isnan(never.firm_s)
    assert (never.impact_sigma_m[:, 0] == st.NO_PREDICTION_M**2).all()


def test_a_point_knows_nothing_of_later_looks(slow_radar, flight):
    """Every draw after a moment is changed; no point up to that moment changes with it."""
    luck = chance(200)
    row, _ = filtered(slow_radar, flight, luck)
    for point in (5, 20, 40):
        kept = math.ceil((times_of(row)[point] - row.rise_s) / slow_radar.revisit_s - PHASE)
        changed = luck.copy()
        changed[kept:] = 1.0 - changed[kept:]
        other, _ = filtered(slow_radar, flight, changed)
        for field in ("impact_sigma_m", "impact_bias_m", "time_bias_s", "position_sigma_m"):
            assert (other[field][: point + 1] == row[field][: point + 1]).all(), field
            assert (other[field][point + 1 :] != row[field][point + 1 :]).any(), field


def test_what_no_battery_can_use_is_not_measured(slow_radar, flight):
    """To the last use the same Sight; after it what was believed stays; a firm track as ever."""
    luck = chance(200)
    row, updates = filtered(slow_radar, flight, luck)
    for point in (12, 30):
        until_s = times_of(row)[point]
        cut, fewer = filtered(slow_radar, flight, luck, until_s=until_s)
        assert 0 < fewer < updates
        assert cut.firm_s == row.firm_s
        for field in ("impact_sigma_m", "impact_bias_m", "time_bias_s", "position_sigma_m"):
            assert (cut[field][: point + 1] == row[field][: point + 1]).all(), field
            assert (cut[field][point + 2 :] == cut[field][point + 1]).all(), field
    never, none = filtered(slow_radar, flight, luck, until_s=-math.inf)
    assert none == 0
    assert never.firm_s == row.firm_s
    assert (never.impact_sigma_m[:, 0] == st.NO_PREDICTION_M**2).all()


def condensed(row, radar):
    watch = np.zeros(1, WATCH).view(np.recarray)[0]
    condense_kernel(row, radar, watch)
    return watch


def believed(watch, t_s, z=(3.0, -2.0)):
    out = np.zeros(1, ESTIMATE).view(np.recarray)[0]
    estimate_position(watch, t_s, 0.0, 700.0, np.inf, 1.0, out)
    estimate_impact(watch, t_s, 0.0, 0.0, *z, 1.0, out)
    return out


def test_an_estimate_is_what_the_filter_believed(slow_radar, flight):
    row, _ = filtered(slow_radar, flight, chance(200))
    times, watch = times_of(row), condensed(row, slow_radar)
    for point, share in ((20, 0.0), (30, 0.5), (30, 0.99), (SIGHT_POINTS - 1, 0.0)):
        step_s = times[1] - times[0]
        out = believed(watch, times[point] + share * step_s + 1e-6)
        assert (out.east_m, out.north_m) == pytest.approx(tuple(row.impact_bias_m[point]), rel=1e-6)
        # the error itself is not known
        assert out.var_east_m2 == pytest.approx(row.impact_sigma_m[point, 0], rel=1e-6)
        assert out.position_sigma_m == pytest.approx(row.position_sigma_m[point], rel=1e-3)


def test_an_estimate_of_a_lane_still_draws(slow_radar, flight):
    row, _ = filtered(slow_radar, flight, chance(200))
    row.filtered = 0
    watch, t_s = condensed(row, slow_radar), times_of(row)[30]
    a, b = (believed(watch, t_s, z=z) for z in ((1.0, 0.0), (-1.0, 0.0)))
    apart = math.hypot(a.east_m - b.east_m, a.north_m - b.north_m)
    assert apart >= 2.0 * math.sqrt(row.impact_sigma_m[30, 0]) * 0.999


@pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of looks uncompiled")
def test_many_looks_are_taken_as_means(flight):
    """Ten looks a second: as sure as the Sight of the lane, which takes all of them too."""
    radar = make_radar()[0]
    radar.revisit_s = 0.1
    lane, sample, missile, _, slope, drift = flight
    told = np.zeros(1, SIGHT).view(np.recarray)[0]
    st.sight_kernel(radar, lane, missile, sample, slope, drift, told)
    row, updates = filtered(radar, flight, chance(8000))
    _, looks, block = fl.looks_of(radar, row, PHASE)
    assert looks > 4 * fl.MOST_UPDATES
    assert block == math.ceil(looks / fl.MOST_UPDATES)
    assert updates <= fl.MOST_UPDATES
    half = SIGHT_POINTS // 2
    ratio = row.position_sigma_m[half:-3] / told.position_sigma_m[half:-3]
    assert ratio.min() > 0.8
    assert ratio.max() < 1.25


def test_a_radar_that_looks_away_filters_nothing(slow_radar, flight):
    slow_radar.azimuth_rad, slow_radar.azimuth_half_rad = math.radians(150.0), math.radians(30.0)
    row = np.zeros(1, SIGHT).view(np.recarray)[0]
    fl.begin_sight(slow_radar, face_of(slow_radar), flight[0], flight[1], np.zeros(6), row)
    assert math.isnan(row.rise_s)
    assert math.isnan(row.set_s)
