"""A binary heap of (time, key): the event queue of one trial.

Ties in time are broken by the key, so the order never depends on history.
"""

from __future__ import annotations

from keepout.kernel import kernel

HEAP, SHOTS, EVENTS, LOST_EVENTS = range(4)
"""Entries of Scratch.counts."""


@kernel
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


@kernel
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
