"""Craters: scaling, and the order of its bounds."""

from __future__ import annotations

import pytest

from keepout.effects.damage import TNT_JPKG, crater_m, tnt_equivalent_kg


def test_motion_counts_as_explosive():
    assert tnt_equivalent_kg(500.0, 0.0, 2000.0) == 500.0
    # 750 kg at 2 km/s carry 1.5 GJ
    assert tnt_equivalent_kg(0.0, 750.0, 2000.0) == pytest.approx(1.5e9 / TNT_JPKG)


@pytest.mark.parametrize("tnt_kg", [100.0, 600.0, 1e4])
def test_bounds_are_in_order(tnt_kg):
    low, middle, high, depth = crater_m(tnt_kg)
    assert 0.0 < low < middle < high
    assert 0.0 < depth < middle


def test_the_low_bound_scales_with_the_cube_root():
    assert crater_m(8000.0)[0] == pytest.approx(2.0 * crater_m(1000.0)[0])
    assert crater_m(1000.0)[0] == pytest.approx(0.7 * 0.8 * 10.0)


def test_the_high_bound_is_sedan_at_a_hundred_kilotons():
    assert crater_m(1e8)[2] == pytest.approx(390.0)
