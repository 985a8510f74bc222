"""THAAD as published, and how long a missile stays in its layer.

CRS IF12645 (2024): reach 150 to 200 km. Trade press and CSIS (grade C): ceiling 150 km,
floor 40 km, 2.8 km/s. A missile of 1,500 km range crosses 150 to 40 km in about 49 s: a
statement of the project's own priors, checked here by two-body motion.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.catalogue.read import entry
from keepout.intercept.flyout import flight_time_s, flyout_kernel
from keepout.records.defence import FLYOUT

from .test_interceptors import interceptor_row

MU, RADIUS = 3.986004418e14, 6.371e6


@pytest.fixture(scope="module")
def thaad():
    row = interceptor_row("thaad-interceptor")
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(row, table)
    return row, table


def test_the_catalogue_keeps_the_published_limits():
    thing = entry("thaad-interceptor")
    assert thing.number("reach").si == 200e3
    assert thing.number("ceiling").si == 150e3
    assert thing.number("floor").si == 40e3
    assert thing.number("burnout_speed").si == 2800.0


def test_it_gets_to_every_corner_of_its_layer_but_the_nearest(thaad):
    row, table = thaad
    for range_m, alt_m in ((0.0, 40e3), (0.0, 150e3), (200e3, 150e3), (200e3, 60e3), (150e3, 40e3)):
        time_s = flight_time_s(table, row, range_m, alt_m)
        straight_m = math.hypot(range_m, alt_m)
        # never faster than at its burnout speed all the way, nor slower than at half of it
        assert straight_m / 2800.0 < time_s < straight_m / 1400.0 + row.burn_s


def layer_s(range_m, loft_rad):
    """Time from 150 to 40 km and whole flight [s], two bodies, round Earth, without air.

    Bate, Mueller and White, Fundamentals of Astrodynamics (1971), ch. 6.
    """
    psi = range_m / RADIUS
    angle = (math.pi - psi) / 4.0 + loft_rad
    # eq. 6.2-9 solved for Q: sin(2 phi + psi/2) = (2 - Q) / Q sin(psi/2)
    q = 2.0 * math.sin(psi / 2.0) / (math.sin(2.0 * angle + psi / 2.0) + math.sin(psi / 2.0))
    a = RADIUS / (2.0 - q)
    e = math.sqrt(1.0 - q * (2.0 - q) * math.cos(angle) ** 2)

    def from_apogee_s(alt_m):
        big = math.acos((1.0 - (RADIUS + alt_m) / a) / e)
        return math.sqrt(a**3 / MU) * (math.pi - big + e * math.sin(big))

    return from_apogee_s(40e3) - from_apogee_s(150e3), 2.0 * from_apogee_s(0.0)


def test_a_1500_km_missile_crosses_the_layer_in_about_49_s():
    """54 s on the way of least energy, 49 s when thrown 4 deg higher: "about" is 10 %.

    The flight time of least energy is also in data/closed-form (474 to 639 s for 1,000 to
    1,700 km). Drag above 40 km adds about 0.1 s.
    """
    flat_s, whole_s = layer_s(1500e3, 0.0)
    assert whole_s == pytest.approx(594.6, abs=0.1)
    assert layer_s(1000e3, 0.0)[1] == pytest.approx(474.0, abs=1.0)
    assert layer_s(1700e3, 0.0)[1] == pytest.approx(639.0, abs=1.0)
    assert flat_s == pytest.approx(54.1, abs=0.1)
    assert flat_s == pytest.approx(49.0, rel=0.12)
    assert layer_s(1500e3, math.radians(5.0))[0] < 49.0 < flat_s


def test_a_second_shot_after_looking_fits_only_a_small_core(thaad):
    """The threat falls through the layer in 54 s. The first shot meets it at 150 km; 10 s
    later its end is known; the second must get to 45 km before the threat has."""
    row, table = thaad
    spare_s = [
        layer_s(1500e3, 0.0)[0] - 10.0 - flight_time_s(table, row, range_m, 45e3)
        for range_m in (10e3, 60e3, 120e3, 180e3)
    ]
    assert spare_s[0] > 10.0  # near the battery there is time
    assert spare_s[2] < 0.0  # at 120 km, well inside the reach, there is none
    assert spare_s == sorted(spare_s, reverse=True)
