"""Every answer a battery can give, from an estimate and its own books alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.battle.decision import allowed_now, left_to, means_to_fire, too_early, worth_firing
from keepout.battle.doctrine import rounds_now
from keepout.battle.threat import OPEN, judge
from keepout.effects.impact import apart_m
from keepout.records import event as e
from keepout.records.case import ASSET
from keepout.records.defence import (
    BATTERY,
    DEFEND_ALWAYS,
    DEFEND_IF_ROUNDS,
    DEFEND_NEVER,
    SALVO,
    SHOOT_LOOK_SHOOT,
    SHOOT_SHOOT_LOOK,
    SINGLE,
)
from keepout.records.sensor import ESTIMATE
from keepout.records.trial import STOCK

HERE = np.array([6378137.0, 0.0, 0.0])


def row(dtype: np.dtype, **fields: object) -> np.record:
    made = np.zeros(1, dtype).view(np.recarray)
    for name, value in fields.items():
        made[0][name] = value
    return made[0]


def assets(defend: int = DEFEND_ALWAYS) -> np.recarray:
    """Two assets on the equator, 100 km apart, 4 km in radius with 3 km of margin."""
    made = np.zeros(2, ASSET).view(np.recarray)
    for k in range(2):
        made[k].r_ecef_m = HERE + [0.0, k * 100e3, 0.0]
        made[k].to_enu = [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
        made[k].radius_m, made[k].margin_m, made[k].defend = 4e3, 3e3, defend
    return made


APART = apart_m(assets())


def estimate(east_m: float = 0.0, **fields: object) -> np.record:
    known = {
        "known": 1, "plane": 0, "east_m": east_m, "open_s": 10.0, "close_s": 60.0,
        "position_sigma_m": 100.0,
    }  # fmt: skip
    return row(ESTIMATE, **{**known, **fields})


def battery(**fields: object) -> np.record:
    known = {"defends": 2**64 - 1, "track_quality_m": 5e3, "rule": SALVO, "salvo": 2}
    return row(BATTERY, **{**known, **fields})


def test_a_prediction_threatens_the_nearest_asset_it_may_touch():
    assert judge(estimate(0.0), assets(), APART) == 0
    assert judge(estimate(98e3), assets(), APART) == 1
    assert judge(estimate(6.9e3), assets(), APART) == 0  # inside the margin
    assert judge(estimate(7.1e3), assets(), APART) == OPEN
    # 2 sigma along the line of sight bring it back; across it they do not
    assert judge(estimate(20e3, var_east_m2=49e6), assets(), APART) == 0
    assert judge(estimate(20e3, var_north_m2=49e6), assets(), APART) == OPEN
    # a long ellipse that passes the nearer asset by touches the farther one
    askew = {"north_m": 40e3, "var_east_m2": 25e8, "var_north_m2": 4e8, "cov_m2": -9.99e8}
    assert judge(estimate(45e3, **askew), assets(), APART) == 1
    assert judge(estimate(55e3, **(askew | {"cov_m2": 9.99e8})), assets(), APART) == 0


@pytest.mark.parametrize(
    "t_s, known, fields, judged, left, reason, again_s",
    [
        (20.0, {}, {}, 0, 0, e.R_NONE, math.inf),
        (20.0, {"known": 0, "since_s": 25.0}, {}, OPEN, 0, e.R_NO_TRACK, 25.0),
        (20.0, {"known": 0, "since_s": math.inf}, {}, OPEN, 0, e.R_NO_TRACK, math.inf),
        (20.0, {"open_s": math.nan}, {}, 0, 0, e.R_OUT_OF_REACH, math.inf),
        (20.0, {}, {}, OPEN, 0, e.R_OPEN_GROUND, 30.0),
        (55.0, {}, {}, OPEN, 0, e.R_OPEN_GROUND, math.inf),
        (20.0, {}, {}, 0, 1, e.R_NOT_DEFENDED, math.inf),
        (20.0, {}, {"defends": 2}, 0, 0, e.R_NOT_DEFENDED, math.inf),
        (61.0, {}, {}, 0, 0, e.R_TOO_LATE, math.inf),
        (20.0, {"position_sigma_m": 6e3}, {}, 0, 0, e.R_TRACK_TOO_POOR, 30.0),
    ],
)
def test_worth_firing(t_s, known, fields, judged, left, reason, again_s):
    got = worth_firing(t_s, estimate(**known), battery(**fields), assets(), judged, left)
    assert got == (reason, again_s)


def test_a_battery_waits_for_its_window_before_it_judges():
    assert too_early(5.0, estimate())
    assert not too_early(10.0, estimate())
    assert not too_early(5.0, estimate(known=0))
    assert not too_early(5.0, estimate(open_s=math.nan))


def test_what_is_never_defended_is_not_worth_a_round():
    got = worth_firing(20.0, estimate(), battery(), assets(DEFEND_NEVER), 0, 0)
    assert got[0] == e.R_NOT_DEFENDED


@pytest.mark.parametrize(
    "rule, salvo, cap, here, all_, rounds",
    [
        (SINGLE, 1, 0, 0, 0, 1), (SINGLE, 1, 0, 1, 1, 0), (SALVO, 3, 0, 0, 0, 3),
        (SALVO, 3, 2, 0, 0, 2), (SALVO, 2, 4, 0, 3, 1), (SALVO, 2, 4, 2, 2, 0),
        (SHOOT_LOOK_SHOOT, 1, 0, 5, 5, 1), (SHOOT_LOOK_SHOOT, 1, 2, 2, 2, 0),
        (SHOOT_SHOOT_LOOK, 2, 3, 2, 2, 1),
    ],
)  # fmt: skip
def test_rounds_of_the_rules(rule, salvo, cap, here, all_, rounds):
    assert rounds_now(rule, salvo, cap, here, all_) == rounds


@pytest.mark.parametrize(
    "rule, own, known, expected",
    [
        (SALVO, (0, 0, -math.inf), (0, 0, -math.inf, 0), (e.R_NONE, math.inf, 2)),
        (SALVO, (2, 0, 5.0), (2, 0, 5.0, 1), (e.R_BELIEVED_DEAD, math.inf, 0)),
        (SALVO, (2, 2, 40.0), (2, 2, 40.0, 0), (e.R_DOCTRINE_DONE, math.inf, 0)),
        # another battery's result is awaited if it comes in time to fire after it …
        (SALVO, (0, 0, -math.inf), (2, 2, 40.0, 0), (e.R_WAITING, 40.0, 0)),
        # … and not if it comes too late
        (SALVO, (0, 0, -math.inf), (2, 2, 70.0, 0), (e.R_NONE, math.inf, 2)),
        # its own is awaited whenever the rule says look
        (SHOOT_LOOK_SHOOT, (1, 1, 70.0), (1, 1, 70.0, 0), (e.R_WAITING, 70.0, 0)),
    ],
)
def test_what_doctrine_allows(rule, own, known, expected):
    assert allowed_now(20.0, 60.0, battery(rule=rule), 4, own, known) == expected


@pytest.mark.parametrize(
    "fields, free_s, defend, expected",
    [
        ({"ready": 5}, -math.inf, DEFEND_ALWAYS, (e.R_NONE, math.inf, 2)),
        ({"ready": 1}, -math.inf, DEFEND_ALWAYS, (e.R_NONE, math.inf, 1)),
        ({"ready": 0}, -math.inf, DEFEND_ALWAYS, (e.R_NO_ROUNDS, math.inf, 0)),
        ({"ready": 0, "reload_s": 50.0}, -math.inf, DEFEND_ALWAYS, (e.R_NO_ROUNDS, 50.0, 0)),
        ({"ready": 3}, -math.inf, DEFEND_IF_ROUNDS, (e.R_NO_ROUNDS, math.inf, 0)),
        ({"ready": 5}, 30.0, DEFEND_ALWAYS, (e.R_NO_CHANNEL, 30.0, 0)),
        ({"ready": 5}, 90.0, DEFEND_ALWAYS, (e.R_NO_CHANNEL, math.inf, 0)),
        ({"ready": 5, "until_s": 20.0}, 0.0, DEFEND_ALWAYS, (e.R_NOT_READY, math.inf, 0)),
    ],
)
def test_means_to_fire(fields, free_s, defend, expected):
    known = {"reload_s": math.inf, "until_s": math.inf}
    stock = row(STOCK, **{**known, **fields})
    assert means_to_fire(20.0, 60.0, battery(reserve=3), stock, free_s, defend, 2) == expected


def test_a_threat_is_left_to_the_layer_below_while_that_can_fire():
    assert left_to(40.0, 60.0, 20.0) == (e.R_SOMEONE_ELSES, 41.0)
    assert left_to(70.0, 60.0, 20.0) == (e.R_SOMEONE_ELSES, math.inf)
    assert left_to(10.0, 60.0, 20.0) == (e.R_NONE, math.inf)
    assert left_to(math.nan, 60.0, 20.0) == (e.R_NONE, math.inf)
