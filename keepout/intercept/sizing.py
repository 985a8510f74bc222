"""The motor that gives an interceptor its published burnout speed."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.atmosphere import G0_MPS2
from keepout.intercept.flyout import boost_kernel
from keepout.kernel import kernel

ELEVATION_RAD = math.radians(60.0)
"""Direction of the thrust for which a published burnout speed is taken to hold, grade D.

No source says for which flight its speed is. A flight at 30 degrees ends its burn up to 12 %
slower (in thick air for longer), one straight up within 3 %."""

LEAST_SHARE, LARGEST_SHARE = 0.05, 0.92
"""Propellant over launch mass lies between these; solid motors reach 0.9 without payload."""

HALVINGS = 40


@kernel
def burnout_speed_mps(interceptor, elevation_rad):
    """Speed of an interceptor at burnout, gravity and drag included.

    interceptor    ()  INTERCEPTOR record
    elevation_rad  ()  direction of the thrust above the launcher's horizon
    returns        ()  [m/s] over a still Earth; nan if it falls to the ground

    Source and limits: intercept/flyout.py.
    """
    _, _, vx, vy = boost_kernel(interceptor, elevation_rad)
    return math.hypot(vx, vy)


def thrust_n(propellant_kg: float, impulse_s: float, burn_s: float) -> float:
    """Constant thrust of a motor [N]: propellant times specific impulse over the burn.

    Source: G. P. Sutton, Rocket Propulsion Elements, definition of specific impulse.
    """
    return propellant_kg * impulse_s * G0_MPS2 / burn_s


def motor_of(interceptor: np.record, speed_mps: float, impulse_s: float) -> tuple[float, float]:
    """Propellant [kg] and thrust [N] that reach a burnout speed with a specific impulse.

    ``interceptor`` gives the launch mass, burn and drag; its own propellant and thrust are
    not read. By bisection on the propellant: the speed grows with it. (nan, nan) if no share
    of propellant between LEAST_SHARE and LARGEST_SHARE does it.
    """
    trial = interceptor.copy()

    def speed_with(propellant_kg: float) -> float:
        trial.propellant_kg = propellant_kg
        trial.thrust_n = thrust_n(propellant_kg, impulse_s, float(trial.burn_s))
        return float(burnout_speed_mps(trial, ELEVATION_RAD))

    low_kg = LEAST_SHARE * float(interceptor.mass_kg)
    high_kg = LARGEST_SHARE * float(interceptor.mass_kg)
    if not speed_with(high_kg) >= speed_mps:
        return math.nan, math.nan
    for _ in range(HALVINGS):
        middle_kg = 0.5 * (low_kg + high_kg)
        if speed_with(middle_kg) >= speed_mps:
            high_kg = middle_kg
        else:
            low_kg = middle_kg
    return high_kg, thrust_n(high_kg, impulse_s, float(interceptor.burn_s))


def ideal_speed_mps(interceptor: np.record) -> float:
    """Burnout speed without gravity and air: the rocket equation [m/s].

    Source: K. E. Tsiolkovsky; G. P. Sutton, Rocket Propulsion Elements, eq. 4-5.
    """
    exhaust = interceptor.thrust_n * interceptor.burn_s / interceptor.propellant_kg
    end_kg = interceptor.mass_kg - interceptor.propellant_kg
    return float(exhaust * math.log(interceptor.mass_kg / end_kg))
