"""What a flight owes to the symmetries of its world, and to drag."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.earth.geodesy import ecef_from_geodetic, enu_matrix
from keepout.flight.coast import impact_kernel
from keepout.flight.forces import free_leg
from keepout.flight.integrate import KNOT, fly_leg
from keepout.flight.throw import throw
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place

LATITUDES = st.floats(-1.5, 1.5)
LONGITUDES = st.floats(-3.1, 3.1)
SPEEDS = st.floats(300.0, 6500.0)
ELEVATIONS = st.floats(0.1, 1.5)
AZIMUTHS = st.floats(0.0, 6.28)
BETAS = st.floats(300.0, 2e4)

EAST_WEST = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0])
NORTH_SOUTH = np.array([1.0, 1.0, -1.0, 1.0, 1.0, -1.0])
BACKWARDS = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0])


def state(lat, lon, alt, speed, az, el):
    enu = enu_matrix(lat, lon)
    local = np.array([math.cos(el) * math.sin(az), math.cos(el) * math.cos(az), math.sin(el)])
    return np.concatenate([ecef_from_geodetic(lat, lon, alt), speed * local @ enu])


def coasted(y, seconds):
    """State after a time without drag, through the ground if need be."""
    y = y.copy()
    fly_leg(
        free_leg(1e30, np.int64(DRAG_CONSTANT)), 0.0, seconds, -1e7, np.int64(0), 1e-9, y,
        np.empty((0, KNOT)), np.int64(0), np.empty((12, KNOT)),
    )  # fmt: skip
    return y


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ELEVATIONS, st.floats(10.0, 600.0))
def test_a_coast_runs_backwards_in_the_mirror(lat, lon, speed, az, el, seconds):
    # time turned round turns the Earth round too; the mirror east-west turns it back
    y = state(lat, lon, 1e5, speed, az, el)
    there = coasted(y, seconds)
    back = coasted(there * EAST_WEST * BACKWARDS, seconds) * EAST_WEST * BACKWARDS
    # the integrator's error, twice
    assert np.abs(back[:3] - y[:3]).max() < 0.05
    assert np.abs(back[3:] - y[3:]).max() < 1e-3
    # and without the mirror it does not come back: the check can fail
    if seconds > 100.0 and speed > 1000.0 and abs(lat) < 1.0 and abs(math.sin(az)) > 0.3:
        assert np.abs((coasted(there * BACKWARDS, seconds) - y * BACKWARDS)[:3]).max() > 1.0


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ELEVATIONS, BETAS)
def test_north_and_south_are_alike(lat, lon, speed, az, el, beta):
    y = state(lat, lon, 1e3, speed, az, el)
    one = np.array(impact_kernel(*y, beta, DRAG_CONSTANT))
    other = np.array(impact_kernel(*(y * NORTH_SOUTH), beta, DRAG_CONSTANT))
    if math.isnan(one[6]):
        assert math.isnan(other[6])
    else:
        assert np.abs(one[:3] - (other[:6] * NORTH_SOUTH)[:3]).max() < 1e-3
        assert abs(one[6] - other[6]) < 1e-6


@given(LATITUDES, LONGITUDES, SPEEDS, AZIMUTHS, ELEVATIONS, BETAS, st.floats(-3.0, 3.0))
def test_all_meridians_are_alike(lat, lon, speed, az, el, beta, turn):
    one = np.array(impact_kernel(*state(lat, lon, 1e5, speed, az, el), beta, DRAG_CONSTANT))
    other = np.array(
        impact_kernel(*state(lat, lon + turn, 1e5, speed, az, el), beta, DRAG_CONSTANT)
    )
    if not math.isnan(one[6] + other[6]):
        c, s = math.cos(turn), math.sin(turn)
        turned = [c * one[0] - s * one[1], s * one[0] + c * one[1], one[2]]
        # the steps fall a little otherwise; each is made for a metre or two
        assert np.abs(turned - other[:3]).max() < 4.0
        assert abs(one[6] - other[6]) < 0.01


def thrown(lat_deg, lon_deg, speed, az, el, beta):
    return throw(
        Place(lat_deg=lat_deg, lon_deg=lon_deg), speed_mps=speed, azimuth_rad=az,
        elevation_rad=el, beta_kgpm2=beta, earth="sphere-still", rtol=1e-9,
    )  # fmt: skip


def arc(one, other):
    """Angle between two places of a sphere."""
    ends = [
        enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))[2]
        for place in (one, other)
    ]
    return math.atan2(np.linalg.norm(np.cross(*ends)), float(ends[0] @ ends[1]))


@settings(max_examples=40)
@given(
    st.floats(-89.0, 89.0), st.floats(-179.0, 179.0), st.floats(300.0, 3000.0), AZIMUTHS,
    ELEVATIONS, st.one_of(BETAS, st.just(math.inf)),
)  # fmt: skip
def test_on_a_still_sphere_all_directions_are_alike(lat, lon, speed, az, el, beta):
    here, reference = Place(lat_deg=lat, lon_deg=lon), Place(lat_deg=0.0, lon_deg=0.0)
    one, east = thrown(lat, lon, speed, az, el, beta), thrown(0, 0, speed, math.pi / 2, el, beta)
    # the integrator's error at 1e-9, and the kinks of the air, which it meets otherwise
    far = arc(reference, east.place)
    assert abs(arc(here, one.place) - far) < 1e-6 * far + 1e-7
    assert abs(one.t_s - east.t_s) < 1e-5 * east.t_s
    assert abs(one.speed_mps - east.speed_mps) < 0.02
    mirrored = thrown(lat, lon, speed, -az, el, beta)
    assert abs(mirrored.place.lat_deg - one.place.lat_deg) < 1e-4


@settings(max_examples=40)
@given(st.floats(300.0, 3000.0), ELEVATIONS, BETAS, st.floats(1.1, 5.0))
def test_less_drag_goes_farther_and_longer(speed, el, beta, more):
    light, heavy = (thrown(0, 0, speed, 0.3, el, b) for b in (beta, beta * more))
    free = thrown(0, 0, speed, 0.3, el, math.inf)
    here = Place(lat_deg=0.0, lon_deg=0.0)
    far = [arc(here, end.place) for end in (light, heavy, free)]
    assert far[0] < far[1] < far[2]
    assert light.t_s < heavy.t_s < free.t_s
    assert light.speed_mps < heavy.speed_mps < free.speed_mps + 1e-6
    assert abs(free.speed_mps - speed) < 1e-3  # what goes up without drag comes down as fast


@settings(max_examples=40)
@given(st.floats(300.0, 3000.0), ELEVATIONS)
def test_without_air_the_way_back_is_the_way_there(speed, el):
    there = thrown(0, 0, speed, math.pi / 2, el, math.inf)
    back = thrown(0, there.place.lon_deg, speed, -math.pi / 2, el, math.inf)
    assert abs(back.place.lon_deg) < 1e-6
    assert abs(there.falling_rad - el) < 1e-6
