"""The laws of reports: what is drawn is what is evaluated, and closed forms where there are any."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, poisson

from keepout.inference.chance import generator
from keepout.inference.likelihood import Law, agrees, figures, found_pmf, say

ONE = np.ones(1)


def test_found_craters_are_binomial_where_each_arrival_leaves_one():
    pmf = found_pmf(np.array([20.0]), 0.0 * ONE, 0.7 * ONE, ONE, 0.0 * ONE, 64)[0]
    assert pmf == pytest.approx(binom.pmf(np.arange(64), 20, 0.7), abs=1e-13)  # rounding of an FFT


def test_further_craters_add_a_poisson_number():
    """20 arrivals with 1.5 craters each and 4 pieces of debris with 0.25, all seen with 0.6."""
    pmf = found_pmf(np.array([20.0]), 4.0 * ONE, 0.6 * ONE, 1.5 * ONE, 0.25 * ONE, 128)[0]
    extra = 0.6 * (20 * 0.5 + 4 * 0.25)
    whole = np.convolve(binom.pmf(np.arange(64), 20, 0.6), poisson.pmf(np.arange(64), extra))
    assert pmf[:100] == pytest.approx(whole[:100], abs=1e-13)


LAWS = [
    Law("exactly"),
    Law("exactly", misread=0.1),
    Law("exactly", misread=0.2, trust=0.7),
    Law("about", step=5.0),
    Law("about", step=10.0, misread=0.1, trust=0.5),
]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("count", [0.0, 3.0, 32.0])
def test_figures_have_probabilities_that_add_up_and_are_drawn_so(law, count):
    most = 100.0
    said = law.step * np.arange(figures(law, most))
    p = np.array([agrees(law, figure, np.array([count]), most)[0] for figure in said])
    assert p.sum() == pytest.approx(1.0, abs=1e-6)  # what is read above the most is 5 sigma off
    rng = generator(1, 99)
    drawn = np.array([say(law, count, most, rng) for _ in range(4000)])
    for figure, share in zip(said, p, strict=True):
        seen = np.mean(np.isclose(drawn, figure))
        assert abs(seen - share) < 4.5 * np.sqrt(share * (1 - share) / 4000) + 1e-9


@pytest.mark.parametrize(
    "law, count, holds",
    [
        (Law("at-least", value=20.0), 20.0, 1.0),
        (Law("at-least", value=20.0), 19.0, 0.0),
        (Law("at-most", value=20.0), 20.0, 1.0),
        (Law("between", low=10.0, high=12.0), 13.0, 0.0),
        (Law("at-least", value=20.0, trust=0.8), 19.0, 0.1),
        (Law("at-least", value=20.0, misread=0.1), 20.0, 0.5),
    ],
)
def test_bounds(law, count, holds):
    assert agrees(law, True, np.array([count]), 100.0)[0] == pytest.approx(holds)
    assert agrees(law, False, np.array([count]), 100.0)[0] == pytest.approx(1.0 - holds)
