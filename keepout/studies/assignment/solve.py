"""The door: an instance in, the best assignment with bound and gap out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from keepout.battle.assign import lagrangian
from keepout.engine.interrupts import Interrupts
from keepout.kernel import is_compiled
from keepout.studies.assignment.continuous import continuous
from keepout.studies.assignment.instance import Instance, Ints
from keepout.studies.assignment.pool import MOST_COLUMNS, gather
from keepout.studies.assignment.root import CLOSE, Best, Root, find, start
from keepout.studies.assignment.tree import Tree

PROOF = 1e-9
"""A gap below this share of the value counts as none."""
MOST_SPLIT = 20_000
"""Pairs for which the convex problem is solved."""
FIRST_ROOM = 0.05
"""Share of the gap with which a pool too large is tried again, and by which it grows."""


@dataclass(frozen=True)
class Answer:
    """The best assignment found, and what is proven of all others.

    ``given`` (n, m) rounds; ``bound`` no assignment has less; ``limit`` says why there is no
    proof, "" if there is one.
    """

    given: Ints
    value: float
    bound: float
    seconds: float
    limit: str = ""
    interrupted: bool = False

    @property
    def gap(self) -> float:
        """What a better assignment could save at most, as a share of the value."""
        return (self.value - self.bound) / self.value if self.value > 0.0 else 0.0

    @property
    def proven(self) -> bool:
        """Whether no assignment is better by more than one part in 1e9."""
        return self.gap <= PROOF


def solve(
    instance: Instance,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Answer:
    """Assign rounds to targets so that the least value survives, and prove it if possible.

    Without a limit it works until the proof is there or a limit of size is met. An interruption
    (Ctrl-C) gives back what is known until then.
    """
    begin_s = time.monotonic()
    asked = Interrupts()

    def late() -> bool:
        return time_limit_s is not None and time.monotonic() - begin_s >= time_limit_s

    few, kind = instance.merged()
    limit, interrupted = "", False
    with asked.watching():  # a raised Ctrl-C would be lost inside a compilation
        best = start(few)
        try:
            limit = _prove(few, best, lambda: asked.stop.is_set() or late(), tell)
        except KeyboardInterrupt:  # the second one
            interrupted = True
    if interrupted or asked.stop.is_set():
        limit, interrupted = "it was interrupted", True
    elif late():
        limit = f"the time limit of {time_limit_s:g} s was reached"
    given = instance.split(best.given, kind)
    value = instance.total(given)
    seconds = time.monotonic() - begin_s
    answer = Answer(given, value, min(best.bound, value), seconds, limit, interrupted)
    return replace(answer, limit="") if answer.proven else answer


def is_cold() -> bool:
    """Whether the kernels have yet to be compiled."""
    return not is_compiled("columns.restrict-", "battle/columns.py")


def warm() -> None:
    """Compile all that a proof needs, by way of an instance too small to matter."""
    kill = np.array([[0.7, 0.6, 0.5], [0.6, 0.7, 0.55], [0.5, 0.55, 0.7]])
    tiny = Instance(np.array([3.0, 2.0, 4.0]), kill, np.full(3, 2, dtype=np.int64))
    best = start(tiny)
    root = find(tiny, best, lambda: False, lambda _: None)
    pool = gather(tiny, root.u, root.low, 1.0, lambda: False)
    if pool is not None:
        best.bound = 0.0
        Tree(tiny, best, pool, np.inf).run(lambda: False, lambda _: None)


def _prove(
    instance: Instance, best: Best, stop: Callable[[], bool], tell: Callable[[str], None]
) -> str:
    """Bound and search; why there is no proof, or "" ."""
    if not best.is_open():
        return ""
    root = find(instance, best, stop, tell)
    if stop():
        return ""
    if not root.complete:
        best.raise_to(_parted(instance))
        return (
            "beyond the size limit of the proof: so many rounds belong on one target that their "
            "sets cannot be listed"
        )
    return _search(instance, best, root, stop, tell) if best.is_open() else ""


def _parted(instance: Instance) -> float:
    """The bound when rounds may be split, from the prices of the convex problem; 0 if too large.

    Rounds may be many here, so that each adds its own rounding.
    """
    v, q, cap = instance.value, instance.survival, instance.rounds
    if q.size > MOST_SPLIT:
        return 0.0
    _, u = continuous(instance)
    bound = float(lagrangian(v, q, cap, u.copy(), float(v.sum()), 1, np.empty(len(u))))
    rounding = 2.0**-50 * float(cap.sum() + q.size) * float(v.sum())
    return max(0.0, bound - rounding)


def _search(
    instance: Instance, best: Best, root: Root, stop: Callable[[], bool],
    tell: Callable[[str], None],
) -> str:  # fmt: skip
    """Pools that grow until one holds every column that can matter, each searched."""
    room, fits = best.value - root.bound, True
    while True:
        pool = gather(instance, root.u, root.low, room, stop)
        if stop():
            return ""
        if pool is None:
            if not fits or room <= CLOSE * best.value:
                return f"beyond the size limit of the proof: {MOST_COLUMNS:,} columns"
            room *= FIRST_ROOM
            continue
        outside = np.inf if room >= best.value - root.bound else root.bound + room
        tell(f"{len(pool.cost):,} columns can matter")
        done = Tree(instance, best, pool, outside).run(stop, tell)
        if not done or outside == np.inf or not best.is_open():
            return ""
        fits = False
        room = min(room / FIRST_ROOM**0.5, best.value - root.bound)
