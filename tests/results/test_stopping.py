"""The stopping rule: what it accepts, and what an interval is worth after it has stopped."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.errors import InputError
from keepout.records.outcome import Layout
from keepout.results.conditions import Condition, conditions
from keepout.results.metrics import Prices
from keepout.results.stopping import (
    DOUBT,
    chi_square,
    condition_holds,
    doubt_at,
    looks,
    parse_rule,
    student,
)
from keepout.results.summary import clusters, mc_se

LAYOUT = Layout(("fast", "slow"), ("base", "elsewhere"), ("upper", "lower"))
PRICES = Prices({"upper": 12e6, "lower": None}, {"fast": None, "slow": None})
REPLICATIONS = 2000
MOST = 6400
ANY_RULE = parse_rule("mc_se(arrived.total) < 0.25", LAYOUT, PRICES)


def one(text: str) -> Condition:
    (found,) = conditions(text, LAYOUT, PRICES)
    return found


# -- what it accepts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        ("mc_se(arrived.total) < 0.25", ("mc_se", "arrived.total", "<", 0.25)),
        (" mc_se( rates.engaged )<=1e-3 ", ("mc_se", "rates.engaged", "<=", 1e-3)),
        ("arrived.by_asset.base.mc_se < .5", ("mc_se", "arrived.by_asset.base", "<", 0.5)),
        ("p95(intercepted.by_system.upper) > 3", ("p95", "intercepted.by_system.upper", ">", 3)),
        ("p_no_arrival.mean >= 0.1", ("mean", "p_no_arrival", ">=", 0.1)),
        ("cost_usd.defence.epistemic.p95 < 1e9", ("epistemic.p95", "cost_usd.defence", "<", 1e9)),
        ("epistemic.p05(launched) < 1", ("epistemic.p05", "launched", "<", 1.0)),
    ],
)
def test_conditions_on_any_path(text, expected):
    found = one(text)
    assert (found.statistic, found.path, found.sign, found.limit) == expected


def test_several_conditions():
    rule = parse_rule("mc_se(arrived.total) < 1 and mean(rates.engaged) > 0.5", LAYOUT, PRICES)
    assert [each.path for each in rule.conditions] == ["arrived.total", "rates.engaged"]


@pytest.mark.parametrize(
    "text, message, cure",
    [
        ("", "no condition", "mc_se"),
        ("arrived.total < 1", "which of its numbers", "mean(arrived.total)"),
        ("p_no_arrival < 1", "which of its numbers", "mean, mc_se"),
        ("mc_se(arrived.total) < x", "no condition", "mc_se"),
        ("mc_se(arrived.total) < 1..2", "no condition", "mc_se"),
        ("mc_se(arrived.total) < 1e999", "not finite", ""),
        ("mc_se(arrived.total) < 0.2 or True", "no condition", ""),
        ("__import__('os')", "no condition", ""),
        ("mc_se(arrived.total) > 1", "shrinks", "< 1"),
        ("mc_se(arrived.total) < 0", "stays above zero", "above zero"),
        ("mc_se(arrived.total) < -1", "stays above zero", "above zero"),
        ("mc_se(arrived) < 1", "group of numbers", "arrived.total"),
        ("mc_se(arrived.totl) < 1", "there is no 'arrived.totl'", "arrived.total"),
        ("mc_se(arrived.by_asset.bsae) < 1", "there is no", "arrived.by_asset.base"),
        ("mcse(arrived.total) < 1", "has no 'mcse'", "mc_se(arrived.total)"),
        ("p05(p_no_arrival) < 1", "has no 'p05'", "mean, mc_se"),
        ("mean(p_no_arrival) > 1", "can never hold", "inside"),
        ("mean(rates.engaged) <= 1", "without a trial", "inside"),
        ("p05(arrived.total) < 0", "can never hold", "inside"),
        ("mean(arrived.total) >= 0", "without a trial", "inside"),
        ("trials >= 1000", "a setting", "--trials"),
        ("seed.mean > 3", "a setting", ""),
        ("mean(wall_s) > 60", "the clock", "--trials"),
        ("mc_se(cost_usd.attack) < 1e6", "is not known", "prices"),
    ],
)
def test_what_cannot_be_is_refused_with_its_cure(text, message, cure):
    with pytest.raises(InputError) as caught:
        parse_rule(text, LAYOUT, PRICES)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert cure in problem.help
    assert problem.help
    assert problem.column >= 1


def test_all_that_is_wrong_is_said_at_once_with_its_place():
    text = "mc_se(arrived.totl) < 1 and mean(launched) > 1 and p07(launched) < 3"
    with pytest.raises(InputError) as caught:
        parse_rule(text, LAYOUT, PRICES)
    places = [problem.column for problem in caught.value.problems]
    assert places == [1, 1 + text.index("p07")]


# -- when it is looked at --------------------------------------------------------------------


def test_it_is_looked_at_seldom():
    assert looks(1000, ANY_RULE) == [100, 200, 400, 800, 1000]
    assert looks(50, ANY_RULE) == [50]
    assert looks(1000, None) == [1000]


def test_the_levels_of_all_looks_add_up_to_what_is_allowed():
    spent = sum(doubt_at(trials) for trials in looks(10**12, ANY_RULE)[:-1])
    assert 0.9 * DOUBT < spent < DOUBT
    assert doubt_at(1000) == doubt_at(1600)  # the last look of a run of 1000


@pytest.mark.parametrize("free", [6, 12, 31, 49, 199, 3199])
@pytest.mark.parametrize("p", [0.0005, 0.0083, 0.025, 0.5, 0.975])
def test_quantiles_against_scipy(p, free):
    from scipy.special import chdtri, stdtrit

    exact = chdtri(free, 1.0 - p)
    if free > 30:
        assert chi_square(p, free) == pytest.approx(exact, rel=0.01)
    else:  # far out on few degrees of freedom it is too small, which is the safe side
        assert 0.6 * exact < chi_square(p, free) < 1.01 * exact
    assert student(1.0 - p, free) == pytest.approx(stdtrit(free, 1.0 - p), rel=0.02, abs=1e-9)


# -- what an interval is worth after it ------------------------------------------------------


def normal(rng, n):  # sd 2 between pairs, 3 within
    return (rng.normal(5, 2, (n // 2, 1)) + rng.normal(0, 3, (n // 2, 2))).ravel()


def skewed(rng, n):  # exponential between, Poisson within: variance 4 and 2
    return rng.poisson(rng.exponential(2.0, (n // 2, 1)), (n // 2, 2)).ravel().astype(float)


def rare(rng, n):  # one trial in fifty
    return (rng.random(n) < 0.02).astype(float)


MODELS = {normal: (5.0, math.sqrt(8.5)), skewed: (2.0, math.sqrt(5.0)), rare: (0.02, 0.198)}
"""Mean, and the error of the mean of one pair (n pairs: over the root of n)."""


def stopped(condition: Condition, values: np.ndarray, holds=condition_holds) -> int:
    """How many trials a run has that may have as many as there are values."""
    for trials in looks(len(values), ANY_RULE)[:-1]:
        if holds(condition, values[:trials], 2):
            return trials
    return len(values)


def naive(condition: Condition, values: np.ndarray, together: int) -> bool:
    """The estimated error taken at its word."""
    return mc_se(values, together) < condition.limit


def coverage(model, limit: float, holds=condition_holds) -> tuple[float, float]:
    """Share of replications whose 95 % interval holds the mean, and mean number of trials."""
    rng = np.random.default_rng(6)
    condition = Condition("mc_se", "arrived.total", "<", limit, 1.0)
    mean, inside, trials = MODELS[model][0], 0, 0
    most = 3200 if limit > 0.12 else MOST  # no run gets so far
    for _ in range(REPLICATIONS):
        values = model(rng, most)
        n = stopped(condition, values, holds)
        width = student(0.975, clusters(values[:n], 2) - 1) * mc_se(values[:n])
        inside += abs(values[:n].mean() - mean) <= width
        trials += n
    return inside / REPLICATIONS, trials / REPLICATIONS


FOUR_ERRORS = 4 * math.sqrt(0.95 * 0.05 / REPLICATIONS)


@pytest.mark.parametrize("model, limit", [(normal, 0.28), (normal, 0.12), (skewed, 0.2)])
def test_the_interval_covers_at_its_nominal_rate_after_stopping(model, limit):
    covered, trials = coverage(model, limit)
    assert abs(covered - 0.95) < FOUR_ERRORS
    needed = 2.0 * (MODELS[model][1] / limit) ** 2
    assert needed < trials < 4.0 * needed  # a look, and what its doubt costs


def test_a_rare_event_is_waited_for_and_a_naive_rule_is_not():
    covered, _ = coverage(rare, 0.005)
    assert covered > 0.95 - 0.03  # so few events are not normal: at 800 fixed trials 0.93
    taken_at_its_word, _ = coverage(rare, 0.005, naive)
    assert taken_at_its_word < 0.87  # no event in the first look: error zero, stop


BLOCK = 16


def strata(rng, n):
    """One parameter of n trials as the engine draws it: eight pairs share out the interval."""
    order = np.argsort(rng.random((n // BLOCK + 1, 8)), axis=1)
    return np.repeat(((order + rng.random(order.shape)) / 8).ravel(), 2)[:n]


def exponential_and_poisson(rng, n):
    return rng.poisson(-2.0 * np.log1p(-strata(rng, n))).astype(float)


def product(rng, n):  # two parameters that act together: strata leave most of that
    return rng.poisson(8.0 * strata(rng, n) * strata(rng, n)).astype(float)


@pytest.mark.parametrize(
    "model, limit, short",
    [(exponential_and_poisson, 0.06, 0.01), (product, 0.1, 0.01), (product, 0.3, 0.025)],
)
def test_the_interval_covers_after_stopping_with_blocks_of_strata(model, limit, short):
    """As a run has them by default: few blocks at the first looks, the last of them cut short.

    ``short`` is what a skewed number may lose: at 200 trials there are twelve blocks.
    """
    rng, condition = np.random.default_rng(1), Condition("mc_se", "arrived.total", "<", limit, 1.0)
    inside = 0
    for _ in range(REPLICATIONS):
        values = model(rng, 3200)
        n = next(
            (
                k
                for k in looks(3200, ANY_RULE)[:-1]
                if condition_holds(condition, values[:k], BLOCK)
            ),
            3200,
        )
        error = mc_se(values[:n], BLOCK)
        inside += (
            abs(values[:n].mean() - 2.0) <= student(0.975, clusters(values[:n], BLOCK) - 1) * error
        )
    assert 0.95 - short - FOUR_ERRORS < inside / REPLICATIONS < 0.95 + FOUR_ERRORS


def test_a_decision_on_blocks_of_strata_is_wrong_in_one_of_twenty_runs_at_most():
    rng, wrong = np.random.default_rng(7), 0
    condition = Condition("mean", "arrived.total", "<", 2.0, 1.0)
    for _ in range(500):
        values = exponential_and_poisson(rng, 3200)
        wrong += any(
            condition_holds(condition, values[:k], BLOCK) for k in (100, 200, 400, 800, 1600)
        )
    assert wrong / 500 < DOUBT + 4 * math.sqrt(DOUBT * (1 - DOUBT) / 500)


def test_nothing_seen_is_no_certainty():
    for p in (0.0, 1.0):
        same = np.full(6400, p)
        condition = Condition("mc_se", "p_no_arrival", "<", 0.01, 1.0)
        assert not condition_holds(condition, same[:100], 2)
        assert stopped(condition, same) == 400  # sqrt(3) / 200 pairs


@pytest.mark.parametrize("statistic", ["mean", "p50", "p95"])
def test_a_decision_is_wrong_in_one_of_twenty_runs_at_most(statistic):
    """At the limit itself, where nothing should ever be found, however often one looks."""
    limit = {"mean": 2.0, "p50": 1.0, "p95": 5.0}[statistic]
    rng = np.random.default_rng(7)

    # a count whose quantile is exactly the limit: half, or 95 %, below or at it
    def counts(n):
        if statistic == "mean":
            return skewed(rng, n)
        share = {"p50": 0.5, "p95": 0.95}[statistic]
        return np.where(rng.random(n) < share, limit - 1.0, limit + 1.0)

    wrong = 0
    for _ in range(500):
        wrong += (
            stopped(Condition(statistic, "arrived.total", "<", limit, 1.0), counts(3200)) < 3200
        )
    assert wrong / 500 < DOUBT + 4 * math.sqrt(DOUBT * (1 - DOUBT) / 500)


@pytest.mark.parametrize(
    "statistic, sign, limit",
    [("mean", "<", 2.3), ("mean", ">", 1.7), ("p95", "<", 9), ("p95", ">", 3), ("p05", "<=", 1),
     ("epistemic.p95", "<", 9.0), ("epistemic.p05", "<", 1.5), ("epistemic.p50", ">=", 0.8)],
)  # fmt: skip
def test_what_is_so_is_found(statistic, sign, limit):
    rng = np.random.default_rng(8)
    condition = Condition(statistic, "arrived.total", sign, limit, 1.0)
    found = [stopped(condition, skewed(rng, MOST)) for _ in range(20)]
    assert max(found) < MOST
    other = Condition(statistic, "arrived.total", "<" if sign[0] == ">" else ">", limit, 1.0)
    assert stopped(other, skewed(rng, MOST)) == MOST


def test_undefined_numbers_stop_nothing():
    nothing = np.full(6400, np.nan)
    for statistic in ("mc_se", "mean", "p95", "epistemic.p50"):
        assert stopped(Condition(statistic, "rates.engaged", "<", 0.5, 1.0), nothing) == 6400
