"""Outcomes of a shot, exactly: the uniform's interval is measured, not sampled."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.intercept.kill import KILL_SAYS, kill_by_salvo, kill_outcome, shot_probability
from keepout.records.event import BODY_HIT, DIVERTED_BY, KILL, MISS, WRONG_OBJECT_SHOT

STEPS = 40_000


def shares(p, diverted, body):
    """Length of the part of 0 to 1 that gives each outcome, to 1 / STEPS."""
    u = (np.arange(STEPS) + 0.5) / STEPS
    got = np.array([kill_outcome(p, diverted, body, 0.0, float(x)) for x in u])
    return {kind: float(np.mean(got == kind)) for kind in KILL_SAYS}


@pytest.mark.parametrize("p", [0.0, 0.25, 0.65, 1.0])
@pytest.mark.parametrize("diverted, body", [(0.0, 0.0), (0.3, 0.2), (0.5, 0.5)])
def test_each_outcome_has_its_share(p, diverted, body):
    got = shares(p, diverted, body)
    half = 1.0 / STEPS  # each edge falls somewhere in one step
    assert got[KILL] == pytest.approx(p, abs=half)
    assert got[DIVERTED_BY] == pytest.approx((1.0 - p) * diverted, abs=2 * half)
    assert got[BODY_HIT] == pytest.approx((1.0 - p) * body, abs=2 * half)
    assert got[MISS] == pytest.approx((1.0 - p) * (1.0 - diverted - body), abs=2 * half)
    assert sum(got.values()) == 1.0


def test_shares_above_one_leave_no_misses():
    got = shares(0.4, 0.7, 0.7)
    assert got[MISS] == 0.0
    assert got[BODY_HIT] == pytest.approx(0.6 * 0.3, abs=2.0 / STEPS)


def test_a_better_shot_never_ends_worse():
    for u in np.linspace(0.0, 0.999, 97):
        killed = [kill_outcome(p, 0.2, 0.2, 0.1, u) == KILL for p in np.linspace(0.0, 1.0, 41)]
        assert killed == sorted(killed)


def test_an_unknown_probability_kills_nothing():
    assert kill_outcome(math.nan, 0.0, 0.0, 0.0, 0.0) == MISS
    assert kill_outcome(math.nan, 0.5, 0.0, 0.0, 0.2) == DIVERTED_BY


@pytest.mark.parametrize(
    "manoeuvring, alt_m, expected",
    [(0, 20e3, 0.6), (1, 20e3, 0.48), (1, 80e3, 0.6), (1, 120e3, 0.6)],
)
def test_the_manoeuvre_factor_applies_below_its_ceiling(manoeuvring, alt_m, expected):
    assert shot_probability(0.75, 0.8, 0.8, manoeuvring, alt_m, 80e3) == pytest.approx(expected)


def test_a_shot_probability_is_a_probability():
    assert shot_probability(0.9, 1.5, 1.0, 0, 0.0, 80e3) == 1.0
    assert shot_probability(-0.1, 1.0, 1.0, 0, 0.0, 80e3) == 0.0
    assert math.isnan(shot_probability(math.nan, 1.0, 1.0, 0, 0.0, 80e3))


def test_a_salvo_is_the_complement_of_all_missing():
    assert kill_by_salvo(0.5, 3) == 0.875
    assert kill_by_salvo(0.7, 0) == 0.0


def test_every_outcome_has_a_sentence():
    assert set(KILL_SAYS) == {KILL, DIVERTED_BY, BODY_HIT, WRONG_OBJECT_SHOT, MISS}
