"""How a number is read from a scenario: units, bounds, distributions, and every fault."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from keepout import units
from keepout.document import Where, shorten

from .amounts import Amount
from .schema import number_schema
from .words import closest

SHAPES = ("value", "low", "mode", "high", "mixture", "weights")
EXTRAS = ("source", "note", "grade", "correlate")
GRADES = ("A", "B", "C", "D")
DEEPEST_MIXTURE = 2


class Fault(ValueError):
    """A value that cannot stand where it stands."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        self.code, self.message, self.help = code, message, help
        super().__init__(message)

    def for_pydantic(self) -> PydanticCustomError:
        """The same as the validator wants it."""
        return PydanticCustomError(
            self.code,
            "{message}",
            {"message": self.message, "help": self.help},
        )


@dataclass(frozen=True)
class Number:
    """Reads one number of a dimension ("" for a pure number) between two bounds.

    ``what`` names it in messages; ``spread`` allows a distribution and then gives an
    Amount, else a float comes back; ``whole`` asks for whole numbers.
    """

    dimension: str = ""
    what: str = ""
    low: float = -math.inf
    high: float = math.inf
    above: float = -math.inf
    whole: bool = False
    spread: bool = False

    def read(self, given: Any) -> Amount | float:
        """What stands in the file as an Amount, or as a float if it cannot be spread."""
        if isinstance(given, Amount):
            return given
        if self.spread:
            return _Reader(self).amount(given)
        try:
            return self.one(given)
        except Fault as fault:
            raise fault.for_pydantic() from None

    def one(self, given: Any, exact: bool = True) -> float:
        """A single number in SI; raises Fault."""
        value = self._pure(given) if self.dimension == "" else self._quantity(given)
        if exact and self.whole and value != math.floor(value):
            raise Fault("number", f"{self.name()} is {given}; a whole number belongs here")
        if not self.low <= value <= self.high or value <= self.above:
            raise self._outside(given, value)
        return value

    def name(self) -> str:
        """What it is called in messages."""
        return self.what or "the number"

    def _pure(self, given: Any) -> float:
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise self._not_a_number(given)
        return float(given)

    def _not_a_number(self, given: Any) -> Fault:
        if isinstance(given, str):
            try:
                value = float(given)
            except ValueError:
                shown = f'{self.name()} is "{shorten(given)}"'
                return Fault("type", f"{shown}; a number without unit belongs here")
            if math.isfinite(value):
                help = f"write {given.strip()}"
                return Fault("type", f"{self.name()} is text; numbers have no quotes", help)
        return Fault("type", f"{self.name()} is {kind_of(given)}; a number belongs here")

    def _quantity(self, given: Any) -> float:
        try:
            if isinstance(given, (int, float)) and not isinstance(given, bool):
                raise units.missing_unit(given, self.dimension)
            if not isinstance(given, str):
                message = f"{self.name()} is {kind_of(given)}; a number with a unit belongs here"
                raise Fault("type", message, self._example())
            return units.parse(given, self.dimension)
        except units.QuantityError as error:
            raise Fault(error.code, error.message, error.help) from None

    def _example(self) -> str:
        unit = units.SHOWN[self.dimension][-1]
        return f'write it like "30 {unit}"'

    def _outside(self, given: Any, value: float) -> Fault:
        name = self.name()
        if name in ("latitude", "longitude"):
            help = "are lat and lon swapped?" if name == "latitude" else ""
            return Fault(name, f"{name} is {given}; a {name} lies in {self._range()}", help)
        if (self.low, self.high) == (0.0, 1.0):
            help = f"write {value / 100:g}" if 2.0 <= value <= 100.0 else ""
            return Fault("probability", f"{name} is {given}; it must lie in 0 to 1", help)
        code = "negative" if value < 0.0 <= max(self.low, self.above) else "range"
        return Fault(code, f"{name} is {given}; it must be {self._rule(value)}")

    def _shown(self, value: float) -> str:
        return units.format_si(value, self.dimension)

    def _range(self) -> str:
        ends = [f"{value / math.pi * 180.0:g}" for value in (self.low, self.high)]
        return f"{ends[0]} to {ends[1]} deg"

    def _rule(self, value: float) -> str:
        """The bound that ``value`` breaks."""
        if value <= self.above:
            return f"more than {self._shown(self.above)}"
        if value < self.low:
            return f"at least {self._shown(self.low)}"
        return f"at most {self._shown(self.high)}"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], Any]
    ) -> core_schema.CoreSchema:
        """Validation by ``read`` alone."""
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                self.written, when_used="json"
            ),
        )

    def written(self, value: Amount | float) -> Any:
        """A value as a file writes it."""
        if not isinstance(value, Amount):
            return units.format_si(value, self.dimension) if self.dimension else value
        if value.parts:
            parts = [self.written(part) for part in value.parts]
            return {"mixture": parts, "weights": list(value.weights)}
        plain = {key: self.written(each) for key, each in value.plain().items()}
        return plain.get("value", plain)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """What editors may offer and check."""
        return number_schema(self)


class _Reader:
    """Reads an Amount and gathers every fault on the way, with where it is."""

    def __init__(self, number: Number) -> None:
        self.number = number
        self.faults: list[InitErrorDetails] = []

    def amount(self, given: Any) -> Amount:
        """The Amount; raises a ValidationError with all faults."""
        read = self._amount(given, (), 0)
        if self.faults or read is None:
            raise ValidationError.from_exception_data("Amount", self.faults)
        return read

    def _note(self, fault: Fault, where: Where, given: Any) -> None:
        self.faults.append(InitErrorDetails(type=fault.for_pydantic(), loc=where, input=given))

    def _one(self, given: Any, where: Where, exact: bool) -> float:
        try:
            return self.number.one(given, exact)
        except Fault as fault:
            self._note(fault, where, given)
            return math.nan

    def _amount(self, given: Any, where: Where, depth: int) -> Amount | None:
        dimension = self.number.dimension
        if not isinstance(given, dict):
            return Amount(dimension, value=self._one(given, where, True))
        said = self._said(given, where)
        shape = frozenset(key for key in SHAPES if key in given)
        if shape == {"value"}:
            value = self._one(given["value"], (*where, "value"), True)
            return Amount(dimension, value=value, **said)
        if shape in ({"low", "high"}, {"low", "mode", "high"}):
            return self._interval(given, where, said)
        if shape == {"mixture", "weights"} and depth < DEEPEST_MIXTURE:
            return self._mixture(given, where, said, depth)
        fault = Fault(
            "distribution",
            f"{self.number.name()} is no number and no distribution",
            "write a number, {low, high}, {low, mode, high} or {mixture: [...], weights: [...]}",
        )
        self._note(fault, where, given)
        return None

    def _interval(self, given: dict[str, Any], where: Where, said: dict[str, Any]) -> Amount:
        ends: dict[str, float] = {
            key: self._one(given[key], (*where, key), False)
            for key in ("low", "mode", "high")
            if key in given
        }
        order = list(ends.values())
        if any(later < earlier for earlier, later in itertools.pairwise(order)):
            names = " <= ".join(ends)
            shown = ", ".join(f"{key} {given[key]}" for key in ends)
            message = f"{self.number.name()} has {shown}; they must rise"
            self._note(Fault("order", message, f"so that {names}"), where, given)
        numbers: dict[str, Any] = {**ends, **said}
        return Amount(self.number.dimension, **numbers)

    def _mixture(
        self, given: dict[str, Any], where: Where, said: dict[str, Any], depth: int
    ) -> Amount | None:
        parts, weights = given["mixture"], given["weights"]
        if not (isinstance(parts, list) and isinstance(weights, list) and parts):
            self._note(Fault("type", "mixture and weights are lists"), where, given)
            return None
        if len(parts) != len(weights):
            message = f"{len(parts)} parts and {len(weights)} weights; there must be as many"
            self._note(Fault("mixture", message), (*where, "weights"), given)
            return None
        read = [
            self._amount(part, (*where, "mixture", i), depth + 1) for i, part in enumerate(parts)
        ]
        numbers = Number(what="a weight", above=0.0)
        values = []
        for i, weight in enumerate(weights):
            try:
                values.append(numbers.one(weight))
            except Fault as fault:
                self._note(fault, (*where, "weights", i), weight)
        total = sum(values) or 1.0
        return Amount(
            self.number.dimension,
            parts=tuple(part for part in read if part is not None),
            weights=tuple(value / total for value in values),
            **said,
        )

    def _said(self, given: dict[str, Any], where: Where) -> dict[str, Any]:
        """Source, note, grade and correlation of a number; unknown keys are faults."""
        said: dict[str, Any] = {}
        for key, value in given.items():
            if key not in (*SHAPES, *EXTRAS):
                help = closest(key, (*SHAPES, *EXTRAS))
                fault = Fault("unknown-key", f'"{shorten(key)}" is no key here', help)
                self._note(fault, (*where, key), value)
        for key in ("note", "grade"):
            if key in given:
                said[key] = given[key]
                if not isinstance(given[key], str) or (key == "grade" and given[key] not in GRADES):
                    says = "a grade is A, B, C or D" if key == "grade" else "a note is text"
                    self._note(Fault("type", says), (*where, key), given[key])
        if "source" in given:
            said["source"] = self._sources(given["source"], (*where, "source"))
        if "correlate" in given:
            said |= self._correlation(given["correlate"], (*where, "correlate"))
        return said

    def _sources(self, given: Any, where: Where) -> tuple[str, ...]:
        keys = given if isinstance(given, list) else [given]
        if not all(isinstance(key, str) and key for key in keys):
            self._note(Fault("type", "a source is the key of one, or a list of keys"), where, given)
            return ()
        return tuple(keys)

    def _correlation(self, given: Any, where: Where) -> dict[str, Any]:
        if not isinstance(given, dict) or set(given) != {"with", "rank"}:
            fault = Fault("type", "a correlation is written {with: PARAMETER, rank: 0.5}")
            self._note(fault, where, given)
            return {}
        try:
            rank = Number(what="rank", low=-1.0, high=1.0).one(given["rank"])
        except Fault as fault:
            self._note(fault, (*where, "rank"), given)
            return {}
        if not isinstance(given["with"], str):
            self._note(Fault("type", "with names a parameter"), (*where, "with"), given)
            return {}
        return {"partner": given["with"], "rank": rank}


def kind_of(given: Any) -> str:
    """What a value of a file is, in words."""
    if given is None:
        return "empty"
    if isinstance(given, bool):
        return "true or false"
    if isinstance(given, (int, float)):
        return f"the number {given}"
    if isinstance(given, str):
        return f'the text "{shorten(given)}"'
    return "a list" if isinstance(given, (list, tuple)) else "a mapping"
