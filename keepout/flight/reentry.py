"""From the end of thrust to the ground: coast, re-entry and, where it can, a manoeuvre."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.flight.coast import LONGEST_S
from keepout.flight.forces import FREE, Leg
from keepout.flight.drag import cd_of
from keepout.flight.integrate import TURNED, fly_leg
from keepout.flight.manoeuvre import LIFT_HOLD, LIFT_SIDE
from keepout.kernel import kernel
from keepout.records.missile import DIVE, GLIDE, MANOEUVRING, NO_MANOEUVRE, PULL_UP, WEAVE

# path angles that the profiles steer to, and the height at which a glide ends; D
CLIMB_RAD = math.radians(5.0)
GLIDE_RAD = math.radians(-6.0)
DIVE_RAD = math.radians(-70.0)
GLIDE_END_M = 25e3


@kernel
def _vehicle_leg(missile: Any, steer: int, start_s: float, hold_rad: float) -> Leg:
    """The leg of the re-entry vehicle of a MISSILE row, with lift where steer is LIFT_*."""
    area_m2 = 1.0 / (missile.rv_beta_kgpm2 * cd_of(missile.rv_drag_law, 8.0))
    return Leg(
        steer, missile.rv_drag_law, start_s, 1.0, 0.0, 0.0, 0.0, area_m2, 0.0, 0.0, 0.0,
        missile.lift_to_drag, missile.manoeuvre_load_mps2, hold_rad,
    )  # fmt: skip


@kernel
def descend_kernel(
    missile: Any,
    t_s: float,
    ground_m: float,
    tolerance: float,
    y: np.ndarray,
    knots: np.ndarray,
    used: int,
    work: np.ndarray,
) -> tuple[int, float, int, float]:
    """Fly the re-entry vehicle from the end of thrust to the ground.

    missile   a MISSILE row
    t_s       ()     time of the state y (6,) [s]; y holds the impact on return
    ground_m  ()     height of the ground [m]
    knots, used, work  as fly_leg
    returns   (why, t_s, used, apogee_m): CAME_DOWN when all went well

    Profiles of a MANOEUVRING vehicle, begun when it falls through manoeuvre_top_m: PULL_UP
    steers the path up until it climbs, then down to 70 deg; GLIDE holds a shallow path to 25 km,
    then dives; WEAVE swings from side to side; DIVE steepens at once. All as far as lift and load
    allow (manoeuvre.lift). First depth: open loop, one strength.
    """
    free = _vehicle_leg(missile, FREE, t_s, 0.0)
    why, t_s, used = fly_leg(
        free, t_s, LONGEST_S, ground_m, 1, tolerance, y, knots, used, work
    )
    apogee_m = alt_of(y[0], y[1], y[2])
    if why != TURNED:
        return why, t_s, used, apogee_m
    profile = missile.manoeuvre if missile.kind == MANOEUVRING else NO_MANOEUVRE
    if profile == NO_MANOEUVRE:
        why, t_s, used = fly_leg(
            free, t_s, LONGEST_S, ground_m, 0, tolerance, y, knots, used, work
        )
        return why, t_s, used, apogee_m
    if apogee_m > missile.manoeuvre_top_m:
        top_m = missile.manoeuvre_top_m
        why, t_s, used = fly_leg(free, t_s, LONGEST_S, top_m, 0, tolerance, y, knots, used, work)
    # every profile is at most a first leg and a last one
    steer, hold_rad, stop_m, turn = LIFT_HOLD, DIVE_RAD, ground_m, 0
    if profile == PULL_UP:
        hold_rad, turn = CLIMB_RAD, -1
    elif profile == GLIDE:
        hold_rad = GLIDE_RAD
        if alt_of(y[0], y[1], y[2]) > GLIDE_END_M:
            stop_m = GLIDE_END_M
    elif profile == WEAVE:
        steer = LIFT_SIDE
    leg = _vehicle_leg(missile, steer, t_s, hold_rad)
    why, t_s, used = fly_leg(leg, t_s, LONGEST_S, stop_m, turn, tolerance, y, knots, used, work)
    if why == TURNED or stop_m > ground_m:
        leg = _vehicle_leg(missile, LIFT_HOLD, t_s, DIVE_RAD)
        why, t_s, used = fly_leg(
            leg, t_s, LONGEST_S, ground_m, 0, tolerance, y, knots, used, work
        )
    return why, t_s, used, apogee_m
