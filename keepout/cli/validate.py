"""``keepout validate``: checks against closed forms, published flights, tables and events."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.output import emit, json_option, say, table, wrapped

if TYPE_CHECKING:
    from keepout.validation.check import Check


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="One case; may be given repeatedly.")
@json_option
def command(only: tuple[str, ...], as_json: bool) -> int:
    """Compare keepout with what was published, misses included.

    Numerical error (our solution against another of the same equations) and model error (the
    equations against the world) stand apart. A model's miss is shown and is no failure; a
    numerical check that misses ends with status 1. Bulk data are read below the folder that the
    variable KEEPOUT_DATA names; rows that need them say "not run" without it.
    """
    from keepout.validation import CASES, case, name_of

    names = {name_of(module): module for module in CASES}
    unknown = [name for name in only if name not in names]
    if unknown:
        raise click.UsageError(f"there is no case {unknown[0]!r}; the cases are {', '.join(names)}")
    folder = os.environ.get("KEEPOUT_DATA")
    data = Path(folder) if folder else None
    done = {}
    for name, module in names.items():
        if not only or name in only:
            say(f"{name} …")
            done[name] = case(module).checks(data)
    rows = [row for rows in done.values() for row in rows]
    emit(as_json, record(rows), lambda: _text(done))
    return 1 if any(row.broken for row in rows) else 0


def record(rows: Sequence[Check]) -> dict[str, Any]:
    """The JSON of the verb."""
    return {"checks": [row.as_dict() for row in rows], "count": count(rows)}


def count(rows: Sequence[Check]) -> dict[str, int]:
    """How many agree, miss, were not run, and are broken."""
    from keepout.validation.check import AGREES, MISSES, NOT_RUN

    counted = dict.fromkeys((AGREES, MISSES, NOT_RUN), 0)
    for row in rows:
        counted[row.status] += 1
    return {**counted, "broken": sum(row.broken for row in rows)}


def _text(done: Mapping[str, Sequence[Check]]) -> str:
    """A table for each case, with a note under what misses or was not run."""
    from keepout.validation import case
    from keepout.validation.check import AGREES, number_text

    head = ("quantity", "unit", "published", "computed", "difference", "tolerance", "error", "")
    parts = []
    for name, rows in done.items():
        lines = [
            (
                row.quantity, row.unit, number_text(row.published), number_text(row.computed),
                number_text(row.difference, 3),
                "" if isinstance(row.published, str) else number_text(row.tolerance, 3),
                row.kind, row.status,
            )
            for row in rows
        ]  # fmt: skip
        parts.append(f"{case(name.replace('-', '_')).TITLE} ({name})\n" + table(head, lines))
        notes = [row for row in rows if row.status != AGREES and row.note]
        parts += [wrapped(f"{row.quantity}: {row.note}", "  * ", "    ") for row in notes]
        parts.append("")
    counted = count([row for rows in done.values() for row in rows])
    said = ", ".join(f"{number} {status}" for status, number in counted.items())
    return "\n".join([*parts, f"{said} (broken: a numerical check that misses)."])
