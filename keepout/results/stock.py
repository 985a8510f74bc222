"""What the resolved values say about prices, magazines and names, as a run needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keepout.results.kept import Names
from keepout.results.metrics import Prices


def prices(resolved: Mapping[str, Any]) -> Prices:
    """US dollars a round of each system and a missile of each type; None where unknown."""
    found = resolved["prices"]
    return Prices(dict(found["round_usd"]), dict(found["missile_usd"]))


def magazines(resolved: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By system: batteries, rounds (ready at the median, and resupply), rounds per threat.

    ``rounds_per_threat`` is what the doctrine fires at one threat at once, and never more
    than its cap at the median; where batteries of one system differ it is the least of them.
    ``rounds_per_threat_least`` is the same at the least cap that may be drawn.
    """
    found: dict[str, dict[str, Any]] = {}
    for battery in resolved["magazines"].values():
        at_once = _at_once(battery, "cap")
        least = _at_once(battery, "cap_least" if "cap_least" in battery else "cap")
        rounds = round(battery["rounds"]["p50"]) + int(battery["resupply"])
        has = found.setdefault(
            battery["system"],
            {"batteries": 0, "rounds": 0, "rounds_per_threat": at_once,
             "rounds_per_threat_least": least},
        )  # fmt: skip
        has["batteries"] += 1
        has["rounds"] += rounds
        has["rounds_per_threat"] = min(has["rounds_per_threat"], at_once)
        has["rounds_per_threat_least"] = min(has["rounds_per_threat_least"], least)
    return found


def _at_once(battery: Mapping[str, Any], cap_name: str) -> int:
    """Rounds of one salvo as far as a cap lets them go; a cap of 0 is none."""
    salvo, cap = int(battery["salvo"]), int(battery[cap_name])
    return max(1, min(salvo, cap) if cap > 0 else salvo)


def names(resolved: Mapping[str, Any]) -> Names:
    """Names by row number, for events."""
    found = resolved["names"]
    return Names(
        found["threats"],
        [battery["name"] for battery in found["batteries"]],
        [radar["name"] for radar in found["radars"]],
        [f"{lane['missile']} {lane['area']} {lane['asset']}" for lane in resolved["lanes"]],
        [*found["assets"], "elsewhere"],
    )
