"""Many trials as few shapes: tubes that hold most flights, and where all of them came down.

A tube follows all flights of the trials from one launch area to one asset. At every share of
the flight it holds the 5th to 95th percentile of height and of distance to the side, each by
itself: so it holds rather less than 90 % of the flights at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout.earth.geodesy import A_M, B_M, place_of
from keepout.engine.tracks import sample_flights
from keepout.errors import InputError
from keepout.records import event as e
from keepout.records.place import Place
from keepout.studies.explain import Opened, Replay, repeat

SHARES = 33
"""Points along a tube, evenly spaced in the share of the flight from launch to its end."""
QUANTILES = (0.05, 0.5, 0.95)
MOST_TRIALS = 200
LEAST_FLIGHTS = 8
"""A corridor with fewer flights has no percentiles worth drawing."""


def spread(opened: Opened, trials: int) -> dict[str, Any]:
    """Tubes and impacts over the first trials of a run.

    Keys: trials; quantiles; tubes, a list of area, asset, flights and points, each point
    lat_deg, lon_deg and the quantiles of height [m] and of distance to the right [m]; impacts,
    a list of lat_deg, lon_deg and the row of the cause.
    """
    most = min(MOST_TRIALS, len(opened.run.outcomes))
    if not 1 <= trials <= most:
        raise InputError.one(
            "trials", f"{trials} trials cannot be put together", path="trials",
            help=f"from 1 to {most} can",
        )  # fmt: skip
    flights: dict[tuple[int, int], list[np.ndarray]] = {}
    impacts: list[list[float]] = []
    for trial in range(trials):
        again = repeat(opened, trial)
        for corridor, r_ecef_m in _flights(again):
            flights.setdefault(corridor, []).append(r_ecef_m)
        impacts += _impacts(again)
    places = opened.made.resolved["places"]
    tubes = [
        {
            "area": places["areas"][area]["id"],
            "asset": places["assets"][asset]["id"],
            "flights": len(some),
            "points": tube(np.array(some)),
        }
        for (area, asset), some in sorted(flights.items())
        if len(some) >= LEAST_FLIGHTS
    ]
    return {"trials": trials, "quantiles": QUANTILES, "tubes": tubes, "impacts": impacts}


def _flights(again: Replay) -> list[tuple[tuple[int, int], np.ndarray]]:
    """Corridor and points (SHARES, 3) of every flight that reached its end by itself.

    Failed and intercepted missiles are left out: their flights end in the air.
    """
    found = []
    for flight in sample_flights(again.case, again.world, again.scratch.fate):
        if again.scratch.fate[flight.threat].status != 0:
            continue
        lane = again.case.lane[again.world[flight.threat].lane]
        at = np.linspace(flight.t_s[0], flight.t_s[-1], SHARES)
        points = np.column_stack(
            [np.interp(at, flight.t_s, flight.r_ecef_m[:, k]) for k in range(3)]
        )
        found.append(((int(lane.area), int(lane.asset)), points))
    return found


def _impacts(again: Replay) -> list[list[float]]:
    """Latitude, longitude [deg] and cause of every arrival."""
    rows = again.events[np.isin(again.events.kind, [e.IMPACT, e.DUD])]
    found = []
    for row in rows:
        place = place_of(row.r_ecef_m)
        found.append([round(place.lat_deg, 4), round(place.lon_deg, 4), int(row.value)])
    return found


def tube(flights_ecef_m: np.ndarray) -> list[dict[str, Any]]:
    """The points of a tube from flights (n, SHARES, 3) [m]."""
    middle = np.median(flights_ecef_m, axis=0)
    up = middle / np.linalg.norm(middle, axis=1)[:, None]
    along = np.gradient(middle, axis=0)
    right = np.cross(along, up)
    right /= np.linalg.norm(right, axis=1)[:, None]
    aside_m = np.einsum("nsk,sk->ns", flights_ecef_m - middle, right)
    height_m = _heights_m(flights_ecef_m)
    sides = np.quantile(aside_m, QUANTILES, axis=0).T
    heights = np.quantile(height_m, QUANTILES, axis=0).T
    points = []
    for r, height, side in zip(middle, heights, sides):
        place: Place = place_of(r)
        points.append(
            {
                "lat_deg": round(place.lat_deg, 5),
                "lon_deg": round(place.lon_deg, 5),
                "alt_m": [round(float(h), 1) for h in height],
                "right_m": [round(float(s), 1) for s in side],
            }
        )
    return points


def _heights_m(r_ecef_m: np.ndarray) -> np.ndarray:
    """Heights (…) [m] of points (…, 3), within 3 m up to 500 km: along the radius, not the normal.

    The normal and the radius are at most 0.19 degrees apart.
    """
    radius = np.linalg.norm(r_ecef_m, axis=-1)
    sine = r_ecef_m[..., 2] / radius
    flat = 1.0 + ((A_M / B_M) ** 2 - 1.0) * sine**2
    heights: np.ndarray = radius - A_M / np.sqrt(flat)
    return heights
