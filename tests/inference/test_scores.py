"""Scores against closed forms, and the hierarchical grid against what is known of it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import betabinom, binom, norm

from keepout.inference import hierarchy, increments
from keepout.inference.hierarchy import Part, constant_rate, fit
from keepout.inference.scores import crps, log_score, percentile, scored

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "attack-counts"


def test_a_sure_forecast_scores_its_distance():
    sure = np.zeros(50)
    sure[20] = 1.0
    assert crps(sure, 20) == 0.0
    assert crps(sure, 27) == pytest.approx(7.0)
    assert crps(sure, 60) == pytest.approx(40.0)  # beyond the end of the law
    assert percentile(sure, 20) == 0.5
    assert log_score(float(sure[20])) == 0.0


def test_crps_of_a_wide_binomial_is_that_of_the_normal():
    """Gneiting and Raftery (2007), eq. 21; one count is 0.1 sigma, so the two differ by 1e-2."""
    n = 400
    law, mean, sigma = binom.pmf(np.arange(n + 1), n, 0.5), 200.0, 10.0
    for value in (180, 200, 215):
        z = (value - mean) / sigma
        normal = sigma * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
        assert crps(law, value) == pytest.approx(normal, rel=1e-2)


def test_percentiles_of_what_was_foretold_are_uniform():
    law = binom.pmf(np.arange(31), 30, 0.4)
    mean = sum(p * percentile(law, k) for k, p in enumerate(law))
    assert mean == pytest.approx(0.5)  # exact for the middle of each step


def test_the_baseline_is_a_beta_binomial():
    law = constant_rate([Part("a", 100, 7), Part("b", 50, 1)], 30)
    assert law == pytest.approx(betabinom.pmf(np.arange(31), 30, 8.5, 142.5), rel=1e-9)


def test_alike_parts_make_the_grid_agree_with_the_baseline():
    """Where many parts are alike, one rate is all there is to know."""
    parts = [Part(str(k), 100, 10) for k in range(40)]
    grid, plain = fit(parts).predict(100), constant_rate(parts, 100)
    counts = np.arange(101)
    assert (counts * grid).sum() == pytest.approx((counts * plain).sum(), rel=0.01)
    spread = np.sqrt((counts**2 * grid).sum() - (counts * grid).sum() ** 2)
    assert spread == pytest.approx(np.sqrt((counts**2 * plain).sum() - 100.0), rel=0.1)


def test_unlike_parts_make_the_grid_wider_and_better():
    """Rates of 2 and 30 % by turns: one rate is sure of itself and wrong, the grid is neither."""
    parts = [Part(str(k), 100, 2 if k % 2 else 30) for k in range(10)]
    wide, narrow = scored(fit(parts).predict(100), 30), scored(constant_rate(parts, 100), 30)
    assert wide["log_score"] < narrow["log_score"]
    assert wide["p95"] - wide["p05"] > 2 * (narrow["p95"] - narrow["p05"])


def test_the_grid_equals_a_direct_sum():
    """Predictive of one part by brute force over mean and concentration."""
    parts = [Part("a", 20, 3), Part("b", 10, 4)]
    u = (np.arange(hierarchy.MEANS) + 0.5) / hierarchy.MEANS
    mean = np.sin(np.pi * u / 2) ** 2
    law, total = np.zeros(6), 0.0
    for m in mean:
        for c in hierarchy.CONCENTRATIONS:
            w = np.prod([betabinom.pmf(p.hits, p.whole, m * c, (1 - m) * c) for p in parts])
            law += w * betabinom.pmf(np.arange(6), 5, m * c, (1 - m) * c)
            total += w
    assert fit(parts).predict(5) == pytest.approx(law / total, rel=1e-6)


@pytest.mark.skipif(not DATA.exists(), reason="the published counts lie beside the project only")
def test_the_sums_are_those_that_were_published():
    with (DATA / "uae_mod_cumulative.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = ("as_of", "bm_detected", "bm_destroyed", "bm_fell_in_sea", "bm_landed")
    found = [(row[names[0]], *(int(row[n]) for n in names[1:])) for row in rows]
    assert tuple(found) == increments.UAE_SUMS
    with (DATA / "june2025_published_counts.csv").open() as file:
        said = {(r["date"], r["quantity"]): r["value"] for r in csv.DictReader(file)}
    assert said["2025-06-24", "launched_total"] == str(increments.JUNE_SUMS[1][1])
    assert said["2025-06-24", "got_through_total"] == str(increments.JUNE_SUMS[1][2])
    assert said["2025-06-17/18", "launched_cum"] == f">{increments.JUNE_SUMS[0][1]}"
    assert said["2025-06-17/18", "urban_hits_cum"] == f"{increments.JUNE_SUMS[0][2]}+"


def test_the_second_half_is_scored_by_the_first_alone():
    for each in increments.series():
        found = increments.score(each)
        assert len(found["fitted"]) == each.fitted
        assert len(found["scored"]) == len(each.parts) - each.fitted >= 1
        better = all(found[s]["model"] < found[s]["baseline"] for s in ("log_score", "crps"))
        assert found["beaten"] == better
        again = constant_rate(each.parts[: each.fitted], each.parts[-1].whole)
        assert found["scored"][-1]["baseline"] == scored(again, each.parts[-1].hits)
