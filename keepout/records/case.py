"""A Case: everything a trial needs, as flat arrays in SI. One record per thing."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

Rows: TypeAlias = "np.recarray[Any, Any]"
"""An array of records: a row is one thing, ``rows.field`` a column."""

LINE = 64
"""Bytes of a line of the processor's caches."""


def whole_lines(fields: list[tuple[Any, ...]]) -> np.dtype[np.void]:
    """A record type that fills lines of the cache: a row then touches no line of another."""
    packed = np.dtype(fields)
    names = packed.names or ()
    return np.dtype(
        {
            "names": list(names),
            "formats": [packed[name] for name in names],
            "offsets": [packed.fields[name][1] for name in names] if packed.fields else [],
            "itemsize": -(-packed.itemsize // LINE) * LINE,
        }
    )


# models
SENSING_PERFECT, SENSING_RADAR = 0, 1
INDEPENDENT, COORDINATED = 0, 1
ENGAGEMENT, PHYSICS = 0, 1
ASSIGN_GREEDY, ASSIGN_OPTIMAL = 0, 1
SAMPLING_INDEPENDENT, SAMPLING_STRATIFIED = 0, 1
TRACKER_AUTO, TRACKER_EKF_7, TRACKER_EKF_6, TRACKER_IMM, TRACKER_UKF, TRACKER_LAST = range(6)
ASSOCIATION_NEAREST, ASSOCIATION_KNOWN = range(2)
FUSION_BEST, FUSION_NONE, FUSION_COMBINED = range(3)

MODELS = np.dtype(
    [
        ("sensing", np.int32),
        ("control", np.int32),
        ("assignment", np.int32),
        ("fidelity", np.int32),
        ("sampling", np.int32),
        ("tracker", np.int32),  # TRACKER_AUTO …
        ("association", np.int32),
        ("fusion", np.int32),
        ("per_threat", np.int32),  # param row: threat lost for every shot
        ("per_raid", np.int32),  # param row: the whole defence misses
        ("diverted", np.int32),  # param row: share of misses that divert
        ("body_hit", np.int32),  # param row: share of misses that hit the body only
        ("wrong_object", np.int32),  # param row: share of misses that go for something else
        ("warhead_as_decoy", np.int32),  # param rows of discrimination; -1: never and …
        ("decoy_as_warhead", np.int32),  # … always
        ("debris_hides", np.int32),  # param row: debris of a hit turns a result round; -1: never
        ("dud", np.int32),  # param row
        ("divert_m", np.float64),  # one sigma of the displacement of a diverted warhead
        ("manoeuvre_ceiling_m", np.float64),  # the manoeuvre factor applies below it
        ("launch_seen", np.int32),  # 1: launches are seen from space, with …
        ("launch_seen_p", np.int32),  # … this probability (param row) …
        ("launch_delay_s", np.int32),  # … this long after them (param row)
        ("launch_sector_rad", np.float64),  # azimuths that such a warning leaves open
        ("handover_s", np.int32),  # param row: from a radar's firm track to others looking there
    ]
)

# kinds of MIX rows
MIX_MISSILE, MIX_AREA, MIX_ASSET = range(3)

MIX = np.dtype(
    [
        ("raid", np.int32),
        ("kind", np.int32),
        ("row", np.int32),  # of the missile, area or asset
        ("stick", np.int32),  # param row: share of what the rows before it leave
    ]
)

RAID = np.dtype(
    [
        ("name", np.uint64),
        ("count", np.int32),  # param row
        ("first_mix", np.int32),  # its MIX rows: missile, then area, then asset
        ("missiles", np.int32),
        ("areas", np.int32),
        ("assets", np.int32),
        ("first_s", np.int32),  # param row
        ("spacing_s", np.int32),  # param row; nan-free: 0 when launches are spread
        ("within_s", np.int32),  # param row: launches spread over this time, or -1
        ("waves", np.int32),  # with within_s: number of equal bursts
        ("failed", np.int32),  # param row: share that fails under power
        ("failed_separation", np.int32),  # param row: of the rest, at separation; -1: none
        ("failed_reentry", np.int32),  # param row: of the rest, in re-entry; -1: none
        ("first_threat", np.int32),
        ("threats", np.int32),  # the most that can be, decoys apart
        ("decoys", np.int32),  # param row: decoys with each missile; -1: none
        ("stripped_m", np.float64),  # the height at which the air tells decoys apart
    ]
)

CEP = np.dtype([("cep_m", np.int32)])  # param row; table [raid, missile]

THREAT = np.dtype(
    [
        ("name", np.uint64),
        ("raid", np.int32),
        ("ordinal", np.int32),  # in its raid; of a decoy, among those of its missile
        ("parent", np.int32),  # of a decoy: row of the missile it flies with; -1: a missile
    ]
)

AREA = np.dtype(
    [
        ("name", np.uint64),
        ("r_ecef_m", np.float64, (3,)),
        ("to_enu", np.float64, (3, 3)),
        ("radius_m", np.float64),
    ]
)

ASSET = np.dtype(
    [
        ("name", np.uint64),
        ("r_ecef_m", np.float64, (3,)),
        ("to_enu", np.float64, (3, 3)),
        ("radius_m", np.float64),  # an impact inside counts as an arrival at the asset
        ("margin_m", np.float64),  # the defence counts this much more as threatened
        ("defend", np.int32),  # DEFEND_ALWAYS …
        ("not_engaged", np.int32),  # param row: share left on purpose
    ]
)

GROUP = np.dtype([("name", np.uint64), ("probability", np.int32)])  # param row


class Case(NamedTuple):
    """Everything a trial needs. Only draw, fly, see, fight and land take it whole."""

    models: Rows  # (1,) MODELS
    param: Rows  # (p,) PARAM
    quantile: np.ndarray  # (p, QUANTILES) f8, SI
    raid: Rows  # (k,) RAID
    mix: Rows  # MIX
    cep: Rows  # (k, missiles) CEP
    threat: Rows  # (n,) THREAT
    missile: Rows  # (m,) MISSILE
    stage: Rows  # STAGE
    area: Rows  # AREA
    asset: Rows  # ASSET
    group: Rows  # GROUP
    radar: Rows  # (s,) RADAR
    battery: Rows  # (b,) BATTERY
    interceptor: Rows  # INTERCEPTOR
    flyout: Rows  # (interceptors,) FLYOUT
    lane: Rows  # (l,) LANE
    lane_row: np.ndarray  # (missiles, areas, assets) i4 → row in lane, or -1
    sample: np.ndarray  # (l, SAMPLES, 6) f8, ECEF
    drop: np.ndarray  # (l, DROPS, 4) f8: x, y, z [m, ECEF] and time after launch, nan if none
    debris: np.ndarray  # (l, DEBRIS_POINTS, 2) f8, east and north of the aim [m]
    fall: np.ndarray  # (l, FALL_POINTS, 4) f8, as drop, of a missile that loses its thrust
    sight: Rows  # (l, s) SIGHT
    window: Rows  # (l, b) WINDOW
