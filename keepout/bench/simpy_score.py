"""The Outcome row of one trial of the SimPy raid."""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary
from keepout.bench.simpy_flight import Threat
from keepout.bench.simpy_tables import Tables
from keepout.effects.impact import asset_at
from keepout.engine import rng
from keepout.engine.land import FALL_SPREAD_M
from keepout.intercept.debris import debris_offset_m
from keepout.records import event as e
from keepout.records import outcome as o
from keepout.records.trajectory import FALL_POINTS

FLYING, FAILED, KILLED = range(3)
TOTALS = {name: k for k, name in enumerate(o.TOTALS)}
CAUSE_OF_REASON: dict[Any, int] = {
    e.R_OUT_OF_REACH: o.C_OUT_OF_REACH, e.R_NO_TRACK: o.C_NO_TRACK,
    e.R_OPEN_GROUND: o.C_OPEN_GROUND, e.R_NOT_DEFENDED: o.C_NOT_DEFENDED,
    e.R_NONE: o.C_NOT_DEFENDED, e.R_NO_CHANNEL: o.C_NO_CHANNEL, e.R_NO_ROUNDS: o.C_NO_ROUNDS,
    e.R_TOO_LATE: o.C_TOO_LATE,
}  # fmt: skip


def place_of(tables: Tables, plane: int, east_m: float, north_m: float) -> int:
    """The asset on which a point lies; the number of assets for elsewhere."""
    found, least = len(tables.assets), float("inf")
    for a, asset in enumerate(tables.assets):
        x, y = tables.assets[plane].apart[a]
        d2 = (east_m - x) * (east_m - x) + (north_m - y) * (north_m - y)
        if d2 <= asset.radius_m * asset.radius_m and d2 < least:
            found, least = a, d2
    return found


def cause_of(threat: Threat) -> int:
    """Why a warhead arrived."""
    if threat.diverted:
        return o.C_DIVERTED
    if threat.body_hit:
        return o.C_BODY_HIT_ONLY
    if threat.wrong_object:
        return o.C_WRONG_OBJECT
    if threat.engaged:
        return o.C_ENGAGED_AND_MISSED
    return CAUSE_OF_REASON[threat.reason]


def debris_place(tables: Tables, seed: int, trial: int, threat: Threat) -> int:
    """Where the remains of an intercept come down."""
    address = (seed, trial, threat.name, rng.NO_ONE, rng.DEBRIS_SPREAD, rng.ONCE)
    words = rng.block(*address)
    z = [rng.normal_score(rng.unit32(w)) for w in words[:2]]
    flight_s = tables.lanes[threat.lane]["flight_s"]
    after_s = threat.end_s - threat.launch_s
    east_m, north_m = debris_offset_m(tables.case.debris[threat.lane], flight_s, after_s, *z)
    return place_of(tables, threat.asset, east_m + threat.east_m, north_m + threat.north_m)


def fall_place(tables: Tables, seed: int, trial: int, threat: Threat) -> int:
    """Where a missile that failed under power comes down."""
    lane, case = tables.lanes[threat.lane], tables.case
    address = (seed, trial, threat.name, rng.NO_ONE)
    words = rng.block(*address, rng.DEBRIS_SPREAD, rng.ONCE)
    z = [rng.normal_score(rng.unit32(w)) for w in words[:2]]
    u, v = rng.uniform_pair(*address, rng.LAUNCH_POINT, rng.ONCE)
    area, asset = case.area[threat.area], case.asset[threat.asset]
    r_m = float(area.radius_m) * np.sqrt(u)
    angle = rng.TWO_PI * v
    start_m = _offset(area.to_enu, r_m * elementary.cos(angle), r_m * elementary.sin(angle))
    end_m = _offset(asset.to_enu, threat.east_m, threat.north_m)
    spread_m = _offset(asset.to_enu, FALL_SPREAD_M * z[0], FALL_SPREAD_M * z[1])
    after_s = threat.fail_s - threat.launch_s
    at = min(1.0, after_s / max(lane["burnout_s"], 1e-9)) * (FALL_POINTS - 1)
    k = min(int(at), FALL_POINTS - 2)
    a, b = tables.fall[threat.lane][k], tables.fall[threat.lane][k + 1]
    w = min(1.0, after_s / lane["flight_s"])
    point = [
        a[j] + (at - k) * (b[j] - a[j])
        + (spread_m[j] + (1.0 - w) * start_m[j] + w * end_m[j])
        for j in range(3)
    ]  # fmt: skip
    place = int(asset_at(case.asset, *point))
    return place if place >= 0 else len(tables.assets)


def _offset(to_enu: Any, east_m: float, north_m: float) -> list[float]:
    """East and north as a vector in ECEF."""
    return [float(to_enu[0, j] * east_m + to_enu[1, j] * north_m) for j in range(3)]


def score(
    tables: Tables, seed: int, trial: int, theta: list[float], run: Any, columns: int
) -> np.ndarray:
    """The Outcome row; the order of its blocks is that of ``Layout.columns``."""
    places, missiles = len(tables.assets) + 1, len(tables.case.missile)
    systems = 1 + max(battery.system for battery in tables.batteries)
    row = [0] * columns
    first = len(TOTALS)
    launched, failed = first, first + missiles
    aimed = failed + missiles
    debris, fired = aimed + places, aimed + 2 * places
    intercepted = fired + systems
    wasted = intercepted + systems
    by_asset = wasted + systems
    by_missile = by_asset + places * len(o.CAUSES)
    for threat in run.threats:
        row[TOTALS["launched"]] += 1
        row[launched + threat.missile] += 1
        row[aimed + threat.asset] += 1
        row[TOTALS["engaged"]] += threat.engaged
        if threat.status == FAILED:
            row[TOTALS["failed"]] += 1
            row[failed + threat.missile] += 1
            row[debris + fall_place(tables, seed, trial, threat)] += 1
            continue
        end_s = min(threat.end_s, threat.impact_s)
        radars = range(len(tables.radars))
        row[TOTALS["seen"]] += any(run.defence.firm_s(threat, r) <= end_s for r in radars)
        place = place_of(tables, threat.asset, threat.east_m, threat.north_m)
        row[TOTALS["threatening"]] += place < len(tables.assets)
        if threat.status == KILLED:
            row[TOTALS["intercepted"]] += 1
            row[intercepted + tables.batteries[threat.killer].system] += 1
            row[debris + debris_place(tables, seed, trial, threat)] += 1
            continue
        if threat.diverted:
            east_m, north_m = threat.divert_m
            place = place_of(tables, threat.asset, threat.east_m + east_m, threat.north_m + north_m)
        cause = cause_of(threat)
        row[TOTALS["arrived"]] += 1
        row[TOTALS["duds"]] += threat.dud
        row[by_asset + place * len(o.CAUSES) + cause] += 1
        row[by_missile + threat.missile * len(o.CAUSES) + cause] += 1
    row[TOTALS["doubled"]] = run.doubled
    for battery, shots, gone in zip(tables.batteries, run.fired, run.wasted, strict=True):
        row[fired + battery.system] += shots
        row[wasted + battery.system] += gone
    return np.array(row, np.int32)
