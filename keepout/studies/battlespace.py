"""The battlespace of one missile and one battery: when to launch at the latest, looks, geometry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.earth.geodesy import alt_of
from keepout.flight.drop import sample_at
from keepout.intercept.coverage import MOST_LOOKS, looks_kernel
from keepout.intercept.flyout import flight_time_s, table_time_s
from keepout.intercept.geometry import closing_kernel, meet_kernel
from keepout.intercept.window import ground_range_m
from keepout.records.defence import WINDOW_POINTS

Vector = NDArray[np.float64]


def meeting(
    battery_r_ecef_m: Any, interceptor: Any, flyout: Any, lane: Any, sample: Vector, t_s: float
) -> dict[str, float | None]:
    """How an interceptor meets a flight at one time after its launch.

    Keys: intercept_s, alt_km, ground_range_km, flight_s, elevation_deg (of the thrust), speed_mps
    of the interceptor, closing_mps, crossing_deg (0: head-on); None where no flight is found.
    """
    state = np.empty(6)
    sample_at(sample, float(lane.dt_s), t_s, state)
    alt_m = float(alt_of(*state[:3]))
    range_m = float(ground_range_m(battery_r_ecef_m, *state[:3]))
    about_s = float(table_time_s(flyout, interceptor, range_m, alt_m))
    elevation, flight_s, along, up, _ = meet_kernel(interceptor, range_m, alt_m, about_s)
    closing_mps, crossing = closing_kernel(battery_r_ecef_m, state, along, up)
    found = {
        "intercept_s": t_s, "alt_km": alt_m / 1e3, "ground_range_km": range_m / 1e3,
        "flight_s": float(flight_s), "elevation_deg": math.degrees(elevation),
        "speed_mps": math.hypot(along, up), "closing_mps": float(closing_mps),
        "crossing_deg": math.degrees(crossing),
        "target_speed_mps": float(np.hypot.reduce(state[3:])),
    }  # fmt: skip
    return {key: value if math.isfinite(value) else None for key, value in found.items()}


def looks_of(window: Any, ready_s: float, assess_s: float) -> list[tuple[float, float]]:
    """Launch and intercept [s after launch of the threat] of every look there is time for."""
    launch_s, intercept_s = np.empty(MOST_LOOKS), np.empty(MOST_LOOKS)
    count = looks_kernel(window, ready_s, assess_s, launch_s, intercept_s)
    return [(float(a), float(b)) for a, b in zip(launch_s[:count], intercept_s[:count])]


def battlespace(
    battery_r_ecef_m: Any, interceptor: Any, flyout: Any, lane: Any, sample: Vector, window: Any,
    ready_s: float, assess_s: float,
) -> dict[str, Any]:  # fmt: skip
    """Window, latest launch and looks of one battery at one flight, with the geometry of each.

    Times are seconds after launch of the threat. ``ready_s`` is from when on the battery may
    launch, inf for never. ``window`` None: the flight never comes within reach.
    """
    if window.open == 0:
        return {"window": None, "ready_s": _finite(ready_s), "latest_launch_s": None, "looks": []}
    ends = (0, WINDOW_POINTS - 1)

    def at(t_s: float) -> dict[str, float | None]:
        return meeting(battery_r_ecef_m, interceptor, flyout, lane, sample, t_s)

    return {
        "window": {
            "opens_s": float(window.launch_s[0]),
            "closes_s": float(window.launch_s[-1]),
            "first_intercept": at(float(window.intercept_s[ends[0]])),
            "last_intercept": at(float(window.intercept_s[ends[1]])),
        },
        "ready_s": _finite(ready_s),
        "latest_launch_s": float(window.launch_s[-1]),
        "spare_s": _finite(float(window.launch_s[-1]) - max(ready_s, float(window.launch_s[0]))),
        "looks": [
            {"launch_s": leave_s, **at(meet_s)}
            for leave_s, meet_s in looks_of(window, ready_s, assess_s)
        ],
    }


def table(interceptor: Any, flyout: Any, ranges_m: Vector, alts_m: Vector) -> list[dict[str, Any]]:
    """Time of flight and arrival of an interceptor over points of its engagement volume.

    One row for each range and height that it reaches: range_km, alt_km, flight_s, elevation_deg,
    speed_mps, climb_deg (of its path on arrival).
    """
    rows = []
    for range_m in ranges_m:
        for alt_m in alts_m:
            about_s = float(flight_time_s(flyout, interceptor, float(range_m), float(alt_m)))
            if math.isnan(about_s):
                continue
            elevation, flight_s, along, up, _ = meet_kernel(
                interceptor, float(range_m), float(alt_m), about_s
            )
            rows.append(
                {
                    "range_km": range_m / 1e3, "alt_km": alt_m / 1e3, "flight_s": float(flight_s),
                    "table_s": about_s, "elevation_deg": math.degrees(elevation),
                    "speed_mps": math.hypot(along, up),
                    "climb_deg": math.degrees(math.atan2(up, along)),
                }
            )  # fmt: skip
    return rows


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
