"""``keepout report RUN``: make the report of a stored run again."""

from __future__ import annotations

from pathlib import Path

import click

from keepout.cli.output import emit, json_option
from keepout.errors import InputError, RunError

REPLAY = "replay.html"


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to write it [RUN/report.html, RUN/replay.html].")  # fmt: skip
@click.option("--replay", is_flag=True, help="One file with the globe and the report inside.")
@click.option("--trial", "trials", type=click.IntRange(0), multiple=True, metavar="K",
              help="Trial in the replay; may be given several times [0].")  # fmt: skip
@json_option
def command(
    run: Path, out: Path | None, replay: bool, trials: tuple[int, ...], as_json: bool
) -> None:
    """Make the report of a stored RUN again: one HTML file that needs no network.

    Everything in it is read from the run; nothing is simulated. With --replay the file also
    holds a globe on which the trial moves, with the story of every missile, some 5 MB; it opens
    from a disk in any browser.
    """
    if replay:
        _check_page()
    elif trials:
        raise InputError.one("usage", "--trial belongs to --replay", help="add --replay")
    from keepout.results.store import REPORT, is_run, reopen

    if not is_run(run):
        raise InputError.one(
            "unknown-run",
            f"there is no stored run in {run}",
            help="`keepout runs` lists the stored runs",
        )
    path = out or run / (REPLAY if replay else REPORT)
    try:
        if replay:
            from keepout.report.playback.one_file import write_replay

            write_replay(run, path, trials or (0,))
        else:
            from keepout.report.page import write_report

            write_report(reopen(run), path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    data = {"run": str(run), "report": str(path), "bytes": path.stat().st_size}
    emit(as_json, data, f"{'Replay' if replay else 'Report'}: {path}")


def _check_page() -> None:
    """Refuse a replay where the page that it is made of was not built."""
    from keepout.report.playback.page import BUILD, WITHOUT, has_page

    if not has_page():
        raise InputError.one("no-page", f"{WITHOUT}; no replay was written", help=BUILD)
