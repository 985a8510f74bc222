"""What every part of a scenario file is built from: Record, names, and kinds of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from keepout.document import shorten

from .amounts import Amount
from .numbers import Fault, Number, kind_of

T = TypeVar("T")

Many = Annotated[tuple[T, ...], Field(strict=False)]
"""A list in the file, a tuple in the model."""

HALF_TURN = math.pi
FARTHEST_M = 20e6
"""No length on Earth is larger than half of the way round it."""
LONGEST_S = 10 * 365.25 * 86400.0
"""Ten years: longer than any raid, reload or campaign."""
LONGEST_NAME = 48


class Record(BaseModel):
    """A mapping of the file: frozen, no unknown keys, nothing converted silently."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        protected_namespaces=(),
        revalidate_instances="never",
        defer_build=True,
    )

    note: str = Field(default="", description="Anything worth saying; the report prints it.")


@dataclass(frozen=True)
class Word:
    """Text that must match a pattern; ``rule`` says in words what is asked for."""

    pattern: str
    code: str
    what: str
    rule: str
    longest: int = LONGEST_NAME

    def read(self, given: Any) -> str:
        """The text itself, or a fault."""
        if not isinstance(given, str):
            raise Fault(
                "type",
                f"{self.what} is {kind_of(given)}; text belongs here",
                'put it in quotes: "…"',
            ).for_pydantic()
        if len(given) > self.longest or not re.fullmatch(self.pattern, given):
            message = f'"{shorten(given)}" cannot be {self.what}'
            raise Fault(self.code, message, self.rule).for_pydantic()
        return given

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], Any]
    ) -> core_schema.CoreSchema:
        """Validation by ``read`` alone."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """The pattern, for editors."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}


Name = Annotated[
    str,
    Word(
        "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?",
        "name",
        "a name",
        f"letters, digits, - and _, at most {LONGEST_NAME}",
    ),
]
"""A name given in the scenario."""

Id = Annotated[
    str, Word("[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", "name", "an id", "small letters, digits and -")
]
"""An id of the catalogue."""

Rule = Annotated[
    str,
    Word(
        "single|salvo-[1-9]|shoot-look-shoot|shoot-shoot-look",
        "choice",
        "a rule",
        "allowed: single, salvo-N, shoot-look-shoot, shoot-shoot-look",
    ),
]
"""A doctrine: how a battery shoots at one threat."""


def said(description: str, default: Any = ...) -> Any:
    """A field with what it means, and its default."""
    return Field(default, description=description)


def said_by(description: str, record: type[Record]) -> Any:
    """A field that is a Record; its default is made when it is needed, to start faster."""
    return Field(default_factory=record, description=description)


# one number in SI
Latitude = Annotated[float, Number("angle", "latitude", low=-HALF_TURN / 2, high=HALF_TURN / 2)]
Longitude = Annotated[float, Number("angle", "longitude", low=-HALF_TURN, high=HALF_TURN)]
Azimuth = Annotated[float, Number("angle", "the azimuth", low=-2 * HALF_TURN, high=2 * HALF_TURN)]
Length = Annotated[float, Number("length", "the length", low=0.0, high=FARTHEST_M)]
Sector = Annotated[float, Number("angle", "the sector", above=0.0, high=2 * HALF_TURN)]
Share = Annotated[float, Number("", "the share", low=0.0, high=1.0)]
Weight = Annotated[float, Number("", "the weight", above=0.0)]

# numbers that may be uncertain: Amounts
Probability = Annotated[Amount, Number("", "the probability", low=0.0, high=1.0, spread=True)]
Portion = Annotated[Amount, Number("", "the share", low=0.0, high=1.0, spread=True)]
Duration = Annotated[Amount, Number("time", "the time", low=0.0, high=LONGEST_S, spread=True)]
Distance = Annotated[Amount, Number("length", "the length", low=0.0, high=FARTHEST_M, spread=True)]
Count = Annotated[Amount, Number("", "the count", low=1.0, high=1e6, whole=True, spread=True)]
Stock = Annotated[Amount, Number("", "the number", low=0.0, high=1e6, whole=True, spread=True)]
