"""Laws of free flight."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keepout.earth.atmosphere import density_kgpm3
from keepout.earth.geodesy import ecef_from_geodetic, enu_matrix, geodetic_from_ecef
from keepout.earth.gravity import energy_jpkg
from keepout.flight.coast import impact_kernel
from keepout.flight.forces import free_leg
from keepout.flight.integrate import CAME_DOWN, KNOT, TIME_UP, TOLERANCE, fly_leg
from keepout.records.missile import DRAG_CONSTANT

LATITUDES = st.floats(-1.5, 1.5)
LONGITUDES = st.floats(-3.1, 3.1)
SPEEDS = st.floats(500.0, 6500.0)
ANGLES = st.floats(0.1, 1.4)
AZIMUTHS = st.floats(0.0, 6.28)


def launched(lat, lon, alt, speed, az, el):
    enu = enu_matrix(lat, lon)
    local = np.array([math.cos(el) * math.sin(az), math.cos(el) * math.cos(az), math.sin(el)])
    return np.concatenate([ecef_from_geodetic(lat, lon, alt), speed * local @ enu])


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ANGLES)
def test_energy_holds_without_drag(lat, lon, speed, az, el):
    y = launched(lat, lon, 1e5, speed, az, el)
    before = energy_jpkg(*y)
    leg, none, work = free_leg(1e30, DRAG_CONSTANT), np.empty((0, KNOT)), np.empty((12, KNOT))
    why, _, _ = fly_leg(leg, 0.0, 3000.0, 0.0, 0, TOLERANCE, y, none, 0, work)
    assert why in (TIME_UP, CAME_DOWN)
    # two metres of height are 20 J/kg, of some 4e7
    assert abs(energy_jpkg(*y) - before) < 20.0


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ANGLES, st.floats(200.0, 20000.0))
def test_drag_only_takes_energy(lat, lon, speed, az, el, beta):
    y = launched(lat, lon, 3e4, speed, az, el)
    before = energy_jpkg(*y)
    end = impact_kernel(*y, beta, DRAG_CONSTANT)
    if not math.isnan(end[6]):
        assert energy_jpkg(*end[:6]) < before


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ANGLES)
def test_a_heavier_body_strikes_faster(lat, lon, speed, az, el):
    y = launched(lat, lon, 3e4, speed, az, el)
    light = impact_kernel(*y, 300.0, DRAG_CONSTANT)
    heavy = impact_kernel(*y, 3000.0, DRAG_CONSTANT)
    if not math.isnan(light[6] + heavy[6]):
        assert np.linalg.norm(heavy[3:6]) > np.linalg.norm(light[3:6])


@given(LATITUDES, LONGITUDES, st.floats(-4e3, 5e6))
def test_there_and_back_is_identity(lat, lon, alt):
    back = geodetic_from_ecef(*ecef_from_geodetic(lat, lon, alt))
    assert abs(back[0] - lat) < 1e-11
    assert abs(back[1] - lon) < 1e-11
    assert abs(back[2] - alt) < 1e-6


@given(st.floats(-4e3, 999e3), st.floats(1.0, 1e4))
def test_density_falls_with_height(alt, more):
    assert density_kgpm3(alt + more) < density_kgpm3(alt) or alt + more > 1e6
