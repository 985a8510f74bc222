"""``keepout sensitivity``: which parameters a result hangs on, and how much of it is chance.

All that belongs to the attacker is one group: it is context, and nothing in it is told apart. The
parameters are drawn from their priors, correlations included: a factor is a parameter's own
uniform number, so of two that are fully correlated only the leading one is a factor.
"""

from __future__ import annotations

import queue
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from keepout import trip
from keepout.engine.trial import Engine
from keepout.errors import InputError
from keepout.records.parameter import QUANTILES
from keepout.results.metrics import leaf, readings
from keepout.studies import attacker, pieces, prior
from keepout.studies import sensitivity_indices as indices
from keepout.studies.chance import generator
from keepout.studies.points import Scenarios, check_numbers
from keepout.studies.study_file import Sensitivity
from keepout.studies.study_load import LoadedStudy, matching

ROWS_OF_A_PIECE = 4
OTHERS = "all other parameters"
FULL = 1.0 - 1e-9
"""A correlation of normal scores from here on is full: it leaves nothing of the other's own."""
EDGE = 1e-9
"""Uniform numbers keep this far from 0 and 1, where a normal score is not finite."""


@dataclass(frozen=True)
class Factors:
    """The uniform numbers of a study, (d,) keys, and the factor that each belongs to."""

    keys: tuple[str, ...]
    names: tuple[str, ...]  # of factors
    groups: np.ndarray  # (d,) number of the factor


class Pinned:
    """A job whose parameters are all given from outside; one for each thread."""

    def __init__(self, job: trip.Job, keys: Sequence[str]) -> None:
        case = prior.case_of(job)
        self.job, self.table = job, np.asarray(case.quantile)
        self.row = {key: k for k, key in enumerate(keys)}
        self.own = [self.row.get(key, -1) for key in prior.keys(job)]
        self.partner = np.asarray(case.param["partner"])
        self.rho = np.asarray(case.param["rho"])
        param = case.param.copy()
        param["fixed"] = 1
        self.param = case.param
        self.quantile = self.table.copy()
        self.engine = Engine(case._replace(param=param.view(np.recarray), quantile=self.quantile))

    def values(self, u: np.ndarray) -> np.ndarray:
        """Values of all parameters, (p,), at uniform numbers (d,): as a trial draws them."""
        found = self.table[:, 0].copy()
        for i in np.flatnonzero(self.param["fixed"] == 0):
            p = self.partner[i]
            own = u[self.own[i]] if self.own[i] >= 0 else 0.5
            if p >= 0:
                rho = self.rho[i]
                other = ndtri(u[self.own[p]] if self.own[p] >= 0 else 0.5)
                own = ndtr(rho * other + np.sqrt(1.0 - rho * rho) * ndtri(own))
            at = own * (QUANTILES - 1)
            k = min(int(at), QUANTILES - 2)
            found[i] = self.table[i, k] + (at - k) * (self.table[i, k + 1] - self.table[i, k])
        return found

    def rows(self, u: np.ndarray, seed: int, first: int, last: int) -> np.ndarray:
        """Outcome rows of some trials at one point."""
        self.quantile[:, 0] = self.values(u)
        out = np.zeros((last - first, len(self.job.layout.columns())), np.int32)
        self.engine.run(seed, first, last, out)
        return out


def factors_of(jobs: Sequence[trip.Job], wanted: Sequence[str]) -> Factors:
    """The factors: parameters that are drawn, the attacker's as one group.

    ``wanted``: patterns of keys; those drawn but not named make one group of their own.
    """
    drawn: dict[str, str] = {}
    for job in jobs:
        case = prior.case_of(job)
        for row, each in enumerate(job.resolved["parameters"]):
            alone = case.param["partner"][row] < 0 or abs(case.param["rho"][row]) < FULL
            if case.param["fixed"][row] == 0 and alone:
                drawn[each["key"]] = each["path"]
    named = {key for pattern in wanted for key in matching(pattern, drawn)} or set(drawn)
    names: list[str] = []
    groups = []
    for key, path in drawn.items():
        if attacker.is_attackers(path):
            name = f"{attacker.GROUP} (all of its numbers)"
        else:
            name = key if key in named else OTHERS
        if name not in names:
            names.append(name)
        groups.append(names.index(name))
    return Factors(tuple(drawn), tuple(names), np.array(groups, int))


def check_parameters(loaded: LoadedStudy, jobs: Sequence[trip.Job]) -> None:
    """Refuse patterns that name nothing, and the attacker's numbers by themselves."""
    asked = loaded.study.sensitivity
    assert asked is not None
    known = {p["key"]: p["path"] for job in jobs for p in job.resolved["parameters"]}
    problems = []
    for i, pattern in enumerate(asked.parameters):
        where = ("sensitivity", "parameters", i)
        for problem in prior.unknown(pattern, list(known), ""):
            problems.append(
                loaded.places.problem(problem.code, problem.message, where, problem.help)
            )
        if pattern in known and attacker.is_attackers(known[pattern]):
            message = f"{pattern} belongs to the attacker, which is one group here"
            help = "leave it out: the group is always there"
            problems.append(loaded.places.problem("attacker", message, where, help))
    if problems:
        raise InputError(problems)


class Sampler:
    """Y at any point: each thread has the pinned jobs of its own.

    It can be sent to another machine, where the scenarios are prepared again.
    """

    def __init__(self, scenarios: Scenarios, factors: Factors) -> None:
        study = scenarios.loaded.study
        self.scenarios = scenarios
        self.keys, self.numbers, self.seed = factors.keys, study.numbers, int(study.seed)
        self.rooms: queue.SimpleQueue[list[Pinned]] = queue.SimpleQueue()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "rooms"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__ |= state | {"rooms": queue.SimpleQueue()}

    def values(self, points: np.ndarray, first: int, last: int) -> np.ndarray:
        """The study's numbers at points (n, d) in trials first … last - 1: (n, numbers, r)."""
        jobs = [self.scenarios.job(side) for side in self.scenarios.sides]
        try:
            room = self.rooms.get_nowait()
        except queue.Empty:
            room = [Pinned(job, self.keys) for job in jobs]
        rows = [
            np.concatenate([side.rows(u, self.seed, first, last) for u in points]) for side in room
        ]
        self.rooms.put(room)
        trees = [readings(job.layout, out, job.prices) for job, out in zip(jobs, rows)]
        found = []
        for number in self.numbers:
            sides = [np.asarray(leaf(tree, number), np.float64) for tree in trees]
            y = sides[0] - sides[1] if len(sides) > 1 else sides[0]
            found.append(y.reshape(len(points), last - first))
        return np.stack(found, axis=1)


def sensitivity(
    loaded: LoadedStudy, where: pieces.Where, how: pieces.How, page: pieces.Page = pieces.no_page
) -> dict[str, Any]:
    """The indices of a study's numbers; raises InputError with every problem."""
    study = loaded.study
    asked = study.sensitivity
    assert asked is not None
    scenarios = Scenarios(loaded)
    jobs = [scenarios.job(side) for side in scenarios.sides]
    check_parameters(loaded, jobs)
    check_numbers(study.numbers, jobs[0], loaded, ("numbers",))
    factors = factors_of(jobs, asked.parameters)
    shelf = pieces.open_shelf(where, study.name, scenarios.head("sensitivity"))
    if shelf.result is not None:
        return {**shelf.result, "folder": str(shelf.folder)}
    plan = _sobol_plan if asked.method == "sobol" else _morris_plan
    made = plan(asked, factors, int(study.seed))
    work = _Rows(Sampler(scenarios, factors), made, int(asked.noise))
    count = -(-len(made.points) // ROWS_OF_A_PIECE)
    done = pieces.compute(count, work, shelf, how)
    y = np.array([row for piece in done for row in piece])  # (rows, points, numbers, trials)
    result = _result(loaded, factors, made, y)
    shelf.finish(
        result,
        {
            "study.yaml": lambda path: path.write_text(loaded.text, "utf-8"),
            "page.html": lambda path: page(result, path),
        },
    )
    return {**result, "folder": str(shelf.folder) if shelf.folder else None}


@dataclass(frozen=True)
class Design:
    """Points of a design, (rows, points, d), and for Morris what each step moves."""

    points: np.ndarray
    order: np.ndarray | None = None


@dataclass(frozen=True)
class _Rows:
    """The numbers at the points of some rows of a design, by the piece."""

    sampler: Sampler
    made: Design
    trials: int  # of each point

    def __call__(self, number: int) -> Any:
        points, trials = self.made.points, self.trials
        rows = range(number * ROWS_OF_A_PIECE, min((number + 1) * ROWS_OF_A_PIECE, len(points)))
        # every row of the design has its own trials, common to all of its points
        return [self.sampler.values(points[j], j * trials, (j + 1) * trials).tolist() for j in rows]


def _sobol_plan(asked: Sensitivity, factors: Factors, seed: int) -> Design:
    """Rows of A, B, and A with each factor from B: (base, 2 + k, d)."""
    d, base = len(factors.keys), int(asked.base)
    sequence = qmc.Sobol(2 * d, scramble=True, rng=generator(seed, "sensitivity", "sobol"))
    u = np.clip(sequence.random_base2(base.bit_length() - 1), EDGE, 1.0 - EDGE)
    a, b = u[:, :d], u[:, d:]
    crossings = [np.where(factors.groups == k, b, a) for k in range(len(factors.names))]
    return Design(np.stack([a, b, *crossings], axis=1))


def _morris_plan(asked: Sensitivity, factors: Factors, seed: int) -> Design:
    """Paths of Morris, (base, k + 1, d)."""
    rng = generator(seed, "sensitivity", "morris")
    points, order = indices.paths(
        rng, int(asked.base), len(factors.keys), factors.groups, int(asked.levels)
    )
    return Design(points, order)


def _result(loaded: LoadedStudy, factors: Factors, made: Design, y: np.ndarray) -> dict[str, Any]:
    """The JSON of a sensitivity study."""
    study = loaded.study
    asked = study.sensitivity
    assert asked is not None
    read = _sobol_numbers if asked.method == "sobol" else _morris_numbers
    found = {}
    for k, number in enumerate(study.numbers):
        rng = generator(int(study.seed), "sensitivity", "bootstrap", number)
        found[number] = read(factors, made, y[:, :, k, :], rng)
    return {
        "study": study.name,
        "question": study.question,
        "scenario": study.scenario,
        "against": study.against,
        "method": asked.method,
        "base": int(asked.base),
        "trials": int(y.shape[0] * y.shape[1] * y.shape[3]),
        "seed": int(study.seed),
        "factors": {
            name: [key for key, g in zip(factors.keys, factors.groups) if g == k]
            for k, name in enumerate(factors.names)
        },
        "numbers": found,
        "assumptions": list(study.assumptions),
    }


def _sobol_numbers(
    factors: Factors, made: Design, y: np.ndarray, rng: np.random.Generator
) -> dict[str, Any]:
    """Indices of one number; y (rows, 2 + k, r)."""
    a, b, ab = y[:, 0], y[:, 1], y[:, 2:]
    found = indices.sobol(a, b, ab)
    first, total = indices.sobol_intervals(a, b, ab, rng)
    return {
        "mean": float(np.concatenate([a, b]).mean()),
        "variance": {"parameters": found.variance, "noise": found.noise_variance},
        "noise": {"first": _known(found.noise_first), "total": _known(found.noise_total)},
        "factors": [
            {
                "name": name,
                "first": _interval(found.first[k], first[:, k]),
                "total": _interval(found.total[k], total[:, k]),
            }
            for k, name in enumerate(factors.names)
        ],
    }


def _morris_numbers(
    factors: Factors, made: Design, y: np.ndarray, rng: np.random.Generator
) -> dict[str, Any]:
    """Elementary effects of one number; y (paths, 1 + k, r)."""
    assert made.order is not None
    found = indices.morris(made.points, made.order, factors.groups, y.mean(-1))
    return {
        "mean": float(y.mean()),
        "factors": [
            {"name": name, "mu": _known(found.mu[k]), "mu_star": _known(found.mu_star[k]),
             "sigma": _known(found.sigma[k])}
            for k, name in enumerate(factors.names)
        ],
    }  # fmt: skip


def _interval(value: float, ends: np.ndarray) -> dict[str, float | None]:
    return {"value": _known(value), "p05": _known(ends[0]), "p95": _known(ends[1])}


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
