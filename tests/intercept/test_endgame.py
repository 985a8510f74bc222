"""A normal miss within a lethal radius, beside SciPy's distributions."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from keepout.intercept.endgame import hit_probability


@pytest.mark.parametrize("lethal_m", [0.1, 1.0, 3.0, 20.0])
@pytest.mark.parametrize("sigma_m", [0.5, 1.5, 10.0])
@pytest.mark.parametrize("bias_m", [0.0, 0.7, 4.0])
def test_it_is_the_law_of_rice(lethal_m: float, sigma_m: float, bias_m: float):
    expected = stats.ncx2.cdf((lethal_m / sigma_m) ** 2, 2, (bias_m / sigma_m) ** 2)
    if bias_m == 0.0:
        expected = 1.0 - math.exp(-0.5 * (lethal_m / sigma_m) ** 2)
    # a sum of Poisson terms to 1e-15; SciPy's own is good to some 1e-10
    assert hit_probability(lethal_m, sigma_m, bias_m) == pytest.approx(expected, abs=1e-9)


def test_without_spread_it_is_all_or_nothing():
    assert hit_probability(2.0, 0.0, 1.0) == 1.0
    assert hit_probability(2.0, 0.0, 3.0) == 0.0
    assert math.isnan(hit_probability(math.nan, 1.0, 0.0))
