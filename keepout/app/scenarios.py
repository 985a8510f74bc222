"""Scenarios for the form: as data and as text, checked with the command line's diagnostics."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

from keepout import document
from keepout.app.folder import SUFFIX, Folder
from keepout.catalogue import read
from keepout.errors import InputError, Problem
from keepout.results.parts import write_text
from keepout.scenario.load import load_text, shipped
from keepout.scenario.schema import shipped_text

HEADER = "# yaml-language-server: $schema=scenario.schema.json\n"
"""First line of a file, for editors that complete by the schema."""


def listed(folder: Folder) -> list[dict[str, Any]]:
    """Every scenario there is: shipped and saved."""
    found = []
    for name in [*shipped(), *folder.saved()]:
        own = name not in shipped()
        data: Any = document.parse(folder.scenario(name).read_text("utf-8")).data
        title = str(data.get("title", "")) if isinstance(data, dict) else ""
        found.append({"name": name, "own": own, "title": title or name})
    return found


def opened(folder: Folder, name: str) -> dict[str, Any]:
    """One scenario: its text, and its data for the form."""
    text = document.read_text(folder.scenario(name))
    return {"name": name, "text": text, "data": document.parse(text).data}


def text_of(data: dict[str, Any]) -> str:
    """Data as the text of a scenario file."""
    from ruamel.yaml import YAML

    writer = YAML()
    writer.width = 100
    out = io.StringIO()
    try:
        writer.dump(data, out)
    except Exception as error:  # whatever cannot be written is no scenario
        raise InputError.one("data", f"this cannot be written as YAML: {error}") from None
    return out.getvalue()


def checked(text: str) -> dict[str, Any]:
    """The text's data and every problem in it."""
    if len(text.encode("utf-8", "surrogatepass")) > document.MAX_BYTES:
        problems = [Problem("too-large", document.TOO_LARGE, help=document.LESS)]
        return {"text": text, "data": None, "errors": [each.as_dict() for each in problems]}
    try:
        load_text(text)
        problems = []
    except InputError as error:
        problems = error.problems
    data = document.parse(text).data
    return {"text": text, "data": data, "errors": [each.as_dict() for each in problems]}


def save(folder: Folder, name: str, text: str) -> dict[str, Any]:
    """Write a sound scenario into the folder. Raises InputError with its problems."""
    found = checked(text)
    if found["errors"]:
        raise InputError([Problem(**each) for each in found["errors"]])
    path = folder.new_scenario(name)
    write_text(path, text)
    return {"name": name, "file": f"{path.parent.name}/{name}{SUFFIX}"}


@cache
def form() -> dict[str, Any]:
    """What the form is made from: the schema, and the names a catalogue id can have."""
    ids: dict[str, list[dict[str, str]]] = {}
    for id_ in read.ids():
        entry = read.entry(id_)
        ids.setdefault(entry.kind, []).append({"id": id_, "name": entry.name})
    return {"schema": json.loads(shipped_text()), "catalogue": ids}
