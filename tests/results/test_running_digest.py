"""The digest taken as blocks come: that of all rows at once, in whatever order they come."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.results.rows import RunningDigest, digest
from keepout.results.stored import compact

ROWS = np.arange(3000, dtype=np.int32).reshape(1000, 3) * 7919 % 4001
BLOCK = 100


@pytest.mark.parametrize(
    "order",
    [
        list(range(10)),
        [1, 0, 3, 2, 5, 4, 7, 6, 9, 8],
        list(reversed(range(10))),  # more than can wait: read again at the end
        [0, 1, 2, 5],  # some were on the disk before
        [],
    ],
)
def test_blocks_in_any_order_give_the_digest_of_all_rows(order):
    found = RunningDigest()
    for block in order:
        found.take(block * BLOCK, ROWS[block * BLOCK : (block + 1) * BLOCK])
        assert len(found.waiting) <= RunningDigest.WAITING
    assert found.of(ROWS, len(ROWS)) == digest(ROWS)
    assert found.of(ROWS, len(ROWS)) == digest(ROWS)  # asking changes nothing
    assert found.of(ROWS, 150) == digest(ROWS[:150])  # fewer than were taken, or more
    assert found.of(ROWS, 990) == digest(ROWS[:990])


def test_blocks_in_turn_are_not_read_again():
    found = RunningDigest()
    for first in range(0, len(ROWS), BLOCK):
        found.take(first, ROWS[first : first + BLOCK])
    assert found.of(None, len(ROWS)) == digest(ROWS)


@pytest.mark.parametrize(
    "high, kind",
    [(255, np.uint8), (256, np.uint16), (70_000, np.int32), (2**31, np.int64)],
)
def test_whole_numbers_take_the_smallest_type_that_holds_them(high, kind):
    values = np.array([0, high], np.int64)
    assert compact(values).dtype == kind
    assert np.array_equal(compact(values), values)
    assert compact(np.array([-1, 5])).dtype == np.int32
