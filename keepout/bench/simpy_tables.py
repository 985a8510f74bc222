"""A Case as plain Python lists and floats, which is what Python reads fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.records.case import Case
from keepout.records.plan import Plan
from keepout.records.sensor import M_FIRM


@dataclass(frozen=True, slots=True)
class Watch:
    """One radar and one lane: a WATCH row."""

    rise_s: float
    set_s: float
    points_per_s: float
    least_s: float
    revisit_s: float
    step_s: float
    confirm_looks: float
    missed: list[float]
    error: list[list[float]]


@dataclass(frozen=True, slots=True)
class Battery:
    """A BATTERY row."""

    row: int
    name: np.uint64
    system: int
    groups: int
    rounds_per_launcher: int
    resupply: int
    track_quality_m: float
    rule: int
    salvo: int
    reserve: int
    hold_for: int
    factor: float
    defends: int
    own: int


@dataclass(frozen=True, slots=True)
class Asset:
    """An ASSET row, and where the others lie in its plane."""

    name: np.uint64
    radius_m: float
    margin_m: float
    defend: int
    not_engaged: int
    apart: list[list[float]]


@dataclass(frozen=True, slots=True)
class Raid:
    """A RAID row."""

    count: int
    first_mix: int
    missiles: int
    areas: int
    assets: int
    first_s: int
    spacing_s: int
    within_s: int
    waves: int
    failed: int
    threats: int


class Tables:
    """Everything of a Case and its Plan that the raid reads."""

    def __init__(self, case: Case, plan: Plan) -> None:
        self.case = case
        self.models = _fields(case.models[0])
        self.raids = [_like(Raid, row) for row in case.raid]
        self.threats = [(row.name, int(row.raid), int(row.ordinal)) for row in case.threat]
        self.sticks: list[int] = case.mix.stick.tolist()
        self.rows: list[int] = case.mix["row"].tolist()
        self.reaches: list[list[int]] = plan.reaches.tolist()
        self.cep: list[list[int]] = case.cep.cep_m.tolist()
        self.lane_row: list[list[list[int]]] = case.lane_row.tolist()
        self.lanes = [_fields(row) for row in case.lane]
        self.fall: list[Any] = case.fall.tolist()
        self.radars: list[np.uint64] = list(case.radar.name)
        self.radar_groups: list[int] = case.radar.groups.tolist()
        self.groups = [(row.name, int(row.probability)) for row in case.group]
        self.assets = [
            Asset(
                row.name, float(row.radius_m), float(row.margin_m), int(row.defend),
                int(row.not_engaged), plan.apart[k, :, :2].tolist(),
            )
            for k, row in enumerate(case.asset)
        ]  # fmt: skip
        self.batteries = [_battery(b, row, plan) for b, row in enumerate(case.battery)]
        self.theta_of = [_fields(row) for row in case.battery]
        self.span = [[(float(s.open_s), float(s.close_s)) for s in lane] for lane in plan.span]
        self.meets = [
            [(w.launch_s.tolist(), w.intercept_s.tolist()) for w in lane] for lane in case.window
        ]
        self.path = [_fields(row) for row in plan.path]
        self.watch = [[_watch(row) for row in lane] for lane in plan.watch]
        self.rank: list[list[list[int]]] = plan.rank.tolist()
        self.first: list[list[list[int]]] = plan.first.tolist()
        self.shared: list[int] = plan.shared.tolist()


def _fields(row: Any) -> dict[str, Any]:
    """A record as a dict of plain numbers."""
    return {name: row[name].item() for name in row.dtype.names if row[name].ndim == 0}


def _like(kind: type[Any], row: Any) -> Any:
    """A record as a dataclass with fields of the same names."""
    return kind(**{name: int(row[name]) for name in kind.__slots__})


def _battery(b: int, row: Any, plan: Plan) -> Battery:
    known = {name: value for name, value in _fields(row).items() if name in Battery.__slots__}
    return Battery(**(known | {"row": b, "own": int(plan.own[b]), "name": row.name}))


def _watch(row: Any) -> Watch:
    return Watch(
        float(row.rise_s), float(row.set_s), float(row.points_per_s), float(row.least_s),
        float(row.revisit_s), float(row.step_s), float(row.confirm_looks),
        row.missed[M_FIRM].tolist(), row.error.tolist(),
    )  # fmt: skip
