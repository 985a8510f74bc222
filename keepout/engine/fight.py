"""fight: the only loop in time. Look, decide, fire, look again."""

from __future__ import annotations

import math

import numpy as np

from keepout.battle.decision import (
    allowed_now,
    left_to,
    means_to_fire,
    too_early,
    worth_firing,
)  # fmt: skip
from keepout.battle.threat import OPEN, judge
from keepout.engine.clutter import spend_on_nothing
from keepout.engine.planned import LOOK_AGAIN_S as KEPT_S
from keepout.engine.planned import gives_round
from keepout.engine.queue import DOUBLED, GAP, HEAP, PLANS, ROW, SHOTS, pop, push, sort_looks
from keepout.engine.rng import (
    ASSESS,
    CLASSIFY,
    LEFT_ON_PURPOSE,
    LOST_RAID,
    NO_ONE,
    ONCE,
    ORDER,
    uniform,
)  # fmt: skip
from keepout.engine.see import again_at, first_shared, groups_lost, known_since, observe, predict
from keepout.engine.shots import (
    KIND,
    LOOK,
    THREAT_BITS,
    fire,
    hiding,
    lose_launchers,
    plan_loss,
    reload,
    settle,
    stand_empty,
    wrong_result,
)  # fmt: skip
from keepout.engine.state import note
from keepout.intercept.endgame import hit_probability
from keepout.kernel import hot, inlined
from keepout.records.case import ASSIGN_OPTIMAL, INDEPENDENT, SENSING_PERFECT
from keepout.records.defence import DEFEND_ALWAYS, SALVO, SINGLE
from keepout.records.event import (
    DECISION,
    R_DECOY,
    R_KEPT,
    R_NO_ROUNDS,
    R_NO_TRACK,
    R_NONE,
    R_NOT_READY,
    R_NOT_YET,
    R_OUT_OF_REACH,
    R_TOO_LATE,
    R_TRACK_TOO_POOR,
)  # fmt: skip
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST, NO_FAILURE
from keepout.records.trial import CHANNELS, FAILED, FLYING, KILLED

NOWHERE = (math.nan, math.nan, math.nan)
ORDER_BITS, ORDERS = 41, 2.0**21
"""Of a look's key, above all else where batteries know nothing of each other or decoys come: by
chance, so that of threats that come at once each battery picks one at random, and warheads do not
go before decoys."""
OTHERS = np.int64(1 << 20)
"""Ordinal of what a battery makes of the kill of another that does not tell it."""


@inlined
def begin_batteries(case, seed, trial, scratch):
    """Stock every battery with this trial's rounds, channels and times."""
    theta = scratch.theta
    u = uniform(seed, trial, NO_ONE, NO_ONE, LOST_RAID, ONCE)
    raid_lost = u < theta[case.models[0].per_raid]
    perfect = case.models[0].sensing == SENSING_PERFECT
    lost = groups_lost(case.group, seed, trial, theta)
    for n in range(len(scratch.net_cap)):
        scratch.net_cap[n] = -1
    for b in range(len(case.battery)):
        row, stock = case.battery[b], scratch.stock[b]
        stock.cap = math.floor(theta[row.cap] + 0.5)
        if stock.cap == 0:
            scratch.net_cap[row.net] = 0
        elif scratch.net_cap[row.net] != 0:
            scratch.net_cap[row.net] = max(scratch.net_cap[row.net], np.int64(stock.cap))
        stock.ready = math.floor(theta[row.rounds] + 0.5)
        spend_on_nothing(seed, trial, case.radar, scratch.radar_lost, theta, row, b, stock)
        stock.resupply = row.resupply
        stock.reload_s, stock.each_s = math.inf, theta[row.reload_s]
        stock.empty = stock.shot_off = 0
        stock.last_launch_s = -math.inf
        stock.channels = min(CHANNELS, math.floor(theta[row.channels] + 0.5))
        stock.channel, stock.free_s = 0, -math.inf
        stock.lost = 1 if raid_lost or lost & row.groups != NO_ONE else 0
        stock.spent = 0
        stock.interval_s = theta[row.launch_interval_s]
        stock.assess_s = theta[row.assess_s]
        stock.track_s = 0.0 if perfect else theta[row.track_before_firing_s]
        stock.sspk = theta[row.sspk]
        stock.manoeuvre_factor = theta[row.manoeuvre_factor]
        if row.lethal_m >= 0:
            stock.sspk *= hit_probability(theta[row.lethal_m], theta[row.miss_m], theta[row.bias_m])
        stock.kill_as_miss = theta[row.kill_as_miss] if row.kill_as_miss >= 0 else 0.0
        stock.miss_as_kill = theta[row.miss_as_kill] if row.miss_as_kill >= 0 else 0.0
        stock.from_s = theta[row.from_s] if row.from_s >= 0 else -math.inf
        stock.until_s = math.inf
        if row.lost >= 0:
            plan_loss(case.battery, seed, trial, theta, scratch, b)
        for c in range(stock.channels):
            scratch.channel_s[b, c] = -math.inf


@hot
def set_reason(pair, fate, reason):
    """Keep why a battery did not fire, and the furthest that any battery got."""
    pair.reason = reason
    ranked = R_NO_TRACK if reason == R_TRACK_TOO_POOR else reason
    if ranked <= R_NO_ROUNDS and ranked > fate.reason:
        fate.reason = ranked


@hot
def begin_threat(truth, fate, book):
    """Clear the books of one threat."""
    fate.status = FLYING
    fate.killer = fate.next_shot = fate.asked = fate.met_by = -1
    fate.end_s = math.inf
    fate.met_s = -math.inf
    fate.reason = fate.engaged = fate.wrong_object = fate.body_hit = fate.diverted = fate.left = 0
    fate.clouds = 0
    fate.called = 0
    for n in range(len(book)):
        book[n].fired = book[n].closed = 0
        book[n].result_s = -math.inf
        book[n].dead_s = math.inf
    if truth.flying == 1 and (truth.phase == IN_BOOST or truth.phase == AT_SEPARATION):
        fate.status = FAILED
        fate.end_s = truth.fail_s


@hot
def first_look_s(pair, fate, stock, span, launch_s, since_s):
    """When a battery first looks at a threat; inf if never, and why.

    pair, fate, stock, span  PAIR, FATE, STOCK and SPAN row
    launch_s, since_s        ()  launch of the threat; when there is a track to fire on
    """
    t_s = max(since_s, launch_s + span.open_s)
    if stock.ready <= 0 and stock.resupply <= 0:
        pair.reason = R_NO_ROUNDS  # it never had any: no battery, and no cause
    elif not span.open_s <= span.close_s:
        set_reason(pair, fate, R_OUT_OF_REACH)
    elif since_s == math.inf:
        set_reason(pair, fate, R_NO_TRACK)
    elif t_s > launch_s + span.close_s:
        set_reason(pair, fate, R_TOO_LATE)
    elif stock.from_s > launch_s + span.close_s or stock.until_s <= t_s:
        pair.reason = R_NOT_READY  # it is not there: no battery, and no cause
    else:
        return max(t_s, stock.from_s)
    return math.inf


@hot
def has_decoys(raid):
    """Whether any raid may have decoys."""
    most = -1
    for k in range(len(raid)):
        most = max(most, np.int64(raid[k].decoys))
    return most >= 0


@inlined
def begin_looks(case, plan, seed, trial, world, scratch):
    """Clear the books and note the first look of every battery at every threat; their number."""
    perfect = case.models[0].sensing == SENSING_PERFECT
    alone = case.models[0].control == INDEPENDENT
    by_chance = alone or has_decoys(case.raid)
    count = 0
    for i in range(len(case.threat)):
        truth, fate, belief = world[i], scratch.fate[i], scratch.belief[i]
        begin_threat(truth, fate, scratch.book[i])
        belief.shared_s = math.inf
        looked_at = truth.flying == 1 and fate.status == FLYING
        if looked_at and not perfect:
            belief.shared_s = first_shared(case, plan, seed, trial, world, scratch, i)
        for b in range(len(case.battery)):
            pair = scratch.pair[i, b]
            pair.fired = pair.reason = 0
            pair.look_s = math.inf
            if not looked_at:
                continue
            since_s = known_since(case, plan, seed, trial, world, scratch, i, b)
            span = plan.span[truth.lane, b]
            t_s = first_look_s(pair, fate, scratch.stock[b], span, truth.launch_s, since_s)
            if t_s < math.inf:
                pair.look_s = t_s
                key = LOOK * KIND + (i << THREAT_BITS) + b
                if by_chance:
                    who = case.battery[b].name if alone else NO_ONE
                    whom = case.threat[i].name
                    key += int(ORDERS * uniform(seed, trial, who, whom, ORDER, ONCE)) << ORDER_BITS
                scratch.first_s[count] = t_s
                scratch.first_key[count] = key
                count += 1
    return count


@hot
def taken_for_decoy(models, theta, seed, trial, name, truth, fate):
    """Whether the defence takes an object for a decoy; asked once, and the same for all.

    As ``observe``, this belongs to the measuring side: it is handed the truth and gives an
    opinion.
    """
    if models.decoy_as_warhead < 0:
        return False
    if fate.called == 0:
        u = uniform(seed, trial, NO_ONE, name, CLASSIFY, ONCE)
        fate.called = 1
        wrong = theta[models.decoy_as_warhead if truth.decoy == 1 else models.warhead_as_decoy]
        if (u < wrong) != (truth.decoy == 1):
            fate.called = 2
            fate.wrong_object = 1
    return fate.called == 2


@hot
def is_left(seed, trial, name, asset, asset_row, theta, fate):
    """1 if this threat to this asset is left on purpose; asked once for each asset."""
    if theta[asset.not_engaged] <= 0.0:
        return np.int64(0)
    if fate.asked != asset_row:
        u = uniform(seed, trial, name, asset.name, LEFT_ON_PURPOSE, ONCE)
        fate.asked = asset_row
        fate.left = 1 if u < theta[asset.not_engaged] else 0
    return np.int64(fate.left)


@inlined
def wish(case, plan, seed, trial, world, scratch, i, b, t_s):
    """What battery b would do about threat i now: (reason, again_s, rounds).

    It reads the ESTIMATE that ``observe`` made and the defence's own books; the truth
    has been left behind in ``observe``.
    """
    battery = case.battery[b]
    observe(case, plan, seed, trial, world, scratch, i, b, t_s)
    estimate = scratch.estimate[0]
    if too_early(t_s, estimate):
        return R_NOT_YET, estimate.open_s, 0
    if estimate.known == 1 and taken_for_decoy(
        case.models[0], scratch.theta, seed, trial, case.threat[i].name, world[i], scratch.fate[i]
    ):
        return R_DECOY, math.inf, 0
    judged = OPEN
    left = 0
    if estimate.known == 1:
        predict(case, plan, seed, trial, world, scratch, i, b, t_s)
        judged = judge(estimate, case.asset, plan.apart)
        if judged != OPEN:
            left = is_left(
                seed, trial, case.threat[i].name, case.asset[judged], judged, scratch.theta,
                scratch.fate[i],
            )  # fmt: skip
    close_s = estimate.close_s
    reason, again_s = worth_firing(t_s, estimate, battery, case.asset, judged, left)
    again_s = again_at(case, plan, world, scratch, i, b, t_s, reason, again_s)
    if reason != R_NONE:
        return reason, again_s, 0
    pair = scratch.pair[i, battery.books & ROW]
    own, known = accounts(t_s, pair, scratch.book[i, battery.net & ROW], battery.net_delay_s)
    stock = scratch.stock[b]
    reason, again_s, rounds = allowed_now(t_s, close_s, battery, stock.cap, own, known)
    if reason != R_NONE:
        return reason, again_s, 0
    hold_for = np.int64(battery.hold_for)
    if hold_for >= 0 and may_still_fire(case.battery, scratch, i, b, hold_for, t_s):
        theirs_s = math.nan  # by the own track: when the other has to launch at the latest
        since_s = known_since(case, plan, seed, trial, world, scratch, i, hold_for)
        if since_s <= t_s:
            theirs_s = estimate.zero_s + plan.span[world[i].lane, hold_for].close_s
        reason, again_s = left_to(theirs_s, close_s, t_s)
        if reason != R_NONE:
            return reason, again_s, 0
    defend = case.asset[judged].defend if judged != OPEN else DEFEND_ALWAYS
    site = scratch.stock[battery.unit & ROW]
    free_s = max(site.free_s, site.last_launch_s + site.interval_s)
    reason, again_s, rounds = means_to_fire(t_s, close_s, battery, stock, free_s, defend, rounds)
    if reason != R_NONE or case.models[0].assignment != ASSIGN_OPTIMAL:
        return reason, again_s, rounds
    if not gives_round(case, scratch, world, i, b, t_s, close_s):
        later_s = t_s + KEPT_S
        return R_KEPT, later_s if later_s <= close_s else math.inf, 0
    return reason, again_s, rounds


@hot
def accounts(t_s, pair, book, delay_s):
    """Shots at a threat as one battery knows them now: its own, and all that it is told of.

    pair, book  PAIR and BOOK row;  delay_s () by which results of others come later
    returns     (fired, pending, result_s), (fired, pending, result_s, dead)
    """
    own = (pair.fired, 0, -math.inf)
    dead_s, result_s = book.dead_s + delay_s, book.result_s
    if pair.fired > 0:
        own = (pair.fired, 1 if pair.result_s > t_s else 0, pair.result_s)
        dead_s = min(dead_s, pair.dead_s)
        result_s = pair.result_s if result_s <= pair.result_s else result_s + delay_s
    else:
        result_s += delay_s
    known = (book.fired, 1 if result_s > t_s else 0, result_s, 1 if dead_s <= t_s else 0)
    return own, known


@hot
def may_still_fire(battery, scratch, i, b, other, t_s):
    """Whether the battery that b holds for could still fire at threat i, by what b knows."""
    row, stock = battery[other], scratch.stock[other]
    if stock.ready <= 0 or t_s >= stock.until_s:
        return False
    once = row.rule == SINGLE or row.rule == SALVO
    told = row.net == battery[b].net
    return not (once and told and scratch.pair[i, row.books].fired > 0)


@inlined
def is_idle(case, scratch, i, b):
    """Whether battery b will never fire at threat i again, whatever it sees.

    True only for threats that were engaged, so that no reason it would give is ever read.
    """
    battery, cap = case.battery[b], scratch.stock[b].cap
    fired = np.int64(scratch.pair[i, battery.books & ROW].fired)
    if (battery.rule == SINGLE or battery.rule == SALVO) and fired > 0:
        return True
    fired = np.int64(scratch.book[i, battery.net & ROW].fired)
    return cap > 0 and fired >= cap and scratch.fate[i].engaged == 1


@hot
def sees_gone(battery, b, stock, fate, hides, seed, trial, name):
    """Whether a battery sees that a threat which was killed is gone, and not its debris.

    hides  ()  chance that the debris turns a result round, as ``shots.wrong_result``

    By what its own net says where that net killed it, which is told in its books.
    """
    clear = stock.kill_as_miss <= 0.0 and hides <= 0.0
    if battery[fate.killer].net == battery[b].net:
        return clear and battery[b].net_delay_s <= 0.0
    if clear:
        return True
    u = uniform(seed, trial, battery[b].name, name, ASSESS, OTHERS)
    return u >= wrong_result(stock.kill_as_miss, hides, fate.clouds)


@inlined
def look(case, plan, seed, trial, world, scratch, i, b, t_s):
    """One battery looks at one threat: fires, or says why not. Returns when it looks again."""
    fate, pair, stock = scratch.fate[i], scratch.pair[i, b], scratch.stock[b]
    settle(case, plan, seed, trial, world, scratch, i, t_s)
    pair.look_s = math.inf
    if t_s >= world[i].fail_s:
        return math.inf  # its track has ended: there is nothing left to look at
    gone = fate.status == KILLED and t_s >= fate.end_s + stock.assess_s
    hides = hiding(case.models[0], scratch.theta)
    if gone and sees_gone(case.battery, b, stock, fate, hides, seed, trial, case.threat[i].name):
        return math.inf
    reason, again_s, rounds = wish(case, plan, seed, trial, world, scratch, i, b, t_s)
    if reason == R_NONE:
        fire(case, plan, world, scratch, i, b, t_s, rounds)
        again_s = np.float64(scratch.pair[i, case.battery[b].books & ROW].result_s)
        if len(scratch.event) == 0 and is_idle(case, scratch, i, b):
            again_s = math.inf
    elif len(scratch.event) > 0:
        note(scratch.event, scratch.counts, t_s, DECISION, b, i, NOWHERE, float(reason))
    set_reason(pair, fate, reason)
    if again_s > t_s and again_s < world[i].impact_s:
        pair.look_s = again_s
    return pair.look_s


@inlined
def settle_all(case, plan, seed, trial, world, scratch):
    """Resolve what is left, and list the looks of spent batteries that have to be made up.

    Such looks change nothing but the reason, so only threats that came down and were never
    engaged need them. Returns how many.
    """
    count = 0
    for i in range(len(case.threat)):
        if world[i].flying == 0:
            continue
        settle(case, plan, seed, trial, world, scratch, i, math.inf)
        fate = scratch.fate[i]
        arrives = fate.status == FLYING and world[i].phase == NO_FAILURE
        if not arrives or fate.engaged == 1 or fate.reason >= R_NO_ROUNDS:
            continue
        for b in range(len(case.battery)):
            if scratch.pair[i, b].look_s < math.inf:
                scratch.look_s[count] = scratch.pair[i, b].look_s
                scratch.look_key[count] = LOOK * KIND + (i << THREAT_BITS) + b
                count += 1
    return count


@inlined
def comes_first(scratch, t_s, key):
    """Whether this entry goes before all those in the heap."""
    if scratch.counts[HEAP] == 0 or t_s < scratch.heap_s[0]:
        return True
    return t_s == scratch.heap_s[0] and key < scratch.heap_key[0]


@hot
def begin_fight(case, plan, seed, trial, world, scratch):
    """Clear the books and sort the first looks; returns how many there are."""
    scratch.counts[HEAP] = scratch.counts[SHOTS] = 0
    scratch.counts[DOUBLED] = scratch.counts[PLANS] = scratch.counts[GAP] = 0
    begin_batteries(case, seed, trial, scratch)
    stand_empty(case.battery, world, scratch)
    first = begin_looks(case, plan, seed, trial, world, scratch)
    sort_looks(
        scratch.first_s, scratch.first_key, first, scratch.look_s, scratch.look_key,
        scratch.sort, scratch.tally,
    )  # fmt: skip
    return first


@hot
def fight(case, plan, seed, trial, world, scratch):
    """Fight one trial.

    case, plan   Case and its Plan
    seed, trial  address
    world        (n,) WORLD, filled by fly
    scratch      Scratch, with theta filled, and as see left it

    Events go in order of time, ties by kind, threat and battery row. First looks are sorted
    once; whatever comes later goes through the heap, unless it is next anyway. In the end the
    looks are made up that a spent battery was spared.
    """
    first = begin_fight(case, plan, seed, trial, world, scratch)
    at, t_s, key = 0, math.inf, 0
    quick, over = len(scratch.event) == 0, False
    while True:
        if t_s == math.inf:
            if at < first and comes_first(scratch, scratch.look_s[at], scratch.look_key[at]):
                t_s, key = scratch.look_s[at], scratch.look_key[at]
                at += 1
            elif scratch.counts[HEAP] > 0:
                t_s, key = pop(scratch.heap_s, scratch.heap_key, scratch.counts)
            elif not over:
                over = True
                at, first = 0, settle_all(case, plan, seed, trial, world, scratch)
                continue
            else:
                break
        b = key & ((1 << THREAT_BITS) - 1)
        i = (key >> THREAT_BITS) & (KIND - 1 >> THREAT_BITS)
        now_s, t_s = t_s, math.inf
        if key < LOOK * KIND:
            if i == 0:
                reload(case.battery[b], scratch.stock[b], scratch, b, now_s)
            else:
                lose_launchers(case.battery[b], scratch.stock[b])
            continue
        if over and scratch.fate[i].reason >= R_NO_ROUNDS:
            continue
        closed = scratch.book[i, case.battery[b].net & ROW].closed
        if quick and not over and (scratch.stock[b].spent | closed) == 1:
            continue
        t_s = look(case, plan, seed, trial, world, scratch, i, b, now_s)
        if t_s == math.inf or over:
            continue
        if not comes_first(scratch, t_s, key) or (at < first and scratch.look_s[at] <= t_s):
            push(scratch.heap_s, scratch.heap_key, scratch.counts, t_s, key)
            t_s = math.inf
