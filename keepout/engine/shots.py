"""Shots: fired by a battery, resolved at their intercept.

A shot changes nothing but its own threat, so shots are resolved when somebody next looks at
that threat, in order of their intercepts, and not by events of their own.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.effects.impact import diverted_offset_m
from keepout.engine.fly import position
from keepout.engine.queue import ROW, SHOTS, push
from keepout.engine.rng import DIVERT, KILL, normal_pair, uniform
from keepout.engine.state import note
from keepout.intercept.kill import kill_outcome, shot_probability
from keepout.intercept.window import intercept_for_launch
from keepout.kernel import hot, inlined
from keepout.records.case import COORDINATED
from keepout.records.event import (
    BODY_HIT,
    DIVERTED_BY,
    MISS,
    SHOT,
    WASTED,
    WRONG_OBJECT_SHOT,
)  # fmt: skip
from keepout.records.event import KILL as KILL_EVENT
from keepout.records.trial import FLYING, KILLED

# kinds of entries in the queue; at equal times the lower goes first
RELOAD, LOOK = range(2)
KIND = 1 << 40
THREAT_BITS = 16
"""Of a look's key: below them the battery, above them the threat, so that no look divides."""
BELOW, ABOVE = np.float64(0.0), np.float64(1.0)


@hot
def take_channel(channel_s, stock, b, until_s):
    """Occupy the channel that is free first, and find the next one."""
    channel_s[b, stock.channel] = until_s
    best = 0
    for c in range(1, stock.channels):
        if channel_s[b, c] < channel_s[b, best]:
            best = c
    stock.channel, stock.free_s = best, channel_s[b, best]


@hot
def queue_shot(shot, fate, n):
    """Put shot n in the list of its threat's shots, by time of intercept."""
    before = -1
    after = np.int64(fate.next_shot)
    while after >= 0 and shot[after].intercept_s <= shot[n].intercept_s:
        before = after
        after = np.int64(shot[after].next)
    shot[n].next = after
    if before < 0:
        fate.next_shot = n
    else:
        shot[before].next = n


@inlined
def fire(case, plan, world, scratch, i, b, t_s, rounds):
    """Launch rounds of battery b at threat i, one launch interval apart.

    A launch outside the true window (the track was a little wrong) meets the threat at
    the window's nearer end.
    """
    row = world[i].lane & ROW
    span = plan.span[row, b]
    stock, pair, belief = scratch.stock[b], scratch.pair[i, b], scratch.belief[i]
    if pair.fired == 0:
        pair.result_s, pair.dead_s = -math.inf, math.inf
    result_s = free_s = -math.inf
    for j in range(rounds):
        launch_s = t_s + j * stock.interval_s
        after_s = launch_s - world[i].launch_s
        if j > 0 and after_s > span.close_s:
            break
        after_s = min(max(after_s, span.open_s), span.close_s)
        n = scratch.counts[SHOTS]
        scratch.counts[SHOTS] = n + 1
        shot = scratch.shot[n]
        shot.threat, shot.battery, shot.ordinal = i, b, pair.fired
        shot.launch_s = launch_s
        shot.intercept_s = world[i].launch_s + intercept_for_launch(case.window[row, b], after_s)
        shot.result_s = shot.intercept_s + stock.assess_s
        result_s = max(result_s, shot.result_s)
        free_s = shot.intercept_s
        shot.outcome = MISS
        queue_shot(scratch.shot, scratch.fate[i], n)
        stock.ready -= 1
        stock.last_launch_s = launch_s
        pair.fired += 1
        belief.fired += 1
        if len(scratch.event) > 0:
            r = case.battery[b].r_ecef_m
            note(
                scratch.event, scratch.counts, launch_s, SHOT, b, i, (r[0], r[1], r[2]),
                float(shot.ordinal),
            )  # fmt: skip
    pair.result_s = max(pair.result_s, result_s)
    belief.result_s = max(belief.result_s, result_s)
    scratch.fate[i].engaged = 1
    coordinated = case.models[0].control == COORDINATED
    if coordinated and plan.most_cap > 0 and belief.fired >= plan.most_cap:
        belief.closed = 1
    take_channel(scratch.channel_s, stock, b, free_s)
    if stock.ready <= 0 and stock.resupply <= 0 and case.battery[b].hold_for < 0:
        stock.spent = 1
    if stock.ready <= 0 and stock.resupply > 0 and stock.reload_s == math.inf:
        stock.reload_s = stock.last_launch_s + case.battery[b].reload_s
        push(scratch.heap_s, scratch.heap_key, scratch.counts, stock.reload_s, RELOAD * KIND + b)


@hot
def hit(theta, models, path, battery, stock, after_s, u):
    """What one round does to a warhead that it reaches: a kind of event.

    path     PATH row;  after_s () time of the intercept after launch of the threat
    battery  BATTERY row, stock STOCK row, models MODELS row
    u        ()  uniform
    """
    height_m = BELOW  # shot_probability only asks on which side of the ceiling it is
    if path.above_s <= after_s and after_s <= path.below_s:
        height_m = ABOVE
    p = shot_probability(
        stock.sspk, battery.factor, stock.manoeuvre_factor, path.turns, height_m, ABOVE
    )
    return kill_outcome(p, theta[models.diverted], theta[models.body_hit], u)


@inlined
def strike(case, plan, seed, trial, world, scratch, n):
    """Resolve one shot at its intercept: the only place where a kill is drawn."""
    shot = scratch.shot[n]
    i, b = shot.threat & ROW, shot.battery & ROW
    ordinal = np.int64(shot.ordinal)
    fate, stock, models = scratch.fate[i], scratch.stock[b], case.models[0]
    after_s = shot.intercept_s - world[i].launch_s
    shot.outcome = MISS
    if fate.status != FLYING or fate.diverted == 1 or shot.intercept_s >= world[i].fail_s:
        shot.outcome = WASTED
    elif world[i].lost == 1:
        shot.outcome = WRONG_OBJECT_SHOT
        fate.wrong_object = 1
    elif stock.lost == 0:
        path = plan.path[world[i].lane]
        who, whom = case.battery[b].name, case.threat[i].name
        u = uniform(seed, trial, who, whom, KILL, ordinal)
        shot.outcome = hit(scratch.theta, models, path, case.battery[b], stock, after_s, u)
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
    if len(scratch.event) > 0:
        row = world[i].lane & ROW
        r = position(
            case.sample[row], case.lane[row], world[i].launch_offset_m, world[i].impact_offset_m,
            after_s,
        )  # fmt: skip
        kind = np.int64(shot.outcome)
        note(scratch.event, scratch.counts, shot.intercept_s, kind, b, i, r, float(ordinal))


@inlined
def settle(case, plan, seed, trial, world, scratch, i, t_s):
    """Resolve the shots at threat i whose intercept is past, and note when their results come."""
    fate, belief = scratch.fate[i], scratch.belief[i]
    while fate.next_shot >= 0 and scratch.shot[fate.next_shot].intercept_s <= t_s:
        n = fate.next_shot & ROW
        strike(case, plan, seed, trial, world, scratch, n)
        shot = scratch.shot[n]
        fate.next_shot = shot.next
        if shot.outcome == KILL_EVENT or shot.outcome == DIVERTED_BY or shot.outcome == WASTED:
            pair = scratch.pair[i, shot.battery]
            pair.dead_s = min(pair.dead_s, shot.result_s)
            belief.dead_s = min(belief.dead_s, shot.result_s)
