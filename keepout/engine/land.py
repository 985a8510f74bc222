"""land: who ended how. Scores what arrived and why, and writes the Outcome row."""

from __future__ import annotations

import math

import numpy as np

from keepout.effects.impact import asset_at, asset_at_offset
from keepout.engine.fly import offset_ecef_m, position
from keepout.engine.queue import DOUBLED, GAP, PLANS, SHOTS
from keepout.engine.rng import DEBRIS_SPREAD, NO_ONE, ONCE, block, normal_score, unit32
from keepout.engine.see import firm_by
from keepout.engine.state import note
from keepout.flight.drop import fragment_offset_m, sample_at
from keepout.intercept.debris import debris_offset_m
from keepout.kernel import hot, inlined, part
from keepout.records.case import PHYSICS
from keepout.records.event import (
    DEBRIS,
    DUD,
    FAILURE,
    IMPACT,
    LAUNCH,
    R_NO_CHANNEL,
    R_NO_ROUNDS,
    R_NO_TRACK,
    R_NONE,
    R_NOT_DEFENDED,
    R_OPEN_GROUND,
    R_OUT_OF_REACH,
    STAGE_IMPACT,
    TRACK,
    WASTED,
)  # fmt: skip
from keepout.records.outcome import (
    C_BODY_HIT_ONLY,
    C_DIVERTED,
    C_ENGAGED_AND_MISSED,
    C_NO_CHANNEL,
    C_NO_ROUNDS,
    C_NO_TRACK,
    C_NOT_DEFENDED,
    C_OPEN_GROUND,
    C_OUT_OF_REACH,
    C_TOO_LATE,
    C_WRONG_OBJECT,
    CAUSES,
    TOTALS,
)  # fmt: skip
from keepout.records.trajectory import DEBRIS_POINTS, FALL_POINTS, IN_REENTRY, NO_FAILURE
from keepout.records.trial import FAILED, FLYING, KILLED

NOBODY = np.int64(-1)
FALL_SPREAD_M = 1000.0
"""One sigma, in each direction, of where a missile that lost its thrust comes down: what is
left in its tanks, how it tumbles; grade D. The moment of the failure matters far more."""
N_TOTALS = len(TOTALS)
N_CAUSES = len(CAUSES)
(
    LAUNCHED, FAILED_N, INTERCEPTED, ARRIVED, ENGAGED, THREATENING, SEEN, DUDS, DECOYS, AT_DECOYS,
    DOUBLED_N, PLANS_N, GAP_N,
) = range(N_TOTALS)  # fmt: skip


@hot
def cause_of(fate):
    """Why a warhead arrived: the last thing that could have stopped it and did not.

    fate     FATE row of a threat that arrived
    returns  ()  one of CAUSES
    """
    if fate.diverted == 1:
        return C_DIVERTED
    if fate.body_hit == 1:
        return C_BODY_HIT_ONLY
    if fate.wrong_object == 1:
        return C_WRONG_OBJECT
    if fate.engaged == 1:
        return C_ENGAGED_AND_MISSED
    if fate.reason == R_OUT_OF_REACH:
        return C_OUT_OF_REACH
    if fate.reason == R_NO_TRACK:
        return C_NO_TRACK
    if fate.reason == R_OPEN_GROUND:
        return C_OPEN_GROUND
    if fate.reason == R_NOT_DEFENDED or fate.reason == R_NONE:
        return C_NOT_DEFENDED
    if fate.reason == R_NO_CHANNEL:
        return C_NO_CHANNEL
    if fate.reason == R_NO_ROUNDS:
        return C_NO_ROUNDS
    return C_TOO_LATE


@inlined
def was_seen(case, plan, seed, trial, world, scratch, i, end_s):
    """1 if any radar had a firm track before the threat's end."""
    for r in range(len(case.radar)):
        if firm_by(case, plan, seed, trial, world, scratch, i, r, end_s) <= end_s:
            return 1
    return 0


@inlined
def ground(case, flight, east_m, north_m):
    """A point east and north of a threat's aim asset, as a tuple of ECEF metres."""
    asset = case.asset[flight.asset]
    x, y, z = offset_ecef_m(asset.to_enu, east_m, north_m)
    return asset.r_ecef_m[0] + x, asset.r_ecef_m[1] + y, asset.r_ecef_m[2] + z


@hot
def drop_debris(case, plan, row, seed, trial, world, scratch, i, out, first):
    """The remains of an intercept or a break-up come down: count where, record it."""
    fate = scratch.fate[i]
    flight = case.lane[row]
    a, b, _c, _d = block(seed, trial, case.threat[i].name, NO_ONE, DEBRIS_SPREAD, ONCE)
    z_east, z_north = normal_score(unit32(a)), normal_score(unit32(b))
    after_s = fate.end_s - world[i].launch_s
    if case.models[0].fidelity == PHYSICS:
        asset = case.asset[flight.asset]
        release_debris(case.sample[row], flight, asset, world[i], case.debris[row], after_s)
    east_m, north_m = debris_offset_m(case.debris[row], flight.flight_s, after_s, z_east, z_north)
    east_m += world[i].impact_east_m
    north_m += world[i].impact_north_m
    place = asset_at_offset(case.asset, plan.apart, flight.asset, east_m, north_m)
    out[first + (place if place >= 0 else len(case.asset))] += 1
    if len(scratch.event) > 0:
        r = ground(case, flight, east_m, north_m)
        note(scratch.event, scratch.counts, world[i].impact_s, DEBRIS, NOBODY, i, r, 0.0)


@part
def release_debris(sample, flight, asset, truth, debris, after_s):
    """Fill the two rows of a threat's debris table that hold a moment, from its own flight.

    sample, debris        (SAMPLES, 6), (DEBRIS_POINTS, 2) its rows of the tables
    flight, asset, truth  LANE, ASSET and WORLD row;  after_s () after launch
    """
    if not 0.0 <= after_s <= flight.flight_s:
        return
    y, dt_s = np.empty(6), flight.flight_s / (DEBRIS_POINTS - 1)
    first = min(int(after_s / dt_s), DEBRIS_POINTS - 2)
    for k in range(first, first + 2):
        sample_at(sample, flight.dt_s, k * dt_s, y)
        w = k / (DEBRIS_POINTS - 1)
        for j in range(3):  # as position displaces it
            start, end = truth.launch_offset_m[j], truth.impact_offset_m[j]
            y[j] += (1.0 - w) * start + w * end
            y[3 + j] += (end - start) / flight.flight_s
        east_m, north_m = fragment_offset_m(y, asset)
        debris[k, 0] = east_m - truth.impact_east_m
        debris[k, 1] = north_m - truth.impact_north_m


@hot
def fall_at(fall, powered_s, t_s):
    """Where and when a missile that fails under power reaches the ground.

    fall       (FALL_POINTS, 4)  the lane's row of Case.fall
    powered_s  ()  time of its last row; t_s () of the failure [s after launch]
    returns    x, y, z [m, ECEF] and time after launch [s]; linear between the rows
    """
    at = min(1.0, t_s / max(powered_s, 1e-9)) * (FALL_POINTS - 1)
    k = min(int(at), FALL_POINTS - 2)
    w = at - k
    a, b = fall[k], fall[k + 1]
    return (
        a[0] + w * (b[0] - a[0]), a[1] + w * (b[1] - a[1]), a[2] + w * (b[2] - a[2]),
        a[3] + w * (b[3] - a[3]),
    )  # fmt: skip


@inlined
def drop_failed(case, plan, row, seed, trial, world, scratch, i, out, first):
    """A missile that failed comes down: count where, record it."""
    truth, flight = world[i], case.lane[row]
    name = case.threat[i].name
    if truth.phase == IN_REENTRY and flight.cruise == 0:
        drop_debris(case, plan, row, seed, trial, world, scratch, i, out, first)
        return
    a, b, _c, _d = block(seed, trial, name, NO_ONE, DEBRIS_SPREAD, ONCE)
    z_east, z_north = normal_score(unit32(a)), normal_score(unit32(b))
    after_s = truth.fail_s - truth.launch_s
    powered_s = flight.flight_s if flight.cruise == 1 else flight.burnout_s
    x, y, z, down_s = fall_at(case.fall[row], powered_s, after_s)
    dx, dy, dz = offset_ecef_m(
        case.asset[flight.asset].to_enu, FALL_SPREAD_M * z_east, FALL_SPREAD_M * z_north
    )
    w = min(1.0, after_s / flight.flight_s)  # as engine.fly.position displaces it
    start, end = truth.launch_offset_m, truth.impact_offset_m
    x += dx + (1.0 - w) * start[0] + w * end[0]
    y += dy + (1.0 - w) * start[1] + w * end[1]
    z += dz + (1.0 - w) * start[2] + w * end[2]
    place = asset_at(case.asset, x, y, z)
    out[first + (place if place >= 0 else len(case.asset))] += 1
    if len(scratch.event) > 0:
        t_s = truth.launch_s + down_s
        note(scratch.event, scratch.counts, t_s, DEBRIS, NOBODY, i, (x, y, z), 0.0)


@inlined
def arrive(case, plan, flight, world, scratch, i, out, by_asset, by_missile):
    """Score one arrival; by_asset and by_missile are the first columns of those blocks."""
    fate = scratch.fate[i]
    east_m = world[i].impact_east_m
    north_m = world[i].impact_north_m
    if fate.diverted == 1:
        east_m += fate.divert_east_m
        north_m += fate.divert_north_m
    place = asset_at_offset(case.asset, plan.apart, flight.asset, east_m, north_m)
    where = place if place >= 0 else len(case.asset)
    cause = cause_of(fate)
    out[ARRIVED] += 1
    out[by_asset + where * N_CAUSES + cause] += 1
    out[by_missile + flight.missile * N_CAUSES + cause] += 1
    if world[i].dud == 1:
        out[DUDS] += 1
    if len(scratch.event) > 0:
        kind = DUD if world[i].dud == 1 else IMPACT
        r = ground(case, flight, east_m, north_m)
        note(
            scratch.event,
            scratch.counts,
            world[i].impact_s,
            kind,
            np.int64(where),
            i,
            r,
            float(cause),
        )


@inlined
def where_at(case, world, i, t_s):
    """Where threat i is at a time of the scenario, as a tuple of ECEF metres."""
    row = world[i].lane
    return position(
        case.sample[row], case.lane[row], world[i].launch_offset_m, world[i].impact_offset_m,
        t_s - world[i].launch_s,
    )  # fmt: skip


@hot
def note_flight(case, world, scratch, i):
    """Record the launch, the firm tracks, the failure and the spent stages of one threat."""
    event, counts = scratch.event, scratch.counts
    truth = world[i]
    row = np.int64(truth.lane)
    end_s = min(scratch.fate[i].end_s, truth.impact_s)
    start = where_at(case, world, i, truth.launch_s)
    flight = case.lane[row]
    nominal = case.lane_row[flight.missile, flight.area, flight.asset]  # also of its own flight
    note(event, counts, truth.launch_s, LAUNCH, NOBODY, i, start, float(nominal))
    for s in range(len(case.radar)):
        t_s = scratch.track[i, s].firm_s
        if t_s <= end_s:
            note(event, counts, t_s, TRACK, s, i, where_at(case, world, i, t_s), 0.0)
    if scratch.fate[i].status == FAILED:
        r = where_at(case, world, i, truth.fail_s)
        note(event, counts, truth.fail_s, FAILURE, NOBODY, i, r, float(truth.phase))
        if truth.phase != IN_REENTRY:
            return
    offset = truth.launch_offset_m
    for s in range(case.drop.shape[1]):
        body = case.drop[row, s]
        if not math.isnan(body[3]):
            r = (body[0] + offset[0], body[1] + offset[1], body[2] + offset[2])
            note(event, counts, truth.launch_s + body[3], STAGE_IMPACT, s, i, r, 0.0)


@hot
def land(case, plan, seed, trial, world, scratch, out):
    """Write the Outcome row of one trial.

    case, plan, world, scratch  as after fight
    out                   (columns,) int32, zeroed here; order as in records.outcome.Layout
    """
    out[:] = 0
    n_missiles, n_places = len(case.missile), len(case.asset) + 1
    n_systems = 0
    for b in range(len(case.battery)):
        n_systems = max(n_systems, case.battery[b].system + 1)
    launched = N_TOTALS
    failed = launched + n_missiles
    aimed = failed + n_missiles
    dropped = aimed + n_places
    fired = dropped + n_places
    intercepted = fired + n_systems
    wasted = intercepted + n_systems
    by_asset = wasted + n_systems
    by_missile = by_asset + n_places * N_CAUSES
    for i in range(len(case.threat)):
        if world[i].flying == 0:
            continue
        if world[i].decoy == 1:
            out[DECOYS] += 1
            if scratch.fate[i].status == FLYING:
                scratch.fate[i].end_s = world[i].fail_s
            continue
        row = np.int64(world[i].lane)
        flight = case.lane[row]
        fate = scratch.fate[i]
        if fate.status == FLYING and world[i].phase != NO_FAILURE:
            fate.status, fate.end_s = FAILED, world[i].fail_s
        out[LAUNCHED] += 1
        out[launched + flight.missile] += 1
        out[aimed + flight.asset] += 1
        out[ENGAGED] += fate.engaged
        if len(scratch.event) > 0:
            note_flight(case, world, scratch, i)
        if fate.status == FAILED:
            out[FAILED_N] += 1
            out[failed + flight.missile] += 1
            drop_failed(case, plan, row, seed, trial, world, scratch, i, out, dropped)
            continue
        end_s = min(fate.end_s, world[i].impact_s)
        out[SEEN] += was_seen(case, plan, seed, trial, world, scratch, i, end_s)
        east_m, north_m = world[i].impact_east_m, world[i].impact_north_m
        if asset_at_offset(case.asset, plan.apart, flight.asset, east_m, north_m) >= 0:
            out[THREATENING] += 1
        if fate.status == KILLED:
            out[INTERCEPTED] += 1
            out[intercepted + case.battery[fate.killer].system] += 1
            drop_debris(case, plan, row, seed, trial, world, scratch, i, out, dropped)
        else:
            arrive(case, plan, flight, world, scratch, i, out, by_asset, by_missile)
    count_shots(case.battery, world, scratch, out, fired, wasted)


@hot
def count_shots(battery, world, scratch, out, fired, wasted):
    """Count the rounds; fired and wasted are the first columns of those blocks."""
    out[DOUBLED_N], out[PLANS_N] = scratch.counts[DOUBLED], scratch.counts[PLANS]
    out[GAP_N] = scratch.counts[GAP]
    for b in range(len(battery)):
        out[fired + battery[b].system] += scratch.stock[b].false_shots
    for n in range(scratch.counts[SHOTS]):
        shot = scratch.shot[n]
        system = battery[shot.battery].system
        out[fired + system] += 1
        if shot.outcome == WASTED:
            out[wasted + system] += 1
        if world[shot.threat].decoy == 1:
            out[AT_DECOYS] += 1
