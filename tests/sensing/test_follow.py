"""One track in the loop: a look outside its gate, and an object that turns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config

from keepout.records.case import TRACKER_EKF_6, TRACKER_EKF_7, TRACKER_IMM
from keepout.records.sensor import SIGHT
from keepout.records.trajectory import SAMPLES
from keepout.sensing import filtered as fl
from keepout.sensing.face import face_of
from keepout.sensing.follow import FOLLOW

from .conftest import make_radar

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of looks uncompiled")


def weaving(flight, load_mps2, period_s=12.0, top_m=70e3):
    """The flight with a weave in the air: a push to one side and the other."""
    lane, sample, *_ = flight
    bent = sample.copy()
    height = np.linalg.norm(sample[:, :3], axis=1) - 6.371e6
    apex = int(np.argmax(height))
    from_k = apex + int(np.argmax(height[apex:] < top_m))
    side = np.cross(sample[from_k, :3], sample[from_k, 3:])
    side /= np.linalg.norm(side)
    t = np.arange(SAMPLES - from_k) * float(lane.dt_s)
    w = 2.0 * math.pi / period_s
    bent[from_k:, :3] += np.outer(load_mps2 / w**2 * (w * t - np.sin(w * t)), side)
    bent[from_k:, 3:] += np.outer(load_mps2 / w * (1.0 - np.cos(w * t)), side)
    return bent


def follow(flight, sample, tracker, until_s=math.inf, seed=3, revisit_s=1.0):
    """The track at the end and the Sight; the object stays in the radar's sector."""
    lane, _, missile, asset, slope, drift = flight
    radar = make_radar()[0]
    radar.revisit_s, radar.azimuth_half_rad, radar.elevation_max_rad = revisit_s, math.pi, 1.55
    face, row = face_of(radar), np.zeros(1, SIGHT).view(np.recarray)[0]
    fl.begin_sight(radar, face, lane, sample, np.zeros(6), row)
    track = np.zeros(2, FOLLOW).view(np.recarray)
    luck = np.random.default_rng(seed).random((1500, fl.LUCK))
    updates = fl.filtered_sight_kernel(
        radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, 0.25, luck,
        np.zeros(3), 0.0, track, row,
    )  # fmt: skip
    return track[0], row, updates


def test_modes_keep_in_the_loop_a_weaver_that_the_filter_loses(flight):
    """10 g to each side every 12 s below 70 km: five seeds."""
    bent = weaving(flight, 100.0)
    lost = {
        tracker: sum(int(follow(flight, bent, tracker, seed=k)[0].lost) for k in range(5))
        for tracker in (TRACKER_EKF_7, TRACKER_IMM)
    }
    assert lost[TRACKER_EKF_7] >= 5
    assert lost[TRACKER_IMM] == 0


def test_a_ballistic_flight_is_kept_by_both(flight):
    for tracker in (TRACKER_EKF_7, TRACKER_EKF_6, TRACKER_IMM):
        assert follow(flight, flight[1], tracker)[0].lost == 0


def test_six_states_do_not_learn_the_coefficient(flight):
    six, _, _ = follow(flight, flight[1], TRACKER_EKF_6)
    seven, _, _ = follow(flight, flight[1], TRACKER_EKF_7)
    assert six.x[6] == math.log(4000.0)
    assert (six.p[21:] == 0.0).all()
    assert seven.x[6] != six.x[6]


def test_modes_find_out_that_the_motor_has_gone_out(flight):
    """Nobody tells them: thrust is ruled out within some looks of burnout, and not before."""
    lane = flight[0]
    during, _, _ = follow(flight, flight[1], TRACKER_IMM, until_s=float(lane.burnout_s) - 1.0)
    after, _, _ = follow(flight, flight[1], TRACKER_IMM, until_s=float(lane.burnout_s) + 60.0)
    assert during.begun == 0 or during.boosting == 1
    assert after.begun == 1
    assert after.other < 0 or after.chance < 0.05


def test_a_track_that_refuses_looks_is_begun_again(flight):
    """A flight that jumps 50 km sideways: the track is dropped, and a new one follows it."""
    lane, sample, *_ = flight
    jumped = sample.copy()
    jumped[SAMPLES // 2 :, :3] += [0.0, 0.0, 50e3]
    track, _, _ = follow(flight, jumped, TRACKER_EKF_7, until_s=0.7 * float(lane.flight_s))
    assert track.lost >= 1
    at = float(track.then_s) / float(lane.dt_s)
    there = jumped[round(at), :3]
    assert np.linalg.norm(track.x[:3] - there) < 5e3 + 3e3 * float(lane.dt_s)
