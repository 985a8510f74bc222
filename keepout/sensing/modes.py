"""Several motions at once: boost, ballistic flight and manoeuvre, and how likely each is.

The interacting multiple model filter: each mode has its own extended Kalman filter in the seven
states of ``ekf``; before a scan their estimates are mixed by the chance of a change of mode, after
it they are weighed by how well each expected the look. Modes differ in thrust and in noise:

boost        thrust along the velocity, of a size known badly;
ballistic    gravity and drag;
manoeuvring  gravity and drag, and large accelerations across the velocity.

Source: H. A. P. Blom & Y. Bar-Shalom, IEEE Trans. Automatic Control 33 (1988) 780; Bar-Shalom, Li
& Kirubarajan 2001, sec. 11.6. Nothing is allocated.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot, kernel, lean, part

from .ekf import PACKED, packed, predict
from .motion import STATES
from .polar import take_polar

BOOST, BALLISTIC, MANOEUVRE = np.int64(0), np.int64(1), np.int64(2)
COUNT = 3

MODES = np.array([
    [35.0, 400.0, 20.0, 0.0],
    [0.0, 1e-2, 1e-2, 0.05],
    [0.0, 50.0, 2000.0, 0.3],
])  # fmt: skip
"""By mode: thrust over mass [m/s2], noise densities along and across the velocity [m2/s3],
unmodelled share of the drag. Motors of published missiles give 20 to 80 m/s2, which a density of
400 follows within seconds; a turn of 10 to 20 g follows from 2,000 across. Grade D."""

RATES_PS = np.array([
    [0.0, 0.02, 0.002],
    [1e-4, 0.0, 0.02],
    [1e-4, 0.1, 0.0],
])  # fmt: skip
"""Changes in a second, from row to column: boost lasts a minute, a turn ten seconds. Grade D."""

LEAST = 1e-12
"""A mode is never ruled out for good."""


@hot
def add_outer(p, w, d0, d1, d2, d3, d4, d5, d6):
    """Add w d d^T to a packed covariance; written out, for loops over places cost thrice that."""
    u, v, e, a, b, c, d = w * d0, w * d1, w * d2, w * d3, w * d4, w * d5, w * d6
    p[0] += u * d0
    p[1] += u * d1
    p[2] += u * d2
    p[3] += v * d1
    p[4] += v * d2
    p[5] += e * d2
    p[6] += u * d3
    p[7] += u * d4
    p[8] += u * d5
    p[9] += v * d3
    p[10] += v * d4
    p[11] += v * d5
    p[12] += e * d3
    p[13] += e * d4
    p[14] += e * d5
    p[15] += a * d3
    p[16] += a * d4
    p[17] += a * d5
    p[18] += b * d4
    p[19] += b * d5
    p[20] += c * d5
    p[21] += u * d6
    p[22] += v * d6
    p[23] += e * d6
    p[24] += a * d6
    p[25] += b * d6
    p[26] += c * d6
    p[27] += d * d6


@kernel
def merged(weight, xs, ps, x, p):
    """One Gaussian with the mean and covariance of a mixture.

    weight  (n,)  sum 1;  xs, ps (n, 7), (n, 28);  x, p (7,), (28,) overwritten

    Serves the modes here, and the looks a track shares in joint association: the mixture of
    what the track would be after each (Bar-Shalom & Li 1995, sec. 3.4.2).
    """
    for i in range(STATES):
        x[i] = 0.0
        for k in range(len(weight)):
            x[i] += weight[k] * (xs[k, i] - xs[0, i])
        x[i] += xs[0, i]
    for i in range(PACKED):
        p[i] = 0.0
        for k in range(len(weight)):
            p[i] += weight[k] * ps[k, i]
    for k in range(len(weight)):
        add_outer(
            p, weight[k], xs[k, 0] - x[0], xs[k, 1] - x[1], xs[k, 2] - x[2], xs[k, 3] - x[3],
            xs[k, 4] - x[4], xs[k, 5] - x[5], xs[k, 6] - x[6],
        )  # fmt: skip


@hot
def push(x, p, gain_mps):
    """Add to the speed along the velocity; the direction of it is as uncertain as before.

    v becomes v + g u for u = v / |v|; the covariance goes with M = 1 + g / |v| (1 - u u^T).
    """
    speed = max(math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5]), 1.0)
    u = (x[3] / speed, x[4] / speed, x[5] / speed)
    k = gain_mps / speed
    for i in range(3):
        x[3 + i] += gain_mps * u[i]
    for i in range(3):
        a, b, c = p[6 + 3 * i], p[7 + 3 * i], p[8 + 3 * i]
        on = a * u[0] + b * u[1] + c * u[2]
        for j in range(3):
            p[6 + 3 * i + j] += k * (p[6 + 3 * i + j] - on * u[j])
    f = 1.0 + k
    v0 = (p[15], p[16], p[17])
    v1 = (p[16], p[18], p[19])
    v2 = (p[17], p[19], p[20])
    n0 = v0[0] * u[0] + v0[1] * u[1] + v0[2] * u[2]
    n1 = v1[0] * u[0] + v1[1] * u[1] + v1[2] * u[2]
    n2 = v2[0] * u[0] + v2[1] * u[1] + v2[2] * u[2]
    n, uu = (n0, n1, n2), n0 * u[0] + n1 * u[1] + n2 * u[2]
    for i in range(3):
        for j in range(i, 3):
            at = 15 + packed(i, j)
            p[at] = f * f * p[at] - f * k * (n[i] * u[j] + u[i] * n[j]) + k * k * uu * u[i] * u[j]
    on = p[24] * u[0] + p[25] * u[1] + p[26] * u[2]
    for i in range(3):
        p[24 + i] += k * (p[24 + i] - on * u[i])


@hot
def jostle(x, p, dt_s, ahead, across):
    """Add white acceleration of different densities along and across the velocity [m2/s3]."""
    v2 = max(x[3] * x[3] + x[4] * x[4] + x[5] * x[5], 1.0)
    for i in range(3):
        for j in range(3):
            q = (ahead - across) * x[3 + i] * x[3 + j] / v2 + (across if i == j else 0.0)
            p[6 + 3 * i + j] += 0.5 * q * dt_s * dt_s
            if j >= i:
                p[packed(i, j)] += q * dt_s * dt_s * dt_s / 3.0
                p[15 + packed(i, j)] += q * dt_s


@lean
def predict_mode(mode, x, p, dt_s, drag_law, work):
    """Carry one filter over a time.

    mode       (4,)  row of MODES;  x, p (7,), (28,) changed in place;  work ekf.WORK
    dt_s       ()    [s];  drag_law () DRAG_*

    Half the thrust before and half after the motion without it.
    """
    half = 0.5 * mode[0] * dt_s
    if half != 0.0:
        push(x, p, half)
    predict(x, p, dt_s, drag_law, 0.0, mode[3], math.inf, work)
    if half != 0.0:
        push(x, p, half)
    jostle(x, p, dt_s, mode[1], mode[2])


@kernel
def mix(rates_ps, dt_s, chance, xs, ps, mixed_xs, mixed_ps):
    """Estimates with which each mode begins a scan, the past mode unknown.

    rates_ps  (3, 3)  changes in a second, from row to column;  dt_s () since the last scan
    chance    (3,)    of each mode; changed to what it is before the look
    xs, ps    (3, 7), (3, 28);  mixed_xs, mixed_ps the same, overwritten
    """
    way = (chance[0], chance[1], chance[2])
    for j in range(COUNT):
        w0 = way[0] * change(rates_ps, dt_s, 0, j)
        w1 = way[1] * change(rates_ps, dt_s, 1, j)
        w2 = way[2] * change(rates_ps, dt_s, 2, j)
        total = w0 + w1 + w2
        merged((w0 / total, w1 / total, w2 / total), xs, ps, mixed_xs[j], mixed_ps[j])
        chance[j] = total


@part
def change(rates_ps, dt_s, i, j):
    """Chance of being in mode j a time after mode i, with one change at most."""
    leaving = rates_ps[i, 0] + rates_ps[i, 1] + rates_ps[i, 2] - rates_ps[i, i]
    stay = math.exp(-leaving * dt_s)
    if i == j:
        return stay
    return (1.0 - stay) * rates_ps[i, j] / leaving if leaving > 0.0 else 0.0


@part
def judge(chance, log_likelihood):
    """Chances of the modes after a look of the given likelihoods."""
    top = max(log_likelihood[0], log_likelihood[1], log_likelihood[2])
    total = 0.0
    for j in range(COUNT):
        chance[j] = max(chance[j] * math.exp(log_likelihood[j] - top), LEAST)
        total += chance[j]
    for j in range(COUNT):
        chance[j] /= total


@kernel
def modes_predict(modes, rates_ps, dt_s, drag_law, chance, xs, ps, work, mixed_xs, mixed_ps):
    """Carry all modes to the next scan, mixed.

    modes, rates_ps     (3, 4), (3, 3)  as MODES and RATES_PS
    dt_s, drag_law      ()  [s], DRAG_*
    chance, xs, ps      (3,), (3, 7), (3, 28)  changed in place
    work                ekf.WORK;  mixed_xs, mixed_ps (3, 7), (3, 28) overwritten
    """
    mix(rates_ps, dt_s, chance, xs, ps, mixed_xs, mixed_ps)
    for j in range(COUNT):
        for i in range(STATES):
            xs[j, i] = mixed_xs[j, i]
        for i in range(PACKED):
            ps[j, i] = mixed_ps[j, i]
        predict_mode(modes[j], xs[j], ps[j], dt_s, drag_law, work)


@kernel
def modes_update(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, chance, xs, ps):
    """Take a look into all modes; arguments as ``polar.take_polar``, chance (3,) changed too.

    returns  ()  logarithm of the likelihood of the look under the mixture
    """
    _, a = take_polar(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, xs[0], ps[0])
    _, b = take_polar(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, xs[1], ps[1])
    _, c = take_polar(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, xs[2], ps[2])
    top = max(a, b, c)
    whole = chance[0] * math.exp(a - top) + chance[1] * math.exp(b - top)
    whole += chance[2] * math.exp(c - top)
    judge(chance, (a, b, c))
    return top + math.log(whole)
