"""``keepout runs``: the list of stored runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.output import emit, json_option, table


@click.command("runs")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
@json_option
def command(folder: Path, as_json: bool) -> None:
    """List the runs stored in FOLDER [runs], finished and unfinished."""
    from keepout.results.store import stored_runs

    found = stored_runs(folder)
    emit(as_json, {"runs": found}, lambda: _text(folder, found))


def _text(folder: Path, found: list[dict[str, Any]]) -> str:
    """One line a run."""
    if not found:
        return f"There are no runs in {folder}. `keepout run tutorial` makes one."
    head = ("run", "scenario", "trials", "seed", "fidelity", "state", "digest", "begun")
    rows = [
        (
            run["run"],
            str(run["scenario"]),
            f"{run['trials']:,}",
            str(run["seed"]),
            str(run["fidelity"]),
            run["state"],
            (run["digest"] or "")[:8] or "–",
            str(run["started_utc"])[:16].replace("T", " "),
        )
        for run in found
    ]
    return table(head, rows, indent=0)
