"""Free fall to the ground: the fast kernel against the tight door."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.geodesy import ecef_m, enu_matrix, place_of
from keepout.flight.coast import impact_kernel
from keepout.flight.throw import throw
from keepout.records.missile import DRAG_CONE, DRAG_CONSTANT, DRAG_V2
from keepout.records.place import Place

THROWS = [  # start height, speed, azimuth, elevation, beta, law
    (60e3, 3300.0, 270.0, 43.0, 5000.0, DRAG_CONE),
    (60e3, 3300.0, 90.0, 43.0, 5000.0, DRAG_CONE),
    (100e3, 3000.0, 200.0, -30.0, 100.0, DRAG_CONSTANT),
    (400e3, 2500.0, 0.0, 0.0, 1000.0, DRAG_V2),
    (100.0, 300.0, 45.0, 60.0, 300.0, DRAG_CONSTANT),
    (150e3, 6000.0, 330.0, 40.0, 8000.0, DRAG_CONE),
    (5e3, 0.0, 0.0, 0.0, 50.0, DRAG_CONSTANT),
]


def start(lat, lon, alt, speed, azimuth, elevation):
    az, el = math.radians(azimuth), math.radians(elevation)
    enu = enu_matrix(math.radians(lat), math.radians(lon))
    local = np.array([math.cos(el) * math.sin(az), math.cos(el) * math.cos(az), math.sin(el)])
    return ecef_m(Place(lat_deg=lat, lon_deg=lon, alt_m=alt)), speed * local @ enu


@pytest.mark.parametrize("alt, speed, azimuth, elevation, beta, law", THROWS)
def test_the_two_integrators_agree(alt, speed, azimuth, elevation, beta, law):
    r, v = start(34.0, 47.0, alt, speed, azimuth, elevation)
    end = impact_kernel(*r, *v, beta, law)
    tight = throw(
        Place(lat_deg=34.0, lon_deg=47.0, alt_m=alt), speed_mps=speed, beta_kgpm2=beta,
        azimuth_rad=math.radians(azimuth), elevation_rad=math.radians(elevation), drag_law=law,
    )  # fmt: skip
    assert tight.landed
    # the fast one is made for a metre or two
    assert np.linalg.norm(np.array(end[:3]) - ecef_m(tight.place)) < 2.0
    assert end[6] == pytest.approx(tight.t_s, abs=0.02)
    assert np.linalg.norm(end[3:6]) == pytest.approx(tight.speed_mps, abs=0.2)
    assert abs(place_of(np.array(end[:3])).alt_m) < 1e-3


def test_fast_climbs_out_of_the_air_agree():
    # What breaks up or fails under power at 30 km. An error of drag there is multiplied by the
    # quarter of an hour that follows: at the tolerance of a fall it was 4 to 100 m at impact.
    rng = np.random.default_rng(5)
    apart_m = []
    for i in range(12):
        speed, azimuth = rng.uniform(3000.0, 6000.0), rng.uniform(0.0, 360.0)
        elevation, beta = rng.uniform(20.0, 60.0), math.exp(rng.uniform(7.0, 9.4))
        law = (DRAG_CONE, DRAG_CONSTANT, DRAG_V2)[i % 3]
        r, v = start(34.0, 47.0, 30e3, speed, azimuth, elevation)
        end = impact_kernel(*r, *v, beta, law)
        tight = throw(
            Place(lat_deg=34.0, lon_deg=47.0, alt_m=30e3), speed_mps=speed, beta_kgpm2=beta,
            azimuth_rad=math.radians(azimuth), elevation_rad=math.radians(elevation), drag_law=law,
        )  # fmt: skip
        apart_m.append(float(np.linalg.norm(np.array(end[:3]) - ecef_m(tight.place))))
    # what is left is the fall at its own tolerance: 0.5 m in the middle, 7 m at worst of 240
    assert np.median(apart_m) < 1.5
    assert max(apart_m) < 10.0


def test_what_lies_on_the_ground_stays():
    r = ecef_m(Place(lat_deg=10.0, lon_deg=20.0))
    end = impact_kernel(*r, 0.0, 0.0, 0.0, 100.0, DRAG_CONSTANT)
    assert end[6] == 0.0
    assert end[:3] == pytest.approx(r)


def test_what_never_lands_is_nan():
    r, v = start(0.0, 0.0, 900e3, 12e3, 90.0, 10.0)
    assert all(math.isnan(value) for value in impact_kernel(*r, *v, 5000.0, DRAG_CONSTANT))


def test_light_bodies_reach_their_terminal_speed():
    r, v = start(0.0, 0.0, 20e3, 0.0, 0.0, 0.0)
    end = impact_kernel(*r, *v, 100.0, DRAG_CONSTANT)
    # beta g = rho v2 / 2 at sea level; the air still thickens on the last metres
    assert np.linalg.norm(end[3:6]) == pytest.approx(math.sqrt(2 * 100.0 * 9.78 / 1.225), rel=0.01)
