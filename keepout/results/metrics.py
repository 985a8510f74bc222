"""Outcome rows to the numbers people ask for, each with its three uncertainties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.errors import RunError
from keepout.records.outcome import CAUSES, Layout
from keepout.records.run import Run
from keepout.results.stored import Stored
from keepout.results.summary import PAIR, probability, summarise

GAP_UNITS = 1e4
"""Units of a gap in a row: hundredths of a per cent."""

Tree = Mapping[str, Any]
"""Nested dicts with one number per trial at each leaf."""

RATES = {
    "launched": "launched",
    "identified": "seen",
    "threatening": "threatening",
    "engaged": "engaged",
}
"""Denominator of an interception rate → the column that counts it."""


@dataclass(frozen=True)
class Prices:
    """US dollars per round fired by a system, and per missile; None where unknown."""

    round_usd: Mapping[str, float | None]
    missile_usd: Mapping[str, float | None]


def prices_of(manifest: Mapping[str, Any]) -> Prices:
    """The prices a run was made with."""
    found = manifest["prices"]
    return Prices(found["round_usd"], found["missile_usd"])


class Counts:
    """Columns of the Outcome rows by name, as float64 (trials,)."""

    def __init__(self, layout: Layout, rows: np.ndarray | Stored) -> None:
        self.layout = layout
        self.rows = rows
        self.place = {name: k for k, name in enumerate(layout.columns())}

    def __call__(self, *parts: str) -> np.ndarray:
        """One column, by the parts of its name."""
        return self.total(".".join(parts))

    def total(self, *names: str) -> np.ndarray:
        """Sum of several columns."""
        picked = [self.place[name] for name in names]
        if isinstance(self.rows, Stored):
            return self.rows.total(picked).astype(np.float64)
        total: np.ndarray = self.rows[:, picked].sum(axis=1, dtype=np.int64).astype(np.float64)
        return total


class Readings(Mapping[str, Any]):
    """A Tree whose leaves are worked out when they are asked for, and not kept."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def __getitem__(self, name: str) -> Any:
        found = self.given[name]
        if isinstance(found, Mapping):
            return Readings(found)
        return found() if callable(found) else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


def check_ledger(layout: Layout, rows: np.ndarray, first: int = 0) -> None:
    """Refuse rows in which launched is not failed + intercepted + arrived, with causes.

    ``first`` is the trial of the first row.
    """
    count = Counts(layout, rows)
    missiles, systems = layout.missiles, layout.systems
    sums = {
        "failed + intercepted + arrived": (
            "launched",
            count("failed") + count("intercepted") + count("arrived"),
        ),
        "launches by missile": (
            "launched",
            count.total(*(f"launched.{m}" for m in missiles)),
        ),
        "failures by missile": (
            "failed",
            count.total(*(f"failed.{m}" for m in missiles)),
        ),
        "intercepts by system": (
            "intercepted",
            count.total(*(f"intercepted.{s}" for s in systems)),
        ),
        "arrivals by asset and cause": (
            "arrived",
            _arrived(count, layout.assets, CAUSES),
        ),
        "arrivals by missile and cause": ("arrived", _arrived(count, missiles, CAUSES)),
    }
    for words, (name, total) in sums.items():
        wrong = np.flatnonzero(count(name) != total)
        if len(wrong):
            t = int(wrong[0])
            raise RunError(
                f"The ledger of trial {first + t} does not add up: {name} is {count(name)[t]:.0f}, "
                f"{words} {total[t]:.0f}. This is a fault of keepout, not of the scenario."
            )
    if rows.size and int(rows.min()) < 0:
        raise RunError("An outcome holds a negative count. This is a fault of keepout.")


def readings(layout: Layout, rows: np.ndarray | Stored, prices: Prices) -> Tree:
    """Every number of a run's summary, per trial, in the shape of the summary.

    Each is worked out when it is asked for: a run of a million trials never holds them all.
    """
    count = Counts(layout, rows)

    def total(*names: str) -> Callable[[], np.ndarray]:
        return lambda: count.total(*names)

    def arrived(ends: Sequence[str], causes: Sequence[str]) -> Callable[[], np.ndarray]:
        return lambda: _arrived(count, ends, causes)

    def rate(of: str) -> Callable[[], np.ndarray]:
        return lambda: _rate(count("intercepted"), count(of))

    return Readings({
        "launched": total("launched"),
        "failed_in_flight": total("failed"),
        "intercepted": {
            "total": total("intercepted"),
            "by_system": {s: total(f"intercepted.{s}") for s in layout.systems},
        },
        "arrived": {
            "total": total("arrived"),
            "by_asset": {a: arrived([a], CAUSES) for a in layout.assets},
            "by_cause": {c: arrived(layout.assets, [c]) for c in CAUSES},
            "by_missile": {m: arrived([m], CAUSES) for m in layout.missiles},
        },
        "fired": {
            "total": total(*(f"fired.{s}" for s in layout.systems)),
            "by_system": {s: total(f"fired.{s}") for s in layout.systems},
        },
        "wasted": {
            "total": total(*(f"wasted.{s}" for s in layout.systems)),
            "by_system": {s: total(f"wasted.{s}") for s in layout.systems},
        },
        "doubled": total("doubled"),
        "decoys": {"released": total("decoys"), "fired_at": total("at_decoys")},
        "assignment": {"plans": total("plans"), "gap": lambda: _gap(count)},
        "cost_usd": {
            "defence": lambda: _cost(count, "fired", layout.systems, prices.round_usd),
            "attack": lambda: _cost(count, "launched", layout.missiles, prices.missile_usd),
        },
        "p_no_arrival": lambda: count("arrived") == 0,
        "rates": {name: rate(of) for name, of in RATES.items()},
    })  # fmt: skip


def summary(run: Run) -> dict[str, Any]:
    """The JSON of ``keepout run``: what the run was, and every number with its summary S."""
    tree = readings(run.layout, run.outcomes, prices_of(run.manifest))
    head = (
        "scenario",
        "trials",
        "seed",
        "fidelity",
        "version",
        "digest",
        "wall_s",
        "trials_per_s",
    )
    return (
        {key: run.manifest.get(key) for key in head}
        | summarise_tree(tree, together_of(run.manifest))
        | {"warnings": list(run.resolved.get("warnings", ()))}
    )


def together_of(manifest: Mapping[str, Any]) -> int:
    """How many consecutive trials of a run are not independent of each other."""
    return int(manifest.get("together", PAIR))


def summarise_tree(tree: Tree, together: int = PAIR) -> dict[str, Any]:
    """The same tree with a summary at each leaf."""
    return {name: _summarise_leaf(name, leaf, together) for name, leaf in tree.items()}


def _summarise_leaf(name: str, leaf: Any, together: int) -> Any:
    if isinstance(leaf, Mapping):
        return summarise_tree(leaf, together)
    summary = probability if name == "p_no_arrival" else summarise
    return summary(leaf, together)


def leaf(tree: Tree, path: str) -> np.ndarray | None:
    """The numbers at a path like ``arrived.by_asset.nevatim``; None if there are none."""
    node: Any = tree
    for part in path.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node if isinstance(node, np.ndarray) else None


def paths(tree: Tree, before: str = "") -> list[str]:
    """Every path that leads to numbers."""
    found: list[str] = []
    for name, node in tree.items():
        here = before + name
        found += paths(node, here + ".") if isinstance(node, Mapping) else [here]
    return found


def _arrived(count: Counts, ends: Sequence[str], causes: Sequence[str]) -> np.ndarray:
    """Arrivals at any of ``ends`` (assets or missiles) for any of ``causes``."""
    return count.total(*(f"arrived.{end}.{cause}" for end in ends for cause in causes))


def _cost(
    count: Counts, what: str, names: Iterable[str], price: Mapping[str, float | None]
) -> np.ndarray:
    """Pieces times price; nan in trials that used a piece whose price is not known."""
    cost = np.zeros(len(count.rows))
    for name in names:
        usd = price.get(name)
        pieces = count(what, name)
        cost += np.where(pieces > 0, pieces * (np.nan if usd is None else usd), 0.0)
    return cost


def _gap(count: Counts) -> np.ndarray:
    """Mean gap of the plans of each trial; nan where none was made."""
    return _rate(count("gap"), GAP_UNITS * count("plans"))


def _rate(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Ratio in each trial; nan where the denominator is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, part / whole, np.nan)
