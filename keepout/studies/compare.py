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
from keepout.results.summary import conditional_means, mc_se, summarise

SMALL = 0.1
"""Share of the arrivals of one cause or asset below which a difference counts as none."""


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
            "by_missile": each("by_missile"),
            "by_system": _by_system(first, second, together),
        },
        "sign": sign(second["arrived"]["total"] - first["arrived"]["total"]),
        "gain": gain(first, second, together),
        "correlation": correlation(first["arrived"]["total"], second["arrived"]["total"]),
        "trials": trials,
        "seed": a.manifest["seed"],
        "fidelity": a.manifest.get("fidelity"),
        "same_raid": bool(np.array_equal(first["launched"], second["launched"])),
        "a": _side(a, first),
        "b": _side(b, second),
        "ceiling": ceilings(a, b, second),
        "cannot_help": cannot_help(first, second, together),
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


def sign(difference: np.ndarray) -> dict[str, float]:
    """In what share of the paired trials B has fewer arrivals, as many, or more.

    ``mean_below_zero`` is the share of the conditional means given the parameters that lie
    below zero: how sure the ignorance of parameters leaves the sign of the expected effect.
    """
    means = conditional_means(difference)
    return {
        "p_fewer": float(np.mean(difference < 0)),
        "p_same": float(np.mean(difference == 0)),
        "p_more": float(np.mean(difference > 0)),
        "mean_below_zero": float(np.mean(means < 0)),
    }


def cannot_help(a: Tree, b: Tree, together: int) -> list[dict[str, Any]]:
    """Causes and assets at which arrivals stay as they were, or grow, the largest first.

    A difference counts as none below two Monte Carlo errors, or below a tenth of what A has there.
    """
    found = []
    for group in ("by_cause", "by_asset"):
        for name, after in b["arrived"][group].items():
            before = a["arrived"][group].get(name)
            if before is None or not after.any():
                continue
            mean, error = float((after - before).mean()), mc_se(after - before, together) or 0.0
            least = max(2.0 * error, SMALL * float(before.mean()))
            if mean >= -least:
                found.append(
                    {"kind": group.removeprefix("by_"), "name": name, "difference": mean,
                     "mc_se": error, "a": float(before.mean()), "b": float(after.mean())}
                )  # fmt: skip
    return sorted(found, key=lambda each: (each["kind"] != "cause", -each["b"]))


def _by_system(a: Tree, b: Tree, together: int) -> dict[str, Any]:
    """Rounds fired and threats intercepted by each system: B minus A."""
    fired, stopped = (
        _each(a[group]["by_system"], b[group]["by_system"], together)
        if a[group]["by_system"] or b[group]["by_system"] else {}
        for group in ("fired", "intercepted")
    )  # fmt: skip
    return {name: {"fired": fired[name], "intercepted": stopped[name]} for name in fired}


def correlation(x: np.ndarray, y: np.ndarray) -> float | None:
    """Correlation of two numbers over the trials; None where one of them never varies."""
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((dx @ dx) * (dy @ dy)))
    return float(dx @ dy) / scale if scale > 0.0 else None


def ceilings(a: Run, b: Run, readings_b: Tree) -> list[dict[str, Any]]:
    """What each system that only B has can do at the very most, whatever it hits.

    Rounds over rounds per threat: no probability and no geometry enters. Where the cap on rounds
    per threat is drawn, the ceiling is that at its median, and the words add that at its least.
    """
    found = []
    for system in b.layout.systems:
        stock: Mapping[str, Any] | None = b.manifest.get("magazines", {}).get(system)
        if system in a.layout.systems or not stock:
            continue
        each = stock["rounds_per_threat"]
        threats = stock["rounds"] // each
        least = stock.get("rounds_per_threat_least", each)
        other = f" ({stock['rounds'] // least} at {least} a threat)" if least < each else ""
        fired = readings_b["fired"]["by_system"][system]
        stopped = readings_b["intercepted"]["by_system"][system]
        found.append(
            {
                "system": system,
                "rounds": stock["rounds"],
                "rounds_per_threat": each,
                "threats": threats,
                "fired": summarise(fired, together_of(b.manifest)),
                "intercepted": summarise(stopped, together_of(b.manifest)),
                "words": (
                    f"{system}: {stock['rounds']} rounds at {each} a threat engage at most "
                    f"{threats} threats{other}; here it fired "
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
