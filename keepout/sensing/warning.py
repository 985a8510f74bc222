"""How early a flight is seen: when it first comes over a radar's horizon."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import ecef_m, enu_matrix
from keepout.flight.drop import sample_at
from keepout.records.place import Place
from keepout.records.sensor import RADAR
from keepout.records.trajectory import Trajectory
from keepout.sensing.radar import SEEN, sees

MAST_M = 20.0
"""Height of an antenna over the ground where none is given; D."""
HALVINGS = 30


@dataclass(frozen=True)
class Sighting:
    """First sight of a flight, over a horizon or from space; nan if there is none."""

    first_seen_s: float  # after launch
    before_impact_s: float


def launch_detection(flight: Trajectory, delay_s: float) -> Sighting:
    """When the launch of a flight is known from space.

    delay_s  from the launch to the report [s]

    Ballistic missiles alone: the engines of cruise missiles and drones are too small a flame, and
    of a booster that burns for a few seconds nothing is claimed. Whether a short burn is seen, or
    one below clouds, is not modelled.
    """
    burns_to_the_end = flight.burnout_s >= flight.flight_s
    if burns_to_the_end or delay_s >= flight.flight_s:
        return Sighting(math.nan, math.nan)
    return Sighting(delay_s, flight.flight_s - delay_s)


def warning(flight: Trajectory, site: Place) -> Sighting:
    """When a flight first comes over the horizon of a site.

    site  where the antenna stands; its height is that of the antenna

    A smooth Earth with refraction (radar.sees), all round; neither range nor power of a radar
    count, so this is the best that any radar there could do. No terrain: real radars see low
    flyers later.
    """
    radar = np.zeros(1, RADAR).view(np.recarray)[0]
    radar.r_ecef_m = ecef_m(site)
    radar.to_enu = np.asarray(enu_matrix(math.radians(site.lat_deg), math.radians(site.lon_deg)))
    radar.azimuth_half_rad = math.pi
    radar.elevation_min_rad, radar.elevation_max_rad = -math.pi, math.pi
    radar.range_max_m = math.inf
    seen = [sees(radar, *(float(x) for x in r)) == SEEN for r in flight.r_ecef_m]
    if not any(seen):
        return Sighting(math.nan, math.nan)
    k = seen.index(True)
    high_s, low_s = float(flight.t_s[k]), float(flight.t_s[max(0, k - 1)])
    sample = np.hstack([flight.r_ecef_m, flight.v_ecef_mps])
    dt_s, y = float(flight.t_s[1]), np.empty(6)
    for _ in range(HALVINGS if k > 0 else 0):
        middle_s = 0.5 * (low_s + high_s)
        sample_at(sample, dt_s, middle_s, y)
        if sees(radar, y[0], y[1], y[2]) == SEEN:
            high_s = middle_s
        else:
            low_s = middle_s
    return Sighting(high_s, flight.flight_s - high_s)
