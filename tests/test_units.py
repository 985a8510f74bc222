"""Quantities as text: the table, the pattern, and what is refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepout import units

GOOD = [
    ("200 km", "length", 200e3),
    ("3 nmi", "length", 5556.0),
    ("1 mi", "length", 1609.344),
    ("1000 ft", "length", 304.8),
    ("12 min", "time", 720.0),
    ("1.5 d", "time", 129600.0),
    ("2.8 km/s", "speed", 2800.0),
    ("36 km/h", "speed", 10.0),
    ("180 deg", "angle", math.pi),
    ("-3 deg", "angle", -math.pi / 60.0),
    ("8.5 t", "mass", 8500.0),
    ("-20 dBsm", "area", 0.01),
    ("9.2 m2", "area", 9.2),
    ("1 lb/ft2", "mass per area", 4.882427636383051),
    ("9.5 GHz", "frequency", 9.5e9),
    ("1 g0", "acceleration", 9.80665),
    ("3 dB", "ratio", 10**0.3),
    ("12.7 MUSD", "money", 12.7e6),
    ("1e3 m", "length", 1000.0),
    (".5 km", "length", 500.0),
]

BAD = [
    ("200", "length", "unit-missing", '"200 m" or "200 km"'),
    ("1 600 km", "length", "number", '"1600 km"'),
    ("1,600 km", "length", "number", '"1600 km"'),
    ("200km", "length", "quantity", '"200 km"'),
    ("200  km", "length", "quantity", ""),
    (" 200 km", "length", "quantity", ""),
    ("200 km ", "length", "quantity", ""),
    ("nan km", "length", "quantity", ""),
    ("Nan", "length", "quantity", ""),
    ("inf km", "length", "quantity", ""),
    ("1e999 km", "length", "number", ""),
    ("1e5 dBsm", "area", "number", ""),
    ("200 s", "length", "dimension", "m, km, cm"),
    ("200 km", "time", "dimension", "s, ms, min"),
    ("200 Km", "length", "unit", '"km"'),
    ("200 parsec", "length", "unit", "m, km, cm"),
    ("", "length", "quantity", ""),
    ("km", "length", "quantity", ""),
    ("1 km\n", "length", "quantity", ""),
    ("١ km", "length", "quantity", ""),
    ("1_0 km", "length", "quantity", ""),
    ("0x10 km", "length", "quantity", ""),
    ("1 1 km", "length", "quantity", ""),
    ("9" * 500 + " km", "length", "quantity", ""),
]


@pytest.mark.parametrize("text, dimension, value", GOOD)
def test_quantities_are_read(text: str, dimension: str, value: float) -> None:
    assert units.parse(text, dimension) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text, dimension, code, help", BAD)
def test_what_is_no_quantity_is_refused(text: str, dimension: str, code: str, help: str) -> None:
    with pytest.raises(units.QuantityError) as caught:
        units.parse(text, dimension)
    assert caught.value.code == code
    assert help in caught.value.help
    assert len(caught.value.message) < 200


@given(st.sampled_from(sorted(units.SHOWN)), st.floats(-1e12, 1e12))
def test_what_is_written_is_read_back(dimension: str, value: float) -> None:
    text = units.format_si(value, dimension, digits=17)
    assert units.parse(text, dimension) == pytest.approx(value, rel=1e-15, abs=1e-300)


@given(st.sampled_from(sorted(units.SHOWN)), st.floats(-1e200, 1e200))
def test_writing_twice_changes_nothing(dimension: str, value: float) -> None:
    once = units.format_si(value, dimension)
    again = units.format_si(units.parse(once, dimension), dimension)
    number, unit = again.split(" ", 1)
    assert unit in units.UNITS
    assert units.si(float(number), unit) == pytest.approx(value, rel=1.1e-5, abs=1e-300)


@given(st.text())
def test_no_text_does_worse_than_an_error(text: str) -> None:
    try:
        value = units.parse(text, "length")
    except units.QuantityError:
        value = 0.0
    assert math.isfinite(value)


def test_every_shown_unit_is_in_the_table() -> None:
    assert {unit.dimension for unit in units.UNITS.values()} == set(units.SHOWN)
    for dimension, names in units.SHOWN.items():
        assert [units.UNITS[name].dimension for name in names] == [dimension] * len(names)
        scales = [units.UNITS[name].si for name in names]
        assert scales == sorted(scales)


def test_a_pure_number_has_no_unit() -> None:
    assert units.si(0.75, "") == 0.75
    assert units.format_si(0.75, "") == "0.75"
    with pytest.raises(units.QuantityError, match="no unit keepout knows"):
        units.si(1.0, "furlong")
