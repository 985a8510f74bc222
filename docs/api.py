"""The page of the Python interface, read off the code: names, signatures, docstrings."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import keepout

GIVEN = ("flight.throw.Thrown", "studies.assignment.solve.Answer")
"""Classes that public functions give back and that live elsewhere."""
LONGEST = 90
"""Characters of a signature that is written on one line."""
DOORS = (
    "earth.atmosphere.density_kgpm3", "earth.geodesy.ecef_m", "earth.geodesy.place_of",
    "earth.geodesy.great_circle_m", "earth.geodesy.bearing_rad", "flight.fly.fly",
    "flight.fly_many.fly_many", "flight.throw.throw", "flight.claim.check",
    "sensing.radar.detection_range_m", "sensing.coverage.reach_m", "sensing.warning.warning",
    "intercept.sizing.ideal_speed_mps", "intercept.sizing.motor_of",
    "battle.assign.assign_rounds", "studies.assignment.solve.solve", "studies.waterfall.waterfall",
    "studies.systems.lines", "studies.jericho.jericho", "inference.ground.clark_evans",
    "inference.calibration.calibrate",
)  # fmt: skip
"""Functions below the public ones that people may want by themselves."""
Table = Callable[[Iterable[str], Iterable[Iterable[object]]], str]


class Unexplained(Exception):
    """Something public without a docstring."""


def said_of(name: str, thing: Any) -> str:
    """A docstring as text, its columns kept."""
    text = inspect.getdoc(thing)
    if not text or text.startswith(f"{thing.__name__ if hasattr(thing, '__name__') else ''}("):
        raise Unexplained(f"{name} has no docstring")
    first, _, rest = text.partition("\n\n")
    return f"{first}\n\n" + (f"```text\n{rest}\n```\n" if rest else "")


def argument(given: inspect.Parameter) -> str:
    """One argument with its type and default."""
    kind = "" if given.annotation is given.empty else f": {given.annotation}"
    if given.default is given.empty:
        stars = "**" if given.kind is given.VAR_KEYWORD else ""
        return f"{stars}{given.name}{kind}"
    default = getattr(given.default, "__name__", None) or repr(given.default)
    return f"{given.name}{kind} = {default}"


def signature(name: str, function: Any) -> str:
    """How a function is called."""
    given = inspect.signature(function)
    shown: list[str] = []
    for each in given.parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in shown:
            shown.append("*")
        shown += [argument(each)] if each.name != "self" else []
    line = f"{name}({', '.join(shown)}) -> {given.return_annotation}"
    if len(line) > LONGEST:
        line = f"{name}(\n    " + ",\n    ".join(shown) + f",\n) -> {given.return_annotation}"
    return f"```text\n{line}\n```\n"


def members(cls: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class itself defines."""
    for name, thing in vars(cls).items():
        is_code = inspect.isfunction(thing) or isinstance(thing, property)
        if not name.startswith("_") and (is_code or hasattr(thing, "func")):
            yield name, thing


def class_part(name: str, cls: type) -> str:
    """A class: what it is, then its methods and properties."""
    lines = [f"### {name}\n", said_of(name, cls)]
    if dataclasses.is_dataclass(cls):
        held = [
            f"`{each.name}`" for each in dataclasses.fields(cls) if not each.name.startswith("_")
        ]
        lines.append(f"Holds {', '.join(held)}.\n")
    for member, thing in members(cls):
        inside = getattr(thing, "fget", None) or getattr(thing, "func", None) or thing
        said = said_of(f"{name}.{member}", inside)
        if inspect.isfunction(thing):
            lines.append(f"{signature(f'.{member}', thing)}\n{said}")
        else:
            lines.append(f"`.{member}`: {said}")
    return "\n".join(lines)


def public() -> dict[str, Any]:
    """Every public name of ``keepout``, and the thing it stands for."""
    return {name: getattr(keepout, name) for name in keepout.__all__}


def views() -> dict[str, type]:
    """The classes that the public functions give back, by name."""
    found = {}
    for module in sorted(keepout.WHERE):
        held = importlib.import_module(module)
        for name in [*held.__all__, "Plots", "Track"]:
            thing = getattr(held, name, None)
            if isinstance(thing, type) and name not in keepout.__all__:
                found[name] = thing
    for path in GIVEN:
        module, _, name = path.rpartition(".")
        found[path] = getattr(importlib.import_module(f"keepout.{module}"), name)
    return found


def errors() -> list[tuple[str, str]]:
    """Every error that is raised on purpose, and when."""
    held = importlib.import_module("keepout.errors")
    kinds = [each for each in vars(held).values() if isinstance(each, type)]
    mine = [each for each in kinds if issubclass(each, held.KeepoutError)]
    return [(f"`keepout.errors.{each.__name__}`", said_of(each.__name__, each)) for each in mine]


def door(path: str) -> tuple[str, str]:
    """One function by its path: its name, and what it does."""
    module, _, name = path.rpartition(".")
    held = importlib.import_module(f"keepout.{module}")
    text = inspect.getdoc(getattr(held, name))
    if not text:
        raise Unexplained(f"{path} has no docstring")
    return f"`keepout.{path}`", text.split("\n\n")[0]


def page(table: Table) -> str:
    """The whole page; ``table`` makes a table of a head and rows."""
    parts = ["## Functions\n"]
    for name, thing in public().items():
        if isinstance(thing, type):
            parts.append(class_part(f"ko.{name}", thing))
        else:
            parts.append(
                f"### ko.{name}\n\n{signature(f'ko.{name}', thing)}\n{said_of(name, thing)}"
            )
    parts.append("## What they give back\n")
    parts += [class_part(name, cls) for name, cls in views().items()]
    parts.append(
        "## Errors\n\nEach is a sentence for a person; InputError has every problem at once.\n"
    )
    parts.append(table(("error", "means"), errors()))
    parts.append(
        "## Below these\n\nFunctions of single packages, in SI units and radians; "
        "[formulas](formulas.md) lists the kernels.\n"
    )
    parts.append(table(("function", "does"), map(door, DOORS)))
    return "\n".join(parts)
