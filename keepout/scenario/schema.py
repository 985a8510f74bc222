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
UNCERTAIN = "uncertain"
DIMENSION = "x-dimension"
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

    return schema_of(Scenario, "keepout scenario")


def schema_of(top: type[BaseModel], title: str) -> str:
    """The schema of a kind of file as JSON text."""
    schema = top.model_json_schema(by_alias=True, mode="validation")
    shared: dict[str, Any] = {}
    schema = _without_titles(_with_shared(schema, shared))
    schema["$defs"] |= dict(sorted(shared.items()))
    head = {"$schema": DIALECT, "title": title}
    return json.dumps(head | schema, indent=1) + "\n"


def _with_shared(part: Any, shared: dict[str, Any]) -> Any:
    """The schema with every distribution written once, under its title in ``shared``."""
    if isinstance(part, list):
        return [_with_shared(item, shared) for item in part]
    if not isinstance(part, dict):
        return part
    part = {**part, "default": _written(part)} if "default" in part else part
    title = part.get("title")
    if isinstance(title, str) and title.startswith(UNCERTAIN):
        said = {key: part[key] for key in ("description", "default") if key in part}
        name = title.replace(" ", "-")
        shared[name] = {key: value for key, value in part.items() if key not in said}
        return {"$ref": f"#/$defs/{name}"} | said
    return {key: _with_shared(value, shared) for key, value in part.items()}


def _written(part: dict[str, Any]) -> Any:
    """The default of a field as a file writes it."""
    default = part["default"]
    if isinstance(default, dict) and "dimension" in default:  # an Amount
        return shown(default["value"], default["dimension"])
    if isinstance(default, float):
        return shown(default, part.get(DIMENSION, ""))
    return default


def shown(value: float, dimension: str) -> Any:
    """A number in SI as a file writes it."""
    if dimension:
        return units.format_si(value, dimension)
    return int(value) if value == math.floor(value) else value


def _without_titles(part: Any) -> Any:
    """The schema without titles that only repeat keys, and without our own marks."""
    if isinstance(part, list):
        return [_without_titles(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _without_titles(value)
        for key, value in part.items()
        if not (key in ("title", DIMENSION) and isinstance(value, str))
    }


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
    what = "whole number" if number.whole else number.dimension or "number"
    top = f" to {number.high:g}" if number.high < math.inf else ""
    return {"title": f"{UNCERTAIN} {what} from {number.low:g}{top}", "anyOf": [single, *shapes]}


def _single(number: Number, exact: bool = True) -> dict[str, Any]:
    if number.dimension:
        names = units.units_of(number.dimension)
        pattern = "|".join(name.replace("/", r"\/") for name in names)
        example = f"30 {units.SHOWN[number.dimension][-1]}"
        shape = f"^{DIGITS} ({pattern})$"
        mark = {DIMENSION: number.dimension}
        return {"type": "string", "pattern": shape, "examples": [example]} | mark
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
