"""The unscented filter of the loop: on its packed state beside FilterPy, and over whole flights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config

from keepout.records.case import TRACKER_EKF_7, TRACKER_UKF
from keepout.records.missile import DRAG_CONE
from keepout.records.sensor import SIGHT
from keepout.sensing import filtered as fl
from keepout.sensing import radar as rd
from keepout.sensing import sigma
from keepout.sensing import unscented as un
from keepout.sensing.face import face_of
from keepout.sensing.follow import tracks_of
from keepout.sensing.motion import fall
from keepout.sensing.taking import BEND
from tests.sensing.lanes import hermite

from .conftest import make_radar
from .peers import Site, pack, unpack, work

needs_speed = pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of looks uncompiled")
DENSITY, STEP_S, SNR = 1e-4, 2.0, 40.0


def begun(site, x, cov):
    """A row with room for points."""
    track = tracks_of(TRACKER_UKF, 1)[0]
    track.x[:], track.p[:] = x, pack(cov)
    return track


def across(site, x):
    """The sight of a state: range, and unit vectors along it, in azimuth and in elevation."""
    away = x[:3] - site.origin
    far = np.linalg.norm(away)
    sight = away / far
    side = np.cross(sight, site.axes[2])
    side /= np.linalg.norm(side)
    return far, sight, side, np.cross(side, sight)


def peer(site, x, cov):
    """FilterPy's filter with the weights of ``unscented``, our motion, and looks by hand."""
    kalman = pytest.importorskip("filterpy.kalman")
    points = kalman.MerweScaledSigmaPoints(7, un.ALPHA, un.BETA, un.KAPPA)

    def moved(state, dt_s):
        state = state.copy()
        fall(state, dt_s, DRAG_CONE)
        return state

    def shown(state, far, side, lift):
        away = state[:3] - site.origin
        here = np.linalg.norm(away)
        return np.array([here, far * (side @ away) / here, far * (lift @ away) / here])

    ukf = kalman.UnscentedKalmanFilter(7, 3, STEP_S, shown, moved, points)
    ukf.x, ukf.P, h = x.copy(), cov.copy(), STEP_S
    ukf.Q = np.zeros((7, 7))
    for i in range(3):
        ukf.Q[i, i], ukf.Q[3 + i, 3 + i] = DENSITY * h**3 / 3.0, DENSITY * h
        ukf.Q[i, 3 + i] = ukf.Q[3 + i, i] = 0.5 * DENSITY * h * h
    return ukf


@pytest.mark.filterwarnings("ignore")
@needs_speed
def test_steps_and_looks_are_those_of_filterpy():
    """Twenty steps above the air with their looks, from a start that is known badly."""
    site, rng = Site(), np.random.default_rng(5)
    truth = site.state([3e5, 2e5, 2.5e5], [-1800.0, -900.0, 400.0])
    sigmas = np.array([4000.0] * 3 + [300.0] * 3 + [0.3])
    x, cov = truth + sigmas * rng.standard_normal(7), np.diag(sigmas**2)
    track, ukf = begun(site, x, cov), peer(site, x, cov)
    for _ in range(20):
        fall(truth, STEP_S, DRAG_CONE)
        look = truth[:3] + 200.0 * rng.standard_normal(3) - site.origin
        range_m = np.linalg.norm(look)
        sigma.step_points(track, STEP_S, DRAG_CONE, DENSITY, 0.0, math.inf, work())
        chi2, _ = sigma.weigh_points(track, site.face, range_m, *(look / range_m), SNR, 1.0)
        ukf.predict()
        far, _, side, lift = across(site, ukf.x)
        az, el = site.shown(ukf.x)[1:]
        angle = rd.angle_sigma_rad(site.radar, SNR, rd.off_face_cos(site.radar, az, el))
        noise = [rd.range_sigma_m(site.radar, SNR), far * angle, far * angle]
        sides = np.array([side, lift])
        before = np.linalg.norm(sides @ ukf.P[:3, :3] @ sides.T) / math.sqrt(2.0)
        after = before * noise[1] ** 2 / (before + noise[1] ** 2)
        noise[0] = math.hypot(noise[0], math.sqrt(BEND - 1.0) * after / far)
        z = np.array([range_m, far * (side @ look) / range_m, far * (lift @ look) / range_m])
        ukf.update(z, np.diag(np.square(noise)), far=far, side=side, lift=lift)
        assert chi2 == pytest.approx(float(ukf.mahalanobis) ** 2, rel=1e-6)
    spread = np.sqrt(np.diag(ukf.P))
    assert np.abs((track.x - ukf.x) / spread).max() < 1e-6  # rounding of 6e6 m beside 10 m
    assert np.abs((unpack(track.p) - ukf.P) / np.outer(spread, spread)).max() < 1e-6


def followed(flight, tracker, until_s, seed, beam_rad=0.010):
    """Error of position and velocity, their covariance, and the track, some time after launch."""
    lane, sample, missile, asset, slope, drift = flight
    radar, rng = make_radar()[0], np.random.default_rng(seed)
    radar.revisit_s, radar.azimuth_half_rad, radar.elevation_max_rad = 2.0, math.pi, 1.55
    radar.range_bias_m = radar.angle_bias_rad = 0.0
    radar.beamwidth_rad = beam_rad
    face, row = face_of(radar), np.zeros(1, SIGHT).view(np.recarray)[0]
    fl.begin_sight(radar, face, lane, sample, np.zeros(6), row)
    track, luck = tracks_of(tracker, 2), rng.random((400, fl.LUCK))
    fl.filtered_sight_kernel(
        radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, 0.25, luck,
        np.zeros(3), rng.standard_normal(), track, row,
    )  # fmt: skip
    times = np.arange(len(sample)) * float(lane.dt_s)
    truth = hermite(np.array([track[0].then_s]), times, sample)[0]
    return track[0].x[:6] - truth, unpack(track[0].p)[:6, :6], track[0]


@pytest.mark.parametrize("until_s", [130.0, 200.0, 300.0, 420.0])
@pytest.mark.parametrize("beam_rad", [0.010, 0.038])
@needs_speed
def test_the_unscented_filter_is_as_wrong_as_it_says(flight, until_s, beam_rad):
    """Normalised error squared over six, 100 flights: standard error 0.058, 5 of them above.

    Below, the motion that the loop allows for and this flight does not have makes it less sure
    than it could be, by a third. Without the allowance for a bend that lasts, 1.5 at 200 s.
    """
    found = [followed(flight, TRACKER_UKF, until_s, k, beam_rad) for k in range(100)]
    assert all(track.begun == 1 and track.lost == 0 for *_, track in found)
    nees = np.mean([e @ np.linalg.solve(p, e) for e, p, _ in found]) / 6.0
    assert 0.5 < nees < 1.0 + 5.0 * math.sqrt(2.0 / 6.0 / 100)


@needs_speed
def test_both_filters_of_seven_states_know_the_same(flight):
    """The same looks with a narrow beam: sigmas within 2 %, estimates within half a sigma."""
    slopes, slopes_p, _ = followed(flight, TRACKER_EKF_7, 300.0, 4)
    points, points_p, _ = followed(flight, TRACKER_UKF, 300.0, 4)
    spread = np.sqrt(np.diag(slopes_p))
    assert np.sqrt(np.diag(points_p)) == pytest.approx(spread, rel=0.02)
    assert 0.0 < np.abs((slopes - points) / spread).max() < 0.5
