"""Points of a study: settings and pinned parameters, and the scenario that a point is.

A setting is resolved anew, once for each combination of settings; a parameter is pinned in the
Case. The size of a raid is pinned as well: the Case has room for the largest, and a larger raid
keeps the smaller one's missiles.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from keepout import trip
from keepout.document import Where
from keepout.errors import InputError
from keepout.records.run import Run
from keepout.results.metrics import leaf, paths, prices_of, readings, together_of
from keepout.results.summary import summarise
from keepout.scenario.load import Source, read
from keepout.scenario.words import closest
from keepout.studies import pieces, prior
from keepout.studies.stories import plain
from keepout.studies.study_load import LoadedStudy

COUNT = re.compile(r"raids\.([^.]+)\.count")
LARGE = 50_000
"""Trials of a point from which on they are spread over a cluster; else whole points are."""


@dataclass
class Scenarios:
    """The one or two scenarios of a study, prepared once for each set of settings.

    It can be sent to another machine: it holds the files as they were read, and what it has
    prepared stays behind.
    """

    loaded: LoadedStudy
    base: tuple[str, ...] = ()  # settings of every point
    scheduler: str = trip.LOCAL  # of the trials of a point
    files: list[Source] = field(default_factory=list)
    jobs: dict[tuple[int, tuple[str, ...]], trip.Job] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        study = self.loaded.study
        given = [study.scenario, study.against]
        self.files = [read(self.loaded.path_of(name)) for name in given if name]

    def __getstate__(self) -> dict[str, Any]:
        return {key: self.__dict__[key] for key in ("loaded", "base", "scheduler", "files")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state | {"jobs": {}, "lock": threading.Lock()}

    @property
    def sides(self) -> range:
        """0 is the scenario, 1 the one to subtract if there is one."""
        return range(len(self.files))

    def job(self, side: int, sets: tuple[str, ...] = ()) -> trip.Job:
        """Side 0 is the scenario, side 1 the one to subtract."""
        with self.lock:
            key = (side, sets)
            if key not in self.jobs:
                all_sets = (*self.loaded.sets(), *self.base, *sets)
                self.jobs[key] = plain(trip.prepare(self.files[side], sets=all_sets))
            return self.jobs[key]

    def head(self, verb: str) -> dict[str, Any]:
        """What the result of a study hangs on."""
        hashes = [dict(self.job(side).hashes) for side in self.sides]
        return {"verb": verb, "study": self.loaded.text, "hashes": hashes}

    def settings(self) -> trip.Settings:
        """How the trials of a point are run."""
        study = self.loaded.study
        return trip.Settings(
            trials=int(study.trials), seed=int(study.seed), threads=1, store=False,
            scheduler=self.scheduler,
        )  # fmt: skip

    def divided(self, how: pieces.How) -> pieces.How:
        """How the points are computed: large ones here, their trials spread over the cluster."""
        scheduler = how.scheduler
        many = how.runs_elsewhere() and int(self.loaded.study.trials) >= LARGE
        if not many and scheduler != trip.GPU:
            return how
        self.scheduler = scheduler
        threads = 1 if scheduler == trip.GPU else how.threads  # one card, many workers
        return replace(how, scheduler=trip.LOCAL, of_trials=scheduler, threads=threads)


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
    sides = []
    for side in scenarios.sides:
        job = prior.in_region(scenarios.job(side, sets), within or {}, fixed)
        run = trip.run_job(job, scenarios.settings())
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
