"""One comparison with something that we did not make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NUMERICAL, MODEL = "numerical", "model"
"""Our solution against another one of the same equations; the equations against the world."""

AGREES, MISSES, NOT_RUN = "agrees", "misses", "not run"

Value = float | str


@dataclass(frozen=True, kw_only=True)
class Check:
    """One quantity of one case: published, computed, and what the difference may be.

    A numerical check must hold: there is nothing but our own error to blame. A model check may
    miss, and then stays in the table with a note that says what is known of the reason.
    """

    case: str  # name of the module, with hyphens
    quantity: str  # which figure, of which row or flight
    unit: str  # "" for words and pure numbers
    published: Value  # words (a verdict) are compared as they stand
    computed: Value | None  # None: not run
    tolerance: float = 0.0  # largest difference that agrees, in the unit
    why: str  # the reason for that tolerance
    kind: str  # NUMERICAL or MODEL
    numerical_error: float | None = None  # bound of our own error in ``computed``, in the unit
    source: str  # of the published figure, with page or address
    grade: str  # A official … D assumed, of the published figure
    note: str = ""  # why it misses, or why it was not run

    @property
    def difference(self) -> float | None:
        """Computed minus published; None for words, and where nothing was run."""
        if isinstance(self.computed, float) and isinstance(self.published, float):
            return self.computed - self.published
        return None

    @property
    def status(self) -> str:
        """Whether it agrees, misses, or was not run; a nan misses."""
        if self.computed is None:
            return NOT_RUN
        if isinstance(self.computed, str) or isinstance(self.published, str):
            return AGREES if self.computed == self.published else MISSES
        return AGREES if abs(self.computed - self.published) <= self.tolerance else MISSES

    @property
    def broken(self) -> bool:
        """Whether it is a check that must hold and does not."""
        return self.kind == NUMERICAL and self.status == MISSES

    def as_dict(self) -> dict[str, Any]:
        """The fields of the JSON of ``keepout validate``."""
        return {
            "case": self.case,
            "quantity": self.quantity,
            "unit": self.unit,
            "published": self.published,
            "computed": self.computed,
            "difference": self.difference,
            "tolerance": None if isinstance(self.published, str) else self.tolerance,
            "why": self.why,
            "kind": self.kind,
            "numerical_error": self.numerical_error,
            "status": self.status,
            "source": self.source,
            "grade": self.grade,
            "note": self.note,
        }


def found(data: Path | None, name: str) -> Path | None:
    """A file of the bulk data, or None if it is not here."""
    path = None if data is None else data / name
    return path if path is not None and path.is_file() else None


def missing(data: Path | None, name: str) -> str:
    """Why a row that needs a file of the bulk data was not run."""
    if data is None:
        return f"not run: KEEPOUT_DATA is not set ({name} is read there)"
    return f"not run: {name} is not in the folder that KEEPOUT_DATA names"


def number_text(value: Value | None, digits: int = 6) -> str:
    """A value as people read it: six digits, words as they are, a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return str(value)
    text = f"{value:.{digits}g}"
    return f"{value:,.0f}" if "e+" in text else text
