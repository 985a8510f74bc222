"""see: when each radar holds a firm track, and what it then makes a battery believe."""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.rng import (
    DETECT,
    LOST_GROUP,
    NO_ONE,
    ONCE,
    TRACK_ERROR,
    TRACK_TIME_ERROR,
    normal_pair,
    uniform,
    uniform_pair,
)  # fmt: skip
from keepout.kernel import part
from keepout.records.case import SENSING_PERFECT
from keepout.records.defence import WINDOW_POINTS
from keepout.records.sensor import SIGHT_POINTS
from keepout.sensing.estimate import estimate, estimate_perfect, firm_after

NOBODY = np.int64(-1)
TRACK_SPEED_MPS = 3000.0
"""Speed of a medium-range missile where it is met; turns an error of place into one of time."""


@part
def group_lost(group, seed, trial, theta, row):
    """1 if the cause group in this row (or -1) fails in this trial."""
    if row < 0:
        return 0
    u = uniform(seed, trial, group[row].name, NO_ONE, LOST_GROUP, ONCE)
    return 1 if u < theta[group[row].probability] else 0


@part
def share_tracks(battery, radar, usable):
    """Which radar's tracks each battery may use: its own, and the shared ones.

    battery, radar  BATTERY and RADAR rows
    usable          (b, s) i4, out
    """
    for b in range(len(battery)):
        for r in range(len(radar)):
            own = radar[r].owner == b
            usable[b, r] = 1 if own or radar[r].shared == 1 else 0


@part
def see(case, seed, trial, world, scratch):
    """Find when every radar's track of every threat is firm (seconds, inf for never).

    case, world, scratch  as in fight
    seed, trial           address
    """
    for r in range(len(case.radar)):
        scratch.radar_lost[r] = group_lost(
            case.group, seed, trial, scratch.theta, case.radar[r].group
        )
    for i in range(len(case.threat)):
        if world[i].flying == 0:
            continue
        for r in range(len(case.radar)):
            scratch.firm_s[i, r] = math.inf
            row = case.sight[world[i].lane, r]
            if scratch.radar_lost[r] == 1 or math.isnan(row.rise_s):
                continue
            who, whom = case.radar[r].name, case.threat[i].name
            u, v = uniform_pair(seed, trial, who, whom, DETECT, ONCE)
            firm_s = world[i].launch_s + firm_after(row, case.radar[r], 1.0, u, v)
            if firm_s < world[i].fail_s:  # nan: never
                scratch.firm_s[i, r] = firm_s


@part
def known_since(perfect, launch_s, burnout_s, usable, firm_s, track_s):
    """When a battery first has a track that it may fire on.

    perfect                     ()  1: known from the end of boost, without a radar
    launch_s, burnout_s         ()  of the threat; burnout after launch
    usable, firm_s              (s,) rows of Scratch.usable and Scratch.firm_s
    track_s                     ()  track time it wants before firing
    returns                     ()  seconds, inf for never
    """
    if perfect == 1:
        return launch_s + burnout_s
    since_s = math.inf
    for r in range(len(firm_s)):
        if usable[r] == 1 and firm_s[r] < since_s:
            since_s = firm_s[r]
    return max(since_s + track_s, launch_s + burnout_s)


@part
def best_radar(sight, row, usable, firm_s, launch_s, t_s):
    """The radar whose track predicts the impact best now, or -1.

    sight, row        SIGHT rows of this threat
    usable, firm_s    (s,)
    launch_s, t_s     ()
    """
    best = -1
    best_var = math.inf
    for r in range(len(firm_s)):
        if usable[r] == 0 or firm_s[r] > t_s:
            continue
        s = sight[row, r]
        x = (t_s - launch_s - s.rise_s) / (s.set_s - s.rise_s) * (SIGHT_POINTS - 1)
        k = min(max(int(x), 0), SIGHT_POINTS - 1)
        var = s.impact_sigma_m[k, 0] + s.impact_sigma_m[k, 1]
        if var < best_var:
            best_var = var
            best = r
    return best


@part
def observe(case, row, seed, trial, world, scratch, i, b, t_s):
    """Fill Scratch.estimate with what battery b may know of threat i now.

    row  lane of this threat; i, b  threat and battery; the rest as in fight

    This is the measuring side: it is the only place where the World turns into an
    ESTIMATE, and everything that decides is handed the ESTIMATE alone.
    """
    belief = scratch.estimate[0]
    belief.known = 0
    belief.open_s = math.nan
    belief.close_s = math.nan
    flight = case.lane[row]
    perfect = 1 if case.models[0].sensing == SENSING_PERFECT else 0
    track_s = scratch.stock[b].track_s
    firm_s = scratch.firm_s[i]
    launch_s, impact_s = world[i].launch_s, world[i].impact_s
    belief.since_s = known_since(
        perfect, launch_s, flight.burnout_s, scratch.usable[b], firm_s, track_s
    )
    if t_s < belief.since_s:
        return
    asset = case.asset[flight.asset]
    offset = world[i].impact_offset_m
    x = asset.r_ecef_m[0] + offset[0]
    y = asset.r_ecef_m[1] + offset[1]
    z = asset.r_ecef_m[2] + offset[2]
    z_time = 0.0
    if perfect == 1:
        estimate_perfect(NOBODY, t_s, belief.since_s, x, y, z, impact_s, belief)
    else:
        r = best_radar(case.sight, row, scratch.usable[b], firm_s, launch_s, t_s)
        if r < 0:
            belief.since_s = math.inf
            return
        who, whom = case.radar[r].name, case.threat[i].name
        z_east, z_north = normal_pair(seed, trial, who, whom, TRACK_ERROR, ONCE)
        z_time, _spare = normal_pair(seed, trial, who, whom, TRACK_TIME_ERROR, ONCE)
        estimate(
            case.sight[row, r], asset, r, t_s, launch_s, firm_s[r],
            x, y, z, impact_s, z_east, z_north, z_time, belief,
        )  # fmt: skip
    plan = case.window[row, b]
    if plan.open == 1:
        # an intercept comes long before the impact: what is wrong about its time is the
        # error of place along the track, not the slow last kilometres of the fall
        zero_s = launch_s + z_time * belief.position_sigma_m / TRACK_SPEED_MPS
        belief.open_s = zero_s + plan.launch_s[0]
        belief.close_s = zero_s + plan.launch_s[WINDOW_POINTS - 1]
