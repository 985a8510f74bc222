"""The uncertain numbers of a Case: one row each, keyed by what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout import elementary as math
from keepout import units
from keepout.errors import Problem
from keepout.records.parameter import PARAM, QUANTILES

from .amounts import Amount, fixed
from .names import name_hash
from .quantiles import Table, beta_table, sticks, table_of
from .words import closest

SPEARMAN = math.pi / 6.0
"""Correlation of normal scores from Spearman's rank coefficient: 2 sin(pi/6 rank).

Source: K. Pearson, On further methods of determining correlation, Drapers' Company
Research Memoirs, Biometric Series IV (1907)."""

SI_UNIT = {
    unit.dimension: name
    for name, unit in reversed(units.UNITS.items())
    if unit.si == 1.0 and not unit.decibel
}
"""The unit of each dimension that is worth 1 in SI."""


@dataclass(frozen=True)
class Origin:
    """Where a number comes from: the file, a ``--set``, the catalogue, or a default.

    ``path`` is how ``--set`` addresses it, or ``ID.FIELD`` of the catalogue.
    """

    path: str
    origin: str


@dataclass(frozen=True)
class Entry:
    """One parameter: its key, numbers, quantile table and origin."""

    key: str
    amount: Amount
    table: Table
    came: Origin

    @property
    def is_fixed(self) -> bool:
        """Whether nothing is drawn."""
        return bool(self.table[0] == self.table[-1])


class Parameters:
    """Collects parameters; equal keys with equal numbers share a row."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.rows: dict[str, int] = {}

    def add(
        self, key: str, amount: Amount, came: Origin, *, whole: bool = False, own_key: str = ""
    ) -> int:
        """Row of a parameter. If ``key`` is taken by other numbers, it goes by ``own_key``."""
        row = self.rows.get(key)
        if row is not None and not self.entries[row].amount.same_numbers(amount):
            if not own_key:
                raise ValueError(f"{key} is given twice with different numbers")
            return self.add(own_key, amount, came, whole=whole)
        if row is None:
            row = self._append(Entry(key, amount, table_of(amount, whole), came))
        return row

    def add_sticks(self, key: str, weights: list[float], drawn: bool, came: Origin) -> list[int]:
        """Rows ``KEY.0``, ``KEY.1``, … of the shares of a mix, each of what is left."""
        rows = []
        for k, (a, b) in enumerate(sticks(weights)):
            amount = fixed(a / (a + b), note=f"expected share of what is left; weight {a:g}")
            table = table_of(amount)
            if drawn and b > 0.0:
                table = beta_table(a, b)
                amount = fixed(a / (a + b), note=f"mean; beta({a:g}, {b:g}) of what is left")
            rows.append(self._append(Entry(f"{key}.{k}", amount, table, came)))
        return rows

    def _append(self, entry: Entry) -> int:
        self.rows[entry.key] = len(self.entries)
        self.entries.append(entry)
        return self.rows[entry.key]

    def arrays(self) -> tuple[np.recarray[Any, Any], np.ndarray, list[Problem]]:
        """PARAM rows, their quantile tables, and what is wrong with correlations."""
        param = np.zeros(len(self.entries), PARAM).view(np.recarray)
        quantile = np.zeros((len(self.entries), QUANTILES))
        problems: list[Problem] = []
        for row, entry in enumerate(self.entries):
            param[row].key = name_hash(entry.key)
            param[row].partner = -1
            param[row].fixed = int(entry.is_fixed)
            quantile[row] = entry.table
            if entry.amount.partner:
                problems += self._correlate(param[row], row, entry)
        return param, quantile, problems

    def _correlate(self, param: Any, row: int, entry: Entry) -> list[Problem]:
        """Set the partner of a row; returns what is wrong with it."""
        partner = entry.amount.partner
        where = self.rows.get(partner)
        path = entry.came.path
        if where is None:
            drawn = [each.key for each in self.entries if not each.is_fixed and each is not entry]
            message = f'{path} is correlated with "{partner}", which is no parameter here'
            return [Problem("unknown-name", message, path=path, help=closest(partner, drawn))]
        if where == row or self.entries[where].amount.partner:
            message = f"{path} is correlated with {partner}, which is correlated itself"
            help = "let both be correlated with a third one that is not"
            return [Problem("circle", message, path=path, help=help)]
        param.partner = where
        param.rho = 2.0 * math.sin(SPEARMAN * entry.amount.rank)
        return []

    def records(self) -> list[dict[str, Any]]:
        """Every parameter as JSON can hold it."""
        return [record(entry) for entry in self.entries]


def record(entry: Entry) -> dict[str, Any]:
    """One parameter: key, address, numbers in SI and as text, source, grade, origin."""
    amount = entry.amount
    return {
        "key": entry.key,
        "path": entry.came.path,
        "origin": entry.came.origin,
        "default": entry.came.origin in ("catalogue", "default"),
        "drawn": not entry.is_fixed,
        "si": amount.plain(),
        "unit": SI_UNIT.get(amount.dimension, ""),
        "text": amount_text(amount),
        "quantiles": {
            name: float(entry.table[round(share * (QUANTILES - 1))])
            for name, share in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))
        },
        "source": list(amount.source),
        "grade": amount.grade or "D",
        "note": amount.note,
        "correlated": {"with": amount.partner, "rank": amount.rank} if amount.partner else None,
    }


def amount_text(amount: Amount) -> str:
    """A number or distribution as people read it: ``300 m – 1 km – 2 km``."""
    if amount.parts:
        pairs = zip(amount.weights, amount.parts)
        return " or ".join(f"{weight:.3g} x ({amount_text(part)})" for weight, part in pairs)
    ends = [amount.value] if amount.kind == "fixed" else [amount.low, amount.mode, amount.high]
    return " – ".join(shown(value, amount.dimension) for value in ends if not math.isnan(value))


def shown(value: float, dimension: str) -> str:
    """A number in SI with the unit that reads best; ratios as pure numbers."""
    return units.format_si(value, "" if dimension == "ratio" else dimension)
