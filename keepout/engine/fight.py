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
from keepout.engine.begin import begin_fight, is_left, put_look, set_reason
from keepout.engine.planned import LOOK_AGAIN_S as KEPT_S
from keepout.engine.planned import gives_round
from keepout.engine.queue import CROWDED, HEAP, ROW, insert, part_of, pop, push
from keepout.engine.rng import (
    ASSESS,
    CLASSIFY,
    NO_ONE,
    ONCE,
    uniform,
)  # fmt: skip
from keepout.engine.see import again_at, known_since, observe, predict
from keepout.engine.shots import (
    KIND,
    LOOK,
    THREAT_BITS,
    fire,
    hiding,
    lose_launchers,
    reload,
    settle,
    wrong_result,
)  # fmt: skip
from keepout.engine.state import note
from keepout.kernel import hot, inlined
from keepout.records.case import ASSIGN_OPTIMAL
from keepout.records.defence import DEFEND_ALWAYS, SALVO, SINGLE
from keepout.records.event import (
    DECISION,
    R_DECOY,
    R_KEPT,
    R_NO_ROUNDS,
    R_NONE,
    R_NOT_DEFENDED,
    R_NOT_YET,
)  # fmt: skip
from keepout.records.trajectory import NO_FAILURE
from keepout.records.trial import FLYING, KILLED

NOWHERE = (math.nan, math.nan, math.nan)
OTHERS = np.int64(1 << 20)
"""Ordinal of what a battery makes of the kill of another that does not tell it."""


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


@inlined
def wish(case, plan, seed, trial, world, scratch, i, b, t_s, before):
    """What battery b would do about threat i now: (reason, again_s, rounds).

    before  ()  only whether it is defended against, as yet; other reasons then mean nothing

    It reads the ESTIMATE that ``observe`` made and the defence's own books; the truth
    has been left behind in ``observe``.
    """
    battery = case.battery[b]
    k, w = observe(case, plan, seed, trial, world, scratch, i, b, t_s)
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
        predict(case, plan, seed, trial, world, scratch, i, b, t_s, k, w)
        judged = judge(estimate, case.asset, plan.apart)
        if judged != OPEN:
            left = is_left(
                seed, trial, case.threat[i].name, case.asset[judged], judged, scratch.theta,
                scratch.fate[i],
            )  # fmt: skip
    close_s = estimate.close_s
    reason, again_s = worth_firing(t_s, estimate, battery, case.asset, judged, left)
    again_s = again_at(case, plan, world, scratch, i, b, t_s, reason, again_s)
    if reason != R_NONE or before:
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
def look(case, plan, seed, trial, world, scratch, i, b, t_s, before):
    """One battery looks at one threat: fires, or says why not. Returns when it looks again.

    before  ()  before all else it is asked whether it is defended against: if it is, now again
    """
    fate, pair, stock = scratch.fate[i], scratch.pair[i, b], scratch.stock[b]
    settle(case, plan, seed, trial, world, scratch, i, t_s)
    pair.look_s = math.inf
    if t_s >= world[i].fail_s:
        return math.inf  # its track has ended: there is nothing left to look at
    gone = fate.status == KILLED and t_s >= fate.end_s + stock.assess_s
    hides = hiding(case.models[0], scratch.theta)
    if gone and sees_gone(case.battery, b, stock, fate, hides, seed, trial, case.threat[i].name):
        return math.inf
    reason, again_s, rounds = wish(case, plan, seed, trial, world, scratch, i, b, t_s, before)
    if before and reason != R_NOT_DEFENDED and reason != R_NOT_YET:
        pair.look_s = t_s
        return t_s
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


@inlined
def open_part(case, scratch, part, quick):
    """Sort the looks of one part of the time into Scratch.look_s and look_key.

    quick    ()  looks of spent batteries, or at threats that are closed, are left out
    returns  ()  how many there are; those beyond CROWDED go into the heap
    """
    n, k = 0, np.int64(scratch.part[part])
    scratch.part[part] = 0
    while k > 0:
        t_s, key = scratch.wait_s[k - 1], scratch.wait_key[k - 1]
        k = np.int64(scratch.wait_next[k - 1])
        b = key & ((1 << THREAT_BITS) - 1)
        i = (key >> THREAT_BITS) & (KIND - 1 >> THREAT_BITS)
        closed = scratch.book[i, case.battery[b].net & ROW].closed
        if quick and (scratch.stock[b].spent | closed) == 1:
            continue
        if n == CROWDED:
            push(scratch.heap_s, scratch.heap_key, scratch.counts, t_s, key)
        else:
            insert(scratch.look_s, scratch.look_key, n, t_s, key)
            n += 1
    return n


@inlined
def supply(battery, scratch, b, lost, t_s):
    """A launcher of battery b is loaded, or some of its launchers are lost (1)."""
    if lost == 0:
        reload(battery, scratch.stock[b], scratch, b, t_s)
    else:
        lose_launchers(battery, scratch.stock[b])


@hot
def fight(case, plan, seed, trial, world, scratch):
    """Fight one trial.

    case, plan   Case and its Plan
    seed, trial  address
    world        (n,) WORLD, filled by fly
    scratch      Scratch, with theta filled, and as see left it

    Events go in order of time, ties by kind, threat and battery row. Looks are sorted part by part
    of the time. Whatever still falls into the part that is open goes through the heap, unless it
    is next anyway; so does what is left once a trial has had its room of looks.
    First of all come looks at threats whose aim is spared; in the end the looks are made up that a
    spent battery was spared.
    """
    count, begin_s, per_s, first = begin_fight(case, plan, seed, trial, world, scratch)
    at, part, parts = 0, 0, len(scratch.part)
    t_s, key = math.inf, 0
    quick, over, before = len(scratch.event) == 0, False, True
    while True:
        if t_s == math.inf:
            before = before and at < first
            while at >= first and part < parts:
                at, first = 0, open_part(case, scratch, part, quick)
                part += 1
            next_s, next_key = scratch.look_s[at & ROW], scratch.look_key[at & ROW]
            if at < first and (before or comes_first(scratch, next_s, next_key)):
                t_s, key, at = next_s, next_key, at + 1
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
            supply(case.battery[b], scratch, b, i, now_s)
            continue
        if over and scratch.fate[i].reason >= R_NO_ROUNDS:
            continue
        closed = scratch.book[i, case.battery[b].net & ROW].closed
        if quick and not over and (scratch.stock[b].spent | closed) == 1:
            continue
        t_s = look(case, plan, seed, trial, world, scratch, i, b, now_s, before)
        if before and t_s < math.inf:
            if t_s == now_s:  # it may be defended against after all
                put_look(scratch, count, t_s, key, begin_s, per_s)
                count, t_s = count + 1, math.inf
            continue
        if t_s == math.inf or over:
            continue
        if part_of(t_s, begin_s, per_s, parts) >= part and count < len(scratch.wait_s):
            put_look(scratch, count, t_s, key, begin_s, per_s)
            count, t_s = count + 1, math.inf
        elif (at < first and scratch.look_s[at & ROW] <= t_s) or not comes_first(scratch, t_s, key):
            push(scratch.heap_s, scratch.heap_key, scratch.counts, t_s, key)
            t_s = math.inf
