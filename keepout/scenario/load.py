"""The door of the package: a scenario by its shipped name or path, checked whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from keepout import document
from keepout.errors import InputError, Problem

from .assemble import assemble
from .book import Book
from .campaign import campaign_problems
from .checks import Check, everything
from .diagnostics import Places, in_file_order, problems_of
from .loaded import Loaded
from .model import Scenario
from .overrides import read_overrides
from .partial import usable
from .settings import apply
from .words import closest, listed

SHIPPED = Path(__file__).resolve().parent / "shipped"


@dataclass(frozen=True)
class Source:
    """A scenario's file as it was read: another machine may not have it."""

    text: str
    file: str


def shipped() -> list[str]:
    """Names of the scenarios that come with keepout."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def find(name_or_path: str | Path) -> Path:
    """The file of a shipped scenario, or the file itself.

    A name without a suffix and a folder is a shipped one; everything else is a path.
    Raises InputError if there is no such thing.
    """
    name = str(name_or_path)
    if name in shipped():
        return SHIPPED / f"{name}.yaml"
    path = Path(name)
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        there = False
    if there:
        return path
    near = closest(path.stem, shipped())
    help = near if near.startswith("allowed") else f"{near} Shipped are: {listed(shipped())}."
    raise InputError.one(
        "unknown-scenario",
        f'"{document.shorten(name)}" is neither a file nor a shipped scenario',
        help=help.replace("allowed:", "shipped are:"),
    )


def read(name_or_path: str | Path) -> Source:
    """The file of a scenario. Raises InputError if it cannot be read."""
    path = find(name_or_path)
    return Source(document.read_text(path), str(path))


def load(scenario: str | Path | Source, settings: list[str] | tuple[str, ...] = ()) -> Loaded:
    """A scenario, with ``--set`` settings applied.

    Raises InputError with every problem of the file and the settings, in file order.
    """
    source = scenario if isinstance(scenario, Source) else read(scenario)
    return load_text(source.text, source.file, settings)


def load_text(text: str, file: str = "", settings: list[str] | tuple[str, ...] = ()) -> Loaded:
    """As ``load``, from the text of a file."""
    places = Places(document.parse(text, file))
    problems = list(places.document.problems)
    if not isinstance(places.document.data, dict) or not places.document.data:
        raise InputError(problems)
    problems += apply(places, list(settings))
    scenario, faults = _scenario(places)
    overrides, more = read_overrides(getattr(scenario, "catalogue", None), places)
    problems += faults + more
    problems += everything(Check(scenario, places, Book(overrides)))
    problems += campaign_problems(scenario, places)
    if problems:
        raise InputError(in_file_order(problems))
    loaded = Loaded(scenario, text, file, tuple(settings), overrides, places)
    assemble(loaded)  # finds what only shows once everything has its row
    return loaded


def _scenario(places: Places) -> tuple[Any, list[Problem]]:
    """The Scenario, or with faults what is usable of it."""
    data = places.document.data
    try:
        return Scenario.model_validate(data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        return usable(Scenario, data), problems_of(list(errors), Scenario, places)
