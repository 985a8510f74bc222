"""The one integrator: flies a body through one leg, step by step."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import alt_of
from keepout.flight.forces import acceleration
from keepout.kernel import hot, kernel, lean

# Ch. Tsitouras, Computers & Mathematics with Applications 62 (2011) 770, table 1
C = np.array([0.0, 0.161, 0.327, 0.9, 0.9800255409045097, 1.0, 1.0])
A = np.zeros((7, 6))
A[1, :1] = 0.161
A[2, :2] = -0.008480655492356989, 0.335480655492357
A[3, :3] = 2.8971530571054935, -6.359448489975075, 4.3622954328695815
A[4, :4] = 5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525
A[5, :5] = (
    5.86145544294642, -12.92096931784711, 8.159367898576159,
    -0.071584973281401, -0.028269050394068383,
)  # fmt: skip
A[6, :6] = (
    0.09646076681806523, 0.01, 0.4798896504144996,
    1.379008574103742, -3.290069515436081, 2.324710524099774,
)  # fmt: skip
E = np.array(
    [
        -0.00178001105222577714, -0.0008164344596567469, 0.007880878010261995,
        -0.1447110071732629, 0.5823571654525552, -0.45808210592918697, 1.0 / 66.0,
    ]
)  # fmt: skip

# why a leg ended
TIME_UP, CAME_DOWN, TURNED, TOO_LONG = range(4)

KNOT = 10
"""Columns of a knot: time, position, velocity, acceleration (ECEF, SI)."""
MOST_STEPS = 2000
FIRST_STEP_S = 2.0
LONGEST_STEP_S = 150.0
POSITION_SCALE_M = 1e6
SPEED_SHARE, SLOW_MPS = 0.3, 30.0
"""Of the speed, and added to it: against these an error of velocity counts."""
TOLERANCE, BOOST_TOLERANCE = 1e-6, 1e-7
"""Of a step in a fall and under thrust: together they leave about a metre at impact."""


@lean
def between(knots, i, t_s, y):
    """Fill y (6,) with the state at a time between knots i and i + 1 of one leg.

    Quintic Hermite polynomial from position, velocity and acceleration at both ends; its error
    is of sixth order in the step, like the integrator's own.
    """
    h = knots[i + 1, 0] - knots[i, 0]
    u = (t_s - knots[i, 0]) / h if h > 0.0 else 0.0
    for j in range(1, 4):
        r0 = knots[i, j]
        c1 = h * knots[i, j + 3]
        c2 = 0.5 * h * h * knots[i, j + 6]
        d = knots[i + 1, j] - r0 - c1 - c2
        e = h * knots[i + 1, j + 3] - c1 - 2.0 * c2
        f = h * h * knots[i + 1, j + 6] - 2.0 * c2
        c3 = 10.0 * d - 4.0 * e + 0.5 * f
        c4 = -15.0 * d + 7.0 * e - f
        c5 = 6.0 * d - 3.0 * e + 0.5 * f
        y[j - 1] = r0 + u * (c1 + u * (c2 + u * (c3 + u * (c4 + u * c5))))
        v = c1 + u * (2.0 * c2 + u * (3.0 * c3 + u * (4.0 * c4 + u * 5.0 * c5)))
        y[j + 2] = v / h if h > 0.0 else knots[i, j + 3]


@hot
def _signal(turn, stop_alt_m, y):
    """Falls through zero where the leg ends: height over the stop, or the climb times turn."""
    if turn != 0:
        return turn * (y[0] * y[3] + y[1] * y[4] + y[2] * y[5])
    return alt_of(y[0], y[1], y[2]) - stop_alt_m


@hot
def _find_end(work, turn, stop_alt_m, y):
    """Time in the step of work[8:10] at which the signal is zero (Illinois rule); y is there."""
    lo, hi = work[8, 0], work[9, 0]
    t_s, f_lo, f_hi = lo, 0.0, 0.0
    for i in range(60):
        if i == 1:
            t_s = hi
        elif i > 1:
            t_s = (lo * f_hi - hi * f_lo) / (f_hi - f_lo)
        between(work, np.int64(8), t_s, y)
        f = _signal(turn, stop_alt_m, y)
        if i == 0:
            f_lo = f
            continue
        if i > 1:
            if f * f_hi < 0.0:
                lo, f_lo = hi, f_hi
            else:
                f_lo *= 0.5
        hi, f_hi = t_s, f
        if f_lo == f_hi or (i > 1 and (abs(f) < 1e-5 or abs(hi - lo) < 1e-9)):
            break
    return t_s


@hot
def _keep(knots, used, t_s, y, work, row):
    """Write a knot where there is room, slopes from a row of work; returns the knots kept."""
    if used >= len(knots):
        return used
    knots[used, 0] = t_s
    for j in range(6):
        knots[used, 1 + j] = y[j]
    for j in range(3):
        knots[used, 7 + j] = work[row, 3 + j]
    return used + 1


@hot
def _stages(leg, t_s, h, y, work, new, first):
    """Stages of one step of Tsitouras' pair from ``first`` on; the error over tolerance 1.

    work  (12, 10)  rows 0 to 6 get the slopes of the stages; row 0 is that of y
    new   (6,)      gets the state after the step; with h 0 only row 0 is made
    """
    for i in range(first, 7):
        for j in range(6):
            s = 0.0
            for m in range(i):
                s += A[i, m] * work[m, j]
            new[j] = y[j] + h * s
        ax, ay, az = acceleration(leg, t_s + C[i] * h, new)
        work[i, 0], work[i, 1], work[i, 2] = new[3], new[4], new[5]
        work[i, 3], work[i, 4], work[i, 5] = ax, ay, az
        if h == 0.0:
            return 0.0
    v_mps = math.sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    worst = 0.0
    for j in range(6):
        s = 0.0
        for m in range(7):
            s += E[m] * work[m, j]
        s = abs(h * s) / (POSITION_SCALE_M if j < 3 else SPEED_SHARE * v_mps + SLOW_MPS)
        if not s <= worst:
            worst = s
    return worst


@kernel
def fly_leg(leg, t_s, end_s, stop_alt_m, turn, tolerance, y, knots, used, work):
    """Fly one leg until its time is up, it comes down through a height, or it turns over.

    leg         Leg     the forces
    t_s, end_s  ()      start, and latest end [s]
    stop_alt_m  ()      ends where the height falls through this [m]
    turn        ()      1: also ends where the body begins to fall; -1: to climb; 0: neither
    tolerance   ()      error allowed in a step: of 1000 km, and of a third of the speed
    y           (6,)    position [m], velocity [m/s], ECEF; holds the end on return
    knots       (n, 10) gets one row a step from row ``used`` on, while there is room
    work        (12, 10) scratch
    returns     (why, t_s, used): TIME_UP …, time of the end, rows of knots filled

    Source: Tsitouras' Runge-Kutta pair 5(4); step control of Hairer, Norsett & Wanner, Solving
    Ordinary Differential Equations I, sec. II.4. Ends are found on a quintic within the step.
    """
    new = np.empty(6)
    h = min(FIRST_STEP_S, end_s - t_s)
    row0, row6 = np.int64(0), np.int64(6)  # not literals: each would be compiled again
    _stages(leg, t_s, 0.0, y, work, new, row0)
    used = _keep(knots, used, t_s, y, work, row0)
    above = alt_of(y[0], y[1], y[2]) > stop_alt_m
    for _ in range(MOST_STEPS):
        if end_s - t_s <= 1e-9:
            return TIME_UP, t_s, used
        h = min(h, end_s - t_s)
        error = _stages(leg, t_s, h, y, work, new, row0 + 1) / tolerance
        if not error <= 1.0:
            h *= max(0.1, 0.9 * math.power(error, -0.2)) if error > 1.0 else 0.1
            continue
        _keep(work, row0 + 8, t_s, y, work, row0)
        t_s += h
        _keep(work, row0 + 9, t_s, new, work, row6)
        alt_m = alt_of(new[0], new[1], new[2])
        down = above and alt_m <= stop_alt_m
        if down or (
            turn != 0 and _signal(turn, stop_alt_m, new) < 0.0 <= _signal(turn, stop_alt_m, y)
        ):
            t_s = _find_end(work, row0 if down else turn, stop_alt_m, y)
            _stages(leg, t_s, 0.0, y, work, new, row0)
            used = _keep(knots, used, t_s, y, work, row0)
            return (CAME_DOWN if down else TURNED), t_s, used
        above = above or alt_m > stop_alt_m
        for j in range(6):
            y[j] = new[j]
            work[0, j] = work[6, j]
        used = _keep(knots, used, t_s, y, work, row0)
        h = min(LONGEST_STEP_S, h * min(6.0, 0.9 * math.power(max(error, 1e-8), -0.2)))
    return TOO_LONG, t_s, used
