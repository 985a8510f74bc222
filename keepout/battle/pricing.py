"""Sets of rounds for one target: the cheapest at given prices, and all below a bound.

A column is a target with a multiset S of weapons. It costs what survives of the target and
the prices of the rounds, f(S) = v * prod(q_i) + sum(u_i). The searches here are exact: a branch
is cut only where a convex relaxation of what may still be added proves that nothing below
the bound is left, with room for rounding.
"""

from __future__ import annotations

import numpy as np

from keepout.elementary import log
from keepout.kernel import kernel, lean

DEEPEST = 64
"""Rounds of one set at most; a search that would go deeper says that it has not proven."""
ROUNDING = 4 * DEEPEST * 2.0**-53
"""Bound of the rounding of f(S) and of the relaxation, as a share of the target's value: one
product and one sum per round, each survival known to half a last digit, and a logarithm."""

PROVEN, WORK, FULL = 0, 1, 2
"""How a search ended: complete; out of work or too deep; out of room for what it found."""


@kernel
def ordered(q, u, cap):
    """Weapons that can do something to a target, by price for a unit of -log(survival).

    q, u, cap  (m,)  survival of one round, price of one round, rounds that may be used
    returns    (items, ratio, q_most), each (k,), dearest last: rows of weapons, their prices
               per unit, the largest survival of this one and the later ones
    """
    ratio = np.empty(len(q))
    used = np.empty(len(q), dtype=np.int64)
    k = 0
    for i in range(len(q)):
        if q[i] < 1.0 and cap[i] > 0:
            ratio[k] = u[i] / kill_log(q[i])
            used[k] = i
            k += 1
    sort(ratio, used, k)
    q_most = np.empty(k)
    most = 0.0
    for s in range(k - 1, -1, -1):
        most = max(most, q[used[s]])
        q_most[s] = most
    return used[:k], ratio[:k], q_most


@kernel
def sort(key, row, k):
    """Sort the first k rows by key, equal keys by row (Shell 1959, gaps of Ciura 2001)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for s in range(gap, k):
            a, i, t = key[s], row[s], s
            while t >= gap and (key[t - gap] > a or (key[t - gap] == a and row[t - gap] > i)):
                key[t], row[t] = key[t - gap], row[t - gap]
                t -= gap
            key[t], row[t] = a, i


@lean
def kill_log(q):
    """-log of a survival, 0.0 to 1.0; a certain kill counts as 800, beyond the smallest float."""
    return -log(q) if q > 0.0 else 800.0


@kernel
def relaxed(c, spent, k, used, q, u, ratio, cap):
    """Least f of a set and anything more from item k on, in fractions of rounds.

    c, spent    ()  v * prod(q) and sum(u) so far
    k, used     ()  first item that may be added, and how often it is in the set already
    q, u, ratio, cap  (items,)  in the order of ``ordered``

    Items in order of price per unit of log-kill make the relaxation greedy: a round is taken
    whole as long as its last bit still pays, then one in part.
    """
    while k < len(q):
        if c <= ratio[k]:
            return spent + c
        left = cap[k] - used
        while left > 0:
            if c * q[k] >= ratio[k]:
                c *= q[k]
                spent += u[k]
                left -= 1
            elif c <= ratio[k]:
                return spent + c
            else:
                return spent + ratio[k] * (1.0 + log(c / ratio[k]))
        k += 1
        used = 0
    return spent + c


@kernel
def nothing_later(c, spent, k, q_most, ratio):
    """Least f after at least one more round of item k or a later one, a bound that grows with k.

    q_most  (items,)  largest survival among item k and the later ones
    """
    least = kill_log(q_most[k])
    if ratio[k] > 0.0 and c > ratio[k] and log(c / ratio[k]) > least:
        return spent + ratio[k] * (1.0 + log(c / ratio[k]))
    return spent + c * q_most[k] + ratio[k] * least


@kernel
def search(v, q, u, cap, below, shrink, work_most, at, sets, costs):
    """All sets of a target with f below a bound, or one with the least.

    v, below   ()  value of the target; the bound
    q, u, cap  (m,)  as in ``ordered``
    shrink     ()  1: each find becomes the bound, and only the last is kept
    work_most  ()  sets looked at before giving up
    at         ()  row of ``sets`` and ``costs`` to begin with
    sets       (most, DEEPEST)  out: weapons of each set in some order, -1 after the last
    costs      (most,)  out: what survives, v * prod(q)
    returns    (end, found, below): how it ended; sets found; what f is proven not to go below

    PROVEN: no set but those found has an exact f below ``below`` less ROUNDING * max(v, below).
    Otherwise ``below`` is what the relaxation alone proves, less the same.
    """
    items, ratio, q_most = ordered(q, u, cap)
    iq, iu, icap = q[items], u[items], cap[items]
    slack = ROUNDING * max(v, below)
    root = relaxed(v, 0.0, 0, 0, iq, iu, ratio, icap)
    place = np.zeros((3, DEEPEST), dtype=np.int64)  # item, how often, next item to add
    sums = np.zeros((2, DEEPEST))  # what survives, what is spent
    place[0, 0] = -1
    sums[0, 0] = v
    found, d, work, end = 0, 0, 0, PROVEN
    if v < below:
        sets[at, 0], costs[at], found = -1, v, 1
        below = v if shrink == 1 else below
    while d >= 0:
        k = place[2, d]
        if k >= len(items):
            d -= 1
            continue
        place[2, d] = k + 1
        used = place[1, d] + 1 if place[0, d] == k else 1
        if used > icap[k]:
            continue
        work += 1
        if work > work_most:
            return WORK, found, min(below, root)
        c, spent = sums[0, d] * iq[k], sums[1, d] + iu[k]
        if relaxed(c, spent, k, used, iq, iu, ratio, icap) - slack >= below:
            if nothing_later(sums[0, d], sums[1, d], k, q_most, ratio) - slack >= below:
                place[2, d] = len(items)
            continue
        if d == DEEPEST - 1:
            end = WORK
            continue
        d += 1
        place[0, d], place[1, d], place[2, d] = k, used, k
        sums[0, d], sums[1, d] = c, spent
        if c + spent < below:
            found, below = (0, c + spent) if shrink == 1 else (found, below)
            if at + found == len(costs):
                return FULL, found, min(below, root)
            write_set(items, place[0], d, sets[at + found])
            costs[at + found] = c
            found += 1
    return end, found, min(below, root) if end != PROVEN else below


@kernel
def write_set(items, place, d, row):
    """The d rounds on the way down, as rows of weapons, -1 after the last."""
    for s in range(d):
        row[s] = items[place[s + 1]]
    row[d] = -1
