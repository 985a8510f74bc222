"""Weapon-target assignment to optimality, beside HiGHS on an outer approximation.

100 weapons of one round against 100 targets, probabilities of a kill evenly from 0.6 to 0.9. Ours
proves the optimum to 1e-9. The peer solves a mixed-integer programme in which tangents stand for
exp(-y), again and again with new tangents at each solution, until it is known to 1e-4, the default
of its solver; it has one thread as we do, and is stopped after a time that its row names.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import Timing, interleaved
from keepout.studies.assignment.instance import Instance
from keepout.studies.assignment.solve import Answer, solve

SIZE = 100
LOW, HIGH = 0.6, 0.9
GAP = 1e-4
"""Of the peer, as a share of the value."""
PEER_S = 100.0
"""After this the peer is stopped."""
FIRST = np.linspace(0.0, 6.0, 13)
"""Log-kills at which each target has a tangent from the start."""
MASK = 2**64 - 1


def instance(size: int = SIZE, seed: int = 1) -> Instance:
    """Values 1 to 100 and probabilities, from Steele, Lea and Flood's generator (2014)."""
    state = seed
    numbers = np.empty(size + size * size)
    for k in range(len(numbers)):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        numbers[k] = (z ^ (z >> 31)) / 2.0**64
    value = np.floor(1.0 + 100.0 * numbers[:size])
    kill = LOW + (HIGH - LOW) * numbers[size:].reshape(size, size)
    return Instance(value, kill, np.ones(size, dtype=np.int64))


@dataclass(frozen=True)
class Approximated:
    """What the peer found: the value of its assignment, its bound, processor time."""

    value: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """As a share of the value."""
        return 1.0 if math.isinf(self.value) else (self.value - self.bound) / self.value


def outer_approximation(it: Instance, limit_s: float, highs: Any) -> Approximated:
    """Minimise by tangents: x binary, y = sum of a x, z >= each tangent of v exp(-y).

    Duran and Grossmann, Mathematical Programming 36 (1986) 307. Each solution adds a tangent
    to every target; the next programme starts from the last assignment.
    """
    begin_s, wall_s = time.process_time(), time.monotonic()
    n, m = it.targets, it.weapons
    a = -np.log(it.survival)
    _model(highs, it, a)
    best, bound = math.inf, 0.0
    is_open = True
    while is_open and time.monotonic() - wall_s < limit_s:
        left_s = max(0.1, limit_s - (time.monotonic() - wall_s))
        highs.setOptionValue("time_limit", highs.getRunTime() + left_s)  # its clock runs on
        highs.run()
        info = highs.getInfo()
        bound = max(bound, info.mip_dual_bound)
        x = np.array(highs.getSolution().col_value)[: n * m]
        if len(x) == n * m and not math.isinf(info.objective_function_value):
            y = (a * np.round(x.reshape(n, m))).sum(axis=1)
            best = min(best, math.fsum(it.value * np.exp(-y)))
            _tangents(highs, it, a, y)
        is_open = math.isinf(best) or best - bound > GAP * best
    return Approximated(best, bound, time.process_time() - begin_s)


def _model(highs: Any, it: Instance, a: np.ndarray) -> None:
    """Columns x, then y, then z; every weapon once at most; the first tangents."""
    n, m = it.targets, it.weapons
    inf = highs.inf
    none, empty = np.array([], dtype=np.int32), np.array([])
    total = n * m + 2 * n
    cost = np.concatenate([np.zeros(n * m + n), np.ones(n)])
    upper = np.concatenate([np.ones(n * m), np.full(2 * n, inf)])
    begin = np.zeros(total, dtype=np.int32)
    highs.addCols(total, cost, np.zeros(total), upper, 0, begin, none, empty)
    from highspy import HighsVarType

    kinds = np.array([HighsVarType.kInteger] * (n * m))
    highs.changeColsIntegrality(n * m, np.arange(n * m, dtype=np.int32), kinds)
    for i in range(m):
        highs.addRow(-inf, 1.0, n, np.arange(i, n * m, m, dtype=np.int32), np.ones(n))
    for j in range(n):
        columns = np.append(np.arange(j * m, (j + 1) * m), n * m + j).astype(np.int32)
        highs.addRow(0.0, 0.0, m + 1, columns, np.append(a[j], -1.0))
    for y in FIRST:
        _tangents(highs, it, a, np.full(n, y))


def _tangents(highs: Any, it: Instance, a: np.ndarray, y: np.ndarray) -> None:
    """z_j + v exp(-y) y_j >= v exp(-y) (1 + y) at a given y of each target."""
    n, m = a.shape
    for j in range(n):
        height = float(it.value[j] * math.exp(-y[j]))
        columns = np.array([n * m + j, n * m + n + j], dtype=np.int32)
        highs.addRow(height * (1.0 + float(y[j])), highs.inf, 2, columns, np.array([height, 1.0]))


def rows(pairs: int) -> list[Row]:
    """One row: ours as often as there are pairs, the peer once."""
    it = instance()
    ours: list[Answer] = []
    timing = interleaved(lambda: ours.append(solve(it)), None, pairs)
    highspy = peer("highspy")
    name, unit = "assignment-highs", "s"
    who = f"{version_of('highspy')}, outer approximation"
    if highspy is None:
        return [alone(name, unit, timing, peer=who)]
    from keepout.studies.assignment.master import new_highs

    highs = new_highs()
    highs.setOptionValue("mip_rel_gap", GAP / 2.0)
    theirs = outer_approximation(it, PEER_S, highs)
    timing = Timing(timing.ours_s, [theirs.seconds])
    return [
        compared(
            name, unit, timing, peer=who, agreement=agreement(ours[-1], theirs),
            notes=notes(ours[-1], theirs),
        )
    ]  # fmt: skip


def agreement(ours: Answer, theirs: Approximated) -> str:
    """Whether the proven optimum lies between the peer's bound and value."""
    inside = theirs.bound <= ours.value * (1.0 + 1e-6) and ours.bound <= theirs.value * (1.0 + 1e-6)
    said = "lies between" if inside else "DOES NOT LIE between"
    return (
        f"optimum {ours.value:.6f} {said} the peer's bound {theirs.bound:.4f} "
        f"and value {theirs.value:.4f}"
    )


def notes(ours: Answer, theirs: Approximated) -> str:
    """How far each of them got, and how often it was measured."""
    ended = f"finished at a gap of {theirs.gap:.1e}"
    if theirs.gap > GAP:
        ended = (
            f"was stopped after {PEER_S:g} s ({theirs.seconds:.0f} s of processor time) at "
            f"a gap of {theirs.gap:.1e}, so the ratio is a lower bound"
        )
    return (
        f"{SIZE}x{SIZE}, p {LOW} to {HIGH}, one thread; ours proven to {ours.gap:.1e}; the peer "
        f"{ended}, and was run once"
    )
