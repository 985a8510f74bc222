"""Columns of the assignment problem: prices that rise to the bound, and scans of a pool.

A pool is a list of columns, target by target: ``first`` (n + 1,) rows of columns of each target,
``cost`` (N,) what survives, ``begin`` (N + 1,) where the weapons of a column stand in ``weapon``
and ``count``.
"""

from __future__ import annotations

import numpy as np

from keepout.battle.pricing import PROVEN, search
from keepout.kernel import kernel

PATIENCE = 8
"""Rounds without a better bound before the step is cut."""
STEP_CUT = 0.6
INERTIA = 0.3
"""Share of the last direction in the next one."""


@kernel
def price(v, q, u, cap, below, work_most, sets, costs, low, use):
    """The cheapest set of every target at given prices.

    v, below     (n,)  values; only sets below this bound are looked for
    q            (n, m)  survival of one round
    u, cap       (m,)  price of one round, rounds
    work_most    ()  sets looked at per target
    sets, costs  (n, DEEPEST), (n,)  out: the sets, what survives (nan: nothing below)
    low          (n,)  out: what f is proven not to go below, rounding apart
    use          (m,)  out: rounds in all those sets together
    returns      ()  number of targets whose search was not complete
    """
    for i in range(len(use)):
        use[i] = 0
    incomplete = 0
    for j in range(len(v)):
        end, found, low[j] = search(v[j], q[j], u, cap, below[j], 1, work_most, j, sets, costs)
        if end != PROVEN:
            incomplete += 1
        if found == 0:
            sets[j, 0] = -1
            costs[j] = np.nan
        d = 0
        while sets[j, d] >= 0:
            use[sets[j, d]] += 1
            d += 1
    return incomplete


@kernel
def ascend(v, q, cap, u, value, state, rounds, work_most, sets, costs, low, use, best_u, g):
    """Raise the bound that the prices give, by steps along the rounds asked for too often.

    v, q, cap  as in ``price``
    u          (m,)  prices, in and out
    value      ()  of the best assignment known
    state      (3,)  in and out: best bound, length of a step, rounds since the last better one
    rounds     ()  steps
    sets, costs, low, use  as in ``price``, of the last step
    best_u, g  (m,)  in and out: prices of the best bound, direction of the last step

    Subgradient steps after Polyak (1969), with inertia. Rounding apart, the bound is that of
    the Lagrangian relaxation: least f of all targets, less what all rounds cost.
    """
    for _ in range(rounds):
        price(v, q, u, cap, v, work_most, sets, costs, low, use)
        bound = 0.0
        for j in range(len(low)):
            bound += low[j]
        for i in range(len(u)):
            bound -= cap[i] * u[i]
        if bound > state[0] + 1e-4 * abs(value - state[0]):
            state[2] = 0.0
        else:
            state[2] += 1.0
        if bound > state[0]:
            state[0] = bound
            for i in range(len(u)):
                best_u[i] = u[i]
        if state[2] >= PATIENCE:
            state[1] *= STEP_CUT
            state[2] = 0.0
            for i in range(len(u)):
                u[i] = best_u[i]
        norm = 0.0
        for i in range(len(u)):
            more = float(use[i] - cap[i])
            if u[i] <= 0.0 and more < 0.0:
                more = 0.0
            g[i] = (1.0 - INERTIA) * more + INERTIA * g[i]
            norm += g[i] * g[i]
        if norm == 0.0 or value <= bound:
            return
        step = state[1] * (value - bound) / norm
        for i in range(len(u)):
            u[i] = max(0.0, u[i] + step * g[i])


@kernel
def scan(first, cost, begin, weapon, count, u, allowed, low, best):
    """The cheapest allowed column of every target at given prices.

    first, cost, begin, weapon, count  the pool
    u        (m,)  prices; allowed (N,) 1 for columns that may be used
    low      (n,)  out: least cost with prices, inf if nothing is allowed
    best     (n,)  out: that column, -1 for none
    """
    for j in range(len(first) - 1):
        low[j] = np.inf
        best[j] = -1
        for c in range(first[j], first[j + 1]):
            if allowed[c] == 0:
                continue
            f = 0.0
            for s in range(begin[c], begin[c + 1]):
                f += u[weapon[s]] * count[s]
            f += cost[c]
            if f < low[j]:
                low[j] = f
                best[j] = c


@kernel
def restrict(first, begin, weapon, count, cap, made, allowed):
    """Which columns of a pool are left after decisions.

    first, begin, weapon, count  the pool
    cap      (m,)  rounds
    made     (d, 4)  target, weapon, k, side: side 1 at least k rounds of it there, 0 fewer
    allowed  (N,)  out
    """
    for c in range(len(allowed)):
        allowed[c] = 1
    for d in range(len(made)):
        target, i, k, side = made[d]
        for c in range(first[target], first[target + 1]):
            has = 0
            for s in range(begin[c], begin[c + 1]):
                if weapon[s] == i:
                    has = count[s]
            if (has >= k) != (side == 1):
                allowed[c] = 0
    promised = np.zeros((len(cap), 2), dtype=np.int64)
    for d in range(len(made)):
        if made[d, 3] == 1:
            promised[made[d, 1], 0] += least(made, d)
            promised[made[d, 1], 1] = 1
    for j in range(len(first) - 1):
        for c in range(first[j], first[j + 1]):
            for s in range(begin[c], begin[c + 1]):
                i = weapon[s]
                if allowed[c] == 0 or promised[i, 1] == 0:
                    continue
                own = 0
                for d in range(len(made)):
                    if made[d, 0] == j and made[d, 1] == i and made[d, 3] == 1:
                        own += least(made, d)
                if count[s] > cap[i] - promised[i, 0] + own:
                    allowed[c] = 0


@kernel
def least(made, d):
    """Rounds that a decision adds to what earlier ones promise: k, less the most promised."""
    before = 0
    for e in range(len(made)):
        same = made[e, 0] == made[d, 0] and made[e, 1] == made[d, 1] and made[e, 3] == 1
        if same and (made[e, 2] < made[d, 2] or (made[e, 2] == made[d, 2] and e < d)):
            before = max(before, made[e, 2])
    return made[d, 2] - before


@kernel
def pack(sets, found, weapon, count, ends):
    """Sets as ``search`` writes them, in the form of a pool.

    sets           (most, DEEPEST); found () the number of sets
    weapon, count  (room,)  out: weapons of each set once, how many rounds of it
    ends           (most,)  out: where a set ends
    returns        ()  entries used, -1 if there is not room for all
    """
    at = 0
    for s in range(found):
        d = 0
        while sets[s, d] >= 0:
            if d > 0 and sets[s, d] == sets[s, d - 1]:
                count[at - 1] += 1
            else:
                if at == len(weapon):
                    return -1
                weapon[at] = sets[s, d]
                count[at] = 1
                at += 1
            d += 1
        ends[s] = at
    return at


@kernel
def dear(first, cost, begin, weapon, count, u, low, room, allowed):
    """Take away the columns that are dearer than the least of their target by more than room.

    first, cost, begin, weapon, count  the pool
    u, low   (m,), (n,)  prices, least cost with prices
    room     ()  what a column may cost above that
    allowed  (N,)  in and out
    """
    for j in range(len(first) - 1):
        for c in range(first[j], first[j + 1]):
            f = cost[c]
            for s in range(begin[c], begin[c + 1]):
                f += u[weapon[s]] * count[s]
            if f > low[j] + room:
                allowed[c] = 0
