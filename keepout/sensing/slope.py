"""How the impact of a lane moves with the state along it, and where a dive would end.

Tabulated once per lane at SLOPE_POINTS even times from launch to impact:

slope  (SLOPE_POINTS, 3, 7)  derivative of (east [m], north [m], time [s]) of the impact
                             with respect to the state of ``motion``
drift  (SLOPE_POINTS, 2)     impact of a ballistic body with the state of that moment,
                             minus the flight's own impact: east, north [m]
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import MU_M3PS2, OMEGA_RADPS, alt_of, normal_of
from keepout.flight.drop import sample_at
from keepout.kernel import hot, kernel, part
from keepout.records.missile import MANOEUVRING, NO_MANOEUVRE
from keepout.records.trajectory import SAMPLES

from .ekf import CLEAR_M2, DENSE_M2, WORK, air_terms
from .motion import STATES, air_at, fall, ln_beta_of

SLOPE_STRIDE = 8
"""Samples between two points of the table."""

SLOPE_POINTS = (SAMPLES - 1) // SLOPE_STRIDE + 1

DRIFT_MIN_M = 50.0
"""A smaller drift is the difference of two integrations, not a manoeuvre."""

BACK_SPACE_S, BACK_AIR_S, BACK_DENSE_S = 8.0, 1.0, 0.5
"""Longest steps above the air, in it, and below ``ekf.DENSE_M``."""

FALL_STEP_S, LONGEST_FALL_S = 1.0, 600.0
"""Steps of a ballistic fall through the air, and when it is given up."""

assert SLOPE_STRIDE * (SLOPE_POINTS - 1) == SAMPLES - 1


@hot
def back_drift(g, h_s):
    """The derivative before a drift from that after it: v also moves r by h v."""
    for i in range(3):
        for j in range(3):
            g[i, 3 + j] += h_s * g[i, j]


@hot
def back_kick_in_space(g, h_s, x, y, z):
    """The derivative before a kick from that after it, as ``ekf.kick_in_space``."""
    r2 = x * x + y * y + z * z
    gravity = h_s * MU_M3PS2 / (r2 * math.sqrt(r2))
    k = 3.0 * gravity / r2
    spin = h_s * OMEGA_RADPS * OMEGA_RADPS - gravity
    axx, ayy, azz = k * x * x + spin, k * y * y + spin, k * z * z - gravity
    axy, axz, ayz = k * x * y, k * x * z, k * y * z
    s = 2.0 * OMEGA_RADPS * h_s
    c = 1.0 - 0.5 * s * s
    for i in range(3):
        u, v, w = g[i, 3], g[i, 4], g[i, 5]
        g[i, 0] += u * axx + v * axy + w * axz
        g[i, 1] += u * axy + v * ayy + w * ayz
        g[i, 2] += u * axz + v * ayz + w * azz
        g[i, 3], g[i, 4] = c * u - s * v, c * v + s * u


@hot
def back_kick_in_air(g, work):
    """The same with the derivatives that ``ekf.air_terms`` left in ``work``."""
    m, a, b = work[2], work[3], work[4]
    for i in range(3):
        u, v, w = g[i, 3], g[i, 4], g[i, 5]
        for j in range(3):
            g[i, j] += u * a[j] + v * a[3 + j] + w * a[6 + j]
            g[i, 3 + j] = u * m[j] + v * m[3 + j] + w * m[6 + j]
        g[i, 6] += u * b[0] + v * b[1] + w * b[2]


@hot
def slope_back(sample, dt_s, from_s, to_s, ln_beta, drag_law, g, s, work):
    """Carry the derivative of the impact back from one moment to an earlier one.

    sample   (SAMPLES, 6);  dt_s, from_s, to_s () [s]
    g        (3, 7)     in place
    s, work  (6,), WORK  overwritten

    G(t) = G(t + h) Phi(t + h, t), Phi that of ``ekf.predict``: the adjoint of the linearised
    motion (A. E. Bryson & Y.-C. Ho, Applied Optimal Control, 1975, app. A).
    """
    left_s, over_beta = from_s - to_s, math.exp(-ln_beta)
    while left_s > 1e-9:
        sample_at(sample, dt_s, to_s + left_s - min(left_s, BACK_SPACE_S), s)
        r2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2]
        longest_s = BACK_SPACE_S
        if r2 < CLEAR_M2:
            longest_s = BACK_AIR_S if r2 > DENSE_M2 else BACK_DENSE_S
        h_s = left_s / math.ceil(left_s / longest_s)
        sample_at(sample, dt_s, to_s + left_s - 0.5 * h_s, s)
        back_drift(g, 0.5 * h_s)
        if s[0] * s[0] + s[1] * s[1] + s[2] * s[2] > CLEAR_M2:
            back_kick_in_space(g, h_s, s[0], s[1], s[2])
        else:
            sine, cosine, alt_m = normal_of(s[0], s[1], s[2])
            air_terms(
                s[0], s[1], s[2], s[3], s[4], s[5], sine, cosine, air_at(alt_m), over_beta,
                drag_law, h_s, work,
            )  # fmt: skip
            back_kick_in_air(g, work)
        back_drift(g, 0.5 * h_s)
        left_s -= h_s


@hot
def slope_at_impact(last, m, g):
    """Derivative of the impact with respect to the state at impact, into ``g`` (3, 7).

    last  (6,)    state at impact;  m (3, 3) rows east, north, up: the ground there

    A body displaced by d meets the plane n.d / n.v earlier: Bryson & Ho, sec. 2.7.
    """
    down = m[2, 0] * last[3] + m[2, 1] * last[4] + m[2, 2] * last[5]
    for i in range(2):
        drift = m[i, 0] * last[3] + m[i, 1] * last[4] + m[i, 2] * last[5]
        for j in range(3):
            g[i, j] = m[i, j] - drift * m[2, j] / down
            g[i, 3 + j] = 0.0
        g[i, 6] = 0.0
    for j in range(3):
        g[2, j] = -m[2, j] / down
        g[2, 3 + j] = 0.0
    g[2, 6] = 0.0


@hot
def impact_terms(cov, g):
    """Covariance of the predicted impact: east-east, north-north, east-north, time-time.

    cov (7, 7);  g (3, 7)  derivative of east, north [m] and time [s] of the impact
    returns  [m2], [m2], [m2], [s2]
    """
    ee, nn, en, tt = 0.0, 0.0, 0.0, 0.0
    for i in range(STATES):
        e, n, t = 0.0, 0.0, 0.0
        for j in range(STATES):
            e += cov[i, j] * g[0, j]
            n += cov[i, j] * g[1, j]
            t += cov[i, j] * g[2, j]
        ee += e * g[0, i]
        nn += n * g[1, i]
        en += e * g[1, i]
        tt += t * g[2, i]
    return ee, nn, en, tt


@kernel
def impact_slope_kernel(lane, sample, missile, asset, slope, drift):
    """Fill the tables of one lane; for all radars and before them.

    lane, missile, asset  LANE, MISSILE, ASSET row
    sample                (SAMPLES, 6)
    slope, drift          (SLOPE_POINTS, 3, 7), (SLOPE_POINTS, 2)  overwritten
    returns               ()  0; -1 if the lane is not reachable

    The slope is that of ballistic flight along the lane's own path, also where the lane
    manoeuvres: there it is approximate. Until the end of thrust it is 0.
    """
    for point in range(SLOPE_POINTS):
        drift[point, 0] = drift[point, 1] = 0.0
    if lane.reachable == 0:
        return -1
    work, s, g = np.empty(WORK), np.empty(6), np.empty((3, STATES))
    slope_at_impact(sample[SAMPLES - 1], asset.to_enu, g)
    ln_beta = ln_beta_of(missile)
    step_s = SLOPE_STRIDE * lane.dt_s
    for point in range(SLOPE_POINTS - 1, -1, -1):
        t_s = point * step_s
        if t_s + step_s < lane.burnout_s:  # nothing is predicted yet
            for i in range(3):
                for j in range(STATES):
                    slope[point, i, j] = 0.0
            continue
        if point < SLOPE_POINTS - 1:
            slope_back(
                sample, lane.dt_s, t_s + step_s, t_s, ln_beta, missile.rv_drag_law, g, s, work
            )
        for i in range(3):
            for j in range(STATES):
                slope[point, i, j] = g[i, j]
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        drift_table(lane, sample, missile, asset, drift)
    return 0


@part
def ground_below(y, ln_beta, drag_law):
    """Let a body fall ballistically through the air to the ellipsoid; y (7,) ends there.

    Where it is still flying after LONGEST_FALL_S it is left where it is. To some metres.
    """
    before = np.empty(STATES)
    y[6] = ln_beta
    t_s = 0.0
    while t_s < LONGEST_FALL_S:
        for i in range(STATES):
            before[i] = y[i]
        fall(y, FALL_STEP_S, drag_law)
        t_s += FALL_STEP_S
        if alt_of(y[0], y[1], y[2]) > 0.0:
            continue
        low_s, high_s = 0.0, FALL_STEP_S
        high_m, low_m = alt_of(before[0], before[1], before[2]), alt_of(y[0], y[1], y[2])
        for _ in range(3):  # the last step again, only as long as it takes
            h_s = low_s + (high_s - low_s) * high_m / max(high_m - low_m, 1e-9)
            for i in range(STATES):
                y[i] = before[i]
            fall(y, h_s, drag_law)
            high_s, low_m = h_s, alt_of(y[0], y[1], y[2])
            if abs(low_m) < 0.1:
                break
        return


@part
def drift_table(lane, sample, missile, asset, drift):
    """Where a ballistic body from each point of the lane would land, minus the impact.

    Before the manoeuvre begins that place stays the same: it is found once, at the last
    point above the manoeuvre's height, and holds back to the end of burning.
    """
    m, y = asset.to_enu, np.empty(STATES)
    end = sample[SAMPLES - 1]
    for point in range(SLOPE_POINTS - 2, -1, -1):
        s = sample[point * SLOPE_STRIDE]
        if point * SLOPE_STRIDE * lane.dt_s < lane.burnout_s:
            break
        for i in range(6):
            y[i] = s[i]
        ground_below(y, ln_beta_of(missile), missile.rv_drag_law)
        d = (y[0] - end[0], y[1] - end[1], y[2] - end[2])
        size = 0.0
        for i in range(2):
            drift[point, i] = m[i, 0] * d[0] + m[i, 1] * d[1] + m[i, 2] * d[2]
            size += drift[point, i] ** 2
        if not size >= DRIFT_MIN_M * DRIFT_MIN_M:
            drift[point, 0] = drift[point, 1] = 0.0
        if normal_of(s[0], s[1], s[2])[2] > missile.manoeuvre_top_m:
            for before in range(point):
                drift[before, 0], drift[before, 1] = drift[point, 0], drift[point, 1]
            break
