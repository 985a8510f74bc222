"""One flight from launch to impact: the kernel for lanes, and the door."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.earth.geodesy import alt_of, distance_kernel, enu_matrix, geodetic_from_ecef
from keepout.flight.aim import (
    LANDED,
    NO_LIFT_OFF,
    NOT_SOLVED,
    OUT_OF_RANGE,
    TOO_NEAR,
    Shot,
    best_kick,
    last_burn,
    settle,
    shot_frame,
)
from keepout.flight.boost import state_at
from keepout.flight.cruise import cruise_kernel
from keepout.flight.integrate import KNOT, TOLERANCE
from keepout.flight.reentry import descend_kernel
from keepout.kernel import kernel
from keepout.records.missile import CRUISE

END_SAYS = {
    LANDED: "it landed on the aim point",
    OUT_OF_RANGE: "the aim point is beyond this missile's longest range; choose a nearer one",
    TOO_NEAR: "the aim point is nearer than this missile can be made to fall; choose a farther one",
    NO_LIFT_OFF: "the missile comes down before its motors burn out; check thrust and masses",
    NOT_SOLVED: "no pitch-over and cut-off were found that reach the aim point",
}

KNOTS = 1500


@kernel
def new_shot(
    missile: Any, stage: np.ndarray, launch_ecef_m: np.ndarray, aim_ecef_m: np.ndarray
) -> Shot:
    """Geometry and scratch for one aim."""
    frame, psi_rad = shot_frame(launch_ecef_m, aim_ecef_m)
    first_s, last_s = last_burn(missile, stage)
    ground_m = alt_of(aim_ecef_m[0], aim_ecef_m[1], aim_ecef_m[2])
    return Shot(
        frame, psi_rad, ground_m, first_s, last_s, TOLERANCE, np.empty(6),
        np.empty((KNOTS, KNOT)), np.empty((0, KNOT)), np.empty((12, KNOT)),
    )  # fmt: skip


@kernel
def bearing_kernel(start_ecef_m: np.ndarray, end_ecef_m: np.ndarray) -> float:
    """Azimuth of one ECEF point seen from another [rad], of the normal section."""
    lat, lon, _ = geodetic_from_ecef(start_ecef_m[0], start_ecef_m[1], start_ecef_m[2])
    enu = enu_matrix(lat, lon)
    east = np.sum(enu[0] * (end_ecef_m - start_ecef_m))
    return math.atan2(east, np.sum(enu[1] * (end_ecef_m - start_ecef_m)))


@kernel
def _fill(
    missile: Any, shot: Shot, used: int, cutoff_s: float, sample: np.ndarray, lane: Any
) -> np.ndarray:
    """Fly the solved flight once more, fill the samples and times of the lane; the impact (6,)."""
    y = shot.y
    state_at(shot.boost, used, cutoff_s, y)
    lane.burnout_s = cutoff_s
    lane.cutoff_s = cutoff_s
    lane.burnout_speed_mps = math.sqrt(y[3] ** 2 + y[4] ** 2 + y[5] ** 2)
    fall = np.empty((KNOTS, KNOT))
    _, flight_s, falls, lane.apogee_m = descend_kernel(
        missile, cutoff_s, shot.ground_m, shot.tolerance, y, fall, 0, shot.work
    )
    impact = y.copy()
    last = len(sample) - 1
    lane.flight_s = flight_s
    lane.dt_s = flight_s / last
    lane.separation_s = cutoff_s if missile.separates else flight_s
    for i in range(last):
        t_s = i * lane.dt_s
        if t_s <= cutoff_s:
            state_at(shot.boost, used, t_s, y)
        else:
            state_at(fall, falls, t_s, y)
        sample[i] = y
    sample[last] = impact
    return impact


@kernel
def _summarise(launch_ecef_m: np.ndarray, impact: np.ndarray, lane: Any) -> None:
    """Range, impact speed and impact angle of a lane."""
    lat0, lon0, _ = geodetic_from_ecef(launch_ecef_m[0], launch_ecef_m[1], launch_ecef_m[2])
    lat1, lon1, _ = geodetic_from_ecef(impact[0], impact[1], impact[2])
    lane.range_m = distance_kernel(lat0, lon0, lat1, lon1)
    v = math.sqrt(impact[3] ** 2 + impact[4] ** 2 + impact[5] ** 2)
    down = -np.sum(enu_matrix(lat1, lon1)[2] * impact[3:6])
    lane.impact_speed_mps = v
    lane.impact_angle_rad = math.asin(down / v) if v > 0.0 else 0.5 * math.pi


@kernel
def lane_kernel(
    missile: Any,
    stage: np.ndarray,
    launch_ecef_m: np.ndarray,
    aim_ecef_m: np.ndarray,
    sample: np.ndarray,
    lane: Any,
) -> int:
    """Aim and fly one missile from launch to impact, with the shortest burn that reaches.

    missile        a MISSILE row; stage the STAGE rows
    launch_ecef_m  (3,)  [m]; aim_ecef_m (3,) [m], its height is the ground
    sample         (n, 6) is filled with position and velocity, evenly spaced in time
    lane           a LANE row; all its f8 fields and ``reachable`` are filled
    returns        ()    LANDED or another code of END_SAYS; the impact is within 1 m of the aim

    Out of range, range_m holds the longest range found in that direction. Source of the flight
    model: boost_kernel, descend_kernel. A control that steers for the least energy is assumed;
    thrust of the last stage is cut off freely, solid or liquid.
    """
    return lane_at_kick_kernel(missile, stage, launch_ecef_m, aim_ecef_m, math.nan, sample, lane)


@kernel
def lane_at_kick_kernel(
    missile: Any,
    stage: np.ndarray,
    launch_ecef_m: np.ndarray,
    aim_ecef_m: np.ndarray,
    kick_rad: float,
    sample: np.ndarray,
    lane: Any,
) -> int:
    """As lane_kernel, with the pitch-over angle given; nan: the one of least energy."""
    lane.reachable = 0
    if missile.kind == CRUISE:
        lane.kick_rad, lane.cutoff_s = 0.0, 0.0
        lane.azimuth_rad = bearing_kernel(launch_ecef_m, aim_ecef_m)
        if not cruise_kernel(missile, launch_ecef_m, aim_ecef_m, sample, lane):
            lane.range_m = missile.max_range_m
            return OUT_OF_RANGE
        _summarise(launch_ecef_m, sample[len(sample) - 1], lane)
        lane.reachable = 1
        return LANDED
    shot = new_shot(missile, stage, launch_ecef_m, aim_ecef_m)
    az = bearing_kernel(launch_ecef_m, aim_ecef_m)
    cutoff_s, slope = shot.last_s, 0.01
    if kick_rad != kick_rad:
        kick_rad, cutoff_s, slope, az = best_kick(missile, stage, launch_ecef_m, shot, az)
    code, used, az, cutoff_s, _ = settle(
        missile, stage, launch_ecef_m, shot, az, kick_rad, cutoff_s, slope
    )
    lane.azimuth_rad, lane.kick_rad = az % (2.0 * math.pi), kick_rad
    if code == NO_LIFT_OFF or code == NOT_SOLVED:
        return code
    impact = _fill(missile, shot, used, cutoff_s, sample, lane)
    _summarise(launch_ecef_m, impact, lane)
    lane.reachable = 1 if code == LANDED else 0
    return code
