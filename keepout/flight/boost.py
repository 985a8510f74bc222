"""Powered flight: straight up, pitch over, then a gravity turn, stage by stage."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.earth.geodesy import enu_matrix, geodetic_from_ecef
from keepout.flight.forces import ALONG, FIXED, FREE, Leg
from keepout.flight.integrate import CAME_DOWN, TIME_UP, between, fly_leg
from keepout.kernel import kernel

RISE_S = 4.0
"""Straight up; V-2 practice as in G. P. Sutton, Rocket Propulsion Elements, 3rd ed.; B."""
KICK_S = 8.0
"""Then thrust stands at the kick angle from the vertical for this long; D."""


@kernel
def stack_kg(missile: Any, stage: np.ndarray, s: int) -> float:
    """Mass [kg] at ignition of stage s (0 is the first); the shroud goes with the first stage."""
    mass_kg = missile.payload_kg
    if s == 0:
        mass_kg += missile.shroud_kg
    for i in range(s, missile.stages):
        row = stage[missile.first_stage + i]
        mass_kg += row.propellant_kg + row.dry_kg
    return mass_kg


@kernel
def burn_times(missile: Any, stage: np.ndarray, s: int) -> tuple[float, float]:
    """Ignition and burnout [s] of stage s after launch, if nothing is cut off."""
    t_s = 0.0
    for i in range(s):
        row = stage[missile.first_stage + i]
        t_s += row.burn_s + row.coast_s
    return t_s, t_s + stage[missile.first_stage + s].burn_s


@kernel
def _burn_leg(
    missile: Any, stage: np.ndarray, s: int, start_s: float, steer: int, u: np.ndarray
) -> Leg:
    """The leg of stage s burning, or (FREE) of the next stage coasting to its ignition."""
    row = stage[missile.first_stage + s]
    if steer == FREE:
        return Leg(
            FREE, row.drag_law, start_s, stack_kg(missile, stage, s + 1), 0.0, 0.0, 0.0,
            row.area_m2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
        )  # fmt: skip
    return Leg(
        steer, row.drag_law, start_s, stack_kg(missile, stage, s), row.propellant_kg / row.burn_s,
        row.thrust_vac_n, row.thrust_sl_n, row.area_m2, u[0], u[1], u[2], 0.0, 0.0, 0.0,
    )  # fmt: skip


@kernel
def boost_kernel(
    missile: Any,
    stage: np.ndarray,
    launch_ecef_m: np.ndarray,
    azimuth_rad: float,
    kick_rad: float,
    tolerance: float,
    y: np.ndarray,
    knots: np.ndarray,
    work: np.ndarray,
) -> tuple[int, float, int]:
    """Fly all stages to the end of the last burn.

    missile        a MISSILE row; stage the STAGE rows
    launch_ecef_m  (3,)    at rest on the turning Earth [m]
    azimuth_rad    ()      of the pitch-over, from north [rad]
    kick_rad       ()      angle of the thrust from the vertical during the pitch-over [rad]
    y              (6,)    is set here; holds the state at the end
    knots          (n, 10) gets every step; work (12, 10) scratch
    returns        (why, t_s, used) as fly_leg: TIME_UP when all went well

    Straight up for 4 s, thrust at the kick angle for 8 s, then along the velocity over the
    ground. Source of the programme: D. Wright, Science & Global Security 3 (1992) 1, simplified.
    Point mass; no angle of attack, no throttling, constant mass flow.
    """
    lat, lon, ground_m = geodetic_from_ecef(launch_ecef_m[0], launch_ecef_m[1], launch_ecef_m[2])
    enu = enu_matrix(lat, lon)
    up = enu[2]
    tilted = math.cos(kick_rad) * up + math.sin(kick_rad) * (
        math.sin(azimuth_rad) * enu[0] + math.cos(azimuth_rad) * enu[1]
    )
    for j in range(3):
        y[j], y[3 + j] = launch_ecef_m[j], 0.0
    t_s, used, why = 0.0, 0, TIME_UP
    for s in range(missile.stages):
        start_s, out_s = burn_times(missile, stage, s)
        while t_s < out_s - 1e-6:
            if t_s < RISE_S - 1e-6:
                leg = _burn_leg(missile, stage, s, start_s, FIXED, up)
                end_s = min(out_s, RISE_S)
            elif t_s < RISE_S + KICK_S - 1e-6:
                leg = _burn_leg(missile, stage, s, start_s, FIXED, tilted)
                end_s = min(out_s, RISE_S + KICK_S)
            else:
                leg = _burn_leg(missile, stage, s, start_s, ALONG, up)
                end_s = out_s
            floor_m = ground_m - (0.0 if t_s > RISE_S else 10.0)
            why, t_s, used = fly_leg(leg, t_s, end_s, floor_m, 0, tolerance, y, knots, used, work)
            if why != TIME_UP:
                return why, t_s, used
        coast_s = stage[missile.first_stage + s].coast_s
        if s < missile.stages - 1 and coast_s > 0.0:
            leg = _burn_leg(missile, stage, s, t_s, FREE, up)
            why, t_s, used = fly_leg(
                leg, t_s, t_s + coast_s, ground_m, 0, tolerance, y, knots, used, work
            )
            if why != TIME_UP:
                return why, t_s, used
    return (TIME_UP if used < len(knots) else CAME_DOWN), t_s, used


@kernel
def knot_at(knots: np.ndarray, used: int, t_s: float) -> int:
    """Index of the knot that begins the step in which a time lies."""
    lo, hi = 0, used - 1
    while hi - lo > 1:
        mid = (lo + hi) // 2
        if knots[mid, 0] <= t_s:
            lo = mid
        else:
            hi = mid
    return lo


@kernel
def state_at(knots: np.ndarray, used: int, t_s: float, y: np.ndarray) -> None:
    """Fill y (6,) with the state at a time, from the knots of a flight."""
    i = knot_at(knots, used, t_s)
    between(knots[i], knots[i + 1], t_s, y)
