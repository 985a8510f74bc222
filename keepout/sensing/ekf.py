"""An extended Kalman filter in seven states, written out for speed.

The state x (7,) is that of ``motion``. Its covariance p (28,) holds each number once: with
r, v and b for position, velocity and ln(beta),

0-5    r r  (00 01 02 11 12 22)      15-20  v v  (00 01 02 11 12 22)
6-14   r v  (row r, column v)        21-23  r b     24-26  v b     27  b b

A step of time is a drift, a kick in the middle, and a drift (leapfrog: R. D. Ruth, IEEE Trans.
Nuclear Science 30 (1983) 2669), for the state and its derivative alike. A look is taken in as
three scalars, one after the other, each a length at the object. Nothing is allocated.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.earth.geodesy import A_M, MU_M3PS2, OMEGA_RADPS, normal_of
from keepout.earth.gravity import free_fall
from keepout.kernel import hot, lean

from .motion import AIR_TOP_M, LN_BETA_NOISE_PS, NOISE_TIME_S, air_at, drag_in

PACKED = 28
WORK = (12, 9)
"""Shape of the scratch array that ``step`` needs."""

SPACE_STEP_S, AIR_STEP_S, DENSE_STEP_S = 2.5, 1.0, 0.5
DENSE_M = 15e3
"""Longest steps above the air, in it, and below 15 km."""

CLEAR_M2, DENSE_M2 = (A_M + AIR_TOP_M) ** 2, (A_M + DENSE_M) ** 2
"""Squares of distances from the Earth's centre: from the first there is surely no air."""


@hot
def drift(x, p, h_s):
    """Move by the velocity for a time: r becomes r + h v."""
    x[0] += h_s * x[3]
    x[1] += h_s * x[4]
    x[2] += h_s * x[5]
    v00, v01, v02, v11, v12, v22 = p[15], p[16], p[17], p[18], p[19], p[20]
    p[0] += h_s * (2.0 * p[6] + h_s * v00)
    p[1] += h_s * (p[7] + p[9] + h_s * v01)
    p[2] += h_s * (p[8] + p[12] + h_s * v02)
    p[3] += h_s * (2.0 * p[10] + h_s * v11)
    p[4] += h_s * (p[11] + p[13] + h_s * v12)
    p[5] += h_s * (2.0 * p[14] + h_s * v22)
    p[6] += h_s * v00
    p[7] += h_s * v01
    p[8] += h_s * v02
    p[9] += h_s * v01
    p[10] += h_s * v11
    p[11] += h_s * v12
    p[12] += h_s * v02
    p[13] += h_s * v12
    p[14] += h_s * v22
    p[21] += h_s * p[24]
    p[22] += h_s * p[25]
    p[23] += h_s * p[26]


@hot
def kick_in_space(x, p, h_s):
    """Change the velocity by h seconds of gravity in the turning frame, in the middle of a step.

    v becomes M v + h g, M the turn of the Earth; the covariance goes with the gradient
    A = h dg/dr of the central field (J2, 1e-3 of it, is left out). The position is mended by
    h3/12 times the change of the acceleration, by which the two drifts are off.
    """
    rx, ry, rz, u, v, w = x[0], x[1], x[2], x[3], x[4], x[5]
    gx, gy, gz = free_fall(rx, ry, rz, 0.0, 0.0)
    r2 = rx * rx + ry * ry + rz * rz
    g = h_s * MU_M3PS2 / (r2 * math.sqrt(r2))
    k = 3.0 * g / r2
    spin = h_s * OMEGA_RADPS * OMEGA_RADPS - g
    axx, ayy, azz = k * rx * rx + spin, k * ry * ry + spin, k * rz * rz - g
    axy, axz, ayz = k * rx * ry, k * rx * rz, k * ry * rz
    s = 2.0 * OMEGA_RADPS * h_s
    c = 1.0 - 0.5 * s * s
    du = (c - 1.0) * u + s * v + h_s * (gx + 0.5 * s * gy)
    dv = (c - 1.0) * v - s * u + h_s * (gy - 0.5 * s * gx)
    dw = h_s * gz
    mend = h_s / 12.0
    x[0] = rx - mend * (h_s * (axx * u + axy * v + axz * w) + s * dv)
    x[1] = ry - mend * (h_s * (axy * u + ayy * v + ayz * w) - s * du)
    x[2] = rz - mend * h_s * (axz * u + ayz * v + azz * w)
    x[3], x[4], x[5] = u + du, v + dv, w + dw
    kick_cov(p, axx, axy, axz, ayy, ayz, azz, c, s)


@hot
def kick_cov(p, axx, axy, axz, ayy, ayz, azz, c, s):
    """Covariance after v became M v + A r: A symmetric, M a turn (cosine, sine) about z."""
    r00, r01, r02, r11, r12, r22 = p[0], p[1], p[2], p[3], p[4], p[5]
    c00, c01, c02 = p[6], p[7], p[8]
    c10, c11, c12 = p[9], p[10], p[11]
    c20, c21, c22 = p[12], p[13], p[14]
    v00, v01, v02, v11, v12, v22 = p[15], p[16], p[17], p[18], p[19], p[20]
    # of v as it was with v as it is
    t00 = c * v00 + s * v01 + c00 * axx + c10 * axy + c20 * axz
    t10 = c * v01 + s * v11 + c01 * axx + c11 * axy + c21 * axz
    t01 = c * v01 - s * v00 + c00 * axy + c10 * ayy + c20 * ayz
    t11 = c * v11 - s * v01 + c01 * axy + c11 * ayy + c21 * ayz
    t02 = v02 + c00 * axz + c10 * ayz + c20 * azz
    t12 = v12 + c01 * axz + c11 * ayz + c21 * azz
    t22 = v22 + c02 * axz + c12 * ayz + c22 * azz
    # of r with v as it is
    d00 = c * c00 + s * c01 + r00 * axx + r01 * axy + r02 * axz
    d01 = c * c01 - s * c00 + r00 * axy + r01 * ayy + r02 * ayz
    d02 = c02 + r00 * axz + r01 * ayz + r02 * azz
    d10 = c * c10 + s * c11 + r01 * axx + r11 * axy + r12 * axz
    d11 = c * c11 - s * c10 + r01 * axy + r11 * ayy + r12 * ayz
    d12 = c12 + r01 * axz + r11 * ayz + r12 * azz
    d20 = c * c20 + s * c21 + r02 * axx + r12 * axy + r22 * axz
    d21 = c * c21 - s * c20 + r02 * axy + r12 * ayy + r22 * ayz
    d22 = c22 + r02 * axz + r12 * ayz + r22 * azz
    p[6], p[7], p[8] = d00, d01, d02
    p[9], p[10], p[11] = d10, d11, d12
    p[12], p[13], p[14] = d20, d21, d22
    p[15] = c * t00 + s * t10 + axx * d00 + axy * d10 + axz * d20
    p[16] = c * t01 + s * t11 + axx * d01 + axy * d11 + axz * d21
    p[17] = c * t02 + s * t12 + axx * d02 + axy * d12 + axz * d22
    p[18] = c * t11 - s * t01 + axy * d01 + ayy * d11 + ayz * d21
    p[19] = c * t12 - s * t02 + axy * d02 + ayy * d12 + ayz * d22
    p[20] = t22 + axz * d02 + ayz * d12 + azz * d22
    b0, b1, b2, w0, w1, w2 = p[21], p[22], p[23], p[24], p[25], p[26]
    p[24] = c * w0 + s * w1 + axx * b0 + axy * b1 + axz * b2
    p[25] = c * w1 - s * w0 + axy * b0 + ayy * b1 + ayz * b2
    p[26] = w2 + axz * b0 + ayz * b1 + azz * b2


@hot
def kick_in_air(x, p, h_s, drag_law, work):
    """As ``kick_in_space``, with drag; returns the size of the drag [m/s2].

    The drag is that of the velocity in the middle of the kick, half of it from its beginning.
    """
    rx, ry, rz, u, v, w = x[0], x[1], x[2], x[3], x[4], x[5]
    sine, cosine, alt_m = normal_of(rx, ry, rz)
    half = 0.5 * h_s
    ax, ay, az = free_fall(rx, ry, rz, u, v)
    here, over_beta = air_at(alt_m), math.exp(-x[6])
    k, _, _ = drag_in(here, math.sqrt(u * u + v * v + w * w), over_beta, drag_law)
    u, v, w = u + half * (ax - k * u), v + half * (ay - k * v), w + half * (az - k * w)
    ax, ay, az = free_fall(rx, ry, rz, u, v)
    k = air_terms(rx, ry, rz, u, v, w, sine, cosine, here, over_beta, drag_law, h_s, work)
    x[3] += h_s * (ax - k * u)
    x[4] += h_s * (ay - k * v)
    x[5] += h_s * (az - k * w)
    air_cov(p, work)
    return k * math.sqrt(u * u + v * v + w * w)


@hot
def air_terms(rx, ry, rz, u, v, w, sine, cosine, here, over_beta, drag_law, h_s, work):
    """Derivatives of the velocity after a kick in the air, into rows 2 to 4 of ``work``.

    v becomes M v + A r + c b with Q = 1 + h/2 Fv, M = 1 + h Q Fv, A = h Q Fr, c = h Q fb, where
    Fr, Fv, fb are the derivatives of the acceleration in the middle of the kick.
    sine, cosine, here  of ``normal_of`` and ``air_at``
    work     row 2 M, row 3 A, (9,) by rows;  row 4 c (3,);  all overwritten
    returns  ()  drag per speed [1/s]
    """
    speed = max(math.sqrt(u * u + v * v + w * w), 1.0)
    k, thinning, sharpening = drag_in(here, speed, over_beta, drag_law)
    r2 = rx * rx + ry * ry + rz * rz
    g = MU_M3PS2 / (r2 * math.sqrt(r2))
    flat = cosine / max(math.sqrt(rx * rx + ry * ry), 1.0)
    r, vm, up = (rx, ry, rz), (u, v, w), (flat * rx, flat * ry, sine)
    pull, brake, m, a, c, q = work[0], work[1], work[2], work[3], work[4], work[5]
    for i in range(3):
        for j in range(3):
            pull[3 * i + j] = 3.0 * g / r2 * r[i] * r[j] - thinning * vm[i] * up[j]
            brake[3 * i + j] = -sharpening / speed * vm[i] * vm[j]
        pull[4 * i] -= g
        brake[4 * i] -= k
    pull[0] += OMEGA_RADPS * OMEGA_RADPS
    pull[4] += OMEGA_RADPS * OMEGA_RADPS
    brake[1] += 2.0 * OMEGA_RADPS
    brake[3] -= 2.0 * OMEGA_RADPS
    for i in range(9):
        q[i] = 0.5 * h_s * brake[i]
    for i in range(3):
        q[4 * i] += 1.0
    times(q, brake, m)
    times(q, pull, a)
    for i in range(9):
        m[i] *= h_s
        a[i] *= h_s
    for i in range(3):
        m[4 * i] += 1.0
        c[i] = h_s * k * (q[3 * i] * u + q[3 * i + 1] * v + q[3 * i + 2] * w)
    return k


@hot
def times(a, b, out):
    """Product of two matrices (9,), by rows."""
    for i in range(3):
        for j in range(3):
            out[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j]


@hot
def add_times_t(a, b, out):
    """Add to ``out`` the product of a matrix with the transpose of another, (9,) by rows."""
    for i in range(3):
        for j in range(3):
            out[3 * i + j] += (
                a[3 * i] * b[3 * j] + a[3 * i + 1] * b[3 * j + 1] + a[3 * i + 2] * b[3 * j + 2]
            )


@hot
def air_cov(p, work):
    """Covariance after a kick with the derivatives that ``air_terms`` left in ``work``."""
    m, a, w = work[2], work[3], work[4]
    r, c, ct, v, new, t = work[6], work[7], work[8], work[9], work[10], work[11]
    for i in range(9):
        c[i] = p[6 + i]
    for i in range(3):
        for j in range(3):
            r[3 * i + j] = p[packed(i, j)]
            v[3 * i + j] = p[15 + packed(i, j)]
            ct[3 * i + j] = c[3 * j + i]
            new[3 * i + j] = p[21 + i] * w[j]
            t[3 * i + j] = p[24 + i] * w[j]
    add_times_t(c, m, new)
    add_times_t(r, a, new)
    add_times_t(v, m, t)
    add_times_t(ct, a, t)
    b, s = (p[21], p[22], p[23]), (p[24], p[25], p[26])
    for i in range(3):
        total = w[i] * p[27]
        for j in range(3):
            total += m[3 * i + j] * s[j] + a[3 * i + j] * b[j]
        p[24 + i] = total
    for i in range(9):
        p[6 + i] = new[i]
    for i in range(3):
        for j in range(i, 3):
            total = w[i] * p[24 + j]
            for k in range(3):
                total += m[3 * i + k] * t[3 * k + j] + a[3 * i + k] * new[3 * k + j]
            p[15 + packed(i, j)] = total


@hot
def packed(i, j):
    """Where the element of a symmetric matrix of three rows stands among six."""
    low, high = min(i, j), max(i, j)
    return low + high + (1 if low > 0 else 0)


@hot
def stir(p, h_s, density, walk_ps):
    """Add the noise of one step: white acceleration [m2/s3] and a walk of ln(beta) [1/s].

    Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and
    Navigation, 2001, sec. 6.2.2.
    """
    first, second, third = density * h_s, 0.5 * density * h_s * h_s, density * h_s**3 / 3.0
    for i in range(3):
        p[packed(i, i)] += third
        p[6 + 4 * i] += second
        p[15 + packed(i, i)] += first
    p[27] += walk_ps * h_s


@lean
def predict(x, p, dt_s, drag_law, density, share, limit_mps2, work):
    """Carry a track over a time without a look.

    x, p        (7,), (28,)  changed in place;  work WORK, overwritten
    dt_s        ()  [s], 0 or more;  drag_law () DRAG_*
    density     ()  noise density of unmodelled acceleration [m2/s3]
    share       ()  unmodelled part of the drag, held for NOISE_TIME_S, up to limit_mps2

    Equal steps of at most SPACE_STEP_S above 120 km, AIR_STEP_S below it, DENSE_STEP_S below
    15 km (by the distance from the Earth's centre less the equatorial radius, which is less).
    """
    left_s = dt_s
    while left_s > 1e-9:
        r2 = x[0] * x[0] + x[1] * x[1] + x[2] * x[2]
        longest_s = SPACE_STEP_S
        if r2 < CLEAR_M2:
            longest_s = AIR_STEP_S if r2 > DENSE_M2 else DENSE_STEP_S
        h_s = left_s / math.ceil(left_s / longest_s)
        left_s -= h_s
        drift(x, p, 0.5 * h_s)
        size = 0.0
        if x[0] * x[0] + x[1] * x[1] + x[2] * x[2] > CLEAR_M2:
            kick_in_space(x, p, h_s)
        else:
            size = kick_in_air(x, p, h_s, drag_law, work)
        drift(x, p, 0.5 * h_s)
        unmodelled_mps2 = min(share * size, limit_mps2)
        walks = unmodelled_mps2 > 0.0 and p[27] > 0.0  # what is known for sure stays known
        walk_ps = LN_BETA_NOISE_PS if walks else 0.0
        stir(p, h_s, density + NOISE_TIME_S * unmodelled_mps2 * unmodelled_mps2, walk_ps)


@lean
def take(x, p, hx, hy, hz, variance, residual):
    """Take in one scalar: a length along a direction, with the residual as it stands.

    hx, hy, hz  ()  unit vector, ECEF;  variance () of the measurement;  residual () of the state
    returns     ()  squared residual over its variance

    Source: the Kalman update of one measurement, as in Bar-Shalom et al. 2001, sec. 5.2.3.
    """
    return weigh(x, p, hx, hy, hz, variance, residual)[0]


@hot
def weigh(x, p, hx, hy, hz, variance, residual):
    """As ``take``; returns also one over the variance of the residual."""
    g0 = p[0] * hx + p[1] * hy + p[2] * hz
    g1 = p[1] * hx + p[3] * hy + p[4] * hz
    g2 = p[2] * hx + p[4] * hy + p[5] * hz
    g3 = p[6] * hx + p[9] * hy + p[12] * hz
    g4 = p[7] * hx + p[10] * hy + p[13] * hz
    g5 = p[8] * hx + p[11] * hy + p[14] * hz
    g6 = p[21] * hx + p[22] * hy + p[23] * hz
    over = 1.0 / (g0 * hx + g1 * hy + g2 * hz + variance)
    k0, k1, k2, k3, k4, k5, k6 = (
        over * g0, over * g1, over * g2, over * g3, over * g4, over * g5, over * g6
    )  # fmt: skip
    p[0] -= k0 * g0
    p[1] -= k0 * g1
    p[2] -= k0 * g2
    p[3] -= k1 * g1
    p[4] -= k1 * g2
    p[5] -= k2 * g2
    p[6] -= k0 * g3
    p[7] -= k0 * g4
    p[8] -= k0 * g5
    p[9] -= k1 * g3
    p[10] -= k1 * g4
    p[11] -= k1 * g5
    p[12] -= k2 * g3
    p[13] -= k2 * g4
    p[14] -= k2 * g5
    p[15] -= k3 * g3
    p[16] -= k3 * g4
    p[17] -= k3 * g5
    p[18] -= k4 * g4
    p[19] -= k4 * g5
    p[20] -= k5 * g5
    p[21] -= k6 * g0
    p[22] -= k6 * g1
    p[23] -= k6 * g2
    p[24] -= k6 * g3
    p[25] -= k6 * g4
    p[26] -= k6 * g5
    p[27] -= k6 * g6
    gain = (k0, k1, k2, k3, k4, k5, k6)
    for i in range(7):
        x[i] += gain[i] * residual
    return over * residual * residual, over
