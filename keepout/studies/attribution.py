"""What each type of system does: left out alone, added alone, and its fair share (Shapley).

A type of system is out when all its batteries have no rounds and serve nobody with their radar.
All coalitions meet the same nights. By type of system, never by site.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from keepout import trip
from keepout.errors import InputError
from keepout.records.run import Run
from keepout.results.metrics import Counts, together_of
from keepout.results.summary import summarise
from keepout.studies import prior

MOST_SYSTEMS = 7
"""Types of system at most: every one doubles the runs."""

Coalition = frozenset[str]
Value = Callable[[Coalition], np.ndarray]
"""Arrivals per trial, (trials,), of the defence that has only these systems."""
Prepare = Callable[[tuple[str, ...]], trip.Job]
Runner = Callable[[trip.Job], Run]


def shapley(players: Sequence[str], value: Value) -> dict[str, np.ndarray]:
    """Shapley values per trial: the mean contribution of each over all orders of arrival.

    players  names;  value  coalition → (trials,)
    returns  name → (trials,); they add up to value(all) - value(none) in every trial

    Source: Shapley, A value for n-person games, Annals of Mathematics Studies 28 (1953) 307.
    """
    n = len(players)
    every = {c: value(c) for k in range(n + 1) for c in map(frozenset, combinations(players, k))}
    found = {}
    for player in players:
        total = np.zeros_like(every[frozenset()], np.float64)
        for coalition, before in every.items():
            if player not in coalition:
                k = len(coalition)
                weight = math.factorial(k) * math.factorial(n - k - 1) / math.factorial(n)
                total = total + weight * (every[coalition | {player}] - before)
        found[player] = total
    return found


def attribution(prepare: Prepare, run: Runner) -> dict[str, Any]:
    """Ablation and Shapley values of every type of system of a scenario.

    Numbers are arrivals, so what helps is negative. ``alone``: with only this system, minus
    with none; ``last``: with all, minus with all but this one (ablation); ``shapley``: its share.
    Raises InputError if there are too many types.
    """
    whole = prepare(())
    systems = list(whole.layout.systems)
    if not 0 < len(systems) <= MOST_SYSTEMS:
        raise InputError.one(
            "systems",
            f"the scenario has {len(systems)} types of system; attribution takes 1 to "
            f"{MOST_SYSTEMS}, since each doubles the number of runs",
        )
    coalitions = _Coalitions(whole, prepare, run)
    shares = shapley(systems, coalitions.value)
    every, together = frozenset(systems), coalitions.together
    full, none = coalitions.value(every), coalitions.value(frozenset())
    return {
        "systems": {
            system: {
                "shapley": summarise(shares[system], together),
                "last": summarise(full - coalitions.value(every - {system}), together),
                "alone": summarise(coalitions.value(frozenset({system})) - none, together),
            }
            for system in systems
        },
        "whole": summarise(full - none, together),
        "undefended": summarise(none, together),
        "defended": summarise(full, together),
        "runs": len(coalitions.known),
    }


class _Coalitions:
    """Arrivals with any set of systems: magazines emptied, radars shared by nobody."""

    def __init__(self, whole: trip.Job, prepare: Prepare, run: Runner) -> None:
        self.prepare, self.run = prepare, run
        self.batteries = batteries_of(whole)
        self.jobs: dict[tuple[str, ...], trip.Job] = {(): whole}
        self.known: dict[Coalition, np.ndarray] = {}
        self.together = whole.together

    def value(self, coalition: Coalition) -> np.ndarray:
        """Arrivals per trial, (trials,)."""
        if coalition not in self.known:
            out = [each for each in self.batteries if each["system"] not in coalition]
            sets = tuple(f"batteries.{b['name']}.share=false" for b in out if b["share"])
            if sets not in self.jobs:
                self.jobs[sets] = self.prepare(sets)
            empty = {f"{battery['name']}.rounds": 0.0 for battery in out}
            empty_job = prior.in_region(_without_resupply(self.jobs[sets], out), {}, empty)
            done = self.run(empty_job)
            self.together = together_of(done.manifest)
            self.known[coalition] = Counts(done.layout, done.outcomes)("arrived")
        return self.known[coalition]


def _without_resupply(job: trip.Job, out: Sequence[Mapping[str, Any]]) -> trip.Job:
    """The job in which batteries that are out get no further rounds."""
    case = prior.case_of(job)
    battery = case.battery.copy()
    names = [each["name"] for each in job.resolved["names"]["batteries"]]
    for each in out:
        battery["resupply"][names.index(each["name"])] = 0
    return trip.with_case(job, case._replace(battery=battery.view(np.recarray)))


def batteries_of(job: trip.Job) -> list[dict[str, Any]]:
    """Name and system of every battery, and whether its radar serves all."""
    shares = {
        each["path"]: each["value"] for each in job.resolved["values"] if ".share" in each["path"]
    }
    return [
        {"name": each["name"], "system": each["system"],
         "share": bool(shares.get(f"batteries.{each['name']}.share", False))}
        for each in job.resolved["names"]["batteries"]
    ]  # fmt: skip


def added(a: trip.Job, b: trip.Job) -> list[dict[str, Any]]:
    """Batteries of B of a type that A has not."""
    return [each for each in batteries_of(b) if each["system"] not in a.layout.systems]


def split(
    a: trip.Job, b: trip.Job, prepare: Prepare, run: Runner, done: Mapping[str, Run],
) -> dict[str, Any] | None:  # fmt: skip
    """What B's added batteries do by their radar alone, by their rounds alone, and by both.

    Radar alone: they have no rounds. Rounds alone: their radar serves only themselves.
    ``together`` is what both give beyond the sum of the two. ``done`` holds the runs of ``a``
    and ``both``. None if B adds no battery whose radar serves all.
    """
    new = added(a, b)
    if not any(each["share"] for each in new):
        return None
    own = prepare(tuple(f"batteries.{each['name']}.share=false" for each in new))
    empty = prior.in_region(
        _without_resupply(b, new), {}, {f"{each['name']}.rounds": 0.0 for each in new}
    )
    runs = {**done, "radar": run(empty), "interceptors": run(own)}
    arrived = {name: Counts(each.layout, each.outcomes)("arrived") for name, each in runs.items()}
    less = {name: arrived[name] - arrived["a"] for name in ("radar", "interceptors", "both")}
    together = together_of(runs["a"].manifest)
    return {
        "systems": sorted({each["system"] for each in new}),
        **{name: summarise(values, together) for name, values in less.items()},
        "together": summarise(less["both"] - less["radar"] - less["interceptors"], together),
    }
