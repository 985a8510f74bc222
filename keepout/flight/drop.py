"""What a flight drops: spent stages, and fragments if it were broken up on its way."""

from __future__ import annotations

import math

import numpy as np

from keepout.flight.aim import KNOTS
from keepout.flight.boost import boost_kernel, burn_times, stack_kg, state_at
from keepout.flight.coast import impact_kernel
from keepout.flight.integrate import BOOST_TOLERANCE, KNOT, TIME_UP
from keepout.kernel import kernel, lean, part
from keepout.records.missile import CRUISE, DRAG_CONSTANT
from keepout.records.trajectory import DEBRIS_POINTS, FALL_POINTS

FRAGMENT_BETA_KGPM2 = 100.0
"""Of debris large enough to matter; D, of the order of tumbling plates and tank pieces."""


@kernel
def stage_states_kernel(missile, stage, launch_ecef_m, lane, out):
    """The state in which each spent stage of a solved lane is dropped.

    missile, stage  as lane_kernel
    launch_ecef_m   (3,)  [m]
    lane            a LANE row filled by lane_kernel
    out             (stages, 7) is filled: position [m] and velocity [m/s], ECEF, and time after
                    launch [s]; nan for a stage that stays with the warhead
    returns         ()    number of stages that are dropped

    Each stage leaves with the velocity of the stack; the separation impulse is left out. To
    some hundred metres at the ground: the boost is flown again. Source: boost_kernel.
    """
    out[:] = math.nan
    if missile.kind == CRUISE:
        return 0
    y, knots = np.empty(6), np.empty((KNOTS, KNOT))
    why, _, used = boost_kernel(
        missile, stage, launch_ecef_m, lane.azimuth_rad, lane.kick_rad, BOOST_TOLERANCE, y, knots,
        np.empty((12, KNOT)),
    )  # fmt: skip
    if why != TIME_UP:
        return 0
    dropped = 0
    for s in range(min(missile.stages, len(out))):
        _, gone_s = burn_times(missile, stage, s)
        if s == missile.stages - 1:
            gone_s = lane.cutoff_s
            if not missile.separates:
                continue
        state_at(knots, used, gone_s, y)
        for j in range(6):
            out[s, j] = y[j]
        out[s, 6] = gone_s
        dropped += 1
    return dropped


@kernel
def stage_impacts_kernel(missile, stage, launch_ecef_m, lane, out):
    """Where and when each spent stage of a solved lane reaches the ground.

    missile, stage, launch_ecef_m, lane  as stage_states_kernel
    out             (stages, 4) is filled: x, y, z [m] and time after launch [s]; nan for a stage
                    that stays with the warhead, or never falls
    returns         ()    number of stages that come down

    Each tumbles on with its own ballistic coefficient (constant drag law). Source:
    stage_states_kernel, impact_kernel.
    """
    states = np.empty((len(out), 7))
    stage_states_kernel(missile, stage, launch_ecef_m, lane, states)
    fallen = 0
    for s in range(len(out)):
        y = states[s]
        for j in range(4):
            out[s, j] = math.nan
        if y[6] != y[6]:
            continue
        end = impact_kernel(
            y[0], y[1], y[2], y[3], y[4], y[5],
            stage[missile.first_stage + s].spent_beta_kgpm2, np.int64(DRAG_CONSTANT),
        )  # fmt: skip
        if end[6] == end[6]:
            out[s, 0], out[s, 1], out[s, 2], out[s, 3] = end[0], end[1], end[2], y[6] + end[6]
            fallen += 1
    return fallen


@lean
def sample_at(sample, dt_s, t_s, y):
    """Fill y (6,) with the state of a tabulated flight at a time.

    sample  (n, 6)  evenly spaced by dt_s from launch; t_s () clipped to the flight [s]

    Cubic Hermite polynomial between samples; error below 0.1 m at a second's spacing.
    """
    last = len(sample) - 1
    s = min(float(last), max(0.0, t_s / dt_s))
    i = min(int(s), last - 1)
    u = s - i
    for j in range(3):
        r0, r1 = sample[i, j], sample[i + 1, j]
        c1, d1 = dt_s * sample[i, 3 + j], dt_s * sample[i + 1, 3 + j]
        c2 = 3.0 * (r1 - r0) - 2.0 * c1 - d1
        c3 = 2.0 * (r0 - r1) + c1 + d1
        y[j] = r0 + u * (c1 + u * (c2 + u * c3))
        y[3 + j] = (c1 + u * (2.0 * c2 + 3.0 * u * c3)) / dt_s


@part
def fragment_offset_m(y, asset):
    """Where a fragment comes down that goes on with a state: east and north of an asset [m].

    y (6,) state, ECEF;  asset ASSET row.  Source: as ``debris_kernel``.
    """
    end = impact_kernel(
        y[0], y[1], y[2], y[3], y[4], y[5], FRAGMENT_BETA_KGPM2, np.int64(DRAG_CONSTANT)
    )
    east, north = 0.0, 0.0
    for j in range(3):
        east += asset.to_enu[0, j] * (end[j] - asset.r_ecef_m[j])
        north += asset.to_enu[1, j] * (end[j] - asset.r_ecef_m[j])
    return east, north


@kernel
def debris_kernel(sample, lane, asset, out):
    """Where fragments come down that are released along a flight.

    sample  (n, 6)              of one lane; lane its LANE row, asset the ASSET row it is aimed at
    out     (DEBRIS_POINTS, 2)  is filled: east and north of the asset [m], for releases evenly
                                spaced in time from launch (row 0) to impact (last row)

    Fragments go on with the velocity of the body and fall with a ballistic coefficient of 100
    kg/m2 (constant drag law). No spread of their own: a crude model. Source: impact_kernel.
    """
    y = np.empty(6)
    for i in range(DEBRIS_POINTS):
        sample_at(sample, lane.dt_s, lane.flight_s * i / (DEBRIS_POINTS - 1), y)
        out[i, 0], out[i, 1] = fragment_offset_m(y, asset)


@part
def whole_beta_kgpm2(missile, stage, t_s):
    """Ballistic coefficient of a missile that loses its thrust at a time after launch.

    The empty stage's own, times the mass of the whole over that of the empty stage: the same
    side area tumbles. Between stages, that of the next. Crude.
    """
    if missile.kind == CRUISE:
        return missile.rv_beta_kgpm2
    s = np.int64(0)
    while s < missile.stages - 1 and t_s >= burn_times(missile, stage, s)[1]:
        s += 1
    row = stage[missile.first_stage + s]
    burnt = max(0.0, min(1.0, (t_s - burn_times(missile, stage, s)[0]) / row.burn_s))
    mass_kg = stack_kg(missile, stage, s, True) - burnt * row.propellant_kg
    return row.spent_beta_kgpm2 * mass_kg / row.dry_kg


@kernel
def falls_kernel(missile, stage, sample, lane, out):
    """Where and when a missile comes down that loses its thrust on the way.

    missile, stage  as lane_kernel; sample (n, 6) and lane as it filled them
    out             (FALL_POINTS, 4) is filled: x, y, z [m] and time after launch [s], for
                    failures evenly spaced in time from launch to burnout (of a cruise missile:
                    to its impact); where the fall never ends, nan

    The whole missile tumbles on (whole_beta_kgpm2, constant drag law); it does not break up.
    Source: impact_kernel.
    """
    y = np.empty(6)
    powered_s = lane.flight_s if missile.kind == CRUISE else lane.burnout_s
    for i in range(FALL_POINTS):
        t_s = powered_s * i / (FALL_POINTS - 1)
        sample_at(sample, lane.dt_s, t_s, y)
        end = impact_kernel(
            y[0], y[1], y[2], y[3], y[4], y[5], whole_beta_kgpm2(missile, stage, t_s),
            np.int64(DRAG_CONSTANT),
        )  # fmt: skip
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = end[0], end[1], end[2], t_s + end[6]
