"""Powered flight: straight up, pitch over, then a gravity turn, stage by stage."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.atmosphere import G0_MPS2
from keepout.earth.geodesy import enu_matrix, geodetic_from_ecef
from keepout.flight.forces import ALONG, FIXED, FREE, Leg
from keepout.flight.integrate import CAME_DOWN, TIME_UP, between, fly_leg
from keepout.kernel import kernel, lean, part

RISE_MPS = 40.0
"""Straight up to this speed: the V-2's 4 s (G. P. Sutton, Rocket Propulsion Elements, 3rd ed.), and
longer where there is less thrust; D."""
KICK_SHARE = 2.0
"""Then thrust stands at the kick angle for this many times as long; D."""


@part
def stack_kg(missile, stage, s, burning):
    """Mass [kg] at ignition of stage s, or after it was dropped; the shroud goes with the first.

    A shroud with a time of its own: shroud_change.
    """
    mass_kg = missile.payload_kg
    if s == 0 and burning:
        mass_kg += missile.shroud_kg
    for i in range(s if burning else s + 1, missile.stages):
        row = stage[missile.first_stage + i]
        mass_kg += row.propellant_kg + row.dry_kg
    return mass_kg


@part
def shroud_change(missile, s, burning, t_s):
    """What a shroud with a time of its own adds to stack_kg [kg], and when that ends [s]."""
    if missile.shroud_s <= 0.0:
        return 0.0, math.inf
    kept = t_s < missile.shroud_s - 1e-6
    counted = s == 0 and burning
    if kept:
        return 0.0 if counted else missile.shroud_kg, missile.shroud_s
    return -missile.shroud_kg if counted else 0.0, math.inf


@part
def burn_times(missile, stage, s):
    """Ignition and burnout [s] of stage s (0 is the first) after launch, if nothing is cut off."""
    t_s = 0.0
    for i in range(s):
        row = stage[missile.first_stage + i]
        t_s += row.burn_s + row.coast_s
    return t_s, t_s + stage[missile.first_stage + s].burn_s


@kernel
def pitch_times(missile, stage):
    """When the straight rise ends, and when the pitch-over ends [s]; see RISE_MPS."""
    row = stage[missile.first_stage]
    gain = row.thrust_sl_n / stack_kg(missile, stage, np.int64(0), True) - G0_MPS2
    rise_s = min(40.0, max(1.0, RISE_MPS / max(gain, 0.1)))
    return rise_s, (1.0 + KICK_SHARE) * rise_s


@kernel
def boost_kernel(missile, stage, launch_ecef_m, azimuth_rad, kick_rad, tolerance, y, knots, work):
    """Fly all stages to the end of the last burn.

    missile        a MISSILE row; stage the STAGE rows
    launch_ecef_m  (3,)    at rest on the turning Earth [m]
    azimuth_rad    ()      of the pitch-over, from north [rad]
    kick_rad       ()      angle of the thrust from the vertical during the pitch-over [rad]
    y              (6,)    is set here; holds the state at the end
    knots          (n, 10) gets every step; work (12, 10) scratch
    returns        (why, t_s, used) as fly_leg: TIME_UP when all went well

    Straight up, then thrust at the kick angle (pitch_times), then along the velocity over the
    ground. Source of the programme: D. Wright, Science & Global Security 3 (1992) 1, simplified.
    Point mass; no angle of attack, no throttling, constant mass flow.
    """
    lat, lon, ground_m = geodetic_from_ecef(launch_ecef_m[0], launch_ecef_m[1], launch_ecef_m[2])
    enu = enu_matrix(lat, lon)
    rise_s, over_s = pitch_times(missile, stage)
    ground_m -= 1.0
    for j in range(3):
        y[j], y[3 + j] = launch_ecef_m[j], 0.0
    t_s, why, burning = 0.0, TIME_UP, True
    used = s = none = np.int64(0)
    while s < missile.stages:
        row = stage[missile.first_stage + s]
        start_s, out_s = burn_times(missile, stage, s)
        steer, kick, end_s = ALONG, 0.0, out_s
        if not burning:
            steer, end_s = FREE, out_s + row.coast_s
        elif t_s < rise_s - 1e-6:
            steer, end_s = FIXED, min(out_s, rise_s)
        elif t_s < over_s - 1e-6:
            steer, kick, end_s = FIXED, kick_rad, min(out_s, over_s)
        shroud_kg, until_s = shroud_change(missile, s, burning, t_s)
        end_s = min(end_s, until_s)
        up, side = math.cos(kick), math.sin(kick)
        east, north = side * math.sin(azimuth_rad), side * math.cos(azimuth_rad)
        share = 1.0 if burning else 0.0
        leg = Leg(
            steer, np.int64(row.drag_law), start_s,
            stack_kg(missile, stage, s, burning) + shroud_kg,
            share * row.propellant_kg / row.burn_s, share * row.thrust_vac_n,
            share * row.thrust_sl_n, row.area_m2,
            up * enu[2, 0] + east * enu[0, 0] + north * enu[1, 0],
            up * enu[2, 1] + east * enu[0, 1] + north * enu[1, 1],
            up * enu[2, 2] + east * enu[0, 2] + north * enu[1, 2],
            0.0, 0.0, 0.0,
        )  # fmt: skip
        why, t_s, used = fly_leg(leg, t_s, end_s, ground_m, none, tolerance, y, knots, used, work)
        if why != TIME_UP or used >= len(knots):
            return CAME_DOWN, t_s, used
        if end_s == until_s:
            continue
        if not burning or (t_s > out_s - 1e-6 and s == missile.stages - 1):
            burning, s = True, s + 1
        elif t_s > out_s - 1e-6:
            burning = row.coast_s <= 0.0
            s += 1 if burning else 0
    return why, t_s, used


@lean
def state_at(knots, used, t_s, y):
    """Fill y (6,) with the state at a time, from the knots of a flight."""
    lo, hi = 0, used - 1
    while hi - lo > 1:
        mid = (lo + hi) // 2
        if knots[mid, 0] <= t_s:
            lo = mid
        else:
            hi = mid
    between(knots, lo, t_s, y)
