"""The whole of ``keepout compare``: the pair, its stories, its split, and who does what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from keepout import trip
from keepout.errors import InputError
from keepout.records.run import Run
from keepout.studies import attribution, stories
from keepout.studies.compare import compare
from keepout.studies.study_file import Story
from keepout.studies.study_load import load_study

BY = ("story", "system")
USUAL = "stories"
"""The shipped study whose stories are told unless others are named."""


@dataclass
class Sides:
    """Two scenarios by name, run as often as a question needs, each prepared once."""

    names: tuple[str, str]
    settings: trip.Settings
    say: Callable[[str], None] = trip.SILENT.say
    progress: Callable[[int, int, float], None] = trip.SILENT.progress
    expected: int = 2  # runs, for the progress line
    jobs: dict[tuple[int, tuple[str, ...]], trip.Job] = field(default_factory=dict)
    done: int = 0
    runner: Callable[[trip.Job, trip.Listener], Run] | None = None  # keeps what it runs

    def prepare(self, side: int, sets: tuple[str, ...] = ()) -> trip.Job:
        """One side with settings."""
        key = (side, sets)
        if key not in self.jobs:
            made = trip.prepare(self.names[side], sets=sets, say=self.say)
            self.jobs[key] = stories.plain(made)
        return self.jobs[key]

    def run(self, job: trip.Job) -> Run:
        """Run a job; the progress counts over all runs."""

        def progress(done: int, total: int, rate_per_s: float) -> None:
            self.expected = max(self.expected, self.done + 1)
            self.progress(self.done * total + done, self.expected * total, rate_per_s)

        listener = trip.Listener(self.say, progress)
        if self.runner is not None:
            found = self.runner(job, listener)
        else:
            found = trip.run_job(job, self.settings, listener)
        self.done += 1
        return found


def compare_scenarios(sides: Sides, by: Sequence[str], told: Sequence[Story]) -> dict[str, Any]:
    """B minus A of two scenarios, by story and by type of system where asked for.

    Raises InputError if a story names what is not there, or there are too many systems.
    """
    jobs = sides.prepare(0), sides.prepare(1)
    sides.expected = 2 + (2 * len(told) + 4 if "story" in by else 0)
    sides.expected += 2 ** len(jobs[1].layout.systems) if "system" in by else 0
    if "story" in by:
        stories.check(told, jobs)
    a, b = (sides.run(job) for job in jobs)
    found = compare(a, b)
    if "story" in by:
        found["by_story"] = stories.by_story(told, sides.prepare, sides.run, found)
        found["split"] = attribution.split(
            *jobs, lambda sets: sides.prepare(1, sets), sides.run, {"a": a, "both": b}
        )
    if "system" in by:
        found["attribution"] = attribution.attribution(
            lambda sets: sides.prepare(1, sets), sides.run
        )
    return found


def stories_of(study: str | None) -> Sequence[Story]:
    """The stories of a study file; the shipped ones if none is named."""
    loaded = load_study(study or USUAL)
    if not loaded.study.stories:
        help = "add stories: with a name, a title and a region of the prior for each"
        problem = loaded.places.problem("missing-key", "the study has no stories", (), help)
        raise InputError([problem])
    return loaded.study.stories
