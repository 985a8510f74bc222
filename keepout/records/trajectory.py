"""A flight as samples, and what the truth of a trial is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .case import whole_lines

SAMPLES = 769
"""Samples of one tabulated flight, evenly spaced from launch to impact.

Columns: x, y, z [m] and vx, vy, vz [m/s], ECEF."""

LANE = np.dtype(
    [
        ("missile", np.int32),  # row in Case.missile
        ("area", np.int32),  # row in Case.area
        ("asset", np.int32),  # row in Case.asset
        ("reachable", np.int32),  # 0: beyond the missile's reach, never drawn
        ("cruise", np.int32),  # 1: a cruise missile or drone, under power to the end
        ("flight_s", np.float64),  # launch to impact
        ("dt_s", np.float64),  # between samples
        ("burnout_s", np.float64),  # end of the last burn; 0 for a cruise missile
        ("separation_s", np.float64),  # warhead alone from here
        ("apogee_m", np.float64),
        ("range_m", np.float64),
        ("burnout_speed_mps", np.float64),  # Earth-fixed
        ("impact_speed_mps", np.float64),
        ("impact_angle_rad", np.float64),  # below the horizon
        ("azimuth_rad", np.float64),  # of the launch
        ("kick_rad", np.float64),  # solution of the aim: pitch-over angle …
        ("cutoff_s", np.float64),  # … and time of thrust cut-off
    ]
)
"""One nominal flight: a missile type from an area to an asset."""

DROPS = 4
"""Spent stages of one flight whose fall is tabulated."""

DEBRIS_POINTS = 12
"""Times along a flight, evenly spaced, at which debris footprints are tabulated."""

FALL_POINTS = 17
"""Times of the powered flight, evenly spaced, from which the fall of the missile is tabulated."""

# the phase in which a missile fails
NO_FAILURE, IN_BOOST, AT_SEPARATION, IN_REENTRY = range(4)

WORLD = whole_lines(
    [
        ("flying", np.int32),  # 1 if the raid has this threat in this trial
        ("lane", np.int32),  # row in Case.lane
        ("launch_s", np.float64),
        ("impact_s", np.float64),  # if nothing stops it
        ("fail_s", np.float64),  # time of failure in flight, inf if none
        ("impact_east_m", np.float64),  # in the tangent plane of the aim asset
        ("impact_north_m", np.float64),
        ("phase", np.int32),  # of the failure: NO_FAILURE … IN_REENTRY
        ("lost", np.int32),  # 1 if every shot at it goes for the wrong object
        ("dud", np.int32),
        ("decoy", np.int32),  # 1 if it is none of the missiles
        ("launch_offset_m", np.float64, (3,)),  # ECEF, from the lane's launch point
        ("impact_offset_m", np.float64, (3,)),  # ECEF, from the lane's impact point
    ]
)
"""The truth of one trial, a row per threat: only measuring and killing may see it."""


@dataclass(frozen=True)
class Trajectory:
    """One flight as a person gets it from ``keepout.flight.fly``.

    t_s (n,), r_ecef_m (n, 3), v_ecef_mps (n, 3); ``lane`` holds the summary numbers,
    ``stage_impacts`` the place and time of every spent stage (lat, lon [deg], t [s]).
    """

    name: str
    t_s: np.ndarray
    r_ecef_m: np.ndarray
    v_ecef_mps: np.ndarray
    flight_s: float
    range_m: float
    apogee_m: float
    burnout_s: float
    burnout_alt_m: float
    burnout_speed_mps: float
    impact_lat_deg: float
    impact_lon_deg: float
    impact_speed_mps: float
    impact_angle_rad: float
    miss_m: float
    stage_impacts: tuple[tuple[float, float, float], ...] = ()
    way_m: float = math.nan  # length of a cruise missile's way along way-points
    twin: Trajectory | None = None  # of a manoeuvring missile: the same without manoeuvre
