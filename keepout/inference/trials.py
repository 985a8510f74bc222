"""The engine as a filler of banks: each trial of a run is a state, with the draws it was made of.

The parameters of a trial are known by their address, so they are drawn again, not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from keepout.engine.draw import PAIR, draw
from keepout.kernel import kernel
from keepout.records.case import Case, Rows
from keepout.records.run import Run
from keepout.results.metrics import Counts, Tree, leaf, paths, prices_of, readings, together_of

from .bank import Bank

FEW_RAIDS = 3
"""With more raids than these, what people ask for is said of all raids together."""
AIMED = "aimed.by_asset."
MIXES = ("missile", "area", "asset")


class Draws(NamedTuple):
    """The part of a Case that drawing reads."""

    models: Rows
    param: Rows
    quantile: np.ndarray


@kernel
def draw_pairs(draws, seed, theta):
    """The parameters of pairs of trials.

    draws  Draws;  seed ()  integer
    theta  (pairs, p)  out, SI
    """
    for pair in range(theta.shape[0]):
        draw(draws, seed, PAIR * pair, theta[pair])


def parameters(case: Case, seed: int, trials: int) -> np.ndarray:
    """Every parameter in every trial (trials, p), SI."""
    pairs = (trials + 1) // int(PAIR)
    theta = np.empty((pairs, len(case.param)))
    draw_pairs(Draws(case.models, case.param, case.quantile), np.int64(seed), theta)
    return np.repeat(theta, int(PAIR), axis=0)[:trials]


def bank_of(run: Run, case: Case) -> Bank:
    """A run as a bank: one state for each trial, with the values of all that was drawn."""
    trials = len(run.outcomes)
    drawn = parameters(case, int(run.manifest["seed"]), trials)
    records = run.resolved["parameters"]
    theta, where, words = {}, {}, {}
    for k, record in enumerate(records):
        if record["drawn"]:
            theta[record["key"]] = drawn[:, k]
            where[record["key"]] = record["path"]
    theta, where = _with_shares(theta, where, records, drawn, run.resolved)
    many = len(run.resolved["names"]["raids"]) > FEW_RAIDS
    for key in theta:
        words[key] = word_of(key, many)
    tree = readings(run.layout, run.outcomes, prices_of(run.manifest))
    counts = _counts(tree, Counts(run.layout, run.outcomes), run)
    if many:
        whole = _whole(counts)
        theta, words = theta | whole, words | {key: key.replace("all ", "") for key in whole}
    return Bank(theta, counts, where, words, together_of(run.manifest), "engine")


def _with_shares(
    theta: dict[str, np.ndarray], where: dict[str, str], records: list[dict[str, Any]],
    drawn: np.ndarray, resolved: Mapping[str, Any],
) -> tuple[dict[str, np.ndarray], dict[str, str]]:  # fmt: skip
    """The sticks of every mix replaced by the shares that people speak of."""
    rows = {record["key"]: k for k, record in enumerate(records)}
    for raid in resolved["names"]["raids"]:
        for kind in MIXES:
            ids = mix_ids(resolved, raid, kind)
            if len(ids) < 2:
                continue
            left = np.ones(len(drawn))
            for k, id_ in enumerate(ids):
                key = f"raid.{raid}.{kind}.{k}"
                stick = drawn[:, rows[key]] if key in rows else np.ones(len(drawn))
                if theta.pop(key, None) is not None or k == len(ids) - 1:
                    theta[f"share.{raid}.{kind}.{id_}"] = left * stick
                    where[f"share.{raid}.{kind}.{id_}"] = f"{_field(raid, kind)}.mix.{id_}"
                where.pop(key, None)
                left = left * (1.0 - stick)
    return {key: values for key, values in theta.items() if np.ptp(values) > 0.0}, where


def _whole(counts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Shares over all raids of a scenario with many of them, as they came out in each trial."""
    launched = np.maximum(counts["launched"], 1.0)
    shares = {"all share failed in flight": counts["failed_in_flight"] / launched}
    for path, values in counts.items():
        if path.startswith(AIMED) and values.any():
            shares[f"all share aimed at {path.removeprefix(AIMED)}"] = values / launched
    return shares


def _field(raid: str, kind: str) -> str:
    """Where a mix stands in the file."""
    return f"raids.{raid}." + {"missile": "missile", "area": "launch", "asset": "aim"}[kind]


def mix_ids(resolved: Mapping[str, Any], raid: str, kind: str) -> list[str]:
    """What a mix is of, in the order of its shares."""
    start = f"{_field(raid, kind)}.mix."
    return [value["path"].removeprefix(start) for value in resolved["values"]
            if value["path"].startswith(start)]  # fmt: skip


def _counts(tree: Tree, count: Counts, run: Run) -> dict[str, np.ndarray]:
    """Every number of the summary, and what only the rows hold, per trial."""
    found = {}
    for path in paths(tree):
        values = leaf(tree, path)
        if values is not None:
            found[path] = np.asarray(values, np.float64)
    for name in ("engaged", "threatening", "seen"):
        found[name] = count(name)
    for asset in run.layout.assets:
        found[f"debris.by_asset.{asset}"] = count("debris", asset)
        found[f"aimed.by_asset.{asset}"] = count("aimed", asset)
    return found


def word_of(key: str, many: bool = False) -> str:
    """A parameter in words; of one raid among many, the raid comes first."""
    if many and (key.startswith("share.") or key.endswith(".failed")):
        said, _, raid = word_of(key).rpartition(", raid ")
        return f"raid {raid}: {said}"
    head, _, rest = key.partition(".")
    if key.endswith(".sspk"):
        return f"kill probability per shot, {head}"
    if key.endswith(".failed"):
        return f"share failed in flight, raid {key.split('.')[1]}"
    if head == "share":
        _, raid, kind, id_ = key.split(".", 3)
        what = {"missile": "of type", "area": "from", "asset": "aimed at"}[kind]
        return f"share {what} {id_}, raid {raid}"
    if head == "not_engaged":
        return f"share left on purpose, {rest.removeprefix('asset.')}"
    return key
