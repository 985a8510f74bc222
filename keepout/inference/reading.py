"""The door: an evidence file, checked whole, with every fault named in its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from keepout import document
from keepout.errors import InputError, Problem
from keepout.scenario.diagnostics import Places, in_file_order, problems_of
from keepout.scenario.partial import usable
from keepout.scenario.schema import schema_of
from keepout.scenario.words import closest, listed

from .evidence import Evidence

SHIPPED = Path(__file__).resolve().parent / "shipped"
SCHEMA_FILE = Path(__file__).resolve().parent.parent / "assets" / "evidence.schema.json"


@dataclass(frozen=True)
class Given:
    """A checked evidence file, with the text it came from."""

    evidence: Evidence
    text: str
    file: str
    places: Places


def shipped() -> list[str]:
    """Names of the evidence files that come with keepout."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def schema_text() -> str:
    """The JSON Schema of evidence files, as it is shipped."""
    return schema_of(Evidence, "keepout evidence")


def find(name_or_path: str | Path) -> Path:
    """The file of shipped evidence, or the file itself. InputError if there is no such thing."""
    name = str(name_or_path)
    if name in shipped():
        return SHIPPED / f"{name}.yaml"
    path = Path(name)
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if there:
        return path
    raise InputError.one(
        "unknown-evidence",
        f'"{document.shorten(name)}" is neither a file nor shipped evidence',
        help=f"{closest(path.stem, shipped())} (shipped: {listed(shipped())})",
    )


def read(name_or_path: str | Path) -> Given:
    """Evidence from a shipped name or a file.

    Raises InputError with every problem of the file, in file order.
    """
    path = find(name_or_path)
    return read_text(document.read_text(path), str(path))


def read_text(text: str, file: str = "") -> Given:
    """As ``read``, from the text of a file."""
    from .checks import everything

    places = Places(document.parse(text, file))
    problems = list(places.document.problems)
    data = places.document.data
    if not isinstance(data, dict) or not data:
        raise InputError(problems)
    evidence, faults = _evidence(data, places)
    problems += faults
    problems += everything(evidence, places)
    if problems:
        raise InputError(in_file_order(problems))
    return Given(evidence, text, file, places)


def _evidence(data: Any, places: Places) -> tuple[Any, list[Problem]]:
    """The Evidence, or with faults what is usable of it."""
    try:
        return Evidence.model_validate(data), []
    except ValidationError as error:
        found = problems_of(list(error.errors(include_url=False)), Evidence, places)
        return usable(Evidence, data), found
