"""``keepout cite [RUN]``: the sources of the catalogue, or those behind one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.output import emit, json_option, wrapped
from keepout.errors import InputError

if TYPE_CHECKING:
    from keepout.catalogue.entry import Source


@click.command()
@click.argument("run", metavar="[RUN]", required=False, type=click.Path(path_type=Path))
@json_option
def command(run: Path | None, as_json: bool) -> None:
    """Print where the numbers come from: of the whole catalogue, or of one stored run."""
    from keepout.catalogue import read

    known = read.sources()
    uses = _uses_in_catalogue() if run is None else _uses_in_run(run)
    order = [key for key in known if key in uses] + sorted(set(uses) - set(known))
    records = [_record(key, known.get(key), uses[key]) for key in order]
    what = "the catalogue" if run is None else str(run)
    emit(as_json, {"sources": records}, lambda: _text(what, records))


def _uses_in_catalogue() -> dict[str, list[str]]:
    """Source key → ids of the entries that rest on it; unused sources too."""
    from keepout.catalogue import read

    uses: dict[str, list[str]] = {key: [] for key in read.sources()}
    for entry in read.entries():
        cited = {key for field in entry.fields.values() for key in field.source}
        for key in cited | set(entry.source):
            uses[key].append(entry.id)
    return uses


def _uses_in_run(run: Path) -> dict[str, list[str]]:
    """Source key → names of the parameters of a run that rest on it."""
    path = run / "resolved.json"
    try:
        resolved = json.loads(path.read_text("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError.one(
            "unknown-run",
            f"{run} is no stored run: {path.name} cannot be read ({reason})",
            help="keepout runs lists the stored runs",
        ) from None
    except ValueError:
        raise InputError.one("unknown-run", f"{path} does not hold JSON") from None
    uses: dict[str, list[str]] = {}
    for name, keys in _sourced(resolved, ""):
        for key in keys:
            used = uses.setdefault(key, [])
            if name not in used:
                used.append(name)
    return uses


def _sourced(data: Any, name: str) -> list[tuple[str, list[str]]]:
    """Every part of resolved.json that names its source, with what it is called."""
    found = []
    if isinstance(data, dict):
        own = str(data.get("key") or data.get("name") or name)
        source = data.get("source")
        if source and isinstance(source, (str, list)):
            keys = [source] if isinstance(source, str) else source
            found.append((own, [str(key) for key in keys]))
        for key, value in data.items():
            found += _sourced(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list):
        for value in data:
            found += _sourced(value, name)
    return found


def _record(key: str, source: Source | None, used_by: list[str]) -> dict[str, Any]:
    """One source as the JSON has it; a text that is no key of the catalogue stands alone."""
    return {
        "key": key,
        "author": source.author if source else "",
        "title": source.title if source else key,
        "date": source.date if source else "",
        "where": source.where if source else "",
        "note": source.note if source else "",
        "used_by": used_by,
    }


def _text(what: str, records: list[dict[str, Any]]) -> str:
    """The sources as a list of references."""
    lines = [f"Sources of {what}:", ""]
    for record in records:
        parts = [record["author"], record["title"], record["where"], record["date"]]
        reference = ". ".join(part.rstrip(".") for part in parts if part)
        lines.append(wrapped(f"[{record['key']}] {reference}.", "", "    "))
        if record["note"]:
            lines.append(wrapped(record["note"], "    ", "    "))
        if record["used_by"]:
            used = "used by " + ", ".join(record["used_by"])
            lines.append(wrapped(used, "    ", "    "))
    return "\n".join(lines)
