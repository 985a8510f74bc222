"""The split of chance and ignorance, on shipped scenarios, against nested trials by brute force.

Outside: parameters as the engine draws them, each draw then held fixed. Inside: many trials of
that one draw, with seeds of their own. The variance of the inner means, less what so few inner
trials leave in it, is ignorance; the mean of the inner variances is chance. Nothing here uses
pairs, strata or `summarise`, which is what they are held against.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest
from numba import config

from keepout import trip
from keepout.engine.draw import draw
from keepout.engine.trial import Engine
from keepout.records.case import Case
from keepout.results.summary import conditional_means, summarise

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="tens of thousands of trials")

BLOCK = 16


class Nested(NamedTuple):
    """Of one number: what brute force finds, and the errors of the variances."""

    mean: float
    inside: float
    between: float
    inside_error: float
    between_error: float


def held(case: Case, seed: int, pair: int) -> Case:
    """The Case with every parameter at the value that it has in one pair of trials."""
    theta = np.zeros(len(case.param))
    draw(case, seed, 2 * pair, theta)
    param = case.param.copy()
    param.fixed[:] = 1
    return case._replace(param=param, quantile=np.repeat(theta[:, None], 2, axis=1))


def nested(job: trip.Job, columns: list[int], draws: int, trials: int) -> Nested:
    """Sum of some columns of the rows, by ``draws`` of the parameters with ``trials`` each."""
    assert job.case is not None
    means, variances = np.zeros(draws), np.zeros(draws)
    out = np.zeros((trials, len(job.layout.columns())), np.int32)
    for k in range(draws):
        Engine(held(job.case, 99, k)).run(1000 + k, 0, trials, out)
        found = out[:, columns].sum(axis=1, dtype=float)
        means[k], variances[k] = found.mean(), found.var(ddof=1)
    inside, raw = float(variances.mean()), float(means.var(ddof=1))
    spread = float(((means - means.mean()) ** 2).std(ddof=1)) / math.sqrt(draws)
    return Nested(
        float(means.mean()), inside, raw - inside / trials,
        float(variances.std(ddof=1)) / math.sqrt(draws), spread,
    )  # fmt: skip


def compare(job: trip.Job, names: list[str], draws: int, trials: int, paired: int) -> None:
    """Four errors of both sides; pairs know a variance by the spread of their own squares."""
    every = job.layout.columns()
    columns = [every.index(name) for name in names]
    brute = nested(job, columns, draws, trials)
    rows = np.zeros((paired, len(every)), np.int32)
    job.work(5, 0, paired, rows)
    values = rows[:, columns].sum(axis=1, dtype=float)
    half = (values[0::2] - values[1::2]) ** 2 / 2.0
    error = math.hypot(brute.inside_error, float(half.std(ddof=1)) / math.sqrt(len(half)))
    assert abs(float(half.mean()) - brute.inside) < 4.0 * error
    cross = (values[0::2] - values.mean()) * (values[1::2] - values.mean())
    error = math.hypot(brute.between_error, float(cross.std(ddof=1)) / math.sqrt(len(cross)))
    assert abs(float(np.var(conditional_means(values))) - brute.between) < 4.0 * error
    assert brute.between > 4.0 * brute.between_error  # there is ignorance to be found
    found = summarise(values, BLOCK)
    error = math.hypot(found["mc_se"], math.sqrt((brute.between + brute.inside / trials) / draws))
    assert abs(found["mean"] - brute.mean) < 4.0 * error


def test_the_tutorial():
    compare(trip.prepare("tutorial"), ["arrived"], 600, 60, 40_000)


@pytest.mark.parametrize("name", ["arrived", "fired.arrow-3-battery"])
def test_the_raid_of_october(name):
    compare(trip.prepare("october-2024"), [name], 120, 30, 3_000)
