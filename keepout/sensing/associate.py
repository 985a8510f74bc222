"""Which look belongs to which track: gates, clusters, and the nearest neighbours of all at once.

A *pair* is a track and a look inside its gate. Pairs are kept by track: those of track i are
start[i] to start[i + 1], each with its look and its cost. Tracks and looks that hang together by
pairs are a *cluster*; clusters have nothing to do with each other, so that the work grows with
the crowding and not with the size of a raid. Nothing here knows what a look measures: three
numbers and their covariance. Allocated is only what sorting needs, once a scan.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import kernel, part

GATE_999 = 16.26623619623813
"""Squared distance inside which 99.9 % of looks of the right object lie: chi-square, three
degrees of freedom."""

NOBODY = -1
TURN_RAD = 2.0 * math.pi


@part
def inverse(s, of):
    """Inverse of a covariance (6,), 00 01 02 11 12 22, into ``of``; returns its determinant."""
    a, b, c, d, e, f = s[0], s[1], s[2], s[3], s[4], s[5]
    of[0], of[1], of[2] = d * f - e * e, c * e - b * f, b * e - c * d
    of[3], of[4], of[5] = a * f - c * c, b * c - a * e, a * d - b * b
    det = a * of[0] + b * of[1] + c * of[2]
    for k in range(6):
        of[k] /= det
    return det


@part
def apart(a, b, around):
    """a - b, the short way round if these are angles [rad]."""
    d = a - b
    if around:
        d -= TURN_RAD * math.floor(d / TURN_RAD + 0.5)
    return d


@part
def first_at_least(value, measured, order):
    """Where in ``order`` the looks begin whose first number is not below a value."""
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if measured[order[middle], 0] < value:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def gate(predicted, spread, measured, around, limit, start, look, distance2):
    """Find the pairs: looks inside the gates of tracks.

    predicted    (n, 3)  what each track expects to be measured
    spread       (n, 6)  covariance of the look about it, noise included: 00 01 02 11 12 22
    measured     (m, 3)  the looks of a scan
    around       ()      whether the second number is an angle that wraps [rad]
    limit        ()      squared distance that is still inside, such as GATE_999
    start        (n + 1,)  overwritten: where the pairs of each track begin
    look, distance2  (k,)  overwritten: look and squared Mahalanobis distance of each pair
    returns      ()      number of pairs; -1 if there are more than k

    The pairs of a track come in order of the first number, by which the looks are sorted, so
    that a track sees only the few near it. Source: Bar-Shalom & Li, Multitarget-Multisensor
    Tracking: Principles and Techniques, 1995, sec. 3.4 (the ellipsoidal gate).
    """
    order = np.argsort(measured[:, 0])
    of = np.empty(6)
    pairs = 0
    for i in range(len(predicted)):
        start[i] = pairs
        inverse(spread[i], of)
        reach = math.sqrt(limit * spread[i, 0]) * (1.0 + 1e-12)
        k = first_at_least(predicted[i, 0] - reach, measured, order)
        while k < len(order) and measured[order[k], 0] <= predicted[i, 0] + reach:
            j = order[k]
            k += 1
            a = measured[j, 0] - predicted[i, 0]
            b = apart(measured[j, 1], predicted[i, 1], around)
            c = measured[j, 2] - predicted[i, 2]
            d2 = of[0] * a * a + of[3] * b * b + of[5] * c * c
            d2 += 2.0 * (of[1] * a * b + of[2] * a * c + of[4] * b * c)
            if d2 <= limit:
                if pairs == len(look):
                    return -1
                look[pairs], distance2[pairs] = j, d2
                pairs += 1
    start[len(predicted)] = pairs
    return pairs


@part
def root_of(parent, a):
    """The root of a node, with the path to it halved."""
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


@kernel
def clusters(start, look, looks, of_track, parent):
    """Number the clusters of tracks that compete for looks, in order of their first track.

    start, look  as ``gate`` left them;  looks () number of looks m
    of_track     (n,)      overwritten: cluster of each track
    parent       (n + m,)  overwritten (scratch)
    returns      ()        number of clusters

    Source: union-find by R. E. Tarjan, J. ACM 22 (1975) 215, paths halved.
    """
    tracks = len(start) - 1
    for a in range(tracks + looks):
        parent[a] = a
    for i in range(tracks):
        for e in range(start[i], start[i + 1]):
            a, b = root_of(parent, i), root_of(parent, tracks + look[e])
            parent[max(a, b)] = min(a, b)
    found = 0
    for i in range(tracks):
        root = root_of(parent, i)
        if root == i:
            of_track[i] = found
            found += 1
        else:
            of_track[i] = of_track[root]
    return found


@part
def settle(i, start, look, cost, miss, price, worth):
    """Price of a track that was not assigned yet: its cheapest choice as looks are priced."""
    price[i] = miss[i]
    for e in range(start[i], start[i + 1]):
        price[i] = min(price[i], cost[e] - worth[look[e]])


@part
def reach_from(i, base, start, look, cost, price, worth, dist, before, touched, n):
    """Shorten the ways to the looks of track i, itself reached at ``base``; returns touched."""
    for e in range(start[i], start[i + 1]):
        j = look[e]
        way = base + cost[e] - price[i] - worth[j]
        if dist[j] == math.inf:
            touched[n] = j
            n += 1
        if way < dist[j] and dist[j] > base:  # a settled way stays, whatever rounding says
            dist[j] = way
            before[j] = i
    return n


@part
def augment(s, start, look, cost, miss, price, worth, dist, before, touched, track_of, look_of):
    """Give track s a look, or none, by the cheapest chain of changes among the others."""
    settle(s, start, look, cost, miss, price, worth)
    n = reach_from(s, 0.0, start, look, cost, price, worth, dist, before, touched, 0)
    done = 0  # touched[:done] are settled looks, all of them taken
    bare, bare_at = s, miss[s] - price[s]  # the track that would go without, and at what cost
    while True:
        best = -1
        low = bare_at
        for k in range(done, n):
            if dist[touched[k]] < low:
                best, low = k, dist[touched[k]]
        if best < 0:
            break
        j = touched[best]
        touched[best], touched[done] = touched[done], j
        i = track_of[j]
        if i == NOBODY:
            break
        done += 1
        if low + miss[i] - price[i] < bare_at:
            bare, bare_at = i, low + miss[i] - price[i]
        n = reach_from(i, low, start, look, cost, price, worth, dist, before, touched, n)
    price[s] += low
    for k in range(done):
        taken = touched[k]
        price[track_of[taken]] += low - dist[taken]
        worth[taken] -= low - dist[taken]
    if best < 0:
        j = look_of[bare]
        look_of[bare] = NOBODY
        i = bare
    else:
        i = NOBODY
    while i != s:  # back along the chain
        i = before[j]
        track_of[j] = i
        held = look_of[i]
        look_of[i] = j
        j = held
    for k in range(n):
        dist[touched[k]] = math.inf


@kernel
def nearest(start, look, cost, miss, looks, look_of):
    """Global nearest neighbour: the assignment of looks to tracks of least total cost.

    start, look  as ``gate`` left them
    cost         (k,)  of each pair: distance, its square, or minus a log-likelihood ratio
    miss         (n,)  cost of leaving a track without a look
    looks        ()    number of looks m
    look_of      (n,)  overwritten: look of each track, NOBODY for none
    returns      ()    total cost

    Exact. Shortest augmenting paths with prices: R. Jonker & A. Volgenant, Computing 38 (1987)
    325, in the rectangular form of D. F. Crouse, IEEE Trans. AES 52 (2016) 1679, along pairs
    only: a path never leaves its cluster. Where two assignments cost the same, either may come.
    """
    tracks = len(start) - 1
    price, worth, dist = np.zeros(tracks), np.zeros(looks), np.full(looks, math.inf)
    before, touched = np.empty(looks, np.int64), np.empty(looks, np.int64)
    track_of = np.full(looks, NOBODY)
    for i in range(tracks):
        look_of[i] = NOBODY
    for s in range(tracks):
        augment(
            s, start, look, cost, miss, price, worth, dist, before, touched, track_of, look_of
        )  # fmt: skip
    total = 0.0
    for i in range(tracks):
        total += miss[i] if look_of[i] == NOBODY else 0.0
        for e in range(start[i], start[i + 1]):
            if look[e] == look_of[i]:
                total += cost[e]
    return total
