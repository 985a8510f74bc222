"""One SIGHT row made by filtering the noisy looks of one radar at one missile's own flight.

``sight`` tabulates what a filter would know of a nominal flight. Here the filter runs: each
look is drawn, detected or not, measured with noise and the radar's bias of the trial, and
taken into the extended Kalman filter of ``track``. The row then tells what the filter
believed and how far from the truth it was.

Left out: false tracks, two objects in one beam, a share of the radar's time; radars do not
fuse their tracks. The filter is told when the motors have burnt out.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.earth.geodesy import normal_of
from keepout.flight.drop import sample_at
from keepout.kernel import kernel, part
from keepout.records.missile import MANOEUVRING, NO_MANOEUVRE
from keepout.records.sensor import SIGHT_POINTS

from .measure import measure
from .motion import AIR_TOP_M, LN_BETA_SIGMA, STATES, fall, ln_beta_of, slopes
from .radar import detection_p, observe
from .sight import (
    AIR_STEP_S,
    NO_PREDICTION_M,
    NO_PREDICTION_S,
    SPACE_STEP_S,
    add_bias,
    noise_of,
    rise_and_set,
    tabulate,
)
from .track import carry, track_start, track_update

MOST_UPDATES = 600
"""Updates of one filter. A radar that looks more often gives the filter the mean of 2, 3, …
looks, whose errors are smaller by the root of their number, at the time of the last."""


@kernel
def begin_sight(radar, lane, sample, s, sight):
    """Write when a radar sees a flight; clear the rest.

    radar, lane  RADAR, LANE row;  sample (SAMPLES, 6);  s (6,) overwritten
    sight        SIGHT row, overwritten: rise and set, nan if never; nothing predicted
    """
    sight.rise_s, sight.set_s = rise_and_set(radar, lane, sample, s)
    if not sight.set_s > sight.rise_s:
        sight.rise_s = sight.set_s = math.nan
    sight.filtered = 1
    sight.firm_s = math.nan
    for k in range(SIGHT_POINTS):
        sight.snr[k] = sight.time_bias_s[k] = 0.0
        sight.impact_sigma_m[k, 0] = sight.impact_sigma_m[k, 1] = NO_PREDICTION_M**2
        sight.impact_sigma_m[k, 2] = 0.0
        sight.impact_bias_m[k, 0] = sight.impact_bias_m[k, 1] = 0.0
        sight.time_sigma_s[k] = NO_PREDICTION_S
        sight.position_sigma_m[k] = NO_PREDICTION_M


@kernel
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


@part
def advance(missile, lane, from_s, to_s, state, cov, work):
    """Carry a track from one moment of the flight to another; work (2, 7, 7) overwritten.

    As ``track.track_predict``, with the noise of ``sight.noise_of`` at that moment.
    """
    limit_mps2 = math.inf
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        limit_mps2 = missile.manoeuvre_load_mps2
    f, law = work[1], missile.rv_drag_law
    t_s = from_s
    while t_s < to_s - 1e-9:
        x, y, z, u, v, w = state[0], state[1], state[2], state[3], state[4], state[5]
        low = normal_of(x, y, z)[2] < AIR_TOP_M
        h_s = min(AIR_STEP_S if low else SPACE_STEP_S, to_s - t_s)
        density, share = noise_of(missile, lane, t_s)
        fall(state, h_s, law)
        size = slopes(
            0.5 * (x + state[0]), 0.5 * (y + state[1]), 0.5 * (z + state[2]),
            0.5 * (u + state[3]), 0.5 * (v + state[4]), 0.5 * (w + state[5]), state[6], law, f,
        )  # fmt: skip
        carry(cov, work, h_s, density, min(share * size, limit_mps2))
        t_s += h_s


@part
def detections(sight, radar, p, first_s, of_looks, begin, end, run):
    """How many of the looks from begin to end - 1 detect; notes when the track is firm.

    p         ()  chance that one look detects
    of_looks  (looks,)  uniform numbers
    run       ()  detections in a row before the first of them
    returns   detections, and how many stand in a row at the end
    """
    found = 0
    for k in range(begin, end):
        if of_looks[k] < p:
            found += 1
            run += 1
            if run >= radar.confirm_looks and math.isnan(sight.firm_s):
                sight.firm_s = first_s + k * radar.revisit_s
        else:
            run = 0
    return found, run


@part
def take_mean(radar, missile, s, snr_now, found, z, n, z_bias, z_beta, begun, state, cov, work):
    """Measure the mean of some looks, and take it into the track or begin the track with it.

    s (6,), snr_now  true state, mean signal-to-noise ratio of a look;  found () looks in the mean
    z, n             normals, and the first of the three that are used
    z_bias, z_beta   as in ``filtered_sight_kernel``;  begun () whether there is a track
    """
    thin = 1.0 / math.sqrt(found)
    range_m, az_rad, el_rad = measure(
        radar, s[0], s[1], s[2], snr_now, thin * z[n], thin * z[n + 1], thin * z[n + 2],
        z_bias[0], z_bias[1], z_bias[2],
    )  # fmt: skip
    if begun:
        track_update(radar, range_m, az_rad, el_rad, snr_now, thin, state, cov, work)
    else:
        ln_beta = ln_beta_of(missile) + LN_BETA_SIGMA * z_beta
        track_start(
            radar, range_m, az_rad, el_rad, snr_now, thin, ln_beta, LN_BETA_SIGMA, state, cov
        )


@part
def write_point(
    radar, lane, missile, asset, sample, slope, drift, t_s, state, cov, work, g, s, sight, k
):  # fmt: skip
    """Write point ``k`` of a Sight from the track as it stands at a moment.

    work (4, 7, 7), g (3, 7), s (6,)  overwritten, but for work[2], which may be ``cov``
    """
    full, m = work[3], asset.to_enu
    for i in range(STATES):
        for j in range(STATES):
            full[i, j] = cov[i, j]
    add_bias(radar, state, full, g[:, :3], work[0, :3, :6])
    sample_at(sample, lane.dt_s, t_s, s)
    tabulate(radar, lane, missile, sample, slope, drift, k, t_s, full, g, s, sight)
    bias = sight.impact_bias_m[k]
    if t_s < lane.burnout_s:  # nothing to fire at: where it is now stands for the impact
        end = sample[len(sample) - 1]
        for i in range(2):
            bias[i] = 0.0
            for j in range(3):
                bias[i] += m[i, j] * (state[j] - end[j])
        sight.position_sigma_m[k] = NO_PREDICTION_M
        return
    stray2 = 0.5 * (bias[0] * bias[0] + bias[1] * bias[1])  # a ring, as in ``estimate``
    sight.impact_sigma_m[k, 0] += stray2
    sight.impact_sigma_m[k, 1] += stray2
    late_s = 0.0
    for j in range(STATES):
        # drag, and with it the fall behind, goes with 1 / beta
        error = 1.0 - math.exp(ln_beta_of(missile) - state[6]) if j == 6 else state[j] - s[j]
        bias[0] += g[0, j] * error
        bias[1] += g[1, j] * error
        late_s += g[2, j] * error
    shrink = min(1.0, NO_PREDICTION_M / max(math.hypot(bias[0], bias[1]), 1e-9))
    bias[0] *= shrink
    bias[1] *= shrink
    sight.time_bias_s[k] = max(-NO_PREDICTION_S, min(NO_PREDICTION_S, late_s))


@kernel
def filtered_sight_kernel(
    radar, lane, missile, asset, sample, slope, drift, phase, of_looks, z, z_bias, z_beta, sight
):  # fmt: skip
    """Fill one SIGHT row by filtering what one radar measures of one flight.

    radar, lane, missile, asset  RADAR, LANE, MISSILE, ASSET row
    sample                       (SAMPLES, 6)
    slope, drift                 of this flight, by ``slope.impact_slope_kernel``
    phase                        ()  uniform: when in the revisit interval the first look falls
    of_looks                     (looks,)  uniform numbers, one a look
    z                            (3 updates,)  standard normals: range, azimuth, elevation
    z_bias, z_beta               (3,), ()  standard normals: the radar's bias, and what is
                                 believed of the ballistic coefficient (LN_BETA_SIGMA)
    sight                        SIGHT row, begun by ``begin_sight``
    returns                      ()  number of updates

    Point k holds what was believed at the last update before its time: nothing in it comes
    from a later look. The covariance is the filter's own, with the bias added as in
    ``sight.sight_kernel``; errors of the state are turned into errors of the impact by the
    slopes of the true flight: a few per cent off, and up to a third while the ballistic
    coefficient is believed a third too large. The covariance is projected by the same slopes;
    those of such a wrong belief would make the filter surer. Before burnout nothing is
    predicted, and the impact is put where the object is.
    """
    work, g = np.empty((4, STATES, STATES)), np.empty((3, STATES))
    cov, s, state = work[2], np.empty(6), np.empty(STATES)
    first_s, looks, block = looks_of(radar, sight, phase)
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    point, updates, run, j, begun, then_s = 0, 0, 0, 0, False, 0.0
    while point < SIGHT_POINTS:
        end = min(j + block, looks)
        t_s = first_s + (end - 1) * radar.revisit_s if j < looks else math.inf
        if sight.rise_s + point * step_s < t_s:
            if begun:
                write_point(
                    radar, lane, missile, asset, sample, slope, drift, then_s, state, cov, work,
                    g, s, sight, point,
                )  # fmt: skip
            point += 1
            continue
        sample_at(sample, lane.dt_s, t_s, s)
        rcs_m2 = missile.body_rcs_m2 if t_s < lane.separation_s else missile.rcs_m2
        snr_now = observe(radar, s[0], s[1], s[2], rcs_m2)[3]
        p = detection_p(snr_now, radar.false_alarm_p)
        found, run = detections(sight, radar, p, first_s, of_looks, j, end, run)
        if begun:
            advance(missile, lane, then_s, t_s, state, cov, work)
        if found > 0:
            n = 3 * (j // block)
            take_mean(
                radar, missile, s, snr_now, found, z, n, z_bias, z_beta, begun, state, cov, work
            )
            begun, updates = True, updates + 1
        then_s, j = t_s, end
        sight.snr[point] = snr_now
    return updates
