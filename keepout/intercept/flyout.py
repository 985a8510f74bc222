"""How long an interceptor flies to a point of the sky.

The interceptor is a point mass in a vertical plane over a round Earth that stands still,
with gravity falling as the square of the distance and drag in the standard atmosphere. Its
motor burns with constant thrust in a fixed direction: with gravity uniform and no air that
is exactly the way of least time to a point (Bryson and Ho, Applied Optimal Control, 1975,
section 2.7: the costate of velocity keeps its direction when only the final position is
asked for). A fan of such directions covers the sky; the time to each point is the least
over all of them.

What this leaves out. The vertical start and the turn out of the canister cost 1 to 2 s.
Thrust and velocity differ by some degrees while the speed is low; lift and the drag due to
it are not counted. Several stages or pulses are one motor with the same end. Nobody steers
after burnout, so endo-atmospheric reach is that of a thrown body: one that glides or lights
a second pulse reaches further. A flight that falls steeper than 45 degrees is not used. The
Earth's turning changes times of flight under five minutes by less than 1.5 % (tested).
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.atmosphere import TOP_M, air
from keepout.earth.geodesy import MEAN_RADIUS_M, MU_M3PS2
from keepout.flight.drag import cd_of
from keepout.kernel import kernel
from keepout.records.defence import FLYOUT_ALTS, FLYOUT_RANGES

FAN = 64
"""Directions of thrust from the horizon to the zenith, closer near the horizon."""

FAN_POWER = 1.5
BOOST_STEPS = 48
COAST_STEPS = 160
"""Steps of Runge and Kutta in the burn and from burnout to the longest flight."""

STEEPEST_FALL = math.sin(math.radians(45.0))
"""A flight ends where it falls steeper than this (sine of the angle)."""

MARGIN = 0.1
"""Flights are followed this share of the reach and of the ceiling beyond reach and ground,
so that the cells of the grid at its edges are whole."""

EDGE = 1e-9
"""A grid point this far outside a triangle, in its own coordinates, still counts."""


@kernel
def acceleration_mps2(x_m, y_m, vx_mps, vy_mps, mass_kg, area_m2, drag_law):
    """Gravity and drag on a body in the plane of its flight.

    x_m, y_m        ()  position from the centre of the Earth, y through the launcher [m]
    vx_mps, vy_mps  ()  velocity [m/s]
    mass_kg         ()  [kg]
    area_m2         ()  reference area of the drag coefficient [m2]
    drag_law        ()  row of the table in flight/drag.py
    returns         ()  x and y of the acceleration [m/s2]
    """
    r2 = x_m * x_m + y_m * y_m
    r = math.sqrt(r2)
    pull = -MU_M3PS2 / (r2 * r)
    ax = pull * x_m
    ay = pull * y_m
    alt_m = r - MEAN_RADIUS_M
    if alt_m < TOP_M:  # above, the air takes less than 1 mm/s2
        v = math.sqrt(vx_mps * vx_mps + vy_mps * vy_mps)
        rho_kgpm3, _, sound_mps = air(alt_m)
        cd = cd_of(drag_law, v / sound_mps)
        slow = -0.5 * rho_kgpm3 * v * cd * area_m2 / mass_kg
        ax += slow * vx_mps
        ay += slow * vy_mps
    return ax, ay


@kernel
def step_kernel(x, y, vx, vy, dt, mass, flow, tx, ty, area, law):
    """One step of the fourth-order method of Runge and Kutta.

    x, y, vx, vy  ()  position [m] and velocity [m/s] in the plane
    dt            ()  step [s]
    mass, flow    ()  mass at the start of the step [kg], loss of mass [kg/s]
    tx, ty        ()  thrust [N]
    area, law     ()  of the drag
    returns       ()  x, y, vx, vy after the step

    Source: Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.1.
    """
    kx, ky, kvx, kvy = 0.0, 0.0, 0.0, 0.0
    sx, sy, svx, svy = 0.0, 0.0, 0.0, 0.0
    for stage in range(4):
        c = dt * (0.0 if stage == 0 else (1.0 if stage == 3 else 0.5))
        w = dt / (6.0 if stage == 0 or stage == 3 else 3.0)
        m = mass - flow * c
        ux = vx + c * kvx
        uy = vy + c * kvy
        ax, ay = acceleration_mps2(x + c * kx, y + c * ky, ux, uy, m, area, law)
        kx, ky, kvx, kvy = ux, uy, ax + tx / m, ay + ty / m
        sx += w * kx
        sy += w * ky
        svx += w * kvx
        svy += w * kvy
    return x + sx, y + sy, vx + svx, vy + svy


@kernel
def boost_kernel(interceptor, elevation_rad):
    """Burn the motor of an interceptor in a fixed direction.

    interceptor    ()  INTERCEPTOR record
    elevation_rad  ()  direction of the thrust above the launcher's horizon
    returns        ()  x, y [m] and vx, vy [m/s] at burnout; nan if it falls to the ground (MARGIN)
    """
    dt = interceptor.burn_s / BOOST_STEPS
    flow = interceptor.propellant_kg / interceptor.burn_s
    tx = interceptor.thrust_n * math.cos(elevation_rad)
    ty = interceptor.thrust_n * math.sin(elevation_rad)
    area = interceptor.area_m2
    law = interceptor.drag_law
    bottom_m = MEAN_RADIUS_M - MARGIN * interceptor.ceiling_m
    x, y, vx, vy = 0.0, MEAN_RADIUS_M, 0.0, 0.0
    for k in range(BOOST_STEPS):
        mass = interceptor.mass_kg - flow * dt * k
        x, y, vx, vy = step_kernel(x, y, vx, vy, dt, mass, flow, tx, ty, area, law)
        if x * x + y * y < bottom_m * bottom_m:
            return math.nan, math.nan, math.nan, math.nan
    return x, y, vx, vy


@kernel
def ray_kernel(interceptor, elevation_rad, range_m, alt_m):
    """Fly one interceptor from burnout on, and note where it is at even times.

    interceptor    ()   INTERCEPTOR record
    elevation_rad  ()   direction of the thrust above the launcher's horizon
    range_m        (COAST_STEPS + 1,)  filled: ground range [m] from burnout on
    alt_m          (COAST_STEPS + 1,)  filled: height [m]
    returns        ()   number of points filled

    The points are (max_flight_s - burn_s) / COAST_STEPS apart in time. The flight ends
    where it falls steeper than 45 degrees, and past the ground or the reach (MARGIN).
    """
    x, y, vx, vy = boost_kernel(interceptor, elevation_rad)
    if x != x:
        return 0
    dt = (interceptor.max_flight_s - interceptor.burn_s) / COAST_STEPS
    mass = interceptor.mass_kg - interceptor.propellant_kg
    area = interceptor.area_m2
    law = interceptor.drag_law
    bottom_m = -MARGIN * interceptor.ceiling_m
    farthest_m = (1.0 + MARGIN) * interceptor.reach_m
    for k in range(COAST_STEPS + 1):
        r = math.sqrt(x * x + y * y)
        range_m[k] = MEAN_RADIUS_M * math.atan2(x, y)
        alt_m[k] = r - MEAN_RADIUS_M
        climb = (x * vx + y * vy) / r
        falling = climb < -STEEPEST_FALL * math.sqrt(vx * vx + vy * vy)
        if falling or alt_m[k] < bottom_m or range_m[k] > farthest_m:
            return k
        x, y, vx, vy = step_kernel(x, y, vx, vy, dt, mass, 0.0, 0.0, 0.0, area, law)
    return COAST_STEPS + 1


@kernel
def rasterise_kernel(time_s, ds, dh, s, h, t):
    """Enter the times of one triangle of the sky at the grid points it holds.

    time_s   (FLYOUT_RANGES, FLYOUT_ALTS)  grid, lowered where the triangle is earlier
    ds, dh   ()    spacing of the grid in range and height [m]
    s, h, t  (3,)  tuples: range [m], height [m] and time [s] of the corners

    Time is linear in the triangle (barycentric coordinates).
    """
    s0, s1, s2 = s
    h0, h1, h2 = h
    twice = (s1 - s0) * (h2 - h0) - (s2 - s0) * (h1 - h0)
    if twice == 0.0:
        return
    first_i = max(0, math.ceil(min(s0, s1, s2) / ds - EDGE))
    last_i = min(FLYOUT_RANGES - 1, math.floor(max(s0, s1, s2) / ds + EDGE))
    first_j = max(0, math.ceil(min(h0, h1, h2) / dh - EDGE))
    last_j = min(FLYOUT_ALTS - 1, math.floor(max(h0, h1, h2) / dh + EDGE))
    for i in range(first_i, last_i + 1):
        for j in range(first_j, last_j + 1):
            p = i * ds - s0
            q = j * dh - h0
            w1 = (p * (h2 - h0) - q * (s2 - s0)) / twice
            w2 = (q * (s1 - s0) - p * (h1 - h0)) / twice
            if w1 < -EDGE or w2 < -EDGE or w1 + w2 > 1.0 + EDGE:
                continue
            at_s = t[0] + w1 * (t[1] - t[0]) + w2 * (t[2] - t[0])
            if not time_s[i, j] <= at_s:  # also where the grid is still nan
                time_s[i, j] = at_s


@kernel
def flyout_kernel(interceptor, flyout):
    """Tabulate the shortest time of flight to every point an interceptor can meet.

    interceptor  ()  INTERCEPTOR record
    flyout       ()  FLYOUT record; time_s is filled: seconds from launch over ground range
                     0 to reach_m and height 0 to ceiling_m; nan where it cannot get
    returns      ()  number of grid points that it can reach

    Only flight after burnout counts. Below the lower floor one row of the grid is kept, for
    interpolation at the floor itself; flight_time_s holds to the floor. Errors: 0.1 % or
    0.02 s in the middle of the grid; at its edges up to one cell is lost (never gained).

    Source and limits: see the head of this file.
    """
    ranges = np.empty((FAN, COAST_STEPS + 1))
    alts = np.empty((FAN, COAST_STEPS + 1))
    time_s = flyout.time_s
    for i in range(FLYOUT_RANGES):
        for j in range(FLYOUT_ALTS):
            time_s[i, j] = math.nan
    ds = interceptor.reach_m / (FLYOUT_RANGES - 1)
    dh = interceptor.ceiling_m / (FLYOUT_ALTS - 1)
    dt = (interceptor.max_flight_s - interceptor.burn_s) / COAST_STEPS
    below = 0
    for i in range(-1, FAN - 1):
        elevation_rad = 0.5 * math.pi * math.power((i + 1) / (FAN - 1.0), FAN_POWER)
        count = ray_kernel(interceptor, elevation_rad, ranges[i + 1], alts[i + 1])
        both = min(below, count)
        below = count
        for k in range(both - 1):
            t0 = interceptor.burn_s + k * dt
            s = (ranges[i, k], ranges[i + 1, k], ranges[i, k + 1])
            h = (alts[i, k], alts[i + 1, k], alts[i, k + 1])
            rasterise_kernel(time_s, ds, dh, s, h, (t0, t0, t0 + dt))
            s = (ranges[i + 1, k + 1], ranges[i + 1, k], ranges[i, k + 1])
            h = (alts[i + 1, k + 1], alts[i + 1, k], alts[i, k + 1])
            rasterise_kernel(time_s, ds, dh, s, h, (t0 + dt, t0, t0 + dt))
    floor_m = interceptor.floor_m
    if 0.0 < interceptor.cruise_floor_m < floor_m:
        floor_m = interceptor.cruise_floor_m
    lowest = int(floor_m / dh)
    reached = 0
    for i in range(FLYOUT_RANGES):
        for j in range(FLYOUT_ALTS):
            if j < lowest:
                time_s[i, j] = math.nan
            reached += time_s[i, j] == time_s[i, j]
    return reached


@kernel
def flight_time_s(flyout, interceptor, ground_range_m, alt_m):
    """Time of flight of an interceptor to a point, from its table.

    flyout          ()  FLYOUT record, filled
    interceptor     ()  INTERCEPTOR record it was filled for
    ground_range_m  ()  along the surface from the launcher [m]
    alt_m           ()  height of the point [m]
    returns         ()  [s]; nan beyond reach, above the ceiling, below the floor, and
                        where the table says that it cannot get

    Bilinear. In a cell at the edge, with one corner out of reach, linear over the other
    three; with fewer, out of reach: a point is never called reachable by extrapolation.
    """
    if not alt_m >= interceptor.floor_m:
        return math.nan
    return table_time_s(flyout, interceptor, ground_range_m, alt_m)


@kernel
def table_time_s(flyout, interceptor, ground_range_m, alt_m):
    """As flight_time_s, down to the lowest floor that the table holds."""
    if not (0.0 <= ground_range_m <= interceptor.reach_m and alt_m <= interceptor.ceiling_m):
        return math.nan
    p = ground_range_m / interceptor.reach_m * (FLYOUT_RANGES - 1)
    q = alt_m / interceptor.ceiling_m * (FLYOUT_ALTS - 1)
    i = min(int(p), FLYOUT_RANGES - 2)
    j = min(int(q), FLYOUT_ALTS - 2)
    p -= i
    q -= j
    a = flyout.time_s[i, j]
    b = flyout.time_s[i + 1, j]
    c = flyout.time_s[i, j + 1]
    d = flyout.time_s[i + 1, j + 1]
    missing = (a != a) + (b != b) + (c != c) + (d != d)
    if missing == 0:
        return (1.0 - q) * ((1.0 - p) * a + p * b) + q * ((1.0 - p) * c + p * d)
    if missing > 1:
        return math.nan
    if a != a:
        return d + (1.0 - p) * (c - d) + (1.0 - q) * (b - d) if p + q >= 1.0 else math.nan
    if d != d:
        return a + p * (b - a) + q * (c - a) if p + q <= 1.0 else math.nan
    if b != b:
        return c + p * (d - c) + (1.0 - q) * (a - c) if p <= q else math.nan
    return b + (1.0 - p) * (a - b) + q * (d - b) if q <= p else math.nan
