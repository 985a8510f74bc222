"""The arrays that one range of trials reuses, and the record of what happened."""

from __future__ import annotations

import numpy as np

from keepout.engine.load import LOAD_COLUMNS
from keepout.engine.queue import COUNTS, EVENTS, LOST_EVENTS, parts_for
from keepout.kernel import lean
from keepout.records.case import ASSIGN_OPTIMAL, LINE, Case, Rows
from keepout.records.event import EVENT
from keepout.records.sensor import ESTIMATE
from keepout.records.trajectory import WORLD
from keepout.records.trial import BELIEF, BOOK, CHANNELS, FATE, PAIR, SHOT, STOCK, TRACK, Scratch


def most_shots(case: Case) -> int:
    """An upper bound on the rounds that can be fired in one trial of this Case."""
    ready = case.quantile[case.battery.rounds, -1]
    return int(np.ceil(ready + 0.5).sum() + case.battery.resupply.sum())


def rows(dtype: np.dtype, *shape: int) -> Rows:
    """Records, all zero, that begin where a line of the cache does."""
    size = int(np.prod(shape)) * dtype.itemsize
    room = np.zeros(size + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + size].view(dtype).reshape(shape).view(np.recarray)


def new_scratch(case: Case, events: int = 0) -> Scratch:
    """Scratch for trials of a Case; ``events`` is the room for recorded events."""
    n, b, s = len(case.threat), len(case.battery), len(case.radar)
    shots = most_shots(case)
    types = int(case.raid.missiles.max(initial=1))
    planned = (n, b) if case.models[0].assignment == ASSIGN_OPTIMAL else (0, 0)
    nets = 1 + int(case.battery.net.max(initial=0))

    return Scratch(
        theta=np.zeros(len(case.param)),
        share=np.zeros((1 + types, len(case.mix))),
        luck=np.zeros((3, 4, n), np.uint32),
        fate=rows(FATE, n),
        belief=rows(BELIEF, n),
        book=rows(BOOK, n, nets),
        net_cap=np.zeros(nets, np.int64),
        pair=rows(PAIR, n, b),
        stock=rows(STOCK, b),
        channel_s=np.zeros((b, CHANNELS)),
        shot=rows(SHOT, shots + 1),
        track=rows(TRACK, n, s),
        radar_lost=np.zeros(s, np.int32),
        radar_off_s=np.full(s, np.inf),
        load=np.zeros((s, LOAD_COLUMNS)),
        cue_s=np.full((n, 2), np.inf),
        estimate=rows(ESTIMATE, 1),
        wait_s=np.zeros(2 * n * b),
        wait_key=np.zeros(2 * n * b, np.int64),
        wait_next=np.zeros(2 * n * b, np.int32),
        part=np.zeros(parts_for(n * b), np.int32),
        look_s=np.zeros(n * b + 1),
        look_key=np.zeros(n * b + 1, np.int64),
        heap_s=np.zeros(n * b + 2 * b + 1),
        heap_key=np.zeros(n * b + 2 * b + 1, np.int64),
        plan_q=np.zeros((2, *planned)),
        plan_x=np.zeros(planned, np.int64),
        plan_v=np.zeros((3, planned[0])),
        plan_row=np.zeros((4, planned[0]), np.int64),
        plan_u=np.zeros((4, planned[1])),
        plan_cap=np.zeros((6, planned[1]), np.int64),
        plan_made=np.zeros(4),
        event=rows(EVENT, events),
        counts=np.zeros(COUNTS, np.int64),
    )


def new_world(case: Case) -> Rows:
    """The rows of WORLD for the threats of a Case, to be filled by fly."""
    return rows(WORLD, len(case.threat))


@lean
def note(event, count, t_s, kind, who, whom, r, value):
    """Record an event, if events are recorded; r is a tuple of three floats, ECEF."""
    n = count[EVENTS]
    if n >= len(event):
        count[LOST_EVENTS] += 1
        return
    row = event[n]
    row.t_s = t_s
    row.kind = kind
    row.who = who
    row.whom = whom
    row.r_ecef_m[0], row.r_ecef_m[1], row.r_ecef_m[2] = r
    row.value = value
    count[EVENTS] = n + 1
