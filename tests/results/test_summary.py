"""Three uncertainties of one number, against closed forms and known populations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.results.summary import conditional_means, mc_se, probability, summarise


def test_standard_error_is_that_of_the_pair_means():
    y = np.array([1.0, 3.0, 2.0, 6.0, 0.0, 1.0])
    pair_means = y.reshape(-1, 2).mean(axis=1)
    assert mc_se(y) == pytest.approx(pair_means.std(ddof=1) / math.sqrt(3), rel=1e-14)


def test_a_naive_standard_error_would_be_too_small():
    theta = np.repeat(np.arange(50.0), 2)  # both trials of a pair alike
    naive = theta.std(ddof=1) / math.sqrt(len(theta))
    assert mc_se(theta) == pytest.approx(naive * math.sqrt(2), rel=0.02)


def test_standard_error_covers_what_it_says():
    # known population: sd 2 between draws, 3 within; the mean of 40 trials has variance
    # (4 + 9/2) / 20. Averaged over 4000 repetitions: 1.5 % is about four standard errors.
    rng = np.random.default_rng(1)
    shape = (4000, 20, 1)
    y = rng.normal(0, 2, shape) + rng.normal(0, 3, (4000, 20, 2))
    squares = [mc_se(row.ravel()) ** 2 for row in y]
    assert np.mean(squares) == pytest.approx((4 + 4.5) / 20, rel=0.015)


def test_a_single_trial_at_the_end_counts():
    y = np.array([1.0, 3.0, 2.0, 6.0, 5.0])
    sums, n = np.array([4.0, 8.0, 5.0]), np.array([2, 2, 1])
    rest = sums - n * y.mean()
    assert mc_se(y) == pytest.approx(math.sqrt(3 / 2 * (rest @ rest)) / 5)
    assert summarise(y)["mean"] == pytest.approx(3.4)


@pytest.mark.parametrize("trials", [1, 2])
def test_one_pair_has_no_standard_error(trials):
    found = summarise(np.arange(trials, dtype=float))
    assert found["mc_se"] is None
    assert found["epistemic"]["p50"] == pytest.approx(found["mean"])


def test_conditional_means_have_the_between_variance():
    # theta uniform on 0 to 10, noise of sd 4 in each trial: the variance of pair means is
    # 8.33 + 8; what is left for theta is 8.33. 40,000 pairs know a variance to about 1 %.
    rng = np.random.default_rng(2)
    theta = rng.uniform(0, 10, (40_000, 1))
    y = (theta + rng.normal(0, 4, (40_000, 2))).ravel()
    found = conditional_means(y)
    assert np.var(found) == pytest.approx(100 / 12, rel=0.04)
    assert np.mean(found) == pytest.approx(5.0, abs=0.1)


def test_conditional_means_of_normal_draws_have_their_quantiles():
    rng = np.random.default_rng(3)
    theta = rng.normal(20, 3, (20_000, 1))
    y = (theta + rng.normal(0, 5, (20_000, 2))).ravel()
    epistemic = summarise(y)["epistemic"]
    assert epistemic["p05"] == pytest.approx(20 - 1.645 * 3, abs=0.25)
    assert epistemic["p95"] == pytest.approx(20 + 1.645 * 3, abs=0.25)
    assert summarise(y)["p95"] == pytest.approx(20 + 1.645 * math.sqrt(34), abs=0.25)


def test_no_ignorance_without_a_difference_between_pairs():
    y = np.tile([0.0, 4.0], 50)  # every pair has mean 2: chance alone
    assert summarise(y)["epistemic"] == {"p05": 2.0, "p50": 2.0, "p95": 2.0}


def test_ignorance_alone_without_a_difference_inside_pairs():
    y = np.repeat(np.arange(101.0), 2)
    assert summarise(y)["epistemic"]["p05"] == pytest.approx(5.0)
    assert summarise(y)["epistemic"]["p95"] == pytest.approx(95.0)


def test_undefined_trials_are_left_out():
    y = np.array([0.5, np.nan, 0.7, 0.9, np.nan, np.nan, 0.1, 0.3])
    found = summarise(y)
    assert found["mean"] == pytest.approx(np.nanmean(y))
    assert found["mc_se"] > 0
    nothing = summarise(np.full(4, np.nan))
    assert nothing["mean"] is None
    assert nothing["epistemic"] == {"p05": None, "p50": None, "p95": None}
    assert summarise(np.zeros(0))["p95"] is None


def test_outcome_quantiles_are_outcomes():
    y = np.array([0.0, 1.0, 1.0, 4.0])
    found = summarise(y)
    assert {found["p05"], found["p50"], found["p95"]} <= {0.0, 1.0, 4.0}


def test_probability():
    happened = np.array([True, False, True, True])
    assert probability(happened)["mean"] == 0.75
    assert probability(happened)["mc_se"] == pytest.approx(np.std([0.5, 1.0], ddof=1) / 2**0.5)
