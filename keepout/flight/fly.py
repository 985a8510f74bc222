"""One flight from launch to impact: the kernel for lanes, and the door."""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import distance_kernel, enu_matrix, geodetic_from_ecef
from keepout.flight.aim import (
    KNOTS,
    LANDED,
    NO_LIFT_OFF,
    NOT_SOLVED,
    OUT_OF_RANGE,
    TOO_NEAR,
    aim_kernel,
    new_shot,
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


@kernel
def _bearing(launch, aim):
    """Azimuth of one ECEF point seen from another [rad], of the normal section."""
    lat, lon, _ = geodetic_from_ecef(launch[0], launch[1], launch[2])
    enu = enu_matrix(lat, lon)
    east, north = 0.0, 0.0
    for j in range(3):
        east += enu[0, j] * (aim[j] - launch[j])
        north += enu[1, j] * (aim[j] - launch[j])
    return math.atan2(east, north)


@kernel
def _fill(missile, shot, used, sample, lane):
    """Fly the solved flight once more; fill the samples, and the times and apogee of the lane."""
    y, cutoff_s = shot.y, lane.cutoff_s
    state_at(shot.boost, used, cutoff_s, y)
    lane.burnout_s = cutoff_s
    lane.burnout_speed_mps = math.sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    fall = np.empty((KNOTS, KNOT))
    _, flight_s, falls, apogee_m = descend_kernel(
        missile, cutoff_s, shot.ground_m, TOLERANCE, y, fall, np.int64(0), shot.work
    )
    last = len(sample) - 1
    lane.apogee_m = apogee_m
    lane.flight_s = flight_s
    lane.dt_s = flight_s / last
    lane.separation_s = cutoff_s if missile.separates else flight_s
    for i in range(last + 1):
        t_s = flight_s * i / last
        if t_s <= cutoff_s:
            state_at(shot.boost, used, t_s, y)
        else:
            state_at(fall, falls, t_s, y)
        for j in range(6):
            sample[i, j] = y[j]


@kernel
def _summarise(launch, impact, lane):
    """Range, impact speed and impact angle of a lane from its last sample (6,)."""
    lat0, lon0, _ = geodetic_from_ecef(launch[0], launch[1], launch[2])
    lat1, lon1, _ = geodetic_from_ecef(impact[0], impact[1], impact[2])
    lane.range_m = distance_kernel(lat0, lon0, lat1, lon1)
    enu = enu_matrix(lat1, lon1)
    v2, down = 0.0, 0.0
    for j in range(3):
        v2 += impact[3 + j] * impact[3 + j]
        down -= enu[2, j] * impact[3 + j]
    lane.impact_speed_mps = math.sqrt(v2)
    lane.impact_angle_rad = math.asin(max(-1.0, min(1.0, down / math.sqrt(max(v2, 1e-9)))))


@kernel
def lane_kernel(missile, stage, launch_ecef_m, aim_ecef_m, sample, lane, kick_rad=math.nan):
    """Aim and fly one missile from launch to impact.

    missile        a MISSILE row; stage the STAGE rows
    launch_ecef_m  (3,)  [m]; aim_ecef_m (3,) [m], its height is the ground
    sample         (n, 6) is filled with position and velocity, evenly spaced in time
    lane           a LANE row; all its f8 fields and ``reachable`` are filled
    kick_rad       ()    pitch-over to hold [rad]; nan: the one that needs the shortest burn
    returns        ()    LANDED or another code of END_SAYS; the impact is within 1 m of the aim

    Out of range, the flight of the longest range found in that direction is filled in; TOO_NEAR,
    that of the shortest. Sources: boost_kernel, descend_kernel, aim_kernel, cruise_kernel. The
    last stage can be cut off at any moment, solid or liquid: an assumption.
    """
    lane.reachable = 0
    lane.azimuth_rad = _bearing(launch_ecef_m, aim_ecef_m)
    lane.kick_rad, lane.cutoff_s = 0.0, 0.0
    code = LANDED
    if missile.kind == CRUISE:
        if not cruise_kernel(missile, launch_ecef_m, aim_ecef_m, sample, lane):
            lane.range_m = missile.max_range_m
            return OUT_OF_RANGE
    else:
        shot = new_shot(missile, stage, launch_ecef_m, aim_ecef_m)
        code, it = aim_kernel(missile, stage, launch_ecef_m, shot, lane.azimuth_rad, kick_rad)
        lane.azimuth_rad = it.azimuth_rad
        lane.kick_rad = it.kick_rad
        lane.cutoff_s = min(shot.last_s, max(shot.first_s, it.cutoff_s))
        if code >= NO_LIFT_OFF:  # nothing was flown to the ground
            return code
        _fill(missile, shot, it.used, sample, lane)
    lane.azimuth_rad %= 2.0 * math.pi
    _summarise(launch_ecef_m, sample[len(sample) - 1], lane)
    lane.reachable = 1 if code == LANDED else 0
    return code
