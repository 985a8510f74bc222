"""The ways of interceptors, for people to look at.

The trial loop knows a round's launch and its time of intercept, and nothing between. Here
the way is flown again with the model that made the flyout table (intercept/flyout.py): a
fan of thrust directions, of which the one that comes nearest to the intercept at its time
is drawn; what it misses by is spread over the flight.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import MEAN_RADIUS_M
from keepout.intercept.flyout import step_kernel

FAN = 40
"""Directions of thrust, from 2 degrees above the horizon to the zenith."""
BOOST_STEPS, COAST_STEPS = 12, 48
SAMPLES = 17
"""Points of a drawn way, evenly spaced in time."""
LEAST_FLIGHT_S = 1e-3


class Fan:
    """Flights of one interceptor in all directions of thrust: where it is, when."""

    def __init__(self, interceptor: Any) -> None:
        burn_s = float(interceptor["burn_s"])
        coast_s = max(float(interceptor["max_flight_s"]) - burn_s, 1.0)
        boost = np.linspace(0.0, burn_s, BOOST_STEPS + 1)
        coast = burn_s + np.linspace(0.0, coast_s, COAST_STEPS + 1)[1:]
        self.t_s = np.concatenate([boost, coast])
        elevations = np.radians(np.linspace(2.0, 90.0, FAN))
        self.place_m = np.array([self._flight(interceptor, float(e)) for e in elevations])

    def _flight(self, interceptor: Any, elevation_rad: float) -> np.ndarray:
        """Ground range and height [m] at every time of the fan, (n, 2)."""
        burn_s, mass_kg = float(interceptor["burn_s"]), float(interceptor["mass_kg"])
        flow = float(interceptor["propellant_kg"]) / burn_s
        thrust_n = float(interceptor["thrust_n"])
        push = thrust_n * np.cos(elevation_rad), thrust_n * np.sin(elevation_rad)
        area, law = float(interceptor["area_m2"]), int(interceptor["drag_law"])
        empty_kg = mass_kg - float(interceptor["propellant_kg"])
        x, y, vx, vy = 0.0, MEAN_RADIUS_M, 0.0, 0.0
        places = [(0.0, 0.0)]
        for begin_s, end_s in zip(self.t_s[:-1], self.t_s[1:]):
            burning = begin_s < burn_s - LEAST_FLIGHT_S
            mass = mass_kg - flow * begin_s if burning else empty_kg
            rate, push_x, push_y = (flow, *push) if burning else (0.0, 0.0, 0.0)
            x, y, vx, vy = step_kernel(
                x, y, vx, vy, float(end_s - begin_s), mass, rate, push_x, push_y, area, law
            )
            range_m = MEAN_RADIUS_M * math.atan2(x, y)
            places.append((range_m, math.sqrt(x * x + y * y) - MEAN_RADIUS_M))
        return np.array(places)

    def way(self, range_m: float, alt_m: float, flight_s: float) -> np.ndarray:
        """Ground range and height [m], (SAMPLES, 2), of a flight that ends there and then."""
        times = np.linspace(0.0, flight_s, SAMPLES)
        ends = np.array(
            [[np.interp(flight_s, self.t_s, flight[:, k]) for k in (0, 1)]
             for flight in self.place_m]
        )  # fmt: skip
        wanted = np.array([range_m, alt_m])
        best = int(np.argmin(np.hypot(*(ends - wanted).T)))
        flight = self.place_m[best]
        way = np.column_stack([np.interp(times, self.t_s, flight[:, k]) for k in (0, 1)])
        share = (times / max(flight_s, LEAST_FLIGHT_S))[:, None]
        bent: np.ndarray = way + share**2 * (wanted - ends[best])
        return bent


def way_ecef_m(
    fan: Fan, launcher_m: np.ndarray, meeting_m: np.ndarray, flight_s: float
) -> np.ndarray:
    """Earth-fixed points (SAMPLES, 3) [m] of a round from its launcher to its intercept."""
    start = float(np.linalg.norm(launcher_m))
    up = launcher_m / start
    along = meeting_m - up * float(up @ meeting_m)
    length = float(np.linalg.norm(along))
    east = along / length if length > 0.0 else np.zeros(3)
    range_m = MEAN_RADIUS_M * math.atan2(length, float(up @ meeting_m))
    alt_m = float(np.linalg.norm(meeting_m)) - start
    way = fan.way(range_m, alt_m, flight_s)
    angle = way[:, 0] / MEAN_RADIUS_M
    radius = (start + way[:, 1])[:, None]
    points = radius * (np.cos(angle)[:, None] * up + np.sin(angle)[:, None] * east)
    share = np.linspace(0.0, 1.0, SAMPLES)[:, None]
    whole: np.ndarray = points + share**2 * (meeting_m - points[-1])
    return whole
