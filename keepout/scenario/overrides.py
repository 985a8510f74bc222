"""The section ``catalogue`` of a scenario: values that replace the catalogue's there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from keepout.catalogue import read
from keepout.catalogue.fields import TEXT, Field
from keepout.document import Where, shorten
from keepout.errors import Problem

from .book import DRAWN, Override, fields_known
from .diagnostics import Places
from .numbers import Number
from .words import closest

SHARES = ("sspk", "efficiency", "false_alarm_probability")


def read_overrides(
    given: Mapping[str, Mapping[str, Any]] | None, places: Places
) -> tuple[dict[str, dict[str, Override]], list[Problem]]:
    """Overrides by id and field, and what is wrong with them."""
    found: dict[str, dict[str, Override]] = {}
    problems: list[Problem] = []
    for id_, values in (given or {}).items():
        kind = read.kind_of(id_)
        if not kind:
            message = f'the catalogue has nothing called "{id_}"'
            help = closest(id_, read.ids())
            where: Where = ("catalogue", id_)
            problems.append(places.problem("unknown-id", message, where, help, at_key=True))
            continue
        known = fields_known(kind, id_)
        for name, value in values.items():
            override, faults = _one(id_, name, value, known, places)
            problems += faults
            if override is not None:
                found.setdefault(id_, {})[name] = override
    return found, problems


def _one(
    id_: str, name: str, value: Any, known: Mapping[str, Field], places: Places
) -> tuple[Override | None, list[Problem]]:
    """One overridden field."""
    where: Where = ("catalogue", id_, name)
    if name not in known:
        message = f'{id_} has no field "{shorten(name)}"'
        return None, [places.problem("unknown-key", message, where, closest(name, known), True)]
    dimension = known[name].dimension
    if dimension == TEXT:
        return _text(name, value, known[name], where, places)
    top = 1.0 if name in SHARES else float("inf")
    low = float("-inf") if dimension == "angle" else 0.0
    number = Number(dimension, name, low=low, high=top, spread=True)
    try:
        amount = number.read(value)
    except ValidationError as error:
        return None, [_fault(each, where, places) for each in error.errors(include_url=False)]
    assert not isinstance(amount, float)
    if amount.kind != "fixed" and name not in DRAWN:
        message = f"{name} must be a single value: it is not drawn"
        return None, [
            places.problem("distribution", message, where, f"drawn are: {', '.join(DRAWN)}")
        ]
    return amount, []


def _text(
    name: str, value: Any, field: Field, where: Where, places: Places
) -> tuple[Override | None, list[Problem]]:
    """One overridden field that is a word or names an entry."""
    if not isinstance(value, str):
        return None, [places.problem("type", f"{name} is text", where)]
    allowed = read.ids(field.refers) if field.refers else list(field.choices)
    if allowed and value not in allowed:
        message = f'"{shorten(value)}" cannot be the {name}'
        return None, [places.problem("unknown-id", message, where, closest(value, allowed))]
    return value, []


def _fault(error: Any, where: Where, places: Places) -> Problem:
    context = error["ctx"]
    return places.problem(
        error["type"], context["message"], (*where, *error["loc"]), context["help"]
    )
