"""One sourced number, and how an uncertain number looks inside a Case."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

QUANTILES = 513
"""Points of a tabulated quantile function, at u = 0, 1/512, …, 1."""

PARAM = np.dtype(
    [
        ("key", np.uint64),  # hash of the key, e.g. of "arrow-3.sspk"
        ("partner", np.int32),  # row of the parameter it is correlated with, or -1
        ("rho", np.float64),  # correlation of the normal scores with the partner's
        ("fixed", np.int32),  # 1: quantile[row, 0] is the value, nothing is drawn
    ]
)


@dataclass(frozen=True)
class Parameter:
    """One number with its unit, spread, source and grade.

    ``value``, ``low`` and ``high`` are in ``unit`` as written in the catalogue;
    ``si`` is ``value`` in SI. Grade A official or several agreeing reports, B one
    reputable report, C secondary or claimed, D assumed or derived by us.
    """

    value: float
    unit: str
    si: float
    low: float | None = None
    high: float | None = None
    source: tuple[str, ...] = ()
    grade: str = "D"
    note: str = ""
    date: str = ""
