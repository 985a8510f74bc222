"""Quantile tables against scipy's distributions and against counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from keepout.records.parameter import QUANTILES
from keepout.scenario.amounts import Amount, fixed
from keepout.scenario.quantiles import U, beta_table, sticks, table_of


def triangle(low: float, mode: float, high: float) -> Amount:
    return Amount("", low=low, mode=mode, high=high)


def test_fixed_and_uniform() -> None:
    assert np.all(table_of(fixed(0.3)) == 0.3)
    assert table_of(Amount("", low=2.0, high=4.0)) == pytest.approx(2.0 + 2.0 * U, rel=1e-15)


@given(st.floats(-10, 10), st.floats(0, 10), st.floats(0, 10))
def test_triangular_is_scipys(low: float, left: float, right: float) -> None:
    width = left + right
    if width < 1e-3:
        return
    mode = low + left
    expected = stats.triang.ppf(U, min(1.0, left / width), low, width)
    # 1e-7 of the width: what cancellation leaves of the square root near the ends
    found = table_of(triangle(low, mode, low + width))
    assert found == pytest.approx(expected, abs=2e-7 * width + 1e-12)


@pytest.mark.parametrize(
    "a, b", [(4, 5), (2, 3), (0.8, 2.2), (0.05, 0.1), (1, 1), (100, 300), (0.5, 40), (1000, 5000)]
)
def test_beta_is_scipys(a: float, b: float) -> None:
    # absolute: the table is read with linear interpolation over 1/512 anyway
    assert beta_table(a, b) == pytest.approx(special.betaincinv(a, b, U), abs=1e-5)


def test_sticks_have_the_means_of_the_dirichlet() -> None:
    weights = [4.0, 2.0, 0.8, 2.2]
    left, shares = 1.0, []
    for a, b in sticks(weights):
        share = left * a / (a + b)
        shares.append(share)
        left -= share
    assert shares == pytest.approx(np.array(weights) / 9.0, rel=1e-12)


def test_a_mixture_has_the_weights_of_its_parts() -> None:
    halves = Amount(
        "",
        parts=(Amount("", low=0, high=0.15), Amount("", low=0.3, high=0.8)),
        weights=(0.25, 0.75),
    )
    table = table_of(halves)
    assert np.all(np.diff(table) >= 0.0)
    assert np.mean(table < 0.2) == pytest.approx(0.25, abs=2 / QUANTILES)
    assert (table[0], table[-1]) == pytest.approx((0.0, 0.8))
    fixed_part = Amount("", parts=(fixed(1.0), fixed(2.0)), weights=(0.5, 0.5))
    assert set(np.round(table_of(fixed_part), 12)) == {1.0, 2.0}


def test_whole_numbers_get_equal_shares() -> None:
    table = table_of(Amount("", low=180, high=200), whole=True)
    u = (np.arange(21_000) + 0.5) / 21_000
    counts = np.floor(np.interp(u, U, table) + 0.5)
    values, number = np.unique(counts, return_counts=True)
    assert list(values) == list(range(180, 201))
    # a table of 513 points blurs the cuts by up to a cell of 21,000 / 512 draws
    assert number == pytest.approx(1000, abs=42)


@given(
    st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted),
    st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    st.floats(0.01, 1),
)
def test_every_table_rises_inside_its_bounds(
    three: list[float], two: list[float], weight: float
) -> None:
    mixed = Amount(
        "",
        parts=(triangle(*three), Amount("", low=two[0], high=two[1])),
        weights=(weight / (1 + weight), 1 / (1 + weight)),
    )
    table = table_of(mixed)
    assert np.all(np.isfinite(table))
    assert np.all(np.diff(table) >= -1e-12)
    assert table.min() >= mixed.least()
    assert table.max() <= mixed.most()
