"""The catalogue as one scenario sees it: its own values first, and a list of what was read."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from keepout.catalogue import read
from keepout.catalogue.fields import Field, fields_of, stage_fields
from keepout.records.parameter import Parameter

from .amounts import Amount, fixed

DRAWN = ("cep", "sspk", "channels", "launch_interval", "assessment", "track_before_firing")
"""Fields of the catalogue for which a scenario may give a distribution."""

Override = Amount | str


class Book:
    """Values by id and field. ``overrides`` are the scenario's own, by id and field."""

    def __init__(self, overrides: Mapping[str, Mapping[str, Override]] | None = None) -> None:
        self.overrides = overrides or {}
        self.used: dict[tuple[str, str], Parameter | Override] = {}

    def entry(self, kind: str, id_: str) -> read.Entry:
        """The catalogue's entry, untouched; InputError if there is none."""
        return read.entry(id_, kind)

    def has(self, kind: str, id_: str) -> bool:
        """Whether the catalogue has an entry of this kind and id."""
        return id_ in read.ids(kind)

    def ids(self, kind: str, role: str = "") -> list[str]:
        """Ids of one kind; places of one role."""
        found = read.ids(kind)
        return (
            [id_ for id_ in found if read.entry(id_, kind).text("role") == role] if role else found
        )

    def amount(self, kind: str, id_: str, field: str) -> Amount | None:
        """A number, perhaps with a distribution of the scenario's; None if there is none."""
        own = self.overrides.get(id_, {}).get(field)
        if isinstance(own, Amount):
            self.used[id_, field] = own
            return own
        found = self.entry(kind, id_).fields.get(field)
        if not isinstance(found, Parameter):
            return None
        self.used[id_, field] = found
        said: dict[str, Any] = {"source": found.source, "note": found.note, "grade": found.grade}
        return fixed(found.si, dimension_of(kind, field), **said)

    def si(self, kind: str, id_: str, field: str, default: float | None = None) -> float:
        """A single number in SI; ``default`` if the catalogue does not give it."""
        found = self.amount(kind, id_, field)
        if found is None:
            if default is None:
                raise KeyError(f"{id_}.{field}")
            return default
        return found.value

    def text(self, kind: str, id_: str, field: str, default: str = "") -> str:
        """A text; ``default`` if the catalogue does not give it."""
        own = self.overrides.get(id_, {}).get(field)
        if isinstance(own, str):
            self.used[id_, field] = own
            return own
        entry = self.entry(kind, id_)
        return entry.text(field) if field in entry.fields else default


def fields_known(kind: str, id_: str) -> dict[str, Field]:
    """Fields an entry may have, and what is asked of them."""
    entry = read.entry(id_, kind)
    texts = {name: field.value for name, field in entry.fields.items() if hasattr(field, "value")}
    table = fields_of(kind, {name: str(value) for name, value in texts.items()})
    return table | stage_fields(entry.stages())


@functools.cache
def dimension_of(kind: str, field: str) -> str:
    """Dimension of a field of one kind of entry."""
    table = fields_of(kind, {}) | fields_of(kind, {"kind": "cruise"}) | stage_fields(9)
    return table[field].dimension if field in table else ""
