"""A second run where the evidence points, so that more of its trials count.

A count of zero at a place that was named makes most shares of aims unlikely, and most trials of
the priors are then spent on shares that the evidence has ruled out. So half of the trials are run
with shares drawn from what the first half left, and each trial is weighed by how often the priors
would have drawn it. The answer is that of the priors; only its error is less.

Source: Veach and Guibas, SIGGRAPH 95, 419 (the balance heuristic): weights stay bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import gammaln

from . import weighted
from .bank import Bank
from .posterior import Posterior
from .settings import mix_of, yaml_text
from .trials import mix_ids

Aims = dict[str, dict[str, float]]
"""Raid → asset → weight of a Dirichlet."""

WIDER = 0.6
"""The concentration of what the first half left is multiplied by this, so that no tail is cut."""
MOVED_SD = 0.3
"""Raids whose shares moved by less than this are left as they were."""


def aims_of(resolved: Mapping[str, Any], bank_keys: Mapping[str, Any]) -> Aims:
    """The Dirichlets of aims that a scenario draws."""
    values = {each["path"]: each["value"] for each in resolved["values"]}
    found: Aims = {}
    for raid in resolved["names"]["raids"]:
        ids = mix_ids(resolved, raid, "asset")
        if len(ids) > 1 and all(f"share.{raid}.asset.{id_}" in bank_keys for id_ in ids):
            found[raid] = {id_: float(values[f"raids.{raid}.aim.mix.{id_}"]) for id_ in ids}
    return found


def proposal(pilot: Posterior, aims: Aims) -> Aims:
    """Where to draw the shares of the second half from; empty if the evidence says nothing."""
    found: Aims = {}
    for raid, weights in aims.items():
        keys = [f"share.{raid}.asset.{id_}" for id_ in weights]
        shifts = []
        for key in keys:
            before = weighted.mean(pilot.theta[key], pilot.prior)
            spread = weighted.sd(pilot.theta[key], pilot.prior)
            shifts.append(abs(weighted.mean(pilot.theta[key], pilot.weights) - before) / spread)
        if max(shifts) > MOVED_SD:
            mix = mix_of(pilot, raid, "asset", list(weights))
            found[raid] = {id_: max(WIDER * mix.get(id_, 0.0), 0.05) for id_ in weights}
    return found


def sets(aims: Aims) -> list[str]:
    """The proposal as ``--set`` lines."""
    return [f"raids.{raid}.aim.mix={yaml_text(mix)}" for raid, mix in aims.items()]


def joined(first: Bank, second: Bank, prior: Aims, proposed: Aims) -> Bank:
    """Both halves as one bank, each state weighed so that together they stand for the priors."""
    theta = {k: np.concatenate([first.theta[k], second.theta[k]]) for k in first.theta}
    counts = {p: np.concatenate([first.counts[p], second.counts[p]]) for p in first.counts}
    ratio = np.zeros(len(first) + len(second))  # log of proposed over prior
    for raid, mix in proposed.items():
        shares = np.array([theta[f"share.{raid}.asset.{id_}"] for id_ in mix])
        before = np.array([prior[raid][id_] for id_ in mix])
        ratio += log_ratio(shares, np.array(list(mix.values())), before)
    part = len(second) / len(ratio)
    base = 1.0 / (1.0 - part + part * np.exp(np.minimum(ratio, 700.0)))
    return Bank(theta, counts, first.paths, first.words, first.together, first.made_by,
                weighted.normalised(base))  # fmt: skip


def log_ratio(shares: np.ndarray, over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Logarithm of one Dirichlet density over another (n,); shares (k, n)."""
    logs = np.log(np.maximum(shares, 1e-300))
    constant = gammaln(over.sum()) - gammaln(over).sum() - gammaln(under.sum())
    constant += gammaln(under).sum()
    return np.asarray(((over - under)[:, None] * logs).sum(axis=0) + constant)
