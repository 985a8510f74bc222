"""An extended Kalman filter for one ballistic object.

Measurements are range, azimuth and elevation of one radar; the motion is that of
``motion``. Arrays belong to the caller: ``state`` (7,), ``cov`` (7, 7) and ``work``
(2, 7, 7), which is overwritten. Nothing is allocated here.
"""

from __future__ import annotations

import math

from keepout.flight.coast import impact_kernel
from keepout.kernel import kernel, part

from .motion import (
    AIR_STEP_S,
    AIR_TOP_M,
    LN_BETA_NOISE_PS,
    NOISE_TIME_S,
    SPACE_STEP_S,
    STATES,
    fall,
    slopes,
    spread,
    stir,
    transition,
)
from .radar import angle_sigma_rad, look, off_face_cos, range_sigma_m, wrapped_rad
from .slope import impact_terms, slope_at_impact

SPEED_SIGMA_MPS = 3000.0
"""Each component of a velocity of which nothing is known: ballistic missiles of up to
2,000 km range burn out below 4.3 km/s. Grade D."""


@kernel
def track_start(
    radar, range_m, az_rad, el_rad, snr_now, thin, ln_beta, ln_beta_sigma, state, cov
):  # fmt: skip
    """Begin a track with one look: position as measured, velocity unknown.

    radar                   RADAR row
    range_m, az_rad, el_rad ()  the measurement
    snr_now, thin           ()  its signal-to-noise ratio; ``thin`` as in ``track_update``
    ln_beta, ln_beta_sigma  ()  what is believed of the ballistic coefficient (LN_BETA …)
    state (7,), cov (7, 7)  overwritten

    The velocity starts at rest over the Earth with SPEED_SIGMA_MPS on each axis.
    """
    e, n, u = math.sin(az_rad), math.cos(az_rad), math.tan(el_rad)
    flat_m = range_m * math.cos(el_rad)
    m = radar.to_enu
    for i in range(3):
        state[i] = radar.r_ecef_m[i] + flat_m * (e * m[0, i] + n * m[1, i] + u * m[2, i])
        state[3 + i] = 0.0
    state[6] = ln_beta
    off_cos = off_face_cos(radar, az_rad, el_rad)
    along_m = thin * range_sigma_m(radar, snr_now)
    across_m = thin * range_m * angle_sigma_rad(radar, snr_now, off_cos)
    cov_start(radar, state[0], state[1], state[2], along_m, across_m, ln_beta_sigma, cov)


@part
def cov_start(radar, x, y, z, along_m, across_m, ln_beta_sigma, cov):
    """Covariance after one look: a disc across the line of sight, velocity unknown."""
    dx = x - radar.r_ecef_m[0]
    dy = y - radar.r_ecef_m[1]
    dz = z - radar.r_ecef_m[2]
    r2 = dx * dx + dy * dy + dz * dz
    d = (dx, dy, dz)
    for i in range(STATES):
        for j in range(STATES):
            cov[i, j] = 0.0
    for i in range(3):
        for j in range(3):
            cov[i, j] = (along_m * along_m - across_m * across_m) * d[i] * d[j] / r2
        cov[i, i] += across_m * across_m
        cov[3 + i, 3 + i] = SPEED_SIGMA_MPS * SPEED_SIGMA_MPS
    cov[6, 6] = ln_beta_sigma * ln_beta_sigma


@kernel
def track_predict(state, cov, work, dt_s, drag_law, density, drag_share):
    """Carry a track over a time without a look.

    state, cov, work  (7,), (7, 7), (2, 7, 7)  changed in place
    dt_s, drag_law    ()  [s], 0 or more; DRAG_*
    density           ()  noise density of unmodelled acceleration [m2/s3]
    drag_share        ()  unmodelled part of the drag, held for NOISE_TIME_S

    Runge-Kutta for the state, second-order transition for the covariance, in steps of
    at most AIR_STEP_S below and SPACE_STEP_S above AIR_TOP_M.
    """
    left = dt_s
    while left > 0.0:
        r = math.sqrt(state[0] ** 2 + state[1] ** 2 + state[2] ** 2)
        in_air = r - 6.378e6 < AIR_TOP_M + 2.0 * SPACE_STEP_S * 4000.0
        h_s = min(left, AIR_STEP_S if in_air else SPACE_STEP_S)
        left -= h_s
        if left < 1e-9:
            left = 0.0
        x, y, z, u, v, w = state[0], state[1], state[2], state[3], state[4], state[5]
        fall(state, h_s, drag_law)
        f = work[1]
        size = slopes(
            0.5 * (x + state[0]), 0.5 * (y + state[1]), 0.5 * (z + state[2]),
            0.5 * (u + state[3]), 0.5 * (v + state[4]), 0.5 * (w + state[5]), state[6],
            drag_law, f,
        )  # fmt: skip
        carry(cov, work, h_s, density, drag_share * size)


@part
def carry(cov, work, h_s, density, unmodelled_mps2):
    """Carry a covariance over one step whose slopes stand in ``work[1]``."""
    transition(work[1], h_s, work[0])
    spread(cov, work[0], work[1])
    walk = LN_BETA_NOISE_PS if unmodelled_mps2 > 0.0 else 0.0
    stir(cov, h_s, density + NOISE_TIME_S * unmodelled_mps2 * unmodelled_mps2, walk)


@kernel
def cov_update(cov, h, variance, gain):
    """Take in one scalar measurement of position along a direction, in Joseph's form.

    cov            (7, 7)  changed in place
    h              (3,)    the direction, ECEF: the measurement is h . r
    variance       ()      of the measurement [m2]
    gain           (7,)    overwritten with the Kalman gain

    P becomes (I - k h^T) P (I - k h^T)^T + k k^T variance, symmetric by construction:
    Bucy & Joseph (1968); Bar-Shalom et al. 2001, sec. 5.2.3.
    """
    hx, hy, hz = h[0], h[1], h[2]
    for i in range(STATES):
        gain[i] = cov[i, 0] * hx + cov[i, 1] * hy + cov[i, 2] * hz
    scale = 1.0 / (gain[0] * hx + gain[1] * hy + gain[2] * hz + variance)
    for i in range(STATES):
        for j in range(STATES):
            cov[i, j] -= scale * gain[i] * gain[j]
    for i in range(STATES):
        gain[i] *= scale
    for i in range(STATES):  # exactly zero but for rounding, which it takes back
        back = cov[i, 0] * hx + cov[i, 1] * hy + cov[i, 2] * hz - variance * gain[i]
        for j in range(STATES):
            cov[i, j] -= back * gain[j]
    for i in range(STATES):
        for j in range(i):
            mean = 0.5 * (cov[i, j] + cov[j, i])
            cov[i, j] = mean
            cov[j, i] = mean


@kernel
def track_impact(state, cov, work, drag_law, m, share):
    """Where and when a tracked object will land if it stays ballistic, and how surely.

    state, cov  (7,), (7, 7)  unchanged
    work        (4, 7, 7)     overwritten
    drag_law    ()            DRAG_*
    m           (3, 3)        rows east, north, up near the impact, for the covariance
    share       ()            unmodelled share of the drag on the way (``track_predict``)
    returns     x, y, z [m], t [s from now], variances east, north [m2], covariance [m2],
                variance of the time [s2]; all nan if it does not come down

    The mean by ``flight.coast.impact_kernel``; the covariance carried to that time and
    projected on the ground along the velocity.
    """
    x, y, z, vx, vy, vz, t_s = impact_kernel(
        state[0], state[1], state[2], state[3], state[4], state[5],
        math.exp(state[6]), drag_law,
    )  # fmt: skip
    there, then, end, g = work[2], work[3, 0], work[3, 1], work[3, 2:5]
    for i in range(STATES):
        then[i] = state[i]
        for j in range(STATES):
            there[i, j] = cov[i, j]
    if not t_s >= 0.0:
        return x, y, z, t_s, t_s, t_s, t_s, t_s
    track_predict(then, there, work, t_s, drag_law, 0.0, share)
    end[0], end[1], end[2], end[3], end[4], end[5] = x, y, z, vx, vy, vz
    slope_at_impact(end, m, g)
    ee, nn, en, tt = impact_terms(there, g)
    return x, y, z, t_s, ee, nn, en, tt


@part
def axes(radar, az_rad, el_rad, frame):
    """Unit vectors in ECEF along the line of sight, across it in azimuth, in elevation.

    az_rad, el_rad  ()      [rad]
    frame           (3, 3)  rows overwritten
    """
    m = radar.to_enu
    sa, ca = math.sin(az_rad), math.cos(az_rad)
    se, ce = math.sin(el_rad), math.cos(el_rad)
    for i in range(3):
        ahead = sa * m[0, i] + ca * m[1, i]
        frame[0, i] = ce * ahead + se * m[2, i]
        frame[1, i] = ca * m[0, i] - sa * m[1, i]
        frame[2, i] = ce * m[2, i] - se * ahead


@part
def look_update(radar, az_rad, el_rad, along_m, across_m, cov, work):
    """Covariance after one look in a direction; the state is not needed.

    along_m, across_m  ()  one-sigma errors along and across the line of sight [m]
    cov, work          (7, 7), (2, 7, 7)  changed in place
    """
    frame, gain = work[1, :3, :3], work[0, 0]
    axes(radar, az_rad, el_rad, frame)
    sigma_m = along_m
    for axis in range(3):
        cov_update(cov, frame[axis], sigma_m * sigma_m, gain)
        sigma_m = across_m


@part
def across_terms(cov, frame):
    """Variances across the line of sight, in azimuth and elevation, and their covariance [m2].

    cov (7, 7);  frame (3, 3) from ``axes``
    """
    aa, bb, ab = 0.0, 0.0, 0.0
    for i in range(3):
        a, b = 0.0, 0.0
        for j in range(3):
            a += cov[i, j] * frame[1, j]
            b += cov[i, j] * frame[2, j]
        aa += a * frame[1, i]
        bb += b * frame[2, i]
        ab += a * frame[2, i]
    return aa, bb, ab


@kernel
def track_update(radar, range_m, az_rad, el_rad, snr_now, thin, state, cov, work):
    """Take one look into a track.

    radar                    RADAR row
    range_m, az_rad, el_rad  ()  the measurement
    snr_now                  ()  its signal-to-noise ratio, which sets its weight
    thin                     ()  its errors over those of a look: 1, or 1 / sqrt(n) for the
                                 mean of n looks
    state, cov, work         (7,), (7, 7), (2, 7, 7)  changed in place
    returns                  ()  squared innovation over its variance, three degrees of
                                 freedom when the filter is right

    The extended Kalman update with the measurement turned into lengths at the target,
    one axis after the other, their errors being independent. It is linearised where the
    direction is known better: at the prediction, or, while the track is still vaguer
    than a look, at the measurement (D. Lerro & Y. Bar-Shalom, IEEE Trans. AES 29 (1993)
    1015, on converted measurements). A sphere of equal range bends away from the plane by
    the square of the error across over twice the range: that mean and spread of the range
    are allowed for, in Gaussian errors (second-order filter, Bar-Shalom, Li & Kirubarajan
    2001, sec. 10.3.2). A wide beam with a fine range would else be far too sure of itself.
    """
    x, y, z = state[0], state[1], state[2]
    range_0, az_0, el_0 = look(radar, x, y, z)
    frame, gain, residual = work[1, :3, :3], work[0, 0], work[0, 1]
    off_cos = off_face_cos(radar, az_0, el_0)
    along_m = thin * range_sigma_m(radar, snr_now)
    across_m = thin * range_0 * angle_sigma_rad(radar, snr_now, off_cos)
    if cov[0, 0] + cov[1, 1] + cov[2, 2] < 2.0 * across_m * across_m:
        axes(radar, az_0, el_0, frame)
        residual[0] = range_m - range_0
        residual[1] = range_0 * math.cos(el_0) * wrapped_rad(az_rad - az_0)
        residual[2] = range_0 * (el_rad - el_0)
        aa, bb, ab = across_terms(cov, frame)
    else:
        aa, bb, ab = across_m * across_m, across_m * across_m, 0.0
        axes(radar, az_rad, el_rad, frame)
        dx = radar.r_ecef_m[0] + range_m * frame[0, 0] - x
        dy = radar.r_ecef_m[1] + range_m * frame[0, 1] - y
        dz = radar.r_ecef_m[2] + range_m * frame[0, 2] - z
        for axis in range(3):
            residual[axis] = frame[axis, 0] * dx + frame[axis, 1] * dy + frame[axis, 2] * dz
    residual[0] -= 0.5 * (aa + bb) / range_0
    bend_m2 = 0.5 * (aa * aa + bb * bb + 2.0 * ab * ab) / (range_0 * range_0)
    chi2 = 0.0
    for axis in range(3):
        h = frame[axis]
        variance = along_m * along_m + bend_m2 if axis == 0 else across_m * across_m
        moved = h[0] * (state[0] - x) + h[1] * (state[1] - y) + h[2] * (state[2] - z)
        innovation = residual[axis] - moved
        cov_update(cov, h, variance, gain)
        # the gain k obeys k = P h / s, so the variance s of the innovation is
        # variance / (1 - h . k)
        hk = h[0] * gain[0] + h[1] * gain[1] + h[2] * gain[2]
        chi2 += innovation * innovation * (1.0 - hk) / variance
        for i in range(STATES):
            state[i] += gain[i] * innovation
    return chi2
