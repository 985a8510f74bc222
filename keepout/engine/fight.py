"""fight: the only loop in time. Look, decide, fire, resolve, look again."""

from __future__ import annotations

import math

import numpy as np

from keepout.battle.decision import allowed_now, left_to, means_to_fire, worth_firing
from keepout.battle.threat import OPEN, judge
from keepout.earth.geodesy import alt_of
from keepout.effects.impact import diverted_offset_m
from keepout.engine.fly import position
from keepout.engine.queue import HEAP, SHOTS, pop, push
from keepout.engine.rng import (
    DIVERT,
    KILL,
    LEFT_ON_PURPOSE,
    LOST_RAID,
    NO_ONE,
    ONCE,
    normal_pair,
    uniform,
)  # fmt: skip
from keepout.engine.see import group_lost, known_since, observe
from keepout.engine.state import note
from keepout.intercept.kill import kill_outcome, shot_probability
from keepout.intercept.window import intercept_for_launch
from keepout.kernel import part
from keepout.records.case import COORDINATED, SENSING_PERFECT
from keepout.records.defence import DEFEND_ALWAYS, WINDOW_POINTS
from keepout.records.event import (
    BODY_HIT,
    DECISION,
    DIVERTED_BY,
    MISS,
    R_NO_ROUNDS,
    R_NO_TRACK,
    R_NONE,
    R_OUT_OF_REACH,
    R_TOO_LATE,
    R_TRACK_TOO_POOR,
    SHOT,
    WASTED,
    WRONG_OBJECT_SHOT,
)  # fmt: skip
from keepout.records.event import KILL as KILL_EVENT
from keepout.records.missile import MANOEUVRING
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST
from keepout.records.trial import CHANNELS, FAILED, FLYING, KILLED

# kinds of entries in the queue; at equal times the lower goes first
INTERCEPT, RESULT, RELOAD, LOOK = range(4)
KIND = 1 << 40
NOWHERE = (math.nan, math.nan, math.nan)


@part
def begin_batteries(case, seed, trial, scratch):
    """Stock every battery with this trial's rounds, channels and times."""
    theta = scratch.theta
    u = uniform(seed, trial, NO_ONE, NO_ONE, LOST_RAID, ONCE)
    raid_lost = u < theta[case.models[0].per_raid]
    for b in range(len(case.battery)):
        row = case.battery[b]
        stock = scratch.stock[b]
        stock.ready = math.floor(theta[row.rounds] + 0.5)
        stock.resupply = row.resupply
        stock.reload_s = math.inf
        stock.last_launch_s = -math.inf
        stock.channels = min(CHANNELS, math.floor(theta[row.channels] + 0.5))
        lost = group_lost(case.group, seed, trial, theta, row.group)
        stock.lost = 1 if raid_lost or lost == 1 else 0
        stock.interval_s = theta[row.launch_interval_s]
        stock.assess_s = theta[row.assess_s]
        perfect = case.models[0].sensing == SENSING_PERFECT
        stock.track_s = 0.0 if perfect else theta[row.track_before_firing_s]
        stock.sspk = theta[row.sspk]
        stock.manoeuvre_factor = theta[row.manoeuvre_factor]
        for c in range(CHANNELS):
            scratch.channel_s[b, c] = -math.inf if c < stock.channels else math.inf


@part
def set_reason(pair, fate, reason):
    """Keep why a battery did not fire, and the furthest that any battery got."""
    pair.reason = reason
    ranked = R_NO_TRACK if reason == R_TRACK_TOO_POOR else reason
    if ranked <= R_NO_ROUNDS and ranked > fate.reason:
        fate.reason = ranked


@part
def begin_pairs(case, world, scratch):
    """Clear the books and put the first look of every battery at every threat in the queue."""
    perfect = 1 if case.models[0].sensing == SENSING_PERFECT else 0
    n_batteries = len(case.battery)
    for i in range(len(case.threat)):
        fate = scratch.fate[i]
        fate.status = FLYING
        fate.killer = -1
        fate.end_s = math.inf
        fate.reason = fate.engaged = fate.wrong_object = fate.body_hit = fate.diverted = 0
        belief = scratch.belief[i]
        belief.fired = belief.pending = belief.dead = 0
        belief.result_s = -math.inf
        phase = world[i].phase
        if world[i].flying == 1 and phase in (IN_BOOST, AT_SEPARATION):
            fate.status = FAILED
            fate.end_s = world[i].fail_s
        for b in range(n_batteries):
            pair = scratch.pair[i, b]
            pair.fired = pair.pending = pair.dead = pair.reason = 0
            pair.result_s = -math.inf
            if world[i].flying == 0 or fate.status == FAILED:
                continue
            plan = case.window[world[i].lane, b]
            since_s = known_since(
                perfect, world[i].launch_s, case.lane[world[i].lane].burnout_s,
                scratch.usable[b], scratch.firm_s[i], scratch.stock[b].track_s,
            )  # fmt: skip
            t_s = max(since_s, world[i].launch_s + plan.launch_s[0])
            if scratch.stock[b].ready <= 0 and scratch.stock[b].resupply <= 0:
                pair.reason = R_NO_ROUNDS  # it never had any: no battery, and no cause
            elif plan.open == 0:
                set_reason(pair, fate, R_OUT_OF_REACH)
            elif since_s == math.inf:
                set_reason(pair, fate, R_NO_TRACK)
            elif t_s > world[i].launch_s + plan.launch_s[WINDOW_POINTS - 1]:
                set_reason(pair, fate, R_TOO_LATE)
            else:
                key = LOOK * KIND + i * n_batteries + b
                push(scratch.heap_s, scratch.heap_key, scratch.counts, t_s, key)


@part
def first_free(channel_s, battery_row, channels):
    """(channel, when it is free) of the channel that is free first."""
    best = 0
    for c in range(1, channels):
        if channel_s[battery_row, c] < channel_s[battery_row, best]:
            best = c
    return best, channel_s[battery_row, best]


@part
def fire(case, row, world, scratch, i, b, t_s, rounds):
    """Launch rounds of battery b at threat i, one launch interval apart.

    A launch outside the true window (the track was a little wrong) meets the threat at
    the window's nearer end.
    """
    plan = case.window[row, b]
    stock = scratch.stock[b]
    pair = scratch.pair[i, b]
    belief = scratch.belief[i]
    channel, _free_s = first_free(scratch.channel_s, b, stock.channels)
    for j in range(rounds):
        launch_s = t_s + j * stock.interval_s
        after_s = launch_s - world[i].launch_s
        if j > 0 and after_s > plan.launch_s[WINDOW_POINTS - 1]:
            break
        after_s = min(max(after_s, plan.launch_s[0]), plan.launch_s[WINDOW_POINTS - 1])
        n = scratch.counts[SHOTS]
        scratch.counts[SHOTS] = n + 1
        shot = scratch.shot[n]
        shot.threat = i
        shot.battery = b
        shot.ordinal = pair.fired
        shot.launch_s = launch_s
        shot.intercept_s = world[i].launch_s + intercept_for_launch(plan, after_s)
        shot.result_s = shot.intercept_s + stock.assess_s
        stock.ready -= 1
        stock.last_launch_s = launch_s
        pair.fired += 1
        pair.pending += 1
        pair.result_s = max(pair.result_s, shot.result_s)
        belief.fired += 1
        belief.pending += 1
        belief.result_s = max(belief.result_s, shot.result_s)
        scratch.channel_s[b, channel] = shot.intercept_s
        scratch.fate[i].engaged = 1
        push(
            scratch.heap_s, scratch.heap_key, scratch.counts, shot.intercept_s, INTERCEPT * KIND + n
        )
        push(scratch.heap_s, scratch.heap_key, scratch.counts, shot.result_s, RESULT * KIND + n)
        if len(scratch.event) > 0:
            r = case.battery[b].r_ecef_m
            note(
                scratch.event,
                scratch.counts,
                launch_s,
                SHOT,
                b,
                i,
                (r[0], r[1], r[2]),
                float(shot.ordinal),
            )
    if stock.ready <= 0 and stock.resupply > 0 and stock.reload_s == math.inf:
        stock.reload_s = stock.last_launch_s + case.battery[b].reload_s
        push(scratch.heap_s, scratch.heap_key, scratch.counts, stock.reload_s, RELOAD * KIND + b)


@part
def wish(case, seed, trial, world, scratch, i, b, t_s):
    """What battery b would do about threat i now: (reason, again_s, rounds).

    It reads the ESTIMATE that ``observe`` made and the defence's own books; the truth
    has been left behind in ``observe``.
    """
    row = np.int64(world[i].lane)
    battery = case.battery[b]
    observe(case, row, seed, trial, world, scratch, i, b, t_s)
    estimate = scratch.estimate[0]
    judged = OPEN
    left = 0
    if estimate.known == 1:
        judged = judge(estimate, case.asset)
        if judged != OPEN:
            asset = case.asset[judged]
            u = uniform(seed, trial, case.threat[i].name, asset.name, LEFT_ON_PURPOSE, ONCE)
            left = 1 if u < scratch.theta[asset.not_engaged] else 0
    close_s = estimate.close_s
    reason, again_s = worth_firing(t_s, estimate, battery, case.asset, judged, left)
    if reason != R_NONE:
        return reason, again_s, 0
    pair = scratch.pair[i, b]
    belief = scratch.belief[i]
    own = (pair.fired, pair.pending, pair.result_s)
    known = (pair.fired, pair.pending, pair.result_s, pair.dead)
    if case.models[0].control == COORDINATED:
        known = (belief.fired, belief.pending, belief.result_s, belief.dead)
    reason, again_s, rounds = allowed_now(t_s, close_s, battery, own, known)
    if reason != R_NONE:
        return reason, again_s, 0
    hold_for = np.int64(battery.hold_for)
    if hold_for >= 0 and scratch.stock[hold_for].ready > 0:
        observe(case, row, seed, trial, world, scratch, i, hold_for, t_s)
        reason, again_s = left_to(scratch.estimate[0].close_s, close_s, t_s)
        if reason != R_NONE:
            return reason, again_s, 0
    _c, free_s = first_free(scratch.channel_s, b, scratch.stock[b].channels)
    defend = case.asset[judged].defend if judged != OPEN else DEFEND_ALWAYS
    return means_to_fire(t_s, close_s, battery, scratch.stock[b], free_s, defend, rounds)


@part
def look(case, seed, trial, world, scratch, i, b, t_s):
    """One battery looks at one threat: fires, or says why not and when it looks again."""
    fate = scratch.fate[i]
    pair = scratch.pair[i, b]
    gone_s = fate.end_s + scratch.stock[b].assess_s
    if (fate.status == KILLED and t_s >= gone_s) or t_s >= world[i].fail_s:
        return  # its track has ended: there is nothing left to look at
    reason, again_s, rounds = wish(case, seed, trial, world, scratch, i, b, t_s)
    if reason == R_NONE:
        fire(case, np.int64(world[i].lane), world, scratch, i, b, t_s, rounds)
        again_s = pair.result_s
    set_reason(pair, fate, reason)
    if reason != R_NONE and len(scratch.event) > 0:
        note(scratch.event, scratch.counts, t_s, DECISION, b, i, NOWHERE, float(reason))
    if again_s > t_s and again_s < world[i].impact_s:
        key = LOOK * KIND + i * len(case.battery) + b
        push(scratch.heap_s, scratch.heap_key, scratch.counts, again_s, key)


@part
def strike(case, seed, trial, world, scratch, n):
    """Resolve one shot at its intercept: the only place where a kill is drawn."""
    shot = scratch.shot[n]
    i, b = np.int64(shot.threat), np.int64(shot.battery)
    ordinal = np.int64(shot.ordinal)
    fate = scratch.fate[i]
    stock = scratch.stock[b]
    theta = scratch.theta
    row = np.int64(world[i].lane)
    models = case.models[0]
    r = position(
        case.sample[row],
        case.lane[row],
        world[i].launch_offset_m,
        world[i].impact_offset_m,
        shot.intercept_s - world[i].launch_s,
    )
    shot.outcome = MISS
    if fate.status != FLYING or fate.diverted == 1 or shot.intercept_s >= world[i].fail_s:
        shot.outcome = WASTED
    elif world[i].lost == 1:
        shot.outcome = WRONG_OBJECT_SHOT
        fate.wrong_object = 1
    elif stock.lost == 0:
        manoeuvring = case.missile[case.lane[row].missile].kind == MANOEUVRING
        p = shot_probability(
            stock.sspk,
            case.battery[b].factor,
            stock.manoeuvre_factor,
            manoeuvring,
            alt_of(r[0], r[1], r[2]),
            models.manoeuvre_ceiling_m,
        )
        who, whom = case.battery[b].name, case.threat[i].name
        u = uniform(seed, trial, who, whom, KILL, ordinal)
        shot.outcome = kill_outcome(p, theta[models.diverted], theta[models.body_hit], u)
        if shot.outcome == KILL_EVENT:
            fate.status = KILLED
            fate.killer = b
            fate.end_s = shot.intercept_s
        elif shot.outcome == DIVERTED_BY:
            fate.diverted = 1
            z_east, z_north = normal_pair(seed, trial, who, whom, DIVERT, ordinal)
            fate.divert_east_m, fate.divert_north_m = diverted_offset_m(
                models.divert_m, z_east, z_north
            )
        elif shot.outcome == BODY_HIT:
            fate.body_hit = 1
    note(
        scratch.event,
        scratch.counts,
        shot.intercept_s,
        np.int64(shot.outcome),
        b,
        i,
        r,
        float(ordinal),
    )


@part
def learn(scratch, n):
    """The result of one shot reaches the defence."""
    shot = scratch.shot[n]
    pair = scratch.pair[shot.threat, shot.battery]
    belief = scratch.belief[shot.threat]
    pair.pending -= 1
    belief.pending -= 1
    if shot.outcome == KILL_EVENT or shot.outcome == DIVERTED_BY or shot.outcome == WASTED:
        pair.dead = 1
        belief.dead = 1


@part
def reload(case, scratch, b):
    """A launcher's worth of rounds becomes ready."""
    stock = scratch.stock[b]
    rounds = min(stock.resupply, case.battery[b].rounds_per_launcher)
    stock.resupply -= rounds
    stock.ready += rounds
    stock.reload_s = math.inf


@part
def fight(case, seed, trial, world, scratch):
    """Fight one trial.

    case         Case
    seed, trial  address
    world        (n,) WORLD, filled by fly
    scratch      Scratch, with theta, firm_s and radar_lost filled

    Events go in order of time, ties by kind, threat and battery row.
    """
    scratch.counts[HEAP] = 0
    scratch.counts[SHOTS] = 0
    begin_batteries(case, seed, trial, scratch)
    begin_pairs(case, world, scratch)
    n_batteries = len(case.battery)
    while scratch.counts[HEAP] > 0:
        t_s, key = pop(scratch.heap_s, scratch.heap_key, scratch.counts)
        kind = key // KIND
        rest = key - kind * KIND
        if kind == LOOK:
            i = rest // n_batteries
            b = rest - i * n_batteries
            look(case, seed, trial, world, scratch, i, b, t_s)
        elif kind == INTERCEPT:
            strike(case, seed, trial, world, scratch, rest)
        elif kind == RESULT:
            learn(scratch, rest)
        else:
            reload(case, scratch, rest)
