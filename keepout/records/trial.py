"""What changes while one trial runs: rows that the engine reuses from trial to trial."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .case import Rows

# what became of a threat (the truth)
FLYING, FAILED, KILLED = 0, 1, 2

FATE = np.dtype(
    [
        ("status", np.int32),
        ("killer", np.int32),  # battery row, or -1
        ("end_s", np.float64),  # when it was killed
        ("reason", np.int32),  # furthest reason not to fire that any battery reached
        ("engaged", np.int32),
        ("wrong_object", np.int32),  # 1 if a shot went for something else
        ("body_hit", np.int32),
        ("diverted", np.int32),
        ("divert_east_m", np.float64),
        ("divert_north_m", np.float64),
    ]
)

BELIEF = np.dtype(
    [
        ("fired", np.int32),  # rounds fired at it
        ("pending", np.int32),  # of which no result is known yet
        ("result_s", np.float64),  # when the last of those results comes
        ("dead", np.int32),
    ]
)
"""What the coordinated defence knows of its shots at one threat."""

PAIR = np.dtype(
    [
        ("fired", np.int32),
        ("pending", np.int32),
        ("result_s", np.float64),
        ("dead", np.int32),
        ("reason", np.int32),  # why it did not fire when it last looked
    ]
)
"""One battery and one threat: its own shots, as in BELIEF."""

STOCK = np.dtype(
    [
        ("ready", np.int32),
        ("resupply", np.int32),
        ("reload_s", np.float64),  # when the reload under way ends, inf if none
        ("last_launch_s", np.float64),
        ("channels", np.int32),
        ("lost", np.int32),  # 1: every shot of this battery misses in this trial
        ("interval_s", np.float64),
        ("assess_s", np.float64),
        ("track_s", np.float64),  # track before firing
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
        ("launch_s", np.float64),
        ("intercept_s", np.float64),
        ("result_s", np.float64),
        ("outcome", np.int32),  # kind of event: KILL, MISS, …
    ]
)

CHANNELS = 64
"""The most fire channels a battery can have."""


class Scratch(NamedTuple):
    """Arrays of one trial, allocated once per range of trials."""

    theta: np.ndarray  # (p,)
    fate: Rows  # (n,) FATE
    belief: Rows  # (n,) BELIEF
    pair: Rows  # (n, b) PAIR
    stock: Rows  # (b,) STOCK
    channel_s: np.ndarray  # (b, CHANNELS) when each channel is free
    shot: Rows  # (most shots,) SHOT
    firm_s: np.ndarray  # (n, s) when each radar's track is firm, inf if never
    radar_lost: np.ndarray  # (s,) i4
    usable: np.ndarray  # (b, s) i4  1: this battery may use this radar's tracks
    estimate: Rows  # (1,) ESTIMATE
    heap_s: np.ndarray  # event queue: time …
    heap_key: np.ndarray  # … and key
    event: Rows  # (capacity,) EVENT; capacity 0: not recording
    counts: np.ndarray  # (4,) i8: heap size, shots, events, events that did not fit
