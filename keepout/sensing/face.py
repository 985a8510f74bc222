"""A radar as a handful of numbers, and what it sees without trigonometry.

The same radar equation, field of regard and errors as ``radar``, of which the constants are
worked out once. Directions are unit vectors: a look costs two square roots.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot, kernel

from .detection import threshold_of
from .radar import (
    C_MPS,
    LIFT_MAX_RAD,
    MONOPULSE_SLOPE,
    SEEN,
    SNR_FLOOR,
    TILT_RAD,
    UNIFORM,
    horizon_rad,
    looked_snr,
    seen_p,
    sees,
    snr,
)

UNIFORM2 = UNIFORM * UNIFORM
LEAST_COS = 0.05
"""Of the angle off the face: floor as in ``radar.off_face_cos``."""

SLACK = 1e-3
"""Sines within this of an edge of the field of regard are judged by ``radar.sees`` itself."""

FACE = np.dtype(
    [
        ("origin", np.float64, (3,)),  # ECEF [m]
        ("east", np.float64, (3,)),  # unit vectors, ECEF
        ("north", np.float64, (3,)),
        ("up", np.float64, (3,)),
        ("ahead", np.float64, (3,)),  # the middle of the sector, level
        ("normal", np.float64, (3,)),  # of the array's face
        ("snr_m4", np.float64),  # signal-to-noise ratio of 1 m2 at 1 m, straight ahead [m4]
        ("cell_m", np.float64),  # c / 2B
        ("beam_rad", np.float64),
        ("range_bias_m", np.float64),
        ("angle_bias_rad", np.float64),
        ("tilt_sin", np.float64),
        ("tilt_cos", np.float64),
        ("range_max_m", np.float64),
        ("low_sin", np.float64),  # apparent elevation between these is seen
        ("high_sin", np.float64),
        ("side_cos", np.float64),  # of half the sector
        ("all_round", np.int64),
        ("track_snr", np.float64),  # as in RADAR
        ("pulses", np.int64),
        ("threshold", np.float64),
    ]
)
"""The constants of one RADAR row."""


@kernel
def fill_face(radar, face):
    """Work out the constants of a RADAR row into a FACE row."""
    m = radar.to_enu
    sa, ca = math.sin(radar.azimuth_rad), math.cos(radar.azimuth_rad)
    face.tilt_sin, face.tilt_cos = math.sin(TILT_RAD), math.cos(TILT_RAD)
    for j in range(3):
        face.origin[j] = radar.r_ecef_m[j]
        face.east[j], face.north[j], face.up[j] = m[0, j], m[1, j], m[2, j]
        face.ahead[j] = sa * m[0, j] + ca * m[1, j]
        face.normal[j] = face.tilt_cos * face.ahead[j] + face.tilt_sin * m[2, j]
    face.snr_m4 = snr(radar, 1.0, 1.0)
    face.track_snr, face.pulses = radar.track_snr, max(radar.pulses, 1)
    face.threshold = threshold_of(radar.false_alarm_p, max(radar.pulses, 1))
    face.cell_m = C_MPS / (2.0 * radar.bandwidth_hz)
    face.beam_rad = radar.beamwidth_rad
    face.range_bias_m, face.angle_bias_rad = radar.range_bias_m, radar.angle_bias_rad
    face.all_round = 0 if radar.azimuth_half_rad < math.pi else 1
    face.range_max_m = radar.range_max_m
    face.low_sin = math.sin(max(horizon_rad(radar), radar.elevation_min_rad))
    face.high_sin = math.sin(radar.elevation_max_rad)
    face.side_cos = math.cos(min(radar.azimuth_half_rad, math.pi))


def face_of(radar: Any) -> Any:
    """The FACE row of a RADAR row."""
    face = np.zeros(1, FACE).view(np.recarray)[0]
    fill_face(radar, face)
    return face


@hot
def local(face, x, y, z):
    """A point seen from a radar: east, north, up, level and slant range [m]."""
    dx, dy, dz = x - face.origin[0], y - face.origin[1], z - face.origin[2]
    e = face.east[0] * dx + face.east[1] * dy + face.east[2] * dz
    n = face.north[0] * dx + face.north[1] * dy + face.north[2] * dz
    u = face.up[0] * dx + face.up[1] * dy + face.up[2] * dz
    flat2 = e * e + n * n
    return e, n, u, math.sqrt(flat2), math.sqrt(flat2 + u * u)


@hot
def off_cos(face, dx, dy, dz):
    """Cosine between a direction (unit vector) and the face, as ``radar.off_face_cos``."""
    if face.all_round == 1:
        sine = face.up[0] * dx + face.up[1] * dy + face.up[2] * dz
        level = math.sqrt(max(1.0 - sine * sine, 0.0))
        return max(level * face.tilt_cos + sine * face.tilt_sin, LEAST_COS)
    return max(face.normal[0] * dx + face.normal[1] * dy + face.normal[2] * dz, LEAST_COS)


@hot
def full_snr_at(face, range_m, cosine, rcs_m2):
    """Mean signal-to-noise ratio of a whole dwell, scan loss included."""
    r2 = range_m * range_m
    return face.snr_m4 * rcs_m2 / (r2 * r2) * cosine * cosine * math.sqrt(cosine)


@hot
def snr_at(face, range_m, cosine, rcs_m2):
    """Mean signal-to-noise ratio of a look, scan loss included: ``radar.snr``, ``scan_factor``.

    The look is shortened as ``radar.looked_snr`` says.
    """
    return looked_snr(face.track_snr, full_snr_at(face, range_m, cosine, rcs_m2))


@hot
def detects_p(face, fluctuation, snr_now):
    """Probability that one look detects a target that fluctuates in a way (SWERLING_1 …)."""
    return seen_p(fluctuation, snr_now, face.pulses, face.threshold)


@hot
def range_var_m2(face, snr_now):
    """Variance of the range of one look [m2]: ``radar.range_sigma_m`` squared."""
    fine = min(0.5 / max(snr_now, SNR_FLOOR), UNIFORM2)
    return face.cell_m * face.cell_m * fine + face.range_bias_m * face.range_bias_m


@hot
def angle_var(face, snr_now, cosine):
    """Variance of an angle of one look [rad2]: ``radar.angle_sigma_rad`` squared."""
    fine = 0.5 / (MONOPULSE_SLOPE * MONOPULSE_SLOPE * max(snr_now, SNR_FLOOR))
    beam = face.beam_rad / cosine
    return beam * beam * min(fine, UNIFORM2) + face.angle_bias_rad * face.angle_bias_rad


@hot
def sees_quickly(radar, face, x, y, z):
    """Whether ``radar.sees`` says SEEN; asked itself only near an edge of the field of regard."""
    dx, dy, dz = x - face.origin[0], y - face.origin[1], z - face.origin[2]
    range_m = math.sqrt(dx * dx + dy * dy + dz * dz)
    sine = (face.up[0] * dx + face.up[1] * dy + face.up[2] * dz) / range_m
    flat_m = range_m * math.sqrt(max(1.0 - sine * sine, 0.0))
    ahead = face.ahead[0] * dx + face.ahead[1] * dy + face.ahead[2] * dz
    if range_m > face.range_max_m or sine < face.low_sin - LIFT_MAX_RAD - SLACK:
        return False
    if sine > face.high_sin + SLACK or ahead < (face.side_cos - SLACK) * flat_m:
        return False
    inside = face.low_sin + SLACK < sine < face.high_sin - LIFT_MAX_RAD - SLACK
    if inside and (face.all_round == 1 or ahead > (face.side_cos + SLACK) * flat_m):
        return True
    return sees(radar, x, y, z) == SEEN
