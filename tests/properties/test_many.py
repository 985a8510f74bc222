"""Laws of flights in lanes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.bench.flight_set import the_flights
from keepout.earth.gravity import energy_jpkg
from keepout.flight.fly_many import fly_many
from keepout.flight.many import FLOWN
from keepout.records.missile import DRAG_CONSTANT

FLIGHTS = the_flights(16)
PICK = st.integers(0, 15)


def flown(launch, azimuth, kick, cutoff, **body):
    missiles = np.zeros(1, FLIGHTS.missile.dtype).view(np.recarray)
    missiles[0] = FLIGHTS.missile
    for name, value in body.items():
        missiles[name] = value
    return fly_many(
        missiles, FLIGHTS.stages, which=np.zeros(len(launch), int), launch_ecef_m=launch,
        azimuth_rad=azimuth, kick_rad=kick, cutoff_s=cutoff, knots=True,
    )  # fmt: skip


def pair(n, **body):
    """A flight, and its mirror image in the plane of the equator."""
    launch = FLIGHTS.launch[n] * np.array([[1.0, 1.0, 1.0], [1.0, 1.0, -1.0]])
    azimuth, kick, cutoff = FLIGHTS.control[n]
    return flown(launch, [azimuth, math.pi - azimuth], kick, cutoff, **body)


@settings(max_examples=16)
@given(PICK)
def test_north_and_south_are_mirror_images(n):
    both = pair(n)
    assert np.all(both.code == FLOWN)
    north, south = both.impact * np.array([[1.0] * 7, [1.0, 1.0, -1.0, 1.0, 1.0, -1.0, 1.0]])
    assert np.abs(north - south).max() < 1e-6  # rounding, amplified


@settings(max_examples=16)
@given(PICK)
def test_energy_holds_above_the_air(n):
    # drag takes some 100 J/kg of 5e7 between burnout and 150 km; without any, what is left over
    both = pair(n, rv_beta_kgpm2=1e12, rv_drag_law=DRAG_CONSTANT)
    knots = both.knots[0, : both.used[0]]
    after = knots[knots[:, 0] > both.burnout[0, 6] + 1e-6]
    energy = np.array([energy_jpkg(*row[1:7]) for row in after])
    assert np.ptp(energy) < 2.0  # a fifth of a metre of height


@settings(max_examples=8)
@given(PICK, st.floats(1500.0, 4000.0), st.floats(1.2, 3.0))
def test_a_heavier_warhead_flies_farther_and_strikes_faster(n, beta, times):
    light, heavy = pair(n, rv_beta_kgpm2=beta), pair(n, rv_beta_kgpm2=beta * times)

    def range_m(flight):
        return np.linalg.norm(flight.impact[0, :3] - FLIGHTS.launch[n])

    assert range_m(heavy) > range_m(light)
    assert np.linalg.norm(heavy.impact[0, 3:6]) > np.linalg.norm(light.impact[0, 3:6])
    assert heavy.apogee_m[0] == pytest.approx(light.apogee_m[0], abs=3000.0)
