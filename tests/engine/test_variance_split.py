"""The three uncertainties, and the two samplings, against a model whose variances are known.

Ten warheads, one shot each, kill probability p uniform on 0.4 to 0.9 and drawn once a pair:
arrivals given p are binomial. E[Y | p] = 10 (1 - p) is uniform on 1 to 6, so between pairs the
variance is 25/12 = 2.0833; inside a pair it is 10 E[p (1 - p)] = 2.0667.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.engine.draw import STRATA, epistemic, together
from keepout.engine.trial import trials_kernel
from keepout.records.case import SAMPLING_STRATIFIED, Case
from keepout.records.defence import SINGLE
from keepout.records.outcome import Layout
from keepout.results.summary import conditional_means, mc_se, summarise
from tests.engine.synthetic import Params, battery, make_case

W = 10
LOW, HIGH = 0.4, 0.9
BETWEEN = W**2 * (HIGH - LOW) ** 2 / 12
P1, P2 = (LOW + HIGH) / 2, (HIGH - LOW) ** 2 / 12 + ((LOW + HIGH) / 2) ** 2
WITHIN = W * (P1 - P2)
BLOCK = 16


@pytest.fixture(scope="module")
def cases() -> dict[str, tuple[Case, int]]:
    params = Params()
    one = battery(params, "b", rule=SINGLE, salvo=1, sspk=(LOW, HIGH))
    case, layout = make_case([one], params, count=W)
    column = layout.columns().index("arrived")
    stratified = case._replace(models=case.models.copy())
    stratified.models[0].sampling = SAMPLING_STRATIFIED
    return {"independent": (case, column), "stratified": (stratified, column)}


def arrived(cases, kind: str, trials: int, seed: int = 1) -> np.ndarray:
    case, column = cases[kind]
    columns = len(Layout(("missile",), ("base", "elsewhere"), ("system-0",)).columns())
    out = np.zeros((trials, columns), np.int32)
    trials_kernel(case, seed, 0, trials, out)
    return out[:, column].astype(float)


@pytest.mark.parametrize("kind", ["independent", "stratified"])
def test_ignorance_and_chance_are_told_apart(cases, kind):
    values = arrived(cases, kind, 40_000)
    pairs = values.reshape(-1, 2)
    inside = float(np.mean((pairs[:, 0] - pairs[:, 1]) ** 2)) / 2
    # 20,000 pairs know a variance to 1 %; four errors
    assert inside == pytest.approx(WITHIN, rel=0.04)
    assert np.var(conditional_means(values)) == pytest.approx(BETWEEN, rel=0.06)
    found = summarise(values, BLOCK)
    assert found["mean"] == pytest.approx(W * (1 - P1), abs=0.05)
    for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        assert found["epistemic"][name] == pytest.approx(1 + 5 * share, abs=0.35)
    mixed = np.sort(np.random.default_rng(0).binomial(W, 1 - np.linspace(LOW, HIGH, 200_001)))
    assert [found[q] for q in ("p05", "p50", "p95")] == [
        mixed[int(share * len(mixed))] for share in (0.05, 0.5, 0.95)
    ]


def test_the_error_of_the_mean_is_what_it_says_and_stratifying_takes_the_ignorance_out(cases):
    """Variance of the mean of 64 trials over 600 seeds, in closed form for both samplings.

    Of what lies between pairs, eight strata leave the part inside one: an eighth of the width,
    1/64 of the variance. 600 seeds know a variance to 6 %; three and a half errors.
    """
    trials, seeds = 64, 600
    expected = {
        "independent": (BETWEEN + WITHIN / 2) / (trials / 2),
        "stratified": (BETWEEN / STRATA**2 + WITHIN / 2) / (trials / 2),
    }
    for kind, variance in expected.items():
        runs = [arrived(cases, kind, trials, seed) for seed in range(seeds)]
        means = np.array([run.mean() for run in runs])
        assert means.var(ddof=1) == pytest.approx(variance, rel=0.2), kind
        assert abs(means.mean() - W * (1 - P1)) < 4 * math.sqrt(variance / seeds)
        size = together(cases[kind][0])
        said = np.mean([mc_se(run, size) ** 2 for run in runs])  # pairs, or blocks of eight
        assert said == pytest.approx(variance, rel=0.2), kind
    assert expected["independent"] / expected["stratified"] > 2.8


def test_eight_pairs_share_out_the_interval():
    for key in (1, 2**63 + 5):
        for block in (0, 1, 777):
            pairs = range(8 * block, 8 * block + 8)
            u = [epistemic(3, pair, np.uint64(key), True) for pair in pairs]
            assert sorted(int(8 * each) for each in u) == list(range(8))


def test_strata_of_different_parameters_blocks_and_places_are_independent():
    """All 64 cells of two parameters as often as chance has it; so too of one, between blocks."""
    n = 6400
    one, other = (
        np.array([int(8 * epistemic(0, pair, np.uint64(key), True)) for pair in range(n)])
        for key in (5, 6)
    )
    for a, b in ((one, other), (one[:-8], one[8:])):
        cells = np.zeros((8, 8))
        np.add.at(cells, (a, b), 1)
        expected = len(a) / 64
        chi2 = ((cells - expected) ** 2 / expected).sum()
        assert chi2 < 49 + 4 * math.sqrt(2 * 49) * 1.2
    u = np.array([epistemic(0, pair, np.uint64(5), True) for pair in range(n)])
    assert abs(np.mean(8 * u - np.floor(8 * u)) - 0.5) < 4 / math.sqrt(12 * n)  # inside a stratum
