"""Branch and bound over a pool of columns, best bound first."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable

import numpy as np

from keepout.battle.columns import dear, restrict, scan
from keepout.studies.assignment.instance import Floats, Instance, Ints
from keepout.studies.assignment.master import Master, Solved
from keepout.studies.assignment.pool import Pool
from keepout.studies.assignment.root import CLOSE, Best, completed, safe_bound, slack

AT_ONCE = 20_000
"""Columns of the linear programme at the start; the others enter when they are wanted."""
WANTED = -1e-9
"""Reduced cost of a column that enters."""
FRACTION = 1e-7
"""Shares nearer than this to whole count as whole."""
ROUND_EVERY = 16
"""Nodes between two attempts at rounding."""
Decision = tuple[int, int, int, int]
"""Target, weapon, k, side: at least k rounds of the weapon there (1) or fewer (0)."""


class Tree:
    """The search: nodes are decisions; ``best`` gets what is found and what is proven."""

    def __init__(self, instance: Instance, best: Best, pool: Pool, outside: float) -> None:
        self.instance, self.best, self.pool = instance, best, pool
        self.outside = outside  # no assignment with a column outside the pool has less
        n = instance.targets
        self.base = np.ones(len(pool.cost), dtype=np.int64)
        self.allowed = np.ones(len(pool.cost), dtype=np.int64)
        self.low = np.empty(n)
        self.cheapest = np.empty(n, dtype=np.int64)
        self.inside = np.full(len(pool.cost), -1, dtype=np.int64)  # place in the programme
        self.columns = np.empty(0, dtype=np.int64)  # of the pool, in the programme's order
        self.master = Master(instance)
        self.target = pool.target
        self.nodes = 0
        self.root = (pool.u, np.full(n, -math.inf), -math.inf)
        self.dropped_at = best.value  # the value when columns were taken away last
        self.left_out = math.inf  # least bound of what was given up
        self._artificial()
        self._enter(self._first())

    @property
    def cutoff(self) -> float:
        """From here on a node is of no interest."""
        return min(self.best.value * (1.0 - CLOSE), self.outside)

    def _artificial(self) -> None:
        """A column for each target that makes any node solvable, too dear to be used."""
        n = self.instance.targets
        none = np.empty(0, dtype=np.int64)
        dear_enough = np.full(n, 2.0 * self.best.value) + self.instance.value
        self.master.add_pool(np.arange(n), dear_enough, np.zeros(n + 1, np.int64), none, none)

    def _first(self) -> Ints:
        """The columns that are cheapest at the prices of the pool."""
        if len(self.pool.cost) <= AT_ONCE:
            return np.arange(len(self.pool.cost))
        paid = np.zeros(len(self.pool.weapon) + 1)
        np.cumsum(self.pool.u[self.pool.weapon] * self.pool.count, out=paid[1:])
        f = self.pool.cost + np.diff(paid[self.pool.begin])
        least = np.minimum.reduceat(f, self.pool.first[:-1])
        order = np.argsort(f - least[self.target], kind="stable")
        return np.sort(order[:AT_ONCE])

    def _enter(self, columns: Ints) -> None:
        """Take columns of the pool into the linear programme."""
        self.inside[columns] = len(self.columns) + np.arange(len(columns))
        self.columns = np.concatenate([self.columns, columns])
        self.master.add_pool(
            self.target[columns], self.pool.cost[columns], *self.pool.part(columns)
        )

    def run(self, stop: Callable[[], bool], tell: Callable[[str], None]) -> bool:
        """Search until nothing is open; False if it was stopped."""
        heap: list[tuple[float, int, tuple[Decision, ...]]] = [(-math.inf, 0, ())]
        born = 0
        while heap:
            bound, _, made = heapq.heappop(heap)
            if bound >= self.cutoff:
                self.left_out = min(self.left_out, bound)
                break  # the others have no less
            self.best.raise_to(min(bound, self.outside, self.left_out))
            if stop():
                return False
            bound, branch = self._node(bound, made)
            self.nodes += 1
            if self.best.value < self.dropped_at:
                self._drop()
            tell(
                f"node {self.nodes}, {len(heap)} open: at least {self.best.bound:.6f}, "
                f"at most {self.best.value:.6f}"
            )
            if branch is None:
                self.left_out = min(self.left_out, bound)
                continue
            for side in (1, 0):
                born += 1
                heapq.heappush(heap, (bound, born, (*made, (*branch, side))))
        self.best.raise_to(min(self.left_out, self.outside))
        return True

    def _node(
        self, bound: float, made: tuple[Decision, ...]
    ) -> tuple[float, tuple[int, int, int] | None]:
        """Bound of a node, and what to decide next; None if nothing better is in it."""
        decisions = np.array(made, dtype=np.int64).reshape(-1, 4)
        it, pool = self.instance, self.pool
        restrict(pool.first, pool.begin, pool.weapon, pool.count, it.rounds, decisions,
                 self.allowed)  # fmt: skip
        self.allowed &= self.base
        while True:
            self.master.allow(
                np.concatenate([np.ones(it.targets, np.int64), self.allowed[self.columns]])
            )
            solved = self.master.solve()
            if solved is None:
                return bound, None if bound >= self.cutoff else self._any(made)
            scan(*pool.parts, solved.u, self.allowed, self.low, self.cheapest)
            if (self.cheapest < 0).any():
                return math.inf, None
            here = safe_bound(it.value, self.low, it.rounds, solved.u)
            bound = max(bound, here)
            if bound >= self.cutoff:
                return bound, None
            wanted = (self.inside[self.cheapest] < 0) & (self.low - solved.pi < WANTED)
            if not wanted.any():
                break
            self._enter(self.cheapest[wanted])
        if not made or self.nodes % ROUND_EVERY == 0:
            self._round(solved)
        if not made:
            self.root = (solved.u, self.low.copy(), here)
            self._drop()
        return bound, self._branch(solved, made)

    def _drop(self) -> None:
        """Take away for good what no assignment better than the best known can use."""
        u, low, bound = self.root
        self.dropped_at = self.best.value
        room = max(self.best.value - bound, 0.0) + slack(self.instance.value)
        dear(*self.pool.parts, u, low, room, self.base)

    def _any(self, made: tuple[Decision, ...]) -> tuple[int, int, int] | None:
        """Something to decide where the linear programme gave no answer."""
        done = {decision[:3] for decision in made}
        for column in np.flatnonzero(self.allowed):
            for weapon in self.pool.set_of(int(column)):
                if (int(self.target[column]), weapon, 1) not in done:
                    return int(self.target[column]), weapon, 1
        return None

    def _branch(self, solved: Solved, made: tuple[Decision, ...]) -> tuple[int, int, int] | None:
        """The question nearest to undecided: at least k rounds of a weapon at a target?"""
        share = solved.share[self.instance.targets :]
        sums: dict[tuple[int, int, int], float] = {}
        for place in np.flatnonzero(share > FRACTION):
            column = int(self.columns[place])
            j = int(self.target[column])
            for s in range(int(self.pool.begin[column]), int(self.pool.begin[column + 1])):
                for k in range(1, int(self.pool.count[s]) + 1):
                    key = (j, int(self.pool.weapon[s]), k)
                    sums[key] = sums.get(key, 0.0) + float(share[place])
        open_ = {key: abs(y - 0.5) for key, y in sums.items() if FRACTION < y < 1.0 - FRACTION}
        if open_:
            return min(open_, key=lambda key: (round(open_[key], 9), key))
        self._round(solved)
        return None if self._all_taken(solved) else self._any(made)

    def _all_taken(self, solved: Solved) -> bool:
        """Whether a solution in whole columns is the node's own, so that nothing is left in it."""
        share = solved.share[self.instance.targets :]
        value = math.fsum(self.pool.cost[self.columns[np.flatnonzero(share > 0.5)]])
        return self.best.value <= value * (1.0 + CLOSE)

    def _round(self, solved: Solved) -> None:
        """An assignment from shares: the largest first as far as they fit, then local search."""
        n, m = self.instance.targets, self.instance.weapons
        share: Floats = solved.share[n:]
        given = np.zeros((n, m), dtype=np.int64)
        left = self.instance.rounds.copy()
        done = np.zeros(n, dtype=bool)
        for place in np.argsort(-share, kind="stable"):
            if share[place] <= FRACTION:
                break
            column = int(self.columns[place])
            need = np.bincount(np.array(self.pool.set_of(column), np.int64), minlength=m)
            j = self.target[column]
            if not done[j] and (need <= left).all():
                given[j], done[j] = need, True
                left -= need
        self.best.offer(self.instance, completed(self.instance, given))
