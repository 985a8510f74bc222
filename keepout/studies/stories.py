"""Two scenarios compared inside each story of what happened, and mixed with stated weights.

A story keeps some parameters to a part of their prior; both sides are run inside it on the same
nights. What the stories say apart is the answer; the mixture says it once more, with weights
that are an opinion. The extremes are stories without weight: they show when nothing is added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keepout import trip
from keepout.errors import InputError, Problem
from keepout.records.run import Run
from keepout.results.metrics import prices_of, readings, together_of
from keepout.results.summary import (
    QUANTILE_NAMES,
    QUANTILES,
    conditional_means,
    mc_se,
    summarise,
)
from keepout.studies import prior
from keepout.studies.compare import gain
from keepout.studies.study_file import Region, Story
from keepout.studies.study_load import matching, settings

Numbers = dict[str, Any]
NOTHING = 0.15
"""An effect below this share of that over the whole prior counts as nothing, or below …"""
NOTHING_MISSILES = 1.0
"""… one missile."""

Runner = Callable[[trip.Job], Run]
Prepare = Callable[[int, tuple[str, ...]], trip.Job]
"""Side (0: A, 1: B) and further settings → a job."""


def by_story(
    stories: Sequence[Story], prepare: Prepare, run: Runner, whole: Mapping[str, Any]
) -> Numbers:
    """B minus A inside each story, and the mixture.

    ``prepare`` gives the two sides, ``run`` runs a job; ``whole`` is the JSON of the comparison
    over the whole prior. Raises InputError if a story names a parameter that is not there.
    """
    sides = [prepare(0, ()), prepare(1, ())]
    check(stories, sides)
    told, pairs, left_out = [], [], []
    for story in stories:
        if not applies(story, sides):
            left_out.append(story.title)
            continue
        a, b = (run(job) for job in inside(story, prepare, sides))
        found, arrived = _difference(a, b)
        about: Numbers = {"name": story.name, "title": story.title, "weight": story.weight}
        told.append(about | found)
        if story.weight is not None:
            pairs.append((float(story.weight), arrived, together_of(a.manifest)))
    weighted = [each for each in told if each["weight"] is not None]
    total = sum(each["weight"] for each in weighted) or 1.0
    for each in weighted:
        each["weight"] /= total
    extremes = [each for each in told if each["weight"] is None]
    return {
        "stories": weighted,
        "mixed": mixed([(w / total, d, t) for w, d, t in pairs]) if pairs else None,
        "extremes": extremes,
        "adds_nothing_if": nothing_if([*weighted, *extremes], whole),
        "left_out": left_out,
    }


def applies(story: Story, sides: Sequence[trip.Job]) -> bool:
    """Whether both sides draw one of the parameters that a story is about."""
    if not story.needs:
        return True
    drawn = [{p["key"] for p in job.resolved["parameters"] if p["drawn"]} for job in sides]
    both = drawn[0] & drawn[1]
    return any(matching(pattern, both) for pattern in story.needs)


def inside(
    region: Region, prepare: Prepare, sides: Sequence[trip.Job]
) -> tuple[trip.Job, trip.Job]:
    """Both sides inside a region; it touches only parameters that both have."""
    sets = settings(region.set)
    if sets:
        sides = [prepare(0, sets), prepare(1, sets)]
    both = set(prior.keys(sides[0])) & set(prior.keys(sides[1]))
    only = [key for key in prior.keys(sides[0]) if key in both]
    made = [prior.in_region(job, region.within, fixed_si(region, job), only) for job in sides]
    return made[0], made[1]


def fixed_si(region: Region, job: trip.Job) -> dict[str, float]:
    """The fixed values of a region in SI, by key."""
    return {
        key: prior.value_si(job, key, value)
        for pattern, value in region.fixed.items()
        for key in matching(pattern, prior.keys(job))
    }


def check(regions: Sequence[Region], sides: Sequence[trip.Job]) -> None:
    """Refuse regions that name a parameter that is nowhere, or give it no fitting value."""
    known = sorted({key for job in sides for key in prior.keys(job)})
    problems: list[Problem] = []
    for region in regions:
        for pattern in (*region.within, *region.fixed):
            problems += prior.unknown(pattern, known, getattr(region, "name", ""))
        for job in sides:
            try:
                fixed_si(region, job)
            except ValueError as error:
                problems.append(Problem("value", str(error), path=getattr(region, "name", "")))
                break
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def _difference(a: Run, b: Run) -> tuple[Numbers, np.ndarray]:
    """What one story gives: both sides, their difference, and what the pairing was worth."""
    first, second = (readings(r.layout, r.outcomes, prices_of(r.manifest)) for r in (a, b))
    together = together_of(a.manifest)
    x, y = first["arrived"]["total"], second["arrived"]["total"]
    found = {
        "a": summarise(x, together),
        "b": summarise(y, together),
        "arrived": summarise(y - x, together),
        "p_fewer": float(np.mean(y < x)),
        "gain": gain(first, second, together),
        "by_cause": {
            cause: float(np.mean(second["arrived"]["by_cause"][cause]) - np.mean(values))
            for cause, values in first["arrived"]["by_cause"].items()
        },
    }
    return found, y - x


def mixed(parts: Sequence[tuple[float, np.ndarray, int]]) -> Numbers:
    """The mixture of the stories' differences: weights that sum to one, trials, together.

    The Monte Carlo error is that of the weighted mean of means, as of strata; the spread of
    outcomes is that of the weighted trials; ignorance joins the weighted conditional means.
    """
    mean = sum(w * float(values.mean()) for w, values, _ in parts)
    errors = [mc_se(values, together) for _, values, together in parts]
    known = [e for e in errors if e is not None]
    error = (
        float(np.sqrt(sum((w * e) ** 2 for (w, _, _), e in zip(parts, known))))
        if len(known) == len(parts)
        else None
    )
    outcomes = _weighted([(w, values) for w, values, _ in parts])
    means = _weighted([(w, conditional_means(values)) for w, values, _ in parts])
    return {"mean": mean, "mc_se": error, **outcomes, "epistemic": means}


def _weighted(parts: Sequence[tuple[float, np.ndarray]]) -> dict[str, float]:
    """Quantiles of several samples together, each with a weight in all."""
    values = np.concatenate([sample for _, sample in parts])
    weights = np.concatenate([np.full(len(sample), w / len(sample)) for w, sample in parts])
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    at = np.searchsorted(reached, np.array(QUANTILES) * reached[-1] - 1e-12)
    return {name: float(values[order][k]) for name, k in zip(QUANTILE_NAMES, at)}


def nothing_if(told: Sequence[Numbers], whole: Mapping[str, Any]) -> list[str]:
    """In words: in which stories the added defence adds next to nothing."""
    effect = whole["difference"]["arrived"]["mean"] or 0.0
    found: list[str] = []
    if abs(effect) <= NOTHING_MISSILES:
        return found  # nothing is added anyway
    for story in told:
        mean, error = story["arrived"]["mean"], story["arrived"]["mc_se"] or 0.0
        if abs(mean) <= max(NOTHING_MISSILES, NOTHING * abs(effect)):
            little = "nothing" if abs(mean) <= max(0.05, 2.0 * error) else "next to nothing"
            found.append(
                f"adds {little} if {story['title']}: {mean:+.1f} ± {error:.1f} arrivals "
                f"(over the whole prior {effect:+.1f})"
            )
    return found


def plain(job: trip.Job) -> trip.Job:
    """A job that keeps no trial's events: quicker, and nothing else changes."""
    return replace(job, kept=0)
