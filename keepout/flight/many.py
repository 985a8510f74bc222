"""Many ballistic flights at once: sixteen in the lanes of one loop, each replaced when it lands."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.flight.aim import KNOTS
from keepout.flight.boost import boost_kernel, burn_times
from keepout.flight.integrate import BOOST_TOLERANCE, CAME_DOWN, KNOT, TIME_UP, TOLERANCE
from keepout.flight.lanes import (
    BY_ALT,
    CLIMB,
    GROUND,
    K1,
    LANES,
    MASS,
    NEW,
    SEGMENT_END,
    SIZE,
    SLOPE,
    SOUND2,
    STATE,
    STEP,
    TARGET,
    Y,
    evaluate,
    slopes,
    stages,
    upright,
)  # fmt: skip
from keepout.flight.reentry import descend_kernel
from keepout.flight.schedule import (
    BOOST,
    COAST_STEP_S,
    COUNTS,
    DOWN,
    FLIGHT,
    FROM_APOGEE,
    IDLE,
    LEAST_CLIMB_MPS,
    LEFT,
    PHASE,
    STEPS,
    TO_APOGEE,
    UP,
    USED,
    begin_coast,
    begin_fall,
    begin_flight,
    choose_step,
    cutoff_range_s,
    end_segment,
    foresee,
    goes_on,
)  # fmt: skip
from keepout.kernel import kernel, part
from keepout.records.missile import BALLISTIC, CRUISE

# what became of a flight
FLOWN, NOT_FOR_LANES, FLOWN_ALONE, FELL, NO_END = range(5)
GO_ON = -1

MOST_STEPS = 150
ROOM = 2 * MOST_STEPS
"""Knots one flight may need: two a step."""


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
def keep_knots(w, n, at, knots):
    """A knot of every flying lane: time, position, velocity, and the acceleration out of SLOPE."""
    for i in range(LANES):
        f, k = n[FLIGHT + i], n[USED + i]
        if n[PHASE + i] == IDLE or k >= knots.shape[1]:
            continue
        n[USED + i] = k + 1
        rate = w[CLIMB + i] if w[BY_ALT + i] > 0.5 else 1.0
        knots[f, k, 0] = w[at + 6 * LANES + i]
        for j in range(6):
            knots[f, k, 1 + j] = w[at + LANES * j + i]
        for j in range(3):
            knots[f, k, 7 + j] = w[SLOPE + LANES * (3 + j) + i] * rate


@part
def land(w, i, alt_m, climb_mps):
    """Take what the last step left over the ground (well below a metre) along a straight line."""
    late_s = (alt_m - w[GROUND + i]) / -climb_mps
    for j in range(3):
        w[Y + LANES * j + i] += late_s * w[Y + LANES * (3 + j) + i]
    w[Y + 6 * LANES + i] += late_s


@part
def next_phase(w, n, i, missile, stage, burnout, impact, apogee_m):
    """A lane comes to the end of a phase: begin the next one.

    burnout, impact (7,) and apogee_m (1,) of this flight are filled when it comes to them
    returns  GO_ON, FLOWN or NOT_FOR_LANES
    """
    phase = n[PHASE + i]
    if phase == BOOST and end_segment(w, n, i, missile, stage):
        return GO_ON
    alt_m, climb_mps = height_of(w, i)
    if phase == BOOST:
        put(w, i, burnout)
        return GO_ON if begin_fall(w, n, i, missile, alt_m, climb_mps) else NOT_FOR_LANES
    if phase == UP:
        begin_coast(w, n, i, alt_m)
    elif phase == TO_APOGEE:
        apogee_m[0] = alt_m + 0.5 * climb_mps * climb_mps / 8.0  # less than a metre is added
        n[PHASE + i] = FROM_APOGEE
        n[LEFT + i] = max(1, np.int64(math.ceil(w[TARGET + i] / COAST_STEP_S)))
        w[SEGMENT_END + i] += w[TARGET + i]
    elif phase == FROM_APOGEE:
        n[PHASE + i] = DOWN
        w[BY_ALT + i], w[TARGET + i] = 1.0, alt_m
        return GO_ON if climb_mps < -LEAST_CLIMB_MPS else NOT_FOR_LANES
    else:
        land(w, i, alt_m, climb_mps)
        put(w, i, impact)
        return FLOWN if abs(alt_m - w[GROUND + i]) < 0.5 else NOT_FOR_LANES
    return GO_ON


@part
def fill(
    w, n, i, k, order, which, missile, stage, launch, control, ground_m, code, used
):  # fmt: skip
    """Put the next flight that lanes can fly into lane i; returns how far in the order it is."""
    n[PHASE + i] = IDLE
    w[STEP + i], w[BY_ALT + i] = 0.0, 0.0
    while k < len(order):
        f = order[k]
        k += 1
        used[f], code[f] = 0, NOT_FOR_LANES
        row = missile[which[f]]
        if row.kind == BALLISTIC and row.stages > 0:
            n[FLIGHT + i], n[USED + i] = f, 0
            begin_flight(w, n, i, row, stage, launch[f], control[f], ground_m[f])
            break
    return k


@part
def step_all(w, n, knots):
    """One step of every lane. A lane whose step before has failed gets STEPS = MOST_STEPS."""
    for q in range(STATE):
        w[NEW + q] = w[Y + q]
    for i in range(LANES):
        w[STEP + i] = 1.0
    evaluate(w, np.int64(K1))
    foresee(w)
    for i in range(LANES):
        n[STEPS + i] += 1
        if not choose_step(w, n, i):
            n[STEPS + i] = MOST_STEPS
    if knots.shape[1] > 0:
        keep_knots(w, n, np.int64(Y), knots)
    for j in range(7):
        for i in range(LANES):
            w[K1 + LANES * j + i] *= w[STEP + i]
    stages(w)
    if knots.shape[1] > 0:
        for i in range(LANES):
            w[STEP + i] = 1.0
        slopes(w)
        keep_knots(w, n, np.int64(NEW), knots)
    for q in range(STATE):
        w[Y + q] = w[NEW + q]


@part
def fly_in_lanes(
    w, n, order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
    knots, used,
):  # fmt: skip
    """As lanes_kernel, in room that is given: w (SIZE,) and n (COUNTS,) int64, overwritten.

    It allocates nothing, so that a thread of a graphics processor can run it.
    """
    for q in range(SIZE):
        w[q] = 0.0
    for q in range(COUNTS):
        n[q] = 0
    for q in range(STATE):  # a place and a mass for lanes that never get a flight
        w[Y + q] = 7e6 if q < 3 * LANES else 1.0
    k, flying = 0, 0
    for i in range(LANES):
        w[MASS + i], w[SOUND2 + i] = 1.0, 1.0
        k = fill(w, n, i, k, order, which, missile, stage, launch, control, ground_m, code, used)
        flying += 1 if n[PHASE + i] != IDLE else 0
    while flying > 0:
        step_all(w, n, knots)
        for i in range(LANES):
            if n[PHASE + i] == IDLE or (n[STEPS + i] < MOST_STEPS and goes_on(w, n, i)):
                continue
            g, how = n[FLIGHT + i], NOT_FOR_LANES
            if n[STEPS + i] < MOST_STEPS:
                how = next_phase(
                    w, n, i, missile[which[g]], stage, burnout[g], impact[g], apogee_m[g : g + 1]
                )
            if how != GO_ON:
                code[g], used[g] = how, n[USED + i]
                k = fill(
                    w, n, i, k, order, which, missile, stage, launch, control, ground_m, code, used
                )
                flying -= 1 if n[PHASE + i] == IDLE else 0


@kernel
def lanes_kernel(
    order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
    knots, used,
):  # fmt: skip
    """Fly many ballistic missiles from launch to the ground in lanes; arguments as many_kernel.

    Leaves NOT_FOR_LANES in ``code`` for what lanes cannot follow: what is not ballistic, has its
    apogee below 230 km, or whose climb nears zero where steps are in height.
    """
    fly_in_lanes(
        np.empty(SIZE), np.empty(COUNTS, np.int64), order, which, missile, stage, launch, control,
        ground_m, burnout, impact, apogee_m, code, knots, used,
    )  # fmt: skip


@kernel
def cut_short(missile, stage, cutoff_s):
    """A copy of a missile's stages whose last one ends at the cut-off.

    What it has not burnt by then counts as dry mass; flow and mass at every moment are the same.
    """
    first = missile.first_stage
    rows = stage[first : first + missile.stages].copy()
    last = rows[missile.stages - 1]
    start_s, _ = burn_times(missile, stage, missile.stages - 1)
    share = min(1.0, (cutoff_s - start_s) / last.burn_s)
    last.dry_kg += (1.0 - share) * last.propellant_kg
    last.propellant_kg *= share
    last.burn_s *= share
    return rows


@kernel
def alone_kernel(
    missile, stage, launch, control, ground_m, burnout, impact, apogee_m, knots, work, finer
):  # fmt: skip
    """Fly one missile on the adaptive path; arguments as many_kernel, a row each.

    stage    rows of this missile alone, from 0; missile.first_stage is not looked at
    knots    (n, 10) of at least aim.KNOTS rows
    finer    ()    the tolerances of the path are divided by this
    returns  (code, knots used): FLOWN_ALONE, FELL under thrust, or NO_END

    Sources: boost.boost_kernel, reentry.descend_kernel, to about a metre.
    """
    y = np.empty(6)
    why, t_s, used = boost_kernel(
        missile, stage, launch, control[0], control[1], BOOST_TOLERANCE / finer, y, knots, work
    )
    if why != TIME_UP:
        return FELL, used
    burnout[:6], burnout[6] = y, t_s
    why, t_s, used, apogee_m[0] = descend_kernel(
        missile, t_s, ground_m, TOLERANCE / finer, y, knots, used, work
    )
    impact[:6], impact[6] = y, t_s
    return (FLOWN_ALONE if why == CAME_DOWN else NO_END), used


@part
def fly_the_rest(
    order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
    knots, used,
):  # fmt: skip
    """Fly on the adaptive path what lanes could not."""
    own, work = np.empty((KNOTS, KNOT)), np.empty((12, KNOT))
    for f in order:
        row = missile[which[f] : which[f] + 1].copy()
        if code[f] != NOT_FOR_LANES or row[0].kind == CRUISE or row[0].stages < 1:
            continue
        first_s, last_s = cutoff_range_s(row[0], stage)
        rows = cut_short(row[0], stage, min(last_s, max(first_s, control[f, 2])))
        row[0].first_stage = 0
        code[f], count = alone_kernel(
            row[0], rows, launch[f], control[f], ground_m[f], burnout[f], impact[f],
            apogee_m[f : f + 1], own, work, 1.0,
        )  # fmt: skip
        used[f] = min(count, knots.shape[1])
        for k in range(used[f]):
            knots[f, k] = own[k]


@kernel
def many_kernel(
    order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
    knots, used,
):  # fmt: skip
    """Fly many missiles from launch to the ground, with given controls: in lanes what can be.

    order     (k,)    which of the f flights are flown, in this order
    which     (f,)    row of each flight's missile
    missile   MISSILE rows; stage the STAGE rows
    launch    (f, 3)  at rest on the turning Earth, ECEF [m]
    control   (f, 3)  azimuth [rad], pitch-over [rad], cut-off of the last stage [s]
    ground_m  (f,)    height at which it lands
    burnout   (f, 7)  gets position [m], velocity [m/s] (ECEF) and time [s] at cut-off
    impact    (f, 7)  the same at impact
    apogee_m  (f,)    gets the height of the apogee
    code      (f,)    gets FLOWN, FLOWN_ALONE, FELL, NO_END; NOT_FOR_LANES for cruise missiles
    knots     (f, ROOM, 10) gets knots as of integrate.fly_leg, to be read by boost.state_at;
              (f, 0, 10): none are kept
    used      (f,)    gets the number of knots

    Physics of boost_kernel and descend_kernel; in lanes by DOP853 in 50 to 90 steps
    (schedule.py). Within a metre of DOP853 at 1e-13 at impact (tested). A flight costs some 20 us
    of a core in lanes (sixteen or more of them at once; knots a tenth more), 140 us alone.
    """
    lanes_kernel(
        order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
        knots, used,
    )  # fmt: skip
    fly_the_rest(
        order, which, missile, stage, launch, control, ground_m, burnout, impact, apogee_m, code,
        knots, used,
    )  # fmt: skip
