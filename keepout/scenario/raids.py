"""Raids: who is launched, from where, at what, when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic_core import core_schema

from .amounts import Amount, fixed
from .numbers import Fault, Number, kind_of
from .record import (
    LONGEST_S,
    Count,
    Distance,
    Duration,
    Id,
    Latitude,
    Length,
    Longitude,
    Name,
    Portion,
    Record,
    Stock,
    Weight,
    said,
)
from .schema import either_schema, number_schema

Spread = Literal["fixed", "dirichlet"]
MOST_WAVES = 100


class Mix(Record):
    """Several things with weights: shares are fixed, or drawn once per trial."""

    mix: dict[Id, Weight] = said("Weights by id; only their proportions count if spread is fixed.")
    spread: Spread = said("dirichlet: the weights are the parameters of a Dirichlet.", "fixed")


class Within(Record):
    """Launches spread over a time, in equal bursts with pauses as long."""

    within: Duration = said("From the first launch to the last.")
    waves: Annotated[float, Number("", "waves", low=1, high=MOST_WAVES, whole=True)] = said(
        "Number of bursts.", 1.0
    )


class Either:
    """A value that is written short, or as a Record."""

    def __init__(
        self,
        record: type[Record],
        key: str,
        short: Callable[[Any], Any],
        schema: Callable[[], dict[str, Any]],
    ) -> None:
        self.record, self.key, self.short, self.schema = record, key, short, schema

    def read(self, given: Any) -> Any:
        """The Record of a mapping that has the telling key, else what ``short`` makes of it."""
        if isinstance(given, self.record):
            return given
        if isinstance(given, dict) and self.key in given:
            return self.record.model_validate(given)
        return self.short(given)

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], Any]
    ) -> core_schema.CoreSchema:
        """Validation by ``read`` alone."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Either form, for editors."""
        return either_schema(self.schema(), self.record)


def _one_missile(given: Any) -> Mix:
    if not isinstance(given, str):
        message = f"the missile is {kind_of(given)}; an id or a mix belongs here"
        raise Fault("type", message, "write an id, or {mix: {ID: WEIGHT, ...}}").for_pydantic()
    return Mix(mix={given: 1.0})


EACH = Number("time", "the spacing", low=0.0, high=LONGEST_S, spread=True)


def _text_schema() -> dict[str, Any]:
    return {"type": "string"}


def _each_schema() -> dict[str, Any]:
    return number_schema(EACH)


MissileMix = Annotated[Mix, Either(Mix, "mix", _one_missile, _text_schema)]
Spacing = Annotated[Amount | Within, Either(Within, "within", EACH.read, _each_schema)]


class Launch(Record):
    """Where a raid comes from: provinces, never sites."""

    area: Id | None = said("One launch area of the catalogue.", None)
    mix: dict[Id, Weight] | None = said("Several launch areas with weights.", None)
    spread: Spread = said("dirichlet: the weights are the parameters of a Dirichlet.", "fixed")
    lat: Latitude | None = said("Latitude of an area that is not in the catalogue.", None)
    lon: Longitude | None = said("Longitude of an area that is not in the catalogue.", None)
    radius: Length | None = said("Launches come from inside; the catalogue's if not given.", None)


class Aim(Record):
    """What a raid is aimed at, and how well it hits."""

    asset: Id | None = said("One asset.", None)
    mix: dict[Id, Weight] | None = said("Several assets with weights.", None)
    spread: Spread = said("dirichlet: the weights are the parameters of a Dirichlet.", "fixed")
    lat: Latitude | None = said("Latitude of an aim point that is no asset.", None)
    lon: Longitude | None = said("Longitude of an aim point that is no asset.", None)
    cep: Distance | None = said("Circular error probable; the catalogue's if not given.", None)


class Decoys(Record):
    """Objects that fly as their missile does until the air tells them apart."""

    count: Stock = said("With each missile that does not fail before.")
    stripped_at: Length = said("Height below which they are told apart.", 100e3)


class Raid(Record):
    """Missiles launched together. Threats are NAME/000, NAME/001, …"""

    name: Name = said("Short and unique.")
    missile: MissileMix = said("A missile, or a mix.")
    count: Count = said("Number of missiles launched.")
    launch: Launch = said("Where they come from.")
    aim: Aim = said("What they are aimed at.")
    first: Duration = said("First launch, after the scenario's start.", fixed(0.0, "time"))
    spacing: Annotated[
        Amount | Within, Either(Within, "within", EACH.read, lambda: number_schema(EACH))
    ] = said("Time between launches, or {within: TIME, waves: N}.", fixed(0.0, "time"))
    decoys: Decoys | None = said("What flies with every missile.", None)
    failed: Portion = said("Share that fails in flight, under power.", fixed(0.0))
    failed_at_separation: Portion | None = said("Of the rest, share that fails there.", None)
    failed_in_reentry: Portion | None = said("Of the rest, share that breaks up there.", None)
