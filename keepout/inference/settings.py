"""The posterior as a scenario: distributions that ``run`` accepts in place of the priors.

Each parameter that moved becomes a mixture of uniform pieces between quantiles of its posterior;
the shares of a mix become the Dirichlet with the same means and spread; rank correlations that a
scenario can hold (each parameter with one partner that has none itself) are set to the posterior's.
What is lost: any tie between more than two parameters, and the shape inside a piece. How much that
is shows in the arrivals of the new scenario beside the posterior's own.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from keepout.scenario.load import load
from keepout.scenario.model import SCHEMA
from keepout.scenario.record import LONGEST_NAME

from . import weighted
from .posterior import Posterior
from .trials import mix_ids

CUTS = (0.0, 0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99, 1.0)
"""Quantiles between which a posterior counts as uniform: closer together in the tails."""
MOVED_SD, NARROWED = 0.05, 0.95
"""A parameter is left as it was if its mean moved by less than this many standard deviations and
its interval kept more than this share of its width."""
LEAST_RANK = 0.1
"""Weaker correlations are left out."""


def settings(
    found: Posterior, resolved: Mapping[str, Any], only: Iterable[str] | None = None
) -> dict[str, Any]:
    """Path as ``--set`` writes it → what to put there, for every parameter that moved.

    ``only`` names the keys that are wanted instead, moved or not.
    """
    records = {record["key"]: record for record in resolved["parameters"] if record["drawn"]}
    keep = None if only is None else set(only)
    moved = [
        key
        for key in records
        if key in found.theta and (_moved(found, key) if keep is None else key in keep)
    ]
    partner = _partners(found, moved, records)
    made: dict[str, Any] = {}
    for key in moved:
        record = records[key]
        if record["origin"] == "catalogue":
            continue
        spread = distribution(found.theta[key], found.weights, record["unit"])
        if key in partner:
            spread["correlate"] = {"with": partner[key][0], "rank": round(partner[key][1], 3)}
        for path in _paths(record, resolved):
            made[path] = spread | {"note": f"posterior given {found.evidence.name}"}
    for raid in resolved["names"]["raids"]:
        for kind, field in (("missile", "missile"), ("area", "launch"), ("asset", "aim")):
            mix = mix_of(found, raid, kind, mix_ids(resolved, raid, kind))
            if mix and only is None:
                made[f"raids.{raid}.{field}.mix"] = mix
    return made


def _moved(found: Posterior, key: str) -> bool:
    """Whether the evidence changed what is believed of a parameter."""
    prior = weighted.summary(found.theta[key], found.prior)
    after = weighted.summary(found.theta[key], found.weights)
    wide = prior["p95"] - prior["p05"]
    shift = abs(after["mean"] - prior["mean"])
    return bool(shift > MOVED_SD * prior["sd"] or (after["p95"] - after["p05"]) < NARROWED * wide)


def distribution(values: np.ndarray, weights: np.ndarray, unit: str) -> dict[str, Any]:
    """A weighted sample as a mixture of uniform pieces between its quantiles."""
    ends = weighted.quantiles(values, weights, CUTS)
    used = weights > 0.0
    ends[0] = float(values[used].min())
    pieces = [
        {"low": _written(low, unit), "high": _written(high, unit)}
        for low, high in itertools.pairwise(ends)
    ]
    shares = [round(after - before, 6) for before, after in itertools.pairwise(CUTS)]
    return {"mixture": pieces, "weights": shares}


def _written(value: float, unit: str) -> Any:
    """A number in SI as a file writes it."""
    short = float(f"{value:.6g}")
    return f"{short:g} {unit}" if unit else short


def _paths(record: Mapping[str, Any], resolved: Mapping[str, Any]) -> list[str]:
    """Every place of the file that holds this parameter: assets of a kind share theirs."""
    if not record["key"].startswith("not_engaged."):
        return [record["path"]]
    return [
        value["path"]
        for value in resolved["values"]
        if value["path"].endswith(".not_engaged") and value["value"] == record["si"]
    ]


def _partners(
    found: Posterior, moved: list[str], records: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[str, float]]:
    """For each parameter that moved, its partner and rank correlation, as far as a file allows."""
    partner: dict[str, tuple[str, float]] = {}
    for key in moved:
        known = records[key]["correlated"]
        if known:
            rank = known["rank"] if abs(known["rank"]) == 1.0 else _rank(found, key, known["with"])
            partner[key] = (known["with"], rank)
    ties_of_all = (record["correlated"] for record in records.values())
    hubs = {known["with"] for known in ties_of_all if known}  # of what did not move as well
    free = [key for key in moved if key not in partner]
    if not free:
        return partner
    ties = {key: {o: _rank(found, key, o) for o in free if o != key} for key in free}
    hub = max(free, key=lambda key: sum(rank**2 for rank in ties[key].values()))
    for key in free:
        if key != hub and key not in hubs and abs(ties[hub][key]) >= LEAST_RANK:
            partner[key] = (hub, ties[hub][key])
    return partner


def _rank(found: Posterior, a: str, b: str) -> float:
    """Posterior rank correlation; zero if one of them is fixed."""
    if a not in found.theta or b not in found.theta:
        return 0.0
    rank = weighted.rank_correlation(found.theta[a], found.theta[b], found.weights)
    return max(-1.0, min(1.0, rank))


def mix_of(found: Posterior, raid: str, kind: str, ids: list[str]) -> dict[str, float]:
    """The Dirichlet that has the posterior's means, and on average its spread."""
    keys = [f"share.{raid}.{kind}.{id_}" for id_ in ids]
    if len(ids) < 2 or not all(key in found.theta for key in keys):
        return {}
    means = [weighted.mean(found.theta[key], found.weights) for key in keys]
    spreads = [weighted.sd(found.theta[key], found.weights) for key in keys]
    total = sum(m * (1.0 - m) for m in means) / sum(s * s for s in spreads) - 1.0
    scale = max(total, 1e-3)
    return {id_: float(f"{scale * m:.6g}") for id_, m in zip(ids, means, strict=True) if m > 0.0}


def scenario_text(
    scenario: str, sets: Iterable[str], made: Mapping[str, Any], evidence: str
) -> str:  # fmt: skip
    """The scenario with the posterior in it, as the text of a file that ``run`` accepts."""
    lines = [f"{path}={yaml_text(value)}" for path, value in made.items()]
    loaded = load(scenario, [*sets, *lines])
    data = dict(loaded.places.document.data)
    data["name"] = f"{data['name']}-given-{evidence}"[:LONGEST_NAME].rstrip("-_")
    data["title"] = f"{data.get('title', data['name'])}, given the evidence {evidence}"
    text = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = None
    writer.width = 110
    writer.dump({"schema": SCHEMA} | data, text)
    return text.getvalue()


def yaml_text(value: Any) -> str:
    """A value on one line, as ``--set`` reads it."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key}: {yaml_text(each)}" for key, each in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(yaml_text(each) for each in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a posterior is finite")
    return repr(value) if not isinstance(value, float) else f"{value:.6g}"
