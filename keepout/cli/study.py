"""What the verbs of studies share: where a study is kept, how it is computed, and its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from keepout.cli.options import resuming
from keepout.cli.output import ProgressLine, say


def do(
    given: tuple[Path | None, bool, int | None], study: Callable[[Any, Any], dict[str, Any]],
    what: str,
) -> dict[str, Any]:  # fmt: skip
    """Run a study with progress; the folder it is kept in is said on standard error."""
    from keepout import trip
    from keepout.studies import pieces

    out, resume, threads = given
    progress = ProgressLine(what)
    how = pieces.How(threads, progress, resuming(), say=say)
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
