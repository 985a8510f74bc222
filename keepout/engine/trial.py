"""The five verbs in order, over a range of trials; and one trial with its events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from keepout.engine.draw import draw
from keepout.engine.fight import fight
from keepout.engine.fly import fly
from keepout.engine.land import land
from keepout.engine.physics import Tables, new_tables, own_case
from keepout.engine.queue import EVENTS, LOST_EVENTS
from keepout.engine.see import see, share_tracks
from keepout.engine.state import new_scratch, new_world
from keepout.kernel import kernel
from keepout.records.case import PHYSICS, Case, Rows
from keepout.records.trial import Scratch

BEGIN, END, WHOLE = 1, 2, 3
"""Which verbs to run: draw and fly; see, fight and land; all five. One kernel, compiled once."""


@kernel
def run_range(case, seed, first, last, verbs, world, scratch, out):
    """Run trials first to last - 1, one after another.

    case, world, scratch  Case, World and Scratch (the last two are overwritten)
    seed, first, last     ()  integers
    verbs                 ()  BEGIN, END or WHOLE; END goes on from what BEGIN left of one trial
    out                   (last - first, columns) int32, the Outcome rows
    """
    share_tracks(case.battery, case.radar, scratch.usable)
    for trial in range(first, last):
        if verbs & BEGIN:
            draw(case, seed, trial, scratch.theta)
            fly(case, seed, trial, scratch.theta, world)
        if verbs & END:
            see(case, seed, trial, world, scratch)
            fight(case, seed, trial, world, scratch)
            land(case, seed, trial, world, scratch, out[trial - first])


def trials_kernel(case: Case, seed: int, first: int, last: int, out: np.ndarray) -> None:
    """Fill the Outcome rows of trials first to last - 1 of a Case; releases the GIL."""
    world, scratch = new_world(case), new_scratch(case)
    if case.models[0].fidelity != PHYSICS:
        run_range(case, seed, first, last, WHOLE, world, scratch, out)
        return
    tables = new_tables(case)
    for trial in range(first, last):
        row = out[trial - first : trial - first + 1]
        _run_own(case, seed, trial, world, scratch, row, tables)


def _run_own(
    case: Case, seed: int, trial: int, world: Rows, scratch: Scratch, out: np.ndarray,
    tables: Tables,
) -> Case:  # fmt: skip
    """One trial on tables of its own; returns the Case that has them."""
    run_range(case, seed, trial, trial + 1, BEGIN, world, scratch, out)
    own = own_case(case, seed, trial, world, tables, len(scratch.event) > 0)
    run_range(own, seed, trial, trial + 1, END, world, scratch, out)
    return own


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
    room = 4096
    while True:
        world, scratch, flown = new_world(case), new_scratch(case, room), case
        out = np.zeros((1, columns), np.int32)
        if case.models[0].fidelity == PHYSICS:
            flown = _run_own(case, seed, trial, world, scratch, out, new_tables(case))
        else:
            run_range(case, seed, trial, trial + 1, WHOLE, world, scratch, out)
        if scratch.counts[LOST_EVENTS] == 0:
            events = scratch.event[: scratch.counts[EVENTS]].copy().view(np.recarray)
            events["trial"] = trial
            order = np.argsort(events["t_s"], kind="stable")
            return Recorded(out[0], events[order].view(np.recarray), world, scratch, flown)
        room = int(2 * (room + scratch.counts[LOST_EVENTS]))
