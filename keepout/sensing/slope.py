"""How the impact of a lane moves with the state along it, and where a dive would end.

Tabulated once per lane at SLOPE_POINTS even times from launch to impact:

slope  (SLOPE_POINTS, 3, 7)  derivative of (east [m], north [m], time [s]) of the impact
                             with respect to the state of ``motion``
drift  (SLOPE_POINTS, 2)     impact of a ballistic body with the state of that moment,
                             minus the flight's own impact: east, north [m]
"""

from __future__ import annotations

import numpy as np

from keepout.earth.geodesy import normal_of
from keepout.flight.coast import impact_kernel
from keepout.flight.drop import sample_at
from keepout.kernel import kernel, part
from keepout.records.missile import MANOEUVRING, NO_MANOEUVRE
from keepout.records.trajectory import SAMPLES

from .motion import AIR_TOP_M, STATES, ln_beta_of, slopes, transition

SLOPE_STRIDE = 8
"""Samples between two points of the table."""

SLOPE_POINTS = (SAMPLES - 1) // SLOPE_STRIDE + 1

DRIFT_MIN_M = 50.0
"""A smaller drift is the difference of two integrations, not a manoeuvre."""

BACK_AIR_S, BACK_SPACE_S = 0.5, 4.0
"""Longest steps inside and above the air."""

assert SLOPE_STRIDE * (SLOPE_POINTS - 1) == SAMPLES - 1


@part
def slope_back(sample, dt_s, from_s, to_s, ln_beta, drag_law, g, work):
    """Carry the derivative of the impact back from one moment to an earlier one.

    sample  (SAMPLES, 6);  dt_s, from_s, to_s () [s]
    g       (3, 7)     in place
    work    (2, 7, 7)  overwritten

    G(t) = G(t + h) Phi(t + h, t), in steps of at most BACK_AIR_S and BACK_SPACE_S: the
    adjoint of the linearised motion (A. E. Bryson & Y.-C. Ho, Applied Optimal Control,
    1975, app. A).
    """
    phi, f, s = work[0], work[1, :3], work[1, 3]
    t_s = from_s
    while t_s > to_s + 1e-9:
        sample_at(sample, dt_s, t_s - BACK_SPACE_S, s)
        low = normal_of(s[0], s[1], s[2])[2] < AIR_TOP_M
        h_s = min(BACK_AIR_S if low else BACK_SPACE_S, t_s - to_s)
        sample_at(sample, dt_s, t_s - 0.5 * h_s, s)
        slopes(s[0], s[1], s[2], s[3], s[4], s[5], ln_beta, drag_law, f)
        transition(f, h_s, phi)
        for i in range(3):
            for j in range(STATES):
                f[i, j] = g[i, j]
        for i in range(3):
            for j in range(STATES):
                g[i, j] = 0.0
                for m in range(STATES):
                    g[i, j] += f[i, m] * phi[m, j]
        t_s -= h_s


@part
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


@part
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

    The slope is that of ballistic flight along the lane's own path, also where the
    lane is under thrust or manoeuvres: there it is not to be used, or approximate.
    """
    for point in range(SLOPE_POINTS):
        drift[point, 0] = drift[point, 1] = 0.0
    if lane.reachable == 0:
        return -1
    work = np.empty((2, STATES, STATES))
    g = np.empty((3, STATES))
    slope_at_impact(sample[SAMPLES - 1], asset.to_enu, g)
    ln_beta = ln_beta_of(missile)
    step_s = SLOPE_STRIDE * lane.dt_s
    for point in range(SLOPE_POINTS - 1, -1, -1):
        if point < SLOPE_POINTS - 1:
            t_s = point * step_s
            slope_back(sample, lane.dt_s, t_s + step_s, t_s, ln_beta, missile.rv_drag_law, g, work)
        for i in range(3):
            for j in range(STATES):
                slope[point, i, j] = g[i, j]
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        drift_table(lane, sample, missile, asset, drift)
    return 0


@part
def drift_table(lane, sample, missile, asset, drift):
    """Where a ballistic body from each point of the lane would land, minus the impact.

    Before the manoeuvre begins that place stays the same: it is found once, at the last
    point above the manoeuvre's height, and holds back to the end of burning.
    """
    m = asset.to_enu
    end = sample[SAMPLES - 1]
    for point in range(SLOPE_POINTS - 2, -1, -1):
        s = sample[point * SLOPE_STRIDE]
        if point * SLOPE_STRIDE * lane.dt_s < lane.burnout_s:
            break
        got = impact_kernel(
            s[0], s[1], s[2], s[3], s[4], s[5], missile.rv_beta_kgpm2, missile.rv_drag_law
        )
        d = (got[0] - end[0], got[1] - end[1], got[2] - end[2])
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
