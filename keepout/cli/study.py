"""What the verbs of studies share: where a study is kept, how it is computed, and its page."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from keepout.cli.output import ProgressLine, json_option, say
from keepout.cli.scheduler import scheduler_option

F = TypeVar("F", bound=Callable[..., Any])


def study_options(function: F) -> F:
    """Options that every study has: --out, --resume, --threads, --scheduler, --json."""
    for option in (
        json_option,
        scheduler_option,
        click.option(
            "--threads", type=click.IntRange(1, 1024), metavar="T", help="Threads [all cores]."
        ),
        click.option(
            "--resume", is_flag=True, help="Start, finish or reprint the study in that folder."
        ),
        click.option(
            "-o", "--out", type=click.Path(path_type=Path), metavar="DIR",
            help="Folder of the study [studies/NAME-NNN].",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def do(
    verb: str, argument: str, given: tuple[Path | None, bool, int | None],
    study: Callable[[Any, Any], dict[str, Any]], what: str, more: tuple[str, ...] = (),
) -> dict[str, Any]:  # fmt: skip
    """Run a study with progress; the folder it is kept in is said on standard error."""
    from keepout import trip
    from keepout.studies import pieces

    out, resume, threads = given
    line = shlex.join(["keepout", verb, argument, *more])
    progress = ProgressLine(what)
    how = pieces.How(threads, progress, lambda folder: f"{line} -o {folder} --resume", say=say)
    try:
        with trip.reached(how.scheduler):  # one that does not answer is told before any work
            found = study(pieces.Where(out, resume), how)
    finally:
        progress.close()
    if found.get("folder"):
        say(f"Kept in {found['folder']}; the page is {found['folder']}/page.html.")
    return found


def number(summary: Mapping[str, Any]) -> str:
    """A mean with its Monte Carlo error."""
    if summary["mean"] is None:
        return "–"
    error = "" if summary["mc_se"] is None else f" ± {summary['mc_se']:.2g}"
    return f"{summary['mean']:,.4g}{error}"
