"""One track in the loop of a trial: one filter, or two motions at once where two are possible.

A track of the extended Kalman filter is told when the motors have burnt out. A track of modes
finds out: it weighs ballistic flight against thrust while the object climbs, and against
manoeuvre while it comes down in the air. What cannot be is not weighed: nothing thrusts on its
way down, nothing turns above the air, and a motor that has gone out stays out. So at most two of
the three motions of ``modes`` run at a time, and above the air one (a variable structure: X. R. Li
& Y. Bar-Shalom, IEEE Trans. AES 32 (1996) 1183).

A look outside the gate is not taken. A track is dropped when LOSE looks in a row were outside, or
when looks show nothing for so long that it could be anywhere in the beam; the next look begins it
anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot
from keepout.records.case import (
    TRACKER_AUTO,
    TRACKER_EKF_6,
    TRACKER_IMM,
    TRACKER_LAST,
    TRACKER_UKF,
)  # fmt: skip
from keepout.records.missile import MANOEUVRING, NO_MANOEUVRE

from .ekf import CLEAR_M2, PACKED, predict
from .modes import BOOST, MANOEUVRE, MODES, RATES_PS, add_outer, predict_mode
from .motion import LN_BETA_SIGMA, STATES, ln_beta_of
from .sight import noise_of
from .sigma import ROOM, step, weigh_track
from .taking import begin, weigh_look

GATE = 25.0
"""Squared distance over its variance beyond which a look is not taken: 1.5e-5 of right ones."""

LOSE = 4
"""Looks in a row outside the gate that end a track. Grade D."""

SETTLED = 10
"""Looks after which a track that is dropped counts as lost: before, it was only a try."""

NONE = np.int64(-1)
FIRST_CHANCE, TURN_CHANCE, LEAST = 0.5, 0.02, 1e-6
"""Of the second motion: when a track begins, when the motion becomes possible, and at least."""

BURNT_OUT = 1e-4
"""A chance of thrust below which the motor is taken to have gone out."""

BALLISTIC = MODES[1]
LAST = np.int64(2)
"""A track that is its last look alone: what is left of the loop when nothing is filtered."""

FOLLOW = np.dtype(
    [
        ("x", np.float64, (STATES,)),  # the estimate, merged when ``settle`` is asked
        ("p", np.float64, (PACKED,)),
        ("xs", np.float64, (2, STATES)),  # ballistic, and the other motion
        ("ps", np.float64, (2, PACKED)),
        ("chance", np.float64),  # of the other motion
        ("other", np.int64),  # BOOST, MANOEUVRE, or NONE: then x and p hold the track
        ("boosting", np.int64),  # 1: the motor may still burn
        ("modes", np.int64),  # 1: of modes; LAST: no filter at all
        ("begun", np.int64),  # 1: there is a track
        ("refused", np.int64),  # looks in a row
        ("hits", np.int64),  # looks taken since it began
        ("lost", np.int64),  # times that a settled track was dropped
        ("then_s", np.float64),  # time of the estimate, after launch
        ("doubled", np.int64),  # updates of two motions
    ]
)
"""One track in the loop. Scratch, overwritten from one to the next."""

SIGMA = np.dtype([*ROOM, *FOLLOW.descr])
"""One track of the unscented filter. Room first: numba takes a record that only adds fields at the
end for one of the shorter kind."""


def tracks_of(tracker: int, count: int) -> Any:
    """Rows for so many tracks of a filter, TRACKER_*."""
    return np.zeros(count, SIGMA if tracker == TRACKER_UKF else FOLLOW).view(np.recarray)


@hot
def open_track(tracker, missile, track):
    """Clear a track before the first look at a missile; tracker () TRACKER_*."""
    track.begun = track.refused = track.lost = track.doubled = track.hits = 0
    track.other, track.chance, track.then_s = NONE, 0.0, 0.0
    turns = tracker == TRACKER_AUTO and missile.kind == MANOEUVRING
    track.modes = 1 if turns or tracker == TRACKER_IMM else 0
    if tracker == TRACKER_LAST:
        track.modes = LAST


@hot
def begin_track(face, tracker, missile, range_m, mx, my, mz, snr_now, thin, z_beta, t_s, track):
    """Begin a track with one look, as ``taking.begin``; z_beta () error of the coefficient.

    With six states the coefficient is believed as it is, and not learned.
    """
    ln_beta = ln_beta_of(missile) + LN_BETA_SIGMA * z_beta
    sigma = 0.0 if tracker == TRACKER_EKF_6 else LN_BETA_SIGMA
    begin(face, range_m, mx, my, mz, snr_now, thin, ln_beta, sigma, track.x, track.p)
    track.begun, track.refused, track.hits, track.then_s = 1, 0, 1, t_s
    track.boosting, track.other = 1, NONE
    if track.modes == 1:  # of the velocity nothing is known yet: it may climb
        split(track, BOOST, FIRST_CHANCE)


@hot
def split(track, other, chance):
    """Go on with ballistic flight and another motion, both from the estimate as it stands."""
    track.other, track.chance = other, chance
    xs, ps, x, p = track.xs, track.ps, track.x, track.p
    for i in range(STATES):
        xs[0, i] = xs[1, i] = x[i]
    for i in range(PACKED):
        ps[0, i] = ps[1, i] = p[i]


@hot
def settle(track):
    """Merge the motions into ``x`` and ``p``: mean and covariance of the mixture."""
    if track.other < 0:
        return
    w = track.chance
    x, p, a, b = track.x, track.p, track.xs[0], track.xs[1]
    pa, pb = track.ps[0], track.ps[1]
    for i in range(STATES):
        x[i] = a[i] + w * (b[i] - a[i])
    for i in range(PACKED):
        p[i] = pa[i] + w * (pb[i] - pa[i])
    add_outer(
        p, w * (1.0 - w), b[0] - a[0], b[1] - a[1], b[2] - a[2], b[3] - a[3], b[4] - a[4],
        b[5] - a[5], b[6] - a[6],
    )  # fmt: skip


@hot
def course(x):
    """Whether an object climbs, and whether it is in the air."""
    climbs = x[0] * x[3] + x[1] * x[4] + x[2] * x[5] > 0.0
    return climbs, x[0] * x[0] + x[1] * x[1] + x[2] * x[2] < CLEAR_M2


@hot
def review(track):
    """Which motions are possible now: go over to them.

    The estimate that is nearest at hand tells height and direction: that of ballistic flight.
    """
    if track.other < 0:
        climbs, low = course(track.x)
    else:
        climbs, low = course(track.xs[0])
    if track.other == BOOST and track.chance < BURNT_OUT:
        track.boosting = 0
    wanted = NONE
    if climbs or track.then_s <= 0.0:
        wanted = BOOST if track.boosting == 1 else NONE
    elif low:
        wanted = MANOEUVRE
    if wanted == track.other:
        return
    settle(track)
    track.other = NONE
    if wanted >= 0:
        split(track, wanted, TURN_CHANCE)


@hot
def mix_two(track, dt_s):
    """Begin a step with each motion's share of both, the past motion unknown.

    As ``modes.mix`` for two: both mixtures differ from the first estimate by a share of the same
    difference.
    """
    j = track.other
    to, back = RATES_PS[1, j], RATES_PS[j, 1]
    goes, comes = 1.0 - math.exp(-to * dt_s), 1.0 - math.exp(-back * dt_s)
    b = track.chance
    a = 1.0 - b
    here, there = a * (1.0 - goes) + b * comes, a * goes + b * (1.0 - comes)
    u, v = b * comes / here, b * (1.0 - comes) / there  # share of the second in each mixture
    track.chance = there
    xa, xb, pa, pb = track.xs[0], track.xs[1], track.ps[0], track.ps[1]
    d0, d1, d2, d3 = xb[0] - xa[0], xb[1] - xa[1], xb[2] - xa[2], xb[3] - xa[3]
    d4, d5, d6 = xb[4] - xa[4], xb[5] - xa[5], xb[6] - xa[6]
    for i in range(STATES):
        d = xb[i] - xa[i]
        xb[i] = xa[i] + v * d
        xa[i] += u * d
    for i in range(PACKED):
        d = pb[i] - pa[i]
        pb[i] = pa[i] + v * d
        pa[i] += u * d
    add_outer(pa, u * (1.0 - u), d0, d1, d2, d3, d4, d5, d6)
    add_outer(pb, v * (1.0 - v), d0, d1, d2, d3, d4, d5, d6)


@hot
def burning(track):
    """Whether a track of modes takes its object to be under thrust."""
    return track.other == BOOST and track.chance >= 0.5


@hot
def limit_of(missile):
    """Largest unmodelled acceleration that a tracker allows for [m/s2]."""
    if missile.manoeuvre != NO_MANOEUVRE and missile.kind == MANOEUVRING:
        return missile.manoeuvre_load_mps2
    return math.inf


@hot
def carry(missile, burnout_s, to_s, track, work):
    """Carry a track to a time without a look.

    burnout_s, to_s  ()  on the clock of ``then_s``;  work ``ekf.WORK``, overwritten
    """
    if track.modes == 1:
        carry_modes(missile, to_s, track, work)
        return
    if track.modes == LAST:
        track.then_s = to_s
        return
    from_s, law, limit_mps2 = track.then_s, missile.rv_drag_law, limit_of(missile)
    if from_s < burnout_s < to_s:
        density, share = noise_of(missile, True)
        step(track, burnout_s - from_s, law, density, share, limit_mps2, work)
        from_s = burnout_s
    density, share = noise_of(missile, from_s < burnout_s)
    step(track, to_s - from_s, law, density, share, limit_mps2, work)
    track.then_s = to_s


@hot
def carry_modes(missile, to_s, track, work):
    """As ``carry``, for a track of modes."""
    dt_s, law = to_s - track.then_s, missile.rv_drag_law
    review(track)
    if track.other < 0:
        predict(track.x, track.p, dt_s, law, BALLISTIC[1], BALLISTIC[3], math.inf, work)
    else:
        mix_two(track, dt_s)
        predict(
            track.xs[0], track.ps[0], dt_s, law, BALLISTIC[1], BALLISTIC[3], math.inf, work
        )  # fmt: skip
        predict_mode(MODES[track.other], track.xs[1], track.ps[1], dt_s, law, work)
    track.then_s = to_s


@hot
def copy_to(x, p, x2, p2):
    """Copy an estimate."""
    for i in range(STATES):
        x2[i] = x[i]
    for i in range(PACKED):
        p2[i] = p[i]


@hot
def take(face, range_m, mx, my, mz, snr_now, thin, track, spare):
    """Take a look into a track that was carried to its time, if the look lies in its gate.

    range_m … thin  as ``taking.begin``;  spare FOLLOW row, overwritten
    returns         whether it was taken
    """
    if track.modes == LAST:
        begin(
            face, range_m, mx, my, mz, snr_now, thin, track.x[6], LN_BETA_SIGMA, track.x, track.p
        )  # fmt: skip
        return True
    if track.other < 0:
        copy_to(track.x, track.p, spare.x, spare.p)
        chi2, _ = weigh_track(track, face, range_m, mx, my, mz, snr_now, thin)
        if not chi2 < GATE:
            copy_to(spare.x, spare.p, track.x, track.p)
            return False
        track.refused = 0
        track.hits += 1
        return True
    xs, ps, xs2, ps2 = track.xs, track.ps, spare.xs, spare.ps
    copy_to(xs[0], ps[0], xs2[0], ps2[0])
    copy_to(xs[1], ps[1], xs2[1], ps2[1])
    first, a = weigh_look(face, range_m, mx, my, mz, snr_now, thin, xs[0], ps[0])
    second, b = weigh_look(face, range_m, mx, my, mz, snr_now, thin, xs[1], ps[1])
    if not (first < GATE or second < GATE):
        copy_to(xs2[0], ps2[0], xs[0], ps[0])
        copy_to(xs2[1], ps2[1], xs[1], ps[1])
        return False
    track.refused = 0
    track.hits += 1
    track.doubled += 1
    weight = track.chance / (1.0 - track.chance)
    # likelihoods: exp(-chi2 / 2) over the root of the determinant
    weight *= math.sqrt(b / a) * math.exp(min(max(0.5 * (first - second), -60.0), 60.0))
    track.chance = min(max(weight / (1.0 + weight), LEAST), 1.0 - LEAST)
    return True


@hot
def refuse(track):
    """Count a look that showed something outside the gate; True if the track is dropped for it."""
    track.refused += 1
    if track.refused >= LOSE:
        drop(track)
    return track.begun == 0


@hot
def miss(face, to_s, track):
    """A look at a time that showed nothing; True if the track is dropped for it.

    It is when the object could be anywhere in the beam that is pointed at it.
    """
    dt_s = to_s - track.then_s
    if track.other < 0:
        wide = is_wide(face, dt_s, track.x, track.p)
    else:
        wide = is_wide(face, dt_s, track.xs[1], track.ps[1])
    if wide:
        drop(track)
    return wide


@hot
def drop(track):
    """End a track."""
    track.begun = track.refused = 0
    if track.hits >= SETTLED:
        track.lost += 1


@hot
def is_wide(face, dt_s, x, p):
    """Whether one sigma of a position, on each axis, fills half the beam some time after."""
    dx, dy, dz = x[0] - face.origin[0], x[1] - face.origin[1], x[2] - face.origin[2]
    half, speeds = 0.5 * face.beam_rad, p[15] + p[18] + p[20]
    spread = p[0] + p[3] + p[5] + dt_s * (2.0 * (p[6] + p[10] + p[14]) + dt_s * speeds)
    return spread > 3.0 * half * half * (dx * dx + dy * dy + dz * dz)
