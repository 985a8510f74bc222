"""The paired difference of two runs: B minus A, trial by trial, under the same chance.

Both runs draw the same numbers at the same addresses, so trial 731 of A and of B are the
same night with another defence. The difference of one night is then far less uncertain
than the two nights, and A compared with A is exactly zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from keepout.errors import RunError
from keepout.records.run import Run
from keepout.results.metrics import Tree, prices_of, readings, together_of
from keepout.results.summary import mc_se, summarise


def compare(a: Run, b: Run) -> dict[str, Any]:
    """The JSON of ``keepout compare``: differences with their summaries, and what was compared.

    Where the two have different numbers of trials, the first ones of both are compared.
    ``cost_usd`` is the defence's. Raises RunError if the runs are not paired.
    """
    for key, word in (
        ("seed", "seed"), ("fidelity", "fidelity"), ("version", "version"),
        ("together", "sampling of uncertain parameters"),
    ):  # fmt: skip
        if a.manifest.get(key) != b.manifest.get(key):
            raise RunError(
                f"The two runs differ in {word} ({a.manifest.get(key)} and "
                f"{b.manifest.get(key)}), so their trials are not the same nights. Run both "
                f"with the same {word}."
            )
    sources = [run.manifest.get("hashes", {}).get("sources") for run in (a, b)]
    if sources[0] != sources[1]:
        raise RunError(
            "The two runs were made by different states of keepout's sources, so what differs "
            "between them is not the defence alone. Run both again."
        )
    trials = min(len(a.outcomes), len(b.outcomes))
    first, second, together = _readings(a, trials), _readings(b, trials), together_of(a.manifest)

    def less(group: str, name: str) -> dict[str, Any]:
        return summarise(second[group][name] - first[group][name], together)

    def each(group: str) -> dict[str, Any]:
        return _each(first["arrived"][group], second["arrived"][group], together)

    return {
        "difference": {
            "arrived": less("arrived", "total"),
            "fired": less("fired", "total"),
            "cost_usd": less("cost_usd", "defence"),
            "by_asset": each("by_asset"),
            "by_cause": each("by_cause"),
        },
        "gain": gain(first, second, together),
        "correlation": correlation(first["arrived"]["total"], second["arrived"]["total"]),
        "trials": trials,
        "seed": a.manifest["seed"],
        "fidelity": a.manifest.get("fidelity"),
        "same_raid": bool(np.array_equal(first["launched"], second["launched"])),
        "a": _side(a, first),
        "b": _side(b, second),
        "ceiling": ceilings(a, b, second),
    }


def gain(a: Tree, b: Tree, together: int) -> float | None:
    """How many times the trials independent chance would need for the same error.

    Variance of the difference in arrivals had the two runs drawn apart, over its variance as
    they are; None where the difference never varies.
    """
    first, second = a["arrived"]["total"], b["arrived"]["total"]
    paired = mc_se(second - first, together)
    apart = [mc_se(first, together), mc_se(second, together)]
    if not paired or None in apart:
        return None
    return float(sum(error**2 for error in apart if error is not None) / paired**2)


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Correlation of two numbers over the trials; None where one of them never varies."""
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / scale if scale > 0.0 else None


def ceilings(a: Run, b: Run, readings_b: Tree) -> list[dict[str, Any]]:
    """What each system that only B has can do at the very most, whatever it hits.

    Rounds over rounds per threat: no probability and no geometry enters.
    """
    found = []
    for system in b.layout.systems:
        stock: Mapping[str, Any] | None = b.manifest.get("magazines", {}).get(system)
        if system in a.layout.systems or not stock:
            continue
        threats = stock["rounds"] // stock["rounds_per_threat"]
        fired = readings_b["fired"]["by_system"][system]
        stopped = readings_b["intercepted"]["by_system"][system]
        found.append(
            {
                "system": system,
                "rounds": stock["rounds"],
                "rounds_per_threat": stock["rounds_per_threat"],
                "threats": threats,
                "fired": summarise(fired, together_of(b.manifest)),
                "intercepted": summarise(stopped, together_of(b.manifest)),
                "words": (
                    f"{system}: {stock['rounds']} rounds at {stock['rounds_per_threat']} a threat "
                    f"engage at most {threats} threats; here it fired "
                    f"{float(fired.mean()):.1f} rounds and stopped {float(stopped.mean()):.1f} "
                    "on average."
                ),
            }
        )
    return found


def _readings(run: Run, trials: int) -> Tree:
    return readings(run.layout, run.outcomes[:trials], prices_of(run.manifest))


def _side(run: Run, tree: Tree) -> dict[str, Any]:
    """What one of the two was."""
    manifest = run.manifest
    return {
        "scenario": manifest["scenario"],
        "set": manifest.get("set", []),
        "run": str(run.folder) if run.folder else None,
        "digest": manifest["digest"],
        "trials": manifest["trials"],
        "launched": summarise(tree["launched"], together_of(manifest)),
        "arrived": summarise(tree["arrived"]["total"], together_of(manifest)),
    }


def _each(a: Tree, b: Tree, together: int) -> dict[str, Any]:
    """Differences by name; what only one side has counts as zero on the other."""
    names = [*a, *(name for name in b if name not in a)]
    names.sort(key=lambda name: name == "elsewhere")
    zero = np.zeros(len(next(iter((*a.values(), *b.values())))))
    return {name: summarise(b.get(name, zero) - a.get(name, zero), together) for name in names}
