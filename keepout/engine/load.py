"""A radar's time: what search, false alarms and tracks take of it, and how looks stretch.

A radar that is asked for more looks than it has time for spreads them: the time between two looks
at one object grows by the same factor for all. Deterministic, and from the raid as launched; a
radar does not drop what was shot down at once, nor what is of no danger.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.queue import ROW
from keepout.kernel import hot, lean
from keepout.records.plan import LOAD_POINTS

FREE = 0.05
"""Of its time, what tracks get at least, whatever else there is. Grade D."""

BEGIN_S, PER_S, SUMS = 0, 1, 2
"""Columns of Scratch.load: time of its first edge, intervals in a second (0: never crowded), and
from there the stretch summed over the intervals before each of LOAD_POINTS + 1 edges."""

LOAD_COLUMNS = SUMS + LOAD_POINTS + 3
"""Two more than there are edges, so that what sets at the very end needs no question."""

INSIDE = np.int64(0x7F)
"""A column masked with it is one of the row, so that no index is checked for it."""


@lean
def taken_share(radar):
    """Share of a radar's time that its search and the false alarms of the search take."""
    return radar.search_share + radar.false_share


@hot
def free_share(radar, theta):
    """Share of a radar's time that is left for tracks of real objects, in this trial."""
    taken = taken_share(radar)
    if radar.cluttered == 1:
        taken += theta[radar.false_tracks] * radar.dwell_s / radar.revisit_s
    return max(1.0 - taken, FREE)


@hot
def span_of(world):
    """First launch and last impact of what flies in a trial; world (n,) WORLD."""
    first_s, last_s = math.inf, -math.inf
    for i in range(len(world)):
        if world[i].flying == 1:
            first_s = min(first_s, world[i].launch_s)
            last_s = max(last_s, world[i].impact_s)
    return first_s, last_s


@hot
def spread(in_view, crowded, world, first_s, per_s, load):
    """Add to the edges of each interval how the load of each crowded radar changes there.

    in_view  (l, s) VIEW;  crowded (c,) rows of radars;  world (n,) WORLD;  load (s, LOAD_COLUMNS)
    """
    for i in range(len(world)):
        truth = world[i]
        if truth.flying == 0:
            continue
        row = truth.lane & ROW
        at = (truth.launch_s - first_s) * per_s + SUMS
        for n in range(len(crowded)):
            r = crowded[n] & ROW
            view = in_view[row, r]
            if view.busy > 0.0:  # within the time of the raid, as the launch and the impact are
                load[r, int(at + view.rise_s * per_s) & INSIDE] += view.busy
                load[r, int(at + view.set_s * per_s + 1.0) & INSIDE] -= view.busy


@hot
def fill_load(radars, in_view, crowded, world, theta, load):
    """The load of every radar that a raid may overload, over the time of the raid.

    radars            (s,) RADAR rows
    in_view, crowded  of the Plan of the nominal flights, also in physics
    world             (n,) WORLD as fly left it;  theta (p,);  load (s, LOAD_COLUMNS) overwritten
    """
    if len(crowded) == 0:
        return
    first_s, last_s = span_of(world)
    per_s = LOAD_POINTS / (last_s - first_s) if last_s > first_s else 0.0
    for n in range(len(crowded)):
        r = crowded[n] & ROW
        for k in range(LOAD_COLUMNS):
            load[r, k] = 0.0
        load[r, BEGIN_S], load[r, PER_S] = first_s, per_s
    if per_s == 0.0:
        return
    spread(in_view, crowded, world, first_s, per_s, load)
    for n in range(len(crowded)):
        r = crowded[n] & ROW
        per_free = 1.0 / free_share(radars[r], theta)
        busy = before = 0.0
        for k in range(SUMS, LOAD_COLUMNS):
            busy += load[r, k]
            load[r, k] = before
            before += max(busy * per_free, 1.0)


@hot
def sum_to(row, at):
    """The stretch summed up to a time, in intervals; row (LOAD_COLUMNS,)."""
    at = min(max(at, 0.0), 1.0 * LOAD_POINTS)
    k = min(int(at), LOAD_POINTS - 1)
    return row[SUMS + k] + (at - k) * (row[SUMS + k + 1] - row[SUMS + k])


@lean
def stretch_of(row, rise_s, set_s):
    """How much longer the time between looks is, in the mean over a view.

    row            (LOAD_COLUMNS,)  of Scratch.load
    rise_s, set_s  ()  of the object, on the scenario's clock
    returns        ()  1 or more
    """
    if row[PER_S] <= 0.0:
        return 1.0
    begin = (rise_s - row[BEGIN_S]) * row[PER_S]
    end = max((set_s - row[BEGIN_S]) * row[PER_S], begin + 1e-3)
    begin, end = max(begin, 0.0), min(end, 1.0 * LOAD_POINTS)
    if not end > begin:
        return 1.0
    return max((sum_to(row, end) - sum_to(row, begin)) / (end - begin), 1.0)
