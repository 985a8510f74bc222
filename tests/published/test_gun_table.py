"""The range table of a gun of 1935: see keepout/validation/gun_table.py."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from keepout.flight.throw import RTOL
from keepout.validation import gun_table
from keepout.validation.gun_table import CHOSEN, FITTED, OTHERS, ROWS, army_air, checks

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KEEPOUT_DATA", ROOT.parent / "shared" / "data"))
TABLE = DATA / "gun-range-table" / "us_16in_1935.csv"


@pytest.fixture(scope="module")
def every_row():
    return checks(None)


def test_the_chosen_law_keeps_what_was_asked_of_it(every_row):
    rows = [row for row in every_row if row.quantity.startswith("G1 through Army")]
    assert len(rows) == 24
    for row in rows:
        assert row.status == "agrees", row
        if "time" in row.quantity:
            assert abs(row.difference) <= 0.01 * row.published
        if "range" in row.quantity:
            assert abs(row.difference) <= 0.003 * row.published
        if "fall" in row.quantity:
            assert abs(row.difference) <= 1.5


def test_a_law_of_another_body_is_told_apart(every_row):
    rows = {row.quantity: row for row in every_row}
    assert any(row.status == "misses" and "G7" in name for name, row in rows.items())
    assert any(row.status == "misses" and "V-2" in name for name, row in rows.items())
    assert {gun.law for gun in OTHERS} >= {"Ingalls", "G6", "G7", "constant"}


def test_the_air_of_the_time():
    rho, _, sound_mps = army_air(0.0)
    assert rho == pytest.approx(1.2034, abs=1e-4)  # 0.07513 lb/ft3
    assert sound_mps == pytest.approx(341.46, abs=0.01)  # 1120.27 ft/s
    # half as dense at ln 2 / 3.158e-5 = 21,949 ft
    assert army_air(21949 * 0.3048)[0] / rho == pytest.approx(0.5, abs=1e-4)


def test_the_integrator_is_finer_than_the_table(monkeypatch):
    form = CHOSEN.form()
    coarse = CHOSEN.fire(form, FITTED.departure_deg)
    other = OTHERS[-2].fire(0.615, FITTED.departure_deg)
    monkeypatch.setattr(gun_table, "RTOL", RTOL)
    for loose, tight in (
        (coarse, CHOSEN.fire(form, FITTED.departure_deg)),
        (other, OTHERS[-2].fire(0.615, FITTED.departure_deg)),
    ):
        assert loose.range_yd == pytest.approx(tight.range_yd, abs=gun_table.ERROR_M / 0.9144)
        assert loose.time_s == pytest.approx(tight.time_s, abs=gun_table.ERROR_S)
        assert loose.fall_deg == pytest.approx(tight.fall_deg, abs=gun_table.ERROR_DEG)


@pytest.mark.skipif(not TABLE.exists(), reason="the shared data are not here")
def test_rows_are_those_of_the_table():
    with TABLE.open() as file:
        told = {float(row["range_yd"]): row for row in csv.DictReader(file)}
    for row in ROWS:
        theirs = {key: float(value) for key, value in told[row.range_yd].items()}
        assert row.departure_deg == theirs["departure_deg"] + theirs["departure_min"] / 60
        assert row.fall_deg == theirs["fall_deg"] + theirs["fall_min"] / 60
        assert row.time_s == theirs["time_s"]
        assert row.strike_ftps == theirs["striking_velocity_ftps"]
