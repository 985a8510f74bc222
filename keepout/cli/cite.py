"""``keepout cite [RUN]``: how to cite the program, and the sources of its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from keepout import __version__
from keepout.cli.output import emit, json_option, wrapped
from keepout.errors import InputError

if TYPE_CHECKING:
    from keepout.catalogue.entry import Source

PROGRAM = {
    "author": "The keepout authors",
    "title": "keepout: an open simulator of layered ballistic-missile defence",
    "version": __version__,
}
OF_A_RUN = ("scenario", "seed", "trials", "fidelity", "version", "digest")


class Use(NamedTuple):
    """Something that rests on sources; ``drawn`` if trials draw it."""

    name: str
    sources: tuple[str, ...]
    drawn: bool = False


@click.command()
@click.argument("run", metavar="[RUN]", required=False, type=click.Path(path_type=Path))
@json_option
def command(run: Path | None, as_json: bool) -> None:
    """How to cite keepout, and where the numbers of the catalogue or of a stored run come from.

    Of a run, what trials drew is marked: those are the sources that can have moved its result.
    """
    from keepout.catalogue import read

    known = read.sources()
    uses = _uses_in_catalogue() if run is None else _uses_in_run(run)
    cited = dict.fromkeys(key for use in uses for key in use.sources)
    order = [key for key in known if run is None or key in cited]
    records = [_record(key, known.get(key), uses) for key in order + sorted(set(cited) - {*known})]
    data = {"program": PROGRAM, "run": run and _run_record(run), "sources": records}
    emit(as_json, data, lambda: _text(data))


def _uses_in_catalogue() -> list[Use]:
    """Every entry with what it rests on."""
    from keepout.catalogue import read

    uses = []
    for entry in read.entries():
        keys = {key for field in entry.fields.values() for key in field.source}
        uses.append(Use(entry.id, tuple(sorted(keys | {*entry.source}))))
    return uses


def _uses_in_run(run: Path) -> list[Use]:
    """Every number of a run that names a source."""
    try:
        return _sourced(json.loads((run / "resolved.json").read_text("utf-8")), "")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError.one(
            "unknown-run",
            f"{run} is no stored run: its resolved.json cannot be read ({reason})",
            help="keepout runs lists the stored runs",
        ) from None
    except ValueError:
        raise InputError.one("unknown-run", f"{run}/resolved.json does not hold JSON") from None


def _sourced(data: Any, name: str) -> list[Use]:
    """Every part of resolved.json that names its source, with what it is called."""
    found = []
    if isinstance(data, dict):
        source = data.get("source")
        if source and isinstance(source, (str, list)):
            keys = [source] if isinstance(source, str) else source
            own = str(data.get("key") or data.get("name") or name)
            found.append(Use(own, tuple(str(key) for key in keys), data.get("drawn") is True))
        for key, value in data.items():
            found += _sourced(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list):
        for value in data:
            found += _sourced(value, name)
    return found


def _run_record(run: Path) -> dict[str, Any]:
    """What names a run exactly; empty if its manifest is not there."""
    try:
        manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {key: manifest[key] for key in OF_A_RUN if key in manifest}


def _record(key: str, source: Source | None, uses: list[Use]) -> dict[str, Any]:
    """One source as the JSON has it; a text that is no key of the catalogue stands alone."""
    mine = [use for use in uses if key in use.sources]
    return {
        "key": key,
        "author": source.author if source else "",
        "title": source.title if source else key,
        "date": source.date if source else "",
        "where": source.where if source else "",
        "note": source.note if source else "",
        "used_by": list(dict.fromkeys(use.name for use in mine)),
        "drawn": list(dict.fromkeys(use.name for use in mine if use.drawn)),
    }


def _text(data: dict[str, Any]) -> str:
    """The program, the run and the sources as a list of references."""
    program, run = data["program"], data["run"]
    lines = [f"{program['author']}. {program['title']}. Version {program['version']}."]
    if run:
        lines.append("Run: " + ", ".join(f"{key} {value}" for key, value in run.items()) + ".")
    lines += ["", "Sources:"]
    for record in data["sources"]:
        parts = [record["author"], record["title"], record["where"], record["date"]]
        reference = ". ".join(_begun(part.rstrip(".")) for part in parts if part)
        lines += ["", wrapped(f"[{record['key']}] {reference}.", "", "    ")]
        still = [name for name in record["used_by"] if name not in record["drawn"]]
        for text in (record["note"], _names("drawn: ", record["drawn"]), _names("used by ", still)):
            if text:
                lines.append(wrapped(text, "    ", "    "))
    return "\n".join(lines)


def _begun(part: str) -> str:
    """A part of a reference with a capital, unless it begins with an address or an id."""
    first = part.split(" ", 1)[0].rstrip(",:;")
    return part[:1].upper() + part[1:] if first.isalpha() else part


def _names(head: str, names: list[str]) -> str:
    return head + ", ".join(names) if names else ""
