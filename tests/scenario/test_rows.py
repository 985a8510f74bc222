"""Entries of the catalogue as rows."""

from __future__ import annotations

import math

import pytest

from keepout.scenario.book import Book
from keepout.scenario.rows import missile_rows


class Without(Book):
    """The catalogue with some fields of every entry left out."""

    def si(self, kind, id_, field, default=None):
        if field == "ballistic_coefficient":
            return default
        return super().si(kind, id_, field, default)


def test_a_ballistic_coefficient_follows_from_mass_area_and_drag_law():
    given, _ = missile_rows(Book(), ["ghadr-1"])
    (row,), _ = missile_rows(Without(), ["ghadr-1"])
    area_m2 = math.pi * Book().si("missile", "ghadr-1", "rv_diameter") ** 2 / 4
    # the cone of 9 deg at Mach 8: wave, base and friction, as flight/drag.py cites them
    cd = (1.59 + 1.83 / 64) * math.radians(9.0) ** 1.69 + 0.25 / 8 + 0.01
    assert row.rv_beta_kgpm2 == pytest.approx(row.payload_kg / (cd * area_m2), rel=1e-6)
    assert given[0].rv_beta_kgpm2 == Book().si("missile", "ghadr-1", "ballistic_coefficient")
