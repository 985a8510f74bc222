"""What can be used of a scenario that has faults, so that the rest is checked as well."""

from __future__ import annotations

import typing
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from .diagnostics import record_in


def usable(model: type[BaseModel], data: Any) -> Any:
    """A stand-in for a Record: each field that parses, None for each that does not.

    Never to be resolved; only the checks across fields look at it.
    """
    given = data if isinstance(data, dict) else {}
    found = {}
    for name, info in model.model_fields.items():
        key = info.alias or name
        found[name] = _field(info, given[key]) if key in given else _default(info)
    return SimpleNamespace(**found)


def _default(info: Any) -> Any:
    return None if info.is_required() else info.get_default(call_default_factory=True)


def _field(info: Any, given: Any) -> Any:
    """The value of one field, as whole as it can be had."""
    rule = next((each for each in info.metadata if hasattr(each, "read")), None)
    try:
        if rule is not None:
            return rule.read(given)
        record = record_in(info)
        if record is None:
            return _strict(info.annotation).validate_python(
                tuple(given) if isinstance(given, list) else given
            )
    except (ValidationError, PydanticCustomError):
        record = record_in(info)
    if record is None:
        return None
    if typing.get_origin(info.annotation) is tuple:
        items = given if isinstance(given, list) else []
        return tuple(usable(record, item) if isinstance(item, dict) else None for item in items)
    return usable(record, given) if isinstance(given, dict) else None


def _strict(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation, config=ConfigDict(strict=True))
