"""Assignment inside a trial: greedy, local search, bound."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from numba import config

from keepout.battle.assign import (
    MANY,
    STEPS,
    WORK,
    assign_rounds,
    greedy,
    plan_rounds,
    take_over,
)


def raid(targets: int, batteries: int, rounds: int, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Values, survivals (half the pairs out of reach), rounds."""
    some = np.random.default_rng(seed)
    reach = some.uniform(size=(targets, batteries)) < 0.5
    kill = some.uniform(0.5, 0.9, (targets, batteries)) * reach
    return some.uniform(1, 100, targets), 1.0 - kill, np.full(batteries, rounds)


def decide(v, q, cap, work=WORK, steps=STEPS):
    x, c = np.empty(q.shape, dtype=np.int64), np.empty(len(v))
    value, bound = assign_rounds(v, q, cap, work, steps, x, c)
    return value, bound, x, c


def brute(v, q, cap):
    """The least over all assignments of single rounds."""
    n, m = q.shape
    rounds = [i for i in range(m) for _ in range(cap[i])]
    least = v.sum()
    for choice in itertools.product(range(n), repeat=len(rounds)):
        c = v.copy()
        for i, j in zip(rounds, choice):
            c[j] *= q[j, i]
        least = min(least, c.sum())
    return least


@pytest.mark.parametrize("seed", range(20))
def test_between_the_bound_and_greedy_lies_the_optimum(seed):
    v, q, cap = raid(4, 3, 2, seed)
    exact = brute(v, q, cap)
    alone, _, _, _ = decide(v, q, cap, work=0)
    value, bound, x, c = decide(v, q, cap)
    assert bound <= exact * (1 + 1e-12)
    assert exact <= value * (1 + 1e-12)
    assert value <= alone * (1 + 1e-12)
    assert bound > 0.0
    assert (x.sum(axis=0) <= cap).all()
    assert (x >= 0).all()
    assert c == pytest.approx(v * np.prod(q**x, axis=1), rel=1e-12)
    assert value == pytest.approx(c.sum(), rel=1e-12)


def planned(v, q, cap, room, size, once):
    """A plan under limits, with the room that it works in."""
    n, m = q.shape
    used, x, c = np.zeros(n, np.int64), np.zeros((n, m), np.int64), np.zeros(n)
    limits = (used, np.asarray(room), np.asarray(size), np.asarray(once))
    left, few, items = (np.zeros(m, np.int64) for _ in range(3))
    u, use, ratio, best_u = (np.zeros(m) for _ in range(4))
    value, bound = plan_rounds(
        v, q, np.zeros((n, m)), cap, limits, x, c, left, np.zeros(n, np.int64), few, np.zeros(n),
        u, use, ratio, best_u, items,
    )  # fmt: skip
    return value, bound, x, c, left, limits


def fitting(x, room, size, once):
    """Whether a plan keeps to its limits: what is too large stands alone."""
    used = x @ size
    alone = (x.sum(axis=1) == 1) & (room > 0)
    return (x <= once).all() and ((used <= room) | alone).all()


def brute_limited(v, q, cap, room, size, once):
    """The least over all plans within limits, each pair given 0, 1 or 2 salvos."""
    n, m = q.shape
    least = v.sum()
    for choice in itertools.product(range(3), repeat=n * m):
        x = np.reshape(choice, (n, m))
        if (x.sum(axis=0) <= cap).all() and fitting(x, room, size, once):
            least = min(least, float((v * np.prod(q**x, axis=1)).sum()))
    return least


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_keeps_to_the_limits_of_each_target_and_its_bound_holds(seed):
    some = np.random.default_rng(seed)
    v, q, cap = raid(3, 3, 2, seed)
    room, size = some.integers(0, 4, 3), some.integers(1, 3, 3)
    once = np.where(some.uniform(size=3) < 0.5, 1, MANY)
    exact = brute_limited(v, q, cap, room, size, once)
    value, bound, x, c, left, limits = planned(v, q, cap, room, size, once)
    assert fitting(x, room, size, once)
    assert x.sum(axis=0) + left == pytest.approx(cap)
    assert limits[0] == pytest.approx(x @ size)
    assert bound <= exact * (1 + 1e-12)
    assert exact <= value * (1 + 1e-12)
    assert c == pytest.approx(v * np.prod(q**x, axis=1), rel=1e-12)
    assert (x[room <= 0] == 0).all()


def test_of_plans_that_are_as_good_the_one_that_fires_now_is_taken():
    v, q = np.ones(4), np.full((4, 2), 0.4)
    value, _, x, c, left, limits = planned(
        v, q, np.array([1, 1]), np.full(4, 2), np.array([1, 1]), np.array([1, 1])
    )
    assert x.sum() == 2
    for b in range(4):
        assert take_over(v, q, left, x, c, limits, b, 0) or x[b, 0] == 1
        assert x[b, 0] == 1
        assert c.sum() == pytest.approx(value, rel=1e-12)
        assert limits[0] == pytest.approx(x.sum(axis=1))
    worth = np.array([1.0, 1.0, 1.0, 0.9])  # the last is worth less: it is not given a round
    _, _, x, c, left, limits = planned(
        worth, q, np.array([1, 1]), np.full(4, 2), np.array([1, 1]), np.array([1, 1])
    )
    assert not take_over(worth, q, left, x, c, limits, 3, 0)


def test_a_round_that_is_left_goes_for_one_that_is_not():
    """Target 0 has the only round of weapon 0; weapon 1 is as good and has two."""
    v, q = np.ones(1), np.full((1, 2), 0.4)
    _, _, x, c, left, limits = planned(
        v, q, np.array([1, 2]), np.array([1]), np.array([1, 1]), np.array([1, 1])
    )
    assert (x.tolist(), left.tolist()) == ([[1, 0]], [0, 2])
    assert take_over(v, q, left, x, c, limits, 0, 1)
    assert (x.tolist(), left.tolist(), c.tolist()) == ([[0, 1]], [1, 1], [0.4])


def test_greedy_is_optimal_where_only_the_target_counts():
    """den Broeder, Ellison and Emerling, Operations Research 7 (1959) 322."""
    some = np.random.default_rng(3)
    for _ in range(10):
        v = some.uniform(1, 10, 4)
        q = np.repeat(some.uniform(0.1, 0.9, (4, 1)), 2, axis=1)
        cap = np.array([3, 2])
        x, c = np.zeros((4, 2), dtype=np.int64), v.copy()
        assert greedy(v, q, cap.copy(), x, c) == 5
        assert c.sum() == pytest.approx(brute(v, q, cap), rel=1e-12)


def test_more_steps_and_more_work_never_harm():
    v, q, cap = raid(60, 8, 6)
    bounds = [decide(v, q, cap, steps=steps)[1] for steps in (5, 20, 80)]
    values = [decide(v, q, cap, work=work)[0] for work in (0, 10_000, 1_000_000)]
    assert bounds == sorted(bounds)
    assert values == sorted(values, reverse=True)
    assert bounds[-1] > 0.8 * values[-1]  # the gap of a bound that says nothing would be 1


def test_nothing_is_fired_where_nothing_can_be_hit():
    v = np.array([3.0, 0.0])
    value, bound, x, _ = decide(v, np.array([[1.0, 1.0], [0.2, 0.2]]), np.array([2, 2]))
    assert (value, bound) == (3.0, pytest.approx(3.0))
    assert x.sum() == 0


def test_a_certain_kill_is_used_once():
    v = np.array([5.0, 3.0, 2.0])
    value, bound, x, _ = decide(v, np.zeros((3, 1)), np.array([2]))
    assert value == 2.0
    assert x[:, 0].tolist() == [1, 1, 0]
    assert bound <= 2.0


def test_a_decision_does_not_depend_on_the_machine():
    v, q, cap = raid(200, 14, 10)
    first, again = decide(v, q, cap), decide(v, q, cap)
    assert first[:2] == again[:2]
    assert (first[2] == again[2]).all()


@pytest.mark.skipif(config.DISABLE_JIT, reason="measures compiled code")
def test_a_large_raid_is_decided_within_five_milliseconds():
    """The goal for 200 threats and 14 batteries; ten times that would fail anywhere."""
    for rounds in (2, 10, 40):
        v, q, cap = raid(200, 14, rounds)
        x, c = np.empty(q.shape, dtype=np.int64), np.empty(len(v))
        took = []
        for _ in range(7):
            begin = time.process_time()
            assign_rounds(v, q, cap, WORK, STEPS, x, c)
            took.append(time.process_time() - begin)
        assert min(took) < 0.05
