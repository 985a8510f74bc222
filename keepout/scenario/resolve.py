"""Scenario and catalogue to a Case: the same, as arrays in SI."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from keepout.errors import InputError, Problem
from keepout.records.case import (
    COORDINATED,
    ENGAGEMENT,
    INDEPENDENT,
    MODELS,
    PHYSICS,
    SENSING_PERFECT,
    SENSING_RADAR,
    Case,
)
from keepout.records.outcome import Layout

from .attack import Attack, Origins, attack_of, missiles_of
from .book import Book
from .ground import Ground, area_rows, asset_rows, ground_of
from .lanes import Sides, Tables, tables_of, unreachable
from .layers import Layers, layers_of
from .load import Loaded
from .model import Scenario
from .names import name_hash
from .parameters import Origin, Parameters
from .printed import resolved_of
from .rows import Rows, missile_rows, records

ELSEWHERE = "elsewhere"
FIDELITIES = {"engagement": ENGAGEMENT, "physics": PHYSICS}


@dataclass(frozen=True)
class Resolved:
    """A Case, how its Outcome rows read, and every value in it for people."""

    case: Case
    layout: Layout
    resolved: dict[str, Any]


def resolve(loaded: Loaded, fidelity: str = "engagement") -> Resolved:
    """The Case of a scenario.

    Raises InputError if a missile cannot fly to its targets from any of its areas, if a
    correlation names no parameter, or if two names have the same hash.
    """
    scenario, book, parameters = loaded.scenario, Book(loaded.overrides), Parameters()
    origins = _origins(loaded)
    missiles = missiles_of(scenario)
    ground = ground_of(scenario, book)
    models = _models(scenario, parameters, origins, fidelity)
    attack = attack_of(scenario, missiles, ground, book, parameters, origins)
    layers = layers_of(scenario, ground, book, parameters, origins)
    asset = asset_rows(ground, parameters, origins)
    missile, stage = missile_rows(book, missiles)
    param, quantile = parameters.arrays()
    _check_hashes(scenario, attack, ground, layers, missiles, parameters)
    sides = Sides(missile, stage, area_rows(ground), asset, layers)
    tables = tables_of(attack, sides)
    _check_reach(scenario, attack, tables, missiles)
    case = Case(
        models=models,
        param=param,
        quantile=quantile,
        raid=attack.raid,
        mix=attack.mix,
        cep=attack.cep,
        threat=attack.threat,
        missile=missile,
        stage=stage,
        area=sides.area,
        asset=asset,
        group=layers.group,
        radar=layers.radar,
        battery=layers.battery,
        interceptor=layers.interceptor,
        flyout=tables.flyout,
        lane=tables.lane,
        lane_row=tables.lane_row,
        sample=tables.sample,
        debris=tables.debris,
        sight=tables.sight,
        window=tables.window,
    )
    layout = Layout(tuple(missiles), (*ground.assets, ELSEWHERE), tuple(layers.systems))
    said = resolved_of(loaded, book, parameters, ground, attack, layers, tables, layout)
    return Resolved(case, layout, said)


def _origins(loaded: Loaded) -> Origins:
    """Where the number at a path comes from: ``--set``, the file, or a default."""
    by_path = {setting.partition("=")[0].strip() for setting in loaded.settings}
    given = {_address(loaded, where) for where in loaded.places.document.values}

    def origin(path: str) -> Origin:
        for known in by_path:
            if path == known or path.startswith(known + ".") or known.startswith(path + "."):
                return Origin(path, "set")
        return Origin(path, "scenario" if path in given else "default")

    return origin


def _address(loaded: Loaded, where: tuple[str | int, ...]) -> str:
    """An address of the document as ``--set`` writes it: items of lists by name."""
    from .settings import name_of

    steps: list[str] = []
    data: Any = loaded.places.document.data
    for step in where:
        data = data[step]
        steps.append(name_of(data) or str(step) if isinstance(step, int) else step)
    return ".".join(steps)


def _models(scenario: Scenario, parameters: Parameters, origins: Origins, fidelity: str) -> Rows:
    """The MODELS row: choices of models, and parameters that hold for everything."""
    row = records(MODELS, 1)
    chance, kill, models = scenario.chance, scenario.kill, scenario.models
    row[0].sensing = SENSING_PERFECT if models.sensing == "perfect" else SENSING_RADAR
    row[0].control = COORDINATED if models.control == "coordinated" else INDEPENDENT
    row[0].fidelity = FIDELITIES[fidelity]
    for field, path, amount in (
        ("per_threat", "chance.per_threat", chance.per_threat),
        ("per_raid", "chance.per_raid", chance.per_raid),
        ("diverted", "kill.diverted", kill.diverted),
        ("body_hit", "kill.body_hit_only", kill.body_hit_only),
        ("dud", "kill.dud", kill.dud),
    ):
        row[0][field] = parameters.add(path, amount, origins(path))
    row[0].divert_m = kill.divert_distance
    row[0].manoeuvre_ceiling_m = kill.manoeuvre_ceiling
    return row


def _check_hashes(
    scenario: Scenario, attack: Attack, ground: Ground, layers: Layers, missiles: list[str],
    parameters: Parameters,
) -> None:  # fmt: skip
    """Refuse two names with one hash: they would share their chance."""
    names = {
        *attack.threats, *missiles, *ground.assets, *layers.interceptors, *layers.systems,
        *(id_ for id_, _ in ground.areas), *(name for name, _ in layers.radars),
        *(raid.name for raid in scenario.raids), *(each.name for each in scenario.batteries),
        *(group.name for group in scenario.chance.groups), *parameters.rows,
    }  # fmt: skip
    hashes = Counter(name_hash(name) for name in names)
    if len(hashes) < len(names):
        twice = sorted(name for name in names if hashes[name_hash(name)] > 1)
        message = f"the names {' and '.join(twice[:2])} have the same hash"
        raise InputError.one("collision", message, help="rename one of them")


def _check_reach(scenario: Scenario, attack: Attack, tables: Tables, missiles: list[str]) -> None:
    """Refuse a raid with a missile that cannot fly to all targets from any area."""
    problems = []
    for k, m, says in unreachable(attack, tables):
        raid = scenario.raids[k]
        message = f'raid "{raid.name}": {missiles[m]} reaches not all targets from any area'
        problems.append(Problem("out-of-range", message, path=f"raids.{raid.name}.aim", help=says))
    if problems:
        raise InputError(problems)
