"""Physical quantities as text ("200 km", "2.8 km/s", "12 min") to SI and back.

A closed table and a strict pattern: a number, one space, a unit. Nothing is guessed:
"1 600 km" is refused rather than read as 600 km.

Sources of the factors: SI Brochure, 9th ed. (2019); international yard and pound
agreement (1959); nautical mile, First International Extraordinary Hydrographic
Conference (1929); standard gravity, 3rd CGPM (1901).
"""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from typing import NamedTuple


class Unit(NamedTuple):
    """What one unit of a quantity is in SI; ``decibel`` units are 10 log10 of it."""

    dimension: str
    si: float
    decibel: bool = False


UNITS: dict[str, Unit] = {
    "m": Unit("length", 1.0),
    "km": Unit("length", 1000.0),
    "cm": Unit("length", 0.01),
    "ft": Unit("length", 0.3048),
    "yd": Unit("length", 0.9144),
    "mi": Unit("length", 1609.344),
    "nmi": Unit("length", 1852.0),
    "s": Unit("time", 1.0),
    "ms": Unit("time", 0.001),
    "min": Unit("time", 60.0),
    "h": Unit("time", 3600.0),
    "d": Unit("time", 86400.0),
    "m/s": Unit("speed", 1.0),
    "km/s": Unit("speed", 1000.0),
    "km/h": Unit("speed", 1000.0 / 3600.0),
    "kn": Unit("speed", 1852.0 / 3600.0),
    "ft/s": Unit("speed", 0.3048),
    "rad": Unit("angle", 1.0),
    "mrad": Unit("angle", 0.001),
    "deg": Unit("angle", math.pi / 180.0),
    "kg": Unit("mass", 1.0),
    "g": Unit("mass", 0.001),
    "t": Unit("mass", 1000.0),
    "lb": Unit("mass", 0.45359237),
    "slug": Unit("mass", 0.45359237 * 9.80665 / 0.3048),
    "m2": Unit("area", 1.0),
    "cm2": Unit("area", 1e-4),
    "ft2": Unit("area", 0.3048**2),
    "dBsm": Unit("area", 1.0, decibel=True),
    "kg/m2": Unit("mass per area", 1.0),
    "lb/ft2": Unit("mass per area", 0.45359237 / 0.3048**2),
    "N": Unit("force", 1.0),
    "kN": Unit("force", 1000.0),
    "W": Unit("power", 1.0),
    "kW": Unit("power", 1e3),
    "MW": Unit("power", 1e6),
    "J": Unit("energy", 1.0),
    "MJ": Unit("energy", 1e6),
    "Pa": Unit("pressure", 1.0),
    "kPa": Unit("pressure", 1e3),
    "Hz": Unit("frequency", 1.0),
    "kHz": Unit("frequency", 1e3),
    "MHz": Unit("frequency", 1e6),
    "GHz": Unit("frequency", 1e9),
    "K": Unit("temperature", 1.0),
    "m/s2": Unit("acceleration", 1.0),
    "g0": Unit("acceleration", 9.80665),
    "dB": Unit("ratio", 1.0, decibel=True),
    "%": Unit("ratio", 0.01),
    "USD": Unit("money", 1.0),
    "kUSD": Unit("money", 1e3),
    "MUSD": Unit("money", 1e6),
}
"""The closed table. ``t`` is the metric tonne, ``g0`` standard gravity, ``slug`` 1 lbf s2/ft."""

SHOWN = {
    "length": ("m", "km"),
    "time": ("s", "min", "h", "d"),
    "speed": ("m/s", "km/s"),
    "angle": ("deg",),
    "mass": ("kg", "t"),
    "area": ("m2",),
    "mass per area": ("kg/m2",),
    "force": ("N", "kN"),
    "power": ("W", "kW", "MW"),
    "energy": ("J", "MJ"),
    "pressure": ("Pa", "kPa"),
    "frequency": ("Hz", "kHz", "MHz", "GHz"),
    "temperature": ("K",),
    "acceleration": ("m/s2",),
    "ratio": ("%",),
    "money": ("USD", "kUSD", "MUSD"),
}
"""Units ``format_si`` may choose from, smallest first."""

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
QUANTITY = re.compile(rf"({NUMBER}) ([^\s0-9.+-]\S*)")
LONE_NUMBER = re.compile(NUMBER)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ ,'_\u00a0\u202f][0-9]{3})+(?:\.[0-9]+)? ?(\S*)")
NO_SPACE = re.compile(rf"({NUMBER})([A-Za-z%]\S*)")
LONGEST = 60


class QuantityError(ValueError):
    """Text that is no quantity of the dimension asked for; says what to write instead."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        self.code = code
        self.message = message
        self.help = help
        super().__init__(f"{message}; {help}" if help else message)


def units_of(dimension: str) -> tuple[str, ...]:
    """Names of the units of a dimension, in the order of the table."""
    return tuple(name for name, unit in UNITS.items() if unit.dimension == dimension)


def si(value: float, unit: str) -> float:
    """``value`` in ``unit`` as a number in SI; the unit "" stands for a pure number.

    Raises QuantityError for a unit outside the table.
    """
    if unit == "":
        return float(value)
    known = UNITS.get(unit)
    if known is None:
        raise QuantityError("unit", f'"{unit}" is no unit keepout knows', _closest_unit(unit))
    if known.decibel:
        return _from_decibel(float(value)) * known.si
    return float(value) * known.si


def parse(text: str, dimension: str) -> float:
    """A quantity such as "200 km" in SI.

    Raises QuantityError if the text is not a number, one space and a unit of the
    dimension, or if the number is not finite.
    """
    found = QUANTITY.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise _malformed(text, dimension)
    number, name = found.groups()
    unit = UNITS.get(name)
    if unit is None:
        raise QuantityError(
            "unit",
            f'"{name}" is no unit keepout knows',
            _closest_unit(name, dimension) or _write(dimension),
        )
    if unit.dimension != dimension:
        raise QuantityError(
            "dimension",
            f'"{text}" is {_a(unit.dimension)}, but {_a(dimension)} belongs here',
            _write(dimension),
        )
    value = si(float(number), name)
    if not math.isfinite(value):
        raise QuantityError("number", f'"{text}" is too large a number')
    return value


def format_si(value: float, dimension: str, digits: int = 6) -> str:
    """A number in SI as text with the unit that reads best; ``parse`` reads it back.

    A pure number (dimension "") is given without a unit.
    """
    if dimension == "":
        return f"{value:.{digits}g}"
    names = SHOWN[dimension]
    chosen = names[0]
    for name in names[1:]:
        if abs(value) >= UNITS[name].si:
            chosen = name
    return f"{value / UNITS[chosen].si:.{digits}g} {chosen}"


def _from_decibel(value_db: float) -> float:
    """10^(x/10), infinite instead of an exception."""
    return math.inf if value_db > 3000.0 else float(Decimal(10) ** (Decimal(value_db) / 10))


def _malformed(text: str, dimension: str) -> QuantityError:
    """Why ``text`` does not read as a quantity at all."""
    shown = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    stripped = text.strip()
    if LONE_NUMBER.fullmatch(stripped):
        return missing_unit(stripped, dimension)
    grouped = GROUPED.fullmatch(stripped)
    if grouped:
        plain = re.sub(r"[ ,'_\u00a0\u202f](?=[0-9]{3})", "", stripped)
        return QuantityError(
            "number", f'"{shown}" groups its digits', f'write the digits together: "{plain}"'
        )
    if NO_SPACE.fullmatch(stripped):
        number, unit = NO_SPACE.fullmatch(stripped).groups()  # type: ignore[union-attr]
        return QuantityError(
            "quantity",
            f'"{shown}" has no space between number and unit',
            f'write "{number} {unit}"',
        )
    return QuantityError("quantity", f'"{shown}" is not a number and a unit', _write(dimension))


def missing_unit(number: object, dimension: str) -> QuantityError:
    """The error for a bare number where a quantity belongs."""
    units = SHOWN[dimension]
    example = " or ".join(f'"{number} {unit}"' for unit in units[:2])
    return QuantityError("unit-missing", f"{number} has no unit", f"write {example}")


def _write(dimension: str) -> str:
    """The units one may write, as help."""
    return f"{_a(dimension)} is written with one of the units {', '.join(units_of(dimension))}"


def _a(dimension: str) -> str:
    """The dimension with its article."""
    if dimension == "money":
        return "an amount of money"
    return f"an {dimension}" if dimension[0] in "aeiou" else f"a {dimension}"


def _closest_unit(name: str, dimension: str = "") -> str:
    """Help that names the unit that was probably meant."""
    names = units_of(dimension) if dimension else tuple(UNITS)
    lowered = {known.lower(): known for known in names}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f'did you mean "{lowered[close[0]]}"?' if close else ""
