"""The event queue of one trial: looks by parts of the time, a binary heap for the rest.

Ties in time are broken by the key, so the order never depends on history.
"""

from __future__ import annotations

import numpy as np

from keepout.kernel import lean

COUNTS = 8
HEAP, SHOTS, EVENTS, LOST_EVENTS, SERIAL, DOUBLED, PLANS, GAP = range(COUNTS)
"""Entries of Scratch.counts: entries of the heap, shots, events, those that did not fit, trials
begun; rounds fired while another's was on its way; plans made, and the sum of their gaps."""

CROWDED = 64
"""Looks of one part of the time that are put in order one by one; more go into the heap."""
PER_PART = 4
"""First looks that a part of the time holds, more or less."""


ROW = np.int64(0x7FFFFFFF)
"""A row number masked with it is known not to be negative, so that no index is checked for it."""


def parts_for(looks: int) -> int:
    """Into how many parts the time of a raid is cut, so that each has a few of its first looks."""
    return int(1 << (looks // PER_PART).bit_length())


@lean
def part_of(t_s, begin_s, per_s, parts):
    """The part of the time in which a moment falls; a later moment never falls in an earlier one.

    t_s             ()  [s]
    begin_s, per_s  ()  when the first part begins, parts in a second
    parts           ()  how many there are
    """
    return min(max(int((t_s - begin_s) * per_s), 0), parts - 1)


@lean
def insert(out_s, out_key, n, t_s, key):
    """Put one entry among the first n of a sorted list, by (time, key)."""
    k = n
    while k > 0 and (out_s[k - 1] > t_s or (out_s[k - 1] == t_s and out_key[k - 1] > key)):
        out_s[k], out_key[k] = out_s[k - 1], out_key[k - 1]
        k -= 1
    out_s[k], out_key[k] = t_s, key


@lean
def push(heap_s, heap_key, count, t_s, key):
    """Add an entry; heap_s f8 and heap_key i8 are the heap, count[HEAP] its size."""
    k = count[HEAP]
    count[HEAP] = k + 1
    while k > 0:
        up = (k - 1) // 2
        if heap_s[up] < t_s or (heap_s[up] == t_s and heap_key[up] <= key):
            break
        heap_s[k] = heap_s[up]
        heap_key[k] = heap_key[up]
        k = up
    heap_s[k] = t_s
    heap_key[k] = key


@lean
def pop(heap_s, heap_key, count):
    """Take the earliest entry: (t_s, key). The heap must not be empty."""
    first_s = heap_s[0]
    first_key = heap_key[0]
    n = count[HEAP] - 1
    count[HEAP] = n
    t_s = heap_s[n]
    key = heap_key[n]
    k = 0
    while True:
        child = 2 * k + 1
        if child >= n:
            break
        other = child + 1
        if other < n and (
            heap_s[other] < heap_s[child]
            or (heap_s[other] == heap_s[child] and heap_key[other] < heap_key[child])
        ):
            child = other
        if t_s < heap_s[child] or (t_s == heap_s[child] and key <= heap_key[child]):
            break
        heap_s[k] = heap_s[child]
        heap_key[k] = heap_key[child]
        k = child
    heap_s[k] = t_s
    heap_key[k] = key
    return first_s, first_key
