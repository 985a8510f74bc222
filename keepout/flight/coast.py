"""Free flight of one unpowered body to the ground."""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.flight.forces import free_leg
from keepout.flight.integrate import CAME_DOWN, KNOT, TOLERANCE, fly_leg
from keepout.kernel import kernel

LONGEST_S = 7200.0


@kernel
def impact_kernel(x, y, z, vx, vy, vz, beta_kgpm2, drag_law):
    """Where, how fast and when a body in free flight with drag reaches the ellipsoid.

    x, y, z [m], vx, vy, vz [m/s]  ()  ECEF, at time 0
    beta_kgpm2                     ()  mass / (Cd A) at the law's Mach 8 value [kg/m2]
    drag_law                       ()  DRAG_* of records/missile.py
    returns  (x, y, z, vx, vy, vz, t_s) at the surface; nan if it is still flying after 7200 s

    Source: forces.acceleration integrated by integrate.fly_leg, to about 1 m. A body at or below
    the surface that does not climb has landed where it is.
    """
    if alt_of(x, y, z) <= 0.01 and x * vx + y * vy + z * vz <= 0.0:
        return x, y, z, vx, vy, vz, 0.0
    state = np.array((x, y, z, vx, vy, vz))
    work = np.empty((12, KNOT))
    knots = np.empty((0, KNOT))
    leg = free_leg(beta_kgpm2, drag_law)
    zero = np.int64(0)
    why, t_s, _ = fly_leg(leg, 0.0, LONGEST_S, 0.0, zero, TOLERANCE, state, knots, zero, work)
    if why != CAME_DOWN:
        return math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan
    return state[0], state[1], state[2], state[3], state[4], state[5], t_s
