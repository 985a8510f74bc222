"""The plan of rounds for all threats that are known, by which a battery fires or keeps its round.

For ``assignment: optimal``. Asked when a battery could fire: which threats are known, not believed
dead and not judged to fall in the open; which batteries may still fire at which; how many salvos
each has. The plan is that of ``battle.assign``: greedy, local search and a bound, with limits of
work and no clock. It reads the defence's own books and schedule, never where anything flies.
"""

from __future__ import annotations

from keepout.battle.assign import MANY, plan_rounds, take_over
from keepout.engine.queue import GAP, PLANS, ROW, SERIAL
from keepout.kernel import hot, inlined
from keepout.records.case import SENSING_PERFECT
from keepout.records.defence import SALVO, SINGLE
from keepout.records.event import R_NOT_DEFENDED, R_OPEN_GROUND

LOOK_AGAIN_S = 5.0
"""A battery that keeps its round asks again after this."""
GAP_UNITS = 1e4
LEAST = 1e-3
"""A kill probability below this is none, and one above 1 - LEAST is cut to it."""


@hot
def weigh(battery, stock, pair, book, t_s, now):
    """What survives a salvo of a battery at one threat, 1 if it may not fire at it any more.

    pair, book  its PAIR and BOOK row;  now () 1 if this is the pair that asks
    """
    waits = now == 1 or (t_s <= pair.look_s and pair.look_s < 1e300)
    if not waits or stock.ready <= 0 or t_s >= stock.until_s:
        return 1.0
    if stock.cap > 0 and book.fired >= stock.cap:
        return 1.0
    p = min(max(battery.hoped, 0.0), 1.0 - LEAST)
    if p < LEAST:
        return 1.0
    q = 1.0
    for _ in range(battery.salvo):
        q *= 1.0 - p
    return q


@inlined
def known_now(case, scratch, world, j, t_s):
    """Whether the defence knows of threat j: by a shared track, or a battery's own look."""
    if case.models[0].sensing == SENSING_PERFECT:
        return world[j].launch_s + case.lane[world[j].lane].burnout_s <= t_s
    if scratch.belief[j].shared_s <= t_s:
        return True
    reasons = 0
    for k in range(len(case.battery)):
        reasons += scratch.pair[j, k].reason
    return reasons > 0


@hot
def is_fresh(made, serial, net, t_s, row):
    """Whether the plan made last still holds for a threat that stands in its row (-1: in none).

    made  (4,)  Scratch.plan_made;  serial, net, t_s () of now
    """
    young = t_s - made[0] < LOOK_AGAIN_S
    return young and made[1] == serial and made[2] == net and row >= 0


@hot
def gives_round(case, scratch, world, i, b, t_s, close_s):
    """Whether the plan for all known threats gives threat i a salvo of battery b.

    A plan holds for LOOK_AGAIN_S, less the salvos that were fired by it. Where another plan is as
    good, the one that fires now is taken: what is kept may find no channel later. A battery that
    could not ask again (``close_s`` comes sooner) also fires at what nobody fired at a salvo that
    the plan gives to no one.
    """
    net = case.battery[b].net & ROW
    made, rows = scratch.plan_made, scratch.plan_row[1]
    fresh = is_fresh(made, scratch.counts[SERIAL], net, t_s, rows[i])
    if not fresh or scratch.plan_q[0, rows[i], b] >= 1.0:
        make_plan(case, scratch, world, i, b, t_s)
    n, at = int(made[3]), rows[i] & ROW
    v, q, x = scratch.plan_v[0][:n], scratch.plan_q[0][:n], scratch.plan_x[:n]
    left, c = scratch.plan_cap[1], scratch.plan_v[1][:n]
    limits = (
        scratch.plan_row[3][:n], scratch.plan_row[2][:n], scratch.plan_cap[2], scratch.plan_cap[3]
    )  # fmt: skip
    if x[at, b] > 0 or take_over(v, q, left, x, c, limits, at, b):
        x[at, b] -= 1
        v[at] *= q[at, b]
        return True
    if t_s + LOOK_AGAIN_S > close_s and left[b] > 0 and scratch.book[i, net].fired == 0:
        left[b] -= 1
        return True
    return False


@inlined
def make_plan(case, scratch, world, i, b, t_s):
    """Plan salvos for all threats that the net of battery b knows, and for threat i."""
    n = 0
    v, c, most = scratch.plan_v[0], scratch.plan_v[1], scratch.plan_v[2]
    q, rows, room = scratch.plan_q[0], scratch.plan_row[1], scratch.plan_row[2]
    net, batteries = case.battery[b].net & ROW, len(case.battery)
    for j in range(len(case.threat)):
        rows[j] = -1
        if world[j].flying == 0 or scratch.book[j, net].dead_s <= t_s:
            continue
        if j != i and not known_now(case, scratch, world, j, t_s):
            continue
        least, value = 1.0, 1.0
        for k in range(batteries):
            pair, row = scratch.pair[j, k], case.battery[k]
            now = 1 if j == i and k == b else 0
            open_ground = pair.reason == R_OPEN_GROUND or pair.reason == R_NOT_DEFENDED
            q[n, k] = 1.0
            if row.net == net and (now == 1 or not open_ground):
                q[n, k] = weigh(row, scratch.stock[k], pair, scratch.book[j, net], t_s, now)
            least = min(least, q[n, k])
            if pair.fired > 0 and pair.result_s > t_s:  # rounds on their way
                value *= 1.0 - min(max(row.hoped, 0.0), 1.0 - LEAST)
        if least < 1.0:
            rows[j], v[n] = n, value
            cap = scratch.net_cap[net]
            room[n] = cap - scratch.book[j, net].fired if cap > 0 else MANY
            n += 1
    cap, size, once = scratch.plan_cap[0], scratch.plan_cap[2], scratch.plan_cap[3]
    for k in range(batteries):
        row = case.battery[k]
        size[k] = max(row.salvo, 1)
        cap[k] = (max(scratch.stock[k].ready, 0) + size[k] - 1) // size[k]
        once[k] = 1 if row.rule == SINGLE or row.rule == SALVO else MANY
    value, bound = plan_rounds(
        v[:n], q[:n], scratch.plan_q[1][:n], cap, (scratch.plan_row[3][:n], room[:n], size, once),
        scratch.plan_x[:n], c[:n], scratch.plan_cap[1], scratch.plan_row[0][:n],
        scratch.plan_cap[4], most[:n], scratch.plan_u[0], scratch.plan_u[1], scratch.plan_u[2],
        scratch.plan_u[3], scratch.plan_cap[5],
    )  # fmt: skip
    made = scratch.plan_made
    made[0], made[1], made[2], made[3] = t_s, scratch.counts[SERIAL], net, n
    scratch.counts[PLANS] += 1
    if value > 0.0:
        scratch.counts[GAP] += int(GAP_UNITS * (value - bound) / value + 0.5)
