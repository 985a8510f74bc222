"""The event queue: parts of the time, the order within one, and the heap; ties go by key."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.engine.queue import COUNTS, HEAP, insert, part_of, parts_for, pop, push


def times(spread: str, n: int) -> np.ndarray:
    rng = np.random.default_rng(n)
    return {
        "even": rng.uniform(0.0, 2000.0, n),
        "crowded": rng.exponential(1.0, n) ** 6,  # half of them in a thousandth of the time
        "equal": np.full(n, 7.0),
        "ties": np.floor(rng.uniform(0.0, max(1, n // 4), n)),
    }[spread]


@pytest.mark.parametrize("n", [1, 2, 200, 3000])
@pytest.mark.parametrize("spread", ["even", "crowded", "equal", "ties"])
def test_looks_come_out_in_order(n: int, spread: str):
    time_s = times(spread, n)
    key = np.random.default_rng(n).permutation(n).astype(np.int64)
    order = np.lexsort((key, time_s))
    out_s, out_key = np.empty(n), np.empty(n, np.int64)
    heap_s, heap_key, count = np.empty(n + 1), np.empty(n + 1, np.int64), np.zeros(COUNTS, int)
    for k in range(n):
        insert(out_s, out_key, k, time_s[k], key[k])
        push(heap_s, heap_key, count, time_s[k], key[k])
    np.testing.assert_array_equal(out_s, time_s[order])
    np.testing.assert_array_equal(out_key, key[order])
    assert [pop(heap_s, heap_key, count)[1] for _ in range(n)] == key[order].tolist()
    assert count[HEAP] == 0


@pytest.mark.parametrize("spread", ["even", "crowded", "equal", "ties"])
def test_a_later_moment_never_falls_in_an_earlier_part(spread: str):
    time_s = np.sort(times(spread, 3000))
    parts, first_s, last_s = parts_for(3000), time_s[0] + 1e-9, time_s[-1] * 0.99
    per_s = parts / (last_s - first_s) if last_s > first_s else 0.0
    found = np.array([part_of(t_s, first_s, per_s, parts) for t_s in time_s])
    assert np.all(np.diff(found) >= 0)
    assert 0 <= found[0] <= found[-1] < parts


@pytest.mark.parametrize("looks", [0, 1, 5, 1800, 90_000])
def test_parts_are_a_few_looks_each(looks: int):
    assert looks / 8 <= parts_for(looks) <= max(looks / 2, 2)
