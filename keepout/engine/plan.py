"""The Plan of a Case: its tables condensed for the trial loop."""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.effects.impact import apart_m
from keepout.engine.load import taken_share
from keepout.kernel import kernel, part
from keepout.records.case import Case, Rows
from keepout.records.defence import WINDOW_POINTS
from keepout.records.missile import MANOEUVRING
from keepout.records.plan import PATH, RANKS, SPAN, VIEW, Plan
from keepout.records.sensor import WATCH
from keepout.records.trajectory import SAMPLES
from keepout.sensing.estimate import impact_variance_m2
from keepout.sensing.watch import condense_kernel


def new_plan(case: Case, lanes: int | None = None) -> Plan:
    """Room for the Plan of a Case, and what in it depends on no flight.

    ``lanes``: flights that it is for; those of the Case unless said otherwise.
    """
    n = len(case.lane) if lanes is None else lanes
    b, s = len(case.battery), len(case.radar)
    shared = np.flatnonzero(case.radar.shared == 1).astype(np.int32)

    def rows(dtype: np.dtype, *shape: int) -> Rows:
        return np.zeros(shape, dtype).view(np.recarray)

    plan = Plan(
        names=np.array(case.threat.name, np.uint64),
        path=rows(PATH, n),
        span=rows(SPAN, n, b),
        watch=rows(WATCH, n, s),
        in_view=rows(VIEW, n, s),
        crowded=np.zeros(0, np.int32),
        cueing=_cueing(case),
        rank=np.zeros((n, RANKS, len(shared)), np.int16),
        first=np.full((n, RANKS, b), -1, np.int16),
        shared=shared,
        own=np.full(b, -1, np.int32),
        reaches=_reaches(case),
        apart=apart_m(case.asset),
    )
    for r in np.flatnonzero((case.radar.owner >= 0) & (case.radar.shared != 1)):
        plan.own[case.battery.unit == case.radar[r].owner] = r
    return plan


def plan_of(case: Case) -> Plan:
    """The Plan of a Case and its nominal flights."""
    plan = new_plan(case)
    fill_plan(case, plan)
    return plan._replace(crowded=_crowded(case, plan))


def _cueing(case: Case) -> np.ndarray:
    """(c,) i4: radars that tell others where to look, where any has to search."""
    if not np.any(case.radar.search_share > 0.0):
        return np.zeros(0, np.int32)
    return np.flatnonzero(case.radar.cues == 1).astype(np.int32)


def _crowded(case: Case, plan: Plan) -> np.ndarray:
    """(c,) i4: radars of which the largest raid may ask for more looks than they have time for."""
    found = []
    for r, radar in enumerate(case.radar):
        asked = len(case.threat) * float(plan.in_view["busy"][:, r].max(initial=0.0))
        if radar.search_share > 0.0 and (radar.cluttered == 1 or taken_share(radar) + asked > 1.0):
            found.append(r)
    return np.array(found, np.int32)


def _reaches(case: Case) -> np.ndarray:
    """(types, mix) i4: from this area a raid's n-th type of missile reaches all its aims."""
    types = int(case.raid.missiles.max(initial=1))
    reaches = np.zeros((types, len(case.mix)), np.int32)
    rows = np.asarray(case.mix["row"])
    for raid in case.raid:
        areas = int(raid.first_mix + raid.missiles)
        aims = areas + int(raid.areas)
        for n in range(raid.missiles):
            missile = rows[raid.first_mix + n]
            for j in range(areas, aims):
                lanes = case.lane_row[missile, rows[j], rows[aims : aims + raid.assets]]
                good = np.all(lanes >= 0) and np.all(case.lane.reachable[lanes] == 1)
                reaches[n, j] = int(good)
    return reaches


@part
def ceiling_times(sample, lane, ceiling_m):
    """When a flight is above a height: first and last time, linear between samples; inf, -inf
    if never."""
    first_s, last_s = math.inf, -math.inf
    before_m = 0.0
    for k in range(SAMPLES):
        alt_m = alt_of(sample[k, 0], sample[k, 1], sample[k, 2])
        if k > 0 and (alt_m >= ceiling_m) != (before_m >= ceiling_m):
            t_s = (k - 1 + (ceiling_m - before_m) / (alt_m - before_m)) * lane.dt_s
            if alt_m >= ceiling_m:
                first_s = min(first_s, t_s)
            else:
                last_s = t_s
        before_m = alt_m
    if first_s < math.inf and last_s < first_s:
        last_s = math.inf
    return first_s, last_s


@part
def rank_radars(watch, plan, i, flight_s, variance_m2):
    """Put the radars in order of how well they predict the impact of one flight.

    watch        (s,) WATCH rows of the flight;  i () its row in the Plan, of which ``rank`` and
                 ``first`` are filled
    flight_s     ()  launch to impact
    variance_m2  (s,) overwritten
    """
    shared = plan.shared
    for g in range(RANKS):
        t_s = (g + 0.5) / RANKS * flight_s
        rank = plan.rank[i, g]
        for r in range(len(watch)):
            variance_m2[r] = math.inf
            if watch[r].set_s > watch[r].rise_s:
                variance_m2[r] = impact_variance_m2(watch[r], t_s)
        for n in range(len(shared)):
            k = n
            while k > 0 and variance_m2[rank[k - 1]] > variance_m2[shared[n]]:
                rank[k] = rank[k - 1]
                k -= 1
            rank[k] = shared[n]
        best_m2 = variance_m2[rank[0]] if len(shared) > 0 else math.inf
        for b in range(len(plan.own)):
            own = plan.own[b]
            first = np.int64(rank[0]) if len(shared) > 0 else np.int64(-1)
            if own >= 0 and variance_m2[own] < best_m2:
                first = np.int64(own)
            plan.first[i, g, b] = first


@kernel
def fill_plan(case, plan):
    """Condense the tables of flights, sights and windows of a Case.

    case  Case: lane, sample, sight, window, radar, missile and models are read
    plan  Plan, from ``new_plan``; overwritten
    """
    ceiling_m = case.models[0].manoeuvre_ceiling_m
    variance_m2 = np.empty(len(case.radar))
    for i in range(len(case.lane)):
        lane, path = case.lane[i], plan.path[i]
        path.turns = 1 if case.missile[lane.missile].kind == MANOEUVRING else 0
        path.above_s, path.below_s = math.inf, -math.inf
        if path.turns == 1:
            path.above_s, path.below_s = ceiling_times(case.sample[i], lane, ceiling_m)
        for r in range(len(case.radar)):
            watch, view = plan.watch[i, r], plan.in_view[i, r]
            condense_kernel(case.sight[i, r], case.radar[r], watch)
            view.rise_s, view.set_s, view.busy = watch.rise_s, watch.set_s, watch.busy
        for b in range(len(case.battery)):
            span, window = plan.span[i, b], case.window[i, b]
            span.open_s = span.close_s = math.nan
            if window.open == 1:
                span.open_s, span.close_s = window.launch_s[0], window.launch_s[WINDOW_POINTS - 1]
            own = plan.own[b]
            span.own_s = math.inf
            if own >= 0 and plan.watch[i, own].set_s > plan.watch[i, own].rise_s:
                span.own_s = plan.watch[i, own].least_s
        path.ranks_per_s = RANKS / lane.flight_s if lane.flight_s > 0.0 else 0.0
        rank_radars(plan.watch[i], plan, i, lane.flight_s, variance_m2)
