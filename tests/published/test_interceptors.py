"""The catalogue's interceptors against what is published of each.

Sources: the entry's own (keepout/catalogue/interceptors). The burnout speed is an input of
the derivation (design/derive_interceptors.py), so its agreement says only that the derived
motor was not broken since. Reach, ceiling and floor are rules of the model; that a thrown
body with that speed gets there within the longest flight is a check that could fail.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.catalogue.fields import DRAG_LAWS
from keepout.catalogue.read import entry, ids
from keepout.intercept.flyout import flight_time_s, flyout_kernel
from keepout.intercept.sizing import ELEVATION_RAD, burnout_speed_mps
from keepout.records.defence import FLYOUT, INTERCEPTOR

NAMES = sorted(ids("interceptor"))

TOO_SHORT = {
    "sm-6": "published reach is against aircraft, with lift; a thrown body gets half as far",
    "stunner": "published reach is the system's; its second pulse is not modelled",
    "tamir": "published reach is against slow targets, with lift; a third as far here",
}
"""Published reaches that a body thrown with the published speed does not get to."""


def interceptor_row(name):
    thing = entry(name)
    row = np.zeros(1, INTERCEPTOR).view(np.recarray)[0]
    for field, column in (
        ("mass", "mass_kg"), ("propellant", "propellant_kg"), ("thrust", "thrust_n"),
        ("burn", "burn_s"), ("floor", "floor_m"), ("ceiling", "ceiling_m"),
        ("reach", "reach_m"), ("max_flight_time", "max_flight_s"),
    ):  # fmt: skip
        setattr(row, column, thing.number(field).si)
    row.area_m2 = 0.25 * math.pi * thing.number("diameter").si ** 2
    row.drag_law = DRAG_LAWS.index(thing.text("drag_law"))
    return row


def table_of(row):
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(row, table)
    return table


def best_s(table, row, ranges_m, alts_m):
    """Least time over some points of the sky; nan if none is reached."""
    times = [flight_time_s(table, row, float(s), float(h)) for s in ranges_m for h in alts_m]
    return np.nanmin(times) if np.isfinite(times).any() else math.nan


@pytest.mark.parametrize("name", NAMES)
def test_the_published_burnout_speed_is_reached(name):
    published_mps = entry(name).number("burnout_speed").si
    got = burnout_speed_mps(interceptor_row(name), ELEVATION_RAD)
    # 0.3 %: propellant is written to 0.1 kg, thrust to 10 N
    assert got == pytest.approx(published_mps, rel=3e-3)


@pytest.mark.parametrize("name", NAMES)
def test_published_limits_are_reached_and_kept(name):
    row = interceptor_row(name)
    table = table_of(row)
    alts_m = np.linspace(row.floor_m, row.ceiling_m, 60)
    ranges_m = np.linspace(0.0, row.reach_m, 60)
    assert math.isfinite(best_s(table, row, ranges_m, [row.ceiling_m]))
    just_above_m = min(1.02 * row.floor_m + 100.0, row.ceiling_m)
    assert math.isfinite(best_s(table, row, ranges_m, [just_above_m]))
    assert math.isfinite(best_s(table, row, [row.reach_m], alts_m)) == (name not in TOO_SHORT)
    assert math.isnan(best_s(table, row, ranges_m, [row.ceiling_m + 1.0]))
    assert math.isnan(best_s(table, row, ranges_m, [row.floor_m - 1.0]))
    assert math.isnan(best_s(table, row, [row.reach_m + 1.0], alts_m))
    assert np.nanmax(table.time_s) <= row.max_flight_s
