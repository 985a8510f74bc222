"""What the trial loop looks up at every event, condensed from a Case: small, flat, in a row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .case import Rows

SPAN = np.dtype(
    [
        ("open_s", np.float64),  # first and last launch after launch of the threat;
        ("close_s", np.float64),  # nan: never
        ("own_s", np.float64),  # least time of a firm track of its own radar, inf if it has none
    ]
)
"""The ends of one WINDOW."""

PATH = np.dtype(
    [
        ("turns", np.int32),  # 1: the missile manoeuvres in the air
        ("above_s", np.float64),  # above the manoeuvre's ceiling from here …
        ("below_s", np.float64),  # … to here, after launch
        ("ranks_per_s", np.float64),  # times of ``rank`` in a second
    ]
)

VIEW = np.dtype([("rise_s", np.float64), ("set_s", np.float64), ("busy", np.float64)])
"""Of a WATCH, what the load of a radar is made of."""

LOAD_POINTS = 123
"""Intervals of a raid in which the load of a radar is even."""

RANKS = 32
"""Times of a flight, evenly spaced, for which the shared radars are put in order."""


class Plan(NamedTuple):
    """Look-up tables of a Case. Made once with it, or once a trial in ``physics``."""

    names: np.ndarray  # (n,) u8: hash of the name of each threat
    path: Rows  # (l,) PATH
    span: Rows  # (l, b) SPAN
    watch: Rows  # (l, s) WATCH
    in_view: Rows  # (l, s) VIEW
    crowded: np.ndarray  # (c,) i4: radars of which a raid may ask for more than they have time for
    cueing: np.ndarray  # (c,) i4: radars whose firm tracks tell others where to look
    rank: np.ndarray  # (l, RANKS, shared) i2: shared radars, best prediction first
    first: np.ndarray  # (l, RANKS, b) i2: own radar or first of rank, as predicts better; or -1
    shared: np.ndarray  # (shared,) i4: radars that every battery may use
    own: np.ndarray  # (b,) i4: the radar of a battery that it does not share, or -1
    reaches: np.ndarray  # (types, mix) i4: a raid's n-th missile reaches all aims from there
    apart: np.ndarray  # (a, a, 2) f8: east, north of one asset in the plane of another [m]
