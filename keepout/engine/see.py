"""see: when each radar holds a firm track, and what it then makes a battery believe."""

from __future__ import annotations

import math

from keepout.engine.rng import (
    DETECT, LOST_GROUP, NO_ONE, TRACK_ERROR, TRACK_TIME_ERROR, normal_pair, uniform,
)  # fmt: skip
from keepout.kernel import kernel
from keepout.records.case import SENSING_PERFECT
from keepout.records.defence import WINDOW_POINTS
from keepout.records.sensor import SIGHT_POINTS
from keepout.sensing.estimate import estimate_impact, firm_after


@kernel
def group_lost(group, seed, trial, theta, row):
    """1 if the cause group in this row (or -1) fails in this trial."""
    if row < 0:
        return 0
    u = uniform(seed, trial, group[row].name, NO_ONE, LOST_GROUP, 0)
    return 1 if u < theta[group[row].probability] else 0


@kernel
def share_tracks(battery, radar, usable):
    """Which radar's tracks each battery may use: its own, and the shared ones.

    battery, radar  BATTERY and RADAR rows
    usable          (b, s) i4, out
    """
    for b in range(len(battery)):
        for r in range(len(radar)):
            own = radar[r].owner == b
            usable[b, r] = 1 if own or radar[r].shared == 1 else 0


@kernel
def see(case, sight, row_of, seed, trial, world, scratch):
    """Find when every radar's track of every threat is firm (seconds, inf for never).

    case, world, scratch  as in fight
    sight                 (rows, s) SIGHT; row_of (n,) the row of each threat
    seed, trial           address
    """
    for r in range(len(case.radar)):
        scratch.radar_lost[r] = group_lost(
            case.group, seed, trial, scratch.theta, case.radar[r].group
        )
    for i in range(len(case.threat)):
        if world.flying[i] == 0:
            continue
        for r in range(len(case.radar)):
            scratch.firm_s[i, r] = math.inf
            row = sight[row_of[i], r]
            if scratch.radar_lost[r] == 1 or math.isnan(row.rise_s):
                continue
            u = uniform(seed, trial, case.radar[r].name, case.threat[i].name, DETECT, 0)
            firm_s = world.launch_s[i] + firm_after(row, case.radar[r], u)
            if firm_s < world.fail_s[i]:
                scratch.firm_s[i, r] = firm_s


@kernel
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


@kernel
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


@kernel
def observe(case, lane, sight, window, row, seed, trial, world, scratch, i, b, t_s):
    """Fill Scratch.estimate with what battery b may know of threat i now.

    lane, sight, window  tables and row of this threat; the rest as in fight

    This is the measuring side: it is the only place where the World turns into an
    ESTIMATE, and everything that decides is handed the ESTIMATE alone.
    """
    estimate = scratch.estimate[0]
    estimate.known = 0
    estimate.open_s = math.nan
    estimate.close_s = math.nan
    flight = lane[row]
    perfect = 1 if case.models[0].sensing == SENSING_PERFECT else 0
    estimate.since_s = known_since(
        perfect, world.launch_s[i], flight.burnout_s, scratch.usable[b], scratch.firm_s[i],
        0.0 if perfect == 1 else scratch.stock[b].track_s,
    )
    if t_s < estimate.since_s:
        return
    asset = case.asset[flight.asset]
    if perfect == 1:
        estimate.known = 1
        for k in range(3):
            estimate.impact_ecef_m[k] = asset.r_ecef_m[k] + world.impact_offset_m[i, k]
        estimate.impact_s = world.impact_s[i]
        estimate.var_east_m2 = estimate.var_north_m2 = estimate.cov_m2 = 0.0
        estimate.time_sigma_s = estimate.position_sigma_m = 0.0
    else:
        r = best_radar(
            sight, row, scratch.usable[b], scratch.firm_s[i], world.launch_s[i], t_s
        )
        if r < 0:
            estimate.since_s = math.inf
            return
        estimate.radar = r
        z_east, z_north = normal_pair(
            seed, trial, case.radar[r].name, case.threat[i].name, TRACK_ERROR, 0
        )
        z_time, _spare = normal_pair(
            seed, trial, case.radar[r].name, case.threat[i].name, TRACK_TIME_ERROR, 0
        )
        estimate_impact(
            sight[row, r], t_s - world.launch_s[i], asset.r_ecef_m, asset.to_enu,
            world.impact_offset_m[i], world.impact_s[i], z_east, z_north, z_time, estimate,
        )
    plan = window[row, b]
    if plan.open == 1:
        zero_s = estimate.impact_s - flight.flight_s
        estimate.open_s = zero_s + plan.launch_s[0]
        estimate.close_s = zero_s + plan.launch_s[WINDOW_POINTS - 1]
