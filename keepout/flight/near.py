"""A flight near one that is already solved: other launch and impact points, the same programme.

One boost, and two or three falls: azimuth and cut-off begin where the solved lane and the
geometry put them, and Newton's rule does the rest. A last change of the azimuth turns the
boost about the launch point instead of flying it again.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.flight.aim import (
    KNOTS,
    LANDED,
    NO_LIFT_OFF,
    NOT_SOLVED,
    OUT_OF_RANGE,
    new_shot,
)
from keepout.flight.boost import boost_kernel, state_at
from keepout.flight.fly import bearing, summarise
from keepout.flight.integrate import BOOST_TOLERANCE, CAME_DOWN, KNOT, TIME_UP, TOLERANCE
from keepout.flight.reentry import descend_kernel
from keepout.kernel import hot, kernel, part
from keepout.records.missile import MANOEUVRING

FALLS = 8
"""Falls flown at most."""

SPREAD_RAD = 8e-6
"""A miss of up to 50 m is spread evenly over the flight, 0.1 m/s, instead of flown away."""

LONG_GLIDE = 1.05
"""Growth of the range with the cut-off of a manoeuvring vehicle over that of a ballistic one; found
from flights, and it only spares falls."""

ROUGH_TOLERANCE = 1e-5
"""Of the first fall, which only shows the way."""


@hot
def angle_between(a, b):
    """Angle at the Earth's centre between two points (3,) [rad]."""
    aa, bb, ab = 0.0, 0.0, 0.0
    for j in range(3):
        aa += a[j] * a[j]
        bb += b[j] * b[j]
        ab += a[j] * b[j]
    return math.atan2(math.sqrt(max(1e-12, aa * bb - ab * ab)), ab)


@hot
def turn(axis, angle_rad, y):
    """Turn position and velocity y (6,) clockwise about an axis (unit vector) seen from its tip."""
    s, c = math.sin(angle_rad), math.cos(angle_rad)
    for first in (0, 3):
        x0, x1, x2 = y[first], y[first + 1], y[first + 2]
        along = (1.0 - c) * (axis[0] * x0 + axis[1] * x1 + axis[2] * x2)
        y[first] = c * x0 + along * axis[0] - s * (axis[1] * x2 - axis[2] * x1)
        y[first + 1] = c * x1 + along * axis[1] - s * (axis[2] * x0 - axis[0] * x2)
        y[first + 2] = c * x2 + along * axis[2] - s * (axis[0] * x1 - axis[1] * x0)


@hot
def miss_rad(frame, psi_rad, y):
    """How far beyond the aim, and left of the plane to it, a place lies: angles [rad]."""
    at, ahead, aside = 0.0, 0.0, 0.0
    for j in range(3):
        at += frame[0, j] * y[j]
        ahead += frame[1, j] * y[j]
        aside += frame[2, j] * y[j]
    return math.atan2(ahead, at) - psi_rad, math.atan2(aside, math.sqrt(at * at + ahead * ahead))


@part
def range_slope(shot, used, t_s):
    """Growth of the range angle with the cut-off [rad/s]: twice that of the speed, in parts.

    Of the minimum-energy ellipse at short range (A. D. Wheelon, ARS Journal 29 (1959) 915).
    """
    i = 0
    while i < used - 1 and shot.boost[i, 0] < t_s:
        i += 1
    k = shot.boost[i]
    v2 = k[4] * k[4] + k[5] * k[5] + k[6] * k[6]
    gain = (k[4] * k[7] + k[5] * k[8] + k[6] * k[9]) / v2
    return 2.0 * shot.psi_rad * max(gain, 1e-3)


@part
def write_samples(knots, used, first, flight_s, sample):
    """Tabulate a leg of knots from sample ``first`` on; returns the next sample to write.

    The polynomials of ``integrate.between``, worked out once a step.
    """
    last = len(sample) - 1
    step_s = flight_s / last
    c = np.empty((3, 6))
    k = first
    for i in range(used - 1):
        start_s, h = knots[i, 0], knots[i + 1, 0] - knots[i, 0]
        if not h > 0.0 or k * step_s > knots[i + 1, 0]:
            continue
        for j in range(3):
            c[j, 0], c[j, 1] = knots[i, 1 + j], h * knots[i, 4 + j]
            c[j, 2] = 0.5 * h * h * knots[i, 7 + j]
            d = knots[i + 1, 1 + j] - c[j, 0] - c[j, 1] - c[j, 2]
            e = h * knots[i + 1, 4 + j] - c[j, 1] - 2.0 * c[j, 2]
            f = h * h * knots[i + 1, 7 + j] - 2.0 * c[j, 2]
            c[j, 3] = 10.0 * d - 4.0 * e + 0.5 * f
            c[j, 4] = -15.0 * d + 7.0 * e - f
            c[j, 5] = 6.0 * d - 3.0 * e + 0.5 * f
        while k <= last and k * step_s <= knots[i + 1, 0]:
            u = (k * step_s - start_s) / h
            for j in range(3):
                c1, c2, c3, c4, c5 = c[j, 1], c[j, 2], c[j, 3], c[j, 4], c[j, 5]
                sample[k, j] = c[j, 0] + u * (c1 + u * (c2 + u * (c3 + u * (c4 + u * c5))))
                v = c1 + u * (2.0 * c2 + u * (3.0 * c3 + u * (4.0 * c4 + u * 5.0 * c5)))
                sample[k, 3 + j] = v / h
            k += 1
    return k


@part
def tabulate_flight(missile, shot, used, turned_rad, fall, falls, flight_s, sample):
    """Fill the samples from the knots of the boost, turned, and of the fall."""
    last = len(sample) - 1
    cut = write_samples(shot.boost, used, np.int64(0), flight_s, sample)
    while cut > 0 and (cut - 1) * flight_s / last > fall[0, 0]:
        cut -= 1
    for k in range(cut):
        turn(shot.frame[0], turned_rad, sample[k])
    k = write_samples(fall, falls, cut, flight_s, sample)
    end = fall[falls - 1]
    while k <= last:  # rounding of the last sample's time
        for j in range(6):
            sample[k, j] = end[1 + j]
        k += 1


@hot
def spread_miss(aim_ecef_m, flight_s, sample):
    """Displace a tabulated flight, more and more along it, so that it ends on the aim."""
    last = len(sample) - 1
    for j in range(3):
        miss_m = aim_ecef_m[j] - sample[last, j]
        for k in range(last + 1):
            sample[k, j] += k / last * miss_m
            sample[k, 3 + j] += miss_m / flight_s


@kernel
def near_kernel(
    missile, stage, launch_ecef_m, aim_ecef_m, solved, from_ecef_m, to_ecef_m, sample, lane
):
    """Aim and fly one missile from near the launch of a solved lane to near its aim.

    missile, stage             MISSILE row; STAGE rows
    launch_ecef_m, aim_ecef_m  (3,)  [m]; the height of the aim is the ground
    solved                     LANE row of a flight of this missile, whose pitch-over is held
    from_ecef_m, to_ecef_m     (3,)  its launch and aim [m]
    sample, lane               as ``fly.lane_kernel``: (n, 6) and a LANE row, filled
    returns                    ()  LANDED, on the aim (SPREAD_RAD); else another code, no fill

    The boost is that of the first azimuth, turned about the launch point by what the aim then
    asks for (1e-3 rad from 100 km aside: the turn of the Earth would change it by 0.02 m/s).
    Sources: boost_kernel, descend_kernel.
    """
    shot = new_shot(missile, stage, launch_ecef_m, aim_ecef_m)
    azimuth_rad = bearing(launch_ecef_m, aim_ecef_m)
    azimuth_rad += solved.azimuth_rad - bearing(from_ecef_m, to_ecef_m)
    why, _, used = boost_kernel(
        missile, stage, launch_ecef_m, azimuth_rad, solved.kick_rad, BOOST_TOLERANCE, shot.y,
        shot.boost, shot.work,
    )  # fmt: skip
    if why != TIME_UP:
        return NO_LIFT_OFF
    y, frame, fall = shot.y, shot.frame, np.empty((KNOTS, KNOT))
    slope = range_slope(shot, used, solved.cutoff_s)
    slope *= LONG_GLIDE if missile.kind == MANOEUVRING else 1.0
    t_s = solved.cutoff_s + (shot.psi_rad - angle_between(from_ecef_m, to_ecef_m)) / slope
    turned_rad, before_s, before = 0.0, 0.0, 0.0
    for i in range(FALLS):
        if not shot.first_s <= t_s <= shot.last_s:
            return OUT_OF_RANGE
        state_at(shot.boost, used, t_s, y)
        speed_mps = math.sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
        turn(frame[0], turned_rad, y)
        why, flight_s, falls, apogee_m = descend_kernel(
            missile, t_s, shot.ground_m, ROUGH_TOLERANCE if i == 0 else TOLERANCE, y, fall,
            np.int64(0), shot.work,
        )  # fmt: skip
        if why != CAME_DOWN:
            return NOT_SOLVED
        over, left = miss_rad(frame, shot.psi_rad, y)
        if i > 0 and math.sqrt(over * over + left * left) < SPREAD_RAD:
            lane.azimuth_rad = (azimuth_rad + turned_rad) % (2.0 * math.pi)
            lane.kick_rad, lane.cutoff_s, lane.burnout_s = solved.kick_rad, t_s, t_s
            lane.burnout_speed_mps, lane.apogee_m = speed_mps, apogee_m
            lane.flight_s, lane.dt_s = flight_s, flight_s / (len(sample) - 1)
            lane.separation_s = t_s if missile.separates else flight_s
            lane.reachable, lane.cruise = 1, 0
            tabulate_flight(missile, shot, used, turned_rad, fall, falls, flight_s, sample)
            spread_miss(aim_ecef_m, flight_s, sample)
            summarise(launch_ecef_m, sample[len(sample) - 1], lane)
            return LANDED
        if i > 0 and (over - before) * (t_s - before_s) > 0.0:
            slope = (over - before) / (t_s - before_s)
        before_s, before = t_s, over
        t_s -= over / slope
        turned_rad += left / math.sin(shot.psi_rad)
    return NOT_SOLVED
