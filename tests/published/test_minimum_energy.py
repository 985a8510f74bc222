"""Minimum-energy flights over a sphere: closed forms of A. D. Wheelon (1959).

Range angle psi, speed v and path angle g at the surface: Q = v2 r / mu = 2 s / (1 + s) with
s = sin(psi / 2), g = (pi - psi) / 4. The rows (range, speed, angle, apogee, time) are computed
from the ellipse; ``throw`` over an airless sphere that stands still has to fly them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.flight.fly import solve_lane
from keepout.flight.throw import World, throw
from keepout.records.missile import DRAG_CONE, DRAG_LARGE_LIQUID, MISSILE, STAGE
from keepout.records.place import Place

RADIUS_M, MU = 6371e3, 3.986004418e14
ROWS = [  # range [km], speed [km/s], angle [deg], apogee [km], time [s]
    (300, 1.6965, 44.326, 74.11, 251.0),
    (1000, 3.0161, 42.752, 239.94, 474.4),
    (1600, 3.7319, 41.403, 373.87, 616.8),
    (5500, 6.0752, 32.634, 1040.52, 1315.8),
    (10000, 7.1981, 22.517, 1319.48, 1931.0),
]


@pytest.mark.parametrize("range_km, speed, angle, apogee_km, time_s", ROWS)
def test_throw_flies_the_ellipse(range_km, speed, angle, apogee_km, time_s):
    psi = range_km * 1e3 / RADIUS_M
    s = math.sin(psi / 2)
    v = math.sqrt(MU / RADIUS_M * 2 * s / (1 + s))
    assert v == pytest.approx(speed * 1e3, abs=0.06)  # half a last digit
    g = (math.pi - psi) / 4
    assert math.degrees(g) == pytest.approx(angle, abs=6e-4)
    given = {
        "speed_mps": v, "azimuth_rad": 0.7, "elevation_rad": g, "beta_kgpm2": math.inf,
        "earth": "sphere-still", "radius_m": RADIUS_M,
    }  # fmt: skip
    start = Place(lat_deg=20.0, lon_deg=30.0)
    end = throw(start, **given)
    world = World("sphere-still", RADIUS_M)
    a, b = world.position(start), world.position(end.place)
    flown = math.atan2(np.linalg.norm(np.cross(a, b)), a @ b) * RADIUS_M
    assert flown == pytest.approx(range_km * 1e3, abs=1.0)
    assert end.t_s == pytest.approx(time_s, abs=0.1)  # half a last digit, and ours
    top = throw(start, **given, seconds=end.t_s / 2)
    assert top.place.alt_m == pytest.approx(apogee_km * 1e3, abs=10.0)


def test_the_default_control_is_near_the_least_energy():
    """A powered flight over the turning Earth has about the ellipse's apogee, a little less."""
    missile = np.zeros(1, MISSILE).view(np.recarray)[0]
    stages = np.zeros(1, STAGE).view(np.recarray)
    missile.stages, missile.payload_kg, missile.separates = 1, 700.0, 1
    missile.rv_beta_kgpm2, missile.rv_drag_law = 5000.0, DRAG_CONE
    stages.propellant_kg, stages.dry_kg, stages.burn_s = 14600.0, 1750.0, 122.0
    stages.thrust_vac_n, stages.thrust_sl_n = 296e3, 264e3
    stages.area_m2, stages.drag_law, stages.spent_beta_kgpm2 = 1.23, DRAG_LARGE_LIQUID, 150.0
    lane = solve_lane(
        missile, stages, Place(lat_deg=33.0, lon_deg=50.0), Place(lat_deg=31.2, lon_deg=33.15)
    ).lane
    # burnout some 75 km up and 80 km down the range, with the speed still missing at the ground;
    # westward the Earth comes to meet the warhead: 6 to 10 s less, and 0.75 to 0.95 of the burn
    assert lane.apogee_m == pytest.approx(373.9e3, rel=0.06)
    late = lane.flight_s - 616.8 + 8.0
    assert 0.6 < late / lane.burnout_s < 0.95
