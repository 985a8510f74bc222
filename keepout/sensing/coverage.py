"""Where a radar sees: the ground range of its coverage at a height, and ranges by cross-section."""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import ecef_m
from keepout.records.place import Place
from keepout.sensing.radar import SEEN, observe, sees

HALVINGS = 40
STEPS = 400


def place_beyond(site: Place, azimuth_rad: float, ground_m: float, alt_m: float) -> Place:
    """A place at a height, a great circle away from a site on the sphere of the mean radius."""
    arc = ground_m / 6_371_008.8
    lat, lon = math.radians(site.lat_deg), math.radians(site.lon_deg)
    sine = math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(azimuth_rad)
    there = math.asin(min(max(sine, -1.0), 1.0))
    east = math.sin(azimuth_rad) * math.sin(arc) * math.cos(lat)
    lon += math.atan2(east, math.cos(arc) - math.sin(lat) * math.sin(there))
    turned = (math.degrees(lon) + 180.0) % 360.0 - 180.0
    return Place(lat_deg=math.degrees(there), lon_deg=turned, alt_m=alt_m)


def is_covered(radar: Any, place: Place, rcs_m2: float, snr_needed: float) -> bool:
    """Whether a whole dwell at a place reaches a signal-to-noise ratio, inside the field of regard.

    ``radar`` is a RADAR row whose ``track_snr`` is 0: looks are not shortened.
    """
    x, y, z = (float(each) for each in ecef_m(place))
    if sees(radar, x, y, z) != SEEN:
        return False
    return bool(observe(radar, x, y, z, rcs_m2)[3] >= snr_needed)


def reach_m(
    radar: Any, site: Place, azimuth_rad: float, alt_m: float, rcs_m2: float, snr_needed: float
) -> tuple[float, float]:
    """Nearest and farthest ground range [m] of the coverage in one direction; nan if none.

    Looked for in STEPS steps up to the instrumented range, the ends by halving; a hole between
    them (none of the radars of the catalogue has one) would be passed over.
    """
    step_m = float(radar.range_max_m) / STEPS

    def seen(ground_m: float) -> bool:
        return is_covered(
            radar, place_beyond(site, azimuth_rad, ground_m, alt_m), rcs_m2, snr_needed
        )

    inside = [k for k in range(STEPS + 1) if seen(k * step_m)]
    if not inside:
        return math.nan, math.nan
    ends = []
    for yes, no in ((inside[0], inside[0] - 1), (inside[-1], inside[-1] + 1)):
        good, bad = yes * step_m, max(no, 0) * step_m
        for _ in range(HALVINGS if no >= 0 else 0):
            middle = 0.5 * (good + bad)
            good, bad = (middle, bad) if seen(middle) else (good, middle)
        ends.append(good)
    return ends[0], ends[1]


def area_m2(near_m: np.ndarray, far_m: np.ndarray) -> float:
    """Area between the ranges of evenly spaced directions all round, on the sphere; nan: none."""
    radius_m = 6_371_008.8
    rings = np.cos(near_m / radius_m) - np.cos(far_m / radius_m)
    return float(np.nansum(rings) * 2.0 * np.pi / len(far_m) * radius_m**2)
