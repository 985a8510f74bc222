"""What radars look at and batteries reach, as outlines: a replay draws them as volumes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.earth.geodesy import geodetic_from_ecef
from keepout.records.case import Case
from keepout.records.defence import FLYOUT_ALTS


def radars_of(case: Case, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Every radar: where it stands, its sector and its instrumented range."""
    found = []
    for row, said in zip(case.radar, names["radars"]):
        found.append(
            {
                "name": said["name"],
                "type": said["type"],
                **_site(row.r_ecef_m),
                "range_m": float(row.range_max_m),
                "azimuth_deg": math.degrees(row.azimuth_rad),
                "azimuth_half_deg": math.degrees(row.azimuth_half_rad),
                "elevation_min_deg": math.degrees(row.elevation_min_rad),
                "elevation_max_deg": math.degrees(row.elevation_max_rad),
                "shared": bool(row.shared),
                "owner": int(row.owner),
            }
        )
    return found


def batteries_of(case: Case, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Every battery: where it stands, and the outline of what its interceptor reaches."""
    found = []
    for row, said in zip(case.battery, names["batteries"]):
        interceptor = case.interceptor[row.interceptor]
        found.append(
            {
                "name": said["name"],
                "system": said["system"],
                "interceptor": said["interceptor"],
                **_site(row.r_ecef_m),
                "floor_m": float(interceptor.floor_m),
                "ceiling_m": float(interceptor.ceiling_m),
                "reach_m": float(interceptor.reach_m),
                "envelope_m": _envelope(interceptor, case.flyout[row.interceptor].time_s),
            }
        )
    return found


def _site(r_ecef_m: np.ndarray) -> dict[str, float]:
    lat_rad, lon_rad, alt_m = geodetic_from_ecef(*r_ecef_m)
    lat_deg, lon_deg = math.degrees(lat_rad), math.degrees(lon_rad)
    return {"lat_deg": lat_deg, "lon_deg": lon_deg, "alt_m": float(alt_m)}


def _envelope(interceptor: Any, time_s: np.ndarray) -> list[list[float]]:
    """Height and farthest ground range [m] there, from floor to ceiling; empty if it has none."""
    heights = np.linspace(0.0, float(interceptor.ceiling_m), FLYOUT_ALTS)
    step_m = float(interceptor.reach_m) / (time_s.shape[0] - 1)
    outline = []
    for k in np.flatnonzero(heights >= float(interceptor.floor_m)):
        reached = np.flatnonzero(np.isfinite(time_s[:, k]))
        if len(reached):
            outline.append([float(heights[k]), float(reached[-1] * step_m)])
    return outline
