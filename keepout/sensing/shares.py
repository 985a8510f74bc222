"""How likely each look belongs to each track: joint probabilistic data association.

Pairs and clusters as in ``associate``. A joint event gives every track one of its looks or none,
and no look to two tracks; its weight is the product of the weights of its pairs. The probability
of a pair is the share of the events that hold it.

A cluster is summed exactly, over tracks in turn, with the set of looks that are taken and that a
later track could still want (as T. E. Fortmann, Y. Bar-Shalom & M. Scheffe, IEEE J. Oceanic Eng.
8 (1983) 173, define it; merged as in the hypothesis nets of S. Maskell, M. Briers & R. Wright,
Proc. SPIE 5428 (2004)). The number of such sets is 2 to the power of the looks in dispute at one
time, not of all: long chains are exact too. Where the tables that the caller gave would not hold
them, loopy belief propagation takes over (J. L. Williams & R. A. Lau, IEEE Trans. AES 50 (2014)
2942), which always converges; its shares are off by a few hundredths where many contest many.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import kernel, part

from .associate import inverse

WIDEST = 20
"""Looks in dispute at one time, at most, whatever the tables hold."""

ROUNDS, SETTLED = 200, 1e-10
"""Belief propagation: rounds at most, and the change of a message that ends it."""

PEAK = 0.06349363593424098  # (2 pi)^(-3/2)


@kernel
def weigh(start, distance2, spread, found_p, clutter, weight):
    """Weight of each pair: likelihood of the look under the track, over that of clutter.

    start, distance2  as ``associate.gate`` left them;  spread (n, 6) as there
    found_p           ()    probability that an object is found in a scan
    clutter           ()    expected false looks in a unit of the space of looks
    weight            (k,)  overwritten

    With 1 - found_p (1 - what a gate cuts off) for a track without a look, the weights of
    ``shares``. Source: Bar-Shalom & Li 1995, sec. 6.2.
    """
    of = np.empty(6)
    for i in range(len(start) - 1):
        scale = found_p * PEAK / (clutter * math.sqrt(inverse(spread[i], of)))
        for e in range(start[i], start[i + 1]):
            weight[e] = scale * math.exp(-0.5 * distance2[e])


@part
def next_track(members, placed, start, look, wanting, left):
    """Which track of a cluster to take next: the one that leaves the fewest looks in dispute."""
    best, least = placed, 1 << 30
    for k in range(placed, len(members)):
        i = members[k]
        more = 0
        for e in range(start[i], start[i + 1]):
            j = look[e]
            if wanting[j] > 1:
                more += (1 if left[j] == wanting[j] else 0) - (1 if left[j] == 1 else 0)
        if more < least:
            best, least = k, more
    return best


@part
def arrange(members, start, look, wanting, left, slot):
    """Put the tracks of a cluster in order and give each contested look a bit while it is one.

    members  (t,)  tracks, put in order
    wanting  (m,)  tracks that have the look in their gate;  left (m,) the same, used up
    slot     (m,)  overwritten: the bit of each look, -1 where nobody contests it
    returns  ()    number of bits; more than WIDEST as soon as it is
    """
    busy, width = 0, 0
    for placed in range(len(members)):
        k = next_track(members, placed, start, look, wanting, left)
        i = members[k]
        members[k] = members[placed]
        members[placed] = i
        for e in range(start[i], start[i + 1]):
            j = look[e]
            if wanting[j] == 1:
                slot[j] = -1
            elif left[j] == wanting[j]:
                b = 0
                while busy >> b & 1:
                    b += 1
                busy |= 1 << b
                slot[j] = b
                width = max(width, b + 1)
        if width > WIDEST:
            return width
        for e in range(start[i], start[i + 1]):
            left[look[e]] -= 1
            if left[look[e]] == 0 and slot[look[e]] >= 0:
                busy &= ~(1 << slot[look[e]])
    return width


@part
def bit_of(slot):
    """The bit of a look; 0 where nobody contests it."""
    return 1 << slot if slot >= 0 else 0


@part
def keeping(i, start, look, left, slot, step):
    """The bits that are still wanted after a track; ``left`` counts down (-1) or up (1)."""
    gone = 0
    for e in range(start[i], start[i + 1]):
        j = look[e]
        if step > 0:
            left[j] += 1
        else:
            left[j] -= 1
        if left[j] == (1 if step > 0 else 0):
            gone |= bit_of(slot[j])
    return ~gone


@part
def forward(i, start, look, weight, miss, slot, keep, now, then):
    """Add one track to every set of taken looks; the greatest weight becomes 1."""
    for mask in range(len(then)):
        then[mask] = 0.0
    for mask in range(len(now)):
        base = now[mask]
        if base == 0.0:
            continue
        then[mask & keep] += base * miss[i]
        for e in range(start[i], start[i + 1]):
            bit = bit_of(slot[look[e]])
            if mask & bit == 0:
                then[(mask | bit) & keep] += base * weight[e]
    top = 0.0
    for mask in range(len(then)):
        top = max(top, then[mask])
    for mask in range(len(then)):
        then[mask] /= top


@part
def backward(i, start, look, weight, miss, slot, keep, now, later, before, share, missed):
    """The weight of all that may follow each set, and the shares of one track's pairs."""
    top, total = 0.0, 0.0
    for mask in range(len(now)):
        before[mask] = 0.0
        if now[mask] == 0.0:
            continue
        term = miss[i] * later[mask & keep]
        missed[i] += now[mask] * term
        after = term
        for e in range(start[i], start[i + 1]):
            bit = bit_of(slot[look[e]])
            if mask & bit == 0:
                term = weight[e] * later[(mask | bit) & keep]
                share[e] += now[mask] * term
                after += term
        total += now[mask] * after
        before[mask] = after
        top = max(top, after)
    for mask in range(len(before)):
        before[mask] /= top
    missed[i] /= total
    for e in range(start[i], start[i + 1]):
        share[e] /= total


@part
def summed(members, start, look, weight, miss, left, slot, size, table, back, share, missed):
    """Shares of one cluster, exactly.

    left         (m,)  0, used
    table        ((t + 1) size,)  and back (2 size,): overwritten
    """
    for k in range(len(members)):  # arrange left the counts at 0: bring them back
        for e in range(start[members[k]], start[members[k] + 1]):
            left[look[e]] += 1
    table[:size] = 0.0
    table[0] = 1.0
    for k in range(len(members)):
        keep = keeping(members[k], start, look, left, slot, -1)
        now, then = table[k * size : (k + 1) * size], table[(k + 1) * size : (k + 2) * size]
        forward(members[k], start, look, weight, miss, slot, keep, now, then)
    later, before = back[:size], back[size : 2 * size]
    later[:] = 1.0
    for k in range(len(members) - 1, -1, -1):
        i = members[k]
        keep = keeping(i, start, look, left, slot, 1)
        now = table[k * size : (k + 1) * size]
        missed[i] = 0.0
        for e in range(start[i], start[i + 1]):
            share[e] = 0.0
        backward(i, start, look, weight, miss, slot, keep, now, later, before, share, missed)
        later, before = before, later


@part
def believed(members, start, look, weight, miss, heard, said, share, missed):
    """Shares of one cluster by loopy belief propagation.

    heard  (m,)  what each look hears from all tracks together, overwritten
    said   (k,)  what each look answers to each track, overwritten;  share is used meanwhile
    """
    for i in members:
        for e in range(start[i], start[i + 1]):
            said[e] = 1.0
    for _ in range(ROUNDS):
        for i in members:
            for e in range(start[i], start[i + 1]):
                heard[look[e]] = 0.0
        for i in members:
            total = miss[i]
            for e in range(start[i], start[i + 1]):
                total += weight[e] * said[e]
            for e in range(start[i], start[i + 1]):
                share[e] = weight[e] / max(total - weight[e] * said[e], miss[i])
                heard[look[e]] += share[e]
        change = 0.0
        for i in members:
            for e in range(start[i], start[i + 1]):
                answer = 1.0 / (1.0 + max(heard[look[e]] - share[e], 0.0))
                change = max(change, abs(answer - said[e]))
                said[e] = answer
        if change < SETTLED:
            break
    for i in members:
        total = miss[i]
        for e in range(start[i], start[i + 1]):
            total += weight[e] * said[e]
        missed[i] = miss[i] / total
        for e in range(start[i], start[i + 1]):
            share[e] = weight[e] * said[e] / total


@kernel
def shares(start, look, weight, miss, looks, of_track, found, room, share, missed):
    """Probability of each pair, and of each track having no look.

    start, look    as ``associate.gate`` left them;  looks () number of looks m
    weight         (k,)  of each pair, as ``weigh`` gives;  miss (n,) of none, above 0
    of_track       (n,)  and found (): clusters as ``associate.clusters`` gave them
    room           ()    numbers that the tables of one cluster may hold: what bounds the work;
                         4096 for a few looks in dispute at a time, 0 for none
    share, missed  (k,), (n,)  overwritten
    returns        ()    number of tracks whose cluster had no room and was approximated

    A cluster of t tracks with w looks in dispute at a time needs (t + 1) 2^w numbers.
    """
    tracks = len(start) - 1
    first, members = np.zeros(found + 1, np.int64), np.empty(tracks, np.int64)
    wanting, slot = np.zeros(looks, np.int64), np.empty(looks, np.int64)
    left = np.zeros(looks, np.int64)
    heard, said, back, table = np.empty(looks), np.empty(len(look)), np.empty(room), np.empty(room)
    for i in range(tracks):
        first[of_track[i] + 1] += 1
        for e in range(start[i], start[i + 1]):
            wanting[look[e]] += 1
            left[look[e]] += 1
    for c in range(found):
        first[c + 1] += first[c]
    at = first[:-1].copy()
    for i in range(tracks):
        members[at[of_track[i]]] = i
        at[of_track[i]] += 1
    approximated = 0
    for c in range(found):
        mine = members[first[c] : first[c + 1]]
        width = arrange(mine, start, look, wanting, left, slot)
        size = 1 << width
        if width <= WIDEST and (len(mine) + 1) * size <= room:
            summed(mine, start, look, weight, miss, left, slot, size, table, back, share, missed)
        else:
            approximated += len(mine)
            believed(mine, start, look, weight, miss, heard, said, share, missed)
    return approximated
