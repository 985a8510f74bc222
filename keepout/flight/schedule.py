"""Which step each of sixteen flights takes next: in time under thrust and in the coast, in height
through the air.

A powered flight steps in time: its burns, the end of the straight rise and of the pitch-over end
a step; so do the crossing of a layer of the atmosphere and of a bend in the drag law, foreseen to
a hundredth of the step. The coast takes a few large steps in time. Climb after cut-off and
re-entry step in height from rung to rung of one ladder, so that the layers begin with a step
exactly and the impact is the end of the last.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.atmosphere import GAMMA, H_B, L_B, P0_PA, R0_M, R_AIR, TOP_M
from keepout.earth.geodesy import MU_M3PS2, OMEGA_RADPS, geodetic_from_ecef
from keepout.flight.boost import burn_times, pitch_times, shroud_change, stack_kg
from keepout.flight.cells import BENDS, DRAG
from keepout.flight.drag import CELLS, MACH_STEP, cd_of
from keepout.flight.lanes import (
    ALONG,
    ALT,
    AREA,
    AZIMUTH,
    BEGAN,
    BY_ALT,
    CELL,
    CLIMB,
    CUTOFF,
    ENU,
    FLOOR,
    FLOW,
    GROUND,
    K1,
    KICK,
    LANES,
    LAW,
    LAYER,
    LAYER_S,
    LIFT,
    LOSS,
    MASS,
    OVER,
    RATE,
    RHO,
    RISE,
    SEGMENT_END,
    SHROUD,
    SOUND2,
    SPEED,
    STEP,
    TARGET,
    UX,
    VACUUM,
    Y,
)  # fmt: skip
from keepout.kernel import part

# where a flight is
IDLE, BOOST, UP, TO_APOGEE, FROM_APOGEE, DOWN = range(6)

KINKS_M = np.append(R0_M * H_B[1:] / (R0_M - H_B[1:]), TOP_M)
"""Heights at which a layer of the atmosphere begins [m]."""
RUNGS_M = np.array([
    -1e3, 2e3, 5e3, 8e3, KINKS_M[0], KINKS_M[1], KINKS_M[2], KINKS_M[3], KINKS_M[5], KINKS_M[6],
    100e3, 120e3, 150e3,
])  # fmt: skip
"""The ladder of climb and re-entry: the layers (but for one in thin air), and rungs between [m]."""
TOP_RUNG_M = 150e3
LEAST_APOGEE_M = 230e3
"""Below this the climb at the top of the ladder nears zero: not for lanes."""
LEAST_CLIMB_MPS = 50.0
OFF_RUNG_M = 0.5
"""A step in height that ends farther from its rung than this has failed."""
COAST_STEP_S = 260.0
SLOW_CELLS, NEAR_SOUND_CELLS = 25.0, 12.0
"""Longest steps under thrust, in hundredths of a Mach number: below Mach 0.7, and to Mach 1.5."""
LOW_S, HIGH_S = 4.0, 7.0
"""And in seconds: above Mach 1.5, below and above 20 km."""
LOW_SCALES, HIGH_SCALES = 0.35, 0.6
"""And longest climb in one step, in scale heights of the air: to 20 km, and to 47 km."""
FAR_S = 1e9
SCALE_M, SLOWED, SLOWED_NEAR = 6.8e3, 0.45, 0.25
"""Scale height of the air, and the logarithm of speed that one step in height may cost, above
Mach 2.3 and below."""

# rows of a lane's whole numbers, LANES each
PHASE, STAGE_NO, BURNING, LEFT, STEPS, USED, FLIGHT = (LANES * n for n in range(7))
COUNTS = 7 * LANES


@part
def cutoff_range_s(missile, stage):
    """Earliest and latest cut-off of the last stage [s]; as aim.new_shot."""
    start_s, end_s = burn_times(missile, stage, missile.stages - 1)
    return min(end_s, max(start_s + 0.1, pitch_times(missile, stage)[1] + 1.0)), end_s


@part
def begin_segment(w, n, i, missile, stage):
    """Set the forces of the part of the powered flight that begins now, and when it ends.

    As boost.boost_kernel: up, then thrust at the kick angle, then along the velocity.
    """
    s, t_s = n[STAGE_NO + i], w[Y + 6 * LANES + i]
    row = stage[missile.first_stage + s]
    start_s, out_s = burn_times(missile, stage, s)
    if s == missile.stages - 1:
        out_s = min(out_s, w[CUTOFF + i])
    burning = n[BURNING + i] == 1
    along, kick, end_s = 1.0, 0.0, out_s
    if not burning:
        end_s = out_s + row.coast_s
    elif t_s < w[RISE + i] - 1e-6:
        along, end_s = 0.0, min(out_s, w[RISE + i])
    elif t_s < w[OVER + i] - 1e-6:
        along, kick, end_s = 0.0, w[KICK + i], min(out_s, w[OVER + i])
    shroud_kg, w[SHROUD + i] = shroud_change(missile, s, burning, t_s)
    w[SEGMENT_END + i] = min(end_s, w[SHROUD + i])
    share = 1.0 if burning else 0.0
    w[MASS + i] = stack_kg(missile, stage, s, burning) + shroud_kg
    w[BEGAN + i], w[FLOW + i] = start_s, share * row.propellant_kg / row.burn_s
    w[VACUUM + i] = share * row.thrust_vac_n
    w[LOSS + i] = share * (row.thrust_vac_n - row.thrust_sl_n) / P0_PA
    w[AREA + i], w[LAW + i] = row.area_m2, row.drag_law * CELLS
    w[ALONG + i], w[BY_ALT + i] = along, 0.0
    up, side = math.cos(kick), math.sin(kick)
    east, north = side * math.sin(w[AZIMUTH + i]), side * math.cos(w[AZIMUTH + i])
    for j in range(3):
        u = east * w[ENU + LANES * j + i] + north * w[ENU + LANES * (3 + j) + i]
        w[UX + LANES * j + i] = u + up * w[ENU + LANES * (6 + j) + i]


@part
def begin_flight(w, n, i, missile, stage, launch, control, ground_m):
    """Put a flight into a lane: at rest at its launch point, at time 0."""
    lat, lon, alt_m = geodetic_from_ecef(launch[0], launch[1], launch[2])
    s, c, sl, cl = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    enu = (-sl, cl, 0.0, -s * cl, -s * sl, c, c * cl, c * sl, s)  # geodesy.enu_matrix
    for k in range(9):
        w[ENU + LANES * k + i] = enu[k]
    for j in range(3):
        w[Y + LANES * j + i], w[Y + LANES * (3 + j) + i] = launch[j], 0.0
    w[Y + 6 * LANES + i] = 0.0
    w[FLOOR + i], w[LAYER + i] = alt_m - 1.0, KINKS_M[0]
    w[RISE + i], w[OVER + i] = pitch_times(missile, stage)
    first_s, last_s = cutoff_range_s(missile, stage)
    w[AZIMUTH + i], w[KICK + i] = control[0], control[1]
    w[CUTOFF + i] = min(last_s, max(first_s, control[2]))
    w[GROUND + i] = ground_m
    n[PHASE + i], n[STAGE_NO + i], n[BURNING + i], n[STEPS + i] = BOOST, 0, 1, 0
    begin_segment(w, n, i, missile, stage)


@part
def end_segment(w, n, i, missile, stage):
    """At the end of a part of the powered flight: begin the next; False when it was the last."""
    s, t_s = n[STAGE_NO + i], w[Y + 6 * LANES + i]
    row = stage[missile.first_stage + s]
    out_s = burn_times(missile, stage, s)[1]
    if s == missile.stages - 1:
        out_s = min(out_s, w[CUTOFF + i])
    burning = n[BURNING + i] == 1
    if w[SEGMENT_END + i] < w[SHROUD + i]:
        if not burning or (t_s > out_s - 1e-6 and s == missile.stages - 1):
            burning, s = True, s + 1
        elif t_s > out_s - 1e-6:
            burning = row.coast_s <= 0.0
            s += 1 if burning else 0
    n[STAGE_NO + i], n[BURNING + i] = s, 1 if burning else 0
    if s >= missile.stages:
        return False
    begin_segment(w, n, i, missile, stage)
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
    radial = (x * vx + y * vy + z * vz) / math.sqrt(MU_M3PS2 * max(a, 1.0))
    return a, math.sqrt((1.0 - r / a) ** 2 + radial * radial), r


@part
def from_apogee_s(a, e, r):
    """Time between a distance and the apogee of an ellipse [s]; Kepler's equation."""
    angle = math.acos(max(-1.0, min(1.0, (1.0 - r / a) / e)))
    return (math.pi - angle + e * math.sin(angle)) / math.sqrt(MU_M3PS2 / (a * a * a))


@part
def begin_fall(w, n, i, missile, alt_m, climb_mps):
    """After the last burn: the forces of the re-entry vehicle. False where lanes cannot follow.

    For lanes a flight must climb, and have its apogee well above the air.
    """
    w[MASS + i], w[FLOW + i], w[VACUUM + i], w[LOSS + i], w[ALONG + i] = 1.0, 0.0, 0.0, 0.0, 0.0
    w[AREA + i] = 1.0 / (missile.rv_beta_kgpm2 * cd_of(np.int64(missile.rv_drag_law), 8.0))
    w[LAW + i] = missile.rv_drag_law * CELLS
    a, e, r = orbit(w, i)
    high = a > 0.0 and a * (1.0 + e) - r + alt_m > LEAST_APOGEE_M
    if not (high and climb_mps > LEAST_CLIMB_MPS):
        return False
    n[PHASE + i] = UP
    w[BY_ALT + i], w[TARGET + i] = 1.0, alt_m
    if alt_m > TOP_RUNG_M - 200.0:
        begin_coast(w, n, i, alt_m)
    return True


@part
def begin_coast(w, n, i, alt_m):
    """How long the coast lasts to the apogee, and from there to the top of the ladder."""
    a, e, r = orbit(w, i)
    rest_s = from_apogee_s(a, e, r)
    n[PHASE + i], n[LEFT + i] = TO_APOGEE, max(1, np.int64(math.ceil(rest_s / COAST_STEP_S)))
    w[BY_ALT + i] = 0.0
    w[SEGMENT_END + i] = w[Y + 6 * LANES + i] + rest_s
    w[TARGET + i] = from_apogee_s(a, e, r - alt_m + TOP_RUNG_M)


@part
def foresee(w):
    """Time until each lane comes to its next layer, and the rate of its Mach number, in cells.

    By the present rates, after a call of slopes with step 1 into K1: height by a parabola, speed
    of sound by that of the lowest layer. Only lanes under thrust look at it.
    """
    for i in range(LANES):
        gain = w[Y + 3 * LANES + i] * w[K1 + 3 * LANES + i]
        gain += w[Y + 4 * LANES + i] * w[K1 + 4 * LANES + i]
        gain += w[Y + 5 * LANES + i] * w[K1 + 5 * LANES + i]
        v_mps = w[SPEED + i] if w[SPEED + i] > 1.0 else 1.0
        cooling = (0.5 * GAMMA * R_AIR * L_B[0]) * w[CLIMB + i] / w[SOUND2 + i]
        cooling = cooling if w[ALT + i] < KINKS_M[0] else 0.0
        rate = gain / (v_mps * math.sqrt(w[SOUND2 + i])) * (1.0 / MACH_STEP)
        w[RATE + i] = rate - (w[CELL + i] - w[LAW + i]) * cooling
        gap_m = w[LAYER + i] - w[ALT + i]
        inside = w[CLIMB + i] * w[CLIMB + i] + 2.0 * w[LIFT + i] * gap_m
        below = w[CLIMB + i] + math.sqrt(inside if inside > 0.0 else 0.0)
        soon = 2.0 * gap_m / (below if below > 1.0 else 1.0)
        w[LAYER_S + i] = soon if inside > 0.0 else FAR_S


@part
def bend_s(w, i, longest_s):
    """Time until a lane's Mach number comes to the next bend of its drag law [s]."""
    rate, place = w[RATE + i], w[CELL + i] - w[LAW + i]
    if rate <= 0.0 or place > CELLS - 50.0:
        return FAR_S
    # a card's ceil gives a float
    k = BENDS[np.int64(math.ceil(w[CELL + i] + max(0.1, 0.05 * longest_s * rate))) - 1]
    return FAR_S if k == CELLS - 1 else (k - place) / rate


@part
def boost_step(w, i):
    """The next step under thrust [s]: to the end of a segment, a layer or a bend, or towards it."""
    place = w[CELL + i] - w[LAW + i]
    longest_s = HIGH_S
    if place < 0.7 / MACH_STEP:
        longest_s = SLOW_CELLS / max(1.0, w[RATE + i])
    elif place < 1.5 / MACH_STEP:
        longest_s = NEAR_SOUND_CELLS / max(1.0, w[RATE + i])
    elif w[ALT + i] < KINKS_M[1]:
        longest_s = min(LOW_S, LOW_SCALES * SCALE_M / max(1.0, w[CLIMB + i]))
    elif w[ALT + i] < KINKS_M[3]:
        longest_s = min(HIGH_S, HIGH_SCALES * SCALE_M / w[CLIMB + i])
    if w[LAYER_S + i] < 0.05 * longest_s:  # as good as there: look for the one above
        k = 0
        while k < len(KINKS_M) - 1 and KINKS_M[k] <= w[LAYER + i]:
            k += 1
        w[LAYER + i] = KINKS_M[k] if KINKS_M[k] > w[LAYER + i] else 1e9
        gap_m, climb_mps = w[LAYER + i] - w[ALT + i], max(1.0, w[CLIMB + i])
        inside = climb_mps * climb_mps + 2.0 * w[LIFT + i] * gap_m
        w[LAYER_S + i] = 2.0 * gap_m / (climb_mps + math.sqrt(max(0.0, inside)))
    target_s = w[SEGMENT_END + i] - w[Y + 6 * LANES + i]
    target_s = min(target_s, w[LAYER_S + i], bend_s(w, i, longest_s))
    if target_s <= 1.1 * longest_s:
        return target_s
    return target_s / math.ceil(target_s / longest_s - 0.1)


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
def air_parts(w, i, change_m):
    """Into how many parts a step in height is cut, so that no part slows the body by too much.

    After drag over one scale height of the air at the lower end of the step, along the path.
    """
    rho = w[RHO + i] * math.exp(min(3.0, max(0.0, -change_m) / SCALE_M))
    drag_pm = 0.5 * rho * w[AREA + i] * DRAG[4 * int(w[CELL + i])]
    path_m = min(SCALE_M, abs(change_m)) * w[SPEED + i] / max(1.0, abs(w[CLIMB + i]))
    near = w[CELL + i] - w[LAW + i] < 2.3 / MACH_STEP  # the bends of the drag laws come
    return math.ceil(min(20.0, max(1.0, drag_pm * path_m / (SLOWED_NEAR if near else SLOWED))))


@part
def choose_step(w, n, i):
    """Write the step of one lane to STEP; False if the step before it has failed."""
    alt_m, phase = w[ALT + i], n[PHASE + i]
    if phase == BOOST:
        w[STEP + i] = boost_step(w, i)
        return alt_m > w[FLOOR + i]
    if phase in (UP, DOWN):
        good = abs(alt_m - w[TARGET + i]) < OFF_RUNG_M
        w[TARGET + i] = rung_above(alt_m) if phase == UP else rung_below(alt_m, w[GROUND + i])
        change_m = w[TARGET + i] - alt_m
        parts = air_parts(w, i, change_m)
        if parts > 1:
            w[TARGET + i] = alt_m + change_m / parts
        w[STEP + i] = w[TARGET + i] - alt_m
        return good
    w[STEP + i] = 0.0
    if phase != IDLE:
        w[STEP + i] = (w[SEGMENT_END + i] - w[Y + 6 * LANES + i]) / n[LEFT + i]
    return True


@part
def goes_on(w, n, i):
    """Whether a lane stays in its phase after a step: then its next step can be chosen at once."""
    phase = n[PHASE + i]
    if phase == BOOST:
        return w[Y + 6 * LANES + i] < w[SEGMENT_END + i] - 1e-9
    if phase == UP:
        return w[TARGET + i] < TOP_RUNG_M - 200.0
    if phase == DOWN:
        return w[TARGET + i] > w[GROUND + i]
    n[LEFT + i] -= 1
    return n[LEFT + i] > 0
