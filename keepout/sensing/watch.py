"""A Sight condensed for the trial loop: when an object is found and firmly tracked, how wrong."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import hot, lean
from keepout.records.sensor import (
    BY_RADAR,
    BY_SATELLITE,
    M_CUED,
    M_FIRM,
    M_SEARCH,
    SIGHT_POINTS,
    T_LEAN,
    T_POSITION,
    T_RANDOM,
    T_ROOT,
    T_SIDE,
    T_STRAY_EAST,
    T_STRAY_NORTH,
)  # fmt: skip

from .detection import threshold_of
from .radar import seen_p

SURE = 1.0 - 1e-12
"""The most that one look detects, so that a logarithm stays finite."""


@lean
def run_success_p(p, looks):
    """Chance per further look that a run of detections is complete.

    p        ()  chance that one look detects
    looks    ()  length of the run
    returns  ()  1 / (1 + mean wait - looks), the mean wait for a run of ``looks``
                 detections in a row being (1 - p^looks) / ((1 - p) p^looks)

    W. Feller, An Introduction to Probability Theory, vol. I, 3rd ed., sec. XIII.7. Exact
    for one look; for longer runs it keeps the mean and takes the wait as geometric.
    """
    run = math.power(p, looks)
    if p >= 1.0 or run <= 0.0:
        return 1.0 if p >= 1.0 else 0.0
    return 1.0 / (1.0 + (1.0 - run) / ((1.0 - p) * run) - looks)


@hot
def p_of(sight, snr_now, pulses, threshold):
    """Chance that a look at this signal-to-noise ratio detects; 0 where nobody looks."""
    return seen_p(sight.fluctuation, snr_now, pulses, threshold) if snr_now > 0.0 else 0.0


@lean
def missed_kernel(sight, radar, watch):
    """Tabulate the logarithm of the chance that all looks so far missed.

    sight, radar  SIGHT and RADAR row
    watch         WATCH row; ``missed`` is overwritten

    Firm: that no run of detections by whole dwells is complete (consecutive, not m of n; a miss
    begins again).
    In the search and after a cue: that the object is not found; the mean over both points of an
    interval, so that half of it counts where one of them is outside the fence.
    """
    missed = watch.missed
    pulses = max(radar.pulses, 1)
    threshold = threshold_of(radar.false_alarm_p, pulses)
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    for row in range(3):
        missed[row, 0] = 0.0
    for k in range(SIGHT_POINTS - 1):
        j = k + 1
        p = p_of(sight, 0.5 * (sight.full_snr[k] + sight.full_snr[j]), pulses, threshold)
        p = run_success_p(p, radar.confirm_looks)
        missed[M_FIRM, j] = missed[M_FIRM, k] + step_s * math.log1p(-min(p, SURE))
        p = p_of(sight, sight.search_snr[k], pulses, threshold)
        p = 0.5 * (p + p_of(sight, sight.search_snr[j], pulses, threshold))
        missed[M_SEARCH, j] = missed[M_SEARCH, k] + step_s * math.log1p(-min(p, SURE))
        p = p_of(sight, sight.cued_snr[k], pulses, threshold)
        p = 0.5 * (p + p_of(sight, sight.cued_snr[j], pulses, threshold))
        missed[M_CUED, j] = missed[M_CUED, k] + step_s * math.log1p(-min(p, SURE))


@lean
def error_kernel(sight, watch):
    """Tabulate the errors of a track, with the square root of its covariance taken.

    sight, watch  SIGHT and WATCH row; ``error`` is overwritten
    """
    error = watch.error
    cov, bias = sight.impact_sigma_m, sight.impact_bias_m
    for k in range(SIGHT_POINTS):
        root = math.sqrt(max(cov[k, 0], 1e-12))
        lean = cov[k, 2] / root
        error[k, T_ROOT], error[k, T_LEAN] = root, lean
        error[k, T_SIDE] = math.sqrt(max(cov[k, 1] - lean * lean, 0.0))
        error[k, T_STRAY_EAST], error[k, T_STRAY_NORTH] = bias[k, 0], bias[k, 1]
        error[k, T_POSITION], error[k, T_RANDOM] = sight.position_sigma_m[k], sight.random_share[k]


@lean
def condense_kernel(sight, radar, watch):
    """Condense one Sight.

    sight, radar  SIGHT and RADAR row
    watch         WATCH row, overwritten; its tables only where the radar sees anything
    """
    watch.rise_s = watch.set_s = watch.least_s = watch.firm_s = watch.found_s = math.nan
    watch.filtered, watch.points_per_s = sight.filtered, 0.0
    watch.revisit_s, watch.busy = radar.revisit_s, 0.0
    if not sight.set_s > sight.rise_s:
        return
    watch.rise_s, watch.set_s, watch.busy = sight.rise_s, sight.set_s, sight.busy
    watch.points_per_s = (SIGHT_POINTS - 1) / (sight.set_s - sight.rise_s)
    watch.step_s = 1.0 / watch.points_per_s
    watch.confirm_looks = 1.0 * radar.confirm_looks
    watch.least_s = sight.rise_s + (radar.confirm_looks - 1) * radar.revisit_s
    watch.frame_s = radar.frame_s if radar.search_share > 0.0 else 0.0
    watch.cued_s[BY_SATELLITE] = radar.cued_s[BY_SATELLITE]
    watch.cued_s[BY_RADAR] = radar.cued_s[BY_RADAR]
    if sight.filtered == 1:
        watch.least_s = watch.firm_s = sight.firm_s
        watch.found_s = sight.found_s
    else:
        missed_kernel(sight, radar, watch)
    error_kernel(sight, watch)


@hot
def first_hit(watch, row, first_s, spacing_s, until_s, wanted):
    """The first of evenly spaced looks that succeeds.

    watch               WATCH row;  row () of ``missed``
    first_s, spacing_s  ()  looks fall at first + j spacing [s after launch], not before rise
    until_s             ()  no look at this time or later
    wanted              ()  logarithm of a uniform number, or what is left of it: the luck of all
    returns             time of the look, inf if none; what is left for later looks

    The chance that no look so far succeeded is followed until it falls to the uniform number: one
    number for all looks, as if each were drawn. Exact where the chance of a look stays the same
    over the spacing.
    """
    until_s = min(until_s, watch.set_s)
    if not first_s < until_s:
        return math.inf, wanted
    missed = watch.missed[row]
    at = (first_s - watch.rise_s) * watch.points_per_s
    k = min(int(at), SIGHT_POINTS - 2)
    begin = float(missed[k]) + (at - k) * (float(missed[k + 1]) - float(missed[k]))
    target = begin + wanted * spacing_s
    while k < SIGHT_POINTS - 1 and missed[k + 1] > target:
        k += 1
    if k < SIGHT_POINTS - 1:
        share = (target - float(missed[k])) / (float(missed[k + 1]) - float(missed[k]))
        at_s = watch.rise_s + (k + share) * watch.step_s - first_s
        at_s = first_s + spacing_s * math.floor(at_s / spacing_s)
        if at_s < until_s:
            return at_s, wanted
    if until_s < watch.set_s:
        looks = math.ceil((until_s - first_s) / spacing_s)
        at = (first_s + looks * spacing_s - watch.rise_s) * watch.points_per_s
        k = min(int(at), SIGHT_POINTS - 2)
        more = float(missed[k + 1]) - float(missed[k])
        used = float(missed[k]) + min(at - k, 1.0) * more - begin
        wanted = min(wanted - used / spacing_s, 0.0)
    return math.inf, wanted


@lean
def found_after(watch, u_phase, u_find, satellite_s, radar_s):
    """When a radar finds an object: by its own search, or where it is told to look.

    watch                 WATCH row
    u_phase, u_find       ()  uniform: when the first look falls; the luck of all of them
    satellite_s, radar_s  ()  when it is told, after launch of the threat; inf: never
    returns               ()  [s after launch]; inf if never

    Without a search the first look falls in the revisit interval after the object rises. A cue
    makes the looks whole dwells in a smaller piece of the sky; one from a radar replaces that
    from a satellite.
    """
    if not watch.set_s > watch.rise_s:
        return math.inf
    if watch.frame_s <= 0.0:
        return watch.rise_s + u_phase * watch.revisit_s
    wide_s, narrow_s = watch.cued_s[BY_SATELLITE], watch.cued_s[BY_RADAR]
    if not wide_s < math.inf:
        satellite_s = math.inf
    if not narrow_s < math.inf:
        radar_s = math.inf
    wanted = math.log(u_find)
    told_s = max(min(satellite_s, radar_s), watch.rise_s)
    precise_s = max(radar_s, told_s)
    first_s = watch.rise_s + u_phase * watch.frame_s
    found_s, wanted = first_hit(watch, M_SEARCH, first_s, watch.frame_s, told_s, wanted)
    if found_s == math.inf and told_s < precise_s:
        first_s = told_s + u_phase * wide_s
        found_s, wanted = first_hit(watch, M_CUED, first_s, wide_s, precise_s, wanted)
    if found_s == math.inf and precise_s < watch.set_s:
        first_s = precise_s + u_phase * narrow_s
        found_s, wanted = first_hit(watch, M_CUED, first_s, narrow_s, math.inf, wanted)
    return found_s


@lean
def firm_after(watch, found_s, u_wait):
    """When a track becomes firm: the end of the first run of ``confirm_looks`` detections.

    watch    WATCH row
    found_s  ()  when the object was found: looks at it begin
    u_wait   ()  uniform: the luck of all looks
    returns  ()  [s after launch of the threat]; inf or nan if never

    What is not confirmed yet goes first: whole dwells, a revisit apart, whatever else the radar
    tracks. A filtered Sight has drawn its looks and says when.
    """
    if watch.filtered == 1 or not watch.set_s > watch.rise_s:
        return watch.firm_s
    first_s = found_s + (watch.confirm_looks - 1.0) * watch.revisit_s
    return first_hit(watch, M_FIRM, first_s, watch.revisit_s, math.inf, math.log(u_wait))[0]
