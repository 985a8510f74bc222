"""One SIGHT row: when a radar could see a lane, how strongly, and what it would know."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import normal_of
from keepout.flight.drop import sample_at
from keepout.kernel import hot, kernel, lean, one_row, part
from keepout.records.missile import CRUISE, MANOEUVRING, NO_MANOEUVRE
from keepout.records.sensor import SIGHT_POINTS
from keepout.records.trajectory import SAMPLES

from .face import FACE, detects_p, fill_face, sees_quickly
from .motion import AIR_TOP_M, LN_BETA_SIGMA, STATES, ln_beta_of, slopes
from .radar import SCAN_POWER, lift_rad, look, looked_snr, observe, off_face_cos, snr
from .slope import SLOPE_POINTS, SLOPE_STRIDE, impact_terms
from .taking import SPEED_SIGMA_MPS
from .target import cross_section_m2, searched_rcs_m2
from .track import axes, carry, look_update

SCAN_STRIDE = 4
"""Samples between two questions whether the radar sees the lane; of a slow flight, one."""
SCAN_S = 5.0
"""Longest time between two such questions, where samples are not farther apart."""

BISECTIONS = 12
AIR_STEP_S, SPACE_STEP_S = 1.0, 10.0
"""Longest steps of the covariance along a lane, inside and above the air."""

LOOKS_PER_POINT = 2
"""Updates between two points of a Sight; each stands for all looks in its interval."""

UNKNOWN_M = 1e6
"""Each component of a position before the first look."""

LEAST_COS = 0.1
"""Least cosine of elevation in the turn by an azimuth bias (about 6 deg from the zenith)."""

NO_PREDICTION_M, NO_PREDICTION_S = 1e6, 1e3
"""One-sigma errors of a predicted impact where nothing can be predicted."""

BOOST_DENSITY = 900.0
"""Noise density of the acceleration under thrust: 30 m/s2 for a second. Grade D."""

QUIET_DENSITY = 1e-4
"""Noise density of what gravity and drag leave out [m2/s3]. Grade D."""

DRAG_SHARE = 0.1
"""Part of the drag that a tracker's model gets wrong, for a second at a time. Grade D."""

CRUISE_DENSITY = 1.0
CRUISE_SHARE = 0.1
"""Cruise missiles and drones: turning by 1 m/s2 for a second; the impact is guessed from
the heading to this part of the way that is left. Grade D."""


@hot
def edge_s(radar, face, sample, dt_s, seen_s, unseen_s, s):
    """The moment between two at which the radar gains or loses the lane, by bisection."""
    for _ in range(BISECTIONS):
        t_s = 0.5 * (seen_s + unseen_s)
        sample_at(sample, dt_s, t_s, s)
        if sees_quickly(radar, face, s[0], s[1], s[2]):
            seen_s = t_s
        else:
            unseen_s = t_s
    return seen_s


@hot
def rise_and_set(radar, face, lane, sample, s):
    """The last unbroken interval in which a radar could see a lane.

    radar, face, lane  RADAR row and its FACE, LANE row;  sample (SAMPLES, 6);  s (6,) scratch
    returns      rise, set [s after launch]; both nan if never

    Looked for every SCAN_S at least, or at every sample of a slow flight; an appearance shorter
    than that may be missed, edges are found to milliseconds.
    """
    first, last = -1, -1
    stride = SCAN_STRIDE if SCAN_STRIDE * lane.dt_s <= SCAN_S else 1
    for i in range(SAMPLES - 1, -1, -stride):
        if sees_quickly(radar, face, sample[i, 0], sample[i, 1], sample[i, 2]):
            first = i
            if last < 0:
                last = i
        elif last >= 0:
            break
    if last < 0:
        return math.nan, math.nan
    rise_s, set_s = first * lane.dt_s, last * lane.dt_s
    jump_s = stride * lane.dt_s
    if first >= stride:
        rise_s = edge_s(radar, face, sample, lane.dt_s, rise_s, rise_s - jump_s, s)
    if last < SAMPLES - 1:
        set_s = edge_s(radar, face, sample, lane.dt_s, set_s, set_s + jump_s, s)
    return rise_s, set_s


@hot
def noise_of(missile, burns):
    """Noise density [m2/s3] and unmodelled share of the drag that a tracker allows for.

    burns  ()  whether the motors still do

    Under thrust the tracker allows for any acceleration; against a type known to
    manoeuvre it allows for lift, which is at most twice its ratio to drag times the drag.
    """
    if missile.kind == CRUISE:
        return CRUISE_DENSITY, 0.0
    if burns:
        return BOOST_DENSITY, 0.0
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        return QUIET_DENSITY, DRAG_SHARE + 2.0 * missile.lift_to_drag
    return QUIET_DENSITY, DRAG_SHARE


@part
def carry_along(missile, lane, sample, from_s, to_s, cov, work, s):
    """Carry the covariance along the lane from one moment to another; s (6,) overwritten."""
    ln_beta = ln_beta_of(missile)
    limit_mps2 = math.inf
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        limit_mps2 = missile.manoeuvre_load_mps2
    t_s = from_s
    while t_s < to_s - 1e-9:
        sample_at(sample, lane.dt_s, t_s, s)
        low = normal_of(s[0], s[1], s[2])[2] < AIR_TOP_M
        h_s = min(AIR_STEP_S if low else SPACE_STEP_S, to_s - t_s)
        density, share = noise_of(missile, t_s < lane.burnout_s)
        sample_at(sample, lane.dt_s, t_s + 0.5 * h_s, s)
        size = slopes(s[0], s[1], s[2], s[3], s[4], s[5], ln_beta, missile.rv_drag_law, work[1])
        carry(cov, work, h_s, density, min(share * size, limit_mps2))
        t_s += h_s


@hot
def cross_section_at(radar, lane, missile, t_s, s):
    """Cross-section [m2] of a missile in a state s (6,), as a radar sees it."""
    r = radar.r_ecef_m
    dx, dy, dz = s[0] - r[0], s[1] - r[1], s[2] - r[2]
    return cross_section_m2(missile, lane, t_s, dx, dy, dz, s[3], s[4], s[5])


@part
def take_looks(radar, face, lane, missile, t_s, span_s, cov, work, s):
    """Take into the covariance all looks of a span of time, as one look at its end.

    face         FACE row of the radar
    t_s, span_s  ()    end of the span and its length [s]
    s            (6,)  state at that moment
    returns      ()    mean signal-to-noise ratio of a look at that moment

    n = span / revisit looks, each detected with probability p, weigh as one look with
    errors smaller by sqrt(n p): equal information on position, a little less on speed.
    The missile is seen with its whole body until separation, then with the warhead alone.
    """
    rcs_m2 = cross_section_at(radar, lane, missile, t_s, s)
    _, az_rad, el_rad, snr_now, along_m, across_m = observe(radar, s[0], s[1], s[2], rcs_m2)
    weight = span_s / radar.revisit_s * detects_p(face, missile.fluctuation, snr_now)
    if weight > 0.0:
        thin = 1.0 / math.sqrt(weight)
        look_update(radar, az_rad, el_rad, thin * along_m, thin * across_m, cov, work)
    return snr_now


@lean
def largest_axis_m(cov):
    """Largest one-sigma axis of the position in a covariance (7, 7) [m].

    Closed form of the largest eigenvalue: O. K. Smith, Comm. ACM 4 (1961) 168.
    """
    mean = (cov[0, 0] + cov[1, 1] + cov[2, 2]) / 3.0
    a, b, c = cov[0, 0] - mean, cov[1, 1] - mean, cov[2, 2] - mean
    d, e, f = cov[0, 1], cov[0, 2], cov[1, 2]
    p = math.sqrt((a * a + b * b + c * c + 2.0 * (d * d + e * e + f * f)) / 6.0)
    if not p > 0.0:
        return math.sqrt(max(mean, 0.0))
    det = a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)
    third = math.acos(min(max(0.5 * det / (p * p * p), -1.0), 1.0)) / 3.0
    return math.sqrt(max(mean + 2.0 * p * math.cos(third), 0.0))


@kernel
def add_bias(radar, s, cov, frame, shift):
    """Add to a covariance (7, 7) what one sigma of each systematic error does, in place.

    s                             (6,)  true state, ECEF
    frame, shift                  (3, 3), (3, 6)  overwritten

    A track is shifted along the line of sight, or turned as a whole about the radar:
    about the vertical by bias/cos(elevation), about the level axis across the sight by
    the bias. Its speed turns with it. That motion under gravity would in time betray a
    turned track is neglected, which errs on the large side.
    """
    range_m, az_rad, el_rad = look(radar, s[0], s[1], s[2])
    axes(radar, az_rad, el_rad, frame)
    closing = frame[0, 0] * s[3] + frame[0, 1] * s[4] + frame[0, 2] * s[5]
    turn = radar.angle_bias_rad / max(math.cos(el_rad), LEAST_COS)
    tilt, out = radar.angle_bias_rad, radar.range_bias_m
    up, side = radar.to_enu[2], frame[1]
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        dj, dk = range_m * frame[0, j], range_m * frame[0, k]
        shift[0, i] = out * frame[0, i]
        shift[0, 3 + i] = out * (s[3 + i] - closing * frame[0, i]) / range_m
        shift[1, i] = turn * (up[j] * dk - up[k] * dj)
        shift[1, 3 + i] = turn * (up[j] * s[3 + k] - up[k] * s[3 + j])
        shift[2, i] = tilt * (side[j] * dk - side[k] * dj)
        shift[2, 3 + i] = tilt * (side[j] * s[3 + k] - side[k] * s[3 + j])
    for i in range(6):
        for j in range(6):
            for source in range(3):
                cov[i, j] += shift[source, i] * shift[source, j]


@part
def tabulate(radar, lane, missile, sample, slope, drift, k, t_s, full, g, s, sight):
    """Write point ``k`` of a Sight from the covariance ``full`` (7, 7) of that moment.

    g  (3, 7)  overwritten;  s (6,) state at that moment
    """
    position_m = largest_axis_m(full)
    at = min(t_s / (lane.dt_s * SLOPE_STRIDE), SLOPE_POINTS - 1.0)
    i = min(int(at), SLOPE_POINTS - 2)
    u = at - i
    for j in range(2):
        sight.impact_bias_m[k, j] = (1.0 - u) * drift[i, j] + u * drift[i + 1, j]
    ee = nn = NO_PREDICTION_M**2
    en, tt = 0.0, NO_PREDICTION_S**2
    if missile.kind == CRUISE:
        end = sample[SAMPLES - 1]
        left2 = (end[0] - s[0]) ** 2 + (end[1] - s[1]) ** 2 + (end[2] - s[2]) ** 2
        ee = nn = CRUISE_SHARE * CRUISE_SHARE * left2 + position_m * position_m
        tt = (CRUISE_SHARE * (lane.flight_s - t_s)) ** 2
    elif t_s >= lane.burnout_s:
        for a in range(3):
            for b in range(STATES):
                g[a, b] = (1.0 - u) * slope[i, a, b] + u * slope[i + 1, a, b]
        ee, nn, en, tt = impact_terms(full, g)
    shrink = min(1.0, NO_PREDICTION_M**2 / max(ee, nn, 1e-9))
    sight.impact_sigma_m[k, 0] = shrink * ee
    sight.impact_sigma_m[k, 1] = shrink * nn
    sight.impact_sigma_m[k, 2] = shrink * en
    sight.time_sigma_s[k] = min(math.sqrt(tt), NO_PREDICTION_S)
    sight.position_sigma_m[k] = position_m


@part
def tabulate_search(radar, lane, missile, k, t_s, s, sight):
    """Write what point ``k`` of a Sight says of looks of the search, and of whole dwells.

    s  (6,)  state at that moment
    """
    range_m, az_rad, el_rad = look(radar, s[0], s[1], s[2])
    scan = math.power(off_face_cos(radar, az_rad, el_rad), SCAN_POWER)
    rcs_m2 = cross_section_at(radar, lane, missile, t_s, s)
    full_snr = snr(radar, range_m, rcs_m2) * scan
    found_snr = full_snr * searched_rcs_m2(missile, rcs_m2) / rcs_m2
    sight.full_snr[k], sight.cued_snr[k], sight.search_snr[k] = full_snr, found_snr, 0.0
    apparent = el_rad + lift_rad(range_m)
    if radar.search_low_rad <= apparent <= radar.search_high_rad:
        sight.search_snr[k] = found_snr * radar.search_dwell_s / radar.dwell_s
    share = sight.snr[k] / full_snr
    if t_s >= lane.separation_s and missile.separates == 1:  # the empty stage flies along
        body_snr = full_snr * missile.body_rcs_m2 / missile.rcs_m2
        share += looked_snr(radar.track_snr, body_snr) / body_snr
    sight.busy += share * radar.dwell_s / radar.revisit_s / SIGHT_POINTS


@kernel
def sight_kernel(radar, lane, missile, sample, slope, drift, sight):
    """Fill one SIGHT row: what one radar could see and would know of one lane.

    radar, lane, missile  RADAR, LANE, MISSILE row
    sample                (SAMPLES, 6)
    slope, drift          as ``slope.impact_slope_kernel`` filled them for the lane
    sight                 SIGHT row, overwritten
    returns               ()  1, or 0 if the radar never sees the lane: rise is nan

    The covariance is that of a filter which knows the lane (Riccati equation along it),
    with LOOKS_PER_POINT updates between two points. Before burnout nothing is predicted:
    NO_PREDICTION_M. The tracker is taken to notice burnout at once, and to have all looks
    of the revisit interval: the time budget of the radar is not spent here.
    """
    work = np.empty((4, STATES, STATES))
    cov, full, s, g = work[2], work[3], np.empty(6), np.empty((3, STATES))
    faces = one_row(FACE)
    fill_face(radar, faces[0])
    sight.rise_s, sight.set_s = rise_and_set(radar, faces[0], lane, sample, s)
    if lane.reachable == 0 or not sight.set_s > sight.rise_s:
        sight.rise_s = sight.set_s = math.nan
        return 0
    sight.fluctuation, sight.busy = missile.fluctuation, 0.0
    for i in range(STATES):
        for j in range(STATES):
            cov[i, j] = 0.0
        cov[i, i] = UNKNOWN_M**2 if i < 3 else SPEED_SIGMA_MPS**2
    cov[6, 6] = LN_BETA_SIGMA**2
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    t_s = sight.rise_s
    for look_row in range((SIGHT_POINTS - 1) * LOOKS_PER_POINT + 1):
        span_s = radar.revisit_s
        if look_row > 0:
            span_s = step_s / LOOKS_PER_POINT
            carry_along(missile, lane, sample, t_s, t_s + span_s, cov, work, s)
            t_s += span_s
        sample_at(sample, lane.dt_s, t_s, s)
        snr_now = take_looks(radar, faces[0], lane, missile, t_s, span_s, cov, work, s)
        if look_row % LOOKS_PER_POINT == 0:
            k = look_row // LOOKS_PER_POINT
            sight.snr[k] = snr_now
            tabulate_search(radar, lane, missile, k, t_s, s, sight)
            for i in range(STATES):
                for j in range(STATES):
                    full[i, j] = cov[i, j]
            random_m = largest_axis_m(full)
            add_bias(radar, s, full, g[:, :3], work[0, :3, :6])
            tabulate(radar, lane, missile, sample, slope, drift, k, t_s, full, g, s, sight)
            share = random_m / max(sight.position_sigma_m[k], 1e-9)
            sight.random_share[k] = min(share * share, 1.0)
    return 1
