"""``keepout multiverse``: in what share of the defensible ways to choose a claim holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.options import study_options
from keepout.cli.output import emit, table, wrapped
from keepout.cli.study import do


@click.command("multiverse")
@click.argument("study")
@study_options
def command(study: str, out: Path | None, resume: bool, threads: int | None, as_json: bool) -> None:
    """A claim over every combination of the models and priors that can be defended.

    STUDY is a study file or a shipped study. It says in what share of the combinations the
    claim holds, and which choice, made otherwise while all others stay, turns the verdict. All
    combinations meet the same nights.
    """
    from keepout.report.multiverse_page import write_page
    from keepout.studies.multiverse import multiverse
    from keepout.studies.study_load import load_study

    loaded = load_study(study, "multiverse")
    found = do(
        (out, resume, threads),
        lambda where, how: multiverse(loaded, where, how, write_page), "combinations",
    )  # fmt: skip
    emit(as_json, found, lambda: _text(found))


def _text(found: dict[str, Any]) -> str:
    """The share, and what turns it."""
    share, claim = found["share"], found["claim"]
    words = (
        f"{claim['says']} ({claim['number']} {claim['is']} {claim['than']:g}): holds in "
        f"{100 * share['holds']:.0f} % of {len(found['universes'])} combinations, fails in "
        f"{100 * share['fails']:.0f} %, too close to say in {100 * share['undecided']:.0f} %."
    )
    rows = [
        (
            choice["choice"], name, f"{100 * option['holds']:.0f} %",
            f"{100 * option['fails']:.0f} %",
            "–" if option["mean"] is None else f"{option['mean']:+.1f}",
            f"{100 * choice['flips']:.0f} %" if k == 0 else "",
        )
        for choice in sorted(found["by_choice"], key=lambda c: -c["flips"])
        for k, (name, option) in enumerate(choice["options"].items())
    ]  # fmt: skip
    head = ("choice", "option", "holds", "fails", "mean", "turns the verdict")
    tail = "A share of combinations is no probability: it says how much hangs on what is assumed."
    return "\n".join([wrapped(words), "", table(head, rows), "", tail])
