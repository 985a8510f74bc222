"""Rounds to threats inside a trial: greedy, local search, and a bound, with work limits.

The value that survives, sum over targets of v * prod over rounds of q, is made small. Nothing
here looks at a clock: the same question has the same answer on any machine. An exact answer
takes column generation (``keepout assign``) and belongs outside a trial.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.battle.pricing import kill_log
from keepout.elementary import exp, log
from keepout.kernel import kernel, lean

WORK, STEPS = 200_000, 20
"""Pairs of rounds and steps of the bound for one decision: some 3 ms for 200 threats and 14
batteries."""
MANY = 1 << 40
"""A limit that is none."""
LEAST_GAIN, TIE = 1e-12, 1e-9
"""A move of the local search saves at least this share of what survives; less is a tie."""


@kernel
def greedy(v, q, left, x, c):
    """As ``greedy_in``, with room of its own and no limits."""
    n, m = q.shape
    return greedy_in(v, q, left, x, c, np.empty(n, dtype=np.int64), unlimited(n, m))


@kernel
def unlimited(n, m):
    """Limits that limit nothing, of n targets and m weapons."""
    some = np.full(n, MANY), np.full(m, 1), np.full(m, MANY)
    return np.zeros(n, dtype=np.int64), some[0], some[1], some[2]


@lean
def greedy_in(v, q, left, x, c, best, limits):
    """Give every round left to the target where it saves most, the largest saving first.

    v       (n,)  values of the targets, 0 or more
    q       (n, m)  probability that a target survives one round of a weapon
    left    (m,)  in and out: rounds not yet given
    x       (n, m)  in and out: rounds given
    c       (n,)  in and out: what survives of each target
    best    (n,) i8  overwritten
    limits  used (n,) in and out, room (n,), size (m,), once (m,), all i8: how much each target
            has of what it may be given; what a round of a weapon takes of that; the most rounds
            of a weapon at one target. What is too large for the room fits as the only one
    returns  ()  rounds given now

    Maximum marginal return (den Broeder, Ellison and Emerling 1959): optimal where q depends
    on the target alone. Ties go to the first target, then to the first weapon.
    """
    n = len(v)
    used, _room, size, _once = limits
    for j in range(n):
        best[j] = dearest(q[j], left, x[j], j, limits)
    given = 0
    while True:
        most, at = 0.0, -1
        for j in range(n):
            i = best[j]
            if i >= 0 and c[j] * (1.0 - q[j, i]) > most:
                most, at = c[j] * (1.0 - q[j, i]), j
        if at < 0:
            return given
        i = best[at]
        x[at, i] += 1
        c[at] *= q[at, i]
        used[at] += size[i]
        left[i] -= 1
        given += 1
        best[at] = dearest(q[at], left, x[at], at, limits)
        if left[i] == 0:
            for j in range(n):
                if best[j] == i:
                    best[j] = dearest(q[j], left, x[j], j, limits)


@lean
def dearest(q, left, x, j, limits):
    """The weapon with rounds left that is best against target j and may be given, -1 for none."""
    used, room, size, once = limits
    best = -1
    for i in range(len(left)):
        better = left[i] > 0 and q[i] < 1.0 and (best < 0 or q[i] < q[best])
        if better and x[i] < once[i] and fits(used[j], room[j], size[i]):
            best = i
    return best


@lean
def fits(used, room, size):
    """Whether so much more fits into the room of a target that has used some of it."""
    return used + size <= room or (used == 0 and room > 0)


@lean
def survives(v, q, x):
    """What survives of a target after its rounds: v * prod(q ** x)."""
    c = v
    for i in range(len(q)):
        for _ in range(x[i]):
            c *= q[i]
    return c


@kernel
def local_search(v, q, left, x, c, work_most):
    """As ``local_search_in``, with room of its own and no limits."""
    n, m = q.shape
    best = np.empty(n, dtype=np.int64)
    return local_search_in(v, q, left, x, c, best, unlimited(n, m), work_most)


@lean
def local_search_in(v, q, left, x, c, best, limits, work_most):
    """Move a round to another target, or exchange two, as long as it saves something.

    v, q, left, x, c, best, limits  as in ``greedy_in``, in and out
    work_most  ()  pairs of rounds looked at before it stops
    returns    ()  pairs looked at

    First improvement over target pairs, each weapon at a target against each at the other.
    """
    n, m = q.shape
    work = 0
    better = True
    while better:
        better = False
        for a in range(n):
            for i in range(m):
                if x[a, i] == 0:
                    continue
                for b in range(n):
                    if x[a, i] == 0:
                        break
                    work += m
                    if work > work_most:
                        return work
                    if b != a and improve(v, q, x, c, a, i, b, limits, LEAST_GAIN):
                        better = True
        if greedy_in(v, q, left, x, c, best, limits) > 0:
            better = True
    return work


@lean
def improve(v, q, x, c, a, i, b, limits, gain):
    """Give a round of weapon i from target a to b, for the best round of b or for none.

    v, q, x, c, limits  as in ``greedy_in``, changed if something is saved
    gain        ()  the share of what survives of both that is saved at least
    returns     ()  whether it was
    """
    used, room, size, once = limits
    if q[b, i] >= 1.0 or x[b, i] >= once[i]:
        return False
    without = c[a] / q[a, i] if q[a, i] > 1e-6 else take(v, q, x, a, i)
    now = c[a] + c[b]
    least = now * (1.0 - gain)
    back = -2
    if without + c[b] * q[b, i] < least and fits(used[b], room[b], size[i]):
        least, back = without + c[b] * q[b, i], -1
    for k in range(q.shape[1]):
        if x[b, k] == 0 or k == i or q[b, k] <= 1e-6:
            continue
        then = without * q[a, k] + c[b] * q[b, i] / q[b, k]
        if then < least and x[a, k] < once[k]:
            here = fits(used[a] - size[i], room[a], size[k])
            if here and fits(used[b] - size[k], room[b], size[i]):
                least, back = then, k
    if back == -2:
        return False
    move(x, used, size, a, b, i)
    if back >= 0:
        move(x, used, size, b, a, back)
    c[a] = survives(v[a], q[a], x[a])
    c[b] = survives(v[b], q[b], x[b])
    return True


@lean
def take_over(v, q, left, x, c, limits, b, i):
    """Give target b a round of weapon i if the plan is no worse for it.

    v, q, left, x, c, limits  as in ``greedy_in``: a plan, changed if it is done
    returns  ()  whether it was

    Between plans that save the same, the one in which the round is fired now is preferred.
    """
    n, m = q.shape
    for a in range(n):
        if a != b and x[a, i] > 0 and improve(v, q, x, c, a, i, b, limits, -TIE):
            return True
    _used, _room, size, once = limits
    if left[i] == 0 or x[b, i] >= once[i]:
        return False
    for k in range(m):  # a round that is left, for one that is not
        if x[b, k] > 0 and q[b, i] <= q[b, k] * (1.0 + TIE) and size[i] <= size[k]:
            x[b, k] -= 1
            x[b, i] += 1
            left[k] += 1
            left[i] -= 1
            limits[0][b] += size[i] - size[k]
            c[b] = survives(v[b], q[b], x[b])
            return True
    return False


@lean
def move(x, used, size, a, b, i):
    """Give a round of weapon i at target a to target b."""
    x[a, i] -= 1
    x[b, i] += 1
    used[a] -= size[i]
    used[b] += size[i]


@lean
def take(v, q, x, a, i):
    """What survives of a target with one round of weapon i fewer."""
    x[a, i] -= 1
    c = survives(v[a], q[a], x[a])
    x[a, i] += 1
    return c


@lean
def first_prices(q, x, c, u):
    """Prices to start from: half of what losing a round of the weapon would cost at most."""
    n, m = q.shape
    for j in range(n):
        for i in range(m):
            if x[j, i] > 0:
                u[i] = max(u[i], 0.5 * c[j] * (1.0 / max(q[j, i], 1e-3) - 1.0))


@lean
def price_parts(v, q, a, u, cap, most, items, ratio, use):
    """Least f of a target when rounds may be split, and the parts that are used.

    v, q, u, cap  as in ``pricing.ordered``
    a             (m,)  -log(q), 800 for a certain kill
    most          ()  all that its rounds may add up to in -log(q), inf for no limit
    items, ratio  (m,)  room for the order of weapons
    use           (m,)  in and out: parts of rounds, added up
    returns       ()  the least
    """
    n = 0
    for i in range(len(q)):
        if a[i] > 0.0 and cap[i] > 0 and u[i] < v * a[i]:
            r = u[i] / a[i]
            s = n
            while s > 0 and ratio[s - 1] > r:
                ratio[s], items[s] = ratio[s - 1], items[s - 1]
                s -= 1
            ratio[s], items[s] = r, i
            n += 1
    c, spent = v, 0.0
    for s in range(n):
        i = items[s]
        for _ in range(cap[i]):
            part = 1.0
            if c * q[i] < ratio[s]:
                if c <= ratio[s]:
                    return spent + c
                part = log(c / ratio[s]) / a[i]
            if part * a[i] >= most:
                part = most / a[i]
                use[i] += part
                return spent + part * u[i] + c * exp(-most)
            use[i] += part
            if part < 1.0:
                return spent + ratio[s] * (1.0 + part * a[i])
            c *= q[i]
            spent += u[i]
            most -= a[i]
    return spent + c


@kernel
def lagrangian(v, q, cap, u, value, rounds, best_u):
    """As ``lagrangian_in``, with room of its own."""
    n, m = q.shape
    use, ratio, items = np.empty(m), np.empty(m), np.empty(m, dtype=np.int64)
    most, a = np.full(n, np.inf), np.empty((n, m))
    return lagrangian_in(v, q, a, cap, cap, most, u, value, rounds, best_u, use, ratio, items)


@lean
def lagrangian_in(v, q, a, cap, few, most, u, value, rounds, best_u, use, ratio, items):
    """A value that no assignment can go below, by prices on rounds.

    v, q, cap  (n,), (n, m), (m,)  values, survivals, rounds of each weapon
    few, most  (m,), (n,)  as ``cap`` and ``most`` of ``price_parts``: limits at one target
    u          (m,)  prices to start from, changed
    value      ()  of an assignment
    rounds     ()  steps of the subgradient
    best_u     (m,)  out: the prices of the bound
    a, use, ratio, items  (n, m), (m,), (m,), (m,) i8  overwritten
    returns    ()  the bound, 0 at least

    Rounds may be split here, which makes a step cheap and the bound that of the continuous
    relaxation; every step gives a valid bound to some 1e-13 of the values, the best is kept.
    """
    n, m = q.shape
    best, step, bad = 0.0, 1.0, 0
    for j in range(n):
        for i in range(m):
            a[j, i] = kill_log(q[j, i])
    for i in range(m):
        best_u[i] = 0.0
    for _ in range(rounds):
        bound = 0.0
        for i in range(m):
            use[i] = -float(cap[i])
            bound -= cap[i] * u[i]
        for j in range(n):
            bound += price_parts(v[j], q[j], a[j], u, few, most[j], items, ratio, use)
        bad += 1
        if bound > best:
            best, bad = bound, 0
            for i in range(m):
                best_u[i] = u[i]
        if bad >= 3:
            step, bad = 0.5 * step, 0
        norm = 0.0
        for i in range(m):
            if u[i] <= 0.0 and use[i] < 0.0:
                use[i] = 0.0
            norm += use[i] * use[i]
        if norm == 0.0 or bound >= value:
            break
        for i in range(m):
            u[i] = max(0.0, u[i] + step * (value - bound) / norm * use[i])
    return min(best, value)


@kernel
def assign_rounds(v, q, cap, work_most, rounds, x, c):
    """Assign rounds to targets now: greedy, local search, and how far from the best at most.

    v          (n,)  what each target would cost if it arrives, 0 or more
    q          (n, m)  probability that a target survives one round of a battery; 1 where the
               battery cannot or must not fire at it
    cap        (m,)  rounds (or free channels) of each battery, whole numbers
    work_most  ()  pairs of rounds that the local search looks at; 0 for greedy alone
    rounds     ()  steps towards the bound; 0 for no bound
    x          (n, m)  out: rounds of each battery at each target, whole numbers
    c          (n,)  out: what survives of each target
    returns    (value, bound): what survives of all, and what would survive at least

    For ``assignment: optimal`` inside a trial: no clock, no chance, no allocation beyond
    arrays of n and m.
    """
    for j in range(len(v)):
        c[j] = v[j]
        for i in range(len(cap)):
            x[j, i] = 0
    left = cap.copy()
    greedy(v, q, left, x, c)
    if work_most > 0:
        local_search(v, q, left, x, c, work_most)
    value = 0.0
    for j in range(len(v)):
        value += c[j]
    if rounds == 0:
        return value, 0.0
    u = np.zeros(len(cap))
    first_prices(q, x, c, u)
    return value, lagrangian(v, q, cap, u, value, rounds, np.empty(len(cap)))


@lean
def plan_rounds(v, q, a, cap, limits, x, c, left, best, few, most, u, use, ratio, best_u, items):
    """As ``assign_rounds`` with its default limits of work, in the trial loop: allocates nothing.

    v, q, cap, x, c  as in ``assign_rounds``; left (m,) out: rounds that no target is given
    limits           as in ``greedy_in``; used is cleared
    the rest         (n, m), (n,) i8, (m,) i8, (n,), four (m,), (m,) i8: overwritten
    returns          (value, bound)
    """
    used, room, size, once = limits
    for j in range(len(v)):
        c[j], used[j] = v[j], 0
        for i in range(len(cap)):
            x[j, i] = 0
    for i in range(len(cap)):
        left[i], u[i], few[i] = cap[i], 0.0, min(cap[i], once[i])
    greedy_in(v, q, left, x, c, best, limits)
    local_search_in(v, q, left, x, c, best, limits, WORK)
    value = 0.0
    for j in range(len(v)):
        value += c[j]
        most[j] = most_log(q[j], size, few, room[j])
    first_prices(q, x, c, u)
    bound = lagrangian_in(
        v, q, a, cap, few, most, u, value, STEPS, best_u, use, ratio, items
    )  # fmt: skip
    return value, bound


@lean
def most_log(q, size, few, room):
    """The most that -log(survival) of a target can add up to within its room; never too small."""
    if room >= MANY:
        return math.inf
    rate, one = 0.0, 0.0
    for i in range(len(q)):
        if few[i] > 0 and q[i] < 1.0:
            rate, one = max(rate, kill_log(q[i]) / size[i]), max(one, kill_log(q[i]))
    return max(rate * room, one) if room > 0 else 0.0
