"""Two hundred different flights of a made-up missile over some 1,570 km, and their reference.

One liquid stage of two minutes, a gravity turn, cut-off, an apogee of 300 to 370 km, re-entry of
a cone: over the turning WGS 84 with J2, in the standard atmosphere, with drag by Mach number.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from keepout.earth.geodesy import ecef_from_geodetic, enu_matrix, geodetic_from_ecef
from keepout.flight.boost import pitch_times
from keepout.flight.forces import ALONG, FIXED, Leg, free_leg
from keepout.flight.outside import over_ground_m, slope_of
from keepout.records.missile import DRAG_CONE, DRAG_LARGE_LIQUID, MISSILE, STAGE

Numbers = NDArray[np.float64]

COUNT = 200
GROUND_M = 300.0
STEP_1, STEP_2, STEP_3 = 0.8191725134, 0.6710436067, 0.5497004779
"""Steps of a sequence that fills a cube evenly: powers of 1/1.2207440846."""


class FlightSet(NamedTuple):
    """Missile and stages, and of each flight launch (n, 3) ECEF [m] and control (n, 3)."""

    missile: Any
    stages: Any
    launch: Numbers
    control: Numbers

    def leg(self, n: int, kick_rad: float, steer: int) -> Leg:
        """The forces of a part of the powered flight."""
        stage, body = self.stages[0], self.missile
        lat, lon, _ = geodetic_from_ecef(*self.launch[n])
        enu = enu_matrix(lat, lon)
        az = self.control[n, 0]
        side = math.sin(az) * enu[0] + math.cos(az) * enu[1]
        u = math.cos(kick_rad) * enu[2] + math.sin(kick_rad) * side
        full_kg = body.payload_kg + stage.propellant_kg + stage.dry_kg
        return Leg(
            steer, int(stage.drag_law), 0.0, full_kg, stage.propellant_kg / stage.burn_s,
            stage.thrust_vac_n, stage.thrust_sl_n, stage.area_m2, u[0], u[1], u[2], 0.0, 0.0, 0.0,
        )  # fmt: skip

    def legs(self, n: int) -> list[tuple[float, Leg]]:
        """The parts of one powered flight: when each ends, and its forces."""
        rise_s, over_s = pitch_times(self.missile, self.stages)
        return [
            (rise_s, self.leg(n, 0.0, FIXED)),
            (over_s, self.leg(n, self.control[n, 1], FIXED)),
            (self.control[n, 2], self.leg(n, 0.0, ALONG)),
        ]


def the_flights(count: int = COUNT) -> FlightSet:
    """The flights: launch points over 600 km, azimuths over 50 deg, pitch-over and cut-off vary."""
    missile = np.zeros(1, MISSILE).view(np.recarray)
    body = missile[0]
    body.stages, body.payload_kg, body.rv_beta_kgpm2 = 1, 700.0, 5000.0
    body.rv_drag_law, body.separates = DRAG_CONE, 1
    stages = np.zeros(1, STAGE).view(np.recarray)
    stage = stages[0]
    stage.propellant_kg, stage.dry_kg, stage.burn_s = 14600.0, 1750.0, 122.0
    stage.thrust_vac_n, stage.thrust_sl_n = 296e3, 264e3
    stage.area_m2, stage.drag_law = math.pi * 0.625**2, DRAG_LARGE_LIQUID
    stage.spent_beta_kgpm2 = 150.0
    k = np.arange(count)
    a, b, c = (k * STEP_1) % 1.0, (k * STEP_2) % 1.0, (k * STEP_3) % 1.0
    lat, lon = np.radians(30.0 + 6.0 * a), np.radians(47.0 + 6.0 * b)
    launch = np.array(
        [ecef_from_geodetic(x, y, 1500.0 * z) for x, y, z in zip(lat, lon, c, strict=True)]
    )
    control = np.stack(
        [np.radians(245.0 + 50.0 * c), 0.118 + 0.012 * b, 119.9 + 1.4 * ((a + c) % 1.0)], axis=1
    )
    return FlightSet(body, stages, launch, control)


def solve(flights: FlightSet, n: int, method: str, rtol: float, atol: float) -> Numbers:
    """One flight by scipy's ``solve_ivp``, leg by leg: position, velocity and time (7,) at impact.

    The forces are compiled; the steps, and the search for the impact, are scipy's.
    """
    y, t_s = np.concatenate([flights.launch[n], np.zeros(3)]), 0.0

    def right(leg: Leg) -> Any:
        def at(t: float, state: Numbers) -> Numbers:
            out = np.empty(6)
            slope_of(t, state, leg, out)
            return out

        return at

    def ground(_: float, state: Numbers) -> float:
        height: float = over_ground_m(state, GROUND_M)
        return height

    ground.terminal, ground.direction = True, -1.0  # type: ignore[attr-defined]
    scale = np.array([atol] * 3 + [1e-3 * atol] * 3)
    for end_s, leg in flights.legs(n):
        leg_flown = solve_ivp(right(leg), (t_s, end_s), y, method, rtol=rtol, atol=scale)
        y, t_s = leg_flown.y[:, -1], end_s
    fall = free_leg(flights.missile.rv_beta_kgpm2, np.int64(flights.missile.rv_drag_law))
    flown = solve_ivp(
        right(fall), (t_s, 4000.0), y, method, rtol=rtol, atol=scale, events=ground
    )  # fmt: skip
    return np.append(flown.y_events[0][0], flown.t_events[0][0])


def reference(flights: FlightSet, flown: NDArray[np.int64]) -> Numbers:
    """Impacts (n, 7) of some flights by DOP853 with a relative tolerance of 1e-13."""
    return np.array([solve(flights, int(n), "DOP853", 1e-13, 1e-7) for n in flown])
