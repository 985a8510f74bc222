"""What a radar sees: radar equation, field of regard, detection and accuracy.

Symbols: S/N (``snr``) is a power ratio, never decibels. A look is one coherent dwell.
"""

from __future__ import annotations

from typing import Any

from keepout import elementary as math
from keepout.kernel import hot, kernel, lean
from keepout.records.missile import SWERLING_1

from .detection import detected_p

C_MPS = 299_792_458.0
K_JPK = 1.380649e-23
EARTH_A_M = 6_378_137.0
EARTH_E2 = 6.694379990141317e-3
"""Speed of light, Boltzmann's constant (SI), and the ellipsoid of WGS 84."""

EARTH_FACTOR = 4.0 / 3.0
LIFT_MAX_RAD = 0.010
"""Refraction: the 4/3 Earth, but no more lift than 10 mrad. The 4/3 Earth holds in the
lowest kilometres only; a ray that leaves the atmosphere stops bending, by about 0.6 deg
in all at the horizon (Bean & Dutton, Radio Meteorology, 1966, ch. 3). Rounded; grade C."""

TILT_RAD = math.radians(20.0)
"""Elevation that the face of an array looks at. One number for all; grade D."""

SCAN_POWER = 2.5
"""Exponent of the two-way scan loss, cos^2.5 of the angle off the face."""

MONOPULSE_SLOPE = 1.6
LEAST_LOOK = 0.02
"""The shortest look, as a share of the dwell: a few pulses are always sent. Grade D."""

SNR_FLOOR = 1e-12
UNIFORM = 1.0 / math.sqrt(12.0)

SEEN, BELOW_HORIZON, OUT_OF_SECTOR, OUT_OF_ELEVATION, OUT_OF_RANGE = 1, 0, -1, -2, -3

SEES_SAYS = {
    SEEN: "is seen",
    BELOW_HORIZON: "is below the horizon",
    OUT_OF_SECTOR: "is outside the azimuths that the radar covers",
    OUT_OF_ELEVATION: "is outside the elevations that the radar covers",
    OUT_OF_RANGE: "is beyond the instrumented range",
}


@kernel
def snr(radar, range_m, rcs_m2):
    """Mean signal-to-noise ratio of one look in the direction the face looks at.

    radar    RADAR row
    range_m  ()  [m], above 0
    rcs_m2   ()  mean radar cross-section [m2]
    returns  ()  power ratio

    The radar equation for a coherent dwell with the same aperture for sending and
    receiving, S/N = P t (e A)^2 s / (4 pi l^2 R^4 k T L): Curry, Radar System
    Performance Modeling, 2nd ed. (2005), ch. 5, with gain 4 pi e A / l^2. No clutter,
    no jamming, no attenuation by weather beyond what the loss factor holds.
    """
    area = radar.efficiency * radar.aperture_m2
    lam = C_MPS / radar.frequency_hz
    energy_j = radar.average_power_w * radar.dwell_s
    noise_j = K_JPK * radar.noise_temperature_k * radar.loss
    r2 = range_m * range_m
    return energy_j * area * area * rcs_m2 / (4.0 * math.pi * lam * lam * r2 * r2 * noise_j)


@kernel
def look(radar, x, y, z):
    """Range, azimuth and elevation of a point, without refraction.

    radar    RADAR row
    x, y, z  ()  ECEF [m]
    returns  range [m], azimuth from north [rad, -pi to pi], elevation [rad]
    """
    dx = x - radar.r_ecef_m[0]
    dy = y - radar.r_ecef_m[1]
    dz = z - radar.r_ecef_m[2]
    m = radar.to_enu
    e = m[0, 0] * dx + m[0, 1] * dy + m[0, 2] * dz
    n = m[1, 0] * dx + m[1, 1] * dy + m[1, 2] * dz
    u = m[2, 0] * dx + m[2, 1] * dy + m[2, 2] * dz
    flat = math.sqrt(e * e + n * n)
    return math.sqrt(flat * flat + u * u), math.atan2(e, n), math.atan2(u, flat)


@kernel
def wrapped_rad(angle_rad):
    """The same angle between -pi and pi."""
    return angle_rad - 2.0 * math.pi * math.floor((angle_rad + math.pi) / (2.0 * math.pi))


@kernel
def off_face_cos(radar, az_rad, el_rad):
    """Cosine of the angle between a direction and the normal of the array.

    az_rad, el_rad  ()  [rad]
    returns         ()  0.05 to 1

    The face looks at the middle of the sector, TILT_RAD above the horizon. A radar that
    covers all azimuths is taken to turn, or to have faces enough: only its elevation
    counts. The floor of 0.05 keeps directions behind the face finite; ``sees`` refuses
    them.
    """
    across = 0.0
    if radar.azimuth_half_rad < math.pi:
        across = az_rad - radar.azimuth_rad
    c = math.cos(el_rad) * math.cos(TILT_RAD) * math.cos(across)
    c += math.sin(el_rad) * math.sin(TILT_RAD)
    return max(c, 0.05)


@kernel
def scan_factor(off_cos):
    """Part of the signal-to-noise ratio that is left off the face's normal.

    off_cos  ()  cosine of the angle off the normal
    returns  ()  0 to 1

    cos^2.5 both ways: a foreshortened aperture (cos) on sending and on receiving and
    the pattern of the elements (Curry 2005, ch. 2).
    """
    return math.power(off_cos, SCAN_POWER)


@kernel
def height_m(radar):
    """Height of the radar above the ellipsoid.

    Exact: the local vertical meets the position vector in a sqrt(1 - e^2 sin^2 lat) + h,
    and the third row of ``to_enu`` is that vertical.
    """
    up = radar.to_enu[2]
    r = radar.r_ecef_m
    along = up[0] * r[0] + up[1] * r[1] + up[2] * r[2]
    return along - EARTH_A_M * math.sqrt(1.0 - EARTH_E2 * up[2] * up[2])


@kernel
def horizon_rad(radar):
    """Apparent elevation of the horizon of a smooth Earth: minus the dip.

    returns  ()  [rad], 0 or below

    sqrt(2 h / (4/3 a)): Skolnik, Introduction to Radar Systems, 3rd ed., sec. 8.4.
    Terrain is not modelled: it stands in ``elevation_min_rad``.
    """
    h = max(height_m(radar), 0.0)
    return -math.sqrt(2.0 * h / (EARTH_FACTOR * EARTH_A_M))


@kernel
def lift_rad(range_m):
    """How much refraction raises the apparent elevation of a low target.

    range_m  ()  [m]
    returns  ()  [rad]

    R (1 - 3/4) / (2 a), which is the 4/3 Earth, up to LIFT_MAX_RAD. Elevation of a few
    degrees or less; higher up the true lift is smaller and decides nothing.
    """
    return min(range_m * (1.0 - 1.0 / EARTH_FACTOR) / (2.0 * EARTH_A_M), LIFT_MAX_RAD)


@kernel
def sees(radar, x, y, z):
    """Whether a point is above the horizon and inside the radar's field of regard.

    radar    RADAR row
    x, y, z  ()  ECEF [m]
    returns  SEEN (1), or the first of the codes 0 and below that keeps it unseen

    A smooth ellipsoid with refraction (``lift_rad``); no terrain, no ducting.
    """
    range_m, az_rad, el_rad = look(radar, x, y, z)
    apparent = el_rad + lift_rad(range_m)
    if apparent < horizon_rad(radar):
        return BELOW_HORIZON
    if range_m > radar.range_max_m:
        return OUT_OF_RANGE
    if apparent < radar.elevation_min_rad or apparent > radar.elevation_max_rad:
        return OUT_OF_ELEVATION
    if abs(wrapped_rad(az_rad - radar.azimuth_rad)) > radar.azimuth_half_rad:
        return OUT_OF_SECTOR
    return SEEN


@kernel
def detection_p(snr_mean, false_alarm_p):
    """Probability that one look detects a target of fluctuating cross-section.

    snr_mean       ()  mean signal-to-noise ratio, power ratio
    false_alarm_p  ()  0 to 1
    returns        ()  0 to 1

    Swerling case 1, one coherently integrated look: P_d = P_fa^(1 / (1 + S/N)), exact
    for a Rayleigh amplitude and an envelope detector (Swerling, RM-1217, 1954). Looks
    fluctuate independently here.
    """
    if not snr_mean > 0.0:
        return false_alarm_p
    p = math.power(false_alarm_p, 1.0 / (1.0 + snr_mean))
    return max(p, false_alarm_p)  # a rounding below it without a signal


@lean
def looked_snr(track_snr, full_snr):
    """Signal-to-noise ratio of a look that is no longer than it needs to be.

    track_snr  ()  what a look needs, power ratio; 0: every look lasts the whole dwell
    full_snr   ()  of the whole dwell
    returns    ()  its share of ``full_snr`` is the share of the dwell that is spent
    """
    if not track_snr > 0.0 or full_snr <= track_snr:
        return full_snr
    return max(track_snr, LEAST_LOOK * full_snr)


@hot
def seen_p(fluctuation, snr_now, pulses, threshold):
    """Probability that one look detects: ``detection.detected_p``, the usual case by itself.

    fluctuation  ()  SWERLING_1 …;  snr_now () mean of the whole look, power ratio
    """
    if pulses <= 1 and fluctuation == SWERLING_1:
        return math.exp(-threshold / (1.0 + max(snr_now, 0.0)))
    return detected_p(fluctuation, snr_now, pulses, threshold)


@kernel
def range_rate_sigma_mps(radar, snr_now):
    """One-sigma random error of the range rate of one look, from its Doppler shift.

    snr_now  ()  power ratio of the whole dwell
    returns  ()  [m/s]

    l sqrt(6) / (4 pi t sqrt(S/N)): the Cramer-Rao bound of the frequency of a tone that lasts
    the dwell t. Source: Rife and Boorstyn, IEEE Trans. IT-20 (1974) 591. Coherent dwells only;
    ambiguities, and the change of the rate within the dwell, are not counted.
    """
    lam = C_MPS / radar.frequency_hz
    fine = math.sqrt(max(snr_now, SNR_FLOOR)) * radar.dwell_s
    return lam * math.sqrt(6.0) / (4.0 * math.pi * fine)


@kernel
def range_sigma_m(radar, snr_now):
    """One-sigma random error of range of one look.

    snr_now  ()  power ratio
    returns  ()  [m]

    c / (2 B sqrt(2 S/N)), the Cramer-Rao form for a flat spectrum up to a factor near 1
    (Curry 2005, ch. 8; Skolnik, 3rd ed., ch. 6), at most that of a uniform error over
    the resolution cell; with a fixed random error added in quadrature, taken as large
    as the radar's bias (grade D).
    """
    cell_m = C_MPS / (2.0 * radar.bandwidth_hz)
    noise_m = cell_m * min(1.0 / math.sqrt(2.0 * max(snr_now, SNR_FLOOR)), UNIFORM)
    return math.sqrt(noise_m * noise_m + radar.range_bias_m * radar.range_bias_m)


@kernel
def angle_sigma_rad(radar, snr_now, off_cos):
    """One-sigma random error of one angle of one look, across the line of sight.

    snr_now  ()  power ratio, scan loss included;  off_cos  ()  ``off_face_cos``
    returns  ()  [rad]

    Beamwidth / (1.6 sqrt(2 S/N)) for monopulse, the beam widening with 1/cos off the
    face (Curry 2005, ch. 8; Barton & Ward, Handbook of Radar Measurement, 1969), at
    most that of a uniform error over the beam; with a fixed random error added in
    quadrature, taken as large as the radar's bias (grade D). Low elevation adds
    multipath, which is not modelled.
    """
    beam_rad = radar.beamwidth_rad / off_cos
    fine = MONOPULSE_SLOPE * math.sqrt(2.0 * max(snr_now, SNR_FLOOR))
    noise_rad = beam_rad * min(1.0 / fine, UNIFORM)
    return math.sqrt(noise_rad * noise_rad + radar.angle_bias_rad * radar.angle_bias_rad)


@kernel
def observe(radar, x, y, z, rcs_m2):
    """Everything one look at a point has to do with, drawn errors apart.

    x, y, z  ()  ECEF [m];  rcs_m2 () [m2]
    returns  range [m], azimuth, elevation [rad], mean signal-to-noise ratio (of a look that is
             shortened as ``looked_snr`` says), and its one-sigma errors along and across the
             line of sight [m]
    """
    range_m, az_rad, el_rad = look(radar, x, y, z)
    off_cos = off_face_cos(radar, az_rad, el_rad)
    full_snr = snr(radar, range_m, rcs_m2) * math.power(off_cos, SCAN_POWER)
    snr_now = looked_snr(radar.track_snr, full_snr)
    along_m = range_sigma_m(radar, snr_now)
    across_m = range_m * angle_sigma_rad(radar, snr_now, off_cos)
    return range_m, az_rad, el_rad, snr_now, along_m, across_m


def detection_range_m(radar: Any, rcs_m2: float, snr_needed: float) -> float:
    """Range [m] at which one look straight ahead reaches a signal-to-noise ratio.

    ``radar`` is a RADAR row. A detection range means nothing without its cross-section,
    its signal-to-noise ratio and its dwell: state all three. The horizon and the
    instrumented range are not looked at.

    Raises ValueError if a quantity is not above zero.
    """
    if not (rcs_m2 > 0.0 and snr_needed > 0.0):
        raise ValueError(
            f"cross-section {rcs_m2} m2 and signal-to-noise ratio {snr_needed} must both be above 0"
        )
    return math.sqrt(math.sqrt(float(snr(radar, 1.0, rcs_m2)) / snr_needed))
