"""Canned manoeuvres of a re-entry vehicle: one strength band, four profiles.

A crude model at the level of the open literature: a point mass with a parabolic drag polar and
a limit of load. No autopilot, no guidance law, no timing against a defence. The profiles only
say which way the lift points; the aim is reached because the manoeuvre is part of the flight
that is aimed.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import part

# which way the lift points; codes of Leg.steer, above those of the thrust
LIFT_HOLD, LIFT_SIDE = 10, 11

WEAVE_PERIOD_S = 8.0
"""Of the weaving profile; D, of the order of the time a body needs to fall 10 km."""
HOLD_RATE_PS = 0.3
"""How fast LIFT_HOLD takes out an error of path angle; D."""


@part
def lift(leg, t_s, y, v_mps, drag_mps2):
    """Lift and the drag due to it in one moment of a manoeuvre.

    leg        Leg   steer is a LIFT_* code
    y          (6,)  position [m], velocity [m/s], ECEF; v_mps () its speed
    drag_mps2  ()    deceleration by drag without lift
    returns    (lx, ly, lz, extra) [m/s2]: lift, and further deceleration along the path

    Parabolic polar: the best lift-to-drag ratio E stands at a lift of 2 E times the drag without
    lift, where lift doubles the drag (J. D. Anderson, Aircraft Performance and Design, sec.
    5.4). Lift is never more than that, nor than the limit of load. Valid for a rigid, trimmed
    body; no lag.
    """
    x, yy, z = y[0], y[1], y[2]
    vx, vy, vz = y[3] / v_mps, y[4] / v_mps, y[5] / v_mps
    r = math.sqrt(x * x + yy * yy + z * z)
    sin_path = (x * vx + yy * vy + z * vz) / r
    ux, uy, uz = x / r - sin_path * vx, yy / r - sin_path * vy, z / r - sin_path * vz
    cos_path = max(1e-9, math.sqrt(ux * ux + uy * uy + uz * uz))
    ux, uy, uz = ux / cos_path, uy / cos_path, uz / cos_path
    best = 2.0 * leg.lift_to_drag * drag_mps2
    most = min(leg.load_mps2, best)
    if leg.steer == LIFT_SIDE:
        ux, uy, uz = vy * uz - vz * uy, vz * ux - vx * uz, vx * uy - vy * ux
        a = most * math.cos(2.0 * math.pi * (t_s - leg.start_s) / WEAVE_PERIOD_S)
    else:
        want = (9.8 - v_mps * v_mps / r) * cos_path
        want += HOLD_RATE_PS * v_mps * (leg.hold_rad - math.asin(max(-1.0, min(1.0, sin_path))))
        a = min(most, max(-most, want))
    share = a / best if best > 0.0 else 0.0
    return a * ux, a * uy, a * uz, drag_mps2 * share * share
