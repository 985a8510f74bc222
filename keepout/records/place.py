"""A place on or above the Earth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """A point over WGS 84: geodetic latitude and longitude [deg], height [m]."""

    lat_deg: float
    lon_deg: float
    alt_m: float = 0.0
