"""Free flight of one unpowered body to the ground."""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.flight.forces import free_leg
from keepout.flight.integrate import CAME_DOWN, KNOT, TIME_UP, TOLERANCE, fly_leg
from keepout.kernel import kernel, part

LONGEST_S = 7200.0
AIR_TOP_M = 90e3
CLIMB_TOLERANCE = 1e-8
"""Of a step while a body climbs out of the air. What drag does there, to a body that may fly for a
quarter of an hour after it, grows to tens of metres at impact if it is known to TOLERANCE only."""


@part
def _climb_s(x, y, z, vx, vy, vz):
    """Time until a body leaves the air, without drag [s]; 0 for one that does not.

    Under 10 m/s2, from how fast the height grows. Where drag brakes it the air is left later.
    """
    radius_m = math.sqrt(x * x + y * y + z * z)
    climb_mps = (x * vx + y * vy + z * vz) / radius_m
    left = climb_mps * climb_mps - 20.0 * (AIR_TOP_M - alt_of(x, y, z))
    if climb_mps <= 0.0 or left <= 0.0:
        return 0.0
    return max(0.0, 0.1 * (climb_mps - math.sqrt(left)))


@kernel
def impact_kernel(x, y, z, vx, vy, vz, beta_kgpm2, drag_law):
    """Where, how fast and when a body in free flight with drag reaches the ellipsoid.

    x, y, z [m], vx, vy, vz [m/s]  ()  ECEF, at time 0
    beta_kgpm2                     ()  mass / (Cd A) at the law's Mach 8 value [kg/m2]
    drag_law                       ()  DRAG_* of records/missile.py
    returns  (x, y, z, vx, vy, vz, t_s) at the surface; nan if it is still flying after 7200 s

    Source: forces.acceleration integrated by integrate.fly_leg, to about 1 m; to some 5 m over
    flights of a quarter of an hour and more. A body at or below the surface that does not climb
    has landed where it is.
    """
    if alt_of(x, y, z) <= 0.01 and x * vx + y * vy + z * vz <= 0.0:
        return x, y, z, vx, vy, vz, 0.0
    state = np.array((x, y, z, vx, vy, vz))
    work = np.empty((12, KNOT))
    knots = np.empty((0, KNOT))
    leg = free_leg(beta_kgpm2, drag_law)
    zero = np.int64(0)
    why, t_s = TIME_UP, 0.0
    climb_s = _climb_s(x, y, z, vx, vy, vz)
    if climb_s > 0.0:
        why, t_s, _ = fly_leg(
            leg, 0.0, climb_s, 0.0, zero, CLIMB_TOLERANCE, state, knots, zero, work
        )
    if why == TIME_UP:
        why, t_s, _ = fly_leg(leg, t_s, LONGEST_S, 0.0, zero, TOLERANCE, state, knots, zero, work)
    if why != CAME_DOWN:
        return math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan
    return state[0], state[1], state[2], state[3], state[4], state[5], t_s
