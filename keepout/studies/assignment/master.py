"""The linear programme over columns: one for each target, no more rounds than there are."""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from keepout.studies.assignment.instance import Floats, Instance, Ints

SET = tuple[int, ...]
"""Weapons of a column, in order, one entry for each round."""
LOWEST_TOLERANCE = 1e-10
"""The smallest that HiGHS takes. No bound rests on it: see ``root.safe_bound``."""


@dataclass(frozen=True)
class Solved:
    """A solution of the linear programme: shares of columns, prices of rounds."""

    value: float
    share: Floats
    u: Floats
    pi: Floats


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep off standard output what a library writes there behind Python's back."""
    try:
        kept = os.dup(1)
    except OSError:  # there is none
        yield
        return
    void = os.open(os.devnull, os.O_WRONLY)
    os.dup2(void, 1)
    try:
        yield
        with contextlib.suppress(OSError, AttributeError, TypeError):
            ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(void)


def new_highs() -> highspy.Highs:
    """HiGHS on one thread, without its lines on standard output."""
    with _silence():
        highs = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        highs.setOptionValue(name, value)
    return highs


class Master:
    """Columns in HiGHS; those that are not allowed are held at 0."""

    def __init__(self, instance: Instance) -> None:
        self.n, self.m = instance.targets, instance.weapons
        self.highs = new_highs()
        for name, value in (
            ("presolve", "off"),
            ("dual_feasibility_tolerance", LOWEST_TOLERANCE),
            ("primal_feasibility_tolerance", 1e-9),
        ):
            self.highs.setOptionValue(name, value)
        none, empty = np.array([], dtype=np.int32), np.array([])
        lower = np.concatenate([np.ones(self.n), np.full(self.m, -highspy.kHighsInf)])
        upper = np.concatenate([np.ones(self.n), instance.rounds.astype(float)])
        rows = self.n + self.m
        self.highs.addRows(rows, lower, upper, 0, np.zeros(rows, dtype=np.int32), none, empty)
        self.target: list[int] = []
        self.sets: list[SET] = []
        self.known: dict[tuple[int, SET], int] = {}

    def add(self, columns: Sequence[tuple[int, SET, float]]) -> int:
        """Take in (target, set, what survives); those already there are left out."""
        begin: list[int] = [0]
        weapon: list[int] = []
        count: list[int] = []
        fresh: list[int] = []
        for k, (target, chosen, _) in enumerate(columns):
            if (target, chosen) in self.known:
                continue
            self.known[target, chosen] = len(self.sets)
            self.sets.append(chosen)
            fresh.append(k)
            for i in dict.fromkeys(chosen):
                weapon.append(i)
                count.append(chosen.count(i))
            begin.append(len(weapon))
        if fresh:
            targets = np.array([columns[k][0] for k in fresh])
            cost = np.array([columns[k][2] for k in fresh])
            self.add_pool(
                targets,
                cost,
                np.array(begin),
                np.array(weapon, dtype=np.int64),
                np.array(count, dtype=np.int64),
            )
        return len(fresh)

    def add_pool(self, target: Ints, cost: Floats, begin: Ints, weapon: Ints, count: Ints) -> None:
        """Take in columns: target and cost of each, weapons and rounds from begin to begin."""
        number = len(target)
        self.target += target.tolist()
        before = np.arange(number)  # each column has one entry more, that of its target
        row = np.insert(self.n + weapon, begin[:-1], target).astype(np.int32)
        share = np.insert(count.astype(float), begin[:-1], 1.0)
        self.highs.addCols(
            number, cost, np.zeros(number), np.full(number, highspy.kHighsInf), len(row),
            (begin[:-1] + before).astype(np.int32), row, share,
        )  # fmt: skip

    def allow(self, allowed: Ints) -> None:
        """Hold every column at 0 but those marked 1."""
        number = len(allowed)
        self.highs.changeColsBounds(
            number, np.arange(number, dtype=np.int32), np.zeros(number),
            np.where(allowed == 1, highspy.kHighsInf, 0.0),
        )  # fmt: skip

    def solve(self) -> Solved | None:
        """The solution now; None if there is none."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.highs.getSolution()
        dual = np.array(solution.row_dual)
        return Solved(
            self.highs.getInfo().objective_function_value,
            np.array(solution.col_value),
            np.maximum(-dual[self.n :], 0.0),
            dual[: self.n],
        )
