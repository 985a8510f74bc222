"""Scenario and catalogue to a Case: the same, as arrays in SI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keepout.errors import InputError, Problem
from keepout.records.case import ENGAGEMENT, PHYSICS, Case
from keepout.records.outcome import Layout

from .assemble import assemble
from .attack import Attack
from .lanes import Sides, Tables, tables_of, unreachable
from .loaded import Loaded
from .model import Scenario
from .printed import resolved_of
from .warnings import warnings_of

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

    Raises InputError if a missile cannot fly to its targets from any of its areas.
    """
    made = assemble(loaded)
    made.models[0].fidelity = FIDELITIES[fidelity]
    attack, layers = made.attack, made.layers
    sides = Sides(made.missile, made.stage, made.area, made.asset, layers)
    tables = tables_of(attack, sides)
    _check_reach(loaded.scenario, attack, tables, made.missiles)
    case = Case(
        models=made.models,
        param=made.param,
        quantile=made.quantile,
        raid=attack.raid,
        mix=attack.mix,
        cep=attack.cep,
        threat=attack.threat,
        missile=made.missile,
        stage=made.stage,
        area=made.area,
        asset=made.asset,
        group=layers.group,
        radar=layers.radar,
        battery=layers.battery,
        interceptor=layers.interceptor,
        flyout=tables.flyout,
        lane=tables.lane,
        lane_row=tables.lane_row,
        sample=tables.sample,
        drop=tables.drop,
        debris=tables.debris,
        fall=tables.fall,
        sight=tables.sight,
        window=tables.window,
    )
    layout = Layout(tuple(made.missiles), (*made.ground.assets, ELSEWHERE), tuple(layers.systems))
    said = resolved_of(loaded, made, tables, layout)
    said["warnings"] = warnings_of(loaded, made, tables)
    return Resolved(case, layout, said)


def _check_reach(scenario: Scenario, attack: Attack, tables: Tables, missiles: list[str]) -> None:
    """Refuse a raid with a missile that cannot fly to all targets from any area."""
    problems = []
    for k, m, says in unreachable(attack, tables):
        raid = scenario.raids[k]
        message = f'raid "{raid.name}": {missiles[m]} reaches not all targets from any area'
        problems.append(Problem("out-of-range", message, path=f"raids.{raid.name}.aim", help=says))
    if problems:
        raise InputError(problems)
