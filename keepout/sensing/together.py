"""SIGHT rows of objects whose looks one radar could mix up: its tracks choose among its looks.

All objects of a group are looked at in one dwell after another. A dwell shows those that it
detects; two in one cell of range and half a beam show as one, the stronger. Looks go to tracks by
global nearest neighbour: inside the gate, as many as possible, and of those the most likely. A
look that no track takes begins a track. A track is dropped that takes none for
``follow.LOSE`` dwells in which its object showed, or as in ``follow``.

The Sight of an object tells what is believed by the track that holds it, which is the one that
took its looks last. Two tracks that exchange their objects thus go on, each with what it brought;
an object whose look went to another track has only a young one, or none, until it is found again.
The tracker is told no names: which object a look is of serves to keep these books alone.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import hot, kernel, part
from keepout.records.case import ASSOCIATION_KNOWN
from keepout.records.sensor import SIGHT_POINTS

from .associate import NOBODY, nearest
from .ekf import WORK
from .face import angle_var, detects_p, off_cos
from .filtered import detections, hold_point, look_at, place_at, snr_of, write_point
from .follow import (
    GATE,
    begin_track,
    burning,
    carry,
    copy_to,
    miss,
    open_track,
    refuse,
    settle,
    take,
)  # fmt: skip
from .motion import STATES
from .sigma import weigh_track
from .taking import weigh_look

WRONG, EXCHANGED, LOST, MERGED, TAKEN, DOUBLED, GROUPED = range(7)
COUNTS = 7
"""What ``together_kernel`` counts: looks that went to a track of another object; tracks that
ended with another object than they began with; tracks dropped while their object was in view;
looks that hid behind another; looks taken; of them into two motions; objects followed together."""

SURE = 3
"""Looks after which a young track may stand for its object."""

LOOK = np.dtype(
    [
        ("of", np.int64),  # the object it is of: for the books
        ("range_m", np.float64),
        ("way", np.float64, (3,)),  # unit vector, ECEF
        ("place", np.float64, (3,)),  # where that is
        ("snr", np.float64),
        ("beam_m", np.float64),  # half a beam across, there
        ("sigma_m", np.float64),  # error across the sight
    ]
)

MEMBER = np.dtype(
    [
        ("row", np.int64),  # of the object in the tables
        ("launch_s", np.float64),
        ("until_s", np.float64),  # last use of its track, after its launch
        ("z_beta", np.float64),
        ("track", np.int64),  # that holds it, NOBODY if none
        ("point", np.int64),  # of its Sight, to be written next
        ("k", np.int64),  # looks at it so far
        ("run", np.int64),  # detections in a row
        ("snr", np.float64),
        ("last_s", np.float64),  # of its last look, after its launch
        ("shows", np.int64),  # 1: in this dwell
    ]
)

HELD = np.dtype([("of", np.int64), ("first", np.int64), ("hits", np.int64), ("missed", np.int64)])
"""Of a track: the object of its last look and of its first, looks taken, and dwells without one
since the last."""


@hot
def write_points(
    face, lane, missile, asset, sample, slope, drift, sight, member, track, to_s, room
):  # fmt: skip
    """Write the points of one Sight that come before a time (after launch)."""
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    while member.point < SIGHT_POINTS and sight.rise_s + member.point * step_s < to_s:
        k = member.point
        sight.snr[k] = member.snr
        if member.last_s > member.until_s:
            if k > 0:
                hold_point(sight, k)
        elif member.track >= 0 and track[member.track].begun == 1:
            own = track[member.track]
            settle(own)
            write_point(
                face, lane, missile, asset.to_enu, sample, slope, drift,
                own.then_s - member.launch_s, own.x, own.p, burning(own), room, sight, k,
            )  # fmt: skip
        member.point += 1


@hot
def look_for(radar, face, lane, missile, sample, sight, member, after_s, luck, z_bias, look):
    """One dwell at one object: True if it shows, and the LOOK then; firm_s is written.

    after_s  ()  after its launch;  luck (looks, LUCK) its own
    """
    place = place_at(sample, lane.dt_s, after_s)
    snr_now = snr_of(face, missile, lane, sample, after_s, place[0], place[1], place[2])
    k, p_look = member.k, detects_p(face, missile.fluctuation, snr_now)
    found, run, firm = detections(radar, p_look, luck, k, k + 1, member.run)
    member.k, member.run, member.snr, member.last_s = k + 1, run, snr_now, after_s
    if firm >= 0 and math.isnan(sight.firm_s):
        sight.firm_s = after_s
    if found == 0 or after_s > member.until_s:
        return False
    range_m, mx, my, mz, _thin = look_at(face, place, snr_now, 1, luck[k], z_bias)
    look.range_m, look.snr = range_m, snr_now
    look.way[0], look.way[1], look.way[2] = mx, my, mz
    for j in range(3):
        look.place[j] = face.origin[j] + range_m * look.way[j]
    cosine = off_cos(face, mx, my, mz)
    look.beam_m = 0.5 * range_m * face.beam_rad / cosine
    look.sigma_m = range_m * math.sqrt(angle_var(face, snr_now, cosine))
    return True


@hot
def hide(face, look, n, count):
    """Take out looks that hide behind a stronger one; how many are left."""
    kept = 0
    for a in range(n):
        hidden = False
        for b in range(n):
            if look[b].snr > look[a].snr and not hidden:
                if abs(look[a].range_m - look[b].range_m) > face.cell_m:
                    continue
                dx = look[a].place[0] - look[b].place[0]
                dy = look[a].place[1] - look[b].place[1]
                dz = look[a].place[2] - look[b].place[2]
                hidden = dx * dx + dy * dy + dz * dz < look[b].beam_m * look[b].beam_m
        if hidden:
            count[MERGED] += 1
        else:
            look[n + kept] = look[a]
            kept += 1
    for a in range(kept):
        look[a] = look[n + a]
    return kept


@hot
def is_far(look, x, p):
    """Whether a look is surely outside the gate of an estimate."""
    dx, dy, dz = look.place[0] - x[0], look.place[1] - x[1], look.place[2] - x[2]
    far_m = 6.0 * (math.sqrt(p[0] + p[3] + p[5]) + 1.5 * look.sigma_m)
    return dx * dx + dy * dy + dz * dz > far_m * far_m


@hot
def cost_of(face, look, track, spare):
    """Squared distance of a look from a track, and the logarithm of the spread it is measured in.

    inf if it is far outside the gate; of two motions that which expected it better
    """
    if track.other < 0:
        far = is_far(look, track.x, track.p)
    else:
        far = is_far(look, track.xs[1], track.ps[1])
    if far:
        return math.inf, 0.0
    w = look.way
    if track.other < 0:
        copy_to(track.x, track.p, spare.x, spare.p)
        chi2, det = weigh_track(spare, face, look.range_m, w[0], w[1], w[2], look.snr, 1.0)
        return chi2, -math.log(det)
    copy_to(track.xs[0], track.ps[0], spare.x, spare.p)
    first, a = weigh_look(face, look.range_m, w[0], w[1], w[2], look.snr, 1.0, spare.x, spare.p)
    copy_to(track.xs[1], track.ps[1], spare.x, spare.p)
    second, b = weigh_look(face, look.range_m, w[0], w[1], w[2], look.snr, 1.0, spare.x, spare.p)
    if first - math.log(a) < second - math.log(b):
        return first, -math.log(a)
    return second, -math.log(b)


@hot
def own_looks(track, alive, t, held, member, look, n, look_of):
    """Give each living track the look of its own object."""
    for a in range(t):
        look_of[a] = NOBODY
        for z in range(n):
            if held[alive[a]].of == look[z].of and member[look[z].of].track == alive[a]:
                look_of[a] = z


@hot
def lone_looks(track, alive, t, look, n, look_of, claimed):
    """Give each track the one look that is near it; False if any look is near two, or two near one.

    claimed  (n,)  scratch
    """
    for z in range(n):
        claimed[z] = 0
    for a in range(t):
        look_of[a] = NOBODY
        own = track[alive[a]]
        for z in range(n):
            if own.other < 0:
                far = is_far(look[z], own.x, own.p)
            else:
                far = is_far(look[z], own.xs[1], own.ps[1])
            if not far:
                if look_of[a] >= 0 or claimed[z] == 1:
                    return False
                look_of[a], claimed[z] = z, 1
    return True


@part
def choose(face, track, alive, t, look, n, spare, look_of):
    """Which look each living track takes, into ``look_of``; NOBODY for none.

    alive  (t,)  rows of the living tracks;  n () looks
    """
    start, which = np.zeros(t + 1, np.int64), np.empty(t * n, np.int64)
    cost, pairs, widest = np.empty(t * n), 0, -math.inf
    for a in range(t):
        look_of[a] = NOBODY
        for z in range(n):
            chi2, spread = cost_of(face, look[z], track[alive[a]], spare)
            if chi2 < GATE:
                which[pairs], cost[pairs] = z, chi2 + spread
                widest = max(widest, spread)
                pairs += 1
        start[a + 1] = pairs
    if pairs > 0:
        nearest(start, which[:pairs], cost[:pairs], np.full(t, GATE + widest), n, look_of)


@hot
def book(member, track, held, q, o, count):
    """Track q took a look of object o: who holds what now."""
    own = held[q]
    if track[q].hits == 1:
        own.first = o
    elif own.of != o:
        count[WRONG] += 1
    own.of = o
    h = member[o].track
    gone = h < 0 or track[h].begun == 0 or held[h].of != o
    if gone or (track[q].hits >= SURE and held[h].missed > 0):
        member[o].track = q


@hot
def retire(member, track, held, m, count):
    """Close the track of an object that is out of sight or of no more use."""
    q = member[m].track
    if q >= 0 and track[q].begun == 1 and held[q].of == m:
        track[q].begun = 0
        count[DOUBLED] += track[q].doubled
        if held[q].first != m:
            count[EXCHANGED] += 1


@hot
def begin_free(face, tracker, missile, look, z_beta, t_s, track, held):
    """Begin a track with a look in the first free place; its row, NOBODY if there is none."""
    for q in range(len(track)):
        if track[q].begun == 0:
            open_track(tracker, missile, track[q])
            w = look.way
            begin_track(
                face, tracker, missile, look.range_m, w[0], w[1], w[2], look.snr, 1.0, z_beta,
                t_s, track[q],
            )  # fmt: skip
            held[q].missed = 0
            return q
    return NOBODY


@hot
def carry_all(lane, missile, member, t_s, track, held, work, alive):
    """Carry all living tracks to a dwell; their number and, in ``alive``, their rows."""
    living = 0
    for q in range(len(track) - 1):
        if track[q].begun == 1:
            of = lane[member[held[q].of].row]
            burnout_s = member[held[q].of].launch_s + of.burnout_s
            carry(missile[of.missile], burnout_s, t_s, track[q], work)
            alive[living] = q
            living += 1
    return living


@hot
def pass_by(face, track, held, shown, member, q, count):
    """A dwell in which track q took no look; shown () whether its object showed at all."""
    held[q].missed += 1
    gone = refuse(track[q]) if shown else miss(face, track[q].then_s, track[q])
    if gone:
        count[DOUBLED] += track[q].doubled
        if member[held[q].of].track == q:
            count[LOST] += track[q].lost


@part
def share_out(
    face, tracker, known, lane, missile, member, t_s, look, n, track, held, alive, living, look_of,
    taken, count,
):  # fmt: skip
    """Share out the looks of a dwell among tracks that were carried to it.

    alive, living, look_of, taken  rows of the living tracks and their number; scratch
    """
    spare = track[len(track) - 1]
    if known == 1:
        own_looks(track, alive, living, held, member, look, n, look_of)
    elif not lone_looks(track, alive, living, look, n, look_of, taken):
        choose(face, track, alive, living, look, n, spare, look_of)
    for z in range(n):
        taken[z] = 0
    for a in range(living):
        q, z = alive[a], look_of[a]
        if z >= 0:
            w, one = look[z].way, look[z]
            if take(face, one.range_m, w[0], w[1], w[2], one.snr, 1.0, track[q], spare):
                held[q].missed, taken[z] = 0, 1
                count[TAKEN] += 1
                book(member, track, held, q, one.of, count)
                continue
        pass_by(face, track, held, member[held[q].of].shows == 1, member, q, count)
    for z in range(n):
        if taken[z] == 0:
            m = member[look[z].of]
            q = begin_free(
                face, tracker, missile[lane[m.row].missile], look[z], m.z_beta, t_s,
                track[: len(track) - 1], held,
            )  # fmt: skip
            if q >= 0:
                count[TAKEN] += 1
                book(member, track, held, q, look[z].of, count)


@part
def begin_members(lane, sight, member):
    """Clear the books of all members; when the first rises and the last sets, on the clock."""
    first_s, last_s = math.inf, -math.inf
    for m in range(len(member)):
        one = member[m]
        one.track, one.point, one.k, one.run, one.snr, one.last_s = NOBODY, 0, 0, 0, 0.0, 0.0
        first_s = min(first_s, one.launch_s + sight[one.row].rise_s)
        last_s = max(last_s, one.launch_s + sight[one.row].set_s)
    return first_s, last_s


@kernel
def together_kernel(
    radar, face, tracker, known, lane, missile, asset, sample, slope, drift, phase, luck, z_bias,
    member, follow, sight, count,
):  # fmt: skip
    """Fill the SIGHT rows of one group of objects for one radar.

    radar, face           RADAR row and its FACE;  tracker () TRACKER_*;  known () ASSOCIATION_*
    lane, missile, asset  (n,) LANE, MISSILE and ASSET rows;  sample (n, SAMPLES, 6)
    slope, drift          (n, SLOPE_POINTS, …)  of all flights
    phase                 ()  uniform: when in the revisit interval the first dwell falls
    luck                  (m, looks, LUCK)  uniform numbers of each member's looks
    z_bias                (3,)  standard normals of the radar's bias
    member                (m,) MEMBER: row, launch_s, until_s and z_beta are read
    follow                rows of tracks, of which only the type is read
    sight                 (n,) SIGHT rows, begun by ``filtered.begin_sight``
    count                 (COUNTS,)  added to
    """
    m, work, room = len(member), np.empty(WORK), np.empty((10, STATES))
    track, held = np.zeros(2 * m + 3, follow.dtype), np.zeros(2 * m + 3, HELD)
    look, alive = np.zeros(2 * m, LOOK), np.empty(2 * m + 2, np.int64)
    look_of, taken = np.empty(2 * m + 2, np.int64), np.empty(m, np.int64)
    own = 1 if known == ASSOCIATION_KNOWN else 0
    first_s, last_s = begin_members(lane, sight, member)
    count[GROUPED] += m
    dwells = int((last_s - first_s) / radar.revisit_s) + 2
    for d in range(dwells):
        t_s, n, busy = first_s + (phase + d) * radar.revisit_s, 0, False
        for i in range(m):
            one = member[i]
            row = one.row
            after_s, seen = t_s - one.launch_s, sight[row]
            if after_s < seen.rise_s or one.point >= SIGHT_POINTS:
                continue
            kind = missile[lane[row].missile]
            ended = after_s > seen.set_s or one.k >= luck.shape[1]
            ended = ended or (one.last_s > one.until_s and not math.isnan(seen.firm_s))
            write_points(
                face, lane[row], kind, asset[lane[row].asset], sample[row], slope[row],
                drift[row], seen, one, track, math.inf if ended else after_s, room,
            )  # fmt: skip
            if ended or after_s > one.until_s:
                retire(member, track, held, i, count)
            if ended:
                continue
            one.shows = 0
            if look_for(
                radar, face, lane[row], kind, sample[row], seen, one, after_s, luck[i], z_bias,
                look[n],
            ):  # fmt: skip
                look[n].of = i
                one.shows = 1
                n += 1
            busy = busy or after_s <= one.until_s
        if busy:
            n = hide(face, look, n, count)
            living = carry_all(lane, missile, member, t_s, track, held, work, alive)
            share_out(
                face, tracker, own, lane, missile, member, t_s, look, n, track, held, alive,
                living, look_of, taken, count,
            )  # fmt: skip
