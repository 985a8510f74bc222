"""The five verbs in order, over a range of trials; and one trial with its events."""

from __future__ import annotations

import numpy as np

from keepout.engine.draw import draw
from keepout.engine.fight import fight
from keepout.engine.fly import fly
from keepout.engine.land import land
from keepout.engine.queue import EVENTS, LOST_EVENTS
from keepout.engine.see import see, share_tracks
from keepout.engine.state import new_scratch, new_world
from keepout.kernel import kernel
from keepout.records.case import Case, Rows
from keepout.records.trial import Scratch


@kernel
def run_range(case, seed, first, last, world, scratch, out):
    """Run trials first to last - 1, one after another.

    case, world, scratch  Case, World and Scratch (the last two are overwritten)
    seed, first, last     ()  integers
    out                   (last - first, columns) int32, the Outcome rows
    """
    share_tracks(case.battery, case.radar, scratch.usable)
    for trial in range(first, last):
        draw(case, seed, trial, scratch.theta)
        fly(case, seed, trial, scratch.theta, world)
        see(case, seed, trial, world, scratch)
        fight(case, seed, trial, world, scratch)
        land(case, seed, trial, world, scratch, out[trial - first])


def trials_kernel(case: Case, seed: int, first: int, last: int, out: np.ndarray) -> None:
    """Fill the Outcome rows of trials first to last - 1 of a Case; releases the GIL."""
    world = new_world(case)
    run_range(case, seed, first, last, world, new_scratch(case), out)


def record_trial(
    case: Case, seed: int, trial: int, columns: int
) -> tuple[np.ndarray, Rows, Rows, Scratch]:
    """One trial again, with everything that happened in it.

    Returns its Outcome row (columns,), its EVENT rows in order of time, its World and its
    Scratch (both as the trial left them). A buffer that overflows repeats the trial with
    a larger one.
    """
    room = 4096
    while True:
        world = new_world(case)
        scratch = new_scratch(case, room)
        out = np.zeros((1, columns), np.int32)
        run_range(case, seed, trial, trial + 1, world, scratch, out)
        if scratch.counts[LOST_EVENTS] == 0:
            events = scratch.event[: scratch.counts[EVENTS]].copy().view(np.recarray)
            events["trial"] = trial
            order = np.argsort(events["t_s"], kind="stable")
            return out[0], events[order].view(np.recarray), world, scratch
        room = int(2 * (room + scratch.counts[LOST_EVENTS]))
