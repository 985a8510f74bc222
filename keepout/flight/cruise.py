"""Cruise missiles and drones: great circles between way-points, with speed and height by leg."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import (
    distance_kernel,
    ecef_from_geodetic,
    geodetic_from_ecef,
)
from keepout.kernel import kernel, part

SLOPE = 0.1
"""Rise over run of every climb and descent; D."""
MARGIN_M = 10e3
"""Places stand to about 0.05 deg: an aim this much beyond the published range is in range."""
BANK = math.tan(math.radians(30.0))
"""Of a level turn at a way-point: its radius is v2 / (g tan(bank)); D, an ordinary turn."""
G_MPS2 = 9.8

# how a route ended
FLOWN, TOO_LONG, TOO_TIGHT = range(3)


@part
def _unit(v, out):
    """Fill out (3,) with a vector of length 1; returns the length of v."""
    size = math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    for j in range(3):
        out[j] = v[j] / size
    return size


@part
def _course(a, b, out):
    """Fill out (3,) with the course at unit vector a towards unit vector b, a unit vector."""
    ab = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    for j in range(3):
        out[j] = b[j] - ab * a[j]
    _unit(out, out)


@part
def _turns(unit, leg_m, speed_mps, turn):
    """Fill turn (n, 8): courses in and out, angle [rad] and radius [m] of the turn at each point.

    unit     (n, 3)  geocentric unit vectors; leg_m (n - 1,) lengths; speed_mps (n - 1,)
    returns  ()      FLOWN, or TOO_TIGHT if two turns do not fit on one leg

    A level turn at BANK at the faster of both legs' speeds, tangent to both legs: it begins
    before the point and passes inside of it.
    """
    last = len(unit) - 1
    for k in range(1, last):
        _course(unit[k], unit[k - 1], turn[k, 0:3])
        _course(unit[k], unit[k + 1], turn[k, 3:6])
        cosine = 0.0
        for j in range(3):
            turn[k, j] = -turn[k, j]
            cosine += turn[k, j] * turn[k, 3 + j]
        v = max(speed_mps[k - 1], speed_mps[k])
        turn[k, 6] = math.acos(max(-1.0, min(1.0, cosine)))
        turn[k, 7] = v * v / (G_MPS2 * BANK)
    for k in range(last):
        if _cut_m(turn[k]) + _cut_m(turn[k + 1]) > leg_m[k]:
            return TOO_TIGHT
    return FLOWN


@part
def _cut_m(turn):
    """How much of a leg a turn takes [m]."""
    return turn[7] * math.tan(0.5 * min(turn[6], 3.13))


@part
def _on_leg(a, b, u, out):
    """Fill out (3,) with the unit vector a share u of the way from unit vector a to b."""
    cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    psi = math.acos(max(-1.0, min(1.0, cosine)))
    p, q = math.sin((1.0 - u) * psi) / math.sin(psi), math.sin(u * psi) / math.sin(psi)
    for j in range(3):
        out[j] = p * a[j] + q * b[j]


@part
def _in_turn(point, size_m, turn, along_m, out):
    """Fill out (3,) with the unit vector ``along_m`` into the turn at a point.

    In the point's tangent plane, which a turn of 20 km leaves by less than a decimetre along it.
    """
    cosine, sine = math.cos(turn[6]), max(math.sin(turn[6]), 1e-9)
    angle = along_m / turn[7]
    ahead = turn[7] * math.sin(angle) - _cut_m(turn)
    aside = turn[7] * (1.0 - math.cos(angle))
    for j in range(3):
        inwards = (turn[3 + j] - cosine * turn[j]) / sine
        out[j] = point[j] + (ahead * turn[j] + aside * inwards) / size_m
    _unit(out, out)


@part
def _track(unit, size_m, leg_m, turn, k, from_m, out):
    """Fill out (3,) with the unit vector ``from_m`` after the middle of the turn at point k."""
    half = 0.5 * turn[k, 6] * turn[k, 7]
    if from_m < half:
        _in_turn(unit[k], size_m[k], turn[k], half + from_m, out)
        return
    straight = leg_m[k] - _cut_m(turn[k]) - _cut_m(turn[k + 1])
    on = from_m - half
    if on <= straight:
        _on_leg(unit[k], unit[k + 1], (_cut_m(turn[k]) + on) / leg_m[k], out)
    else:
        _in_turn(unit[k + 1], size_m[k + 1], turn[k + 1], on - straight, out)


@part
def _towards(height_m, wanted_m, run_m):
    """Height after a run in which it climbs or descends at SLOPE to the height wanted."""
    return height_m + max(-SLOPE * run_m, min(SLOPE * run_m, wanted_m - height_m))


@part
def _fill(unit, ground_m, leg_m, turn, speed_mps, alt_m, sample, lane):
    """Fill the samples of a route that can be flown, and the times of the lane.

    ground_m  (n, 2)  distance of each point from the Earth's centre, and its height [m]
    """
    last, legs = len(sample) - 1, len(leg_m)
    run_m, from_s = np.empty(legs), np.zeros(legs + 1)
    begin_m, whole_m = ground_m[0, 1], 0.0
    height_m = np.empty(legs)  # at the beginning of each leg
    lift_m = 0.5 * (ground_m[0, 1] + ground_m[legs, 1])
    for k in range(legs):
        cuts = _cut_m(turn[k]) + _cut_m(turn[k + 1])
        arcs = 0.5 * (turn[k, 6] * turn[k, 7] + turn[k + 1, 6] * turn[k + 1, 7])
        run_m[k] = leg_m[k] - cuts + arcs
        from_s[k + 1] = from_s[k] + run_m[k] / speed_mps[k]
        height_m[k] = begin_m
        begin_m = _towards(begin_m, lift_m + alt_m[k], run_m[k])
        whole_m += run_m[k]
    lane.range_m = whole_m
    lane.flight_s = from_s[legs]
    lane.dt_s = lane.flight_s / last
    k, done_m, at = 0, 0.0, np.empty(3)
    lane.apogee_m = 0.0
    for i in range(last + 1):
        t_s = min(i * lane.dt_s, from_s[legs])
        while k < legs - 1 and t_s > from_s[k + 1]:
            done_m += run_m[k]
            k += 1
        on_m = min(run_m[k], (t_s - from_s[k]) * speed_mps[k])
        _track(unit, ground_m[:, 0], leg_m, turn, np.int64(k), on_m, at)
        u = on_m / run_m[k]
        size_m = (1.0 - u) * ground_m[k, 0] + u * ground_m[k + 1, 0]
        lat, lon, _ = geodetic_from_ecef(size_m * at[0], size_m * at[1], size_m * at[2])
        left_m = max(0.0, whole_m - done_m - on_m)
        h_m = _towards(height_m[k], lift_m + alt_m[k], on_m)
        h_m = max(
            min(h_m, ground_m[legs, 1] + SLOPE * left_m), min(ground_m[0, 1], ground_m[legs, 1])
        )
        sample[i, 0], sample[i, 1], sample[i, 2] = ecef_from_geodetic(lat, lon, h_m)
        lane.apogee_m = max(lane.apogee_m, h_m)
    for i in range(last + 1):
        lo, hi = max(0, i - 1), min(last, i + 1)
        for j in range(3):
            sample[i, 3 + j] = (sample[hi, j] - sample[lo, j]) / ((hi - lo) * lane.dt_s)


@kernel
def route_kernel(max_range_m, point_ecef_m, speed_mps, alt_m, sample, lane):
    """Fill the samples and times of one flight along way-points.

    max_range_m   ()        longest way [m]; 0: no limit
    point_ecef_m  (n, 3)    launch, way-points, aim [m]; of a way-point the height does not count
    speed_mps     (n - 1,)  over the ground, of each leg
    alt_m         (n - 1,)  height of each leg over the mean of launch and aim
    sample        (m, 6)    is filled; lane a LANE row
    returns       ()        FLOWN, TOO_LONG or TOO_TIGHT

    Great circles of the geocentric directions, their lengths those of the ellipsoid; level turns
    (_turns); climbs and dives at a slope of 1 in 10. No terrain, no wind: a crude model. Its
    sources are only speed, height and range of the catalogue.
    """
    n = len(point_ecef_m)
    unit, ground_m = np.empty((n, 3)), np.empty((n, 2))
    leg_m, turn = np.empty(n - 1), np.zeros((n, 8))
    for k in range(n):
        ground_m[k, 0] = _unit(point_ecef_m[k], unit[k])
    lat0, lon0, ground_m[0, 1] = geodetic_from_ecef(
        point_ecef_m[0, 0], point_ecef_m[0, 1], point_ecef_m[0, 2]
    )
    for k in range(1, n):
        p = point_ecef_m[k]
        lat1, lon1, ground_m[k, 1] = geodetic_from_ecef(p[0], p[1], p[2])
        leg_m[k - 1] = distance_kernel(lat0, lon0, lat1, lon1)
        lat0, lon0 = lat1, lon1
    lane.range_m = np.sum(leg_m)
    if 0.0 < max_range_m < lane.range_m - MARGIN_M:
        return TOO_LONG
    if np.min(leg_m) < 1.0 or _turns(unit, leg_m, speed_mps, turn) != FLOWN:
        return TOO_TIGHT
    _fill(unit, ground_m, leg_m, turn, speed_mps, alt_m, sample, lane)
    lane.burnout_s = 0.0  # steady flight from the first moment: it can be predicted, and met
    lane.separation_s = lane.flight_s
    lane.cruise = 1
    lane.burnout_speed_mps = speed_mps[0]
    return FLOWN


@part
def cruise_kernel(missile, launch_ecef_m, aim_ecef_m, sample, lane):
    """Fill the samples and times of one cruise flight without way-points.

    missile        a MISSILE row with cruise_speed_mps and cruise_alt_m
    launch_ecef_m  (3,) [m]; aim_ecef_m (3,) [m]
    sample         (n, 6) is filled; lane a LANE row
    returns        ()   False where the aim is beyond max_range_m (0: no limit)

    Source and limits: route_kernel.
    """
    points = np.empty((2, 3))
    for j in range(3):
        points[0, j], points[1, j] = launch_ecef_m[j], aim_ecef_m[j]
    speed_mps, alt_m = np.empty(1), np.empty(1)
    speed_mps[0], alt_m[0] = missile.cruise_speed_mps, missile.cruise_alt_m
    return route_kernel(missile.max_range_m, points, speed_mps, alt_m, sample, lane) == FLOWN
