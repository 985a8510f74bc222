"""A Case made by hand: one kind of missile, one asset, batteries with given windows.

It needs no flight, no radar and no file, so that the engine's arithmetic can be checked
against closed forms alone.
"""

from __future__ import annotations

import hashlib

import numpy as np

from keepout.records import case as c
from keepout.records.defence import BATTERY, FLYOUT, INTERCEPTOR, WINDOW, WINDOW_POINTS
from keepout.records.missile import MISSILE, STAGE
from keepout.records.outcome import Layout
from keepout.records.parameter import PARAM, QUANTILES
from keepout.records.sensor import RADAR, SIGHT
from keepout.records.trajectory import DEBRIS_POINTS, DROPS, FALL_POINTS, LANE, SAMPLES

FLIGHT_S = 700.0


def name_hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def rows(dtype: np.dtype, *shape: int) -> np.recarray:
    return np.zeros(shape, dtype).view(np.recarray)


class Params:
    """Collects parameter rows: a number, or (low, high) for a uniform distribution."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.tables: list[np.ndarray] = []

    def add(self, key: str, value: float | tuple[float, float]) -> int:
        low, high = value if isinstance(value, tuple) else (value, value)
        self.keys.append(key)
        self.tables.append(np.linspace(low, high, QUANTILES))
        return len(self.keys) - 1

    def arrays(self) -> tuple[np.recarray, np.ndarray]:
        param = rows(PARAM, len(self.keys))
        for i, key in enumerate(self.keys):
            table = self.tables[i]
            param[i].key, param[i].partner = name_hash(key), -1
            param[i].fixed = int(table[0] == table[-1])
        return param, np.array(self.tables)


def battery(params: Params, name: str, **given: object) -> dict[str, object]:
    """One battery's fields with defaults; numbers among them become parameters."""
    fields: dict[str, object] = {
        "rounds": 1000, "channels": 40, "launch_interval_s": 0.0, "assess_s": 10.0,
        "track_before_firing_s": 0.0, "sspk": 0.7, "manoeuvre_factor": 1.0, "rule": 1,
        "salvo": 1, "cap": 0, "reserve": 0, "hold_for": -1, "system": 0, "factor": 1.0,
        "resupply": 0, "rounds_per_launcher": 8, "launchers": 6, "reload_s": 1800.0, "groups": 0,
        "unit": None, "books": None, "net": 0, "net_delay_s": 0.0, "from_s": -1, "lost": -1,
        "lost_s": -1, "lost_launchers": 0, "lethal_m": -1, "miss_m": -1, "bias_m": -1,
        "kill_as_miss": -1, "miss_as_kill": -1, "field_azimuth_rad": 0.0,
        "field_half_rad": np.pi,
        "window": (500.0, 600.0), "track_quality_m": 1e9, "defends": 2**64 - 1,
    }  # fmt: skip
    fields.update(given)
    for key in ("rounds", "channels", "launch_interval_s", "assess_s", "track_before_firing_s",
                "sspk", "manoeuvre_factor", "cap", "reload_s"):  # fmt: skip
        owner = name if key in ("rounds", "cap") else "type"
        fields[key] = params.add(f"{owner}.{key}", fields[key])  # type: ignore[arg-type]
    return {"name": name_hash(name), **fields}


def ground(zero: int, defend: int) -> tuple[np.recarray, np.recarray]:
    """One launch area and one asset, at the same place on the equator."""
    place = np.array([6378137.0, 0.0, 0.0])
    enu = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    area, asset = rows(c.AREA, 1), rows(c.ASSET, 1)
    area[0].r_ecef_m, area[0].to_enu = place, enu
    asset[0].name, asset[0].r_ecef_m, asset[0].to_enu = name_hash("base"), place, enu
    asset[0].radius_m, asset[0].margin_m, asset[0].not_engaged = 4000.0, 3000.0, zero
    asset[0].defend = defend
    return area, asset


def defence(batteries: list[dict[str, object]]) -> tuple[np.recarray, np.recarray]:
    """BATTERY rows and their WINDOW rows for the one lane."""
    table, window = rows(BATTERY, len(batteries)), rows(WINDOW, 1, len(batteries))
    for b, fields in enumerate(batteries):
        open_s, close_s = fields.pop("window")  # type: ignore[misc]
        window[0, b].open = 1
        window[0, b].launch_s = np.linspace(open_s, close_s, WINDOW_POINTS)
        window[0, b].intercept_s = np.linspace(open_s + 40.0, close_s + 40.0, WINDOW_POINTS)
        for key in ("unit", "books"):
            fields[key] = b if fields[key] is None else fields[key]
        for key, value in fields.items():
            table[b][key] = value
    return table, window


def make_case(
    batteries: list[dict[str, object]],
    params: Params,
    *,
    count: float | tuple[float, float] = 8,
    most: int = 10,
    per_threat: float = 0.0,
    per_raid: float = 0.0,
    failed: float = 0.0,
    later: tuple[float, ...] = (),
    spacing_s: float = 30.0,
    cep_m: float = 0.0,
    diverted: float = 0.0,
    body_hit: float = 0.0,
    debris_hides: float | None = None,
    control: int = c.COORDINATED,
    defend: int = 0,
) -> tuple[c.Case, Layout]:
    """A Case of one raid on one asset, sensing perfect, and its Layout."""
    zero, p = params.add("zero", 0.0), params.add
    models = rows(c.MODELS, 1)
    models[0].sensing, models[0].control = c.SENSING_PERFECT, control
    models[0].per_threat, models[0].per_raid = p("per_threat", per_threat), p("raid", per_raid)
    models[0].diverted, models[0].body_hit = p("diverted", diverted), p("body", body_hit)
    models[0].debris_hides = -1 if debris_hides is None else p("debris", debris_hides)
    models[0].warhead_as_decoy = models[0].decoy_as_warhead = -1
    models[0].wrong_object = models[0].dud = zero
    models[0].divert_m, models[0].manoeuvre_ceiling_m = 5000.0, 80e3
    raid, mix, threat = rows(c.RAID, 1), rows(c.MIX, 3), rows(c.THREAT, most)
    raid[0].count, raid[0].failed = p("count", count), p("failed", failed)
    raid[0].failed_separation = p("separation", later[0]) if later else -1
    raid[0].failed_reentry = p("reentry", later[1]) if later else -1
    raid[0].first_s, raid[0].spacing_s, raid[0].within_s = zero, p("spacing", spacing_s), -1
    raid[0].missiles = raid[0].areas = raid[0].assets = 1
    raid[0].threats, raid[0].decoys = most, -1
    for k in range(3):
        mix[k].kind, mix[k].stick = k, p(f"stick{k}", 1.0)
    for i in range(most):
        threat[i].name, threat[i].ordinal, threat[i].parent = name_hash(f"raid/{i:03d}"), i, -1
    cep = rows(c.CEP, 1, 1)
    cep[0, 0].cep_m = p("cep", cep_m)
    area, asset = ground(zero, defend)
    lane = rows(LANE, 1)
    lane[0].reachable, lane[0].flight_s, lane[0].burnout_s = 1, FLIGHT_S, 60.0
    lane[0].dt_s = FLIGHT_S / (SAMPLES - 1)
    sample = np.zeros((1, SAMPLES, 6)) + [6378137.0 + 100e3, 0, 0, 0, 0, 0]
    table, window = defence(batteries)
    param, quantile = params.arrays()
    case = c.Case(
        models=models, param=param, quantile=quantile, raid=raid, mix=mix, cep=cep,
        threat=threat, missile=rows(MISSILE, 1), stage=rows(STAGE, 1), area=area, asset=asset,
        group=rows(c.GROUP, 0), radar=rows(RADAR, 0), battery=table,
        interceptor=rows(INTERCEPTOR, 1), flyout=rows(FLYOUT, 1), lane=lane,
        lane_row=np.zeros((1, 1, 1), np.int32), sample=sample,
        drop=np.full((1, DROPS, 4), np.nan), debris=np.zeros((1, DEBRIS_POINTS, 2)),
        fall=np.zeros((1, FALL_POINTS, 4)),
        sight=rows(SIGHT, 1, 0), window=window,
    )  # fmt: skip
    systems = tuple(f"system-{k}" for k in range(1 + table.system.max(initial=-1)))
    return case, Layout(("missile",), ("base", "elsewhere"), systems)
