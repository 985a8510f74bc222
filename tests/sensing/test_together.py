"""Objects near each other: who is followed with whom, and whose look goes to which track."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config

from keepout.records.case import ASSOCIATION_KNOWN, ASSOCIATION_NEAREST, TRACKER_AUTO
from keepout.records.sensor import SIGHT, SIGHT_POINTS
from keepout.sensing import crossing
from keepout.sensing import filtered as fl
from keepout.sensing import together as tg
from keepout.sensing.face import FACE, fill_face
from keepout.sensing.follow import FOLLOW, tracks_of

from .conftest import make_radar

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of looks uncompiled")
PHASE, Z_BIAS = 0.25, np.array([0.3, -1.1, 0.7])


class Raid:
    """Copies of one flight, launched at some times and moved sideways by some metres."""

    def __init__(self, flight, launch_s, away_m, rcs_m2=0.05):
        lane, sample, missile, asset, slope, drift = flight
        n = len(launch_s)
        self.radar = make_radar()
        self.face = np.zeros(1, FACE).view(np.recarray)
        fill_face(self.radar[0], self.face[0])
        self.lane = np.repeat(np.array([lane]), n).view(np.recarray)
        self.missile = np.array([missile]).view(np.recarray)
        self.missile.rcs_m2 = self.missile.body_rcs_m2 = rcs_m2
        self.asset = np.array([asset]).view(np.recarray)
        self.sample = np.repeat(sample[None], n, axis=0)
        side = np.cross(sample[:, :3], sample[:, 3:])
        side /= np.maximum(np.linalg.norm(side, axis=1), 1e-9)[:, None]
        for i in range(n):
            self.sample[i, :, :3] += away_m[i] * side
        self.slope, self.drift = np.repeat(slope[None], n, 0), np.repeat(drift[None], n, 0)
        self.launch_s = np.array(launch_s, float)
        self.sight = np.zeros((n, 1), SIGHT).view(np.recarray)
        for i in range(n):
            fl.begin_sight(
                self.radar[0], self.face[0], self.lane[i], self.sample[i], np.zeros(6),
                self.sight[i, 0],
            )  # fmt: skip
        self.luck = np.random.default_rng(9).random((n, 800, fl.LUCK))

    def heads(self):
        """The head of each object's group."""
        n = len(self.launch_s)
        parent = np.zeros((1, n), np.int64)
        crossing.crossings_kernel(
            self.radar, self.face, self.missile, self.lane, self.sample, self.launch_s,
            np.ones(n, np.int64), self.sight, parent,
        )  # fmt: skip
        return [crossing.head_of.py_func(parent[0], i) for i in range(n)]

    def together(self, known=ASSOCIATION_NEAREST, tracker=TRACKER_AUTO):
        """Filter all as one group; what was counted."""
        n = len(self.launch_s)
        member = np.zeros(n, tg.MEMBER).view(np.recarray)
        member.row, member.launch_s, member.until_s = np.arange(n), self.launch_s, math.inf
        count = np.zeros(tg.COUNTS, np.int64)
        tg.together_kernel(
            self.radar[0], self.face[0], tracker, known, self.lane, self.missile, self.asset,
            self.sample, self.slope, self.drift, PHASE, self.luck, Z_BIAS, member,
            tracks_of(tracker, 2), self.sight[:, 0], count,
        )  # fmt: skip
        return count

    def alone(self, i):
        """Filter one by itself, with the same looks; a SIGHT row."""
        row = self.sight[i, 0].copy()
        fl.begin_sight(
            self.radar[0], self.face[0], self.lane[i], self.sample[i], np.zeros(6), row
        )  # fmt: skip
        fl.filtered_sight_kernel(
            self.radar[0], self.face[0], self.lane[i], self.missile[0], self.asset[0],
            TRACKER_AUTO, self.sample[i], self.slope[i], self.drift[i], math.inf, PHASE,
            self.luck[i], Z_BIAS, 0.0, np.zeros(2, FOLLOW).view(np.recarray), row,
        )  # fmt: skip
        return row


def test_only_what_comes_near_goes_together(flight):
    raid = Raid(flight, [0.0, 0.4, 100.0, 101.0, 300.0], [0.0, 900.0, 0.0, 500.0, 0.0])
    assert raid.heads() == [0, 0, 2, 2, 4]


def test_a_group_of_strangers_is_as_if_each_were_alone(flight):
    """Launched 100 s apart: the dwells fall on the same moments, and every number agrees."""
    raid = Raid(flight, [0.0, 100.0], [0.0, 0.0])
    count = raid.together()
    assert count[tg.WRONG] == count[tg.EXCHANGED] == count[tg.MERGED] == 0
    for i in range(2):
        alone, here = raid.alone(i), raid.sight[i, 0]
        assert here.firm_s == pytest.approx(alone.firm_s, abs=1e-6)
        middle = slice(4, SIGHT_POINTS - 1)
        for name in ("impact_bias_m", "position_sigma_m", "impact_sigma_m"):
            assert here[name][middle] == pytest.approx(alone[name][middle], rel=1e-4, abs=0.5), name


def test_tracks_told_whose_look_it_is_take_no_other(flight):
    raid = Raid(flight, [0.0, 0.05], [0.0, 600.0])
    assert raid.together(ASSOCIATION_KNOWN)[tg.WRONG] == 0


def test_neighbours_take_each_others_looks_and_stay_two(flight):
    """24 m behind and 250 m beside each other: looks are mixed up and hide behind each other, a
    track may be lost for it, and at the end there are two again that know where they are."""
    raid = Raid(flight, [0.0, 0.008], [0.0, 250.0])
    assert raid.heads() == [0, 0]
    count = raid.together()
    assert 10 < count[tg.WRONG] < count[tg.TAKEN] // 5
    assert count[tg.LOST] <= 4
    assert (raid.sight[:, 0].position_sigma_m[:, -2] < 100.0).all()


def test_one_cell_shows_one_object(flight):
    """Side by side in one beam and one cell: one of them hides behind the other now and then."""
    raid = Raid(flight, [0.0, 0.0], [0.0, 30.0])
    count = raid.together()
    assert count[tg.MERGED] > 50
