"""What changes while one trial runs: rows that the engine reuses from trial to trial."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .case import Rows, whole_lines

# what became of a threat (the truth)
FLYING, FAILED, KILLED = 0, 1, 2

FATE = whole_lines(
    [
        # what every look reads
        ("status", np.int32),
        ("next_shot", np.int32),  # row of the next shot to be resolved, or -1
        ("end_s", np.float64),  # when it was killed
        ("reason", np.int32),  # furthest reason not to fire that any battery reached
        ("engaged", np.int32),
        ("asked", np.int32),  # asset for which it was asked whether …
        ("left", np.int32),  # … this threat is left on purpose, and the answer
        ("called", np.int32),  # what the defence takes it for: 0 not asked, 1 warhead, 2 decoy
        ("met_by", np.int32),  # the unit that fired the last round on its way …
        ("met_s", np.float64),  # … and when that reaches it
        ("diverted", np.int32),
        ("killer", np.int32),  # battery row, or -1
        ("clouds", np.int32),  # shots that hit something of it and left debris
        ("wrong_object", np.int32),  # 1 if a shot went for something else
        # what ends read
        ("body_hit", np.int32),
        ("divert_east_m", np.float64),
        ("divert_north_m", np.float64),
    ]
)

BELIEF = np.dtype(
    [
        ("shared_s", np.float64),  # when the first radar has a firm track that all may use
    ]
)
"""What every battery may know of one threat."""

BOOK = np.dtype(
    [
        ("fired", np.int32),  # rounds fired at it
        ("closed", np.int32),  # 1: no battery may fire at it any more, whatever it sees
        ("result_s", np.float64),  # when the last of their results comes
        ("dead_s", np.float64),  # when a result says that it is gone, inf if none does
    ]
)
"""What batteries that know of each other know, or will know, of their shots at one threat."""

PAIR = np.dtype(
    [
        ("fired", np.int32),  # of those that share books, in the row that keeps them
        ("reason", np.int32),  # why it did not fire when it last looked; PUT_OFF
        ("look_s", np.float64),  # when it looks next, inf for never again
        ("result_s", np.float64),  # these two only once it has fired
        ("dead_s", np.float64),
    ]
)
"""One battery and one threat: its own shots, as in BOOK."""

STOCK = np.dtype(
    [
        ("ready", np.int32),
        ("resupply", np.int32),
        ("empty", np.int32),  # launchers that wait for rounds
        ("shot_off", np.int32),  # rounds fired so far
        ("each_s", np.float64),  # to load a launcher
        ("reload_s", np.float64),  # when the reload under way ends, inf if none
        ("from_s", np.float64),  # it may fire from here …
        ("until_s", np.float64),  # … to here
        ("cap", np.int32),
        ("kill_as_miss", np.float64),
        ("miss_as_kill", np.float64),
        ("last_launch_s", np.float64),
        ("channels", np.int32),
        ("channel", np.int32),  # the one that is free first …
        ("free_s", np.float64),  # … and when
        ("lost", np.int32),  # 1: every shot of this battery misses in this trial
        ("spent", np.int32),  # 1: it has fired all it will ever have, and holds for nobody
        ("interval_s", np.float64),
        ("assess_s", np.float64),
        ("track_s", np.float64),  # track before firing
        ("false_shots", np.int32),  # rounds fired at tracks of nothing
        ("sspk", np.float64),
        ("manoeuvre_factor", np.float64),
    ]
)
"""A battery in one trial."""

SHOT = np.dtype(
    [
        ("threat", np.int32),
        ("battery", np.int32),
        ("ordinal", np.int32),  # n-th shot of this battery at this threat
        ("next", np.int32),  # next shot at this threat by time of intercept, or -1
        ("launch_s", np.float64),
        ("intercept_s", np.float64),
        ("result_s", np.float64),
        ("outcome", np.int32),  # kind of event: KILL, MISS, …
    ]
)

CHANNELS = 64
"""The most fire channels a battery can have."""

TRACK = whole_lines(
    [
        ("firm_s", np.float64),  # when it is firm, inf if never
        ("found_s", np.float64),  # when the search, or a cue, found the threat
        ("stretch", np.float64),  # of the time between looks, by what else the radar tracks
        ("drawn", np.int64),  # 4 x serial number of the trial, FIRM_DRAWN, ERROR_DRAWN
        ("z", np.float64, (3,)),  # normals of its error: east, north, time
    ]
)
"""One radar's track of one threat: what of its chance was drawn already."""

FIRM_DRAWN, ERROR_DRAWN = 1, 2


class Scratch(NamedTuple):
    """Arrays of one trial, allocated once and used for all trials of a thread."""

    theta: np.ndarray  # (p,)
    share: np.ndarray  # (1 + types, mix) cumulative shares of the MIX rows
    luck: np.ndarray  # (3, 4, n) u4: the random words of FLIGHT, LAUNCH and DISPERSION
    fate: Rows  # (n,) FATE
    belief: Rows  # (n,) BELIEF
    book: Rows  # (n, nets) BOOK
    net_cap: np.ndarray  # (nets,) i8: the largest cap of its batteries, 0 if one has none
    pair: Rows  # (n, b) PAIR
    stock: Rows  # (b,) STOCK
    channel_s: np.ndarray  # (b, CHANNELS) when each channel is free
    shot: Rows  # (most shots,) SHOT
    track: Rows  # (n, s) TRACK
    radar_lost: np.ndarray  # (s,) i4
    radar_off_s: np.ndarray  # (s,) when a radar is lost on its own, inf if never
    load: np.ndarray  # (s, LOAD_COLUMNS) of engine/load.py: how looks stretch, over time
    cue_s: np.ndarray  # (n, 2) when radars are told where to look, by satellite, by a radar; or inf
    estimate: Rows  # (1,) ESTIMATE
    wait_s: np.ndarray  # (2 n b,) looks to come: time …
    wait_key: np.ndarray  # … and key;
    wait_next: np.ndarray  # (2 n b,) i4: 1 + row of the next in the same part of the time, or 0
    part: np.ndarray  # (parts,) i4: the same of the first in it; all 0 between trials
    look_s: np.ndarray  # (n b + 1,) looks of one part in order, or those that are made up
    look_key: np.ndarray
    heap_s: np.ndarray  # event queue: time …
    heap_key: np.ndarray  # … and key
    # room for one plan of rounds, empty unless assignment is optimal; see engine/planned.py
    plan_q: np.ndarray  # (2, n, b)
    plan_x: np.ndarray  # (n, b) i8
    plan_v: np.ndarray  # (3, n)
    plan_row: np.ndarray  # (4, n) i8
    plan_u: np.ndarray  # (4, b)
    plan_cap: np.ndarray  # (6, b) i8
    plan_made: (
        np.ndarray
    )  # (4,) when the last plan was made, in which trial, for which net, its targets
    event: Rows  # (capacity,) EVENT; capacity 0: not recording
    counts: np.ndarray  # (COUNTS,) i8, by the names in engine/queue.py
