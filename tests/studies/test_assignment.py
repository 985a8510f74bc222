"""Weapon-target assignment to proven optimality."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from keepout.battle.columns import restrict
from keepout.battle.pricing import DEEPEST, PROVEN, ROUNDING, search
from keepout.studies.assignment.continuous import continuous
from keepout.studies.assignment.instance import Instance
from keepout.studies.assignment.pool import gather
from keepout.studies.assignment.root import find, safe_bound, start
from keepout.studies.assignment.solve import Answer, solve
from keepout.studies.assignment.tree import Tree


def instance(weapons, targets, rounds=1, low=0.0, high=1.0, seed=0) -> Instance:
    some = np.random.default_rng(seed)
    value = some.integers(1, 100, targets).astype(float)
    kill = some.uniform(low, high, (targets, weapons))
    return Instance(value, kill, np.full(weapons, rounds, dtype=np.int64))


def brute(it: Instance) -> float:
    """The least over all assignments."""
    fired = [i for i in range(it.weapons) for _ in range(it.rounds[i])]
    least = math.inf
    for choice in itertools.product(range(it.targets), repeat=len(fired)):
        given = np.zeros((it.targets, it.weapons), dtype=np.int64)
        np.add.at(given, (list(choice), fired), 1)
        least = min(least, it.total(given))
    return least


def holds(it: Instance, answer: Answer) -> None:
    """The answer is an assignment, of the value it says, and the bound is below it."""
    assert (answer.given >= 0).all()
    assert (answer.given.sum(axis=0) <= it.rounds).all()
    left = it.value * np.prod((1.0 - it.kill) ** answer.given, axis=1)
    assert answer.value == pytest.approx(left.sum(), rel=1e-12)
    assert answer.bound <= answer.value
    assert answer.gap >= 0.0


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weapons, targets, rounds", [(5, 4, 1), (3, 3, 2), (2, 4, 3)])
def test_small_ones_against_every_assignment(weapons, targets, rounds, seed):
    it = instance(weapons, targets, rounds, seed=seed)
    answer = solve(it)
    holds(it, answer)
    exact = brute(it)
    assert answer.proven
    assert answer.limit == ""
    assert answer.value == pytest.approx(exact, rel=1e-9)
    assert answer.bound <= exact * (1.0 + 1e-15)


@pytest.mark.parametrize("seed", range(4))
def test_never_worse_than_greedy_and_proven(seed):
    it = instance(30, 60, 3, seed=seed)
    answer = solve(it)
    holds(it, answer)
    assert answer.proven
    assert answer.value <= start(it).value


def test_only_the_target_counts():
    """den Broeder, Ellison and Emerling (1959): greedy is the optimum, and is proven to be."""
    some = np.random.default_rng(5)
    kill = np.repeat(some.uniform(0.3, 0.9, (25, 1)), 60, axis=1)
    it = Instance(some.uniform(1, 100, 25), kill, np.ones(60, dtype=np.int64))
    answer = solve(it)
    holds(it, answer)
    left = it.value.copy()
    for _ in range(60):
        j = np.argmax(left * kill[:, 0])
        left[j] *= 1.0 - kill[j, 0]
    assert answer.proven
    assert answer.value == pytest.approx(left.sum(), rel=1e-12)


def test_the_bound_is_below_the_exact_sum_of_fractions():
    """The Lagrangian bound of any prices, against exact arithmetic over every set."""
    it = instance(6, 5, seed=2)
    some = np.random.default_rng(0)
    for _ in range(5):
        u = some.uniform(0, 30, 6)
        low = np.empty(5)
        sets, costs = np.empty((1, DEEPEST), dtype=np.int32), np.empty(1)
        exact = Fraction(0)
        for j in range(5):
            end, _, low[j] = search(
                it.value[j], it.survival[j], u, it.rounds, it.value[j], 1, 10**6, 0, sets, costs
            )
            assert end == PROVEN
            exact += min(
                math.prod((1 - Fraction(it.kill[j, i]) for i in chosen), start=Fraction(v))
                + sum(Fraction(u[i]) for i in chosen)
                for v in [it.value[j]]
                for k in range(7)
                for chosen in itertools.combinations(range(6), k)
            )
        exact -= sum(Fraction(price) for price in u)
        bound = Fraction(safe_bound(it.value, low, it.rounds, u))
        assert bound <= exact
        assert float(exact - bound) <= 4 * ROUNDING * it.value.sum()


def test_every_set_below_a_bound_is_found_once():
    it = instance(8, 1, 2, 0.2, 0.9, seed=4)
    u = np.random.default_rng(1).uniform(1, 8, 8)
    below = 0.6 * it.value[0]
    sets, costs = np.full((5000, DEEPEST), -1, dtype=np.int32), np.empty(5000)
    end, found, _ = search(
        it.value[0], it.survival[0], u, it.rounds, below, 0, 10**7, 0, sets, costs
    )
    assert end == PROVEN
    mine = {tuple(sorted(row[: list(row).index(-1)].tolist())) for row in sets[:found]}
    assert len(mine) == found
    want = set()
    for counts in itertools.product(range(3), repeat=8):
        f = it.value[0] * np.prod(it.survival[0] ** np.array(counts)) + u @ counts
        if f < below:
            want.add(tuple(np.repeat(np.arange(8), counts).tolist()))
    assert mine == want
    assert len(want) > 20


def test_decisions_leave_what_they_should():
    first = np.array([0, 3, 5])
    begin, weapon, count = np.array([0, 1, 2, 2, 3, 4]), np.array([0, 0, 0, 1]), None
    count = np.array([1, 2, 1, 1])
    cap = np.array([2, 1])
    allowed = np.empty(5, dtype=np.int64)

    def left(*made):
        restrict(first, begin, weapon, count, cap,
                 np.array(made, dtype=np.int64).reshape(-1, 4), allowed)  # fmt: skip
        return allowed.tolist()

    assert left() == [1, 1, 1, 1, 1]
    assert left((0, 0, 1, 1)) == [1, 1, 0, 1, 1]
    assert left((0, 0, 2, 1)) == [0, 1, 0, 0, 1]  # both rounds are promised
    assert left((0, 0, 1, 0)) == [0, 0, 1, 1, 1]
    assert left((0, 0, 1, 1), (1, 0, 1, 1)) == [1, 0, 0, 1, 0]


def test_a_tree_alone_proves_what_column_generation_left_open():
    it = instance(12, 24, 3, seed=1)
    best = start(it)
    root = find(it, best, lambda: False, lambda _: None)
    pool = gather(it, root.u, root.low, best.value - root.bound + 1.0, lambda: False)
    worst = np.zeros((24, 12), dtype=np.int64)
    best.given, best.value, best.bound = worst, it.total(worst), 0.0
    outside = root.bound + pool.room
    assert Tree(it, best, pool, outside).run(lambda: False, lambda _: None)
    assert best.value == pytest.approx(solve(it).value, rel=1e-9)
    assert best.bound >= min(best.value, outside) * (1 - 1e-9)


def test_the_same_twice_and_in_any_order_of_weapons():
    it = instance(20, 40, 3, seed=7)
    first, again = solve(it), solve(it)
    assert (first.given == again.given).all()
    turned = Instance(it.value, np.ascontiguousarray(it.kill[:, ::-1]), it.rounds)
    assert solve(turned).value == pytest.approx(first.value, rel=1e-9)


def test_a_time_limit_gives_the_incumbent_and_a_valid_bound():
    it = instance(40, 80, 3, seed=3)
    answer = solve(it, 1e-9)
    holds(it, answer)
    assert not answer.proven
    assert "time limit" in answer.limit
    assert answer.bound <= solve(it).value <= answer.value


def test_an_interruption_gives_the_incumbent_and_a_valid_bound():
    it = instance(40, 80, 3, seed=3)

    def tell(text: str) -> None:
        if "turn 5" in text:
            raise KeyboardInterrupt

    answer = solve(it, tell=tell)
    holds(it, answer)
    assert answer.interrupted
    assert 0.0 < answer.bound <= solve(it).value <= answer.value


def test_beyond_the_size_of_the_proof_it_says_so():
    """Hundreds of weak rounds on each target: their sets are past counting."""
    some = np.random.default_rng(0)
    kill = some.uniform(0.01, 0.05, (3, 4))
    it = Instance(np.array([50.0, 80.0, 30.0]), kill, np.full(4, 120, dtype=np.int64))
    answer = solve(it, 60.0)
    holds(it, answer)
    assert not answer.proven
    assert "size limit" in answer.limit
    assert answer.bound > 0.98 * answer.value  # the relaxation still says something


def test_split_rounds_bound_whole_ones_and_meet_them_where_they_may():
    """Against the closed form of equal targets, and below the optimum in whole rounds."""
    it = Instance(np.full(4, 10.0), np.full((4, 1), 0.5), np.array([6]))
    bound, _ = continuous(it)
    assert bound == pytest.approx(40.0 * 0.5**1.5, rel=1e-8)
    assert bound < solve(it).value
    held, _ = continuous(it, np.array([6, 0, 0, 0]))
    assert held == pytest.approx(30.0 + 10.0 * 0.5**6, rel=1e-8)
    for seed in range(3):
        some = instance(10, 8, 2, seed=seed)
        assert continuous(some)[0] <= solve(some).value


@pytest.mark.parametrize(
    "value, kill, rounds, least",
    [
        ([5.0], [[0.5]], [1], 2.5),
        ([5.0, 0.0], [[0.0, 0.0], [0.0, 0.0]], [1, 1], 5.0),
        ([0.0, 0.0], [[0.5, 0.0], [0.0, 0.5]], [1, 1], 0.0),
        ([5.0, 3.0, 2.0], [[1.0, 1.0], [1.0, 1.0], [0.5, 1.0]], [1, 1], 2.0),
        ([5.0, 3.0], [[1.0, 1.0], [1.0, 1.0]], [1, 1], 0.0),
        ([1e-12, 1e9], [[0.5], [0.25]], [1], 0.75e9),
    ],
)
def test_at_the_edges(value, kill, rounds, least):
    it = Instance(np.array(value), np.array(kill), np.array(rounds, dtype=np.int64))
    answer = solve(it)
    holds(it, answer)
    assert answer.proven
    assert answer.value == pytest.approx(least, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("weapons, targets", [(100, 100), (200, 100), (500, 500)])
def test_random_ones_are_proven(weapons, targets):
    it = instance(weapons, targets, 1, 0.6, 0.9, seed=weapons + targets)
    answer = solve(it)
    holds(it, answer)
    assert answer.proven
