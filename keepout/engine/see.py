"""see: when each radar holds a firm track, and what it then makes a battery believe.

Both are drawn when somebody asks, and only once: a number has an address, so it does not
matter when, or whether, that is.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.load import fill_load, stretch_of
from keepout.engine.queue import ROW, SERIAL
from keepout.engine.rng import (
    DETECT,
    LAUNCH_SEEN,
    LOST_GROUP,
    LOST_RADAR,
    NO_ONE,
    ONCE,
    TRACK_ERROR,
    block,
    normal_score,
    uniform,
    unit32,
)  # fmt: skip
from keepout.kernel import hot, inlined
from keepout.records.case import FUSION_COMBINED, FUSION_NONE, SENSING_PERFECT
from keepout.records.event import R_TRACK_TOO_POOR
from keepout.records.plan import RANKS
from keepout.records.sensor import BY_RADAR, BY_SATELLITE
from keepout.records.trial import ERROR_DRAWN, FIRM_DRAWN
from keepout.sensing.estimate import (
    estimate_position,
    good_from,
    impact_at,
    information,
    point_at,
    position_at,
    set_combined,
)  # fmt: skip
from keepout.sensing.watch import firm_after, found_after

NOBODY = np.int64(-1)
TRACK_SPEED_MPS = 3000.0
"""Speed of a medium-range missile where it is met; turns an error of place into one of time."""
POOR_STEP_S, POOR_STEPS = 10.0, 6
"""A battery whose track is too poor asks every so often whether it should have become better, and
looks again after a minute whatever it expects: another radar may have one by then."""

PER_TRACK_SPEED = 1.0 / TRACK_SPEED_MPS


@hot
def groups_lost(group, seed, trial, theta):
    """The cause groups that fail in this trial, a bit for each row."""
    lost = np.uint64(0)
    for g in range(len(group)):
        u = uniform(seed, trial, group[g].name, NO_ONE, LOST_GROUP, ONCE)
        if u < theta[group[g].probability]:
            lost |= np.uint64(1) << np.uint64(g)
    return lost


@hot
def draw_firm(seed, trial, radar, threat, watch, truth, off_s, load, cue_s, track):
    """When one radar's track of one threat is firm, on the scenario's clock; inf for never.

    seed, trial           address
    radar, threat, truth  RADAR, THREAT and WORLD row;  watch WATCH row
    off_s                 ()  when the radar is lost, inf if never
    load                  (LOAD_COLUMNS,)  of that radar
    cue_s                 (2,)  when it is told where to look, by satellite and by a radar
    track                 TRACK row: firm_s, found_s and stretch are written
    """
    a, b, c, _d = block(seed, trial, radar.name, threat.name, DETECT, ONCE)
    launch_s = truth.launch_s
    stretch, u_phase, found_s = 1.0, unit32(a), watch.found_s
    if watch.filtered == 0:
        found_s = found_after(
            watch, u_phase, unit32(c), cue_s[BY_SATELLITE] - launch_s, cue_s[BY_RADAR] - launch_s
        )
        stretch = stretch_of(load, launch_s + watch.rise_s, launch_s + watch.set_s)
    firm_s = launch_s + firm_after(watch, found_s, unit32(b))
    end_s = min(truth.fail_s, off_s)
    track.stretch = stretch
    track.found_s = launch_s + found_s if launch_s + found_s < end_s else math.inf
    track.firm_s = firm_s if firm_s < end_s else math.inf  # nan: never


@inlined
def firm_by(case, plan, seed, trial, world, scratch, i, r, limit_s):
    """When radar r has a firm track of threat i, if that is before a limit.

    limit_s  ()  on the scenario's clock; a later time need not be known
    returns  ()  seconds, or inf: not before the limit, or never
    """
    track = scratch.track[i, r]
    fresh = 4 * scratch.counts[SERIAL]
    if track.drawn >= fresh + FIRM_DRAWN:
        return track.firm_s
    truth = world[i]
    watch = plan.watch[truth.lane & ROW, r]
    if not truth.launch_s + watch.least_s <= limit_s:  # nan: it never sees it
        return math.inf
    track.firm_s = track.found_s = math.inf
    track.stretch = 1.0
    if scratch.radar_lost[r] == 0:
        draw_firm(
            seed, trial, case.radar[r], case.threat[i], watch, truth, scratch.radar_off_s[r],
            scratch.load[r], scratch.cue_s[i], track,
        )  # fmt: skip
    track.drawn = fresh + FIRM_DRAWN
    return track.firm_s


@inlined
def warn(case, plan, seed, trial, world, scratch):
    """When each launch is known from space, into Scratch.cue_s; inf if nobody watches."""
    models, theta = case.models[0], scratch.theta
    if models.launch_seen == 0 and len(plan.cueing) == 0:
        return
    for i in range(len(case.threat)):
        scratch.cue_s[i, BY_SATELLITE] = scratch.cue_s[i, BY_RADAR] = math.inf
        if models.launch_seen == 0 or world[i].flying == 0:
            continue
        p = theta[models.launch_seen_p]
        u = uniform(seed, trial, case.threat[i].name, NO_ONE, LAUNCH_SEEN, ONCE)
        if u < p:
            scratch.cue_s[i, BY_SATELLITE] = world[i].launch_s + theta[models.launch_delay_s]


@inlined
def prepare(case, plan, seed, trial, world, scratch):
    """Settle which radars work in a trial, what they have time for, and what is seen from space.

    plan, world  of the nominal flights, also in physics: as fly left them
    """
    theta = scratch.theta
    lost = groups_lost(case.group, seed, trial, theta)
    for r in range(len(case.radar)):
        radar = case.radar[r]
        scratch.radar_lost[r] = 1 if lost & radar.groups != NO_ONE else 0
        scratch.radar_off_s[r] = math.inf
        if radar.lost == 1:
            u = uniform(seed, trial, radar.name, NO_ONE, LOST_RADAR, ONCE)
            if u < theta[radar.lost_p]:
                scratch.radar_off_s[r] = theta[radar.lost_s]
    warn(case, plan, seed, trial, world, scratch)
    fill_load(case.radar, plan.in_view, plan.crowded, world, theta, scratch.load)


@inlined
def see(case, plan, seed, trial, world, scratch):
    """Forget what the last trial drew; tell radars what those that cue have found.

    case, plan, world, scratch  as in fight
    seed, trial                 address

    When events are recorded, all tracks are drawn here.
    """
    scratch.counts[SERIAL] += 1
    for n in range(len(plan.cueing)):
        r = plan.cueing[n] & ROW
        for i in range(len(case.threat)):
            if world[i].flying == 1:
                told_s = firm_by(case, plan, seed, trial, world, scratch, i, r, math.inf)
                told_s += scratch.theta[case.models[0].handover_s]
                scratch.cue_s[i, BY_RADAR] = min(scratch.cue_s[i, BY_RADAR], told_s)
    if len(scratch.event) == 0:
        return
    for i in range(len(case.threat)):
        for r in range(len(case.radar)):
            track = scratch.track[i, r]
            if track.drawn < 4 * scratch.counts[SERIAL]:
                track.firm_s = track.found_s = math.inf
            if world[i].flying == 1:
                firm_by(case, plan, seed, trial, world, scratch, i, r, math.inf)


@inlined
def first_shared(case, plan, seed, trial, world, scratch, i):
    """When the first of the shared radars has a firm track of threat i; inf for never."""
    best_s = math.inf
    for n in range(len(plan.shared)):
        r = plan.shared[n] & ROW
        best_s = min(best_s, firm_by(case, plan, seed, trial, world, scratch, i, r, best_s))
    return best_s


@hot
def sole_radar(case, plan, seed, trial, world, scratch, i, b):
    """Without fusion, the one radar that battery b keeps to: its own, else the first of the shared
    ones to have a firm track; -1 if none."""
    best, best_s = NOBODY, math.inf
    for r in range(len(case.radar)):
        if case.radar[r].owner == b:
            return r
    for n in range(len(plan.shared)):
        r = plan.shared[n] & ROW
        firm_s = firm_by(case, plan, seed, trial, world, scratch, i, r, best_s)
        if firm_s < best_s:
            best, best_s = r, firm_s
    return best


@inlined
def known_since(case, plan, seed, trial, world, scratch, i, b):
    """When battery b first has a track of threat i that it may fire on; inf for never."""
    truth = world[i]
    burnt_out_s = truth.launch_s + case.lane[truth.lane].burnout_s
    if case.models[0].sensing == SENSING_PERFECT:
        return burnt_out_s
    if case.models[0].fusion == FUSION_NONE:
        r = sole_radar(case, plan, seed, trial, world, scratch, i, b)
        alone_s = math.inf
        if r >= 0:
            alone_s = firm_by(case, plan, seed, trial, world, scratch, i, r & ROW, math.inf)
        return max(alone_s + scratch.stock[b].track_s, burnt_out_s)
    firm_s = scratch.belief[i].shared_s
    span = plan.span[truth.lane & ROW, b]
    if span.own_s < math.inf and truth.launch_s + span.own_s <= firm_s:
        own = plan.own[b] & ROW
        firm_s = min(firm_s, firm_by(case, plan, seed, trial, world, scratch, i, own, firm_s))
    return max(firm_s + scratch.stock[b].track_s, burnt_out_s)


@inlined
def holds(case, plan, seed, trial, world, scratch, i, r, t_s):
    """Whether radar r works and has a firm track of threat i."""
    if t_s > scratch.radar_off_s[r]:
        return False
    return firm_by(case, plan, seed, trial, world, scratch, i, r, t_s) <= t_s


@inlined
def best_radar(case, plan, seed, trial, world, scratch, i, b, t_s):
    """The radar with a firm track whose prediction of the impact is best now, or -1.

    By the order that the Plan keeps for RANKS times of the flight. The battery's own radar
    goes before the shared ones or after them all: only the best of those is compared with it.
    Nearly always the first to be asked has it.
    Where none that works has it, what a lost one last knew has to do.
    """
    if case.models[0].fusion == FUSION_NONE:
        r = sole_radar(case, plan, seed, trial, world, scratch, i, b)
        if r >= 0 and firm_by(case, plan, seed, trial, world, scratch, i, r & ROW, t_s) <= t_s:
            return r
        return NOBODY
    row = world[i].lane & ROW
    after_s = t_s - world[i].launch_s
    g = min(max(int(after_s * plan.path[row].ranks_per_s), 0), RANKS - 1) & ROW
    first = np.int64(plan.first[row, g, b])
    if first >= 0 and holds(case, plan, seed, trial, world, scratch, i, first & ROW, t_s):
        return first
    own = np.int64(plan.own[b])
    memory = NOBODY
    for n in range(len(plan.shared)):
        r = plan.rank[row, g, n] & ROW
        if firm_by(case, plan, seed, trial, world, scratch, i, r, t_s) <= t_s:
            if t_s <= scratch.radar_off_s[r]:
                return r
            memory = r
    if own >= 0:
        r = own & ROW
        if firm_by(case, plan, seed, trial, world, scratch, i, r, t_s) <= t_s:
            if t_s <= scratch.radar_off_s[r]:
                return own
            memory = own
    return memory


@hot
def draw_errors(seed, trial, radar, threat, track):
    """Draw the error of one radar's track of one threat: RADAR, THREAT and TRACK row."""
    a, b, c, _d = block(seed, trial, radar.name, threat.name, TRACK_ERROR, ONCE)
    track.z[0] = normal_score(unit32(a))
    track.z[1] = normal_score(unit32(b))
    track.z[2] = normal_score(unit32(c))
    track.drawn |= ERROR_DRAWN


@inlined
def observe(case, plan, seed, trial, world, scratch, i, b, t_s):
    """Fill Scratch.estimate with what battery b may know of the time of threat i now.

    i, b  threat and battery; the rest as in fight
    t_s   ()  now, not before ``known_since``

    returns  where now falls in the track's table of errors, as ``point_at``; for ``predict``

    This and ``predict`` are the measuring side: the only places where the World turns into an
    ESTIMATE. Everything that decides is handed the ESTIMATE alone. Where the threat comes down
    is left to ``predict``, which is called when the battery could launch.
    """
    truth = world[i]
    row = truth.lane & ROW
    belief = scratch.estimate[0]
    belief.known = 0
    belief.since_s = math.inf
    zero_s, k, w = truth.launch_s, 0, 0.0
    if case.models[0].sensing == SENSING_PERFECT:
        belief.known, belief.radar, belief.since_s = 1, NOBODY, t_s
        belief.position_sigma_m = 0.0
    else:
        r = best_radar(case, plan, seed, trial, world, scratch, i, b, t_s)
        if r < 0:
            belief.zero_s, belief.open_s, belief.close_s = zero_s, math.nan, math.nan
            return k, w
        r &= ROW
        track, off_s = scratch.track[i, r], scratch.radar_off_s[r]
        if track.drawn & ERROR_DRAWN == 0:
            draw_errors(seed, trial, case.radar[r], case.threat[i], track)
        belief.known, belief.radar, belief.since_s = 1, r, track.firm_s
        watch = plan.watch[row, r]
        k, w = point_at(watch, min(t_s, off_s) - zero_s)
        position_at(watch, k, w, t_s, zero_s, truth.impact_s, off_s, track.stretch, belief)
        if case.models[0].fusion == FUSION_COMBINED:
            combine_position(case, plan, seed, trial, world, scratch, i, b, t_s)
        # an intercept comes long before the impact: what is wrong about its time is the
        # error of place along the track, not the slow last kilometres of the fall
        zero_s += track.z[2] * belief.position_sigma_m * PER_TRACK_SPEED
    span = plan.span[row, b]
    belief.zero_s, belief.open_s = zero_s, zero_s + span.open_s
    belief.close_s = zero_s + span.close_s
    return k, w


@inlined
def may_use(case, plan, b, r):
    """Whether battery b may use the tracks of radar r."""
    return case.radar[r].shared == 1 or plan.own[b] == r


@hot
def combine_position(case, plan, seed, trial, world, scratch, i, b, t_s):
    """Sharpen the error of position of Scratch.estimate by all tracks that battery b may use."""
    truth, belief, total = world[i], scratch.estimate[0], 0.0
    row = truth.lane & ROW
    for r in range(len(case.radar)):
        if not may_use(case, plan, b, r):
            continue
        if firm_by(case, plan, seed, trial, world, scratch, i, r, t_s) <= t_s:
            estimate_position(
                plan.watch[row, r], t_s, truth.launch_s, truth.impact_s, scratch.radar_off_s[r],
                scratch.track[i, r].stretch, belief,
            )  # fmt: skip
            total += 1.0 / max(belief.position_sigma_m * belief.position_sigma_m, 1e-6)
    belief.position_sigma_m = 1.0 / math.sqrt(total)


@hot
def combine_impact(case, plan, seed, trial, world, scratch, i, b, t_s):
    """Write to Scratch.estimate where all tracks that battery b may use put the impact together."""
    truth, belief = world[i], scratch.estimate[0]
    row = truth.lane & ROW
    iee = inn = ien = he = hn = ring_m2 = 0.0
    for r in range(len(case.radar)):
        if not may_use(case, plan, b, r):
            continue
        if firm_by(case, plan, seed, trial, world, scratch, i, r, t_s) <= t_s:
            track = scratch.track[i, r]
            if track.drawn & ERROR_DRAWN == 0:
                draw_errors(seed, trial, case.radar[r], case.threat[i], track)
            flight_s = min(t_s, scratch.radar_off_s[r]) - truth.launch_s
            aee, ann, aen, ae, an, ring = information(
                plan.watch[row, r], flight_s, track.z[0], track.z[1], track.stretch
            )
            iee, inn, ien, he, hn = iee + aee, inn + ann, ien + aen, he + ae, hn + an
            ring_m2 = max(ring_m2, ring)
    set_combined(
        iee, inn, ien, he, hn, ring_m2, truth.impact_east_m, truth.impact_north_m, belief
    )  # fmt: skip


@inlined
def predict(case, plan, seed, trial, world, scratch, i, b, t_s, k, w):
    """Add to Scratch.estimate, as ``observe`` left it, where threat i seems to come down.

    k, w  what ``observe`` returned
    """
    truth, belief = world[i], scratch.estimate[0]
    row = truth.lane & ROW
    belief.plane = case.lane[row].asset
    if case.models[0].sensing == SENSING_PERFECT:
        belief.east_m, belief.north_m = truth.impact_east_m, truth.impact_north_m
        belief.var_east_m2 = belief.var_north_m2 = belief.cov_m2 = 0.0
        return
    if case.models[0].fusion == FUSION_COMBINED:
        combine_impact(case, plan, seed, trial, world, scratch, i, b, t_s)
        return
    r = belief.radar & ROW
    track = scratch.track[i, r]
    impact_at(
        plan.watch[row, r], k, w, truth.impact_east_m, truth.impact_north_m, track.z[0],
        track.z[1], track.stretch, belief,
    )  # fmt: skip


@inlined
def again_at(case, plan, world, scratch, i, b, t_s, reason, again_s):
    """When battery b looks again: ``again_s``, unless its track is too poor to fire on."""
    if reason != R_TRACK_TOO_POOR or scratch.estimate[0].radar < 0:
        return again_s
    r = scratch.estimate[0].radar & ROW
    launch_s = world[i].launch_s
    watch = plan.watch[world[i].lane & ROW, r]
    return good_from(
        watch, launch_s, t_s, POOR_STEP_S, POOR_STEPS, case.battery[b].track_quality_m,
        scratch.track[i, r].stretch,
    )  # fmt: skip
