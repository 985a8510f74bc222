"""The uncertain numbers of a job's Case: kept to a part of their prior, or fixed.

Nothing is resolved again: a parameter is a row of quantiles, and a part of a prior is a part of
that row, stretched. The same trials of the same seed then meet the same chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keepout import trip, units
from keepout.errors import Problem
from keepout.records.case import Case
from keepout.records.parameter import QUANTILES
from keepout.scenario.parameters import SI_UNIT
from keepout.scenario.words import closest
from keepout.studies.study_load import matching

DIMENSION = {unit: dimension for dimension, unit in SI_UNIT.items()}


def keys(job: trip.Job) -> list[str]:
    """Keys of a job's parameters, in the order of their rows."""
    return [each["key"] for each in job.resolved["parameters"]]


def case_of(job: trip.Job) -> Case:
    """The Case of a job that was prepared from a scenario."""
    assert job.case is not None, "a job without a Case cannot be varied"
    return job.case


def in_region(
    job: trip.Job, within: Mapping[str, Sequence[float]], fixed: Mapping[str, float],
    only: Sequence[str] | None = None,
) -> trip.Job:  # fmt: skip
    """The job with parameters kept to a part of their prior, or fixed, by patterns of keys.

    ``within`` maps a pattern to two quantiles, ``fixed`` to a value in SI. ``only``: keys that
    may be touched; all if None. Patterns that match nothing change nothing.
    """
    case = case_of(job)
    rows = {key: row for row, key in enumerate(keys(job)) if only is None or key in only}
    param, quantile = case.param.copy(), case.quantile.copy()
    for pattern, ends in within.items():
        for key in matching(pattern, rows):
            quantile[rows[key]] = part_of(quantile[rows[key]], *ends)
    for pattern, value in fixed.items():
        for key in matching(pattern, rows):
            quantile[rows[key]] = value
    param["fixed"] = quantile[:, 0] == quantile[:, -1]
    return trip.with_case(job, case._replace(param=param.view(np.recarray), quantile=quantile))


def part_of(table: np.ndarray, low: float, high: float) -> np.ndarray:
    """A quantile table between two of its quantiles, as a table of its own.

    table      (QUANTILES,)  values at u = 0, 1/512, …, 1
    low, high  ()            quantiles, 0 <= low < high <= 1
    returns    (QUANTILES,)  the table of the distribution, given that it lies between them
    """
    at = np.linspace(low, high, QUANTILES) * (QUANTILES - 1)
    part: np.ndarray = np.interp(at, np.arange(QUANTILES), table)
    return part


def value_si(job: trip.Job, key: str, given: Any) -> float:
    """A value for a parameter in SI, as a study writes it: a number, or text with its unit.

    Raises ValueError with a sentence.
    """
    unit = next(p["unit"] for p in job.resolved["parameters"] if p["key"] == key)
    dimension = DIMENSION.get(unit, "") if unit else ""
    if dimension in ("", "ratio"):
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise ValueError(f"{key} is {given!r}; a number without unit belongs here")
        return float(given)
    if not isinstance(given, str):
        raise ValueError(f'{key} is {given!r}; a quantity with its unit belongs here, as "10 s"')
    try:
        return units.parse(given, dimension)
    except units.QuantityError as error:
        raise ValueError(f"{key}: {error.message}") from None


def unknown(pattern: str, known: Sequence[str], path: str) -> list[Problem]:
    """A problem if a key without ``*`` names no parameter."""
    if "*" in pattern or pattern in known:
        return []
    message = f'there is no parameter "{pattern}" in this scenario'
    return [Problem("unknown-name", message, path=path, help=closest(pattern, known))]
