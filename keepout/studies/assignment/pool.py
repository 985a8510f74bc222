"""Every column that an assignment better than the best known can use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from keepout.battle.columns import pack
from keepout.battle.pricing import DEEPEST, PROVEN, ROUNDING, search
from keepout.studies.assignment.instance import Floats, Instance, Ints
from keepout.studies.assignment.master import SET

Short = npt.NDArray[np.int32]
MOST_COLUMNS = 1_000_000
MOST_OF_TARGET = 100_000
"""Columns of a pool, and of one target."""
SEARCH_WORK = 20_000_000
"""Sets looked at for one target."""


@dataclass(frozen=True)
class Pool:
    """Columns by target, as ``battle.columns`` describes them; every other one costs more.

    ``room`` is how much more than the least of its target at the prices ``u``: an assignment
    that uses a column outside has at least the bound of these prices and ``room``.
    """

    first: Ints
    cost: Floats
    begin: Ints
    weapon: Ints
    count: Ints
    u: Floats
    room: float

    @property
    def parts(self) -> tuple[Ints, Floats, Ints, Ints, Ints]:
        """The arrays, in the order of the kernels."""
        return self.first, self.cost, self.begin, self.weapon, self.count

    @property
    def target(self) -> Ints:
        """The target of each column."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def set_of(self, column: int) -> SET:
        """The weapons of a column, one entry for each round."""
        span = slice(int(self.begin[column]), int(self.begin[column + 1]))
        return tuple(np.repeat(self.weapon[span], self.count[span]).tolist())

    def part(self, columns: Ints) -> tuple[Ints, Ints, Ints]:
        """begin, weapon and count of some columns."""
        sizes = np.diff(self.begin)[columns]
        begin = np.concatenate([[0], np.cumsum(sizes)])
        at = np.repeat(self.begin[columns] - begin[:-1], sizes) + np.arange(begin[-1])
        return begin, self.weapon[at], self.count[at]


def gather(
    instance: Instance, u: Floats, low: Floats, room: float, stop: Callable[[], bool]
) -> Pool | None:
    """All columns that cost at most ``room`` above ``low``; None if there are too many."""
    sets = np.full((MOST_OF_TARGET, DEEPEST), -1, dtype=np.int32)
    costs = np.empty(MOST_OF_TARGET)
    ends = np.empty(MOST_OF_TARGET, dtype=np.int64)
    weapon = np.empty(MOST_OF_TARGET * 8, dtype=np.int32)
    count = np.empty(MOST_OF_TARGET * 8, dtype=np.int32)
    found: list[tuple[Floats, Ints, Short, Short]] = []
    total = 0
    for j in range(instance.targets):
        v = float(instance.value[j])
        below = float(low[j]) + room + 2.0 * ROUNDING * (v + room)
        end, number, _ = search(
            v, instance.survival[j], u, instance.rounds, below, 0, SEARCH_WORK, 0, sets, costs
        )
        total += number
        if end != PROVEN or total > MOST_COLUMNS or stop():
            return None
        used = pack(sets, number, weapon, count, ends)
        if used < 0:
            return None
        found.append(
            (costs[:number].copy(), ends[:number].copy(), weapon[:used].copy(),
             count[:used].copy())
        )  # fmt: skip
    return _joined(found, u, room)


def _joined(found: list[tuple[Floats, Ints, Short, Short]], u: Floats, room: float) -> Pool:
    """The columns of all targets behind each other."""
    numbers = [len(costs) for costs, *_ in found]
    entries = np.cumsum([0, *(len(weapon) for *_, weapon, _ in found)])
    ends = [part[1] + at for part, at in zip(found, entries[:-1], strict=True)]
    return Pool(
        np.concatenate([[0], np.cumsum(numbers)]).astype(np.int64),
        np.concatenate([part[0] for part in found]),
        np.concatenate([[0], *ends]).astype(np.int64),
        np.concatenate([part[2] for part in found]).astype(np.int64),
        np.concatenate([part[3] for part in found]).astype(np.int64),
        u.copy(),
        room,
    )
