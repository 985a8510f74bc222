"""Tracks as people hold them: state (7,) and covariance (7, 7) in arrays that the caller owns.

Measurements are range, azimuth and elevation of one radar; the motion is that of ``motion``,
the filter that of ``ekf`` and ``taking``. ``carry``, ``cov_update`` and ``look_update`` move a
covariance along a known path, for ``sight``.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.flight.coast import impact_kernel
from keepout.kernel import kernel, one_row, part

from .ekf import PACKED, WORK, packed, predict
from .face import FACE, fill_face
from .motion import LN_BETA_NOISE_PS, NOISE_TIME_S, STATES, spread, stir, transition
from .slope import impact_terms, slope_at_impact
from .taking import begin, take_look


@part
def pack(cov):
    """A covariance (7, 7) as the 28 numbers of ``ekf``."""
    p = np.empty(PACKED)
    for i in range(3):
        for j in range(3):
            p[6 + 3 * i + j] = cov[i, 3 + j]
        for j in range(i, 3):
            p[packed(i, j)] = cov[i, j]
            p[15 + packed(i, j)] = cov[3 + i, 3 + j]
        p[21 + i] = cov[i, 6]
        p[24 + i] = cov[3 + i, 6]
    p[27] = cov[6, 6]
    return p


@part
def unpack(p, cov):
    """The 28 numbers of ``ekf`` as a covariance (7, 7)."""
    for i in range(3):
        for j in range(3):
            cov[i, j] = p[packed(i, j)]
            cov[3 + i, 3 + j] = p[15 + packed(i, j)]
            cov[i, 3 + j] = cov[3 + j, i] = p[6 + 3 * i + j]
        cov[i, 6] = cov[6, i] = p[21 + i]
        cov[3 + i, 6] = cov[6, 3 + i] = p[24 + i]
    cov[6, 6] = p[27]


@part
def direction(face, az_rad, el_rad):
    """Unit vector in ECEF of an azimuth and an elevation [rad]."""
    level = math.cos(el_rad)
    e, n, u = level * math.sin(az_rad), level * math.cos(az_rad), math.sin(el_rad)
    return (
        e * face.east[0] + n * face.north[0] + u * face.up[0],
        e * face.east[1] + n * face.north[1] + u * face.up[1],
        e * face.east[2] + n * face.north[2] + u * face.up[2],
    )


@kernel
def track_start(
    radar, range_m, az_rad, el_rad, snr_now, thin, ln_beta, ln_beta_sigma, state, cov
):  # fmt: skip
    """Begin a track with one look: position as measured, velocity unknown.

    radar                   RADAR row
    range_m, az_rad, el_rad ()  the measurement
    snr_now                 ()  its signal-to-noise ratio, which sets its weight
    thin                    ()  its errors over those of a look: 1, or 1 / sqrt(n) for the
                                mean of n looks
    ln_beta, ln_beta_sigma  ()  what is believed of the ballistic coefficient (LN_BETA …)
    state (7,), cov (7, 7)  overwritten

    Source: ``taking.begin``.
    """
    faces, p = one_row(FACE), np.empty(PACKED)
    face = faces[0]
    fill_face(radar, face)
    mx, my, mz = direction(face, az_rad, el_rad)
    begin(face, range_m, mx, my, mz, snr_now, thin, ln_beta, ln_beta_sigma, state, p)
    unpack(p, cov)


@kernel
def track_predict(state, cov, dt_s, drag_law, density, drag_share):
    """Carry a track over a time without a look.

    state, cov        (7,), (7, 7)  changed in place
    dt_s, drag_law    ()  [s], 0 or more; DRAG_*
    density           ()  noise density of unmodelled acceleration [m2/s3]
    drag_share        ()  unmodelled part of the drag, held for NOISE_TIME_S

    Source: ``ekf.predict``.
    """
    p = pack(cov)
    predict(state, p, dt_s, drag_law, density, drag_share, math.inf, np.empty(WORK))
    unpack(p, cov)


@kernel
def track_update(radar, range_m, az_rad, el_rad, snr_now, thin, state, cov):
    """Take one look into a track; arguments as in ``track_start``, state and cov changed in place.

    returns  ()  squared innovation over its variance, three degrees of freedom when the
                 filter is right

    Source: ``taking.take_look``.
    """
    faces, p = one_row(FACE), pack(cov)
    face = faces[0]
    fill_face(radar, face)
    mx, my, mz = direction(face, az_rad, el_rad)
    chi2 = take_look(face, range_m, mx, my, mz, snr_now, thin, state, p)
    unpack(p, cov)
    return chi2


@kernel
def track_looks(
    radar, t_s, looks, ln_beta, ln_beta_sigma, drag_law, density, drag_share, states, cov
):  # fmt: skip
    """Follow one object through a row of looks.

    radar                   RADAR row
    t_s, looks              (n,) [s] and (n, 4): range [m], azimuth, elevation [rad], and the
                            signal-to-noise ratio
    ln_beta, ln_beta_sigma  ()  what is believed of the ballistic coefficient
    drag_law, density, drag_share  as in ``track_predict``
    states, cov             (n, 7), (7, 7)  filled: the state after each look, the last covariance
    returns                 ()  sum of the squared innovations over their variance
    """
    faces, p, x = one_row(FACE), np.empty(PACKED), np.empty(STATES)
    work, face, chi2 = np.empty(WORK), faces[0], 0.0
    fill_face(radar, face)
    for k in range(len(t_s)):
        mx, my, mz = direction(face, looks[k, 1], looks[k, 2])
        range_m, snr_now = looks[k, 0], looks[k, 3]
        if k == 0:
            begin(face, range_m, mx, my, mz, snr_now, 1.0, ln_beta, ln_beta_sigma, x, p)
        else:
            step_s = t_s[k] - t_s[k - 1]
            predict(x, p, step_s, drag_law, density, drag_share, math.inf, work)
            chi2 += take_look(face, range_m, mx, my, mz, snr_now, 1.0, x, p)
        for i in range(STATES):
            states[k, i] = x[i]
    unpack(p, cov)
    return chi2


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
    track_predict(then, there, t_s, drag_law, 0.0, share)
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
