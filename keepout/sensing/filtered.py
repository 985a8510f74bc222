"""One SIGHT row made by filtering the noisy looks of one radar at one missile's own flight.

``sight`` tabulates what a filter would know of a nominal flight. Here the filter runs: each
look is drawn, detected or not, measured with noise and the radar's bias of the trial, and
taken into the extended Kalman filter of ``track``. The row then tells what the filter
believed and how far from the truth it was.

Left out: false tracks, a share of the radar's time. Objects that come so near each other that
their looks could be mixed up are not filtered here but in ``together``.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot, kernel, lean
from keepout.records.sensor import SIGHT_POINTS
from keepout.records.trajectory import SAMPLES

from .chance import score
from .ekf import WORK, packed
from .face import detects_p, off_cos, snr_at
from .follow import begin_track, burning, carry, miss, open_track, refuse, settle, take
from .measure import measure_sight
from .motion import STATES, ln_beta_of
from .sight import (
    LEAST_COS,
    NO_PREDICTION_M,
    NO_PREDICTION_S,
    largest_axis_m,
    rise_and_set,
)
from .slope import SLOPE_POINTS, SLOPE_STRIDE
from .taking import across_of
from .target import seen_rcs_m2

MOST_UPDATES = 600
"""Updates of one filter. A radar that looks more often gives the filter the mean of 2, 3, …
looks, whose errors are smaller by the root of their number, at the time of the last."""

LUCK = 4
"""Uniform numbers of one look: whether it detects, errors of range, azimuth and elevation."""


@kernel
def begin_sight(radar, face, lane, sample, s, sight):
    """Write when a radar sees a flight; clear the rest.

    radar, face, lane  RADAR row and its FACE, LANE row
    sample, s          (SAMPLES, 6);  (6,) overwritten
    sight              SIGHT row, overwritten: rise and set, nan if never; nothing predicted
    """
    sight.rise_s, sight.set_s = rise_and_set(radar, face, lane, sample, s)
    if not sight.set_s > sight.rise_s:
        sight.rise_s = sight.set_s = math.nan
    sight.filtered = 1
    sight.firm_s = math.nan
    sight.found_s = sight.rise_s
    sight.busy = 0.0
    for k in range(SIGHT_POINTS):
        sight.snr[k] = sight.time_bias_s[k] = 0.0
        sight.full_snr[k] = sight.search_snr[k] = sight.cued_snr[k] = 0.0
        sight.impact_sigma_m[k, 0] = sight.impact_sigma_m[k, 1] = NO_PREDICTION_M**2
        sight.impact_sigma_m[k, 2] = 0.0
        sight.impact_bias_m[k, 0] = sight.impact_bias_m[k, 1] = 0.0
        sight.time_sigma_s[k] = NO_PREDICTION_S
        sight.position_sigma_m[k] = NO_PREDICTION_M


@lean
def looks_of(radar, sight, phase):
    """When the looks at one object fall.

    radar, sight  RADAR row, SIGHT row with rise and set
    phase         ()  when in the revisit interval the first look falls, 0 to 1
    returns       first look [s after launch], number of looks, looks to one update
    """
    first_s = sight.rise_s + phase * radar.revisit_s
    if not sight.set_s > first_s:
        return first_s, 0, 1
    looks = int((sight.set_s - first_s) / radar.revisit_s) + 1
    return first_s, looks, (looks - 1) // MOST_UPDATES + 1


@hot
def place_at(sample, dt_s, t_s):
    """Position of a tabulated flight at a time, as ``flight.drop.sample_at``: x, y, z [m]."""
    s = min(SAMPLES - 1.0, max(0.0, t_s / dt_s))
    i = min(int(s), SAMPLES - 2)
    u = s - i
    w = 1.0 - u
    a, b = (1.0 + 2.0 * u) * w * w, (3.0 - 2.0 * u) * u * u
    c, d = u * w * w * dt_s, -u * u * w * dt_s
    j = i + 1
    return (
        a * sample[i, 0] + b * sample[j, 0] + c * sample[i, 3] + d * sample[j, 3],
        a * sample[i, 1] + b * sample[j, 1] + c * sample[i, 4] + d * sample[j, 4],
        a * sample[i, 2] + b * sample[j, 2] + c * sample[i, 5] + d * sample[j, 5],
    )


@hot
def detections(radar, p, luck, begin_k, end_k, run):
    """How many of the looks from begin to end - 1 detect.

    p        ()  chance that one look detects;  luck (looks, LUCK)
    run      ()  detections in a row before the first of them
    returns  detections, how many stand in a row at the end, and the first look by which
             confirm_looks stood in a row, -1 if none
    """
    found, firm = 0, -1
    for k in range(begin_k, end_k):
        if luck[k, 0] < p:
            found += 1
            run += 1
            if run >= radar.confirm_looks and firm < 0:
                firm = k
        else:
            run = 0
    return found, run, firm


@hot
def snr_of(face, missile, lane, sample, t_s, x, y, z):
    """Mean signal-to-noise ratio of a look at a missile that is at a point."""
    dx, dy, dz = x - face.origin[0], y - face.origin[1], z - face.origin[2]
    range_m = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_m
    rcs_m2 = seen_rcs_m2(missile, lane, sample, t_s, dx, dy, dz)
    return snr_at(face, range_m, off_cos(face, over * dx, over * dy, over * dz), rcs_m2)


@hot
def shifts(face, x, out):
    """What one sigma of each systematic error does to a track, into ``out`` (3, 6).

    As ``sight.add_bias``: along the sight, turned about the vertical, tilted.
    """
    dx, dy, dz = x[0] - face.origin[0], x[1] - face.origin[1], x[2] - face.origin[2]
    range_m = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_m
    lx, ly, lz = over * dx, over * dy, over * dz
    ex, ey, ez, _, _, _ = across_of(face, lx, ly, lz)
    sine = face.up[0] * lx + face.up[1] * ly + face.up[2] * lz
    level = math.sqrt(max(1.0 - sine * sine, 0.0))
    closing = lx * x[3] + ly * x[4] + lz * x[5]
    tilt, along_m = face.angle_bias_rad, face.range_bias_m
    turn = tilt / max(level, LEAST_COS)
    line, side, d = (lx, ly, lz), (ex, ey, ez), (dx, dy, dz)
    v = (x[3], x[4], x[5])
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[0, i] = along_m * line[i]
        out[0, 3 + i] = along_m * over * (v[i] - closing * line[i])
        out[1, i] = turn * (face.up[j] * d[k] - face.up[k] * d[j])
        out[1, 3 + i] = turn * (face.up[j] * v[k] - face.up[k] * v[j])
        out[2, i] = tilt * (side[j] * d[k] - side[k] * d[j])
        out[2, 3 + i] = tilt * (side[j] * v[k] - side[k] * v[j])


@hot
def row_of(p, i, j, k, m, n, o, q, gx, gy, gz, gu, gv, gw, gb):
    """One row of a covariance, its places in p (28,) given, times a vector."""
    return p[i] * gx + p[j] * gy + p[k] * gz + p[m] * gu + p[n] * gv + p[o] * gw + p[q] * gb


@hot
def project(p, g, shift, out):
    """Covariance of the predicted impact with the bias added: ee, nn, en, tt into ``out`` (4,).

    p (28,);  g (3, 7) derivative of east, north [m] and time [s];  shift (3, 6)
    """
    out[0] = out[1] = out[2] = out[3] = 0.0
    for a in range(3):
        gx, gy, gz, gu, gv, gw, gb = (
            g[a, 0], g[a, 1], g[a, 2], g[a, 3], g[a, 4], g[a, 5], g[a, 6]
        )  # fmt: skip
        h = (
            row_of(p, 0, 1, 2, 6, 7, 8, 21, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 1, 3, 4, 9, 10, 11, 22, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 2, 4, 5, 12, 13, 14, 23, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 6, 9, 12, 15, 16, 17, 24, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 7, 10, 13, 16, 18, 19, 25, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 8, 11, 14, 17, 19, 20, 26, gx, gy, gz, gu, gv, gw, gb),
            row_of(p, 21, 22, 23, 24, 25, 26, 27, gx, gy, gz, gu, gv, gw, gb),
        )
        own = h[0] * gx + h[1] * gy + h[2] * gz + h[3] * gu + h[4] * gv + h[5] * gw + h[6] * gb
        out[3 if a == 2 else a] = own
        if a == 0:
            n = g[1]
            out[2] = h[0] * n[0] + h[1] * n[1] + h[2] * n[2] + h[3] * n[3] + h[4] * n[4]
            out[2] += h[5] * n[5] + h[6] * n[6]
    for source in range(3):
        e, n, t = 0.0, 0.0, 0.0
        for j in range(6):
            e += g[0, j] * shift[source, j]
            n += g[1, j] * shift[source, j]
            t += g[2, j] * shift[source, j]
        out[0] += e * e
        out[1] += n * n
        out[2] += e * n
        out[3] += t * t


@hot
def position_sigma_m(p, shift, cov):
    """Largest one-sigma axis of the position with the bias added [m]; cov (3, 3) overwritten."""
    for i in range(3):
        for j in range(i, 3):
            total = p[packed(i, j)]
            for source in range(3):
                total += shift[source, i] * shift[source, j]
            cov[i, j] = cov[j, i] = total
    return largest_axis_m(cov)


@hot
def write_point(
    face, lane, missile, to_enu, sample, slope, drift, t_s, x, p, burns, room, sight, k
):  # fmt: skip
    """Write point ``k`` of a Sight from the track as it stands at a moment.

    burns  ()  whether the tracker takes it to be under thrust;  room (10, 7) overwritten
    """
    g, shift, cov, terms = room[:3], room[3:6, :6], room[6:9, :3], room[9]
    shifts(face, x, shift)
    bias = sight.impact_bias_m[k]
    if burns or t_s < lane.burnout_s:  # nothing to fire at: where it is stands for the impact
        end = sample[SAMPLES - 1]
        for i in range(2):
            bias[i] = 0.0
            for j in range(3):
                bias[i] += to_enu[i, j] * (x[j] - end[j])
        return
    sight.position_sigma_m[k] = position_sigma_m(p, shift, cov)
    at = min(t_s / (lane.dt_s * SLOPE_STRIDE), SLOPE_POINTS - 1.0)
    i = min(int(at), SLOPE_POINTS - 2)
    b = at - i
    a = 1.0 - b
    for j in range(3):
        for m in range(STATES):
            g[j, m] = a * slope[i, j, m] + b * slope[i + 1, j, m]
    project(p, g, shift, terms)
    shrink = min(1.0, NO_PREDICTION_M**2 / max(terms[0], terms[1], 1e-9))
    bias[0] = a * drift[i, 0] + b * drift[i + 1, 0]
    bias[1] = a * drift[i, 1] + b * drift[i + 1, 1]
    stray2 = 0.5 * (bias[0] * bias[0] + bias[1] * bias[1])  # a ring, as in ``estimate``
    sight.impact_sigma_m[k, 0] = shrink * terms[0] + stray2
    sight.impact_sigma_m[k, 1] = shrink * terms[1] + stray2
    sight.impact_sigma_m[k, 2] = shrink * terms[2]
    sight.time_sigma_s[k] = min(math.sqrt(terms[3]), NO_PREDICTION_S)
    add_errors(lane, missile, sample, t_s, x, g, sight, k)


@hot
def add_errors(lane, missile, sample, t_s, x, g, sight, k):
    """Add to the biases of point ``k`` what the track's error makes of the predicted impact."""
    s = min(SAMPLES - 1.0, max(0.0, t_s / lane.dt_s))
    i = min(int(s), SAMPLES - 2)
    u = s - i
    bias, late_s, dt_s = sight.impact_bias_m[k], 0.0, lane.dt_s
    # drag, and with it the fall behind, goes with 1 / beta
    error = 1.0 - math.exp(ln_beta_of(missile) - x[6])
    east, north, late_s = g[0, 6] * error, g[1, 6] * error, g[2, 6] * error
    for j in range(3):  # cubic Hermite polynomial, as flight.drop.sample_at
        r0, r1 = sample[i, j], sample[i + 1, j]
        c1, d1 = dt_s * sample[i, 3 + j], dt_s * sample[i + 1, 3 + j]
        c2, c3 = 3.0 * (r1 - r0) - 2.0 * c1 - d1, 2.0 * (r0 - r1) + c1 + d1
        far_m = x[j] - (r0 + u * (c1 + u * (c2 + u * c3)))
        fast_mps = x[3 + j] - (c1 + u * (2.0 * c2 + 3.0 * u * c3)) / dt_s
        east += g[0, j] * far_m + g[0, 3 + j] * fast_mps
        north += g[1, j] * far_m + g[1, 3 + j] * fast_mps
        late_s += g[2, j] * far_m + g[2, 3 + j] * fast_mps
    bias[0] += east
    bias[1] += north
    shrink = min(1.0, NO_PREDICTION_M / max(math.hypot(bias[0], bias[1]), 1e-9))
    bias[0] *= shrink
    bias[1] *= shrink
    sight.time_bias_s[k] = max(-NO_PREDICTION_S, min(NO_PREDICTION_S, late_s))


@hot
def hold_point(sight, k):
    """Copy point k - 1 of a Sight to point k: what was believed stays."""
    sight.snr[k] = sight.snr[k - 1]
    for j in range(3):
        sight.impact_sigma_m[k, j] = sight.impact_sigma_m[k - 1, j]
    for j in range(2):
        sight.impact_bias_m[k, j] = sight.impact_bias_m[k - 1, j]
    sight.time_sigma_s[k] = sight.time_sigma_s[k - 1]
    sight.time_bias_s[k] = sight.time_bias_s[k - 1]
    sight.position_sigma_m[k] = sight.position_sigma_m[k - 1]


@hot
def look_at(face, place, snr_now, found, u, z_bias):
    """Measure the mean of some looks: range [m] and direction (unit vector, ECEF), and how thin.

    place, snr_now   true position (x, y, z) and mean signal-to-noise ratio of a look
    found, u         ()  looks in the mean; (LUCK,) uniform numbers of the last of them
    z_bias           as in ``filtered_sight_kernel``
    """
    thin = 1.0 / math.sqrt(found)
    range_m, mx, my, mz = measure_sight(
        face, place[0], place[1], place[2], snr_now, thin * score(u[1]), thin * score(u[2]),
        thin * score(u[3]), z_bias[0], z_bias[1], z_bias[2],
    )  # fmt: skip
    return range_m, mx, my, mz, thin


@hot
def take_in(face, tracker, missile, place, snr_now, found, u, z_bias, z_beta, t_s, track, spare):
    """Measure, and take the look into the track, or begin the track with it; whether it was taken.

    Arguments as ``look_at`` and ``follow.begin_track``; the track was carried to its time.
    """
    range_m, mx, my, mz, thin = look_at(face, place, snr_now, found, u, z_bias)
    if track.begun == 1:
        if take(face, range_m, mx, my, mz, snr_now, thin, track, spare):
            return True
        if not refuse(track):
            return False
    begin_track(face, tracker, missile, range_m, mx, my, mz, snr_now, thin, z_beta, t_s, track)
    return True


@hot
def filter_looks(
    radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, phase, luck,
    z_bias, z_beta, work, room, track, spare, sight,
):  # fmt: skip
    """The loop of ``filtered_sight_kernel``; work WORK, room (10, 7), track, spare scratch."""
    first_s, looks, block = looks_of(radar, sight, phase)
    looks = min(looks, len(luck))
    revisit_s = radar.revisit_s
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    point, updates, run, j, last_s, snr_now = 0, 0, 0, 0, 0.0, 0.0
    open_track(tracker, missile, track)
    while point < SIGHT_POINTS:
        end = min(j + block, looks)
        t_s = first_s + (end - 1) * revisit_s if j < looks else math.inf
        if sight.rise_s + point * step_s < t_s:
            sight.snr[point] = snr_now
            if track.begun == 1 and last_s <= until_s:
                carry(missile, lane.burnout_s, last_s, track, work)
                settle(track)
                write_point(
                    face, lane, missile, asset.to_enu, sample, slope, drift, last_s, track.x,
                    track.p, burning(track), room, sight, point,
                )  # fmt: skip
            elif point > 0 and last_s > until_s:
                hold_point(sight, point)
            point += 1
            continue
        place = place_at(sample, lane.dt_s, t_s)
        snr_now = snr_of(face, missile, lane, sample, t_s, place[0], place[1], place[2])
        p_look = detects_p(face, missile.fluctuation, snr_now)
        found, run, firm = detections(radar, p_look, luck, j, end, run)
        if firm >= 0 and math.isnan(sight.firm_s):
            sight.firm_s = first_s + firm * revisit_s
        if t_s <= until_s:
            if found > 0:
                if track.begun == 1:
                    carry(missile, lane.burnout_s, t_s, track, work)
                u = luck[end - 1]
                if take_in(
                    face, tracker, missile, place, snr_now, found, u, z_bias, z_beta, t_s, track,
                    spare,
                ):  # fmt: skip
                    updates += 1
            elif track.begun == 1:
                miss(face, t_s, track)
        last_s, j = t_s, end
        if t_s > until_s and not math.isnan(sight.firm_s):
            j = looks
    return updates


@kernel
def filtered_sight_kernel(
    radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, phase, luck,
    z_bias, z_beta, follow, sight,
):  # fmt: skip
    """Fill one SIGHT row by filtering what one radar measures of one flight.

    radar, face, lane, missile, asset  RADAR row and its FACE; LANE, MISSILE, ASSET row
    tracker           ()  TRACKER_*
    sample            (SAMPLES, 6)
    slope, drift      of this flight, by ``slope.impact_slope_kernel``
    until_s           ()  last use of the track [s after launch]: no later look is measured
    phase             ()  uniform: when in the revisit interval the first look falls
    luck              (looks, LUCK)  uniform numbers; looks beyond them are not made
    z_bias, z_beta    (3,), ()  standard normals: the radar's bias, and what is believed of the
                      ballistic coefficient (LN_BETA_SIGMA)
    follow            (2,) FOLLOW, overwritten: the track as its last look left it, and scratch
    sight             SIGHT row, begun by ``begin_sight``
    returns           ()  number of updates

    Point k holds what was believed at the last look before its time. The covariance is the
    filter's own, with the bias added as in ``sight.sight_kernel``; it and the errors of the state
    go to the impact by the slopes of the true flight: a few per cent off, and up to a third while
    the ballistic coefficient is believed a third too large.
    Before burnout nothing is predicted, and the impact is put where the object is; a track of
    modes that takes it to burn still predicts nothing after it either.
    """
    work, room = np.empty(WORK), np.empty((10, STATES))
    return filter_looks(
        radar, face, lane, missile, asset, tracker, sample, slope, drift, until_s, phase,
        luck, z_bias, z_beta, work, room, follow[0], follow[1], sight,
    )  # fmt: skip
