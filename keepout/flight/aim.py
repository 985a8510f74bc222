"""Aiming: which azimuth, pitch-over and cut-off bring a missile down at a point.

The Earth turns under the flight, the air slows it and a manoeuvre bends it, so the aim is found
by flying. One boost is flown for each azimuth and kick; every cut-off on it costs only the
flight from there to the ground.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import MU_M3PS2, alt_of
from keepout.flight.boost import boost_kernel, burn_times, pitch_times, state_at
from keepout.flight.integrate import BOOST_TOLERANCE, CAME_DOWN, KNOT, TIME_UP, TOLERANCE
from keepout.flight.reentry import descend_kernel
from keepout.kernel import part

# how a flight ended
LANDED, OUT_OF_RANGE, TOO_NEAR, NO_LIFT_OFF, NOT_SOLVED = range(5)

KNOTS = 1500
KICK_LEAST_RAD, KICK_MOST_RAD = 0.004, 1.4
ROUGH_RAD = 5e-5
"""Aim error allowed while the best pitch-over is sought: 300 m."""
FINE_RAD = 5e-8
"""Aim error allowed in the end: 0.3 m."""
STRIDE = 0.14
"""Step in the logarithm of the kick while the best is sought."""


class Shot(NamedTuple):
    """What does not change while one aim is sought, and the scratch arrays."""

    frame: np.ndarray  # (3, 3) unit vectors: launch, forward, left of the plane to the aim
    psi_rad: float  # angle from launch to aim at the Earth's centre
    ground_m: float  # height of the aim
    first_s: float  # ignition and burnout of the last stage
    last_s: float
    y: np.ndarray  # (6,)
    boost: np.ndarray  # (n, 10) knots of the boost
    none: np.ndarray  # (0, 10)
    work: np.ndarray  # (12, 10)


class Try(NamedTuple):
    """One azimuth and pitch-over, and what came of it."""

    used: int  # knots of its boost; 0: it came to nothing
    azimuth_rad: float
    kick_rad: float
    cutoff_s: float  # beyond the last burnout by as much as it falls short there
    slope: float  # of the range angle over the cut-off [rad/s]
    over_rad: float  # overshoot at the last cut-off flown
    left_rad: float  # impact left of the plane to the aim


@part
def new_shot(missile, stage, launch_ecef_m, aim_ecef_m):
    """Geometry and scratch for one aim."""
    frame = np.empty((3, 3))
    a, b = launch_ecef_m, aim_ecef_m
    aa, bb, ab = 0.0, 0.0, 0.0
    for j in range(3):
        aa += a[j] * a[j]
        bb += b[j] * b[j]
        ab += a[j] * b[j]
    size = math.sqrt(max(1e-12, aa * bb - ab * ab))
    for j in range(3):
        k, m = (j + 1) % 3, (j + 2) % 3
        frame[0, j] = a[j] / math.sqrt(aa)
        frame[1, j] = (b[j] * aa - a[j] * ab) / (size * math.sqrt(aa))
        frame[2, j] = (a[k] * b[m] - a[m] * b[k]) / size
    start_s, end_s = burn_times(missile, stage, missile.stages - 1)
    return Shot(
        frame, math.atan2(size, ab), alt_of(b[0], b[1], b[2]),
        min(end_s, max(start_s + 0.1, pitch_times(missile, stage)[1] + 1.0)), end_s,
        np.empty(6), np.empty((KNOTS, KNOT)), np.empty((0, KNOT)), np.empty((12, KNOT)),
    )  # fmt: skip


@part
def first_cutoff(shot, used):
    """Where a boost reaches the speed of the minimum-energy ellipse to the aim.

    returns  (cutoff_s, slope, path): time [s], range angle per second there [rad/s], path [rad]

    Source: A. D. Wheelon, ARS Journal 29 (1959) 915, from the surface to the surface.
    """
    half = math.sin(0.5 * shot.psi_rad)
    speed = math.sqrt(MU_M3PS2 / 6.42e6 * 2.0 * half / (1.0 + half))
    i, v = 0, 0.0
    while i < used:
        k = shot.boost[i]
        v = math.sqrt(k[4] * k[4] + k[5] * k[5] + k[6] * k[6])
        if (k[0] > shot.first_s and v > speed) or i == used - 1:
            break
        i += 1
    k = shot.boost[i]
    r = math.sqrt(k[1] * k[1] + k[2] * k[2] + k[3] * k[3])
    path = math.asin((k[1] * k[4] + k[2] * k[5] + k[3] * k[6]) / (r * v))
    gain = max(1.0, (k[4] * k[7] + k[5] * k[8] + k[6] * k[9]) / v)
    return k[0] + (speed - v) / gain, 2.0 * shot.psi_rad / speed * gain, path


@part
def cutoff_for(missile, shot, it, enough_rad):
    """Find the cut-off that brings the fall to the aim's distance, along the boost just flown.

    Method: secant from it.cutoff_s and it.slope, kept within the last burn; past an end of the
    burn the cut-off is extrapolated. over_rad is nan where the fall never ends.
    """
    y, frame = shot.y, shot.frame
    t_s, slope, before_s, before = it.cutoff_s, it.slope, 0.0, 0.0
    over, left = math.nan, math.nan
    for i in range(12):
        t_s = min(shot.last_s, max(shot.first_s, t_s))
        state_at(shot.boost, it.used, t_s, y)
        why, _, _, _ = descend_kernel(
            missile, t_s, shot.ground_m, TOLERANCE, y, shot.none, np.int64(0), shot.work
        )
        if why != CAME_DOWN:
            over = math.nan
            break
        at, ahead, aside = 0.0, 0.0, 0.0
        for j in range(3):
            at += frame[0, j] * y[j]
            ahead += frame[1, j] * y[j]
            aside += frame[2, j] * y[j]
        over = math.atan2(ahead, at) - shot.psi_rad
        left = math.atan2(aside, math.sqrt(at * at + ahead * ahead))
        if i > 0 and (over - before) * (t_s - before_s) > 0.0:
            slope = (over - before) / (t_s - before_s)
        outside = (over < 0.0 and t_s >= shot.last_s) or (over > 0.0 and t_s <= shot.first_s)
        if outside:
            t_s -= over / slope
        if outside or abs(over) < enough_rad:
            break
        before_s, before = t_s, over
        t_s += min(20.0, max(-20.0, -over / slope))
    return Try(it.used, it.azimuth_rad, it.kick_rad, t_s, slope, over, left)


@part
def probe(missile, stage, launch, shot, it, enough_rad):
    """Fly one boost and what follows; returns what came of it, and the path angle [rad].

    it          slope 0: no fall is flown, cut-off and slope are those of first_cutoff
    enough_rad  aim error at which the search for the cut-off ends
    """
    why, _, used = boost_kernel(
        missile, stage, launch, it.azimuth_rad, it.kick_rad, BOOST_TOLERANCE, shot.y, shot.boost,
        shot.work,
    )  # fmt: skip
    if why != TIME_UP:
        return Try(0, it.azimuth_rad, it.kick_rad, it.cutoff_s, it.slope, math.nan, 0.0), 0.0
    if it.slope == 0.0:
        cutoff_s, slope, path = first_cutoff(shot, used)
        return Try(used, it.azimuth_rad, it.kick_rad, cutoff_s, slope, math.nan, 0.0), path
    new = Try(used, it.azimuth_rad, it.kick_rad, it.cutoff_s, it.slope, 0.0, 0.0)
    return cutoff_for(missile, shot, new, enough_rad), 0.0


@part
def bounded_kick(kick_rad, factor):
    """A kick changed so that its half tangent grows by a factor, within the allowed range."""
    kick_rad = 2.0 * math.atan(math.tan(0.5 * kick_rad) * factor)
    return min(KICK_MOST_RAD, max(KICK_LEAST_RAD, kick_rad))


@part
def parabola_step(f):
    """Steps from the middle of three values (3,) to their parabola's least one, at most 3."""
    bend = f[0] - 2.0 * f[1] + f[2]
    if bend > 0.0:
        return min(3.0, max(-3.0, 0.5 * (f[0] - f[2]) / bend))
    return 3.0 if f[2] < f[0] else -3.0


@part
def aim_kernel(missile, stage, launch, shot, az, kick_rad):
    """Solve one aim: pitch-over of the shortest burn (or a given one), azimuth and cut-off.

    az        ()  first azimuth [rad]; kick_rad () pitch-over to hold, nan: seek the best
    returns   (code, Try); the knots of the last boost are in shot.boost

    One loop of boosts in three parts. 0: the path angle at the speed of the minimum-energy
    ellipse is brought near (pi - psi) / 4; in a gravity turn the half tangents of path and kick
    go together (G. J. Culler and B. D. Fried, J. Applied Physics 28 (1957) 672). 1: parabolas
    through three cut-offs in the logarithm of the kick. 2: azimuth and cut-off alone.
    """
    want = math.tan(0.5 * (0.5 * math.pi - 0.25 * (math.pi - shot.psi_rad)))
    part = 0 if kick_rad != kick_rad else 2
    it = Try(
        0, az, 0.12 if part == 0 else kick_rad, shot.last_s, 0.0 if part == 0 else 0.01, 0.0, 0.0
    )
    f = np.empty(3)
    corner, middle, tries = 0, it.kick_rad, 0
    for _ in range(48):
        if part == 1:
            kick = bounded_kick(middle, math.exp((corner - 1) * STRIDE))
            it = Try(0, az, kick, it.cutoff_s, it.slope, 0.0, 0.0)
        it, path = probe(missile, stage, launch, shot, it, ROUGH_RAD if part == 1 else FINE_RAD)
        tries += 1
        if part == 0:
            have = math.tan(0.25 * math.pi - 0.5 * path)
            factor = min(4.0, max(0.25, want / max(have, 1e-3))) if it.used > 0 else 0.5
            middle = bounded_kick(it.kick_rad, factor)
            if it.used > 0 and (abs(factor - 1.0) < 0.07 or tries >= 8):
                part, tries = 1, 0
            else:
                it = Try(0, az, middle, it.cutoff_s, 0.0, 0.0, 0.0)
            if tries >= 12:
                return NO_LIFT_OFF, it
        elif part == 1:
            f[corner] = it.cutoff_s if it.over_rad == it.over_rad and it.used > 0 else 1e9
            corner = (corner + 1) % 3
            if corner > 0:
                continue
            step = parabola_step(f)
            middle = bounded_kick(middle, math.exp(step * STRIDE))
            if abs(step) <= 1.2 or tries >= 15:
                part, tries, az = 2, 0, az + it.left_rad / math.sin(shot.psi_rad)
                it = Try(0, az, middle, f[1], it.slope, 0.0, 0.0)
        else:
            if it.used == 0:
                return NO_LIFT_OFF, it
            if it.over_rad != it.over_rad:
                return NOT_SOLVED, it
            if math.sqrt(it.over_rad**2 + it.left_rad**2) < 2.0 * FINE_RAD:
                return LANDED, it
            if tries >= 5 and (it.cutoff_s > shot.last_s or it.cutoff_s < shot.first_s):
                return (OUT_OF_RANGE if it.over_rad < 0.0 else TOO_NEAR), it
            if tries >= 12:
                return NOT_SOLVED, it
            az = it.azimuth_rad + it.left_rad / math.sin(shot.psi_rad)
            it = Try(0, az, it.kick_rad, it.cutoff_s, it.slope, 0.0, 0.0)
    return NOT_SOLVED, it
