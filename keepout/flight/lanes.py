"""Sixteen flights at a time, in the lanes of vector instructions: forces and one step.

All numbers of the sixteen flights lie in one array, a row of sixteen for each quantity, so that
the innermost loops run over neighbours at fixed distances and compile to vector instructions. A
lane is a flight, and a lane may be at any point of it: the same instructions serve thrust, coast
and fall, and each lane has its own step, in time or in height.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.atmosphere import GAMMA, R0_M
from keepout.earth.geodesy import A_M, E2, J2, MU_M3PS2, OMEGA_RADPS
from keepout.flight.cells import AIR, AIR_CELLS, CELL_M, DRAG, LOW_M, WIDTH
from keepout.flight.drag import CELLS, MACH_STEP
from keepout.kernel import part

LANES = 16
STATE = 7 * LANES  # x, y, z [m], vx, vy, vz [m/s], t [s]

# where each row begins
Y = 0  # the state at the beginning of the step
NEW = STATE  # the state of a stage, and that after the step
K = 2 * STATE  # twelve slopes, times the step
SLOPE = 14 * STATE  # slopes as they are made
(
    STEP,  # in time [s], or in height [m]
    BY_ALT,  # 1 where the step is in height, 0 where it is in time
    MASS, FLOW, BEGAN,  # mass [kg] at time BEGAN [s], and its loss [kg/s]
    VACUUM, LOSS,  # thrust without air [N], and its loss by pressure [m2]
    ALONG, UX, UY, UZ,  # 1 where thrust is along the velocity; else 0, and its direction
    AREA, LAW,  # reference area [m2], first cell of the drag law
    ALT, CLIMB, LIFT,  # of the last call: height [m], its rate, and the acceleration along it
    AX, AY, AZ, NX, NY, NZ, CELL, RHO, SOUND2, SPEED,  # within a call
    SEGMENT_END, SHROUD, RISE, OVER, CUTOFF,  # times [s]
    AZIMUTH, KICK, GROUND, FLOOR, TARGET, LAYER, LAYER_S, RATE,
) = (15 * STATE + n * LANES for n in range(39))  # fmt: skip
ENU = 15 * STATE + 39 * LANES  # nine rows
SIZE = ENU + 9 * LANES

# of Dormand and Prince's eighth-order method, as in E. Hairer, S. P. Norsett, G. Wanner, Solving
# Ordinary Differential Equations I, 2nd ed. (1993), program DOP853; by stage, zeros left out
# fmt: off
A1 = 0.05260015195876773
A2 = (0.0197250569845379, 0.0591751709536137)
A3 = (0.02958758547680685, 0.08876275643042054)
A4 = (0.2413651341592667, -0.8845494793282861, 0.924834003261792)
A5 = (0.037037037037037035, 0.17082860872947386, 0.12546768756682242)
A6 = (0.037109375, 0.17025221101954405, 0.06021653898045596, -0.017578125)
A7 = (0.03709200011850479, 0.17038392571223998, 0.10726203044637328, -0.015319437748624402,
      0.008273789163814023)
A8 = (0.6241109587160757, -3.3608926294469414, -0.868219346841726, 27.59209969944671,
      20.154067550477894, -43.48988418106996)
A9 = (0.47766253643826434, -2.4881146199716677, -0.590290826836843, 21.230051448181193,
      15.279233632882423, -33.28821096898486, -0.020331201708508627)
A10 = (-0.9371424300859873, 5.186372428844064, 1.0914373489967295, -8.149787010746927,
       -18.52006565999696, 22.739487099350505, 2.4936055526796523, -3.0467644718982196)
A11 = (2.273310147516538, -10.53449546673725, -2.0008720582248625, -17.9589318631188,
       27.94888452941996, -2.8589982771350235, -8.87285693353063, 12.360567175794303,
       0.6433927460157636)
B = (0.054293734116568765, 4.450312892752409, 1.8915178993145003, -5.801203960010585,
     0.3111643669578199, -0.1521609496625161, 0.20136540080403034, 0.04471061572777259)
# fmt: on
K1, K2, K3, K4, K5, K6 = K, K + STATE, K + 2 * STATE, K + 3 * STATE, K + 4 * STATE, K + 5 * STATE
K7, K8, K9, K10, K11, K12 = (K + n * STATE for n in range(6, 12))


@part
def upright(x, y, z, ir):
    """Height above the ellipsoid and its gradient, without a root or a division.

    x, y, z  ()  ECEF [m]; ir () one over their distance from the centre [1/m]
    returns  (height [m], nx, ny, nz), n the outward normal of the ellipsoid, a unit vector

    The normal from the ratio of the axes by series in e2, the height from the support function
    p cos + z sin - a sqrt(1 - e2 sin2), which an error of latitude enters only squared. To
    2e-5 m and 3e-8 rad from -5 km to 3,000 km against geodesy.normal_of (tested).
    """
    s2 = z * z * ir * ir
    k = E2 * A_M * (1.0 + 0.5 * E2 * s2) * ir
    e = k * (1.0 - s2)
    k *= 1.0 + e * (1.0 + e * (1.0 + e))
    e = s2 * k * (2.0 + k)
    size = 1.0 - e * (0.5 - e * (0.375 - e * (0.3125 - e * (0.2734375 - e * 0.24609375))))
    size *= ir
    nx, ny, nz = x * size, y * size, z * (1.0 + k) * size
    g = E2 * nz * nz
    shrink = g * (0.5 + g * (0.125 + g * (0.0625 + g * 0.0390625)))
    return nx * x + ny * y + nz * z - A_M * (1.0 - shrink), nx, ny, nz


@part
def pull(w):
    """First of three: gravity in the turning frame, height, climb and the air's cell, of NEW."""
    for i in range(LANES):
        x, y, z = w[NEW + i], w[NEW + LANES + i], w[NEW + 2 * LANES + i]
        vx, vy, vz = w[NEW + 3 * LANES + i], w[NEW + 4 * LANES + i], w[NEW + 5 * LANES + i]
        ir = 1.0 / math.sqrt(x * x + y * y + z * z)
        ir2 = ir * ir
        k = -MU_M3PS2 * ir2 * ir
        j = 1.5 * J2 * A_M * A_M * ir2
        s2 = 5.0 * z * z * ir2
        side = k * (1.0 + j * (1.0 - s2))
        w[AX + i] = side * x + OMEGA_RADPS * (OMEGA_RADPS * x + 2.0 * vy)
        w[AY + i] = side * y + OMEGA_RADPS * (OMEGA_RADPS * y - 2.0 * vx)
        w[AZ + i] = k * (1.0 + j * (3.0 - s2)) * z
        alt_m, nx, ny, nz = upright(x, y, z, ir)
        w[ALT + i] = alt_m
        climb_mps = nx * vx + ny * vy + nz * vz
        w[CLIMB + i] = climb_mps
        w[NX + i], w[NY + i], w[NZ + i] = nx, ny, nz
        s = (R0_M * alt_m / (R0_M + alt_m) - LOW_M) * (1.0 / CELL_M)
        s = s if s > 0.0 else 0.0
        w[CELL + i] = s if s < AIR_CELLS - 1e-9 else AIR_CELLS - 1e-9


@part
def breathe(w):
    """Second: density, speed of sound, Mach number and the drag law's cell, of NEW."""
    for i in range(LANES):
        vx, vy, vz = w[NEW + 3 * LANES + i], w[NEW + 4 * LANES + i], w[NEW + 5 * LANES + i]
        k = np.int32(w[CELL + i])
        u = w[CELL + i] - k
        n = WIDTH * np.int64(np.uint32(k))  # not below 0, and the compiler knows it
        rho = AIR[n + 2] + u * (AIR[n + 3] + u * AIR[n + 4])
        w[RHO + i] = AIR[n] + u * (AIR[n + 1] + u * rho)
        sound2 = AIR[n + 5] + u * AIR[n + 6]
        w[SOUND2 + i] = sound2
        v2 = vx * vx + vy * vy + vz * vz
        s = math.sqrt(v2 / sound2) * (1.0 / MACH_STEP)
        w[SPEED + i] = math.sqrt(v2)
        w[CELL + i] = w[LAW + i] + (s if s < CELLS - 1.0 else CELLS - 1.0)


@part
def push(w):
    """Third: thrust and drag; slopes of the state in NEW, times the step, into SLOPE."""
    for i in range(LANES):
        vx, vy, vz = w[NEW + 3 * LANES + i], w[NEW + 4 * LANES + i], w[NEW + 5 * LANES + i]
        k = np.int32(w[CELL + i])
        u = w[CELL + i] - k
        n = 4 * np.int64(np.uint32(k))
        cd = DRAG[n] + u * (DRAG[n + 1] + u * (DRAG[n + 2] + u * DRAG[n + 3]))
        v_mps, rho = w[SPEED + i], w[RHO + i]
        mass_kg = w[MASS + i] - w[FLOW + i] * (w[NEW + 6 * LANES + i] - w[BEGAN + i])
        safe_mps = v_mps if v_mps > 1.0 else 1.0
        share = 1.0 / (mass_kg * safe_mps)
        thrust = w[VACUUM + i] - w[LOSS + i] * (rho * w[SOUND2 + i] * (1.0 / GAMMA))
        drag = 0.5 * rho * v_mps * cd * w[AREA + i]
        along = w[ALONG + i] * thrust * share - drag * share * safe_mps
        fixed = (1.0 - w[ALONG + i]) * thrust * share * safe_mps
        ax = w[AX + i] + fixed * w[UX + i] + along * vx
        ay = w[AY + i] + fixed * w[UY + i] + along * vy
        az = w[AZ + i] + fixed * w[UZ + i] + along * vz
        w[LIFT + i] = w[NX + i] * ax + w[NY + i] * ay + w[NZ + i] * az
        h = w[STEP + i] / (w[CLIMB + i] if w[BY_ALT + i] > 0.5 else 1.0)
        w[SLOPE + i], w[SLOPE + LANES + i], w[SLOPE + 2 * LANES + i] = h * vx, h * vy, h * vz
        w[SLOPE + 3 * LANES + i], w[SLOPE + 4 * LANES + i] = h * ax, h * ay
        w[SLOPE + 5 * LANES + i], w[SLOPE + 6 * LANES + i] = h * az, h


@part
def slopes(w):
    """Slopes of the state in NEW, times the step, of all lanes.

    w  (SIZE,)  all rows; SLOPE, ALT, CLIMB and LIFT are filled

    The forces of forces.acceleration; where BY_ALT is 1 each slope is divided by the rate of
    climb. Fails there where that nears zero. In three loops, for what finds a row of a table is
    computed lane by lane, and within one loop that would spread to all that leads to it.
    """
    pull(w)
    breathe(w)
    push(w)


@part
def evaluate(w, row):
    """Slopes of the state in NEW, into the seven rows that begin at ``row``."""
    slopes(w)
    for q in range(STATE):
        w[row + q] = w[SLOPE + q]


@part
def stages(w):
    """The second to the last stage of one step, and the state after it in NEW.

    w  (SIZE,)  all rows; K1 is filled already
    """
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + A1 * w[K1 + q]
    evaluate(w, np.int64(K2))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (A2[0] * w[K1 + q] + A2[1] * w[K2 + q])
    evaluate(w, np.int64(K3))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (A3[0] * w[K1 + q] + A3[1] * w[K3 + q])
    evaluate(w, np.int64(K4))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (A4[0] * w[K1 + q] + A4[1] * w[K3 + q] + A4[2] * w[K4 + q])
    evaluate(w, np.int64(K5))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (A5[0] * w[K1 + q] + A5[1] * w[K4 + q] + A5[2] * w[K5 + q])
    evaluate(w, np.int64(K6))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A6[0] * w[K1 + q] + A6[1] * w[K4 + q] + A6[2] * w[K5 + q] + A6[3] * w[K6 + q]
        )
    evaluate(w, np.int64(K7))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A7[0] * w[K1 + q] + A7[1] * w[K4 + q] + A7[2] * w[K5 + q] + A7[3] * w[K6 + q]
            + A7[4] * w[K7 + q]
        )  # fmt: skip
    evaluate(w, np.int64(K8))
    late_stages(w)


@part
def late_stages(w):
    """The last four stages of a step, and its end."""
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A8[0] * w[K1 + q] + A8[1] * w[K4 + q] + A8[2] * w[K5 + q] + A8[3] * w[K6 + q]
            + A8[4] * w[K7 + q] + A8[5] * w[K8 + q]
        )  # fmt: skip
    evaluate(w, np.int64(K9))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A9[0] * w[K1 + q] + A9[1] * w[K4 + q] + A9[2] * w[K5 + q] + A9[3] * w[K6 + q]
            + A9[4] * w[K7 + q] + A9[5] * w[K8 + q] + A9[6] * w[K9 + q]
        )  # fmt: skip
    evaluate(w, np.int64(K10))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A10[0] * w[K1 + q] + A10[1] * w[K4 + q] + A10[2] * w[K5 + q] + A10[3] * w[K6 + q]
            + A10[4] * w[K7 + q] + A10[5] * w[K8 + q] + A10[6] * w[K9 + q] + A10[7] * w[K10 + q]
        )  # fmt: skip
    evaluate(w, np.int64(K11))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            A11[0] * w[K1 + q] + A11[1] * w[K4 + q] + A11[2] * w[K5 + q] + A11[3] * w[K6 + q]
            + A11[4] * w[K7 + q] + A11[5] * w[K8 + q] + A11[6] * w[K9 + q] + A11[7] * w[K10 + q]
            + A11[8] * w[K11 + q]
        )  # fmt: skip
    evaluate(w, np.int64(K12))
    for q in range(STATE):
        w[NEW + q] = w[Y + q] + (
            B[0] * w[K1 + q] + B[1] * w[K6 + q] + B[2] * w[K7 + q] + B[3] * w[K8 + q]
            + B[4] * w[K9 + q] + B[5] * w[K10 + q] + B[6] * w[K11 + q] + B[7] * w[K12 + q]
        )  # fmt: skip
