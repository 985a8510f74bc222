"""Points of a study: settings and pinned parameters, and the scenario that a point is.

A setting is resolved anew, once for each combination of settings; a parameter is pinned in the
Case. The size of a raid is pinned as well: the Case has room for the largest, and a larger raid
keeps the smaller one's missiles.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keepout import trip
from keepout.document import Where
from keepout.errors import InputError
from keepout.records.run import Run
from keepout.results.metrics import leaf, paths, prices_of, readings, together_of
from keepout.results.summary import summarise
from keepout.scenario.words import closest
from keepout.studies import prior
from keepout.studies.stories import plain
from keepout.studies.study_load import LoadedStudy

COUNT = re.compile(r"raids\.([^.]+)\.count")


@dataclass
class Scenarios:
    """The one or two scenarios of a study, prepared once for each set of settings."""

    loaded: LoadedStudy
    base: tuple[str, ...] = ()  # settings of every point
    jobs: dict[tuple[int, tuple[str, ...]], trip.Job] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def names(self) -> list[str]:
        """The scenario, and the one to subtract if there is one."""
        study = self.loaded.study
        given = [study.scenario, study.against]
        return [self.loaded.path_of(name) for name in given if name]

    def job(self, side: int, sets: tuple[str, ...] = ()) -> trip.Job:
        """Side 0 is the scenario, side 1 the one to subtract."""
        with self.lock:
            key = (side, sets)
            if key not in self.jobs:
                all_sets = (*self.loaded.sets(), *self.base, *sets)
                self.jobs[key] = plain(trip.prepare(self.names[side], sets=all_sets))
            return self.jobs[key]

    def head(self, verb: str) -> dict[str, Any]:
        """What the result of a study hangs on."""
        hashes = [dict(self.job(side).hashes) for side in range(len(self.names))]
        return {"verb": verb, "study": self.loaded.text, "hashes": hashes}


def values_of(run: Run, numbers: Sequence[str]) -> dict[str, np.ndarray]:
    """Numbers of a run per trial, each (trials,)."""
    tree = readings(run.layout, run.outcomes, prices_of(run.manifest))
    found = {}
    for number in numbers:
        values = leaf(tree, number)
        assert values is not None, number
        found[number] = np.asarray(values, np.float64)
    return found


def check_numbers(numbers: Sequence[str], job: trip.Job, loaded: LoadedStudy, at: Where) -> None:
    """Refuse numbers that a run does not have."""
    rows = np.zeros((2, len(job.layout.columns())), np.int32)
    tree = readings(job.layout, rows, job.prices)
    problems = []
    for i, number in enumerate(numbers):
        if leaf(tree, number) is None:
            place = (*at, i) if at == ("numbers",) else at
            message = f'a run has no number "{number}"'
            help = closest(number, paths(tree))
            problems.append(loaded.places.problem("unknown-path", message, place, help))
    if problems:
        raise InputError(problems)


def evaluate(
    scenarios: Scenarios, sets: tuple[str, ...], fixed: Mapping[str, float],
    within: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Summaries of the study's numbers at one point; of the difference if there are two sides."""
    study = scenarios.loaded.study
    settings = trip.Settings(trials=int(study.trials), seed=int(study.seed), threads=1, store=False)
    sides = []
    for side in range(len(scenarios.names)):
        job = prior.in_region(scenarios.job(side, sets), within or {}, fixed)
        run = trip.run_job(job, settings)
        sides.append(values_of(run, study.numbers))
    together = together_of(run.manifest)
    return {
        number: summarise(
            sides[0][number] - sides[1][number] if len(sides) > 1 else sides[0][number], together
        )
        for number in study.numbers
    }


def raid_sizes(values: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Settings that are the size of a raid with plain numbers: path → key of the parameter."""
    found = {}
    for path, given in values.items():
        match = COUNT.fullmatch(path)
        plain_numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in given)
        if match and plain_numbers:
            found[path] = f"raid.{match[1]}.count"
    return found
