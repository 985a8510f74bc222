"""Which objects come so near each other that a radar could mix up their looks.

Most objects of a raid are alone in their gates all the way, and each can be followed by itself.
Those that are not are found here, on a grid of times, and followed together (``together``).

Two objects may be mixed up at a moment if they are nearer than gates reach: REACH standard
deviations of a look along and across the sight, and along it what they may gain on each other
until the next moment. While the track of either is young and its speed unknown, NEAR_M is enough.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot, kernel

from .face import angle_var, off_cos, range_var_m2, snr_at
from .filtered import place_at

GRID_S = 4.0
"""Between two moments at which distances are looked at."""

NEAR_M = 15e3
"""Objects farther apart are never mixed up: five sigmas of the widest beams at 1,000 km."""

REACH = 7.0
"""Of a gate of five, with a track as uncertain as its looks, and the noise of both looks."""

YOUNG = 4
"""Looks after which the speed of a track is known."""


@hot
def head_of(parent, i):
    """The first of the objects that go with object i; paths are shortened on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@hot
def join(parent, i, j):
    """Let two objects go together; the lower row leads."""
    a, b = head_of(parent, i), head_of(parent, j)
    parent[max(a, b)] = min(a, b)


@hot
def could_mix(radar, face, rcs_m2, s, closing, here, young):
    """Whether one radar could mix up two objects.

    rcs_m2   ()  of the smaller;  here (3,) place of one [m]
    s        (3,)  from one to the other [m];  closing (3,) how that changes [m/s]
    young    ()  whether the track of either is
    """
    if young:
        return True
    dx, dy, dz = here[0] - face.origin[0], here[1] - face.origin[1], here[2] - face.origin[2]
    range_m = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_m
    lx, ly, lz = over * dx, over * dy, over * dz
    along = s[0] * lx + s[1] * ly + s[2] * lz
    gain_m = 0.5 * GRID_S * abs(closing[0] * lx + closing[1] * ly + closing[2] * lz)
    cosine = off_cos(face, lx, ly, lz)
    snr_now = snr_at(face, range_m, cosine, rcs_m2)
    if abs(along) > REACH * math.sqrt(range_var_m2(face, snr_now)) + gain_m + face.cell_m:
        return False
    across2 = s[0] * s[0] + s[1] * s[1] + s[2] * s[2] - along * along
    return across2 < (REACH * range_m) ** 2 * angle_var(face, snr_now, cosine)


@hot
def place_all(lane, sample, launch_s, aloft, t_s, place, before):
    """Positions of all objects at a moment, and those of the moment before; nan on the ground."""
    for i in range(len(aloft)):
        for j in range(3):
            before[i, j] = place[i, j]
        place[i, 0] = math.nan
        after_s = t_s - launch_s[i]
        if aloft[i] == 1 and 0.0 <= after_s <= lane[i].flight_s:
            x, y, z = place_at(sample[i], lane[i].dt_s, after_s)
            place[i, 0], place[i, 1], place[i, 2] = x, y, z


@hot
def sort_by_x(order, place, n):
    """Put the first n objects of a list in order of their x; nearly so already."""
    for a in range(1, n):
        i = order[a]
        x, b = place[i, 0], a
        while b > 0 and place[order[b - 1], 0] > x:
            order[b] = order[b - 1]
            b -= 1
        order[b] = i


@hot
def list_aloft(place, order, n):
    """Keep those of a list that are in the air and add those that came; the new length."""
    kept = 0
    for a in range(n):
        if place[order[a], 0] == place[order[a], 0]:
            order[kept] = order[a]
            kept += 1
    return kept


@hot
def ask_radars(radar, face, missile, lane, launch_s, sight, place, before, t_s, i, j, s, v, parent):
    """Join a near pair for every radar that could mix it up; s, v (3,) scratch."""
    for c in range(3):
        s[c] = place[j, c] - place[i, c]
        v[c] = 0.0
        was = before[j, c] - before[i, c]
        if was == was:
            v[c] = (s[c] - was) / GRID_S
    rcs_m2 = min(missile[lane[i].missile].rcs_m2, missile[lane[j].missile].rcs_m2)
    for r in range(len(radar)):
        one, other = sight[i, r], sight[j, r]
        a_s, b_s = t_s - launch_s[i] - one.rise_s, t_s - launch_s[j] - other.rise_s
        seen = a_s > -GRID_S and b_s > -GRID_S  # nan: never seen
        seen = seen and t_s - launch_s[i] < one.set_s + GRID_S
        if not (seen and t_s - launch_s[j] < other.set_s + GRID_S):
            continue
        if head_of(parent[r], i) == head_of(parent[r], j):
            continue
        young = min(a_s, b_s) < YOUNG * radar[r].revisit_s + GRID_S
        if could_mix(radar[r], face[r], rcs_m2, s, v, place[i], young):
            join(parent[r], i, j)


@kernel
def crossings_kernel(radar, face, missile, lane, sample, launch_s, aloft, sight, parent):
    """Find the objects that each radar could mix up.

    radar, face, missile   (s,) RADAR and FACE rows, MISSILE rows
    lane, sample, launch_s (n,) LANE rows, (n, SAMPLES, 6), (n,) launches on one clock [s]
    aloft                  (n,)  1: a flight that is filtered
    sight                  (n, s) SIGHT, of which rise and set are read
    parent                 (s, n)  overwritten: objects with one head (``head_of``) go together
    """
    n = len(aloft)
    place, before = np.full((n, 3), math.nan), np.full((n, 3), math.nan)
    order, s, v = np.empty(n, np.int64), np.empty(3), np.empty(3)
    first_s, last_s = math.inf, -math.inf
    for i in range(n):
        for r in range(len(radar)):
            parent[r, i] = i
        if aloft[i] == 1:
            first_s = min(first_s, launch_s[i])
            last_s = max(last_s, launch_s[i] + lane[i].flight_s)
    steps, listed = 0, 0
    if last_s > first_s:
        steps = int((last_s - first_s) / GRID_S) + 1
    for g in range(steps):
        t_s = first_s + g * GRID_S
        place_all(lane, sample, launch_s, aloft, t_s, place, before)
        listed = list_aloft(place, order, listed)
        for i in range(n):
            if place[i, 0] == place[i, 0] and before[i, 0] != before[i, 0]:
                order[listed] = i
                listed += 1
        sort_by_x(order, place, listed)
        for a in range(listed):
            i = order[a]
            for b in range(a + 1, listed):
                j = order[b]
                dx = place[j, 0] - place[i, 0]
                if dx > NEAR_M:
                    break
                dy, dz = place[j, 1] - place[i, 1], place[j, 2] - place[i, 2]
                if dx * dx + dy * dy + dz * dz < NEAR_M * NEAR_M:
                    ask_radars(
                        radar, face, missile, lane, launch_s, sight, place, before, t_s, i, j, s,
                        v, parent,
                    )  # fmt: skip
