"""``keepout report RUN``: make the report of a stored run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.output import emit, json_option
from keepout.errors import InputError, Problem, RunError

REPLAY = "replay.html"


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to write it [RUN/report.html, RUN/replay.html].")  # fmt: skip
@click.option("--replay", is_flag=True, help="One file with the globe and the report inside.")
@click.option("--trial", "trials", type=click.IntRange(0), multiple=True, metavar="K",
              help="Trial in the replay; may be given several times [0].")  # fmt: skip
@click.option("--waterfall", is_flag=True,
              help="Arrivals with one mechanism switched off at a time: simulates.")  # fmt: skip
@click.option("--nights", type=int, metavar="N", help="Trials of each part of the waterfall [300].")
@json_option
def command(
    run: Path, out: Path | None, replay: bool, trials: tuple[int, ...], waterfall: bool,
    nights: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Make the report of a stored RUN again: one HTML file that needs no network.

    Everything in it is read from the run; nothing is simulated, except with --waterfall, which
    runs the scenario's first nights again with tracks, policy, common causes, magazines or
    channels taken out (a few seconds). With --replay the file also holds a globe on which the
    trial moves, with the story of every missile, some 5 MB; it opens from a disk in any browser.
    """
    _check(replay, trials, waterfall, nights)
    from keepout.results.store import REPORT, is_run, reopen

    if not is_run(run):
        raise InputError.one(
            "unknown-run",
            f"there is no stored run in {run}",
            help="`keepout runs` lists the stored runs",
        )
    path = out or run / (REPLAY if replay else REPORT)
    fall = None
    try:
        if replay:
            from keepout.report.playback.one_file import write_replay

            write_replay(run, path, trials or (0,))
        else:
            from keepout.report.page import write_report

            found = reopen(run)
            fall = _fall(found, nights) if waterfall else None
            write_report(found, path, fall)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    data = {"run": str(run), "report": str(path), "bytes": path.stat().st_size}
    if fall is not None:
        data["waterfall"] = fall
    emit(as_json, data, f"{'Replay' if replay else 'Report'}: {path}")


def _fall(run: Any, nights: int | None) -> dict[str, Any]:
    """The waterfall of mechanisms of a run."""
    from keepout.studies.waterfall import TRIALS, of_run

    return of_run(run, TRIALS if nights is None else nights)


def _check(replay: bool, trials: tuple[int, ...], waterfall: bool, nights: int | None) -> None:
    """Refuse options that do not go together, and a replay without its page; all at once."""
    problems = []
    if nights is not None and not waterfall:
        problems.append(Problem("usage", "--nights belongs to --waterfall", help="add --waterfall"))
    if trials and not replay:
        problems.append(Problem("usage", "--trial belongs to --replay", help="add --replay"))
    if replay and waterfall:
        help = "make the report with --waterfall, and the replay by itself"
        problems.append(Problem("usage", "a replay holds no waterfall", help=help))
    if problems:
        raise InputError(problems)
    if replay:
        _check_page()


def _check_page() -> None:
    """Refuse a replay where the page that it is made of was not built."""
    from keepout.report.playback.page import BUILD, WITHOUT, has_page

    if not has_page():
        raise InputError.one("no-page", f"{WITHOUT}; no replay was written", help=BUILD)
