"""Prices of the rounds that give the best bound, by steps first and column generation after."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from keepout.battle.assign import assign_rounds, first_prices, greedy, local_search
from keepout.battle.columns import ascend, price
from keepout.battle.pricing import DEEPEST, ROUNDING
from keepout.studies.assignment.instance import Floats, Instance, Ints
from keepout.studies.assignment.master import SET, Master, Solved

STEPS, STEPS_AT_ONCE, KEPT = 150, 5, 10
"""Subgradient steps, between two looks at the clock, and the last looks whose sets are kept."""
TURNS, TURNS_WITHOUT_PROOF = 1000, 40
"""Turns of column generation at most; and where the searches are not complete."""
BLOCK = 8
"""Targets priced between two looks at the clock."""
BIG = 500_000
"""Pairs from which on the clock is looked at after each step."""
SEARCH_WORK, PROOF_WORK = 20_000, 3_000_000
"""Sets looked at for one target: on the way, and for the bound."""
LOCAL_WORK = 20_000_000
CLOSE = 1e-10
"""Share of the value that counts as nothing when bounds are compared."""
Stop = Callable[[], bool]


@dataclass
class Best:
    """The best assignment so far, and what is proven that none can go below."""

    given: Ints
    value: float
    bound: float = 0.0
    limits: tuple[str, ...] = ()

    def offer(self, instance: Instance, given: Ints) -> bool:
        """Take an assignment if it is better."""
        value = instance.total(given)
        if value < self.value:
            self.given, self.value = given, value
            return True
        return False

    def raise_to(self, bound: float) -> None:
        """Take a bound if it is better."""
        self.bound = max(self.bound, min(bound, self.value))

    def is_open(self) -> bool:
        """Whether a better assignment is still possible."""
        return self.value - self.bound > CLOSE * self.value


@dataclass
class Root:
    """What column generation leaves: the master, the best prices and what they prove."""

    master: Master
    u: Floats
    low: Floats  # (n,) least f of each target at these prices, rounding apart
    bound: float
    complete: bool  # every search was complete
    solved: Solved | None = None


def start(instance: Instance) -> Best:
    """Greedy and local search."""
    given = np.zeros((instance.targets, instance.weapons), dtype=np.int64)
    left = np.empty(instance.targets)
    v, q, cap = instance.value, instance.survival, instance.rounds
    assign_rounds(v, q, cap, LOCAL_WORK, 0, given, left)
    return Best(given, instance.total(given))


def completed(instance: Instance, given: Ints) -> Ints:
    """An assignment with the rounds that it leaves given, and local search."""
    v, q = instance.value, instance.survival
    left = instance.rounds - given.sum(axis=0)
    survives = instance.left(given)
    greedy(v, q, left, given, survives)
    local_search(v, q, left, given, survives, LOCAL_WORK)
    return given


def slack(value: Floats) -> float:
    """What rounding can have added to least f of all targets together."""
    return ROUNDING * math.fsum(np.maximum(value, 1e-300)) * 1.001


def safe_bound(value: Floats, low: Floats, cap: Ints, u: Floats) -> float:
    """The Lagrangian bound, rounded towards less.

    Any prices u >= 0 give a valid one: sum of the least f of each target, less cap * u. Each
    ``low`` is trusted but for ROUNDING, each product for half a last digit; sums are exact.
    """
    paid = cap * u
    terms = [*low.tolist(), *(-paid).tolist()]
    rounding = slack(value) + 2.0**-52 * math.fsum(paid)
    return math.nextafter(math.fsum([*terms, -rounding]), -math.inf)


def find(instance: Instance, best: Best, stop: Stop, tell: Callable[[str], None]) -> Root:
    """Column generation at the root. ``best`` gets the bound and what turns up."""
    n, m = instance.targets, instance.weapons
    work = _Work(instance)
    master = Master(instance)
    master.add([(j, (), float(instance.value[j])) for j in range(n)])
    master.add(columns_of(instance, best.given))
    u = np.zeros(m)
    first_prices(instance.survival, best.given, instance.left(best.given), u)
    work.climb(master, best, u, stop)
    root = Root(master, work.best_u, np.zeros(n), -math.inf, False)
    pull = 0.5
    for turn in range(TURNS):
        solved = master.solve()
        if solved is None:
            break
        root.solved = solved
        if turn == 0:
            work.look(root, work.best_u, stop)
        work.look(root, pull * root.u + (1.0 - pull) * solved.u, stop)
        best.raise_to(root.bound)
        tell(f"prices, turn {turn + 1}: at least {best.bound:.6f}, at most {best.value:.6f}")
        new = master.add(work.columns())
        if solved.value - root.bound <= CLOSE * solved.value or stop():
            break
        if not root.complete and turn >= TURNS_WITHOUT_PROOF:
            break
        if new == 0:
            if pull == 0.0:
                break
            pull = 0.5 * pull if pull > 0.05 else 0.0
    if root.solved is not None:
        best.offer(instance, rounded(instance, master, root.solved.share))
    best.raise_to(root.bound)
    return root


def columns_of(instance: Instance, given: Ints) -> list[tuple[int, SET, float]]:
    """The columns of an assignment."""
    left = instance.left(given)
    weapon = np.arange(instance.weapons)
    return [
        (j, tuple(np.repeat(weapon, given[j]).tolist()), float(left[j]))
        for j in range(instance.targets)
        if given[j].any()
    ]


def rounded(instance: Instance, master: Master, share: Floats) -> Ints:
    """An assignment from shares of columns: the largest first as far as they fit, then search."""
    given = np.zeros((instance.targets, instance.weapons), dtype=np.int64)
    left = instance.rounds.copy()
    done = np.zeros(instance.targets, dtype=bool)
    for c in np.argsort(-share, kind="stable"):
        if share[c] <= 1e-9:
            break
        j = master.target[c]
        need = np.bincount(master.sets[c], minlength=instance.weapons)
        if not done[j] and (need <= left).all():
            given[j] = need
            left -= need
            done[j] = True
    return completed(instance, given)


class _Work:
    """Arrays that the pricing fills, again and again."""

    def __init__(self, instance: Instance) -> None:
        n, m = instance.targets, instance.weapons
        self.instance = instance
        self.sets = np.full((n, DEEPEST), -1, dtype=np.int32)
        self.costs = np.empty(n)
        self.low = np.empty(n)
        self.use = np.zeros(m, dtype=np.int64)
        self.best_u = np.zeros(m)

    def climb(self, master: Master, best: Best, u: Floats, stop: Stop) -> None:
        """Subgradient steps; the sets of the last ones become columns."""
        it = self.instance
        state = np.array([-math.inf, 1.0, 0.0])
        g = np.zeros(it.weapons)
        for turn in range(0, STEPS, STEPS_AT_ONCE):
            rounds = STEPS_AT_ONCE if turn < STEPS - KEPT and it.kill.size < BIG else 1
            for _ in range(STEPS_AT_ONCE // rounds):
                if stop():
                    break
                ascend(
                    it.value, it.survival, it.rounds, u, best.value, state, rounds, SEARCH_WORK,
                    self.sets, self.costs, self.low, self.use, self.best_u, g,
                )  # fmt: skip
                if turn >= STEPS - KEPT:
                    master.add(self.columns())
        master.add(self.columns())

    def look(self, root: Root, u: Floats, stop: Stop) -> None:
        """Price all targets, and keep the prices if their bound is better."""
        it = self.instance
        bad = 0
        for at in range(0, it.targets, BLOCK):
            part = slice(at, at + BLOCK)
            bad += price(
                it.value[part], it.survival[part], u, it.rounds, it.value[part], PROOF_WORK,
                self.sets[part], self.costs[part], self.low[part], self.use,
            )  # fmt: skip
            if stop():
                self.costs[at + BLOCK :] = np.nan
                return
        bound = safe_bound(it.value, self.low, it.rounds, u)
        if bound > root.bound:
            root.bound, root.u, root.low, root.complete = bound, u, self.low.copy(), bad == 0

    def columns(self) -> list[tuple[int, SET, float]]:
        """The sets found last."""
        lists = self.sets.tolist()
        return [
            (j, tuple(sorted(row[: row.index(-1)])), cost)
            for j, (row, cost) in enumerate(zip(lists, self.costs.tolist(), strict=True))
            if cost == cost
        ]
