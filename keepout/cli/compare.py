"""``keepout compare``: B minus A, trial by trial, under common chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.compared import attribution, by_story, cannot_help, split
from keepout.cli.files import PageFile
from keepout.cli.names import scenarios
from keepout.cli.output import ProgressLine, emit, json_option, say
from keepout.cli.scheduler import scheduler_option
from keepout.cli.tables import difference


@click.command("compare")
@click.argument("a", shell_complete=scenarios)
@click.argument("b", shell_complete=scenarios)
@click.option("--trials", type=click.IntRange(1), metavar="N", help="Trials of a scenario [500].")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="S", help="Its seed [0].")
@click.option("--threads", type=click.IntRange(1, 1024), metavar="T", help="Threads [all cores].")
@click.option(
    "--by",
    type=click.Choice(["story", "system", "all", "none"]),
    default="story",
    show_default=True,
    help="Two scenarios: also by story, or by type of system.",
)
@click.option("--stories", metavar="STUDY", help="Study whose stories are told [the shipped ones].")
@click.option("--page", type=PageFile(), metavar="FILE", help="Write a page to read: FILE.html.")
@scheduler_option
@json_option
def command(
    a: str, b: str, trials: int | None, seed: int | None, threads: int | None, by: str,
    stories: str | None, page: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """B minus A: what the other defence changes on the same nights.

    A and B are stored runs or scenarios. A scenario is run first, with the trials and the
    seed of the stored run beside it if there is one, and is not stored.

    Two scenarios are also compared inside each story of what happened (shots missed, base left
    on purpose, magazines or channels ran out), and what B adds is split into its radar and its
    rounds; --by system gives what each type of system does, left out, alone, and as its fair
    share.
    """
    from keepout.results.store import is_run

    if is_run(a) or is_run(b):
        if stories:
            raise click.UsageError("stories need two scenarios, and a stored run is given")
        from keepout.studies.compare import compare

        found = compare(*_both(a, b, trials, seed, threads))
    else:
        found = _scenarios(a, b, (trials, seed, threads), by, stories)
    if page is not None:
        from keepout.report.compared_page import write_page

        write_page(found, page)
    emit(as_json, found, lambda: _text(found))


def _scenarios(
    a: str, b: str, given: tuple[int | None, int | None, int | None], by: str, stories: str | None
) -> dict[str, Any]:
    """Two scenarios compared, by story or system where asked for."""
    from keepout import trip
    from keepout.studies import compare_by

    trials, seed, threads = given
    asked = {"all": compare_by.BY, "none": ()}.get(by, (by,))
    told = compare_by.stories_of(stories) if "story" in asked else ()
    progress = ProgressLine()
    settings = trip.Settings(trials=trials, seed=seed, threads=threads, store=False)
    sides = compare_by.Sides((a, b), settings, say, progress)
    try:
        with trip.reached(settings.scheduler):
            return compare_by.compare_scenarios(sides, asked, told)
    finally:
        progress.close()


def _both(
    a: str, b: str, trials: int | None, seed: int | None, threads: int | None
) -> tuple[Any, Any]:
    """The two runs: those that are stored first, since they say how to run the others."""
    from keepout import trip
    from keepout.results.store import is_run, reopen

    stored = {name: reopen(name, kept=False) for name in (a, b) if is_run(name)}
    fidelity = "engagement"
    if stored:
        beside = next(iter(stored.values())).manifest
        fidelity = beside["fidelity"]
        trials = beside["trials"] if trials is None else trials
        seed = beside["seed"] if seed is None else seed
    runs = []
    for name in (a, b):
        if name in stored:
            runs.append(stored[name])
            continue
        progress = ProgressLine()
        try:
            settings = trip.Settings(trials=trials, seed=seed, threads=threads, store=False)
            job = trip.prepare(name, fidelity=fidelity, say=say)
            runs.append(trip.run_job(job, settings, trip.Listener(say, progress)))
        finally:
            progress.close()
    return runs[0], runs[1]


def _text(found: dict[str, Any]) -> str:
    """What was compared, and the table."""
    sides = [
        f"{letter}: {side['scenario']}, {side['arrived']['mean']:.1f} of "
        f"{side['launched']['mean']:.1f} launched arrive"
        + (f" ({side['run']})" if side["run"] else "")
        for letter, side in (("A", found["a"]), ("B", found["b"]))
    ]
    head = f"B minus A over {found['trials']} paired trials, seed {found['seed']}"
    parts = [*sides, head, "", difference(found)]
    for more in (by_story, split, attribution):
        parts += more(found)
    return "\n".join([*parts, *cannot_help(found)])
