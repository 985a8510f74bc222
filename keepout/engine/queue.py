"""The event queue of one trial: first looks, sorted once, and a binary heap for the rest.

Ties in time are broken by the key, so the order never depends on history.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.kernel import lean

COUNTS = 8
HEAP, SHOTS, EVENTS, LOST_EVENTS, SERIAL, DOUBLED, PLANS, GAP = range(COUNTS)
"""Entries of Scratch.counts: entries of the heap, shots, events, those that did not fit, trials
begun; rounds fired while another's was on its way; plans made, and the sum of their gaps."""

BITS, FEW_BITS = 11, 9
DIGIT = 1 << BITS
"""Parts into which the time from first to last look is cut by one pass of the sort …"""
FEW = 4096
"""… or 2^FEW_BITS, of no more looks than this."""

CROWDED = 16
"""A second pass cuts every part again if the squares of what is in them add up to more than
this many times the number of looks."""


ROW = np.int64(0x7FFFFFFF)
"""A row number masked with it is known not to be negative, so that no index is checked for it."""


@lean
def sort_looks(first_s, first_key, n, out_s, out_key, work, tally):
    """Sort the first looks by (time, key).

    first_s, first_key  (n or more,)  f8, i8
    n                   ()  how many there are
    out_s, out_key      (n or more,)  overwritten
    work, tally         (2, n or more), (2, DIGIT)  i8, overwritten

    A radix sort over the time, of one pass or two, then insertion for what is left: linear in
    n, unless thousands of looks fall into one part in four million of the time.
    """
    if n == 0:
        return
    bits = np.int64(FEW_BITS if n <= FEW else BITS)
    parts = np.int64(1) << bits
    least_s, most_s = math.inf, -math.inf
    for k in range(n):
        least_s = min(least_s, first_s[k])
        most_s = max(most_s, first_s[k])
    scale = (parts * parts - 1) / (most_s - least_s) if most_s > least_s else 0.0
    for d in range(parts):
        tally[0, d] = tally[1, d] = 0
    for k in range(n):
        q = int((first_s[k] - least_s) * scale)
        work[0, k] = q
        tally[0, q >> bits] += 1
    before = squares = 0
    for d in range(parts):
        squares += tally[0, d] * tally[0, d]
        before, tally[0, d] = before + tally[0, d], before
    if squares > CROWDED * n:
        by_low_digit(n, work, tally, parts)
    else:
        for k in range(n):
            work[1, k] = k
    for m in range(n):
        k = work[1, m]
        d = work[0, k] >> bits
        place = tally[0, d]
        tally[0, d] = place + 1
        out_s[place], out_key[place] = first_s[k], first_key[k]
    for m in range(1, n):
        t_s, key = out_s[m], out_key[m]
        k = m
        while k > 0 and (out_s[k - 1] > t_s or (out_s[k - 1] == t_s and out_key[k - 1] > key)):
            out_s[k], out_key[k] = out_s[k - 1], out_key[k - 1]
            k -= 1
        out_s[k], out_key[k] = t_s, key


@lean
def by_low_digit(n, work, tally, parts):
    """Rows of looks in order of the lower digit of work[0], into work[1]; parts: a power of 2."""
    for k in range(n):
        tally[1, work[0, k] & (parts - 1)] += 1
    before = 0
    for d in range(parts):
        before, tally[1, d] = before + tally[1, d], before
    for k in range(n):
        d = work[0, k] & (parts - 1)
        work[1, tally[1, d]] = k
        tally[1, d] += 1


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
