"""A battery's field of fire: the sector in which it can meet something."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.intercept.window import position_m
from keepout.kernel import kernel, lean
from keepout.records.defence import WINDOW_POINTS
from keepout.records.event import R_OUT_OF_REACH

HALVINGS = 12
"""Bisections of an edge between two points of a window: to some hundredths of a second."""


@lean
def bearing_off_rad(battery, x_m, y_m, z_m):
    """How far the bearing of a place, seen from a battery, lies off the middle of its field.

    battery        ()  BATTERY record
    x_m, y_m, z_m  ()  the place, ECEF [m]
    returns        ()  0 to pi [rad]

    On a sphere: the vertical is taken through the Earth's centre, which turns a bearing by a
    few milliradians.
    """
    r = battery.r_ecef_m
    level = math.hypot(r[0], r[1])
    dx, dy, dz = x_m - r[0], y_m - r[1], z_m - r[2]
    east_m = (-r[1] * dx + r[0] * dy) / level
    out_m = (r[0] * dx + r[1] * dy) / level
    far = math.hypot(level, r[2])
    north_m = (level * dz - r[2] * out_m) / far
    off = math.atan2(east_m, north_m) - battery.field_azimuth_rad
    off -= 2.0 * math.pi * math.floor(off / (2.0 * math.pi) + 0.5)
    return abs(off)


@lean
def in_field(battery, lane, sample, window, w):
    """Whether the intercept at a place of a window, counted in its points, is in the field."""
    k = min(int(w), WINDOW_POINTS - 2)
    u = w - k
    t_s = (1.0 - u) * window.intercept_s[k] + u * window.intercept_s[k + 1]
    x, y, z = position_m(sample, lane.dt_s, t_s)
    return bearing_off_rad(battery, x, y, z) <= battery.field_half_rad


@lean
def longest_run(battery, lane, sample, window):
    """First and last point of the longest run of intercepts in the field; -1, -1 if none is."""
    best, best_end, start = -1, -1, -1
    for k in range(WINDOW_POINTS + 1):
        if k < WINDOW_POINTS and in_field(battery, lane, sample, window, float(k)):
            start = k if start < 0 else start
            continue
        if start >= 0 and (best < 0 or k - 1 - start > best_end - best):
            best, best_end = start, k - 1
        start = -1
    return best, best_end


@lean
def edge(battery, lane, sample, window, inside, outside):
    """The edge of the field between two places of a window, counted in its points."""
    for _ in range(HALVINGS):
        w = 0.5 * (inside + outside)
        if in_field(battery, lane, sample, window, w):
            inside = w
        else:
            outside = w
    return inside


@kernel
def field_kernel(battery, lane, sample, window):
    """Cut a window to the longest run of intercepts in the battery's field of fire.

    battery, lane  ()  BATTERY and LANE record
    sample         (SAMPLES, 6)  of the lane
    window         ()  WINDOW record, changed

    A pass through the field shorter than a point of the window (1/23 of it) may be missed.
    """
    if window.open != 1 or battery.field_half_rad >= math.pi:
        return
    first, last = longest_run(battery, lane, sample, window)
    if first < 0:
        window.open, window.why_not = 0, R_OUT_OF_REACH
        return
    low, high = float(first), float(last)
    if first > 0:
        low = edge(battery, lane, sample, window, low, low - 1.0)
    if last < WINDOW_POINTS - 1:
        high = edge(battery, lane, sample, window, high, high + 1.0)
    if high - low < 1e-3:
        window.open, window.why_not = 0, R_OUT_OF_REACH
        return
    launch_s, intercept_s = window.launch_s.copy(), window.intercept_s.copy()
    for n in range(WINDOW_POINTS):
        w = low + (high - low) * n / (WINDOW_POINTS - 1)
        k = min(int(w), WINDOW_POINTS - 2)
        u = w - k
        window.launch_s[n] = (1.0 - u) * launch_s[k] + u * launch_s[np.int64(k + 1)]
        window.intercept_s[n] = (1.0 - u) * intercept_s[k] + u * intercept_s[np.int64(k + 1)]
