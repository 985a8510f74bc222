"""Which step each of sixteen flights takes next: in time under thrust and in the coast, in height
through the air.

A powered flight steps in time: its burns, the end of the straight rise and of the pitch-over end
a step, and a layer of the atmosphere begins with one, found by a parabola to a thousandth of
the step. The coast takes a few large steps in time. Climb after cut-off and re-entry step in
height from rung to rung of one ladder, so that the layers begin with a step exactly and the
impact is the end of the last.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.atmosphere import GAMMA, H_B, L_B, P0_PA, R0_M, R_AIR, TOP_M
from keepout.earth.geodesy import MU_M3PS2, OMEGA_RADPS, enu_matrix, geodetic_from_ecef
from keepout.flight.boost import burn_times, pitch_times, stack_kg
from keepout.flight.cells import BENDS
from keepout.flight.drag import CELLS, MACH_STEP, cd_of
from keepout.flight.lanes import (
    ALONG, ALT, AREA, BEGAN, BY_ALT, CELL, CLIMB, FLOW, K1, LANES, LAW, LIFT, LOSS, MASS, SOUND2, SPEED, STEP, UX, UY, UZ,
    VACUUM, Y,
)  # fmt: skip
from keepout.kernel import part

# where a flight is
IDLE, BOOST, UP, TO_APOGEE, FROM_APOGEE, DOWN = range(6)

KINKS_M = np.append(R0_M * H_B[1:] / (R0_M - H_B[1:]), TOP_M)
"""Heights at which a layer of the atmosphere begins [m]."""
RUNGS_M = np.array([
    -1e3, 2e3, 5e3, 8e3, KINKS_M[0], 15e3, KINKS_M[1], 25e3, KINKS_M[2], 39e3, KINKS_M[3],
    KINKS_M[4], 61e3, KINKS_M[5], KINKS_M[6], 100e3, 120e3, 150e3,
])  # fmt: skip
"""The ladder of climb and re-entry: all the layers, and rungs between them [m]."""
TOP_RUNG_M = 150e3
LEAST_APOGEE_M = 230e3
COAST_STEP_S = 260.0

# columns of a lane's own numbers
SEGMENT_END, RISE, OVER, CUTOFF, AZIMUTH, KICK, GROUND, TARGET, FLOOR, ENU = range(10)
OWN = ENU + 9 + 8
FLIGHT, PHASE, STAGE_NO, BURNING, LEFT, USED = range(6)
COUNTS = USED + 1


@part
def begin_segment(w, i, d, n, missile, stage):
    """Set the forces of the part of the powered flight that begins now, and when it ends.

    As boost.boost_kernel: up, then thrust at the kick angle, then along the velocity.
    """
    s, t_s = n[i, STAGE_NO], w[Y + 6 * LANES + i]
    row = stage[missile.first_stage + s]
    start_s, out_s = burn_times(missile, stage, s)
    if s == missile.stages - 1:
        out_s = min(out_s, d[i, CUTOFF])
    burning = n[i, BURNING] == 1
    along, kick, end_s = 1.0, 0.0, out_s
    if not burning:
        end_s = out_s + row.coast_s
    elif t_s < d[i, RISE] - 1e-6:
        along, end_s = 0.0, min(out_s, d[i, RISE])
    elif t_s < d[i, OVER] - 1e-6:
        along, kick, end_s = 0.0, d[i, KICK], min(out_s, d[i, OVER])
    d[i, SEGMENT_END] = end_s
    share = 1.0 if burning else 0.0
    w[MASS + i] = stack_kg(missile, stage, s, burning)
    w[BEGAN + i], w[FLOW + i] = start_s, share * row.propellant_kg / row.burn_s
    w[VACUUM + i] = share * row.thrust_vac_n
    w[LOSS + i] = share * (row.thrust_vac_n - row.thrust_sl_n) / P0_PA
    w[AREA + i], w[LAW + i] = row.area_m2, row.drag_law * CELLS
    w[ALONG + i], w[BY_ALT + i] = along, 0.0
    up, side = math.cos(kick), math.sin(kick)
    east, north = side * math.sin(d[i, AZIMUTH]), side * math.cos(d[i, AZIMUTH])
    for j in range(3):
        u = up * d[i, ENU + 6 + j] + east * d[i, ENU + j] + north * d[i, ENU + 3 + j]
        w[UX + LANES * j + i] = u


@part
def begin_flight(w, i, d, n, missile, stage, launch, azimuth_rad, kick_rad, cutoff_s, ground_m):
    """Put a flight into a lane: at rest at its launch point, at time 0."""
    lat, lon, alt_m = geodetic_from_ecef(launch[0], launch[1], launch[2])
    enu = enu_matrix(lat, lon)
    d[i, FLOOR] = alt_m - 1.0
    for j in range(3):
        w[Y + LANES * j + i], w[Y + LANES * (3 + j) + i] = launch[j], 0.0
        for k in range(3):
            d[i, ENU + 3 * k + j] = enu[k, j]
    w[Y + 6 * LANES + i] = 0.0
    d[i, RISE], d[i, OVER] = pitch_times(missile, stage)
    d[i, AZIMUTH], d[i, KICK] = azimuth_rad, kick_rad
    d[i, CUTOFF], d[i, GROUND] = cutoff_s, ground_m
    n[i, PHASE], n[i, STAGE_NO], n[i, BURNING] = BOOST, 0, 1
    begin_segment(w, i, d, n, missile, stage)


@part
def end_segment(w, i, d, n, missile, stage):
    """After a step under thrust: the next part of the powered flight; False when it is over."""
    s, t_s = n[i, STAGE_NO], w[Y + 6 * LANES + i]
    if t_s < d[i, SEGMENT_END] - 1e-9:
        return True
    row = stage[missile.first_stage + s]
    out_s = burn_times(missile, stage, s)[1]
    if s == missile.stages - 1:
        out_s = min(out_s, d[i, CUTOFF])
    burning = n[i, BURNING] == 1
    if not burning or (t_s > out_s - 1e-6 and s == missile.stages - 1):
        burning, s = True, s + 1
    elif t_s > out_s - 1e-6:
        burning = row.coast_s <= 0.0
        s += 1 if burning else 0
    n[i, STAGE_NO], n[i, BURNING] = s, 1 if burning else 0
    if s >= missile.stages:
        return False
    begin_segment(w, i, d, n, missile, stage)
    return True


@part
def orbit(w, i):
    """Semi-major axis [m], eccentricity and distance [m] of a lane's ellipse about the centre.

    In the frame that does not turn, without J2 and air: it only says how long a coast lasts.
    """
    x, y, z = w[Y + i], w[Y + LANES + i], w[Y + 2 * LANES + i]
    vx = w[Y + 3 * LANES + i] - OMEGA_RADPS * y
    vy = w[Y + 4 * LANES + i] + OMEGA_RADPS * x
    vz = w[Y + 5 * LANES + i]
    r = math.sqrt(x * x + y * y + z * z)
    v2 = vx * vx + vy * vy + vz * vz
    a = 1.0 / (2.0 / r - v2 / MU_M3PS2)
    radial = (x * vx + y * vy + z * vz) / math.sqrt(MU_M3PS2 * a)
    return a, math.sqrt((1.0 - r / a) ** 2 + radial * radial), r


@part
def coast_s(a, e, r_from, r_to):
    """Time from rising through one distance to the apogee, and on to falling through another."""
    rate = math.sqrt(MU_M3PS2 / (a * a * a))
    up = math.acos(max(-1.0, min(1.0, (1.0 - r_from / a) / e)))
    down = math.acos(max(-1.0, min(1.0, (1.0 - r_to / a) / e)))
    return (
        (math.pi - up + e * math.sin(up)) / rate,
        (math.pi - down + e * math.sin(down)) / rate,
    )  # fmt: skip


@part
def begin_fall(w, i, d, n, missile, alt_m, climb_mps):
    """After the last burn: the forces of the re-entry vehicle. False if this is no flight for lanes.

    For lanes a flight must be ballistic, climb, and have its apogee well above the air.
    """
    w[MASS + i], w[FLOW + i], w[VACUUM + i], w[LOSS + i], w[ALONG + i] = 1.0, 0.0, 0.0, 0.0, 0.0
    w[AREA + i] = 1.0 / (missile.rv_beta_kgpm2 * cd_of(np.int64(missile.rv_drag_law), 8.0))
    w[LAW + i] = missile.rv_drag_law * CELLS
    a, e, r = orbit(w, i)
    if not (a > 0.0 and climb_mps > 50.0 and a * (1.0 + e) - r + alt_m > LEAST_APOGEE_M):
        return False
    n[i, PHASE] = UP
    w[BY_ALT + i] = 1.0
    if alt_m > TOP_RUNG_M - 200.0:
        begin_coast(w, i, d, n, alt_m)
    return True


@part
def begin_coast(w, i, d, n, alt_m):
    """How long the coast lasts to the apogee, and from there to the top of the ladder."""
    a, e, r = orbit(w, i)
    to_apogee_s, from_apogee_s = coast_s(a, e, r, r - alt_m + TOP_RUNG_M)
    n[i, PHASE], n[i, LEFT] = TO_APOGEE, max(1, math.ceil(to_apogee_s / COAST_STEP_S))
    w[BY_ALT + i] = 0.0
    d[i, SEGMENT_END] = w[Y + 6 * LANES + i] + to_apogee_s
    d[i, TARGET] = from_apogee_s


@part
def bend_s(w, i, v_mps, longest_s):
    """Time until a lane's Mach number comes to the next bend of its drag law [s]; inf: not soon.

    By the present rates of speed and of the speed of sound, that of the lowest layer.
    """
    sound2, place = w[SOUND2 + i], w[CELL + i] - w[LAW + i]
    gain = 0.0
    for j in range(3, 6):
        gain += w[Y + LANES * j + i] * w[K1 + LANES * j + i]
    rate = gain / v_mps / math.sqrt(sound2) / MACH_STEP
    if w[ALT + i] < KINKS_M[0]:
        rate -= place * 0.5 * GAMMA * R_AIR * L_B[0] * w[CLIMB + i] / sound2
    k = BENDS[int(w[CELL + i] + 0.05 * longest_s * rate)]
    if rate <= 0.0 or k == CELLS - 1:
        return math.inf
    return (k - place) / rate


@part
def layer_s(w, i, longest_s):
    """Time until a lane climbs into the next layer of the atmosphere [s]; inf: never."""
    climb_mps = w[CLIMB + i]
    for k in range(len(KINKS_M)):
        gap_m = KINKS_M[k] - w[ALT + i]
        if gap_m > 0.05 * longest_s * climb_mps and climb_mps > 1.0:
            inside = climb_mps * climb_mps + 2.0 * w[LIFT + i] * gap_m
            if inside > 0.0:
                return 2.0 * gap_m / (climb_mps + math.sqrt(inside))
    return math.inf


@part
def boost_step(w, i, d):
    """The next step under thrust [s]: to the end of a segment, a layer or a bend, or towards it."""
    v_mps = max(1.0, w[SPEED + i])
    mach = (w[CELL + i] - w[LAW + i]) * MACH_STEP
    longest_s = d[i, 19] if mach < 0.7 else d[i, 20] if mach < 1.5 else d[i, 21]
    target_s = d[i, SEGMENT_END] - w[Y + 6 * LANES + i]
    target_s = min(target_s, layer_s(w, i, longest_s), bend_s(w, i, v_mps, longest_s))
    return target_s / max(1.0, math.ceil(target_s / longest_s - 0.1))


@part
def rung_above(alt_m):
    """The next rung of the ladder above a height."""
    for k in range(len(RUNGS_M)):
        if RUNGS_M[k] > alt_m + 200.0:
            return RUNGS_M[k]
    return alt_m


@part
def rung_below(alt_m, ground_m):
    """The next rung of the ladder below a height, or the ground."""
    for k in range(len(RUNGS_M) - 1, -1, -1):
        if RUNGS_M[k] < alt_m - 100.0:
            return max(RUNGS_M[k], ground_m)
    return ground_m


@part
def choose_step(w, i, d, n):
    """The step of one lane, from its height, climb and phase; written to STEP."""
    alt_m, phase = w[ALT + i], n[i, PHASE]
    if phase == BOOST:
        w[STEP + i] = boost_step(w, i, d)
    elif phase == UP:
        d[i, TARGET] = rung_above(alt_m)
        w[STEP + i] = d[i, TARGET] - alt_m
    elif phase == TO_APOGEE or phase == FROM_APOGEE:
        w[STEP + i] = (d[i, SEGMENT_END] - w[Y + 6 * LANES + i]) / n[i, LEFT]
    elif phase == DOWN:
        d[i, TARGET] = rung_below(alt_m, d[i, GROUND])
        w[STEP + i] = d[i, TARGET] - alt_m
    else:
        w[STEP + i] = 0.0
