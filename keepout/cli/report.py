"""``keepout report RUN``: make the report of a stored run again."""

from __future__ import annotations

from pathlib import Path

import click

from keepout.cli.output import emit, json_option
from keepout.errors import InputError, RunError


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to write it [RUN/report.html].")  # fmt: skip
@click.option("--replay", is_flag=True, help="With the replay inside; not part of this version.")
@json_option
def command(run: Path, out: Path | None, replay: bool, as_json: bool) -> None:
    """Make the report of a stored RUN again: one HTML file that needs no network.

    Everything in it is read from the run; nothing is simulated.
    """
    if replay:
        raise InputError.one(
            "not-there",
            "the replay is not part of this version of keepout; no report was written",
            help=f"`keepout report {run}` makes the report without it",
        )
    from keepout.results.store import REPORT, is_run, reopen

    if not is_run(run):
        raise InputError.one(
            "unknown-run",
            f"there is no stored run in {run}",
            help="`keepout runs` lists the stored runs",
        )
    from keepout.report.page import write_report

    found = reopen(run)
    path = out or (found.folder or run) / REPORT
    try:
        write_report(found, path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    data = {"run": str(run), "report": str(path), "bytes": path.stat().st_size}
    emit(as_json, data, f"Report: {path}")
