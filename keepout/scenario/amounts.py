"""Numbers as they stand in a scenario: fixed, or with a distribution; with their unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Amount:
    """One number in SI: fixed, uniform, triangular, or a mixture of such.

    ``parts`` and ``weights`` belong to a mixture. ``partner`` is the key of the parameter
    it is correlated with, ``rank`` Spearman's coefficient.
    """

    dimension: str
    value: float = math.nan
    low: float = math.nan
    mode: float = math.nan
    high: float = math.nan
    parts: tuple[Amount, ...] = ()
    weights: tuple[float, ...] = ()
    source: tuple[str, ...] = ()
    note: str = ""
    grade: str = ""
    partner: str = ""
    rank: float = 0.0

    @property
    def kind(self) -> str:
        """``fixed``, ``uniform``, ``triangular`` or ``mixture``."""
        if self.parts:
            return "mixture"
        if not math.isnan(self.value):
            return "fixed"
        return "uniform" if math.isnan(self.mode) else "triangular"

    def least(self) -> float:
        """The smallest value it can take."""
        if self.parts:
            return min(part.least() for part in self.parts)
        return self.low if math.isnan(self.value) else self.value

    def most(self) -> float:
        """The largest value it can take."""
        if self.parts:
            return max(part.most() for part in self.parts)
        return self.high if math.isnan(self.value) else self.value

    def same_numbers(self, other: Amount) -> bool:
        """Whether two amounts are the same distribution, whatever is said about them."""
        return self.plain() == other.plain()

    def plain(self) -> dict[str, Any]:
        """Value or distribution in SI, as JSON can hold it."""
        if self.parts:
            return {"mixture": [part.plain() for part in self.parts], "weights": [*self.weights]}
        if self.kind == "fixed":
            return {"value": self.value}
        if self.kind == "uniform":
            return {"low": self.low, "high": self.high}
        return {"low": self.low, "mode": self.mode, "high": self.high}


def fixed(value: float, dimension: str = "", **said: Any) -> Amount:
    """An Amount that is one number in SI."""
    return Amount(dimension, value=float(value), **said)
