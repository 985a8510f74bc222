"""One measurement: the truth with noise that the caller draws."""

from __future__ import annotations

import math

from keepout.kernel import kernel

from .radar import angle_sigma_rad, look, off_face_cos, range_sigma_m, wrapped_rad

ZENITH_COS = 0.02
"""Least cosine of elevation in the error of azimuth (about 1 deg from the zenith)."""


@kernel
def azimuth_stretch(el_rad):
    """How much larger an error of azimuth is than the same error across the sight."""
    return 1.0 / max(math.cos(el_rad), ZENITH_COS)


@kernel
def measure(radar, x, y, z, snr_now, n_range, n_az, n_el, b_range, b_az, b_el):
    """Range, azimuth and elevation as a radar reports them for a point.

    radar                 RADAR row
    x, y, z               ()  true position, ECEF [m]
    snr_now               ()  signal-to-noise ratio of this look, power ratio
    n_range, n_az, n_el   ()  standard normals, new for every look
    b_range, b_az, b_el   ()  standard normals, one set per radar and trial: the bias
    returns               range [m], azimuth [rad], elevation [rad]

    Errors of ``range_sigma_m`` and ``angle_sigma_rad``; both angle errors are across the
    line of sight, so azimuth errors grow as 1/cos(elevation). Refraction is taken to be
    corrected; what is left of it stands in the bias.
    """
    range_m, az_rad, el_rad = look(radar, x, y, z)
    angle_rad = angle_sigma_rad(radar, snr_now, off_face_cos(radar, az_rad, el_rad))
    bias_rad = radar.angle_bias_rad
    stretch = azimuth_stretch(el_rad)
    range_m += range_sigma_m(radar, snr_now) * n_range + radar.range_bias_m * b_range
    az_rad += stretch * (angle_rad * n_az + bias_rad * b_az)
    el_rad += angle_rad * n_el + bias_rad * b_el
    return range_m, wrapped_rad(az_rad), el_rad
