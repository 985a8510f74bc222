"""Everything of a Case that is tabulated along nominal flights, on a thread per core."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.flight.aim import OUT_OF_RANGE
from keepout.flight.drop import debris_kernel, falls_kernel, stage_impacts_kernel
from keepout.flight.fly import END_SAYS, lane_kernel
from keepout.intercept.field import field_kernel
from keepout.intercept.flyout import flyout_kernel
from keepout.intercept.window import window_kernel
from keepout.records.case import Rows
from keepout.records.defence import FLYOUT, WINDOW
from keepout.records.event import R_OUT_OF_REACH
from keepout.records.sensor import SIGHT
from keepout.records.trajectory import DEBRIS_POINTS, DROPS, FALL_POINTS, LANE, SAMPLES
from keepout.sensing.sight import sight_kernel
from keepout.sensing.slope import SLOPE_POINTS, impact_slope_kernel

from .attack import Attack
from .layers import Layers
from .reach import ROUNDING_M
from .rows import records

STATES = 7
"""Columns of the slope tables of sensing/slope.py."""


@dataclass(frozen=True)
class Tables:
    """What is tabulated once per Case."""

    lane: Rows
    lane_row: np.ndarray  # (missiles, areas, assets) i4
    sample: np.ndarray  # (lanes, SAMPLES, 6)
    drop: np.ndarray  # (lanes, DROPS, 4)
    debris: np.ndarray  # (lanes, DEBRIS_POINTS, 2)
    fall: np.ndarray  # (lanes, FALL_POINTS, 4)
    sight: Rows  # (lanes, radars)
    window: Rows  # (lanes, batteries)
    flyout: Rows  # (interceptors,)
    code: np.ndarray  # (lanes,) why the flight ended: a code of END_SAYS


@dataclass(frozen=True)
class Sides:
    """The rows that flights and engagements are tabulated for."""

    missile: Rows
    stage: Rows
    area: Rows
    asset: Rows
    layers: Layers


def lane_keys(attack: Attack, shape: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    """(missile, area, asset) of every lane some raid can draw, in row order."""
    wanted = np.zeros(shape, bool)
    for raid in attack.raid:
        wanted[np.ix_(*_items(attack, raid))] = True
    return [(int(m), int(a), int(g)) for m, a, g in np.argwhere(wanted)]


def _items(attack: Attack, raid: Any) -> list[np.ndarray]:
    """Rows of the missiles, areas and assets that a raid draws from."""
    ends = np.cumsum([int(raid.first_mix), raid.missiles, raid.areas, raid.assets])
    rows = np.asarray(attack.mix["row"])
    return [rows[start:end] for start, end in itertools.pairwise(ends)]


def tables_of(attack: Attack, sides: Sides) -> Tables:
    """Fly every lane and see what radars and batteries could do about it."""
    shape = (len(sides.missile), len(sides.area), len(sides.asset))
    keys = lane_keys(attack, shape)
    layers = sides.layers
    lane_row = np.full(shape, -1, np.int32)
    for i, key in enumerate(keys):
        lane_row[key] = i
    tables = Tables(
        records(LANE, len(keys)),
        lane_row,
        np.zeros((len(keys), SAMPLES, 6)),
        np.full((len(keys), DROPS, 4), math.nan),
        np.zeros((len(keys), DEBRIS_POINTS, 2)),
        np.zeros((len(keys), FALL_POINTS, 4)),
        records(SIGHT, len(keys), len(layers.radar)),
        records(WINDOW, len(keys), len(layers.battery)),
        records(FLYOUT, len(layers.interceptor)),
        np.zeros(len(keys), np.int64),
    )
    tables.sight.rise_s = tables.sight.set_s = math.nan
    tables.window.why_not = R_OUT_OF_REACH
    with ThreadPoolExecutor(_cores()) as pool:
        flyouts = [
            pool.submit(flyout_kernel, interceptor, flyout)
            for interceptor, flyout in zip(layers.interceptor, tables.flyout)
        ]
        for done in flyouts:
            done.result()
        for done in [pool.submit(_lane, i, key, sides, tables) for i, key in enumerate(keys)]:
            done.result()
    return tables


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lane(i: int, key: tuple[int, int, int], sides: Sides, tables: Tables) -> None:
    """Fly lane ``i`` and fill its rows of all tables."""
    missile, area, asset = sides.missile[key[0]], sides.area[key[1]], sides.asset[key[2]]
    lane, sample = tables.lane[i], tables.sample[i]
    lane.missile, lane.area, lane.asset = key
    ends = (area.r_ecef_m, asset.r_ecef_m)
    # the pitch-over is given: a default of nan would make numba compile anew each time
    tables.code[i] = lane_kernel(missile, sides.stage, *ends, sample, lane, math.nan)
    if lane.reachable and lane.range_m > missile.max_range_m + ROUNDING_M:
        # the model may fly farther than what is published; a raid does not
        lane.reachable, tables.code[i] = 0, OUT_OF_RANGE
    if not lane.reachable:
        return
    stage_impacts_kernel(missile, sides.stage, area.r_ecef_m, lane, tables.drop[i])
    debris_kernel(sample, lane, asset, tables.debris[i])
    falls_kernel(missile, sides.stage, sample, lane, tables.fall[i])
    slope, drift = np.empty((SLOPE_POINTS, 3, STATES)), np.empty((SLOPE_POINTS, 2))
    impact_slope_kernel(lane, sample, missile, asset, slope, drift)
    for radar, sight in zip(sides.layers.radar, tables.sight[i]):
        sight_kernel(radar, lane, missile, sample, slope, drift, sight)
    for battery, window in zip(sides.layers.battery, tables.window[i]):
        interceptor = sides.layers.interceptor[battery.interceptor]
        flyout = tables.flyout[battery.interceptor]
        window_kernel(battery.r_ecef_m, interceptor, flyout, lane, sample, window)
        field_kernel(battery, lane, sample, window)


def unreachable(attack: Attack, tables: Tables) -> Iterator[tuple[int, int, str]]:
    """(raid, missile, reason) of what no area of its raid can reach."""
    for k, raid in enumerate(attack.raid):
        missiles, areas, assets = _items(attack, raid)
        for m in missiles:
            rows = tables.lane_row[np.ix_([m], areas, assets)][0]
            if not np.any(np.all(tables.lane.reachable[rows] == 1, axis=1)):
                lane = rows.ravel()[int(np.argmin(tables.lane.reachable[rows]))]
                yield k, int(m), END_SAYS[int(tables.code[lane])]


def lane_names(
    tables: Tables, names: list[list[str]], batteries: list[str]
) -> list[dict[str, Any]]:
    """Every lane in names, the numbers of its flight, and when each battery could launch at it.

    ``windows`` maps a battery to the first and last moment [s after launch], or to None.
    """
    return [
        {
            "missile": names[0][lane.missile],
            "area": names[1][lane.area],
            "asset": names[2][lane.asset],
            "reachable": bool(lane.reachable),
            "range_m": float(lane.range_m),
            "flight_s": float(lane.flight_s),
            "apogee_m": float(lane.apogee_m),
            "windows": {
                name: [float(row.launch_s[0]), float(row.launch_s[-1])] if row.open else None
                for name, row in zip(batteries, windows)
            },
        }
        for lane, windows in zip(tables.lane, tables.window)
    ]


def warning_of(
    tables: Tables, assets: list[str], delay_s: float | None
) -> dict[str, dict[str, list[float] | None]]:
    """Warning that each asset can have at best: the least and the most over its lanes [s].

    delay_s  from a launch to its report from space, None if nobody watches

    ``radar_s`` counts from when a flight first stands in the sector of any radar, above its
    horizon, to its end; 0 for one that never does. A track comes later, and how much later is
    drawn in each trial. ``launch_detection_s`` is for ballistic flights alone; None if there is
    none.
    """
    found: dict[str, dict[str, list[float] | None]] = {}
    for row, asset in enumerate(assets):
        radar_s, space_s = [], []
        for lane, sights in zip(tables.lane, tables.sight):
            if lane.asset != row or not lane.reachable:
                continue
            flight_s = float(lane.flight_s)
            rise_s = min(
                (float(each.rise_s) for each in sights if each.rise_s >= 0.0), default=None
            )
            radar_s.append(0.0 if rise_s is None else max(flight_s - rise_s, 0.0))
            if delay_s is not None and not lane.cruise:
                space_s.append(max(flight_s - delay_s, 0.0))
        found[asset] = {"radar_s": _ends(radar_s), "launch_detection_s": _ends(space_s)}
    return found


def _ends(seconds: list[float]) -> list[float] | None:
    return [min(seconds), max(seconds)] if seconds else None
