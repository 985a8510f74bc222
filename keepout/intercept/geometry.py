"""How an interceptor meets its target: the flight to one point, closing speed and angle."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import MEAN_RADIUS_M, MU_M3PS2
from keepout.intercept.flyout import boost_kernel, step_kernel
from keepout.kernel import kernel, part

ITERATIONS = 25
TURN_RAD = 1e-5
"""Step in the direction of thrust for its derivative."""

CLOSE_M = 1.0
"""So near the point, the flight counts as found."""

LONGEST_STEP_S = 1.0
"""Of the coast; errors of a metre (tested against a step a tenth as long)."""

LEAST_PULL = 0.2
"""Newton's step is halved while it does not bring the flight nearer by this share."""


@part
def fly_for(interceptor, elevation_rad, flight_s):
    """Where an interceptor is after a time of flight, and how fast.

    returns  ()  ground range, height [m], speed along and up [m/s]; nan if it falls to the
                 ground in its burn or the time is shorter than the burn
    """
    x, y, vx, vy = boost_kernel(interceptor, elevation_rad)
    coast_s = flight_s - interceptor.burn_s
    if not coast_s >= 0.0 or x != x:
        return math.nan, math.nan, math.nan, math.nan
    steps = max(1, int(math.ceil(coast_s / LONGEST_STEP_S)))
    mass = interceptor.mass_kg - interceptor.propellant_kg
    area, law = interceptor.area_m2, interceptor.drag_law
    for _ in range(steps):
        x, y, vx, vy = step_kernel(x, y, vx, vy, coast_s / steps, mass, 0.0, 0.0, 0.0, area, law)
    r = math.sqrt(x * x + y * y)
    along = (vx * y - vy * x) / r
    up = (vx * x + vy * y) / r
    return MEAN_RADIUS_M * math.atan2(x, y), r - MEAN_RADIUS_M, along, up


@kernel
def meet_kernel(interceptor, ground_range_m, alt_m, about_s):
    """The direction and time of flight with which an interceptor passes a point.

    interceptor     ()  INTERCEPTOR record
    ground_range_m  ()  along the surface from the launcher [m]
    alt_m           ()  height of the point [m]
    about_s         ()  time of flight to begin with, as of the flyout table [s]
    returns         ()  elevation of the thrust [rad], time [s], speed along and up [m/s],
                        distance to the point [m]; nan if no flight was found

    Newton's method in direction and time, from the line of sight raised by what gravity takes.
    Source and limits of the motion: intercept/flyout.py.
    """
    g = MU_M3PS2 / (MEAN_RADIUS_M * MEAN_RADIUS_M)
    t_s = max(about_s, interceptor.burn_s + 1e-3)
    e = math.atan2(alt_m + 0.5 * g * t_s * t_s, max(ground_range_m, 1.0))
    s, h, along, up = fly_for(interceptor, e, t_s)
    off = math.hypot(s - ground_range_m, h - alt_m)
    for _ in range(ITERATIONS):
        if not off > CLOSE_M:
            break
        s1, h1, _, _ = fly_for(interceptor, e + TURN_RAD, t_s)
        se, he = (s1 - s) / TURN_RAD, (h1 - h) / TURN_RAD
        ground = along * MEAN_RADIUS_M / (MEAN_RADIUS_M + h)
        det = se * up - he * ground
        ds, dh = ground_range_m - s, alt_m - h
        turn = (ds * up - dh * ground) / det
        wait = (se * dh - he * ds) / det
        share = 1.0
        nearer = False
        while share > 0.01 and not nearer:
            e_new = min(max(e + share * turn, 0.0), 0.5 * math.pi)
            t_new = max(t_s + share * wait, interceptor.burn_s)
            s1, h1, along1, up1 = fly_for(interceptor, e_new, t_new)
            off1 = math.hypot(s1 - ground_range_m, h1 - alt_m)
            nearer = off1 <= (1.0 - LEAST_PULL * share) * off
            share *= 0.5
        if not nearer:
            break
        e, t_s, s, h, along, up, off = e_new, t_new, s1, h1, along1, up1, off1
    if not off <= 100.0 * CLOSE_M:
        return math.nan, math.nan, math.nan, math.nan, math.nan
    return e, t_s, along, up, off


@kernel
def closing_kernel(battery_r_ecef_m, state, along_mps, up_mps):
    """Closing speed and crossing angle of an interceptor and its target.

    battery_r_ecef_m  (3,)  [m]
    state             (6,)  the target's position [m] and velocity [m/s], ECEF, at the intercept
    along_mps, up_mps ()    the interceptor's speed away from the battery, and up [m/s]
    returns           ()    closing speed [m/s], crossing angle [rad]: 0 is head-on, pi/2 from the
                            side, pi from behind
    """
    r, rb = 0.0, 0.0
    for j in range(3):
        r += state[j] * state[j]
        rb += battery_r_ecef_m[j] * state[j]
    size = math.sqrt(r)
    away, up = np.empty(3), np.empty(3)
    length = 0.0
    for j in range(3):
        up[j] = state[j] / size
        away[j] = up[j] * rb / size - battery_r_ecef_m[j]
        length += away[j] * away[j]
    length = math.sqrt(length)
    dot, mine, theirs, closing = 0.0, 0.0, 0.0, 0.0
    for j in range(3):
        v = up_mps * up[j] + (along_mps * away[j] / length if length > 1.0 else 0.0)
        w = state[3 + j]
        dot -= v * w
        mine += v * v
        theirs += w * w
        closing += (v - w) * (v - w)
    angle = math.acos(max(-1.0, min(1.0, dot / max(math.sqrt(mine * theirs), 1e-9))))
    return math.sqrt(closing), angle


@kernel
def reached_kernel(interceptor, elevation_rad, longest_s):
    """The greatest height [m] of a flight up to a time; of the burnout, if that is the time.

    interceptor    ()  INTERCEPTOR record
    elevation_rad  ()  direction of the thrust above the launcher's horizon
    longest_s      ()  [s]
    """
    most_m = -math.inf
    t_s = interceptor.burn_s
    while t_s <= longest_s:
        _, h, _, _ = fly_for(interceptor, elevation_rad, t_s)
        most_m = max(most_m, h)
        t_s += max(0.005 * longest_s, 0.05)
    return most_m
