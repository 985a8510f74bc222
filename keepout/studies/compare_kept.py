"""``keepout compare`` kept in a folder like every study: each run it needs is stored as it comes.

The runs stand in the order in which the question needs them, in RUNS; a comparison that was
stopped or killed finds what is finished of them, and goes on inside the one that was under way.
Once the result is there they are removed, as the parts of a run are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keepout import trip
from keepout.errors import Interrupted, RunError
from keepout.records.run import Run
from keepout.results.plain import plain
from keepout.studies import compare_by, pieces
from keepout.studies.study_file import Story

RUNS = "runs"


@dataclass
class Kept:
    """Runs of a comparison by their place in it; nothing is stored without a folder."""

    shelf: pieces.Shelf
    settings: trip.Settings
    number: int = 0

    def __call__(self, job: trip.Job, listener: trip.Listener) -> Run:
        """Run a job, or what is missing of it, and note its digest."""
        number, self.number = self.number, self.number + 1
        settings = self.settings
        if self.shelf.claim is not None:
            out = self.shelf.claim.folder / RUNS / f"{number:03d}"
            settings = replace(settings, store=True, out=out, resume=True)
        run = trip.run_job(job, settings, listener)
        if number not in self.shelf.done:
            self.shelf.keep(number, {"scenario": job.name, "digest": run.manifest["digest"]})
        return replace(run, folder=None)  # the folder of these runs is not to be found later


@dataclass(frozen=True)
class Asked:
    """A comparison of two scenarios, or of one and a stored run."""

    name: str
    head: Mapping[str, Any]
    texts: Mapping[str, str]  # file of the folder → a scenario as it was read
    settings: trip.Settings
    answer: Callable[[Kept], dict[str, Any]]


def kept(
    asked: Asked, where: pieces.Where, how: pieces.How, page: pieces.Page = pieces.no_page
) -> dict[str, Any]:
    """The answer of a comparison, with the folder that it is kept in.

    Raises Interrupted after Ctrl-C with the line that goes on, RunError, InputError.
    """
    shelf = pieces.open_shelf(where, asked.name, asked.head)
    if shelf.result is not None:
        return {**shelf.result, "folder": str(shelf.folder)}
    settings = replace(asked.settings, threads=how.threads, scheduler=how.scheduler, store=False)
    try:
        result = plain(asked.answer(Kept(shelf, settings)))
    except BaseException as error:
        _stopped(shelf, how, error)
        raise
    files: dict[str, Callable[[Path], object]] = {
        name: lambda path, text=text: path.write_text(text, "utf-8")  # type: ignore[misc]
        for name, text in asked.texts.items()
    }
    files["page.html"] = lambda path: page(result, path)
    if shelf.claim is not None:
        shutil.rmtree(shelf.claim.folder / RUNS, ignore_errors=True)
    shelf.finish(result, files)
    return {**result, "folder": str(shelf.folder) if shelf.folder else None}


def _stopped(shelf: pieces.Shelf, how: pieces.How, error: BaseException) -> None:
    """Leave the folder as it can be resumed; an interruption says how."""
    claim = shelf.claim
    begun = claim is not None and any((claim.folder / RUNS).glob("*"))
    line = how.resume_line(claim.final) if claim is not None and begun else ""
    if claim is not None and begun:
        claim.release()
        said = (
            f"{claim.folder} keeps {len(shelf.done)} finished runs and what there is of the next."
        )
    else:
        said = shelf.leave()
    if isinstance(error, (KeyboardInterrupt, Interrupted)):
        raise Interrupted(f"Stopped. {said}", line) from None
    if isinstance(error, RunError) and line:
        raise RunError(f"{error} {said} Go on with: {line}") from error


def scenarios(
    names: tuple[str, str], settings: trip.Settings, by: Sequence[str], told: Sequence[Story],
    listener: trip.Listener,
) -> Asked:  # fmt: skip
    """Two scenarios, also by story and by type of system where asked for."""
    sides = compare_by.Sides(names, settings, listener.say, listener.progress)
    jobs = [sides.prepare(0), sides.prepare(1)]
    head = _head([_of_job(job) for job in jobs], settings) | {
        "by": list(by), "stories": [story.model_dump(mode="json") for story in told],
    }  # fmt: skip

    def answer(runs: Kept) -> dict[str, Any]:
        sides.runner = runs
        return compare_by.compare_scenarios(sides, by, told)

    texts = {f"{letter}.yaml": job.text for letter, job in zip("ab", jobs)}
    return Asked(f"{jobs[1].name}-minus-{jobs[0].name}", head, texts, settings, answer)


def beside(
    sides: Sequence[Run | trip.Job], settings: trip.Settings, listener: trip.Listener
) -> Asked:
    """Stored runs, or one and a scenario that is run as the stored one was."""
    from keepout.studies.compare import compare

    about = [_of_run(s) if isinstance(s, Run) else _of_job(s) for s in sides]
    named = [str(s.manifest["scenario"]) if isinstance(s, Run) else s.name for s in sides]
    texts = {
        f"{letter}.yaml": s.scenario_text if isinstance(s, Run) else s.text
        for letter, s in zip("ab", sides)
    }

    def answer(runs: Kept) -> dict[str, Any]:
        a, b = (s if isinstance(s, Run) else runs(s, listener) for s in sides)
        return compare(a, b)

    return Asked(f"{named[1]}-minus-{named[0]}", _head(about, settings), texts, settings, answer)


def _head(sides: list[dict[str, Any]], settings: trip.Settings) -> dict[str, Any]:
    """What a comparison hangs on."""
    return {"verb": "compare", "sides": sides, "trials": settings.trials, "seed": settings.seed}


def _of_job(job: trip.Job) -> dict[str, Any]:
    return {"hashes": dict(job.hashes), "fidelity": job.fidelity}


def _of_run(run: Run) -> dict[str, Any]:
    return {"digest": run.manifest["digest"], "run": str(run.folder)}
