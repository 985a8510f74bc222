"""``keepout catalogue [ID]``: the ids by kind, or one entry with every source."""

from __future__ import annotations

from typing import Any

import click

from keepout.cli.output import emit, json_option, wrapped


@click.command()
@click.argument("id_", metavar="[ID]", required=False)
@json_option
def command(id_: str | None, as_json: bool) -> None:
    """List what the catalogue holds, or one entry with unit, range, source and grade.

    Grades: A official or several agreeing reports, B one reputable report, C secondary
    or claimed, D assumed or derived by us.
    """
    from keepout.catalogue import read
    from keepout.catalogue.fields import FOLDERS

    if id_ is None:
        known = {kind: read.ids(kind) for kind in FOLDERS}
        emit(as_json, known, lambda: _list_text(known))
        return
    entry = read.entry(id_)
    records = {name: read.field_record(field) for name, field in entry.fields.items()}
    emit(as_json, records, lambda: _entry_text(entry, records))


def _list_text(known: dict[str, list[str]]) -> str:
    """The ids, a paragraph a kind."""
    lines = []
    for kind, ids in known.items():
        lines += [kind, wrapped(", ".join(ids), "  ", "  "), ""]
    return "\n".join([*lines, "keepout catalogue ID shows one of them with every source."])


def _entry_text(entry: Any, records: dict[str, dict[str, Any]]) -> str:
    """One entry as a table, and the notes of its numbers below."""
    from keepout.cli.output import table

    rows = [
        (name, _value(record), _range(record), record["grade"], record["date"], _keys(record))
        for name, record in records.items()
    ]
    head = ("field", "value", "range", "grade", "date", "source")
    lines = [f"{entry.name} ({entry.kind} {entry.id})", wrapped(entry.note), ""]
    lines += [table(head, rows), ""]
    for name, record in records.items():
        if record["note"]:
            lines.append(wrapped(f"{name}: {record['note']}", "  ", "    "))
    return "\n".join([*lines, "", "keepout cite names the sources in full."])


def _value(record: dict[str, Any]) -> str:
    value = record["value"]
    shown = value if isinstance(value, str) else _number(value)
    return f"{shown} {record['unit']}".strip()


def _range(record: dict[str, Any]) -> str:
    if record["low"] is None or record["high"] is None:
        return ""
    return f"{_number(record['low'])} to {_number(record['high'])}"


def _number(value: float) -> str:
    """A number with its digits in groups where it is long."""
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:g}"


def _keys(record: dict[str, Any]) -> str:
    return ", ".join(record["source"])
