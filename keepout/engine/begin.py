"""How a fight begins: stocks, cleared books, first looks by parts of the time."""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.clutter import spend_on_nothing
from keepout.engine.load import span_of
from keepout.engine.queue import DOUBLED, GAP, HEAP, PLANS, ROW, SHOTS, part_of
from keepout.engine.rng import (
    LEFT_ON_PURPOSE,
    LOST_RAID,
    NO_ONE,
    ONCE,
    ORDER,
    uniform,
)  # fmt: skip
from keepout.engine.see import first_shared, groups_lost, known_since
from keepout.engine.shots import KIND, LOOK, THREAT_BITS, plan_loss, stand_empty
from keepout.intercept.endgame import hit_probability
from keepout.kernel import hot, inlined
from keepout.records.case import ASSIGN_OPTIMAL, INDEPENDENT, SENSING_PERFECT
from keepout.records.defence import DEFEND_NEVER
from keepout.records.event import (
    R_NO_ROUNDS,
    R_NO_TRACK,
    R_NOT_READY,
    R_OUT_OF_REACH,
    R_TOO_LATE,
    R_TRACK_TOO_POOR,
)  # fmt: skip
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST
from keepout.records.trial import CHANNELS, FAILED, FLYING

ORDER_BITS, ORDERS = 41, 2.0**21
"""Of a look's key, above all else where batteries know nothing of each other or decoys come: by
chance, so that of threats that come at once each battery picks one at random, and warheads do not
go before decoys."""


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
def aim_is_spared(case, seed, trial, truth, fate, i, theta):
    """Whether a threat's aim is not defended against it, whoever looks.

    Batteries that find it so are done with it, whatever else happens in the fight. Looks at such a
    threat are therefore taken one after the other before the rest: most of them end there.
    """
    aim = np.int64(case.lane[truth.lane].asset)
    asset = case.asset[aim]
    if asset.defend == DEFEND_NEVER:
        return True
    return is_left(seed, trial, case.threat[i].name, asset, aim, theta, fate) == 1


@inlined
def put_look(scratch, count, t_s, key, first_s, per_s):
    """Put a look, the count-th of a trial, into its part of the time."""
    count &= ROW
    scratch.wait_s[count], scratch.wait_key[count] = t_s, key
    d = part_of(t_s, first_s, per_s, len(scratch.part))
    scratch.wait_next[count] = scratch.part[d]
    scratch.part[d] = count + 1


@inlined
def begin_looks(case, plan, seed, trial, world, scratch):
    """Clear the books and put the first look of every battery at every threat into its part.

    returns  how many; when the first part of the time begins, parts in a second; and how many
             stand in Scratch.look_s and look_key instead, since their aim is spared
    """
    first_s, last_s = span_of(world)
    per_s = len(scratch.part) / (last_s - first_s) if last_s > first_s else 0.0
    perfect = case.models[0].sensing == SENSING_PERFECT
    alone = case.models[0].control == INDEPENDENT
    by_chance = alone or has_decoys(case.raid)
    alike = len(scratch.event) == 0 and case.models[0].assignment != ASSIGN_OPTIMAL
    alike = alike and case.models[0].decoy_as_warhead < 0
    count = spared = 0
    for i in range(len(case.threat)):
        truth, fate, belief = world[i], scratch.fate[i], scratch.belief[i]
        begin_threat(truth, fate, scratch.book[i])
        belief.shared_s = math.inf
        looked_at = truth.flying == 1 and fate.status == FLYING
        if looked_at and not perfect:
            belief.shared_s = first_shared(case, plan, seed, trial, world, scratch, i)
        before = looked_at and alike
        if before:
            before = aim_is_spared(case, seed, trial, truth, fate, i, scratch.theta)
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
                if before:
                    scratch.look_s[spared & ROW], scratch.look_key[spared & ROW] = t_s, key
                    spared += 1
                else:
                    put_look(scratch, count, t_s, key, first_s, per_s)
                    count += 1
    return count, first_s, per_s, spared


@hot
def begin_fight(case, plan, seed, trial, world, scratch):
    """Clear the books and put the first looks into parts of the time, as ``begin_looks``."""
    scratch.counts[HEAP] = scratch.counts[SHOTS] = 0
    scratch.counts[DOUBLED] = scratch.counts[PLANS] = scratch.counts[GAP] = 0
    begin_batteries(case, seed, trial, scratch)
    stand_empty(case.battery, world, scratch)
    return begin_looks(case, plan, seed, trial, world, scratch)
