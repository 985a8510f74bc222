"""Geometry, field of regard, detection and accuracy of a radar."""

from __future__ import annotations

import math

import numpy as np
import pymap3d
import pytest

from keepout.sensing import radar as rd

from .conftest import ecef_m

PLACES = [(33.0, 40.0, 200e3), (31.2, 35.1, 3e3), (36.0, 50.0, 300e3), (20.0, 30.0, 900e3)]


@pytest.mark.parametrize("lat_deg, lon_deg, alt_m", PLACES)
def test_look_agrees_with_pymap3d(radar, lat_deg, lon_deg, alt_m):
    az, el, range_m = pymap3d.geodetic2aer(lat_deg, lon_deg, alt_m, 31.0, 35.0, 0.0)
    got = rd.look(radar, *ecef_m(lat_deg, lon_deg, alt_m))
    assert got[0] == pytest.approx(range_m, abs=1e-3)
    assert math.remainder(got[1] - math.radians(az), 2 * math.pi) == pytest.approx(0.0, abs=1e-8)
    assert got[2] == pytest.approx(math.radians(el), abs=1e-8)


@pytest.mark.parametrize("alt_m", [0.0, 250.0, 2500.0])
def test_height_of_the_radar(radar, alt_m):
    radar.r_ecef_m = ecef_m(31.0, 35.0, alt_m)
    assert rd.height_m(radar) == pytest.approx(alt_m, abs=1e-6)


def test_horizon_of_a_low_target_is_that_of_the_four_thirds_earth(radar):
    # at 5 km the radio horizon is sqrt(2 * 4/3 a h) = 292 km for a radar on the ground
    radar.elevation_min_rad = -0.1
    radar.azimuth_half_rad = math.pi
    horizon_m = math.sqrt(2 * 4 / 3 * rd.EARTH_A_M * 5000.0)
    # at constant latitude 31 deg the east radius is a little more than a
    metres_per_deg = math.radians(1.0) * 6.3838e6 * math.cos(math.radians(31.0))
    for part, code in ((0.985, rd.SEEN), (1.015, rd.BELOW_HORIZON)):
        point = ecef_m(31.0, 35.0 + part * horizon_m / metres_per_deg, 5000.0)
        assert rd.sees(radar, *point) == code


def test_refraction_is_bounded_for_targets_in_space(radar):
    assert rd.lift_rad(2e6) == rd.LIFT_MAX_RAD
    assert rd.lift_rad(100e3) == pytest.approx(100e3 / 8 / rd.EARTH_A_M)


def test_a_radar_on_a_hill_sees_below_the_horizontal(radar):
    radar.r_ecef_m = ecef_m(31.0, 35.0, 1000.0)
    # the known rule: the dip is 2.9 arc minutes at 1 m with k = 4/3 times sqrt(3/4)...
    assert rd.horizon_rad(radar) == pytest.approx(-math.sqrt(2 * 1000.0 * 0.75 / 6.378137e6))


def test_sees_names_the_first_reason(radar):
    def at(az_deg, el_deg, range_m):
        x, y, z = pymap3d.aer2ecef(az_deg, el_deg, range_m, 31.0, 35.0, 0.0)
        return rd.sees(radar, x, y, z)

    assert at(60, 30, 500e3) == rd.SEEN
    assert at(1, 30, 500e3) == rd.SEEN  # the sector runs from 0 to 120 deg
    assert at(-1, 30, 500e3) == rd.OUT_OF_SECTOR
    assert at(121, 30, 500e3) == rd.OUT_OF_SECTOR
    assert at(60, 1, 500e3) == rd.OUT_OF_ELEVATION
    assert at(60, 88, 500e3) == rd.OUT_OF_ELEVATION
    assert at(60, 30, 2100e3) == rd.OUT_OF_RANGE
    assert at(60, -2, 500e3) == rd.BELOW_HORIZON
    assert all(code in rd.SEES_SAYS for code in range(-3, 2))
    radar.azimuth_half_rad = math.pi
    assert at(-120, 30, 500e3) == rd.SEEN


def test_sector_across_north(radar):
    radar.azimuth_rad, radar.azimuth_half_rad = math.radians(350.0), math.radians(30.0)
    for az_deg, code in ((15, 1), (25, -1), (325, 1), (315, -1)):
        point = pymap3d.aer2ecef(az_deg, 20, 300e3, 31.0, 35.0, 0.0)
        assert rd.sees(radar, *point) == code


def test_snr_falls_with_the_fourth_power_of_range(radar):
    assert rd.snr(radar, 1e6, 0.1) == pytest.approx(rd.snr(radar, 5e5, 0.1) / 16)
    assert rd.snr(radar, 1e6, 0.1) == pytest.approx(10 * rd.snr(radar, 1e6, 0.01))


def test_scan_loss_at_sixty_degrees_is_about_eight_decibels(radar):
    # cos^2.5(60 deg) = 0.177, 7.5 dB both ways
    level = rd.off_face_cos(radar, radar.azimuth_rad + math.pi / 3, 0.0)
    assert level == pytest.approx(0.5 * math.cos(rd.TILT_RAD))
    assert -10 * math.log10(rd.scan_factor(0.5)) == pytest.approx(7.53, abs=0.01)
    assert rd.off_face_cos(radar, radar.azimuth_rad, rd.TILT_RAD) == pytest.approx(1.0)


def test_detection_against_drawn_rayleigh_amplitudes(radar):
    rng = np.random.default_rng(5)
    n, snr_mean, p_fa = 200_000, 12.0, 1e-4
    power = rng.exponential(1.0 + snr_mean, n)  # signal and noise, both Gaussian
    share = np.mean(power > -math.log(p_fa))
    p = rd.detection_p(snr_mean, p_fa)
    assert abs(share - p) < 4 * math.sqrt(p * (1 - p) / n)


def test_detection_limits(radar):
    assert rd.detection_p(0.0, 1e-6) == 1e-6
    assert rd.detection_p(1e9, 1e-6) == pytest.approx(1.0)


def test_accuracy_falls_with_the_root_of_snr_down_to_the_fixed_error(radar):
    radar.range_bias_m = radar.angle_bias_rad = 0.0
    assert rd.range_sigma_m(radar, 200.0) == pytest.approx(rd.C_MPS / 2e7 / 20.0)
    assert rd.angle_sigma_rad(radar, 200.0, 1.0) == pytest.approx(0.010 / 1.6 / 20.0)
    assert rd.angle_sigma_rad(radar, 200.0, 0.5) == pytest.approx(0.020 / 1.6 / 20.0)
    # hopeless looks are no worse than the cell and the beam
    assert rd.angle_sigma_rad(radar, 1e-6, 1.0) == pytest.approx(0.010 / math.sqrt(12))
    radar.range_bias_m = 7.0
    assert rd.range_sigma_m(radar, 1e12) == pytest.approx(7.0)


def test_detection_range_inverts_the_equation(radar):
    range_m = rd.detection_range_m(radar, 0.01, 20.0)
    assert rd.snr(radar, range_m, 0.01) == pytest.approx(20.0)
    with pytest.raises(ValueError, match="above 0"):
        rd.detection_range_m(radar, 0.0, 20.0)
