"""What radars make of the own flights of a trial in ``physics``.

Objects that a radar cannot mix up with others are filtered one by one; those that it can, group
by group. A radar's bias has the address of the radar alone, and what is believed of the ballistic
coefficient that of the threat alone: they are the same for all that share them. One block of
random numbers makes a look: whether it detects, and its three errors.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.load import stretch_of
from keepout.engine.rng import (
    DETECT,
    MEASURE,
    NO_ONE,
    ONCE,
    RADAR_BIAS,
    block,
    normal_pair,
    uniform,
    unit32,
)  # fmt: skip
from keepout.kernel import kernel, part
from keepout.records.defence import WINDOW_POINTS
from keepout.records.missile import CRUISE
from keepout.records.sensor import BY_SATELLITE
from keepout.sensing.crossing import crossings_kernel, head_of
from keepout.sensing.filtered import LUCK, begin_sight, filtered_sight_kernel, looks_of
from keepout.sensing.search import firm_kernel, found_kernel
from keepout.sensing.sight import sight_kernel
from keepout.sensing.slope import impact_slope_kernel
from keepout.sensing.together import DOUBLED, LOST, MEMBER, TAKEN, together_kernel

LAST_USE_S = 10.0
"""A track is of use until this long after a battery must have launched: what it believes of the
time may be wrong by some seconds."""

UNIT32 = 1.0 / 4294967296.0


@part
def rise_all(case, i, tables):
    """Write when each radar sees the own flight of threat i, and until when its track is of use."""
    lane, sample, s = tables.lane[i], tables.sample[i], np.empty(6)
    for r in range(len(case.radar)):
        begin_sight(case.radar[r], tables.face[r], lane, sample, s, tables.sight[i, r])
        tables.until_s[i, r] = last_use_s(case.battery, case.radar[r], r, tables.window[i])


@part
def last_use_s(battery, radar, r, window):
    """When the last battery that may use a radar's track of a flight could fire on it.

    battery, window  (b,) BATTERY and WINDOW rows;  radar, r  RADAR row and its number
    returns          ()  after launch [s], with LAST_USE_S to spare; -inf if none could
    """
    use_s = -math.inf
    for b in range(len(battery)):
        if window[b].open == 1 and (radar.shared == 1 or radar.owner == battery[b].unit):
            use_s = max(use_s, window[b].launch_s[WINDOW_POINTS - 1] + LAST_USE_S)
    return use_s


@kernel
def search_kernel(case, seed, trial, world, load, cue_s, handover_s, tables):
    """Let radars that search find the own flights of a trial, and confirm them.

    world        (n,) WORLD;  load (s, LOAD_COLUMNS), cue_s (n, 2) of the Scratch
    handover_s   ()  from a radar's firm track to others looking there

    Sights begin when the flight is found. What is found and not yet confirmed is confirmed first,
    by whole dwells a revisit apart; what the filter measures after are the looks of tracking, as
    many as the radar has time for: ``tables.stretch``.
    """
    for i in range(len(world)):
        if tables.aloft[i] == 0:
            continue
        name, launch_s, told_s = case.threat[i].name, world[i].launch_s, math.inf
        satellite_s, radar_s = cue_s[i, BY_SATELLITE] - launch_s, math.inf
        lane, sample = tables.lane[i], tables.sample[i]
        missile = case.missile[lane.missile]
        if missile.kind == CRUISE:
            continue  # its tracks are drawn
        for cues in range(1, -1, -1):  # first the radars that tell others where to look
            for r in range(len(case.radar)):
                radar, sight = case.radar[r], tables.sight[i, r]
                if radar.cues != cues or math.isnan(sight.rise_s):
                    continue
                a, b, c, _d = block(seed, trial, radar.name, name, DETECT, ONCE)
                found_s = found_kernel(
                    radar, tables.face[r], lane, missile, sample, unit32(a), unit32(c),
                    satellite_s, radar_s, sight,
                )  # fmt: skip
                if not found_s < sight.set_s:
                    sight.rise_s = sight.set_s = math.nan
                    continue
                sight.rise_s = sight.found_s = found_s
                sight.firm_s = firm_kernel(
                    radar, tables.face[r], lane, missile, sample, found_s, unit32(b), sight.set_s
                )
                tables.stretch[i, r] = stretch_of(
                    load[r], launch_s + found_s, launch_s + sight.set_s
                )
                if cues == 1 and sight.firm_s + handover_s < told_s:
                    told_s = sight.firm_s + handover_s
            radar_s = told_s


@kernel
def find_groups(case, world, tables):
    """Find the threats that each radar could mix up, into ``tables.parent`` and ``grouped``.

    Only of those that a filter follows: the tracks of cruise missiles are drawn.
    """
    n = len(world)
    launch_s, filtered = np.empty(n), np.zeros_like(tables.aloft)
    for i in range(n):
        launch_s[i] = world[i].launch_s
        if tables.aloft[i] == 1 and case.missile[tables.lane[i].missile].kind != CRUISE:
            filtered[i] = 1
        for r in range(len(case.radar)):
            tables.grouped[i, r] = 0
    crossings_kernel(
        case.radar, tables.face, case.missile, tables.lane, tables.sample, launch_s, filtered,
        tables.sight, tables.parent,
    )  # fmt: skip
    for r in range(len(case.radar)):
        for i in range(n):
            head = head_of(tables.parent[r], i)
            if head != i:
                tables.grouped[i, r] = tables.grouped[head, r] = 1


@kernel
def look_kernel(case, seed, trial, first, last, tables):
    """Filter threats first to last - 1, those of groups apart; arguments as ``own_kernel``."""
    for i in range(first, last):
        if tables.aloft[i] == 0:
            continue
        lane, sample = tables.lane[i], tables.sample[i]
        missile, asset = case.missile[lane.missile], case.asset[lane.asset]
        at = len(tables.lane)
        for r in range(len(case.radar)):
            at = i if tables.grouped[i, r] == 1 else at
        slope, drift = tables.slope[at], tables.drift[at]
        impact_slope_kernel(lane, sample, missile, asset, slope, drift)
        name = case.threat[i].name
        z_beta, _spare = normal_pair(seed, trial, name, NO_ONE, MEASURE, ONCE)
        for r in range(len(case.radar)):
            radar, sight = case.radar[r], tables.sight[i, r]
            if missile.kind == CRUISE:
                sight_kernel(radar, lane, missile, sample, slope, drift, sight)
                sight.filtered = 0
            elif tables.grouped[i, r] == 0 and not math.isnan(sight.rise_s):
                tables.radar[r] = radar
                tables.radar[r].revisit_s *= tables.stretch[i, r]
                watch(
                    tables.radar[r], case.models[0].tracker, lane, missile, asset, sample, slope,
                    drift, tables.until_s[i, r], z_beta, seed, trial, name, tables.face[r],
                    tables.follow, sight, tables.counts,
                )  # fmt: skip


@part
def bias_of(seed, trial, who):
    """Standard normals (3,) of a radar's bias in a trial."""
    z_bias = np.empty(3)
    z_bias[0], z_bias[1] = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE)
    z_bias[2], _spare = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE + 1)
    return z_bias


@part
def fill_luck(seed, trial, who, name, luck):
    """Draw the uniform numbers of looks, one block to each."""
    for k in range(len(luck)):
        w0, w1, w2, w3 = block(seed, trial, who, name, DETECT, ONCE + 1 + k)
        luck[k, 0] = (np.float64(w0) + 0.5) * UNIT32
        luck[k, 1] = (np.float64(w1) + 0.5) * UNIT32
        luck[k, 2] = (np.float64(w2) + 0.5) * UNIT32
        luck[k, 3] = (np.float64(w3) + 0.5) * UNIT32


@part
def watch(
    radar, tracker, lane, missile, asset, sample, slope, drift, until_s, z_beta,
    seed, trial, name, face, follow, sight, count,
):  # fmt: skip
    """Fill one Sight by filtering what one radar measures of one flight.

    name  the threat's; the rest as in ``filtered_sight_kernel``

    Looks after the last use of the track matter only to a track that is not firm by then: they
    are drawn when that turns out to be so.
    """
    who = radar.name
    z_bias = bias_of(seed, trial, who)
    phase = uniform(seed, trial, who, name, DETECT, ONCE)
    first_s, looks, _block = looks_of(radar, sight, phase)
    wanted = looks
    if until_s < sight.set_s:
        wanted = min(looks, max(0, int((until_s - first_s) / radar.revisit_s)) + 4)
    while True:
        luck = np.empty((wanted, LUCK))
        fill_luck(seed, trial, who, name, luck)
        taken = filtered_sight_kernel(
            radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, phase, luck,
            z_bias, z_beta, follow, sight,
        )  # fmt: skip
        if wanted == looks or not math.isnan(sight.firm_s):
            break
        wanted = looks
    count[TAKEN] += taken
    count[DOUBLED] += follow[0].doubled
    count[LOST] += follow[0].lost


@kernel
def group_kernel(case, seed, trial, r, world, tables):
    """Filter the groups of threats that radar r could mix up."""
    parent, n = tables.parent[r], len(world)
    radar, member = tables.radar[r], np.zeros(n, MEMBER)
    tables.radar[r] = case.radar[r]
    z_bias = bias_of(seed, trial, radar.name)
    phase = uniform(seed, trial, radar.name, NO_ONE, DETECT, ONCE)
    for head in range(n):
        if tables.aloft[head] == 0 or parent[head] != head:
            continue
        m, longest, stretch = 0, 0, 0.0
        for i in range(head, n):
            if head_of(parent, i) == head:
                sight, one = tables.sight[i, r], member[m]
                one.row, one.launch_s = i, world[i].launch_s
                one.until_s = tables.until_s[i, r]
                one.z_beta, _spare = normal_pair(
                    seed, trial, case.threat[i].name, NO_ONE, MEASURE, ONCE
                )
                longest = max(longest, looks_of(case.radar[r], sight, 0.0)[1] + 1)
                stretch += tables.stretch[i, r]
                m += 1
        if m < 2:
            continue
        radar.revisit_s = case.radar[r].revisit_s * stretch / m  # dwells serve them all
        luck = np.empty((m, longest, LUCK))
        for k in range(m):
            name = case.threat[member[k].row].name
            fill_luck(seed, trial, radar.name, name, luck[k])
        together_kernel(
            radar, tables.face[r], case.models[0].tracker, case.models[0].association, tables.lane,
            case.missile, case.asset, tables.sample, tables.slope, tables.drift, phase, luck,
            z_bias, member[:m], tables.follow, tables.sight[:, r], tables.counts,
        )  # fmt: skip
