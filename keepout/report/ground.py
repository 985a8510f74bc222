"""Places of events and flights over the ground, and the base map."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keepout.earth.geodesy import geodetic_from_ecef

COAST = Path(__file__).resolve().parent.parent / "assets" / "coast.json"


class Box(NamedTuple):
    """A part of the map [deg]."""

    west: float
    east: float
    south: float
    north: float

    def aspect(self) -> float:
        """Width over height on the ground, at the middle latitude."""
        return (self.east - self.west) / (self.north - self.south) * self.shrink()

    def shrink(self) -> float:
        """Length of a degree of longitude over one of latitude."""
        return math.cos(math.radians(0.5 * (self.south + self.north)))

    def covers(self, west: float, east: float, south: float, north: float) -> bool:
        """Whether a region overlaps the box."""
        return west < self.east and east > self.west and south < self.north and north > self.south


def box_around(points: np.ndarray, margin_deg: float, least_deg: float) -> Box:
    """The box that holds points (n, 2: lon, lat) with a margin, and is not too small."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    middle = 0.5 * (west + east), 0.5 * (south + north)
    half = [
        max(0.5 * (high - low) + margin_deg, 0.5 * least_deg)
        for low, high in ((west, east), (south, north))
    ]
    return Box(
        middle[0] - half[0], middle[0] + half[0], middle[1] - half[1], middle[1] + half[1]
    )  # fmt: skip


def geodetic(r_ecef_m: np.ndarray) -> np.ndarray:
    """Longitude, latitude [deg] and height [km] (n, 3) of ECEF points (n, 3) [m]."""
    out = np.empty((len(r_ecef_m), 3))
    for k, (x, y, z) in enumerate(np.asarray(r_ecef_m, np.float64).tolist()):
        lat_rad, lon_rad, alt_m = geodetic_from_ecef(x, y, z)
        out[k] = math.degrees(lon_rad), math.degrees(lat_rad), alt_m / 1e3
    return out


def event_place(event: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """Longitude, latitude [deg] and height [km] of an event; None if it has no place."""
    r = [event.get(f"{axis}_ecef_m") for axis in "xyz"]
    if any(value is None or not math.isfinite(value) for value in r):
        return None
    lon, lat, alt = geodetic(np.array([r], np.float64))[0].tolist()
    return lon, lat, alt


@cache
def coast() -> dict[str, Any]:
    """Coasts and borders of the region that ships, as lists of lines."""
    try:
        found: dict[str, Any] = json.loads(COAST.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def lines(kind: str, box: Box) -> list[np.ndarray]:
    """Coast or border lines (n, 2) that touch a box."""
    found = []
    for line in coast().get(kind, ()):
        points = np.array(line)
        low, high = points.min(axis=0), points.max(axis=0)
        if box.covers(low[0], high[0], low[1], high[1]):
            found.append(points)
    return found
