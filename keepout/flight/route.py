"""A cruise missile along way-points: the door to route_kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout import elementary as math
from keepout.earth.geodesy import ecef_m, enu_matrix, great_circle_m, place_of
from keepout.errors import FlightError
from keepout.flight.cruise import FLOWN, TOO_LONG, route_kernel
from keepout.records.place import Place
from keepout.records.trajectory import LANE, SAMPLES

MOST_WAYPOINTS = 50


@dataclass(frozen=True)
class Waypoint:
    """A place on the way, and how the leg towards it is flown; nan: as the missile does."""

    place: Place
    speed_mps: float = math.nan
    alt_m: float = math.nan


def fly_route(
    missile: Any, launch: Place, aim: Place, via: Sequence[Waypoint], last: Waypoint | None = None
) -> tuple[Any, NDArray[np.float64], float]:
    """LANE row, samples (n, 6) and length of the way [m] of a flight along way-points.

    last  how the leg to the aim is flown; its place does not count

    Raises FlightError where the way is too long, or a leg too short for its turns.
    """
    if len(via) > MOST_WAYPOINTS:
        raise FlightError(f"{len(via)} way-points are more than {MOST_WAYPOINTS}")
    legs = [*via, last or Waypoint(aim)]
    places = [launch, *(each.place for each in via), aim]
    speeds = [_given(leg.speed_mps, float(missile.cruise_speed_mps)) for leg in legs]
    heights = [_given(leg.alt_m, float(missile.cruise_alt_m)) for leg in legs]
    for speed, height in zip(speeds, heights):
        if not (1.0 <= speed <= 3000.0 and 0.0 <= height <= 30e3):
            raise FlightError(
                f"a leg at {speed:,.0f} m/s and {height:,.0f} m is none of a cruise missile: "
                "1 to 3,000 m/s, 0 to 30 km"
            )
    lane = np.zeros(1, LANE).view(np.recarray)[0]
    sample = np.zeros((SAMPLES, 6))
    points = np.array([ecef_m(place) for place in places])
    code = route_kernel(
        float(missile.max_range_m), points, np.array(speeds), np.array(heights), sample, lane
    )
    way_m = float(lane.range_m)
    if code == TOO_LONG:
        raise FlightError(
            f"the way is {way_m / 1e3:,.0f} km long; this missile flies at most "
            f"{missile.max_range_m / 1e3:,.0f} km"
        )
    if code != FLOWN:
        raise FlightError(
            "a leg is too short for the turns at its ends: leave out a way-point, or fly slower"
        )
    _summarise(lane, sample, places)
    return lane, sample, way_m


def _given(value: float, default: float) -> float:
    return default if math.isnan(value) else value


def _summarise(lane: Any, sample: NDArray[np.float64], places: list[Place]) -> None:
    """What lane_kernel would fill in: range over the ground, azimuth, impact speed and angle."""
    start, end = places[0], places[-1]
    axes = enu_matrix(math.radians(start.lat_deg), math.radians(start.lon_deg))
    east, north, _ = (_along(axis, sample[1, :3] - sample[0, :3]) for axis in axes)
    lane.reachable = 1
    lane.azimuth_rad = math.atan2(east, north) % (2.0 * math.pi)
    lane.range_m = great_circle_m(start, end)
    v = sample[-1, 3:]
    at = place_of(sample[-1, :3])
    up = enu_matrix(math.radians(at.lat_deg), math.radians(at.lon_deg))[2]
    lane.impact_speed_mps = math.sqrt(_along(v, v))
    lane.impact_angle_rad = -math.asin(_along(up, v) / float(lane.impact_speed_mps))


def _along(a: Any, b: Any) -> float:
    return sum(float(x) * float(y) for x, y in zip(a, b))
