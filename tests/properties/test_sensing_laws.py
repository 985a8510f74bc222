"""Laws of sensing: what must hold for any radar, place and strength of signal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.earth.geodesy import ecef_from_geodetic, enu_matrix
from keepout.records.sensor import RADAR
from keepout.sensing import radar as rd
from keepout.sensing import track

ANGLE = st.floats(-math.pi, math.pi)
LATITUDE = st.floats(-1.4, 1.4)


def radar_at(lat_rad: float, lon_rad: float) -> np.record:
    row = np.zeros(1, RADAR).view(np.recarray)[0]
    row.r_ecef_m = ecef_from_geodetic(lat_rad, lon_rad, 0.0)
    row.to_enu = enu_matrix(lat_rad, lon_rad)
    row.azimuth_half_rad, row.range_max_m = math.pi, 5e6
    row.elevation_max_rad, row.bandwidth_hz = math.pi / 2, 1e7
    row.beamwidth_rad = 0.01
    return row


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e3), st.floats(1e-10, 1e-2))
def test_detection_grows_with_the_signal_and_stays_a_probability(snr, more, p_fa):
    low, high = rd.detection_p(snr, p_fa), rd.detection_p(snr + more, p_fa)
    assert p_fa * (1.0 - 1e-14) <= low <= high * (1.0 + 1e-14) <= 1.0 + 1e-14  # rounding


@given(LATITUDE, ANGLE, ANGLE, st.floats(0.02, 1.5), st.floats(1e4, 3e6))
@settings(max_examples=50)
def test_a_measurement_taken_back_is_the_place(lat, lon, az, el, range_m):
    """``track_start`` puts the state where ``look`` says it is, anywhere on Earth.

    It is nearer by the bend of the sphere of equal range, sigma squared of an angle times range.
    """
    radar = radar_at(lat, lon)
    state, cov = np.zeros(7), np.zeros((7, 7))
    track.track_start(radar, range_m, az, el, 20.0, 1.0, 8.0, 0.3, state, cov)
    got = rd.look(radar, *state[:3])
    angle_rad = rd.angle_sigma_rad(radar, 20.0, rd.off_face_cos(radar, az, el))
    assert got[0] == pytest.approx(range_m * (1.0 - angle_rad**2), abs=1e-3)
    assert got[2] == pytest.approx(el, abs=1e-7)
    assert rd.wrapped_rad(got[1] - az) * math.cos(el) == pytest.approx(0.0, abs=1e-7)
    assert rd.sees(radar, *state[:3]) == rd.SEEN


@given(st.integers(0, 2**32 - 1), st.floats(1e-2, 1e8))
@settings(max_examples=50)
def test_a_look_never_makes_a_track_vaguer(seed, variance):
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((7, 7)) * np.array([1e4] * 3 + [1e2] * 3 + [0.3])[:, None]
    cov = root @ root.T
    before = cov.copy()
    h = rng.standard_normal(3)
    h /= np.linalg.norm(h)
    track.cov_update(cov, h, variance, np.zeros(7))
    shrunk = np.diag(before) - np.diag(cov)
    assert (shrunk >= -1e-9 * np.diag(before)).all()
    rounding = 1e-14 * np.trace(before)
    assert h @ cov[:3, :3] @ h <= variance * (1.0 + 1e-9) + rounding


@given(ANGLE, st.floats(-20.0, 20.0))
def test_wrapped_angles_lie_within_half_a_turn(angle, turns):
    got = rd.wrapped_rad(angle + 2.0 * math.pi * turns)
    assert abs(got) <= math.pi * (1.0 + 1e-15)  # the sum with a turn is rounded
    assert math.cos(got) == pytest.approx(math.cos(angle + 2.0 * math.pi * turns), abs=1e-9)
