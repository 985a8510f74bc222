"""``keepout compare``: B minus A, trial by trial, under common chance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.compared import attribution, by_story, cannot_help, split
from keepout.cli.files import PageFile
from keepout.cli.names import scenarios
from keepout.cli.options import resuming, seed_option, study_options, trials_option
from keepout.cli.output import ProgressLine, emit, say
from keepout.cli.tables import difference


@click.command("compare")
@click.argument("a", shell_complete=scenarios)
@click.argument("b", shell_complete=scenarios)
@trials_option("Trials of a scenario [500].")
@seed_option("Its seed [0].")
@click.option(
    "--by",
    type=click.Choice(["story", "system", "all", "none"]),
    default="story",
    show_default=True,
    help="Two scenarios: also by story, or by type of system.",
)
@click.option("--stories", metavar="STUDY", help="Study whose stories are told [the shipped ones].")
@click.option("--page", type=PageFile(), metavar="FILE", help="Write a page to read: FILE.html.")
@study_options
def command(
    a: str, b: str, trials: int | None, seed: int | None, by: str, stories: str | None,
    page: Path | None, out: Path | None, resume: bool, threads: int | None, as_json: bool,
) -> None:  # fmt: skip
    """B minus A: what the other defence changes on the same nights.

    A and B are stored runs or scenarios. A scenario is run first, with the trials and the
    seed of the stored run beside it if there is one. The comparison is kept like any study; of two
    stored runs nothing is kept unless -o names a folder.

    Two scenarios are also compared inside each story of what happened (shots missed, base left
    on purpose, magazines or channels ran out), and what B adds is split into its radar and its
    rounds; --by system gives what each type of system does, left out, alone, and as its fair
    share.
    """
    from keepout.results.store import is_run

    stored = is_run(a), is_run(b)
    if any(stored) and stories:
        raise click.UsageError("stories need two scenarios, and a stored run is given")
    ask = _beside if any(stored) else _scenarios
    progress = ProgressLine()
    try:
        asked = ask((a, b), trials, seed, by, stories, progress)
        found = _found(asked, (out, resume, threads), not all(stored))
    finally:
        progress.close()
    if page is not None:
        from keepout.report.compared_page import write_page

        write_page(found, page)
    emit(as_json, found, lambda: _text(found))


def _found(
    asked: Any, given: tuple[Path | None, bool, int | None], keep: bool
) -> dict[str, Any]:  # fmt: skip
    """The answer, kept in a folder where there is something to keep."""
    from keepout import trip
    from keepout.report.compared_page import write_page
    from keepout.studies import compare_kept, pieces

    out, resume, threads = given
    how = pieces.How(threads, resume_line=resuming(), say=say)
    where = pieces.Where(out, resume, keep=keep or out is not None)
    with trip.reached(how.scheduler):  # one that does not answer is told before any work
        found = compare_kept.kept(asked, where, how, write_page)
    if found["folder"]:
        say(f"Kept in {found['folder']}; the page is {found['folder']}/page.html.")
    return found


def _scenarios(
    names: tuple[str, str], trials: int | None, seed: int | None, by: str, stories: str | None,
    progress: ProgressLine,
) -> Any:  # fmt: skip
    """Two scenarios, by story or system where asked for."""
    from keepout import trip
    from keepout.studies import compare_by, compare_kept

    ways = {"all": compare_by.BY, "none": ()}.get(by, (by,))
    told = compare_by.stories_of(stories) if "story" in ways else ()
    settings = trip.Settings(trials=trials or trip.TRIALS, seed=seed or 0, store=False)
    return compare_kept.scenarios(names, settings, ways, told, trip.Listener(say, progress))


def _beside(
    names: tuple[str, str], trials: int | None, seed: int | None, _by: str, _stories: str | None,
    progress: ProgressLine,
) -> Any:  # fmt: skip
    """One or two stored runs; a scenario beside one is run as the stored one was."""
    from keepout import trip
    from keepout.results.store import is_run, reopen
    from keepout.studies import compare_kept

    stored = {name: reopen(name, kept=False) for name in names if is_run(name)}
    was = next(iter(stored.values())).manifest
    settings = trip.Settings(
        trials=trials or was["trials"], seed=was["seed"] if seed is None else seed, store=False
    )
    sides = [
        stored.get(name) or trip.prepare(name, fidelity=was["fidelity"], say=say) for name in names
    ]
    return compare_kept.beside(sides, settings, trip.Listener(say, progress))


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
