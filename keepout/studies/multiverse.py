"""``keepout multiverse``: a claim over every combination of the defensible ways to choose.

A verdict at one set of assumptions says as much about the assumptions as about the world. Here
every combination is run on the same nights: in what share of them the claim holds, and which
choice, made otherwise while all others stay, turns the verdict.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keepout import trip
from keepout.errors import InputError
from keepout.results.metrics import together_of
from keepout.results.summary import summarise
from keepout.studies import attacker, pieces, prior
from keepout.studies.points import Scenarios, check_numbers, values_of
from keepout.studies.stories import inside, plain
from keepout.studies.study_file import Claim, Option
from keepout.studies.study_load import LoadedStudy, matching, settings

HOLDS, FAILS, OPEN = "holds", "fails", "undecided"
DOUBT = 2.0
"""Monte Carlo errors within which a mean is too close to the limit to say."""


@dataclass(frozen=True)
class Universe:
    """One combination of options, one from each choice."""

    options: tuple[Option, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the options, in the order of the choices."""
        return tuple(option.name for option in self.options)


@dataclass(frozen=True)
class _Universes:
    """The number of the claim in each universe, by its place."""

    scenarios: Scenarios
    every: Sequence[Universe]

    def __call__(self, number: int) -> Any:
        return evaluate(self.scenarios, self.every[number])


def universes(loaded: LoadedStudy) -> list[Universe]:
    """Every combination, the usual one first."""
    multiverse = loaded.study.multiverse
    assert multiverse is not None
    each = [choice.options for choice in multiverse.choices]
    return [Universe(tuple(options)) for options in itertools.product(*each)]


def multiverse(
    loaded: LoadedStudy, where: pieces.Where, how: pieces.How, page: pieces.Page = pieces.no_page
) -> dict[str, Any]:
    """The verdicts of a study's claim; raises InputError with every problem."""
    study = loaded.study
    asked = study.multiverse
    assert asked is not None
    scenarios = Scenarios(loaded)
    jobs = [scenarios.job(side) for side in scenarios.sides]
    check_numbers([asked.claim.number], jobs[0], loaded, ("multiverse", "claim", "number"))
    check_options(loaded, jobs)
    every = universes(loaded)
    shelf = pieces.open_shelf(where, study.name, scenarios.head("multiverse"))
    if shelf.result is not None:
        return {**shelf.result, "folder": str(shelf.folder)}
    how = scenarios.divided(how)
    done = pieces.compute(len(every), _Universes(scenarios, every), shelf, how)
    choices = [choice.name for choice in asked.choices]
    found = [
        {"choices": dict(zip(choices, universe.names)), "value": value,
         "verdict": verdict(asked.claim, value)}
        for universe, value in zip(every, done)
    ]  # fmt: skip
    result = {
        "study": study.name,
        "question": study.question,
        "scenario": study.scenario,
        "against": study.against if asked.claim.of == "difference" else None,
        "claim": asked.claim.model_dump(by_alias=True),
        "trials": int(study.trials),
        "seed": int(study.seed),
        "universes": found,
        "share": share_of(found),
        "by_choice": by_choice(found, choices),
        "assumptions": list(study.assumptions),
    }
    shelf.finish(
        result,
        {
            "study.yaml": lambda path: path.write_text(loaded.text, "utf-8"),
            "page.html": lambda path: page(result, path),
        },
    )
    return {**result, "folder": str(shelf.folder) if shelf.folder else None}


def check_options(loaded: LoadedStudy, jobs: Sequence[trip.Job]) -> None:
    """Refuse options that name what is not there, or what belongs to the attacker."""
    asked = loaded.study.multiverse
    assert asked is not None
    known = {p["key"]: p["path"] for job in jobs for p in job.resolved["parameters"]}
    problems = []
    for i, choice in enumerate(asked.choices):
        for j, option in enumerate(choice.options):
            for part in ("within", "fixed"):
                for pattern in getattr(option, part):
                    where = ("multiverse", "choices", i, "options", j, part, pattern)
                    for problem in prior.unknown(pattern, list(known), ""):
                        problems.append(
                            loaded.places.problem(
                                problem.code, problem.message, where, problem.help, at_key=True
                            )
                        )
                    for key in matching(pattern, known):
                        says = attacker.parameter_refusal(key, known[key], failures=True)
                        if says:
                            problems.append(
                                loaded.places.problem(
                                    "attacker", says, where, attacker.RULE, at_key=True
                                )
                            )
    if problems:
        raise InputError(problems)


def evaluate(scenarios: Scenarios, universe: Universe) -> dict[str, Any]:
    """The claim's number in one universe: its summary."""
    study = scenarios.loaded.study
    asked = study.multiverse
    assert asked is not None
    sets = tuple(s for option in universe.options for s in settings(option.set))
    sides = scenarios.sides if asked.claim.of == "difference" else range(1)
    jobs = [plain(scenarios.job(side, sets)) for side in sides]
    values = []
    for job in jobs:
        for option in universe.options:
            job = inside_one(option, job)
        run = trip.run_job(job, scenarios.settings())
        values.append(values_of(run, [asked.claim.number])[asked.claim.number])
    number = values[0] - values[1] if len(values) > 1 else values[0]
    return summarise(number, together_of(run.manifest))


def inside_one(option: Option, job: trip.Job) -> trip.Job:
    """A job inside the region of one option."""
    if not option.within and not option.fixed:
        return job
    bare = option.model_copy(update={"set": {}})
    return inside(bare, lambda side, sets: job, [job, job])[0]


def verdict(claim: Claim, value: dict[str, Any]) -> str:
    """Whether the claim holds of a mean, fails, or is too close to say."""
    if value["mean"] is None:
        return OPEN
    apart = (value["mean"] - claim.than) * (1.0 if claim.is_ == "above" else -1.0)
    if abs(apart) <= DOUBT * (value["mc_se"] or 0.0):
        return OPEN
    return HOLDS if apart > 0.0 else FAILS


def share_of(found: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares of the universes by verdict."""
    return {
        word: sum(each["verdict"] == word for each in found) / len(found)
        for word in (HOLDS, FAILS, OPEN)
    }


def by_choice(found: Sequence[dict[str, Any]], choices: Sequence[str]) -> list[dict[str, Any]]:
    """For each choice: in what share the claim holds by option, and how often it turns the verdict.

    ``flips`` is the share of pairs of universes that differ in this choice alone whose verdicts
    are opposite: what the choice decides, whatever the others are. ``range`` is the largest and
    smallest of the means of the number over its options.
    """
    made = []
    for choice in choices:
        options: dict[str, list[dict[str, Any]]] = {}
        rest: dict[tuple[str, ...], list[str]] = {}
        for each in found:
            options.setdefault(each["choices"][choice], []).append(each)
            others = tuple(v for k, v in each["choices"].items() if k != choice)
            rest.setdefault(others, []).append(each["verdict"])
        pairs = [
            {a, b} == {HOLDS, FAILS}
            for verdicts in rest.values()
            for a, b in itertools.combinations(verdicts, 2)
        ]
        made.append(
            {
                "choice": choice,
                "flips": sum(pairs) / len(pairs) if pairs else 0.0,
                "options": {
                    name: {**share_of(group), "mean": _mean(group)}
                    for name, group in options.items()
                },
            }
        )
    return made


def _mean(group: Sequence[dict[str, Any]]) -> float | None:
    known = [each["value"]["mean"] for each in group if each["value"]["mean"] is not None]
    return sum(known) / len(known) if known else None
