"""The engine against closed forms: sensing perfect, kill given, one layer, few warheads.

Wilkening (Science & Global Security 8, 1999): a warhead is killed with probability
K = P_track (1 - (1 - p)^n), independently of the others, so P(no arrival) = K^W.
All statistics at fixed seeds; |z| < 4 would fail by chance once in 16,000.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.engine.trial import trials_kernel
from keepout.records.case import Case
from keepout.records.defence import SALVO, SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK, SINGLE
from keepout.records.outcome import Layout
from tests.engine.synthetic import Params, battery, make_case

TRIALS = 20_000


def run(case: Case, layout: Layout, seed: int = 1, trials: int = TRIALS) -> dict[str, np.ndarray]:
    out = np.zeros((trials, len(layout.columns())), np.int32)
    trials_kernel(case, seed, 0, trials, out)
    return dict(zip(layout.columns(), out.T.astype(float), strict=True))


def z_score(sample: np.ndarray, expected: float) -> float:
    spread = sample.std(ddof=1) / math.sqrt(len(sample))
    return (
        (sample.mean() - expected) / spread
        if spread > 0
        else (0.0 if sample.mean() == pytest.approx(expected, abs=1e-12) else math.inf)
    )


RULES = [(SINGLE, 1, 0, 1), (SALVO, 2, 0, 2), (SALVO, 3, 3, 3), (SHOOT_LOOK_SHOOT, 1, 3, 3),
         (SHOOT_SHOOT_LOOK, 2, 4, 4)]  # fmt: skip


@pytest.mark.parametrize("rule, salvo, cap, n", RULES)
@pytest.mark.parametrize("per_threat, per_raid", [(0.0, 0.0), (0.1, 0.0), (0.0, 0.15)])
def test_barrage(rule: int, salvo: int, cap: int, n: int, per_threat: float, per_raid: float):
    p, w = 0.7, 8
    params = Params()
    one = battery(params, "b", rule=rule, salvo=salvo, cap=cap, sspk=p)
    case, layout = make_case([one], params, count=w, per_threat=per_threat, per_raid=per_raid)
    got = run(case, layout)
    k = (1 - per_threat) * (1 - (1 - p) ** n)
    none = (1 - per_raid) * k**w
    arrivals = per_raid * w + (1 - per_raid) * w * (1 - k)
    assert abs(z_score((got["arrived"] == 0).astype(float), none)) < 4
    assert abs(z_score(got["arrived"], arrivals)) < 4
    # rounds: whoever is lost takes every round the rule allows
    if rule in (SINGLE, SALVO):
        rounds = float(n)
    else:
        q = (1 - p) ** salvo
        looked = salvo * sum(q**j for j in range(n // salvo))
        lost = per_threat + (1 - per_threat) * per_raid
        rounds = lost * n + (1 - lost) * looked
    assert abs(z_score(got["fired.system-0"], w * rounds)) < 4


def test_shoot_look_shoot_fits_only_as_often_as_time_allows():
    """A window of 100 s, 40 s of flight and 10 s of assessment: looks at 50 s intervals."""
    params = Params()
    one = battery(params, "b", rule=SHOOT_LOOK_SHOOT, salvo=1, sspk=0.5)
    case, layout = make_case([one], params, count=5)
    got = run(case, layout)  # launches at 0, 50 and 100 s into the window
    assert abs(z_score(got["arrived"], 5 * 0.5**3)) < 4


def test_layers_in_series():
    params = Params()
    upper = battery(params, "upper", sspk=0.5, window=(400.0, 450.0))
    lower = battery(params, "lower", window=(560.0, 600.0), system=1)
    lower["sspk"] = params.add("lower.sspk", 0.6)
    case, layout = make_case([upper, lower], params, count=6)
    got = run(case, layout)
    assert abs(z_score(got["arrived"], 6 * 0.5 * 0.4)) < 4
    assert abs(z_score(got["fired.system-1"], 6 * 0.5)) < 4


def test_rounds_run_out():
    """Ten threats, six rounds, one each: four meet nobody, and the cause says so."""
    params = Params()
    case, layout = make_case([battery(params, "b", rounds=6, sspk=0.5)], params, count=10)
    got = run(case, layout)
    assert (got["fired.system-0"] == 6).all()
    assert (got["arrived.base.no-rounds"] == 4).all()
    assert abs(z_score(got["arrived"], 4 + 6 * 0.5)) < 4


def test_channels_run_out():
    """Simultaneous arrivals, two channels, a window too short to use one twice."""
    params = Params()
    one = battery(params, "b", channels=2, window=(500.0, 530.0), sspk=0.9)
    case, layout = make_case([one], params, count=5, spacing_s=0.0)
    got = run(case, layout)
    assert (got["fired.system-0"] == 2).all()
    assert (got["arrived.base.no-channel"] == 3).all()


def test_failures_in_flight_are_nobodys_kill():
    params = Params()
    case, layout = make_case([battery(params, "b", sspk=1.0)], params, count=10, failed=0.2)
    got = run(case, layout)
    assert abs(z_score(got["failed"], 2.0)) < 4
    assert (got["fired.system-0"] == 10 - got["failed"]).all()
    assert (got["arrived"] == 0).all()


def test_the_four_outcomes_of_a_shot():
    params = Params()
    case, layout = make_case(
        [battery(params, "b", sspk=0.4)], params, count=10, diverted=0.25, body_hit=0.5
    )
    got = run(case, layout)
    diverted = got["arrived.base.diverted"] + got["arrived.elsewhere.diverted"]
    assert abs(z_score(got["intercepted"], 4.0)) < 4
    assert abs(z_score(diverted, 10 * 0.6 * 0.25)) < 4
    assert abs(z_score(got["arrived.base.body-hit-only"], 10 * 0.6 * 0.5)) < 4


@pytest.mark.parametrize("hides", [0.3, 1.0])
def test_debris_turns_results_round(hides: float):
    """Two looks. A kill is shot at again if its debris hides it; of the misses those that hit the
    body are given up if theirs does, and the others never."""
    params, p, body = Params(), 0.5, 0.4
    one = battery(params, "b", rule=SHOOT_LOOK_SHOOT, salvo=1, sspk=p, window=(500.0, 560.0))
    case, layout = make_case([one], params, count=8, body_hit=body, debris_hides=hides)
    got = run(case, layout)
    again = p * hides + (1 - p) * body * (1 - hides) + (1 - p) * (1 - body)
    assert abs(z_score(got["fired.system-0"], 8 * (1 + again))) < 4
    again -= p * hides  # those fired at what still flew
    assert abs(z_score(got["intercepted"], 8 * (p + again * p))) < 4


def test_an_asset_that_is_never_defended_is_not_shot_for():
    params = Params()
    case, layout = make_case([battery(params, "b")], params, count=3, defend=2)
    got = run(case, layout, trials=100)
    assert (got["fired.system-0"] == 0).all()
    assert (got["arrived.base.not-defended"] == 3).all()


@pytest.mark.parametrize("optimal, arrive", [(0, 0.1 * 0.5 + 1), (1, 0.1 + 0.5)])
def test_a_plan_gives_each_of_two_threats_a_round(optimal: int, arrive: float):
    """Two threats at once, a round of 0.9 and one of 0.5, no time to look: by the first come both
    rounds go for the first threat; a plan for both gives each one."""
    params = Params()
    short = {"rounds": 1, "window": (500.0, 530.0)}
    good = battery(params, "good", sspk=0.9, **short)
    weak = battery(params, "weak", system=1, **short)
    weak["sspk"] = params.add("weak.sspk", 0.5)
    case, layout = make_case([good, weak], params, count=2, spacing_s=0.0)
    case.models[0].assignment = optimal
    case.battery.hoped = (0.9, 0.5)
    got = run(case, layout)
    assert abs(z_score(got["arrived"], arrive)) < 4
    assert (got["plans"] > 0).all() == bool(optimal)
    assert (got["gap"] <= 1e4 * got["plans"]).all()
    if optimal:
        assert (got["fired.system-0"] == 1).all()
        assert (got["fired.system-1"] == 1).all()
