"""Posteriors that are known: beta-binomial, by the engine in the loop and by the small model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from keepout.inference import reading, study, weighted
from tests.inference.conftest import HEAD, given

COUNTED = """observations:
  - name: counted
    quantity: arrived.total
    reports: [{{value: {k}}}]
"""
SSPK = "thaad-interceptor.sspk"


def distance(values: np.ndarray, weights: np.ndarray, law) -> float:
    """Largest difference between a weighted sample and a distribution function."""
    order = np.argsort(values)
    rises = np.cumsum(weights[order])
    true = law.cdf(values[order])
    return float(max(np.abs(rises - true).max(), np.abs(rises - weights[order] - true).max()))


@pytest.mark.parametrize("k", [0, 4, 12])
def test_the_engine_in_the_loop_gives_the_exact_posterior(known_scenario, k):
    evidence = reading.read_text(
        f"{HEAD}scenario: '{known_scenario}'\n" + COUNTED.format(k=k), "test.yaml"
    )
    answer = study.infer(study.Question(evidence, states=20_000, seed=3))
    found = answer.posterior
    p = found.theta[SSPK]
    exact = beta(13 - k, 1 + k)
    summary = weighted.summary(p, found.weights, found.bank.together)
    assert abs(summary["mean"] - exact.mean()) < 4.0 * summary["mc_se"]
    assert summary["sd"] == pytest.approx(exact.std(), rel=0.1)  # error of a sd: 1/sqrt(2 x 700)
    # Kolmogorov's distance exceeds 1.95/sqrt(n) once in a thousand; pairs share their draw
    assert distance(p, found.weights, exact) < 1.95 / np.sqrt(found.effective)
    # and the probability of the report itself is the beta-binomial's, 1/13 whatever k is
    assert np.exp(found.log_evidence) == pytest.approx(1.0 / 13.0, rel=0.1)


def test_half_of_the_craters_seen(known_scenario):
    """Each arrival is seen with probability one half: a binomial of a binomial, on a grid."""
    text = COUNTED.format(k=3).replace("    reports", "    detected: 0.5\n    reports")
    evidence = reading.read_text(f"{HEAD}scenario: '{known_scenario}'\n{text}", "test.yaml")
    found = study.infer(study.Question(evidence, states=20_000, seed=5)).posterior
    grid = np.linspace(0.0, 1.0, 4001)
    seen = 0.5 * (1.0 - grid)
    density = seen**3 * (1.0 - seen) ** 9
    mean = (grid * density).sum() / density.sum()
    summary = weighted.summary(found.theta[SSPK], found.weights, found.bank.together)
    assert abs(summary["mean"] - mean) < 4.0 * summary["mc_se"]


def test_the_small_model_gives_the_exact_posterior():
    found = study.infer(study.Question(given(COUNTED.format(k=30)), states=100_000)).posterior
    exact = beta(31, 71)
    assert distance(found.theta["leak"], found.weights, exact) < 1.95 / np.sqrt(found.effective)
    assert np.exp(found.log_evidence) == pytest.approx(betabinom.pmf(30, 100, 1, 1), rel=0.05)


def test_the_answer_is_the_same_for_any_number_of_threads(known_scenario):
    evidence = reading.read_text(
        f"{HEAD}scenario: '{known_scenario}'\n" + COUNTED.format(k=4), "test.yaml"
    )
    answers = [
        study.record(study.infer(study.Question(evidence, states=500, threads=threads)))
        for threads in (1, 3)
    ]
    assert answers[0] == answers[1]
