"""``keepout sweep``: a scenario over a grid, a Latin hypercube or a Sobol sequence of settings.

Every point meets the same nights: the differences between points are the factors', not luck's.
The rows stand in the order of the design and are not ranked.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from keepout.errors import InputError, Problem
from keepout.results import parquet
from keepout.studies import attacker, pieces, prior
from keepout.studies.chance import generator
from keepout.studies.points import Scenarios, check_numbers, evaluate, raid_sizes
from keepout.studies.study_file import Factor
from keepout.studies.study_load import LoadedStudy, settings

COLUMNS = ("mean", "mc_se", "p05", "p50", "p95")


@dataclass(frozen=True)
class Point:
    """One point: what is written in the table, what is set, and what is pinned."""

    shown: Mapping[str, Any]  # factor → value or label
    sets: tuple[str, ...]
    fixed: Mapping[str, float]  # key → SI


@dataclass(frozen=True)
class Level:
    """One value of a factor."""

    shown: Any
    sets: tuple[str, ...] = ()
    fixed: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class _Points:
    """The numbers of each point, by its place in the design."""

    scenarios: Scenarios
    points: Sequence[Point]

    def __call__(self, number: int) -> Any:
        point = self.points[number]
        return evaluate(self.scenarios, point.sets, point.fixed)


def sweep(
    loaded: LoadedStudy, where: pieces.Where, how: pieces.How, page: pieces.Page = pieces.no_page
) -> dict[str, Any]:
    """The table of a sweep, a row for each point; raises InputError with every problem."""
    study = loaded.study
    assert study.sweep is not None
    sizes = raid_sizes({f.set: f.values for f in study.sweep.factors if f.set})
    most = {
        f.set: max(f.values) for f in study.sweep.factors if f.set in sizes
    }  # room for the largest raid
    scenarios = Scenarios(loaded, settings(most))
    points = points_of(loaded, scenarios, sizes)
    check_numbers(study.numbers, scenarios.job(0), loaded, ("numbers",))
    shelf = pieces.open_shelf(where, study.name, scenarios.head("sweep"))
    if shelf.result is not None:
        return {**shelf.result, "folder": str(shelf.folder)}
    how = scenarios.divided(how)
    done = pieces.compute(len(points), _Points(scenarios, points), shelf, how)
    result = {
        "study": study.name,
        "question": study.question,
        "scenario": study.scenario,
        "against": study.against,
        "design": study.sweep.design,
        "trials": int(study.trials),
        "seed": int(study.seed),
        "factors": [factor.name for factor in study.sweep.factors],
        "numbers": list(study.numbers),
        "points": [
            {"factors": dict(point.shown), "numbers": numbers}
            for point, numbers in zip(points, done)
        ],
        "assumptions": list(study.assumptions),
    }
    table = tidy(result)
    shelf.finish(
        result,
        {
            "study.yaml": lambda path: path.write_text(loaded.text, "utf-8"),
            "table.csv": lambda path: write_csv(path, table),
            "table.parquet": lambda path: write_parquet(path, table),
            "page.html": lambda path: page(result, path),
        },
    )
    return {**result, "folder": str(shelf.folder) if shelf.folder else None}


def points_of(loaded: LoadedStudy, scenarios: Scenarios, sizes: Mapping[str, str]) -> list[Point]:
    """The points of the design, in order; raises InputError with every problem of the factors."""
    sweep_ = loaded.study.sweep
    assert sweep_ is not None
    problems: list[Problem] = []
    levels, ranges = [], []
    for i, factor in enumerate(sweep_.factors):
        try:
            levels.append(_levels(factor, scenarios, sizes))
            ranges.append(_range(factor, scenarios))
        except ValueError as error:
            where = ("sweep", "factors", i)
            problems.append(loaded.places.problem("factor", str(error), where))
        except _Refused as refused:
            where = ("sweep", "factors", i)
            problems.append(loaded.places.problem("attacker", str(refused), where, attacker.RULE))
    if problems:
        raise InputError(problems)
    if sweep_.design == "grid":
        return [_joined(sweep_.factors, each) for each in itertools.product(*levels)]
    spread = _spread(sweep_.design, int(sweep_.points), len(levels), int(loaded.study.seed))
    return [_joined(sweep_.factors, _at(row, levels, ranges, sweep_.factors)) for row in spread]


class _Refused(Exception):
    """A factor that a study may not vary."""


def _levels(factor: Factor, scenarios: Scenarios, sizes: Mapping[str, str]) -> list[Level]:
    """The values of a factor; those of a range are spread evenly over it."""
    if factor.set is not None:
        return [_setting(factor.set, value, sizes) for value in factor.values]
    assert factor.parameter is not None
    if factor.values:
        given = [value["value"] if isinstance(value, dict) else value for value in factor.values]
        return [
            Level(value, fixed=((factor.parameter, _si(factor.parameter, value, scenarios)),))
            for value in given
        ]
    low, high = _range(factor, scenarios) or (0.0, 0.0)
    return [
        Level(float(value), fixed=((factor.parameter, float(value)),))
        for value in np.linspace(low, high, int(factor.steps))
    ]


def _setting(path: str, value: Any, sizes: Mapping[str, str]) -> Level:
    whole = value if isinstance(value, dict) and "value" in value else {"value": value}
    shown = whole.get("label", whole["value"])
    shown = shown if isinstance(shown, (int, float, str, bool)) else str(shown)
    if path in sizes:
        return Level(shown, fixed=((sizes[path], float(whole["value"])),))
    return Level(shown, sets=settings({path: whole["value"]}))


def _range(factor: Factor, scenarios: Scenarios) -> tuple[float, float] | None:
    """The ends of a parameter's range in SI; None for a factor with values."""
    if factor.parameter is None or factor.low is None:
        return None
    low, high = (_si(factor.parameter, end, scenarios) for end in (factor.low, factor.high))
    if not low < high:
        raise ValueError(f"the range of {factor.parameter} does not rise")
    return low, high


def _si(key: str, value: Any, scenarios: Scenarios) -> float:
    """A parameter's value in SI; raises ValueError, or _Refused if it is the attacker's."""
    job = scenarios.job(0)
    found = {each["key"]: each["path"] for each in job.resolved["parameters"]}
    if key not in found:
        (problem,) = prior.unknown(key, list(found), "")
        raise ValueError(f"{problem.message}; {problem.help}")
    says = attacker.parameter_refusal(key, found[key])
    if says:
        raise _Refused(says)
    return prior.value_si(job, key, value)


def _spread(design: str, points: int, factors: int, seed: int) -> np.ndarray:
    """Points in the unit cube, (points, factors)."""
    rng = generator(seed, "sweep", design)
    if design == "sobol":
        sequence = qmc.Sobol(factors, scramble=True, rng=rng)
        found: np.ndarray = sequence.random_base2(max(0, (points - 1).bit_length()))[:points]
        return found
    cube: np.ndarray = qmc.LatinHypercube(factors, rng=rng).random(points)
    return cube


def _at(
    row: np.ndarray, levels: Sequence[list[Level]], ranges: Sequence[tuple[float, float] | None],
    factors: Sequence[Factor],
) -> list[Level]:  # fmt: skip
    """The levels at one place of the unit cube: of a range any value, else one of the values."""
    found = []
    for u, each, ends, factor in zip(row, levels, ranges, factors):
        if ends is None:
            found.append(each[min(int(u * len(each)), len(each) - 1)])
        else:
            value = float(ends[0] + u * (ends[1] - ends[0]))
            found.append(Level(value, fixed=((str(factor.parameter), value),)))
    return found


def _joined(factors: Sequence[Factor], levels: Sequence[Level]) -> Point:
    return Point(
        {factor.name: level.shown for factor, level in zip(factors, levels)},
        tuple(each for level in levels for each in level.sets),
        {key: value for level in levels for key, value in level.fixed},
    )


def tidy(result: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The table as columns: one row for each point and number."""
    heads = ["point", *result["factors"], "number", *COLUMNS]
    heads += [f"epistemic_{end}" for end in ("p05", "p50", "p95")]
    columns: dict[str, list[Any]] = {head: [] for head in heads}
    for number, point in enumerate(result["points"]):
        for name, s in point["numbers"].items():
            row = [number, *point["factors"].values(), name, *(s[key] for key in COLUMNS)]
            row += [s["epistemic"][end] for end in ("p05", "p50", "p95")]
            for head, value in zip(heads, row):
                columns[head].append(value)
    return columns


def write_csv(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Columns as a CSV file."""
    import csv

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))


def write_parquet(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Columns as a Parquet file: numbers where all are numbers, else text."""
    connection = parquet.connect()
    arrays = {name: _array(values) for name, values in columns.items()}
    try:
        parquet.write(connection, path, arrays)
    finally:
        connection.close()


def _array(values: Sequence[Any]) -> np.ndarray:
    numbers = all(v is None or isinstance(v, (int, float)) for v in values)
    if numbers and not any(isinstance(v, bool) for v in values):
        return np.array([np.nan if v is None else v for v in values], np.float64)
    return np.array([str(v) for v in values], object)
