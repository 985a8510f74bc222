"""The JSON Schema of a scenario, generated from the models, for editors and other programs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from keepout import units

if TYPE_CHECKING:
    from .numbers import Number

FILE = Path(__file__).resolve().parent.parent / "assets" / "scenario.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DIGITS = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
SAID: dict[str, Any] = {
    "source": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        "description": "Key of a source in the catalogue, or opinion.",
    },
    "note": {"type": "string"},
    "grade": {"enum": ["A", "B", "C", "D"]},
    "correlate": {
        "type": "object",
        "description": "Rank correlation with another parameter.",
        "properties": {
            "with": {"type": "string"},
            "rank": {"type": "number", "minimum": -1, "maximum": 1},
        },
        "required": ["with", "rank"],
        "additionalProperties": False,
    },
}


def schema_text() -> str:
    """The schema as JSON text, as it is shipped."""
    from .model import Scenario

    schema = Scenario.model_json_schema(by_alias=True, mode="validation")
    head = {"$schema": DIALECT, "title": "keepout scenario"}
    return json.dumps(head | {"description": schema["description"]} | schema, indent=1) + "\n"


def shipped_text() -> str:
    """The schema file that came with this version."""
    return FILE.read_text("utf-8")


def number_schema(number: Number) -> dict[str, Any]:
    """Schema of one number: with unit or without, spread or not."""
    single = _single(number)
    if not number.spread:
        return single
    part = _single(number, exact=False)
    value = {"value": single}
    shapes = [
        _shape(value, ["value"]),
        _shape({"low": part, "mode": part, "high": part}, ["low", "high"]),
        _shape(
            {
                "mixture": {"type": "array", "minItems": 1},
                "weights": {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}},
            },
            ["mixture", "weights"],
        ),
    ]
    return {"anyOf": [single, *shapes]}


def _single(number: Number, exact: bool = True) -> dict[str, Any]:
    if number.dimension:
        names = units.units_of(number.dimension)
        pattern = "|".join(name.replace("/", r"\/") for name in names)
        example = f"30 {units.SHOWN[number.dimension][-1]}"
        return {"type": "string", "pattern": f"^{DIGITS} ({pattern})$", "examples": [example]}
    schema: dict[str, Any] = {"type": "integer" if number.whole and exact else "number"}
    if number.low > -math.inf:
        schema["minimum"] = number.low
    if number.high < math.inf:
        schema["maximum"] = number.high
    if number.above > -math.inf:
        schema["exclusiveMinimum"] = number.above
    return schema


def _shape(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties | SAID,
        "required": required,
        "additionalProperties": False,
    }


def either_schema(short: dict[str, Any], record: type[BaseModel]) -> dict[str, Any]:
    """Schema of a value that is written short or as a Record."""
    return {"anyOf": [short, _inlined(record.model_json_schema(by_alias=True))]}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A Record's schema; Records used in two forms hold no other Records."""
    if "$defs" in schema:
        raise TypeError("a Record with two forms may not hold Records")
    return schema
