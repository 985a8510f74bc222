"""Which points on the ground one battery defends: flights between solved ones, and looks.

A footprint asks the same of thousands of aims: when must the battery launch, and how often can
it shoot and look? Flights to aims on a coarse lattice are solved; between them every sample is
interpolated: right to metres near the ground, and on the way to the 0.3 to 4 km by which flights
of least energy, solved one by one, differ from a smooth family (tested).
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.intercept.window import intercept_for_launch, window_by
from keepout.kernel import kernel, one_row, part
from keepout.records.defence import WINDOW
from keepout.records.trajectory import LANE, SAMPLES

MOST_LOOKS = 9
"""Looks that are counted at most."""

NOT_REACHED = -1
"""Of a cell: the missile itself cannot fly there."""

STENCIL = 4


@part
def weights(at, count, wide, shift, weight):
    """Lagrange weights of the nodes about a place on an axis.

    at       ()   place in units of the spacing of ``count`` nodes
    wide     ()   4: cubic; 2: linear
    shift    ()   nodes by which the stencil is moved
    weight   (4,) filled
    returns  ()   the first node
    """
    first = min(max(int(math.floor(at)) - (wide // 2 - 1) + shift, 0), count - wide)
    u = at - first
    for i in range(wide):
        w = 1.0
        for j in range(wide):
            if j != i:
                w *= (u - j) / (i - j)
        weight[i] = w
    return first


@part
def all_reached(lane, row, column, wide):
    """Whether the missile reaches every node of a stencil."""
    for i in range(wide):
        for j in range(wide):
            if lane[row + i, column + j].reachable == 0:
                return False
    return True


@part
def stencil(lane, y, x, wy, wx):
    """The nodes that a flight is mixed from, all of them reached by the missile.

    lane     (n, m) LANE rows
    y, x     ()    place in units of the lattice
    wy, wx   (4,)  filled with weights
    returns  ()    width, first row and column; width 0 if there are none near

    Near the end of the missile's range the stencil is moved by a node towards what is reached.
    """
    for wide in (STENCIL, 2):
        for far in range(3):
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    if abs(dy) + abs(dx) != far:
                        continue
                    row = weights(y, len(lane), wide, dy, wy)
                    column = weights(x, lane.shape[1], wide, dx, wx)
                    if all_reached(lane, row, column, wide):
                        return wide, row, column
    return 0, 0, 0


@part
def blend(lane, sample, y, x, wy, wx, mixed_lane, mixed):
    """A flight between solved ones: each sample at the same share of its flight time.

    lane, sample       (n, m) LANE rows and (n, m, SAMPLES, 6)
    y, x               ()  place in units of the lattice
    wy, wx             (4,) overwritten
    mixed_lane, mixed  LANE row and (SAMPLES, 6), filled
    returns            ()  1, or 0 where the missile reaches no nodes near
    """
    wide, row, column = stencil(lane, y, x, wy, wx)
    if wide == 0:
        return 0
    mixed_lane.reachable, mixed_lane.cruise = 1, 0
    mixed_lane.flight_s = mixed_lane.burnout_s = mixed_lane.range_m = 0.0
    mixed[:] = 0.0
    for i in range(wide):
        for j in range(wide):
            w = wy[i] * wx[j]
            one, path = lane[row + i, column + j], sample[row + i, column + j]
            mixed_lane.flight_s += w * one.flight_s
            mixed_lane.burnout_s += w * one.burnout_s
            mixed_lane.range_m += w * one.range_m
            for k in range(SAMPLES):
                for c in range(6):
                    mixed[k, c] += w * path[k, c]
    mixed_lane.dt_s = mixed_lane.flight_s / (SAMPLES - 1)
    return 1


@part
def at_node(table, lane, y, x):
    """Linear between the four nodes about a place; inf where one of them is, for the nearest.

    table  (n, m)  times [s]
    lane   (n, m)  LANE rows: nodes that the missile does not reach have no time, and the nearest
           that it does reach stands for them
    """
    i = min(max(int(y), 0), len(table) - 2)
    j = min(max(int(x), 0), table.shape[1] - 2)
    p, q = y - i, x - j
    a, b, c, d = table[i, j], table[i + 1, j], table[i, j + 1], table[i + 1, j + 1]
    if max(a, b, c, d) < math.inf:
        return (1.0 - q) * ((1.0 - p) * a + p * b) + q * ((1.0 - p) * c + p * d)
    least, time_s = math.inf, math.inf
    for n in range(max(i - 1, 0), min(i + 3, len(table))):
        for m in range(max(j - 1, 0), min(j + 3, table.shape[1])):
            far = (y - n) ** 2 + (x - m) ** 2
            if lane[n, m].reachable == 1 and far < least:
                least, time_s = far, table[n, m]
    return time_s


@kernel
def looks_kernel(window, ready_s, assess_s, launch_s, intercept_s):
    """How often a battery can shoot, wait for the result and shoot again.

    window                 WINDOW row
    ready_s                ()  from when on it can launch, after launch of the threat [s]
    assess_s               ()  from an intercept to knowing its result [s]
    launch_s, intercept_s  (MOST_LOOKS,) filled [s]; nan from the last look on
    returns                ()  number of looks, MOST_LOOKS at most

    Each round leaves as soon as it may, as in the trial loop.
    """
    for k in range(MOST_LOOKS):
        launch_s[k] = intercept_s[k] = math.nan
    if window.open == 0:
        return 0
    t_s = max(ready_s, window.launch_s[0])
    looks = 0
    while looks < MOST_LOOKS:
        meets_s = intercept_for_launch(window, t_s)
        if meets_s != meets_s:
            break
        launch_s[looks], intercept_s[looks] = t_s, meets_s
        looks += 1
        t_s = meets_s + assess_s
    return looks


@kernel
def coverage_kernel(
    battery_r_ecef_m, interceptor, flyout, max_range_m, lane, sample, ready_s, assess_s, ys, xs,
    looks, spare_s,
):  # fmt: skip
    """Count the looks at a missile to every aim of a grid.

    battery_r_ecef_m    (3,)  [m]
    interceptor, flyout INTERCEPTOR row and its FLYOUT row, filled
    max_range_m         ()  the missile's longest range: aims beyond it are NOT_REACHED
    lane, sample        (n, m) LANE rows and (n, m, SAMPLES, 6) of the solved flights
    ready_s             (k, n, m) from when on the battery can launch [s], inf for never; k cases
    assess_s            ()  [s]
    ys, xs              (a,), (b,) aims in units of the lattice
    looks               (k, a, b) i8, filled: number of looks, NOT_REACHED where nothing flies
    spare_s             (k, a, b) filled: last moment to launch less the first one; -inf if none
    """
    mixed, mixed_lane = np.empty((SAMPLES, 6)), one_row(LANE)
    window, wy, wx = one_row(WINDOW), np.empty(STENCIL), np.empty(STENCIL)
    launch_s, intercept_s = np.empty(MOST_LOOKS), np.empty(MOST_LOOKS)
    scan_s = np.empty(SAMPLES)
    for a in range(len(ys)):
        for b in range(len(xs)):
            looks[:, a, b], spare_s[:, a, b] = 0, -math.inf
            flies = blend(lane, sample, ys[a], xs[b], wy, wx, mixed_lane[0], mixed)
            if flies == 0 or mixed_lane[0].range_m > max_range_m:
                looks[:, a, b] = NOT_REACHED
                continue
            window_by(
                battery_r_ecef_m, interceptor, flyout, mixed_lane[0], mixed, window[0], scan_s, 1
            )
            if window[0].open == 0:
                continue
            for k in range(len(ready_s)):
                from_s = at_node(ready_s[k], lane, ys[a], xs[b])
                looks[k, a, b] = looks_kernel(window[0], from_s, assess_s, launch_s, intercept_s)
                close_s = window[0].launch_s[-1]
                spare_s[k, a, b] = close_s - max(from_s, window[0].launch_s[0])
