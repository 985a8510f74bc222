"""What pushes a body: thrust, drag by Mach number, gravity in the turning frame.

A flight is a row of legs. A Leg holds all that the right-hand side needs to know of one leg;
it never changes while the leg is flown.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from keepout.earth.atmosphere import P0_PA, air
from keepout.earth.geodesy import alt_of
from keepout.earth.gravity import free_fall
from keepout.flight.drag import cd_of
from keepout.flight.manoeuvre import LIFT_HOLD, lift
from keepout.kernel import kernel, lean

# where the thrust points
FREE, FIXED, ALONG = 0, 1, 2


class Leg(NamedTuple):
    """One leg: which forces act. All SI; directions in ECEF.

    A powered leg gives masses and the reference area; an unpowered one mass 1 and the area
    that makes the ballistic coefficient (free_leg).
    """

    steer: int  # FREE, FIXED, ALONG, or a LIFT_* of manoeuvre.py
    drag_law: int
    start_s: float  # time at which mass_kg holds
    mass_kg: float
    flow_kgps: float
    thrust_vac_n: float
    thrust_sl_n: float
    area_m2: float
    ux: float  # unit vector of a FIXED thrust
    uy: float
    uz: float
    lift_to_drag: float  # best, of the parabolic polar
    load_mps2: float  # limit of the side acceleration
    hold_rad: float  # path angle that LIFT_HOLD steers to


@kernel
def free_leg(beta_kgpm2, drag_law):
    """The leg of an unpowered body that only drag and gravity touch.

    beta_kgpm2  ()  mass / (Cd A) at the law's Mach 8 value [kg/m2]
    drag_law    ()  DRAG_* of records/missile.py
    """
    area_m2 = 1.0 / (beta_kgpm2 * cd_of(np.int64(drag_law), 8.0))
    return Leg(
        FREE, np.int64(drag_law), 0.0, 1.0, 0.0, 0.0, 0.0, area_m2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    )  # fmt: skip


@lean
def acceleration(leg, t_s, y):
    """Acceleration in the rotating frame at one moment of a leg.

    leg      Leg
    t_s      ()   [s]
    y        (6,) position [m] and velocity [m/s], ECEF
    returns  (ax, ay, az) [m/s2]

    Thrust runs from its sea-level to its vacuum value with the air's pressure (G. P. Sutton,
    Rocket Propulsion Elements, eq. 2-14); drag is 1/2 rho v2 Cd(M) A / m against the air,
    which turns with the Earth. Point mass, no angle of attack under thrust. Valid 0 to 1000 km
    (thinner air above is that of 1000 km).
    """
    x, vx, vy, vz = y[0], y[3], y[4], y[5]
    ax, ay, az = free_fall(x, y[1], y[2], vx, vy)
    rho, p_pa, sound_mps = air(alt_of(x, y[1], y[2]))
    v_mps = math.sqrt(vx * vx + vy * vy + vz * vz)
    mass_kg = leg.mass_kg - leg.flow_kgps * (t_s - leg.start_s)
    cd = cd_of(leg.drag_law, v_mps / sound_mps)
    drag = 0.5 * rho * v_mps * cd * leg.area_m2 / mass_kg  # times velocity
    along = -drag
    if leg.steer == ALONG or leg.steer == FIXED:
        push = leg.thrust_vac_n - (leg.thrust_vac_n - leg.thrust_sl_n) * p_pa / P0_PA
        push /= mass_kg
        if leg.steer == FIXED:
            ax += push * leg.ux
            ay += push * leg.uy
            az += push * leg.uz
        else:
            along += push / max(v_mps, 1.0)
    elif leg.steer >= LIFT_HOLD:
        lx, ly, lz, extra = lift(leg, t_s, y, v_mps, drag * v_mps)
        ax += lx
        ay += ly
        az += lz
        along -= extra / v_mps
    return ax + along * vx, ay + along * vy, az + along * vz
