"""``--set PATH=VALUE``: single values of a scenario replaced before it is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from keepout import document
from keepout.document import Where
from keepout.errors import Problem

from .diagnostics import Places
from .words import closest

NAMED_BY = ("name", "id", "asset", "interceptor")
"""Keys by which the items of a list are addressed."""


class _Bad(Exception):
    """A setting that cannot be applied: code, message and help."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        self.code, self.message, self.help = code, message, help
        super().__init__(message)


def apply(places: Places, settings: list[str]) -> list[Problem]:
    """Write the settings into the document's data; returns what is wrong with them.

    A path goes by keys, and by the names of the items of a list:
    ``batteries.north-1.doctrine.rule=single``. The value is read as YAML. A key that the
    scenario does not hold yet is added; the models say later whether it may be there.
    """
    problems = []
    for setting in settings:
        try:
            _apply_one(places, setting)
        except _Bad as bad:
            problems.append(
                Problem(
                    bad.code,
                    bad.message,
                    file="--set",
                    path=setting.partition("=")[0].strip(),
                    help=bad.help,
                    source_line=setting,
                    width=len(setting),
                )
            )
    return problems


def _apply_one(places: Places, setting: str) -> None:
    path, equals, text = setting.partition("=")
    if not equals or not path.strip():
        raise _Bad("setting", f'"{document.shorten(setting)}" is no setting', "write PATH=VALUE")
    steps = path.strip().split(".")
    value, inner = _value(text)
    here: Any = places.document.data
    where: Where = ()
    for depth, step in enumerate(steps[:-1]):
        here, where = _step_into(here, where, step, ".".join(steps[:depth]))
    key = _key(here, steps[-1], ".".join(steps[:-1]))
    here[key] = value
    where = (*where, key)
    places.replace(where, setting, inner)


def _value(text: str) -> tuple[Any, list[Where]]:
    """The value of a setting, read as YAML, and the addresses inside it."""
    found = document.parse(f"value: {text.strip()}")
    if found.problems:
        problem = found.problems[0]
        raise _Bad("setting", f"the value cannot be read: {problem.message}", problem.help)
    if set(found.data) != {"value"}:
        raise _Bad("setting", "the value spreads over several keys")
    return found.data["value"], [where[1:] for where in found.values if where]


def _step_into(here: Any, where: Where, step: str, path: str) -> tuple[Any, Where]:
    """The value one step further down; mappings that are missing are made."""
    key = _key(here, step, path)
    if isinstance(here, dict) and here.get(key) is None:
        here[key] = {}
    return here[key], (*where, key)


def _key(here: Any, step: str, path: str) -> str | int:
    """The key or list position that a step of a path stands for."""
    name = path or "the scenario"
    if isinstance(here, dict):
        return step
    if not isinstance(here, list):
        raise _Bad("unknown-path", f"{name} is a single value; it has no part {step}")
    names = item_names(here)
    if step in names:
        return names.index(step)
    if step.isdecimal() and int(step) < len(here):
        return int(step)
    known = [f"{path}.{each}" for each in names]
    raise _Bad(
        "unknown-path", f'{name} has nothing called "{step}"', closest(f"{path}.{step}", known)
    )


def item_names(items: Sequence[Any]) -> list[str]:
    """How the items of a list are addressed: by name if only one has it, else by position."""
    names = [_name_of(item) for item in items]
    alone = Counter(names)
    return [name if name and alone[name] == 1 else str(i) for i, name in enumerate(names)]


def _name_of(item: Any) -> str:
    """What a mapping or a Record in a list is called."""
    parts = item if isinstance(item, dict) else vars(item) if isinstance(item, BaseModel) else {}
    return next((parts[key] for key in NAMED_BY if isinstance(parts.get(key), str)), "")
