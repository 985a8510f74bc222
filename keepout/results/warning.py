"""How long before impact a missile was first seen, by asset and type, in the kept trials."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.records.run import Run

QUANTILES = {"p05": 5.0, "p50": 50.0, "p95": 95.0}
DETECTION = "warning.satellites."


@dataclass(frozen=True)
class Seen:
    """One missile of a kept trial that flew on: its nominal flight, and its first firm track."""

    missile: str
    asset: str
    flight_s: float
    first_s: float  # after launch, inf: never
    radar: str  # that had it first, "" if none


def warning_of(run: Run) -> dict[str, Any]:
    """Warning times of the kept trials of a run.

    returns  ``trials``; ``launch_detection`` (``delay_s``, ``probability``, medians), None
             if the scenario has no satellites; ``rows`` by asset and missile: ``flights``,
             ``flight_s`` (median), ``radar_s`` and ``launch_detection_s`` ({p05, p50, p95}, of
             warning [s]), ``tracked`` (share) and ``first`` (the radar that had most of them
             first)

    From the first firm track of any radar, or the report from space, until the nominal flight
    ends; without those that failed under way. Never tracked counts as no warning, 0 s. It ends at
    the sensor: what it takes to alert people is not in it.
    """
    detection = _detection(run.resolved)
    groups: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for each in seen_of(run):
        groups[each.asset, each.missile].append(each)
    return {
        "trials": len({event["trial"] for event in run.events}),
        "launch_detection": detection,
        "rows": [_row(*key, groups[key], detection) for key in sorted(groups)],
    }


def seen_of(run: Run) -> list[Seen]:
    """Every missile of the kept trials that did not fail."""
    lanes = {_lane(lane): float(lane["flight_s"]) for lane in run.resolved.get("lanes", ())
             if lane["reachable"]}  # fmt: skip
    first: dict[tuple[int, str], tuple[float, str]] = {}
    failed, launches = set(), {}
    for event in run.events:
        key = event["trial"], event["whom"]
        if event["kind"] == "track":
            first[key] = min(first.get(key, (math.inf, "")), (event["t_s"], event["who"]))
        elif event["kind"] == "failure":
            failed.add(key)
        elif event["kind"] == "launch" and event["detail"] in lanes:
            launches[key] = event["t_s"], event["detail"]
    found = []
    for key, (launch_s, lane) in launches.items():
        if key not in failed:
            firm_s, radar = first.get(key, (math.inf, ""))
            missile, _, asset = lane.split(" ")
            found.append(Seen(missile, asset, lanes[lane], firm_s - launch_s, radar))
    return found


def _lane(lane: Mapping[str, Any]) -> str:
    """A lane as launches name it."""
    return f"{lane['missile']} {lane['area']} {lane['asset']}"


def _detection(resolved: Mapping[str, Any]) -> dict[str, float] | None:
    """Medians of what the scenario says of launches seen from space."""
    told = {
        each["key"]: float(each["quantiles"]["p50"]) for each in resolved.get("parameters", ())
    }  # fmt: skip
    if DETECTION + "delay" not in told:
        return None
    return {"delay_s": told[DETECTION + "delay"], "probability": told[DETECTION + "probability"]}


def _row(
    asset: str, missile: str, seen: list[Seen], detection: Mapping[str, float] | None
) -> dict[str, Any]:
    """One asset and type."""
    flight_s = np.array([each.flight_s for each in seen])
    radar_s = np.maximum(0.0, flight_s - np.array([each.first_s for each in seen]))
    first = Counter(each.radar for each in seen if each.radar).most_common(1)
    return {
        "asset": asset,
        "missile": missile,
        "flights": len(seen),
        "flight_s": float(np.median(flight_s)),
        "tracked": float(np.mean([bool(each.radar) for each in seen])),
        "first": first[0][0] if first else None,
        "radar_s": _quantiles(radar_s),
        "launch_detection_s": None
        if detection is None
        else _quantiles(np.maximum(0.0, flight_s - detection["delay_s"])),
    }


def _quantiles(seconds: np.ndarray) -> dict[str, float]:
    return {name: float(np.percentile(seconds, q)) for name, q in QUANTILES.items()}
