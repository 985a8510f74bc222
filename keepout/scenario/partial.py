"""What can be used of a scenario that has faults, so that the rest is checked as well."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from .diagnostics import record_in


def usable(model: type[BaseModel], data: Any) -> Any:
    """A stand-in for a Record: each field that parses, None for each that does not.

    Never to be resolved; only the checks across fields look at it.
    """
    given = data if isinstance(data, dict) else {}
    found = {
        info_name: _field(info, given[key]) if key in given else _default(info)
        for info_name, key, info in _named_fields(model)
    }
    return SimpleNamespace(**found)


def _named_fields(model: type[BaseModel]) -> list[tuple[str, str, Any]]:
    """Attribute name, key in the file, and field of everything in a model."""
    return [(name, info.alias or name, info) for name, info in model.model_fields.items()]


def _default(info: Any) -> Any:
    return None if info.is_required() else info.get_default(call_default_factory=True)


def _field(info: Any, given: Any) -> Any:
    """The value of one field, as whole as it can be had."""
    try:
        adapter = TypeAdapter(Annotated[(info.annotation, *info.metadata)])  # type: ignore[valid-type]
        return adapter.validate_python(given)
    except ValidationError:
        record = record_in(info)
    if record is None:
        return None
    if isinstance(given, list):
        return tuple(usable(record, item) for item in given)
    return usable(record, given) if isinstance(given, dict) else None
