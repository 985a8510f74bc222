"""Shots: fired by a battery, resolved at their intercept.

A shot changes nothing but its own threat, so shots are resolved when somebody next looks at
that threat, in order of their intercepts, and not by events of their own.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.effects.impact import diverted_offset_m
from keepout.engine.fly import position
from keepout.engine.queue import DOUBLED, ROW, SHOTS, push
from keepout.engine.rng import (
    ASSESS,
    DIVERT,
    KILL,
    LOST_BATTERY,
    NO_ONE,
    ONCE,
    normal_pair,
    uniform,
)
from keepout.engine.state import note
from keepout.intercept.kill import kill_outcome, shot_probability
from keepout.intercept.window import intercept_for_launch
from keepout.kernel import hot, inlined
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
LOSS = 1 << THREAT_BITS
"""Of a key of kind RELOAD: launchers are lost, not loaded."""
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
    battery, fate = case.battery[b], scratch.fate[i]
    unit, net = battery.unit & ROW, battery.net & ROW
    stock, site = scratch.stock[b], scratch.stock[unit]
    pair, book = scratch.pair[i, battery.books & ROW], scratch.book[i, net]
    shared = fate.met_by != unit and fate.met_s > t_s
    if pair.fired == 0:
        pair.result_s, pair.dead_s = -math.inf, math.inf
    result_s = free_s = -math.inf
    for j in range(rounds):
        launch_s = t_s + j * site.interval_s
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
        queue_shot(scratch.shot, fate, n)
        stock.ready -= 1
        site.last_launch_s = launch_s
        pair.fired += 1
        book.fired += 1
        if shared:
            scratch.counts[DOUBLED] += 1
        if stock.resupply > 0:
            empty_launcher(battery, stock, scratch, b, launch_s)
        if len(scratch.event) > 0:
            r = battery.r_ecef_m
            note(
                scratch.event, scratch.counts, launch_s, SHOT, b, i, (r[0], r[1], r[2]),
                float(shot.ordinal),
            )  # fmt: skip
    pair.result_s = max(pair.result_s, result_s)
    book.result_s = max(book.result_s, result_s)
    fate.engaged = 1
    if free_s >= fate.met_s:
        fate.met_s, fate.met_by = free_s, unit
    if scratch.net_cap[net] > 0 and book.fired >= scratch.net_cap[net]:
        book.closed = 1
    take_channel(scratch.channel_s, site, unit, free_s)
    if stock.ready <= 0 and stock.resupply <= 0 and battery.hold_for < 0:
        stock.spent = 1


@hot
def plan_loss(battery, seed, trial, theta, scratch, b):
    """Settle whether a battery, or some of its launchers, is lost in this trial, and when."""
    row = battery[b]
    u = uniform(seed, trial, battery[row.unit].name, NO_ONE, LOST_BATTERY, ONCE)
    if u >= theta[row.lost]:
        return
    if row.lost_launchers == 0:
        scratch.stock[b].until_s = theta[row.lost_s]
        return
    key = np.int64(RELOAD * KIND + LOSS + b)
    push(scratch.heap_s, scratch.heap_key, scratch.counts, theta[row.lost_s], key)


@hot
def stand_empty(battery, world, scratch):
    """Launchers that stand empty when the raid begins are loaded from then on, one at a time.

    battery, world, scratch  BATTERY and WORLD rows; Scratch with every STOCK row filled

    The raid begins with its first launch; a battery that comes later begins when it stands. A
    launcher that is not full is the first to be shot off.
    """
    first_s = math.inf
    for b in range(len(battery)):
        row, stock = battery[b], scratch.stock[b]
        if stock.resupply <= 0:
            continue
        each = max(row.rounds_per_launcher, 1)
        stock.shot_off = -stock.ready % each
        stock.empty = max(row.launchers - holding(row, stock), 0)
        if stock.empty <= 0:
            continue
        if first_s == math.inf:
            for i in range(len(world)):
                if world[i].flying == 1:
                    first_s = min(first_s, world[i].launch_s)
        begin_reload(scratch, b, max(first_s, stock.from_s))


@hot
def holding(battery, stock):
    """Launchers that hold a round: the fewest that can."""
    each = max(battery.rounds_per_launcher, 1)
    return (stock.ready + each - 1) // each


@hot
def begin_reload(scratch, b, t_s):
    """Begin to load the next launcher of battery b."""
    stock = scratch.stock[b]
    stock.reload_s = t_s + stock.each_s
    push(scratch.heap_s, scratch.heap_key, scratch.counts, stock.reload_s, RELOAD * KIND + b)


@hot
def empty_launcher(battery, stock, scratch, b, t_s):
    """After each round: a launcher that has fired all it held is loaded again, one at a time."""
    stock.shot_off += 1
    if stock.ready > 0 and stock.shot_off % max(battery.rounds_per_launcher, 1) != 0:
        return
    stock.empty += 1
    if stock.reload_s == math.inf:
        begin_reload(scratch, b, t_s)


@hot
def reload(battery, stock, scratch, b, t_s):
    """A launcher's worth of rounds becomes ready, and the next launcher is seen to."""
    if t_s != stock.reload_s:  # that launcher was lost while it was loaded
        return
    stock.reload_s = math.inf
    rounds = min(stock.resupply, battery.rounds_per_launcher)
    stock.resupply -= rounds
    stock.ready += rounds
    stock.empty -= 1
    if stock.empty > 0 and stock.resupply > 0:
        begin_reload(scratch, b, t_s)


@hot
def lose_launchers(battery, stock):
    """Some launchers are hit: their share of the ready rounds goes with them.

    Of those that are left, what holds no round may still be loaded.
    """
    left = max(battery.launchers - battery.lost_launchers, 0)
    stock.ready = stock.ready * left // max(battery.launchers, 1)
    stock.empty = max(min(stock.empty, left - holding(battery, stock)), 0)
    if stock.empty == 0:
        stock.reload_s = math.inf


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
    return kill_outcome(
        p, theta[models.diverted], theta[models.body_hit], theta[models.wrong_object], u
    )


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
    if shot.outcome == WRONG_OBJECT_SHOT:
        fate.wrong_object = 1
    if len(scratch.event) > 0:
        row = world[i].lane & ROW
        r = position(
            case.sample[row], case.lane[row], world[i].launch_offset_m, world[i].impact_offset_m,
            after_s,
        )  # fmt: skip
        kind = np.int64(shot.outcome)
        note(scratch.event, scratch.counts, shot.intercept_s, kind, b, i, r, float(ordinal))


@hot
def hiding(models, theta):
    """The chance that debris of a hit turns a result round."""
    return theta[models.debris_hides] if models.debris_hides >= 0 else BELOW


@hot
def wrong_result(wrong, hides, clouds):
    """The chance that the result of a shot is read the wrong way.

    wrong   ()  in a clear sky
    hides   ()  that the debris of one hit hides it; clouds () hits so far, this shot's with them
    """
    if hides <= 0.0:
        return wrong
    clear = 1.0 - wrong
    for _ in range(clouds):
        clear *= 1.0 - hides
    return 1.0 - clear


@inlined
def settle(case, plan, seed, trial, world, scratch, i, t_s):
    """Resolve the shots at threat i whose intercept is past, and note when their results come."""
    fate = scratch.fate[i]
    while fate.next_shot >= 0 and scratch.shot[fate.next_shot].intercept_s <= t_s:
        n = fate.next_shot & ROW
        strike(case, plan, seed, trial, world, scratch, n)
        shot = scratch.shot[n]
        fate.next_shot = shot.next
        battery, stock = case.battery[shot.battery & ROW], scratch.stock[shot.battery & ROW]
        gone = shot.outcome == KILL_EVENT or shot.outcome == DIVERTED_BY or shot.outcome == WASTED
        if gone or shot.outcome == BODY_HIT or shot.outcome == WRONG_OBJECT_SHOT:
            fate.clouds += 1 if shot.outcome != WASTED else 0
        wrong = wrong_result(
            stock.kill_as_miss if gone else stock.miss_as_kill,
            hiding(case.models[0], scratch.theta), fate.clouds,
        )  # fmt: skip
        if wrong > 0.0:
            ordinal = np.int64(shot.ordinal)
            u = uniform(seed, trial, battery.name, case.threat[i].name, ASSESS, ordinal)
            if u < wrong:
                gone = not gone
        if gone:
            pair, book = scratch.pair[i, battery.books & ROW], scratch.book[i, battery.net & ROW]
            pair.dead_s = min(pair.dead_s, shot.result_s)
            book.dead_s = min(book.dead_s, shot.result_s)
