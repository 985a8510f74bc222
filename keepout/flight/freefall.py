"""Free fall between two points of the ground: how long a flight of a given apogee must take.

Drag-free, unpowered, non-lifting, from surface to surface over the turning WGS 84 Earth with J2.
A real flight with the same apogee and range takes longer by a part of its powered phase and of
its re-entry; what that says about a published flight stands in flight/claim.py.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import (
    A_M,
    B_M,
    FLATTENING,
    MU_M3PS2,
    OMEGA_RADPS,
    alt_of,
    ecef_from_geodetic,
    enu_matrix,
    geodetic_from_ecef,
)
from keepout.earth.gravity import free_fall
from keepout.flight.forces import free_leg
from keepout.flight.integrate import CAME_DOWN, KNOT, TOLERANCE, TURNED, fly_leg
from keepout.kernel import kernel, part
from keepout.records.missile import DRAG_CONSTANT

FALL_TOLERANCE = 1e-9
LONGEST_FALL_S = 1e6
CLOSE_M = 0.5
"""Allowed in apogee and impact: less than a millisecond of flight."""


@kernel
def point_along(lat_rad, lon_rad, azimuth_rad, distance_m):
    """Geodetic latitude and longitude [rad] at a distance along a geodesic.

    lat_rad, lon_rad  ()  start [rad]; azimuth_rad () from north; distance_m () along the ground [m]
    returns           (lat, lon, azimuth there) [rad]

    Source: T. Vincenty, Survey Review 23 (1975) 88, direct formulae. To 0.1 mm (tested).
    """
    u1 = math.atan((1.0 - FLATTENING) * math.tan(lat_rad))
    s1, c1 = math.sin(u1), math.cos(u1)
    sa, ca = math.sin(azimuth_rad), math.cos(azimuth_rad)
    sigma1 = math.atan2(s1, c1 * ca)
    sin_a = c1 * sa
    cos2_a = 1.0 - sin_a * sin_a
    k = cos2_a * (A_M * A_M - B_M * B_M) / (B_M * B_M)
    big_a = 1.0 + k / 16384.0 * (4096.0 + k * (-768.0 + k * (320.0 - 175.0 * k)))
    big_b = k / 1024.0 * (256.0 + k * (-128.0 + k * (74.0 - 47.0 * k)))
    sigma = distance_m / (B_M * big_a)
    cm = 0.0
    for _ in range(12):
        cm = math.cos(2.0 * sigma1 + sigma)
        s, c = math.sin(sigma), math.cos(sigma)
        inner = c * (2.0 * cm * cm - 1.0) - big_b / 6.0 * cm * (4.0 * s * s - 3.0) * (
            4.0 * cm * cm - 3.0
        )
        sigma = distance_m / (B_M * big_a) + big_b * s * (cm + 0.25 * big_b * inner)
    cm = math.cos(2.0 * sigma1 + sigma)
    s, c = math.sin(sigma), math.cos(sigma)
    t = s1 * s - c1 * c * ca
    lat = math.atan2(s1 * c + c1 * s * ca, (1.0 - FLATTENING) * math.sqrt(sin_a * sin_a + t * t))
    lam = math.atan2(s * sa, c1 * c - s1 * s * ca)
    big_c = FLATTENING / 16.0 * cos2_a * (4.0 + FLATTENING * (4.0 - 3.0 * cos2_a))
    lon = lam - (1.0 - big_c) * FLATTENING * sin_a * (
        sigma + big_c * s * (cm + big_c * c * (2.0 * cm * cm - 1.0))
    )
    return lat, lon_rad + lon, math.atan2(sin_a, -t)


@part
def way_ahead(start, end, forward, turn_rad, ahead):
    """Angle from the start to where the end will have turned to [rad]; ahead (3,) gets the way.

    start, end  (3,)  ECEF [m]; forward (3,) unit vector, the way over the ground

    Near the far side of the Earth the long way round is taken where the flight goes that way.
    """
    r = math.sqrt(start[0] ** 2 + start[1] ** 2 + start[2] ** 2)
    c, s = math.cos(turn_rad), math.sin(turn_rad)
    x, y, z = c * end[0] - s * end[1], s * end[0] + c * end[1], end[2]
    dot = (start[0] * x + start[1] * y + start[2] * z) / r
    ahead[0] = x - dot * start[0] / r
    ahead[1] = y - dot * start[1] / r
    ahead[2] = z - dot * start[2] / r
    size = math.sqrt(ahead[0] ** 2 + ahead[1] ** 2 + ahead[2] ** 2)
    psi, toward = math.atan2(size, dot), 0.0
    for j in range(3):
        ahead[j] = forward[j] if size < 1e-3 else ahead[j] / size
        toward += ahead[j] * forward[j]
    if psi > 2.6 and toward < -0.3:
        psi = 2.0 * math.pi - psi
        for j in range(3):
            ahead[j] = -ahead[j]
    return psi


@part
def kepler_start(start, end, apogee_m, forward, begin):
    """First guess of the flight: ellipses over a sphere, with the turning of the Earth.

    start, end  (3,)  ECEF [m]; forward (3,) unit vector, the way over the ground
    begin       (6,)  gets position and velocity at the start, ECEF

    The end moves on while the body flies: some rounds of flight time and angle. Source: Bate,
    Mueller & White (1971), sec. 6.2, the symmetric ellipse through both ends.
    """
    r = math.sqrt(start[0] ** 2 + start[1] ** 2 + start[2] ** 2)
    ra = r + apogee_m
    t_s, v, flat = 0.0, 0.0, 1.0
    ahead = np.empty(3)
    for _ in range(12):
        psi = way_ahead(start, end, forward, OMEGA_RADPS * t_s, ahead)
        e = apogee_m / (ra - r * math.cos(0.5 * psi))
        a = ra / (1.0 + e)
        anomaly = math.acos(max(-1.0, min(1.0, (1.0 - r / a) / e)))
        t_s = 2.0 * (math.pi - anomaly + e * math.sin(anomaly)) * math.sqrt(a**3 / MU_M3PS2)
        v = math.sqrt(MU_M3PS2 * (2.0 / r - 1.0 / a))
        flat = math.sqrt(MU_M3PS2 * ra * (1.0 - e)) / (r * v)  # cosine of the path angle
    steep = math.sqrt(max(0.0, 1.0 - flat * flat))
    for j in range(3):
        begin[j] = start[j]
        begin[3 + j] = v * (flat * ahead[j] + steep * start[j] / r)
    begin[3] += OMEGA_RADPS * start[1]
    begin[4] -= OMEGA_RADPS * start[0]


@part
def summit(y, t_s):
    """Greatest height [m] and its time [s], from the state (6,) farthest from the Earth's centre.

    The ellipsoid's normal leans by up to 0.2 deg: a parabola over the seconds between the two.
    """
    lat, lon, alt_m = geodetic_from_ecef(y[0], y[1], y[2])
    ax, ay, az = free_fall(y[0], y[1], y[2], y[3], y[4])
    flat = math.cos(lat)
    nx, ny, nz = flat * math.cos(lon), flat * math.sin(lon), math.sin(lat)
    climb = nx * y[3] + ny * y[4] + nz * y[5]
    v2 = y[3] * y[3] + y[4] * y[4] + y[5] * y[5]
    bend = nx * ax + ny * ay + nz * az + v2 / (A_M + alt_m)
    return alt_m - 0.5 * climb * climb / bend, t_s - climb / bend


@part
def fall_from(begin, y, knots, work, out):
    """Fly a state freely over its apogee to the ground; y holds the impact.

    begin    (6,)  start on the ground; out (3,) gets time [s], apogee [m] and time of the apogee
    returns  ()    rows of knots filled; 0 if it does not climb, or never comes down
    """
    for j in range(6):
        y[j] = begin[j]
    leg = free_leg(math.inf, np.int64(DRAG_CONSTANT))
    used, turn, none = np.int64(0), np.int64(1), np.int64(0)
    ground_m = alt_of(y[0], y[1], y[2])
    why, t_s, used = fly_leg(
        leg, 0.0, LONGEST_FALL_S, ground_m, turn, FALL_TOLERANCE, y, knots, used, work
    )
    if why != TURNED:
        return none
    out[1], out[2] = summit(y, t_s)
    why, t_s, used = fly_leg(
        leg, t_s, LONGEST_FALL_S, 0.0, none, FALL_TOLERANCE, y, knots, used, work
    )
    out[0] = t_s
    return used if why == CAME_DOWN else none


@part
def residuals(begin, end, frame, apogee_m, y, knots, work, out, res):
    """Apogee too high, impact too far ahead and to the left (3,) [m] of a start; 0 if it fails."""
    used = fall_from(begin, y, knots, work, out)
    res[0], res[1], res[2] = out[1] - apogee_m, 0.0, 0.0
    for j in range(3):
        res[1] += frame[0, j] * (y[j] - end[j])
        res[2] += frame[1, j] * (y[j] - end[j])
    return used


@part
def solve3(m, b):
    """Solve a 3 x 3 system by elimination with pivots; b holds the solution; False if singular."""
    for i in range(3):
        p = i
        for k in range(i + 1, 3):
            if abs(m[k, i]) > abs(m[p, i]):
                p = k
        if abs(m[p, i]) < 1e-12:
            return False
        if p != i:
            for j in range(3):
                m[i, j], m[p, j] = m[p, j], m[i, j]
            b[i], b[p] = b[p], b[i]
        for k in range(i + 1, 3):
            f = m[k, i] / m[i, i]
            for j in range(i, 3):
                m[k, j] -= f * m[i, j]
            b[k] -= f * b[i]
    for i in range(2, -1, -1):
        for j in range(i + 1, 3):
            b[i] -= m[i, j] * b[j]
        b[i] /= m[i, i]
    return True


@part
def newton(begin, end, frame, apogee_m, y, out):
    """Change the velocity of a start until apogee and impact are right; the error left [m].

    Steps that make it worse are halved. Ends below CLOSE_M, or after 25 flights and their slopes.
    """
    none, work = np.empty((0, KNOT)), np.empty((12, KNOT))
    res, moved, step, m = np.empty(3), np.empty(3), np.zeros(3), np.empty((3, 3))
    kept, best = begin.copy(), math.inf
    for _ in range(25):
        residuals(begin, end, frame, apogee_m, y, none, work, out, res)
        worst = max(abs(res[0]), abs(res[1]), abs(res[2]))
        if not worst < best:
            for j in range(3):
                step[j] *= 0.5
                begin[3 + j] = kept[3 + j] - step[j]
            continue
        best = worst
        for j in range(6):
            kept[j] = begin[j]
        if best < CLOSE_M:
            break
        by = 1e-4 * math.sqrt(begin[3] ** 2 + begin[4] ** 2 + begin[5] ** 2)
        for i in range(3):
            begin[3 + i] += by
            residuals(begin, end, frame, apogee_m, y, none, work, out, moved)
            begin[3 + i] = kept[3 + i]
            for j in range(3):
                m[j, i] = (moved[j] - res[j]) / by
            step[i] = res[i]
        if not solve3(m, step):
            break
        for j in range(3):
            begin[3 + j] = kept[3 + j] - step[j]
    for j in range(6):
        begin[j] = kept[j]
    return best


@kernel
def free_flight(lat_rad, azimuth_rad, range_m, apogee_m, begin, knots, out):
    """The free flight of a given apogee over a given ground range, from longitude 0.

    lat_rad, azimuth_rad  ()      geodetic latitude of the start; way of the geodesic, from north
    range_m, apogee_m     ()      along the ground; greatest height over the ellipsoid [m]
    begin                 (6,)    gets position and velocity at the start, ECEF
    knots                 (n, 10) gets every step while there is room
    out                   (3,)    gets flight time [s], apogee [m] and its time [s]
    returns               ()      rows of knots filled; -1 where no flight was found

    Newton's method on the velocity, flights by fly_leg without air. Source: kepler_start for the
    first guess. Apogee and impact within 0.5 m, near antipodes within 100 m or 5e-5 of the
    apogee. Valid for ranges up to half way round and apogees of 1 to 30,000 km.
    """
    start, end, y = np.empty(3), np.empty(3), np.empty(6)
    lat1, lon1, az1 = point_along(lat_rad, 0.0, azimuth_rad, range_m)
    start[0], start[1], start[2] = ecef_from_geodetic(lat_rad, 0.0, 0.0)
    end[0], end[1], end[2] = ecef_from_geodetic(lat1, lon1, 0.0)
    here, there = enu_matrix(lat_rad, 0.0), enu_matrix(lat1, lon1)
    forward, frame = np.empty(3), np.empty((2, 3))
    for j in range(3):
        forward[j] = math.sin(azimuth_rad) * here[0, j] + math.cos(azimuth_rad) * here[1, j]
        frame[0, j] = math.sin(az1) * there[0, j] + math.cos(az1) * there[1, j]
        frame[1, j] = math.sin(az1) * there[1, j] - math.cos(az1) * there[0, j]
    kepler_start(start, end, apogee_m, forward, begin)
    error_m = newton(begin, end, frame, apogee_m, y, out)
    if not error_m < max(100.0, 5e-5 * apogee_m):
        return np.int64(-1)
    return fall_from(begin, y, knots, np.empty((12, KNOT)), out)


@kernel
def least_free_flight(lat_rad, range_m, apogee_m, begin, knots, out):
    """The shortest free flight over all directions, and over all latitudes if none is given.

    lat_rad  ()    nan: any latitude; the rest as free_flight
    out      (5,)  as free_flight, then the latitude and direction of that flight [rad]
    returns  ()    as free_flight

    A net of 22.5 and 30 deg, then a compass search down to 0.1 deg: within 0.01 s of the least
    (tested). The two hemispheres are mirror images.
    """
    none = np.empty((0, KNOT))
    best, lat, az = math.inf, 0.0, 0.0
    any_lat = lat_rad != lat_rad
    for i in range(5 if any_lat else 1):
        at = math.radians(22.5 * i) if any_lat else lat_rad
        for j in range(12):
            way = math.radians(30.0 * j)
            if free_flight(at, way, range_m, apogee_m, begin, none, out) >= 0 and out[0] < best:
                best, lat, az = out[0], at, way
    if best == math.inf:
        return np.int64(-1)
    step = math.radians(12.8)
    while step > math.radians(0.1):
        moved = False
        for i in range(4):
            at = lat + (step * (i - 0.5) * 2.0 if i < 2 and any_lat else 0.0)
            way = az + (step * (i - 2.5) * 2.0 if i >= 2 else 0.0)
            at = min(0.5 * math.pi, max(0.0, at)) if any_lat else at
            if free_flight(at, way, range_m, apogee_m, begin, none, out) >= 0 and out[0] < best:
                best, lat, az, moved = out[0], at, way, True
        if not moved:
            step *= 0.5
    out[3], out[4] = lat, az
    return free_flight(lat, az, range_m, apogee_m, begin, knots, out)


@kernel
def late_by_drag(knots, used, out, beta_kgpm2):
    """How much later than in free fall a body with drag lands that falls from the apogee [s].

    knots, used, out  as free_flight filled them
    beta_kgpm2        ()  mass / (Cd A), constant [kg/m2]
    """
    i = 0
    while i < used - 1 and knots[i, 0] < out[2] - 1e-9:
        i += 1
    y, none = knots[i, 1:7].copy(), np.empty((0, KNOT))
    leg, zero = free_leg(beta_kgpm2, np.int64(DRAG_CONSTANT)), np.int64(0)
    why, t_s, _ = fly_leg(
        leg, knots[i, 0], LONGEST_FALL_S, 0.0, zero, TOLERANCE, y, none, zero,
        np.empty((12, KNOT)),
    )  # fmt: skip
    return t_s - out[0] if why == CAME_DOWN else math.nan
