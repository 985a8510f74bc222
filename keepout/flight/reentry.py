"""From the end of thrust to the ground: coast, re-entry and, where it can, a manoeuvre."""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.flight.coast import LONGEST_S
from keepout.flight.drag import cd_of
from keepout.flight.forces import FREE, Leg
from keepout.flight.integrate import CAME_DOWN, TURNED, fly_leg
from keepout.flight.manoeuvre import LIFT_HOLD, LIFT_SIDE
from keepout.kernel import part
from keepout.records.missile import GLIDE, MANOEUVRING, NO_MANOEUVRE, PULL_UP, WEAVE

# path angles that the profiles steer to, and the heights at which the last dive begins; D
PULL_UP_RAD, PULL_UP_END_M = math.radians(-15.0), 15e3
GLIDE_RAD, GLIDE_END_M = math.radians(-6.0), 25e3
DIVE_RAD = math.radians(-70.0)

# phases of a fall: to the apogee, to the top of the manoeuvre, the manoeuvre, the last dive
CLIMB, FALL, BEND, DROP = range(4)


@part
def descend_kernel(missile, t_s, ground_m, tolerance, y, knots, used, work):
    """Fly the re-entry vehicle from the end of thrust to the ground.

    missile   a MISSILE row
    t_s       ()     time of the state y (6,) [s]; y holds the impact on return
    ground_m  ()     height of the ground [m]
    knots, used, work  as fly_leg
    returns   (why, t_s, used, apogee_m): CAME_DOWN when all went well

    Profiles of a MANOEUVRING vehicle, begun when it falls through manoeuvre_top_m: PULL_UP
    flattens the path towards 15 deg down to 15 km, then dives towards 70 deg; GLIDE flattens it
    towards 6 deg down to 25 km, then dives; WEAVE swings from side to side; DIVE steepens at
    once. All as far as lift and load allow (manoeuvre.lift). First depth: open loop.
    """
    profile = missile.manoeuvre if missile.kind == MANOEUVRING else NO_MANOEUVRE
    area_m2 = 1.0 / (missile.rv_beta_kgpm2 * cd_of(np.int64(missile.rv_drag_law), 8.0))
    apogee_m, phase, why = 0.0, CLIMB, TURNED
    while True:
        steer, hold_rad, stop_m, turn = FREE, 0.0, ground_m, np.int64(0)
        if phase == CLIMB:
            turn = 1
        elif phase == FALL and profile != NO_MANOEUVRE:
            stop_m = max(ground_m, min(missile.manoeuvre_top_m, apogee_m - 1.0))
        elif phase == BEND:
            steer = LIFT_HOLD
            if profile == PULL_UP:
                hold_rad = PULL_UP_RAD
                stop_m = max(ground_m, min(PULL_UP_END_M, apogee_m - 2.0))
            elif profile == GLIDE:
                hold_rad = GLIDE_RAD
                stop_m = max(ground_m, min(GLIDE_END_M, apogee_m - 2.0))
            elif profile == WEAVE:
                steer = LIFT_SIDE
            else:
                hold_rad = DIVE_RAD
        elif phase == DROP:
            steer, hold_rad = LIFT_HOLD, DIVE_RAD
        leg = Leg(
            steer, np.int64(missile.rv_drag_law), t_s, 1.0, 0.0, 0.0, 0.0, area_m2, 0.0, 0.0,
            0.0, missile.lift_to_drag, missile.manoeuvre_load_mps2, hold_rad,
        )  # fmt: skip
        why, t_s, used = fly_leg(leg, t_s, LONGEST_S, stop_m, turn, tolerance, y, knots, used, work)
        if phase == CLIMB:
            apogee_m = alt_of(y[0], y[1], y[2])
        if why != TURNED and (why != CAME_DOWN or stop_m <= ground_m):
            return why, t_s, used, apogee_m
        phase += 1
