"""The rows of ``keepout bench``: which part each belongs to, and which module measures it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from keepout.bench.row import Row, unmeasured

PARTS = ("flight", "tracking", "assignment", "raid", "threads")


class Entry(NamedTuple):
    """Where a row belongs: its part, and the module of this package that measures it."""

    part: str
    module: str  # "": no module measures it yet


ROWS: dict[str, Entry] = {
    "flight-scipy": Entry("flight", "keepout.bench.flight"),
    "flight-heyoka": Entry("flight", "keepout.bench.flight"),
    "flight-diffrax": Entry("flight", "keepout.bench.flight"),
    "ekf-stonesoup": Entry("tracking", "keepout.bench.tracking"),
    "ekf-filterpy": Entry("tracking", "keepout.bench.tracking"),
    "ukf-stonesoup": Entry("tracking", "keepout.bench.unscented"),
    "gnn-stonesoup": Entry("tracking", "keepout.bench.crowd"),
    "jpda-stonesoup": Entry("tracking", "keepout.bench.crowd"),
    "assignment-highs": Entry("assignment", "keepout.bench.assignment"),
    "raid-simpy": Entry("raid", "keepout.bench.raid"),
    "raid-physics": Entry("raid", "keepout.bench.physics"),
    "two-threads": Entry("threads", "keepout.bench.threads"),
    "gpu": Entry("threads", "keepout.bench.card"),
}
"""Name of a row → where it belongs. The names are fixed."""

DEFAULT_PAIRS = 10


def names_of(only: str | None, table: Mapping[str, Entry] = ROWS) -> list[str]:
    """The rows of one part, or of all."""
    return [name for name, entry in table.items() if only in (None, entry.part)]


def measure(
    only: str | None = None,
    pairs: int = DEFAULT_PAIRS,
    table: Mapping[str, Entry] = ROWS,
    tell: Callable[[str], object] = lambda _: None,
) -> list[Row]:
    """Measure the rows of one part, or of all; they come in the order of the table.

    tell  is called with the names that are about to be measured
    """
    names = names_of(only, table)
    found: dict[str, Row] = {name: unmeasured(name) for name in names if not table[name].module}
    for module in dict.fromkeys(table[name].module for name in names if table[name].module):
        mine = [name for name in names if table[name].module == module]
        tell(", ".join(mine))
        found |= _checked(importlib.import_module(module).rows(pairs), mine, module)
    return [found[name] for name in names]


def _checked(rows: Iterable[Row], names: list[str], module: str) -> dict[str, Row]:
    """The rows a module gave, by name; they must be those the table expects of it."""
    by_name = {row["name"]: row for row in rows}
    if sorted(by_name) != sorted(names):
        raise ValueError(f"{module} gave {sorted(by_name)}, the table expects {sorted(names)}")
    return by_name
