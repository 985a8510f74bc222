"""The motion that a tracker believes in: ballistic flight and how errors grow along it.

The state is position [m] and velocity [m/s], ECEF, and the logarithm of the ballistic
coefficient [kg/m2]: seven numbers, in this order everywhere in this package.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.earth.atmosphere import G0_MPS2, H_B, L_B, R0_M, R_AIR, TOP_M, air
from keepout.earth.geodesy import MU_M3PS2, OMEGA_RADPS, normal_of
from keepout.earth.gravity import free_fall
from keepout.flight.drag import CD, CELLS, MACH_STEP, MACH_TOP, cd_of
from keepout.kernel import hot, kernel, lean, part

STATES = 7
AIR_TOP_M = 120e3
"""Above it a tracker neglects the air."""

HEIGHT_STEP_M, SPEED_STEP = 200.0, 1.01
"""Steps of the differences that give the slopes of the drag."""

NOISE_TIME_S = 1.0
"""Correlation time that turns an unmodelled acceleration into a noise density."""

AIR_STEP_S, SPACE_STEP_S = 0.5, 5.0
"""Longest steps of integration inside and above the air."""

LN_BETA = math.log(4000.0)
LN_BETA_SIGMA = 0.3
"""Ballistic coefficient before anything is measured: 4,000 kg/m2 when the type says
nothing else, a third more or less (the class of missile is recognised). Grade D."""

LN_BETA_NOISE_PS = 4e-4
"""Random walk of ln(beta) in the air [1/s]: 2 % in a second. Grade D."""


@part
def ln_beta_of(missile):
    """Logarithm of the ballistic coefficient [kg/m2] of a MISSILE row; 4000 if it has none."""
    return math.log(missile.rv_beta_kgpm2) if missile.rv_beta_kgpm2 > 0.0 else LN_BETA


@hot
def drag_ps(alt_m, speed_mps, ln_beta, drag_law):
    """Drag per speed: the acceleration is minus this times the velocity.

    alt_m, speed_mps  ()  above the ellipsoid [m], against the air [m/s]
    ln_beta           ()  of the coefficient at Mach 8 [kg/m2];  drag_law () DRAG_*
    returns           ()  [1/s]; 0 above AIR_TOP_M
    """
    if alt_m > AIR_TOP_M:
        return 0.0
    rho, _, sound_mps = air(alt_m)
    shape = cd_of(drag_law, speed_mps / sound_mps) / cd_of(drag_law, MACH_TOP)
    return 0.5 * rho * speed_mps * shape * math.exp(-ln_beta)


@hot
def air_at(alt_m):
    """Density [kg/m3], speed of sound [m/s], and both their relative slopes by height [1/m].

    Hydrostatic balance with the layer's gradient of temperature; above 86 km as if the
    temperature were constant there; above AIR_TOP_M no air.
    """
    if alt_m > AIR_TOP_M:
        return 0.0, 300.0, 0.0, 0.0
    rho, pressure_pa, sound_mps = air(alt_m)
    shrink = R0_M / (R0_M + alt_m)
    lapse = 0.0
    if alt_m < TOP_M:
        b = 0
        while b < 6 and shrink * alt_m >= H_B[b + 1]:
            b += 1
        lapse = L_B[b]
    per_t = shrink * shrink * rho * R_AIR / pressure_pa
    return rho, sound_mps, -per_t * (G0_MPS2 / R_AIR + lapse), 0.5 * per_t * lapse


@hot
def drag_in(air_here, speed_mps, over_beta, drag_law):
    """As ``drag_ps``, with its derivatives by height [1/s/m] and by speed [1/m].

    air_here   of ``air_at``;  over_beta () of the coefficient at Mach 8 [m2/kg]
    """
    rho, sound_mps, thinner, faster = air_here
    mach = speed_mps / sound_mps
    s = mach / MACH_STEP if mach < MACH_TOP else CELLS - 1.0
    i = int(s)
    u = s - i
    c = CD[drag_law, i]
    cd = c[0] + u * (c[1] + u * (c[2] + u * c[3]))
    by_mach = (c[1] + u * (2.0 * c[2] + u * 3.0 * c[3])) / (MACH_STEP * cd)
    k = 0.5 * rho * speed_mps * cd / CD[drag_law, CELLS - 1, 0] * over_beta
    thinning = k * (thinner - mach * by_mach * faster)
    return k, thinning, k * (1.0 / max(speed_mps, 1.0) + by_mach / sound_mps)


@lean
def acceleration(x, y, z, vx, vy, vz, ln_beta, drag_law):
    """Acceleration of a ballistic body in the frame that turns with the Earth.

    x … vz    ()  ECEF [m], [m/s];  ln_beta () of [kg/m2];  drag_law () DRAG_*
    returns   ax, ay, az [m/s2]

    ``earth.gravity.free_fall`` and drag by Mach number in still standard air.
    """
    ax, ay, az = free_fall(x, y, z, vx, vy)
    alt_m = normal_of(x, y, z)[2]
    if alt_m > AIR_TOP_M:
        return ax, ay, az
    k = drag_ps(alt_m, math.sqrt(vx * vx + vy * vy + vz * vz), ln_beta, drag_law)
    return ax - k * vx, ay - k * vy, az - k * vz


@kernel
def slopes(x, y, z, vx, vy, vz, ln_beta, drag_law, f):
    """Derivative of the acceleration with respect to the state, into ``f`` (3, 7).

    x … vz   ()  ECEF [m], [m/s];  ln_beta () of [kg/m2];  drag_law () DRAG_*
    returns  ()  size of the drag [m/s2]

    Central gravity, centrifugal and Coriolis terms, and drag through density, speed,
    Mach number and coefficient. Left out: J2 (1e-3 of the gradient).
    """
    sine, cosine, alt_m = normal_of(x, y, z)
    flat = max(math.sqrt(x * x + y * y), 1.0)
    speed = max(math.sqrt(vx * vx + vy * vy + vz * vz), 1.0)
    k, thinning, sharpening = 0.0, 0.0, 0.0
    if alt_m < AIR_TOP_M:
        k = drag_ps(alt_m, speed, ln_beta, drag_law)
        thinning = (drag_ps(alt_m + HEIGHT_STEP_M, speed, ln_beta, drag_law) - k) / HEIGHT_STEP_M
        faster = drag_ps(alt_m, speed * SPEED_STEP, ln_beta, drag_law)
        sharpening = (faster - k) / ((SPEED_STEP - 1.0) * speed * speed)
    r2 = x * x + y * y + z * z
    g = MU_M3PS2 / (r2 * math.sqrt(r2))
    p = (x, y, z)
    v = (vx, vy, vz)
    n = (cosine * x / flat, cosine * y / flat, sine)
    for i in range(3):
        for j in range(3):
            f[i, j] = 3.0 * g * p[i] * p[j] / r2 - thinning * v[i] * n[j]
            f[i, 3 + j] = -sharpening * v[i] * v[j]
        f[i, i] -= g
        f[i, 3 + i] -= k
        f[i, 6] = k * v[i]
    w2 = OMEGA_RADPS * OMEGA_RADPS
    f[0, 0] += w2
    f[1, 1] += w2
    f[0, 4] += 2.0 * OMEGA_RADPS
    f[1, 3] -= 2.0 * OMEGA_RADPS
    return k * speed


@kernel
def transition(f, h_s, phi):
    """Transition matrix of one step from the slopes in its middle, into ``phi`` (7, 7).

    f    (3, 7)  ``slopes``
    h_s  ()      [s]; the error is of third order: h |drag| / speed << 1

    exp(F h) to second order (Bar-Shalom, Li & Kirubarajan, Estimation with Applications
    to Tracking and Navigation, 2001, sec. 4.3).
    """
    half = 0.5 * h_s * h_s
    for i in range(STATES):
        for j in range(STATES):
            phi[i, j] = 1.0 if i == j else 0.0
    for i in range(3):
        phi[i, 3 + i] += h_s
        for j in range(STATES):
            phi[i, j] += half * f[i, j]
            twice = f[i, 3] * f[0, j] + f[i, 4] * f[1, j] + f[i, 5] * f[2, j]
            if 3 <= j < 6:
                twice += f[i, j - 3]
            phi[3 + i, j] += h_s * f[i, j] + half * twice


@kernel
def spread(cov, phi, work):
    """Carry a covariance over one step: cov becomes phi cov phi^T, kept symmetric.

    cov, phi, work  (7, 7)  work is overwritten

    The last row of ``phi`` is that of the identity: ln(beta) is constant.
    """
    for i in range(6):
        for j in range(STATES):
            total = 0.0
            for m in range(STATES):
                total += phi[i, m] * cov[m, j]
            work[i, j] = total
    for j in range(STATES):
        work[6, j] = cov[6, j]
    for i in range(STATES):
        for j in range(i + 1):
            total = work[i, 6]
            if j < 6:
                total = 0.0
                for m in range(STATES):
                    total += work[i, m] * phi[j, m]
            cov[i, j] = total
            cov[j, i] = total


@part
def stir(cov, h_s, density, ln_beta_density):
    """Add the process noise of one step: white acceleration and a walk of ln(beta).

    density          ()  of the acceleration on each axis [m2/s3]
    ln_beta_density  ()  [1/s]

    Source: as ``transition``, sec. 6.2.2.
    """
    for i in range(3):
        cov[i, i] += density * h_s * h_s * h_s / 3.0
        cov[i, 3 + i] += 0.5 * density * h_s * h_s
        cov[3 + i, i] += 0.5 * density * h_s * h_s
        cov[3 + i, 3 + i] += density * h_s
    cov[6, 6] += ln_beta_density * h_s


@lean
def fall(state, h_s, drag_law):
    """Move a state by one step of the classical Runge-Kutta method, in place.

    state  (7,)  position, velocity, ln(beta)
    h_s    ()    [s];  drag_law () DRAG_*
    """
    b, d = state[6], drag_law
    x, y, z, u, v, w = state[0], state[1], state[2], state[3], state[4], state[5]
    half, sixth = 0.5 * h_s, h_s / 6.0
    a1, b1, c1 = acceleration(x, y, z, u, v, w, b, d)
    u2, v2, w2 = u + half * a1, v + half * b1, w + half * c1
    a2, b2, c2 = acceleration(x + half * u, y + half * v, z + half * w, u2, v2, w2, b, d)
    u3, v3, w3 = u + half * a2, v + half * b2, w + half * c2
    a3, b3, c3 = acceleration(x + half * u2, y + half * v2, z + half * w2, u3, v3, w3, b, d)
    u4, v4, w4 = u + h_s * a3, v + h_s * b3, w + h_s * c3
    a4, b4, c4 = acceleration(x + h_s * u3, y + h_s * v3, z + h_s * w3, u4, v4, w4, b, d)
    state[0] = x + sixth * (u + 2.0 * (u2 + u3) + u4)
    state[1] = y + sixth * (v + 2.0 * (v2 + v3) + v4)
    state[2] = z + sixth * (w + 2.0 * (w2 + w3) + w4)
    state[3] = u + sixth * (a1 + 2.0 * (a2 + a3) + a4)
    state[4] = v + sixth * (b1 + 2.0 * (b2 + b3) + b4)
    state[5] = w + sixth * (c1 + 2.0 * (c2 + c3) + c4)
