"""The plan of rounds for all threats that are known, by which a battery fires or keeps its round.

For ``assignment: optimal``. Asked when a battery could fire: which threats are known, not believed
dead and not judged to fall in the open; which batteries may still fire at which; how many salvos
each has. The plan is that of ``battle.assign``: greedy, local search and a bound, with limits of
work and no clock. It reads the defence's own books and schedule, never where anything flies.
"""

from __future__ import annotations

from keepout.battle.assign import plan_rounds
from keepout.engine.queue import GAP, PLANS, ROW
from keepout.kernel import hot, inlined
from keepout.records.case import SENSING_PERFECT
from keepout.records.event import R_NOT_DEFENDED, R_OPEN_GROUND

LOOK_AGAIN_S = 5.0
"""A battery that keeps its round asks again after this."""
GAP_UNITS = 1e4
LEAST = 1e-3
"""A kill probability below this is none, and one above 1 - LEAST is cut to it."""


@hot
def weigh(battery, stock, pair, book, t_s, b, now):
    """What survives a salvo of battery b at one threat, 1 if it may not fire at it any more.

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


@inlined
def gives_round(case, scratch, world, i, b, t_s):
    """Whether the plan for all known threats gives threat i a salvo of battery b."""
    n, at = 0, 0
    v, c = scratch.plan_v[0], scratch.plan_v[1]
    q = scratch.plan_q[0]
    batteries = len(case.battery)
    for j in range(len(case.threat)):
        if world[j].flying == 0 or scratch.book[j, case.battery[b].net & ROW].dead_s <= t_s:
            continue
        if j != i and not known_now(case, scratch, world, j, t_s):
            continue
        most, value = 0.0, 1.0
        for k in range(batteries):
            pair, row = scratch.pair[j, k], case.battery[k]
            now = 1 if j == i and k == b else 0
            open_ground = pair.reason == R_OPEN_GROUND or pair.reason == R_NOT_DEFENDED
            q[n, k] = 1.0
            if now == 1 or not open_ground:
                book = scratch.book[j, row.net & ROW]
                q[n, k] = weigh(row, scratch.stock[k], pair, book, t_s, k, now)
            most = max(most, 1.0 - q[n, k])
            if pair.fired > 0 and pair.result_s > t_s:  # rounds on their way
                value *= 1.0 - min(max(row.hoped, 0.0), 1.0 - LEAST)
        if most <= 0.0:
            continue
        if j == i:
            at = n
        v[n] = value
        n += 1
    for k in range(batteries):
        row, stock = case.battery[k], scratch.stock[k]
        scratch.plan_cap[0, k] = (max(stock.ready, 0) + row.salvo - 1) // max(row.salvo, 1)
    value, bound = plan_rounds(
        v[:n], q[:n], scratch.plan_q[1][:n], scratch.plan_cap[0], scratch.plan_x[:n], c[:n],
        scratch.plan_cap[1], scratch.plan_row[0][:n], scratch.plan_u[0], scratch.plan_u[1],
        scratch.plan_u[2], scratch.plan_u[3], scratch.plan_cap[2],
    )  # fmt: skip
    scratch.counts[PLANS] += 1
    if value > 0.0:
        scratch.counts[GAP] += int(GAP_UNITS * (value - bound) / value + 0.5)
    return scratch.plan_x[at, b] > 0
