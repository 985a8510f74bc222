"""The five verbs in order, over a range of trials; and one trial with its events."""

from __future__ import annotations

import queue
from typing import NamedTuple

import numpy as np

from keepout.engine.draw import draw
from keepout.engine.fight import fight
from keepout.engine.fly import fly, mix_shares
from keepout.engine.land import land
from keepout.engine.physics import Tables, new_tables, own_case
from keepout.engine.plan import fill_plan, new_plan, plan_of
from keepout.engine.queue import EVENTS, LOST_EVENTS
from keepout.engine.see import prepare, see
from keepout.engine.state import new_scratch, new_world
from keepout.kernel import lean
from keepout.records.case import PHYSICS, Case, Rows
from keepout.records.plan import Plan
from keepout.records.trial import Scratch

BEGIN, END, WHOLE = 1, 2, 3
"""Which verbs to run: draw and fly; see, fight and land; all five. One kernel, compiled once."""


@lean
def run_range(case, plan, seed, first, last, verbs, world, scratch, out):
    """Run trials first to last - 1, one after another.

    case, plan            Case and its Plan
    world, scratch        World and Scratch, overwritten
    seed, first, last     ()  integers
    verbs                 ()  BEGIN, END or WHOLE; END goes on from what BEGIN left of one trial
    out                   (last - first, columns) int32, the Outcome rows
    """
    whole = 1 if len(scratch.event) > 0 or case.models[0].fidelity == PHYSICS else 0
    for trial in range(first, last):
        if verbs & BEGIN:
            if trial % 2 == 0 or trial == first:  # the second of a pair has the same draw
                draw(case, seed, trial, scratch.theta)
                mix_shares(case, plan, scratch.theta, scratch.share)
            fly(case, plan, seed, trial, whole, world, scratch)
            prepare(case, plan, seed, trial, world, scratch)
        if verbs & END:
            see(case, plan, seed, trial, world, scratch)
            fight(case, plan, seed, trial, world, scratch)
            land(case, plan, seed, trial, world, scratch, out[trial - first])


class Room(NamedTuple):
    """The arrays that one thread works in, from one range of trials to the next."""

    world: Rows
    scratch: Scratch
    plan: Plan  # physics: of the trial's own tables
    tables: Tables | None  # physics


class Engine:
    """A Case made ready: any thread may run any range of its trials.

    The Plan is made once; worlds and scratches are handed from one range to the next, so there
    are as many as there were threads at once.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.physics = case.models[0].fidelity == PHYSICS
        self.plan = plan_of(case)
        self.rooms: queue.SimpleQueue[Room] = queue.SimpleQueue()

    def room(self, events: int = 0) -> Room:
        """Arrays for one thread; ``events`` is the room for recorded events."""
        world, scratch = new_world(self.case), new_scratch(self.case, events)
        if not self.physics:
            return Room(world, scratch, self.plan, None)
        return Room(
            world, scratch, new_plan(self.case, len(self.case.threat)), new_tables(self.case)
        )

    def run(self, seed: int, first: int, last: int, out: np.ndarray) -> None:
        """Fill the Outcome rows of trials first to last - 1; releases the GIL."""
        try:
            room = self.rooms.get_nowait()
        except queue.Empty:
            room = self.room()
        if self.physics:
            for trial in range(first, last):
                self.run_own(seed, trial, room, out[trial - first : trial - first + 1])
        else:
            run_range(self.case, self.plan, seed, first, last, WHOLE, room.world, room.scratch, out)
        self.rooms.put(room)

    def run_own(self, seed: int, trial: int, room: Room, out: np.ndarray) -> Case:
        """One trial on tables of its own; returns the Case that has them."""
        assert room.tables is not None
        world, scratch = room.world, room.scratch
        run_range(self.case, self.plan, seed, trial, trial + 1, BEGIN, world, scratch, out)
        own = own_case(self.case, seed, trial, world, scratch, room.tables)
        fill_plan(own, room.plan)
        run_range(own, room.plan, seed, trial, trial + 1, END, world, scratch, out)
        return own


def trials_kernel(case: Case, seed: int, first: int, last: int, out: np.ndarray) -> None:
    """Fill the Outcome rows of trials first to last - 1 of a Case, which is made ready first."""
    Engine(case).run(seed, first, last, out)


class Recorded(NamedTuple):
    """One trial with everything that happened in it."""

    row: np.ndarray  # (columns,) its Outcome
    events: Rows  # EVENT rows in order of time
    world: Rows  # (n,) WORLD, and
    scratch: Scratch  # Scratch, as the trial left them
    case: Case  # whose tables the World's lanes point into: the trial's own in physics


def record_trial(case: Case, seed: int, trial: int, columns: int) -> Recorded:
    """One trial again, with everything that happened in it.

    A buffer that overflows repeats the trial with a larger one.
    """
    engine = Engine(case)
    events = 4096
    while True:
        room, flown = engine.room(events), case
        scratch = room.scratch
        out = np.zeros((1, columns), np.int32)
        if engine.physics:
            flown = engine.run_own(seed, trial, room, out)
        else:
            run_range(case, engine.plan, seed, trial, trial + 1, WHOLE, room.world, scratch, out)
        if scratch.counts[LOST_EVENTS] == 0:
            found = scratch.event[: scratch.counts[EVENTS]].copy().view(np.recarray)
            found["trial"] = trial
            order = np.argsort(found["t_s"], kind="stable")
            return Recorded(out[0], found[order].view(np.recarray), room.world, scratch, flown)
        events = int(2 * (events + scratch.counts[LOST_EVENTS]))
