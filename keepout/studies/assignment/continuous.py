"""The same problem with rounds that may be split: a bound, and prices where sets are too large.

Where p_ij of a target j is a_ij = -log(1 - p_ij), the value v_j exp(-sum of a_ij x_ij) is convex:
its tangents make a linear programme that rises to the least. Every target may ask for at least so
many rounds, which weapons that can do nothing to it do not give.
"""

from __future__ import annotations

import math
from typing import Any

import highspy
import numpy as np

from keepout.battle.pricing import kill_log
from keepout.studies.assignment.instance import Floats, Instance, Ints
from keepout.studies.assignment.master import new_highs

CLOSE = 1e-9
"""Share of the value by which tangents and value may differ at the end."""
TURNS = 100
FIRST = np.linspace(0.0, 8.0, 9)
"""Log-kills at which each target has a tangent from the start."""


def continuous(instance: Instance, least: Ints | None = None) -> tuple[float, Floats]:
    """What survives at least when rounds may be split, and the prices of rounds (m,).

    least  (n,) rounds that each target must have; None for none

    The tangents lie below the value, so the programme is a bound but for its tolerance of 1e-9.
    """
    v = instance.value
    n, m = instance.targets, instance.weapons
    a = np.array([[kill_log(q) for q in row] for row in instance.survival])
    highs = _rounds(instance, a, least)
    y = np.repeat(FIRST[:, None], n, axis=1)
    bound, prices = 0.0, np.zeros(m)
    for _ in range(TURNS):
        for at in np.atleast_2d(y):
            _tangents(highs, v, a, at)
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        solution = highs.getSolution()
        x = np.array(solution.col_value)[: n * m].reshape(n, m)
        bound = highs.getInfo().objective_function_value
        prices = np.maximum(-np.array(solution.row_dual)[:m], 0.0)
        y = (a * x).sum(axis=1)
        if math.fsum(v * np.exp(-y)) - bound <= CLOSE * bound:
            break
    return bound, prices


def _rounds(instance: Instance, a: Floats, least: Ints | None) -> Any:
    """The programme before the first tangent: x (n, m) target by target, then values (n,)."""
    n, m = instance.targets, instance.weapons
    highs = new_highs()
    highs.setOptionValue("dual_feasibility_tolerance", 1e-10)
    highs.setOptionValue("primal_feasibility_tolerance", 1e-10)
    inf = highspy.kHighsInf
    none = np.array([], dtype=np.int32)
    cost = np.concatenate([np.zeros(n * m), np.ones(n)])
    upper = np.concatenate(
        [np.where(a > 0.0, instance.rounds[None, :], 0).ravel().astype(float), np.full(n, inf)]
    )
    begin = np.zeros(len(cost), dtype=np.int32)
    highs.addCols(len(cost), cost, np.zeros(len(cost)), upper, 0, begin, none, np.array([]))
    for i in range(m):
        columns = np.arange(i, n * m, m, dtype=np.int32)
        highs.addRow(-inf, float(instance.rounds[i]), n, columns, np.ones(n))
    for j in range(n if least is not None else 0):
        columns = np.arange(j * m, (j + 1) * m, dtype=np.int32)
        highs.addRow(float(least[j]), inf, m, columns, np.ones(m))  # type: ignore[index]
    return highs


def _tangents(highs: Any, v: Floats, a: Floats, y: Floats) -> None:
    """One tangent of each target: z >= v exp(-y) (1 + y - sum of a x)."""
    n, m = a.shape
    for j in range(n):
        height = float(v[j]) * math.exp(-float(y[j]))
        columns = np.append(np.arange(j * m, (j + 1) * m), n * m + j).astype(np.int32)
        entries = np.append(height * a[j], 1.0)
        highs.addRow(height * (1.0 + float(y[j])), highspy.kHighsInf, m + 1, columns, entries)
