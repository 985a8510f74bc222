"""One measurement: the truth with noise that the caller draws."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import hot, kernel, lean

from .face import angle_var, local, off_cos, range_var_m2
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


@hot
def sine_cosine(angle_rad):
    """Sine and cosine, by their series to rounding where the angle is small."""
    if abs(angle_rad) > 0.1:
        return math.sin(angle_rad), math.cos(angle_rad)
    a2 = angle_rad * angle_rad
    sine = 1.0 - a2 / 6.0 * (1.0 - a2 / 20.0 * (1.0 - a2 / 42.0 * (1.0 - a2 / 72.0)))
    cosine = 1.0 - a2 / 2.0 * (1.0 - a2 / 12.0 * (1.0 - a2 / 30.0 * (1.0 - a2 / 56.0)))
    return angle_rad * sine, cosine


@lean
def measure_sight(face, x, y, z, snr_now, n_range, n_az, n_el, b_range, b_az, b_el):
    """As ``measure``, from a FACE row: range [m] and direction, a unit vector in ECEF."""
    e, n, u, flat_m, range_m = local(face, x, y, z)
    over = 1.0 / range_m
    dx, dy, dz = x - face.origin[0], y - face.origin[1], z - face.origin[2]
    cosine = off_cos(face, over * dx, over * dy, over * dz)
    angle_rad = math.sqrt(angle_var(face, snr_now, cosine))
    level, sine = over * flat_m, over * u
    stretch = 1.0 / max(level, ZENITH_COS)
    turn_s, turn_c = sine_cosine(stretch * (angle_rad * n_az + face.angle_bias_rad * b_az))
    tilt_s, tilt_c = sine_cosine(angle_rad * n_el + face.angle_bias_rad * b_el)
    ahead = (level * tilt_c - sine * tilt_s) / max(flat_m, 1e-9)
    up = sine * tilt_c + level * tilt_s
    east, north = ahead * (e * turn_c + n * turn_s), ahead * (n * turn_c - e * turn_s)
    range_m += math.sqrt(range_var_m2(face, snr_now)) * n_range + face.range_bias_m * b_range
    return (
        range_m,
        east * face.east[0] + north * face.north[0] + up * face.up[0],
        east * face.east[1] + north * face.north[1] + up * face.up[1],
        east * face.east[2] + north * face.north[2] + up * face.up[2],
    )
