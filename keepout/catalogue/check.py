"""Is the data of one catalogue file an entry? Every fault at once, with its place."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from keepout import units
from keepout.document import Document, Where
from keepout.errors import Problem
from keepout.records.parameter import Parameter

from .entry import Entry, Source, Text
from .fields import STAGE, STAGE_NAME, TEXT, Field, fields_of, stage_fields

SCHEMA = "keepout/catalogue/1"
GRADES = ("A", "B", "C", "D")
TOP_KEYS = ("schema", "id", "name", "note", "source", "fields")
OPTIONAL_KEYS = ("source",)
FIELD_KEYS = ("value", "unit", "low", "high", "source", "grade", "date", "note")
SOURCE_KEYS = ("author", "title", "date", "where", "note")

DECIBELS = tuple(name for name, unit in units.UNITS.items() if unit.decibel)

Ids = Callable[[str], Sequence[str]]
"""Ids of the entries of one kind."""


class Checker:
    """Checks one document and builds what is sound of it."""

    def __init__(
        self, document: Document, kind: str, sources: Mapping[str, Source], ids: Ids
    ) -> None:
        self.document = document
        self.kind = kind
        self.sources = sources
        self.ids = ids
        self.problems: list[Problem] = list(document.problems)

    def entry(self, id_: str) -> Entry | None:
        """The entry, or None when ``problems`` says what is wrong."""
        data = self.document.data
        if not isinstance(data, dict):
            return None
        self._top(data, id_)
        given = data.get("fields")
        fields: dict[str, Parameter | Text] = {}
        if isinstance(given, dict):
            fields = self._fields(given)
        else:
            self._fault("fields", "fields must be a mapping of names to numbers", ("fields",))
        source = self._source(data, ()) if "source" in data else ()
        if self.problems:
            self.problems.sort(key=lambda problem: (problem.line, problem.column))
            return None
        name, note = str(data["name"]), str(data["note"])
        return Entry(id_, self.kind, name, note, MappingProxyType(fields), source)

    def _fault(
        self, code: str, message: str, where: Where, help: str = "", at_key: bool = False
    ) -> None:
        self.problems.append(self.document.problem(code, message, where, help, at_key))

    def _keys(self, data: Mapping[str, Any], allowed: Sequence[str], where: Where) -> None:
        """Refuse keys that are not in ``allowed``."""
        for key in data:
            if key not in allowed:
                self._fault(
                    "unknown-key",
                    f'"{key}" is no key of this place',
                    (*where, key),
                    closest(key, allowed),
                    at_key=True,
                )

    def _top(self, data: Mapping[str, Any], id_: str) -> None:
        self._keys(data, TOP_KEYS, ())
        for key in TOP_KEYS:
            if key not in data and key not in OPTIONAL_KEYS:
                self._fault("missing-key", f'"{key}" is missing', ())
        if data.get("schema", SCHEMA) != SCHEMA:
            self._fault("schema", f"the schema must be {SCHEMA}", ("schema",))
        if data.get("id", id_) != id_:
            self._fault("id", f'the id must be "{id_}", as the file is called', ("id",))
        for key in ("name", "note"):
            if key in data and not isinstance(data[key], str):
                self._fault("text", f"{key} must be text", (key,))

    def _fields(self, given: Mapping[str, Any]) -> dict[str, Parameter | Text]:
        """All fields that are sound; unknown and missing ones are faults."""
        texts = {
            name: body["value"]
            for name, body in given.items()
            if isinstance(body, dict) and isinstance(body.get("value"), str)
        }
        table = fields_of(self.kind, texts)
        if self.kind == "missile" and texts.get("kind") != "cruise":
            table |= stage_fields(self._stages(given))
        self._keys(given, tuple(table), ("fields",))
        for name, field in table.items():
            if field.required and name not in given:
                self._fault("missing-field", f'the field "{name}" is missing', ("fields",))
        built = {
            name: self._field(name, table[name], body)
            for name, body in given.items()
            if name in table
        }
        return {name: field for name, field in built.items() if field is not None}

    @staticmethod
    def _stages(given: Mapping[str, Any]) -> int:
        """The highest stage a field names, at least 1."""
        found = (STAGE_NAME.fullmatch(name) for name in given)
        return max((int(match[1]) for match in found if match and match[2] in STAGE), default=1)

    def _field(self, name: str, field: Field, body: Any) -> Parameter | Text | None:
        """One field, or None after its faults are noted."""
        where: Where = ("fields", name)
        if not isinstance(body, dict):
            self._fault("field", f"{name} must be a mapping with value, unit, source, grade", where)
            return None
        before = len(self.problems)
        self._keys(body, FIELD_KEYS, where)
        source = self._source(body, where)
        grade = body.get("grade")
        if grade not in GRADES:
            self._fault("grade", f"the grade must be A, B, C or D, not {grade}", (*where, "grade"))
        if field.dimension == TEXT:
            self._text_value(name, field, body, where)
        else:
            self._number_value(field, body, where)
        if len(self.problems) > before:
            return None
        date = str(body.get("date", self.sources[source[0]].date))
        note = str(body.get("note", ""))
        if field.dimension == TEXT:
            return Text(body["value"], source, str(grade), note, date)
        return Parameter(
            value=body["value"],
            unit=body["unit"],
            si=units.si(body["value"], body["unit"]),
            low=body.get("low"),
            high=body.get("high"),
            source=source,
            grade=str(grade),
            note=note,
            date=date,
        )

    def _source(self, body: Mapping[str, Any], where: Where) -> tuple[str, ...]:
        """The source keys of a field, each of them known."""
        source = body.get("source")
        keys = [source] if isinstance(source, str) else source
        if not isinstance(keys, list) or not keys:
            self._fault("source", "a field needs a source: a key or a list of keys", where)
            return ()
        for key in keys:
            if key not in self.sources:
                help = closest(str(key), tuple(self.sources))
                self._fault(
                    "unknown-source", f'"{key}" is no key of sources.yaml', (*where, "source"), help
                )
        return tuple(str(key) for key in keys)

    def _text_value(self, name: str, field: Field, body: Mapping[str, Any], where: Where) -> None:
        value = body.get("value")
        if not isinstance(value, str):
            self._fault("text", f"{name} must be text", (*where, "value"))
            return
        allowed = tuple(self.ids(field.refers)) if field.refers else field.choices
        if allowed and value not in allowed:
            self._fault(
                "unknown-name",
                f'"{value}" is not known as {name}',
                (*where, "value"),
                f"allowed: {', '.join(allowed)}",
            )
        if body.get("unit", "") != "" or "low" in body or "high" in body:
            self._fault("text", f"{name} is text: it has no unit and no range", where)

    def _number_value(self, field: Field, body: Mapping[str, Any], where: Where) -> None:
        signed = field.dimension in ("", "angle") or str(body.get("unit")) in DECIBELS
        for key in ("value", "low", "high"):
            if key not in body:
                continue
            if not is_number(body[key]) or not math.isfinite(body[key]):
                self._fault("number", f"{key} must be a plain number", (*where, key))
            elif body[key] < 0 and not signed:
                self._fault("negative", f"{key} is {body[key]}, below zero", (*where, key))
        for key in ("value", "unit") if field.exact else ("value", "unit", "low", "high"):
            if key not in body:
                self._fault("missing-key", f'"{key}" is missing', where)
        self._unit(field.dimension, body.get("unit", ""), where)
        given = [body[key] for key in ("low", "value", "high") if is_number(body.get(key))]
        if len(given) == 3 and given != sorted(given):
            low, value, high = given
            self._fault(
                "range", f"the value {value} does not lie in {low} to {high}", (*where, "value")
            )

    def _unit(self, dimension: str, unit: Any, where: Where) -> None:
        known = units.units_of(dimension) if dimension else ("",)
        if unit not in known:
            shown = ", ".join(known) if dimension else 'the empty text ""'
            self._fault(
                "unit",
                f'"{unit}" is no unit for this field',
                (*where, "unit"),
                f"allowed: {shown}",
            )


def sources_of(document: Document) -> tuple[dict[str, Source], list[Problem]]:
    """The sources in sources.yaml, and what is wrong with it."""
    problems = list(document.problems)
    found: dict[str, Source] = {}
    data = document.data if isinstance(document.data, dict) else {}
    for key, body in data.items():
        where: Where = (key,)
        if not isinstance(body, dict):
            problems.append(document.problem("source", f"{key} must be a mapping", where))
            continue
        for name in (*SOURCE_KEYS[:4], *body):
            if name not in SOURCE_KEYS:
                message, help = f'"{name}" is no key of a source', closest(name, SOURCE_KEYS)
                problems.append(document.problem("unknown-key", message, (key, name), help))
            elif not str(body.get(name) or "").strip():
                message = f'"{name}" is missing'
                problems.append(document.problem("missing-key", message, where))
        found[key] = Source(key, **{name: str(body.get(name, "")) for name in SOURCE_KEYS})
    return found, problems


def is_number(value: Any) -> bool:
    """True for a plain number (true and false are none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def closest(name: str, allowed: Sequence[str]) -> str:
    """Help that names what was probably meant, or everything allowed."""
    near = difflib.get_close_matches(name, allowed, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"allowed: {', '.join(allowed)}" if len(allowed) <= 40 else ""
