"""The event queue: first looks in order of time, ties by key, however many and however crowded."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.engine.queue import DIGIT, FEW, sort_looks


def sorted_looks(time_s: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(time_s)
    out_s, out_key = np.empty(n), np.empty(n, np.int64)
    work, tally = np.empty((2, n), np.int64), np.empty((2, DIGIT), np.int64)
    sort_looks(time_s, key, n, out_s, out_key, work, tally)
    return out_s, out_key


@pytest.mark.parametrize("n", [0, 1, 2, 200, FEW, FEW + 1, 30_000])
@pytest.mark.parametrize("spread", ["even", "crowded", "equal", "ties"])
def test_looks_come_out_in_order(n: int, spread: str):
    rng = np.random.default_rng(n)
    time_s = {
        "even": rng.uniform(0.0, 2000.0, n),
        "crowded": rng.exponential(1.0, n) ** 6,  # half of them in a thousandth of the time
        "equal": np.full(n, 7.0),
        "ties": np.floor(rng.uniform(0.0, max(1, n // 4), n)),
    }[spread]
    key = rng.permutation(n).astype(np.int64)
    if spread == "equal":
        key = np.sort(key)  # insertion alone is left: already in order, it takes no time
    order = np.lexsort((key, time_s))
    out_s, out_key = sorted_looks(time_s, key)
    np.testing.assert_array_equal(out_s, time_s[order])
    np.testing.assert_array_equal(out_key, key[order])
