"""What a Case says about prices and magazines, by system: facts a run carries with it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.records.case import Case
from keepout.records.defence import SALVO, SHOOT_SHOOT_LOOK
from keepout.records.outcome import Layout
from keepout.records.parameter import QUANTILES
from keepout.results.metrics import Prices

MEDIAN = QUANTILES // 2


def prices(case: Case, layout: Layout) -> Prices:
    """US dollars a round of each system and a missile of each type; None where unknown."""
    round_usd: dict[str, float | None] = dict.fromkeys(layout.systems)
    for battery in case.battery:
        cost = float(case.interceptor[battery["interceptor"]]["cost_usd"])
        round_usd[layout.systems[battery["system"]]] = _known(cost)
    missiles = [_known(float(missile["cost_usd"])) for missile in case.missile]
    return Prices(round_usd, dict(zip(layout.missiles, missiles, strict=True)))


def magazines(case: Case, layout: Layout) -> dict[str, dict[str, Any]]:
    """By system: batteries, rounds (ready and resupply, at the median) and rounds per threat.

    ``rounds_per_threat`` is what the doctrine fires at one threat before it looks; where
    batteries of one system differ it is the least.
    """
    found: dict[str, dict[str, Any]] = {}
    for battery in case.battery:
        system = layout.systems[battery["system"]]
        has = found.setdefault(system, {"batteries": 0, "rounds": 0, "rounds_per_threat": math.inf})
        row = battery["rounds"]
        ready = case.quantile[row, 0 if case.param[row]["fixed"] else MEDIAN]
        has["batteries"] += 1
        has["rounds"] += int(np.floor(ready + 0.5)) + int(battery["resupply"])
        has["rounds_per_threat"] = min(has["rounds_per_threat"], _at_once(battery))
    return found


def _at_once(battery: Any) -> int:
    """Rounds the doctrine fires at one threat before it looks for the result."""
    rounds = 1
    if battery["rule"] == SALVO:
        rounds = int(battery["salvo"])
    elif battery["rule"] == SHOOT_SHOOT_LOOK:
        rounds = 2
    cap = int(battery["cap"])
    return max(1, min(rounds, cap) if cap > 0 else rounds)


def _known(usd: float) -> float | None:
    """A price, or None where the catalogue has none."""
    return usd if usd > 0.0 else None
