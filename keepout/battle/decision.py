"""One battery looks at one threat: fire, wait, or leave it, and why.

Everything here is handed an ESTIMATE and the defence's own books, never the truth.
"""

from __future__ import annotations

import math

import numpy as np

from keepout.battle.doctrine import rounds_now
from keepout.battle.threat import OPEN
from keepout.kernel import lean
from keepout.records.defence import (
    DEFEND_IF_ROUNDS,
    DEFEND_NEVER,
    SHOOT_LOOK_SHOOT,
    SHOOT_SHOOT_LOOK,
)  # fmt: skip
from keepout.records.event import (
    R_BELIEVED_DEAD,
    R_DOCTRINE_DONE,
    R_NO_CHANNEL,
    R_NO_ROUNDS,
    R_NO_TRACK,
    R_NONE,
    R_NOT_DEFENDED,
    R_NOT_READY,
    R_OPEN_GROUND,
    R_OUT_OF_REACH,
    R_SOMEONE_ELSES,
    R_TOO_LATE,
    R_TRACK_TOO_POOR,
    R_WAITING,
)  # fmt: skip

LOOK_AGAIN_S = 10.0
"""A threat judged to fall in the open, or tracked too poorly, is judged again after this."""
ONE = np.uint64(1)


@lean
def too_early(t_s, estimate):
    """Whether a battery that has a track cannot launch yet: it need not judge the threat."""
    return estimate.known == 1 and t_s < estimate.open_s


@lean
def worth_firing(t_s, estimate, battery, asset, asset_row, left_on_purpose):
    """Does this battery want to engage this threat, rounds and channels apart?

    t_s              ()  now
    estimate         ESTIMATE row
    battery          BATTERY row
    asset            ASSET rows; asset_row () the one judged to be threatened, or OPEN
    left_on_purpose  ()  1 if this threat is left on purpose
    returns          (reason, again_s): R_NONE if yes; when to look again, inf for never
    """
    if estimate.known == 0:
        return R_NO_TRACK, estimate.since_s if estimate.since_s > t_s else math.inf
    if math.isnan(estimate.open_s):
        return R_OUT_OF_REACH, math.inf
    later_s = t_s + LOOK_AGAIN_S
    if later_s > estimate.close_s:
        later_s = math.inf
    if asset_row == OPEN:
        return R_OPEN_GROUND, later_s
    defended = (battery.defends >> np.uint64(asset_row)) & ONE
    if defended != ONE or asset[asset_row].defend == DEFEND_NEVER or left_on_purpose == 1:
        return R_NOT_DEFENDED, math.inf
    if t_s > estimate.close_s:
        return R_TOO_LATE, math.inf
    if estimate.position_sigma_m > battery.track_quality_m:
        return R_TRACK_TOO_POOR, later_s
    return R_NONE, math.inf


@lean
def allowed_now(t_s, close_s, battery, cap, own, known):
    """What doctrine and shots in flight allow.

    t_s, close_s  ()  now; the battery's latest launch
    battery       BATTERY row
    cap           ()  most rounds at one threat over all layers, 0 for none
    own           (fired, pending, result_s) of this battery at this threat
    known         (fired, pending, result_s, dead) of all the shots it knows of
    returns       (reason, again_s, rounds)

    A battery waits for its own results when its rule says look. It waits for another
    battery's result only if it could still fire afterwards.
    """
    own_fired, own_pending, own_result_s = own
    fired, pending, result_s, dead = known
    if dead == 1:
        return R_BELIEVED_DEAD, math.inf, 0
    rounds = rounds_now(battery.rule, battery.salvo, cap, own_fired, fired)
    if rounds == 0:
        return R_DOCTRINE_DONE, math.inf, 0
    looks = battery.rule == SHOOT_LOOK_SHOOT or battery.rule == SHOOT_SHOOT_LOOK
    if looks and own_pending > 0 and own_result_s > t_s:
        return R_WAITING, own_result_s, 0
    if pending > 0 and result_s <= close_s and result_s > t_s:
        return R_WAITING, result_s, 0
    return R_NONE, math.inf, rounds


@lean
def means_to_fire(t_s, close_s, battery, stock, free_s, defend, rounds):
    """Rounds, channel and launcher: can it be fired now?

    t_s, close_s    ()  now; the latest launch
    battery, stock  BATTERY and STOCK rows
    free_s          ()  when a channel is free and the launch interval is over
    defend          ()  how the asset is defended
    rounds          ()  wanted
    returns         (reason, again_s, rounds)
    """
    if t_s >= stock.until_s:
        return R_NOT_READY, math.inf, 0
    usable = stock.ready
    if defend == DEFEND_IF_ROUNDS:
        usable -= battery.reserve
    if usable <= 0:
        again_s = stock.reload_s
        if not (again_s > t_s and again_s <= close_s):
            again_s = math.inf
        return R_NO_ROUNDS, again_s, 0
    if free_s > t_s:
        return R_NO_CHANNEL, free_s if free_s <= close_s else math.inf, 0
    return R_NONE, math.inf, min(rounds, usable)


@lean
def left_to(hold_close_s, close_s, t_s):
    """Is this threat left to the battery it holds for?

    hold_close_s  ()  that battery's latest launch, nan if it cannot or has no rounds
    close_s, t_s  ()  own latest launch, now
    returns       (reason, again_s)
    """
    if math.isnan(hold_close_s) or hold_close_s <= t_s:
        return R_NONE, math.inf
    again_s = hold_close_s + 1.0
    return R_SOMEONE_ELSES, again_s if again_s <= close_s else math.inf
