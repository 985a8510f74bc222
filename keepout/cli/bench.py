"""``keepout bench``: the program beside its peers, measured now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.bench.table import DEFAULT_PAIRS, PARTS
from keepout.cli.output import emit, json_option, say, table, wrapped


@click.command()
@click.option("--only", type=click.Choice(PARTS), help="Measure one part.")
@click.option(
    "--pairs", type=click.IntRange(1, 1000), default=DEFAULT_PAIRS, show_default=True,
    help="Times that ours and the peer's are measured, in turns.",
)  # fmt: skip
@click.option(
    "--record", type=click.Path(path_type=Path, dir_okay=False),
    help="Append what was measured to this file, the history from version to version.",
)  # fmt: skip
@json_option
def command(only: str | None, pairs: int, record: Path | None, as_json: bool) -> None:
    """Measure the program against its peers, on this machine, in one run.

    Ours and the peer's are run in turns; times are processor time, the best of the pairs. A ratio
    above 1 says how many times faster we are; agreement says how far the two answers lie apart. A
    peer that is not installed gives a row that says so.
    """
    from keepout.bench import history
    from keepout.bench.table import measure

    if record is not None:
        history.read(record)  # refused before anything is measured
    rows = measure(only, pairs, tell=lambda names: say(f"measuring {names} …"))
    if record is not None:
        history.append(record, rows)
    emit(as_json, {"rows": rows}, lambda: _text(rows))


def _text(rows: list[dict[str, Any]]) -> str:
    """The table for people, with what it was measured on."""
    from keepout.bench.machine import machine

    where = machine()
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    cells = [
        (
            row["name"], _number(row["value"]), row["unit"] or "", _number(row["peer_value"]),
            row["peer"] or "", "" if row["ratio"] is None else f"{row['ratio']:,.3g}x",
        )
        for row in rows
    ]  # fmt: skip
    host = f"{where['cpu']} ({where['target']}), {where['cores']} cores, {where['system']}"
    lines = [
        f"{host}, load average {where['load']}",
        wrapped(f"Python {where['python']}, {versions}"),
        "",
        table(("row", "ours", "unit", "peer's", "peer", "faster"), cells),
        "",
    ]
    for row in rows:
        said = [row["agreement"] or "", row.get("notes") or ""]
        lines += [wrapped(f"{row['name']}: {'; '.join(s for s in said if s)}", "  ", "    ")]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    """Three or four digits; a dash for what was not measured."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
