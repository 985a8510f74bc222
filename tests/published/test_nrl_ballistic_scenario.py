"""Two bodies 50 m apart among false looks: the ballistic scenario of the NRL's tracker library.

D. F. Crouse, Tracker Component Library (US Naval Research Laboratory, public domain),
demoBallisticScenario.m: from 39.61693 N 134.54975 E to 40.56751 N 159.53953 W, seen from 51.86310
N 177.98669 W while above 10 degrees, in a hundred scans; 10 m and 0.1 deg, found with probability
0.8 (surely in the first four scans), 0.01 false looks per m rad2 within 50 km and 2 deg of the
first body; the second is the first 50 m farther away. Tracks are given two looks to begin with.

The library prints no figures. Of ten runs here joint association ends with both tracks on their
own bodies in seven, has one on the other's range in two and loses one in one; nearest neighbours
manage four. With the extended filter instead of the unscented one they are five and three.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numba import config

from keepout.records.missile import DRAG_CONE
from keepout.sensing import associate, modes, polar, shares
from keepout.sensing import unscented as un
from keepout.sensing.face import face_of
from keepout.sensing.motion import fall
from tests.sensing.conftest import ecef_m, make_radar
from tests.sensing.crowds import pairs_of
from tests.sensing.peers import Site, pack, unpack

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="thousands of looks uncompiled")
SCANS, FOUND_P, CLUTTER, APART_M = 100, 0.8, 0.01, 50.0
NOISE = np.array([10.0, math.radians(0.1), math.radians(0.1)]) ** 2
CLUTTER_M, CLUTTER_RAD = 50e3, math.radians(2.0)
DENSITY = 1e-4


@pytest.fixture(scope="module")
def site():
    here = Site()
    here.radar = make_radar(51.86310, -177.98669, 0.0)[0]
    here.face = face_of(here.radar)
    here.origin, here.axes = np.array(here.radar.r_ecef_m), np.array(here.radar.to_enu)
    return here


def launched():
    """The start with the velocity of least energy to the end, as if the Earth stood still."""
    a, b = ecef_m(39.61693, 134.54975, 0.0), ecef_m(40.56751, -159.53953, 0.0)
    r1, r2, chord = np.linalg.norm(a), np.linalg.norm(b), np.linalg.norm(b - a)
    mu = 3.986004418e14
    p = r1 * r2 / chord * (1.0 - a @ b / (r1 * r2))
    f = 1.0 - r2 / p * (1.0 - a @ b / (r1 * r2))
    g = np.linalg.norm(np.cross(a, b)) / math.sqrt(mu * p)
    return np.array([*a, *((b - f * a) / g), math.log(1e9)])


def seen_path(site):
    """States at a hundred even times while above ten degrees, and the time between them [s]."""
    x, h, path = launched(), 1.0, []
    for _ in range(2500):
        fall(x, h, DRAG_CONE)
        if np.linalg.norm(x[:3]) < 6.36e6:
            break
        path.append(x.copy())
    up = [k for k, y in enumerate(path) if site.shown(y)[2] > math.radians(10.0)]
    step = (up[-1] - up[0]) // (SCANS - 1)
    return np.array(path[up[0] :: step][:SCANS]), float(step)


def scan(rng, true, sure):
    """Looks of one scan: those of the bodies that were found, and false ones about the first."""
    found = [
        z + rng.standard_normal(3) * np.sqrt(NOISE) for z in true if sure or rng.random() < FOUND_P
    ]
    many = rng.poisson(CLUTTER * 2.0 * CLUTTER_M * (2.0 * CLUTTER_RAD) ** 2)
    box = np.array([CLUTTER_M, CLUTTER_RAD, CLUTTER_RAD])
    return np.array(found + list(true[0] + box * rng.uniform(-1.0, 1.0, (many, 3)))).reshape(-1, 3)


def carry(x, p, h):
    """The unscented filter between scans: an angle of 0.1 deg bends the range by metres."""
    cov = unpack(p)
    assert un.unscented_predict(x, cov, h, DRAG_CONE, DENSITY, 1e-14, np.empty(un.WORK))
    p[:] = pack(cov)


def take(site, z, x, p):
    """And at a look."""
    cov = unpack(p)
    un.unscented_update(site.face, *z, *NOISE, x, cov, np.empty(un.WORK))
    p[:] = pack(cov)


def begun(site, rng, truth, shown, h):
    """A track after two looks at its own body: place of the first, 300 m/s of doubt, the second."""
    slopes = np.linalg.inv(site.slopes(truth)[:, :3])
    cov = np.diag([0.0] * 3 + [300.0**2] * 3 + [1e-12])
    cov[:3, :3] = slopes @ np.diag(NOISE) @ slopes.T
    x, p = truth.copy(), pack(cov)
    x[:3] += slopes @ (rng.standard_normal(3) * np.sqrt(NOISE))
    x[3:6] += 300.0 * rng.standard_normal(3)
    carry(x, p, h)
    z = shown + rng.standard_normal(3) * np.sqrt(NOISE)
    take(site, z, x, p)
    return x, p


def step(site, xs, ps, looks, how):
    """Take a scan into all tracks by joint probabilities or by nearest neighbours."""
    predicted, spread = np.empty((2, 3)), np.empty((2, 6))
    for i in range(2):
        polar.expect(site.face, xs[i], ps[i], *NOISE, predicted[i], spread[i])
    pairs = pairs_of(predicted, spread, looks, around=True)
    weight, share, missed = np.empty(len(pairs.look)), np.zeros(len(pairs.look)), np.zeros(2)
    shares.weigh(pairs.start, pairs.distance2, spread, FOUND_P, CLUTTER, weight)
    none, label = np.full(2, 1.0 - FOUND_P * 0.999), np.empty(2, np.int64)
    count = associate.clusters(
        pairs.start, pairs.look, len(looks), label, np.empty(2 + len(looks), np.int64)
    )
    if how == "joint":
        shares.shares(
            pairs.start, pairs.look, weight, none, len(looks), label, count, 4096, share, missed
        )
    else:
        look_of = np.empty(2, np.int64)
        associate.nearest(
            pairs.start, pairs.look, -np.log(weight), -np.log(none), len(looks), look_of
        )
        missed = (look_of < 0).astype(float)
        for i in range(2):
            for e in range(pairs.start[i], pairs.start[i + 1]):
                share[e] = pairs.look[e] == look_of[i]
    for i in range(2):
        own = range(pairs.start[i], pairs.start[i + 1])
        x, p = np.repeat(xs[i][None], 1 + len(own), 0), np.repeat(ps[i][None], 1 + len(own), 0)
        for k, e in enumerate(own):
            take(site, looks[pairs.look[e]], x[1 + k], p[1 + k])
        weights = np.array([missed[i], *(share[e] for e in own)])
        modes.merged(weights, x, p, xs[i], ps[i])


def kept(site, how):
    """Of ten runs, those in which both tracks end within 25 m of the range of their own body."""
    path, h = seen_path(site)
    assert len(path) == SCANS
    off = []
    for run in range(10):
        rng = np.random.default_rng(run)
        first = np.array([site.shown(y) for y in path])
        second = first + [APART_M, 0.0, 0.0]
        far = np.array([y[:3] + APART_M * _sight(site, y) for y in path])
        start = [path[0], np.array([*far[0], *path[0][3:]])]
        shown = (first[1], second[1])
        begin = [begun(site, rng, y, z, h) for y, z in zip(start, shown, strict=True)]
        xs, ps = np.array([b[0] for b in begin]), np.array([b[1] for b in begin])
        for k in range(2, SCANS):
            for i in range(2):
                carry(xs[i], ps[i], h)
            looks = scan(rng, [first[k], second[k]], k < 4)
            if len(looks):
                step(site, xs, ps, looks, how)
        ranges = np.array([site.shown(x)[0] for x in xs]) - first[-1][0]
        off.append(np.abs(ranges - [0.0, APART_M]).max())
    return sum(one < 25.0 for one in off)


def test_joint_association_holds_both_more_often_than_nearest_neighbours(site):
    joint, nearest = kept(site, "joint"), kept(site, "nearest")
    assert joint >= 6
    assert joint > nearest


def _sight(site, y):
    """Unit vector from the radar."""
    away = y[:3] - site.origin
    return away / np.linalg.norm(away)
