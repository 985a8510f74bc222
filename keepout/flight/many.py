"""Many ballistic flights at once: sixteen in the lanes of one loop, each replaced when it lands."""

from __future__ import annotations

import math

import numpy as np

from keepout.flight.integrate import KNOT
from keepout.flight.lanes import (
    BY_ALT, CLIMB, K1, LANES, MASS, NEW, SIZE, SLOPE, STATE, STEP, Y, evaluate, slopes,
    stages, upright,
)  # fmt: skip
from keepout.flight.schedule import (
    BOOST, COAST_STEP_S, COUNTS, DOWN, FLIGHT, FLOOR, FROM_APOGEE, GROUND, IDLE, LEFT, OWN, PHASE,
    SEGMENT_END, TARGET, TO_APOGEE, TOP_RUNG_M, UP, USED, begin_coast, begin_fall, begin_flight,
    choose_step, end_segment,
)  # fmt: skip
from keepout.kernel import kernel, part
from keepout.records.missile import BALLISTIC

# what became of a flight
LANDED_IN_LANE, NOT_FOR_LANES = 0, 1

ROOM = 300
"""Knots one flight may need."""
OFF_RUNG_M = 0.5
"""A step in height that ends farther from its rung than this has failed."""


@part
def height_of(w, i):
    """Height and climb of the state of a lane."""
    x, y, z = w[Y + i], w[Y + LANES + i], w[Y + 2 * LANES + i]
    alt_m, nx, ny, nz = upright(x, y, z, 1.0 / math.sqrt(x * x + y * y + z * z))
    vx, vy, vz = w[Y + 3 * LANES + i], w[Y + 4 * LANES + i], w[Y + 5 * LANES + i]
    return alt_m, nx * vx + ny * vy + nz * vz


@part
def put(w, i, row):
    """Copy the state of a lane into a row (7,)."""
    for j in range(7):
        row[j] = w[Y + LANES * j + i]


@part
def keep_knot(w, i, n, at, knots):
    """A knot of one lane: time, position, velocity, and the acceleration out of SLOPE."""
    f, k = n[i, FLIGHT], n[i, USED]
    if k >= knots.shape[1]:
        return
    n[i, USED] = k + 1
    rate = w[CLIMB + i] if w[BY_ALT + i] > 0.5 else 1.0
    knots[f, k, 0] = w[at + 6 * LANES + i]
    for j in range(6):
        knots[f, k, 1 + j] = w[at + LANES * j + i]
    for j in range(3):
        knots[f, k, 7 + j] = w[SLOPE + LANES * (3 + j) + i] * rate


@part
def after_fall_step(w, i, d, n, out, apogee_m):
    """After a step without thrust: what comes next. Returns whether the flight goes on, and its code."""
    alt_m, climb_mps = height_of(w, i)
    phase, f = n[i, PHASE], n[i, FLIGHT]
    if (phase == UP or phase == DOWN) and not abs(alt_m - d[i, TARGET]) < OFF_RUNG_M:
        return False, NOT_FOR_LANES
    if phase == UP:
        if alt_m > TOP_RUNG_M - 200.0:
            begin_coast(w, i, d, n, alt_m)
    elif phase == TO_APOGEE:
        n[i, LEFT] -= 1
        if n[i, LEFT] == 0:
            apogee_m[f] = alt_m + 0.5 * climb_mps * climb_mps / 8.0
            n[i, PHASE] = FROM_APOGEE
            n[i, LEFT] = max(1, math.ceil(d[i, TARGET] / COAST_STEP_S))
            d[i, SEGMENT_END] += d[i, TARGET]
    elif phase == FROM_APOGEE:
        n[i, LEFT] -= 1
        if n[i, LEFT] == 0:
            n[i, PHASE] = DOWN
            w[BY_ALT + i] = 1.0
            return climb_mps < -50.0, NOT_FOR_LANES
    elif d[i, TARGET] <= d[i, GROUND]:
        late_s = (alt_m - d[i, GROUND]) / -climb_mps
        for j in range(3):
            w[Y + LANES * j + i] += late_s * w[Y + LANES * (3 + j) + i]
        w[Y + 6 * LANES + i] += late_s
        put(w, i, out[f])
        return False, LANDED_IN_LANE
    return True, NOT_FOR_LANES


@part
def after_step(w, i, d, n, missile, stage, burnout, impact, apogee_m):
    """After any step of one lane: what comes next. Returns whether it goes on, and its code."""
    phase, f = n[i, PHASE], n[i, FLIGHT]
    if phase != BOOST:
        return after_fall_step(w, i, d, n, impact, apogee_m)
    if end_segment(w, i, d, n, missile, stage):
        alt_m = height_of(w, i)[0]
        return alt_m > d[i, FLOOR], NOT_FOR_LANES
    put(w, i, burnout[f])
    alt_m, climb_mps = height_of(w, i)
    return begin_fall(w, i, d, n, missile, alt_m, climb_mps), NOT_FOR_LANES


@part
def fill(w, d, n, i, f, which, missile, stage, launch, control, ground_m, code, used):
    """Put the next flight that lanes can fly into lane i; returns the flight after it."""
    n[i, PHASE] = IDLE
    w[STEP + i], w[BY_ALT + i] = 0.0, 0.0
    while f < len(which):
        used[f] = 0
        code[f] = NOT_FOR_LANES
        row = missile[which[f]]
        if row.kind == BALLISTIC and row.stages > 0:
            n[i, FLIGHT], n[i, USED] = f, 0
            for k in range(5):
                d[i, 19 + k] = control[f, 3 + k]
            begin_flight(
                w, i, d, n, row, stage, launch[f], control[f, 0], control[f, 1], control[f, 2],
                ground_m[f],
            )  # fmt: skip
            return f + 1
        f += 1
    return f


@kernel
def fly_lanes(
    which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code, knots, used
):
    """Fly many missiles from launch to the ground with given controls.

    which     (f,)    row of each flight's missile
    missile   MISSILE rows; stage the STAGE rows
    launch    (f, 3)  ECEF [m]
    control   (f, 3)  azimuth [rad], pitch-over [rad], cut-off [s]
    ground_m  (f,)    height at which it lands [m]
    burnout   (f, 7)  gets position, velocity and time at cut-off
    impact    (f, 7)  the same at impact
    apogee_m  (f,)    gets the height of the apogee [m]
    code      (f,)    gets LANDED_IN_LANE or NOT_FOR_LANES
    knots     (f, ROOM, 10) gets knots as integrate.fly_leg; (f, 0, 10): none are kept
    used      (f,)    gets the number of knots
    """
    w = np.zeros(SIZE)
    d, n = np.zeros((LANES, OWN)), np.zeros((LANES, COUNTS), np.int64)
    for q in range(STATE, 0, -1):  # a place and a mass for lanes that never get a flight
        w[Y + q - 1] = 7e6
    keep, f, flying = knots.shape[1] > 0, 0, 0
    for i in range(LANES):
        w[MASS + i] = 1.0
        f = fill(w, d, n, i, f, which, missile, stage, launch, control, ground_m, code, used)
        flying += 1 if n[i, PHASE] != IDLE else 0
    while flying > 0:
        for q in range(STATE):
            w[NEW + q] = w[Y + q]
        for i in range(LANES):
            w[STEP + i] = 1.0
        evaluate(w, np.int64(K1))
        for i in range(LANES):
            choose_step(w, i, d, n)
            if keep and n[i, PHASE] != IDLE:
                keep_knot(w, i, n, np.int64(Y), knots)
        for j in range(7):
            for i in range(LANES):
                w[K1 + LANES * j + i] *= w[STEP + i]
        stages(w)
        if keep:
            for i in range(LANES):
                w[STEP + i] = 1.0
            slopes(w)
        for q in range(STATE):
            w[Y + q] = w[NEW + q]
        for i in range(LANES):
            if n[i, PHASE] == IDLE:
                continue
            if keep:
                keep_knot(w, i, n, np.int64(NEW), knots)
            g = n[i, FLIGHT]
            on, how = after_step(
                w, i, d, n, missile[which[g]], stage, burnout, impact, apogee_m
            )
            if not on:
                code[g], used[g] = how, n[i, USED]
                f = fill(
                    w, d, n, i, f, which, missile, stage, launch, control, ground_m, code, used
                )
                flying -= 1 if n[i, PHASE] == IDLE else 0
