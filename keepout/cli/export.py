"""``keepout export RUN``: a run in the format of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from keepout.cli.output import emit, json_option
from keepout.errors import InputError

NAMES = ("czml", "kml", "geojson", "acmi", "csv", "netcdf", "oem", "stk")


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "name", type=click.Choice(NAMES), required=True, metavar="FORMAT",
              help=f"One of {', '.join(NAMES)}.")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE|DIR",
              help="Where, a folder for csv, oem, stk [the run's name, here].")  # fmt: skip
@click.option("--trial", type=int, metavar="K",
              help="Whose paths and events [the first kept trial].")  # fmt: skip
@json_option
def command(run: Path, name: str, out: Path | None, trial: int | None, as_json: bool) -> None:
    """Write a stored RUN in the format of another tool.

    Each file says that it is a simulation, and names datum, frame and time scale. A trial that
    was not kept is computed again.
    """
    from keepout.results.store import is_run, reopen

    if not is_run(run):
        raise InputError.one(
            "unknown-run",
            f"there is no stored run in {run}",
            help="`keepout runs` lists the stored runs",
        )
    from keepout.export.formats import export

    found = reopen(run)
    path = export(found, name, out, trial)
    data = {"run": str(run), "format": name, "path": str(path), "bytes": _bytes(path)}
    emit(as_json, data, f"Written: {path}")


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files)
