"""What the catalogue hands out: entries, their text fields, and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keepout.records.parameter import Parameter


@dataclass(frozen=True)
class Text:
    """A field whose value is a name, sourced like a number."""

    value: str
    source: tuple[str, ...] = ()
    grade: str = "D"
    note: str = ""
    date: str = ""


@dataclass(frozen=True)
class Entry:
    """One thing of the catalogue; ``kind`` is missile, interceptor, radar, battery or place.

    ``source`` says where what ``note`` reports comes from.
    """

    id: str
    kind: str
    name: str
    note: str
    fields: Mapping[str, Parameter | Text]
    source: tuple[str, ...] = ()

    def number(self, name: str) -> Parameter:
        """The numeric field ``name``; KeyError if there is none."""
        field = self.fields[name]
        if not isinstance(field, Parameter):
            raise KeyError(f"{self.id}.{name} is text")
        return field

    def text(self, name: str) -> str:
        """The text of field ``name``; KeyError if there is none."""
        field = self.fields[name]
        if not isinstance(field, Text):
            raise KeyError(f"{self.id}.{name} is a number")
        return field.value

    def stages(self) -> int:
        """How many stages the entry has (0 for anything but a staged missile)."""
        return sum(name.startswith("stage_") and name.endswith("_burn") for name in self.fields)


@dataclass(frozen=True)
class Source:
    """Where numbers come from; ``note`` says if the original was not seen."""

    key: str
    author: str
    title: str
    date: str
    where: str
    note: str = ""


def field_record(field: Parameter | Text) -> dict[str, Any]:
    """A field as the JSON contract has it; text has no unit and no range."""
    return {
        "value": field.value,
        "unit": field.unit if isinstance(field, Parameter) else "",
        "low": field.low if isinstance(field, Parameter) else None,
        "high": field.high if isinstance(field, Parameter) else None,
        "source": list(field.source),
        "grade": field.grade,
        "date": field.date,
        "note": field.note,
    }
