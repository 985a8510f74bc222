"""The two sides of a Case before anything flies: rows, parameters, and their names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from keepout.errors import InputError, Problem
from keepout.records.case import (
    ASSIGN_GREEDY,
    ASSIGN_OPTIMAL,
    COORDINATED,
    INDEPENDENT,
    MODELS,
    SAMPLING_INDEPENDENT,
    SAMPLING_STRATIFIED,
    SENSING_PERFECT,
    SENSING_RADAR,
    Rows,
)

from .amounts import Amount
from .attack import Attack, Origins, attack_of, missiles_of
from .book import Book
from .ground import Ground, area_rows, asset_rows, ground_of
from .layers import Layers, layers_of
from .loaded import Loaded
from .model import Scenario
from .names import name_hash
from .parameters import Parameters
from .rows import missile_rows, records

TRACKERS = ("auto", "ekf-7", "ekf-6", "imm", "ukf")
ASSOCIATIONS = ("nearest", "known")
FUSIONS = ("best", "none", "combined")
"""Names in the order of the codes of records/case.py."""


@dataclass(frozen=True)
class Assembly:
    """Rows of everything that a scenario names."""

    book: Book
    missiles: list[str]
    ground: Ground
    attack: Attack
    layers: Layers
    parameters: Parameters
    models: Rows
    param: Rows
    quantile: np.ndarray
    missile: Rows
    stage: Rows
    area: Rows
    asset: Rows


def assemble(loaded: Loaded) -> Assembly:
    """Rows and parameters of a scenario.

    Raises InputError if a correlation names no parameter, or if two names have one hash.
    """
    scenario, book, parameters = loaded.scenario, Book(loaded.overrides), Parameters()
    origins = loaded.origin
    missiles = missiles_of(scenario)
    ground = ground_of(scenario, book)
    models = _models(scenario, parameters, origins)
    attack = attack_of(scenario, missiles, ground, book, parameters, origins)
    layers = layers_of(scenario, ground, book, parameters, origins)
    asset = asset_rows(ground, parameters, origins)
    missile, stage = missile_rows(book, missiles)
    param, quantile, problems = parameters.arrays()
    problems += _same_hash(
        {
            *attack.threats, *missiles, *ground.assets, *layers.interceptors, *layers.systems,
            *(id_ for id_, _ in ground.areas), *(name for name, _ in layers.radars),
            *(raid.name for raid in scenario.raids), *(each.name for each in scenario.batteries),
            *(fit.name for fit in layers.fits),
            *(group.name for group in scenario.chance.groups), *parameters.rows,
        }
    )  # fmt: skip
    if problems:
        raise InputError([_placed(problem, loaded) for problem in problems])
    return Assembly(
        book, missiles, ground, attack, layers, parameters, models, param, quantile, missile,
        stage, area_rows(ground), asset,
    )  # fmt: skip


def _placed(problem: Problem, loaded: Loaded) -> Problem:
    """A problem known by its address, with its place in the file."""
    where = loaded.addresses.get(problem.path)
    if where is None:
        return replace(problem, file=loaded.file)
    return loaded.places.problem(problem.code, problem.message, where, problem.help)


def _models(scenario: Scenario, parameters: Parameters, origins: Origins) -> Rows:
    """The MODELS row: choices of models, and parameters that hold for everything."""
    row = records(MODELS, 1)
    chance, kill, models = scenario.chance, scenario.kill, scenario.models
    row[0].sensing = SENSING_PERFECT if models.sensing == "perfect" else SENSING_RADAR
    row[0].tracker = TRACKERS.index(models.tracker)
    row[0].association = ASSOCIATIONS.index(models.association)
    row[0].fusion = FUSIONS.index(models.fusion)
    row[0].control = COORDINATED if models.control == "coordinated" else INDEPENDENT
    row[0].sampling = SAMPLING_INDEPENDENT
    if chance.sampling == "stratified":
        row[0].sampling = SAMPLING_STRATIFIED
    row[0].assignment = ASSIGN_OPTIMAL if models.assignment == "optimal" else ASSIGN_GREEDY
    row[0].warhead_as_decoy = row[0].decoy_as_warhead = -1
    told = chance.discrimination
    numbers: list[tuple[str, str, Amount]] = []
    if told is not None:
        numbers = [
            (name, f"chance.discrimination.{name}", getattr(told, name))
            for name in ("warhead_as_decoy", "decoy_as_warhead")
        ]
    row[0].debris_hides = -1
    if kill.debris_hides.most() > 0.0:
        numbers.append(("debris_hides", "kill.debris_hides", kill.debris_hides))
    for field, path, amount in (
        *numbers,
        ("per_threat", "chance.per_threat", chance.per_threat),
        ("per_raid", "chance.per_raid", chance.per_raid),
        ("diverted", "kill.diverted", kill.diverted),
        ("body_hit", "kill.body_hit_only", kill.body_hit_only),
        ("wrong_object", "kill.wrong_object", kill.wrong_object),
        ("dud", "kill.dud", kill.dud),
    ):
        row[0][field] = parameters.add(path, amount, origins(path))
    _warning(scenario, parameters, origins, row[0])
    row[0].divert_m = kill.divert_distance
    row[0].manoeuvre_ceiling_m = kill.manoeuvre_ceiling
    return row


def _warning(scenario: Scenario, parameters: Parameters, origins: Origins, row: Any) -> None:
    """What is seen from space, and how long a cue takes."""
    seen, path = scenario.warning.satellites, "warning.satellites"
    row.handover_s = parameters.add(
        "warning.handover", scenario.warning.handover, origins("warning.handover")
    )
    if seen is None:
        return
    row.launch_seen, row.launch_sector_rad = 1, seen.sector
    row.launch_seen_p = parameters.add(
        f"{path}.probability", seen.probability, origins(f"{path}.probability")
    )
    row.launch_delay_s = parameters.add(f"{path}.delay", seen.delay, origins(f"{path}.delay"))


def _same_hash(names: set[str]) -> list[Problem]:
    """A problem if two names have one hash: they would share their chance."""
    hashes = Counter(name_hash(name) for name in names)
    if len(hashes) == len(names):
        return []
    twice = sorted(name for name in names if hashes[name_hash(name)] > 1)
    message = f"the names {twice[0]} and {twice[1]} have the same hash"
    return [Problem("collision", message, help="rename one of them")]
