"""Runs made by hand, small and with every part that a page speaks of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from keepout.earth.geodesy import ecef_m
from keepout.records.outcome import Layout
from keepout.records.place import Place
from keepout.records.run import Run

LAYOUT = Layout(("emad",), ("nevatim", "jericho", "elsewhere"), ("thaad-battery",))
SENT = 20
BASE = Place(lat_deg=31.21, lon_deg=35.01)
AREA = Place(lat_deg=34.31, lon_deg=47.07)


def outcomes(trials: int) -> np.ndarray:
    """Rows that keep the ledger; no chance, but not all alike."""
    names = LAYOUT.columns()
    rows = np.zeros((trials, len(names)), np.int32)
    at = {name: k for k, name in enumerate(names)}
    for t, row in enumerate(rows):
        failed, killed = t % 3, 8 + (7 * (t // 2) + 3 * t) % 9
        arrived = SENT - failed - killed
        missed = arrived // 2
        counts = {
            "launched": SENT, "failed": failed, "intercepted": killed, "arrived": arrived,
            "engaged": killed + missed, "threatening": SENT - failed, "seen": SENT - failed,
            "launched.emad": SENT, "failed.emad": failed, "aimed.nevatim": SENT - failed,
            "debris.elsewhere": killed, "fired.thaad-battery": 2 * (killed + missed),
            "intercepted.thaad-battery": killed,
            "arrived.nevatim.engaged-and-missed": missed,
            "arrived.nevatim.no-rounds": arrived - missed,
            "arrived.emad.engaged-and-missed": missed,
            "arrived.emad.no-rounds": arrived - missed,
        }  # fmt: skip
        for name, n in counts.items():
            row[at[name]] = n
    return rows


def flight(threat: str, start_s: float, end: float = 1.0) -> dict[str, Any]:
    """An arc from the area to the base, up to a share of its time."""
    x = np.linspace(0.0, end, 30)
    places = [
        Place(
            lat_deg=AREA.lat_deg + s * (BASE.lat_deg - AREA.lat_deg),
            lon_deg=AREA.lon_deg + s * (BASE.lon_deg - AREA.lon_deg),
            alt_m=1.2e6 * s * (1.0 - s),
        )
        for s in x
    ]
    r_ecef_m = np.array([ecef_m(place) for place in places])
    return {"trial": 0, "threat": threat, "t_s": start_s + 660.0 * x, "r_ecef_m": r_ecef_m}


def event(kind: str, t_s: float, whom: str, where: Any, **more: Any) -> dict[str, Any]:
    """A row of the events."""
    x, y, z = where if where is not None else (math.nan,) * 3
    plain = {"who": "", "value": 0.0, "detail": ""}
    at = {"x_ecef_m": float(x), "y_ecef_m": float(y), "z_ecef_m": float(z)}
    return {"trial": 0, "t_s": t_s, "kind": kind, "whom": whom, **plain, **at, **more}


def story() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Events and flights: one missile is killed, one comes through, one fails."""
    site = ecef_m(Place(lat_deg=31.2, lon_deg=35.0))
    killed, through, failed = (
        flight("west/000", 0, 0.9),
        flight("west/001", 60),
        flight("west/002", 0, 0.1),
    )
    meets, near = killed["r_ecef_m"][-1], through["r_ecef_m"][-2]
    events = [
        event("launch", 0.0, "west/000", killed["r_ecef_m"][0], detail="emad kermanshah nevatim"),
        event("failure", 66.0, "west/002", failed["r_ecef_m"][-1]),
        event("track", 300.0, "west/000", killed["r_ecef_m"][9], who="eye"),
        event("decision", 310.0, "west/000", None, who="south", detail="out-of-reach"),
        event("shot", 500.0, "west/000", site, who="north"),
        event("kill", 594.0, "west/000", meets, who="north"),
        event("shot", 640.0, "west/001", site, who="north"),
        event("miss", 697.0, "west/001", near, who="north"),
        event("impact", 720.0, "west/001", ecef_m(BASE), detail="engaged-and-missed"),
        event("debris", 730.0, "west/000", ecef_m(AREA)),
        event("a-kind-of-later", 740.0, "west/000", None),
    ]
    return events, [killed, through, failed]


def number(key: str, si: dict[str, float], origin: str = "scenario", **more: Any) -> dict[str, Any]:
    """A parameter as resolved.json holds it."""
    ends = [si[end] for end in ("value", "low", "mode", "high") if end in si]
    return {
        "key": key, "path": key, "origin": origin, "default": origin != "scenario",
        "drawn": "value" not in si, "si": si, "unit": "",
        "text": " – ".join(f"{end:g}" for end in ends),
        "quantiles": {"p05": ends[0], "p50": sum(ends) / len(ends), "p95": ends[-1]},
        "source": ["opinion"], "grade": "D", "note": "", **more,
    }  # fmt: skip


def resolved(**more: Any) -> dict[str, Any]:
    """What the run was made from."""
    values = {
        "raids.west.missile.mix.emad": 1.0, "raids.west.missile.spread": "fixed",
        "raids.west.aim.mix.nevatim": 1.0, "raids.west.aim.spread": "fixed",
        "raids.west.launch.area": "kermanshah", "assets.nevatim.defend": "always",
        "batteries.north.at.lat": math.radians(31.2), "batteries.north.at.lon": math.radians(35.0),
        "batteries.north.doctrine.rule": "salvo-2", "batteries.north.doctrine.cap": 2.0,
        "models.kill": "given",
    }  # fmt: skip
    field = {"id": "thaad-interceptor", "kind": "interceptor", "source": ["crs-if12645"],
             "grade": "A", "note": "", "default": True, "low": None, "high": None}  # fmt: skip
    return {
        "scenario": "by-hand", "title": "A raid made by hand", "note": "Two sentences. No more.",
        "start": "2024-10-01T16:30:00Z",
        "parameters": [
            number("raid.west.count", {"value": float(SENT)}),
            number("raid.west.failed", {"low": 0.0, "high": 0.1}),
            number("raid.west.asset.0", {"value": 1.0}),
            number("chance.per_threat", {"value": 0.05}, "default"),
            number("thaad-interceptor.sspk", {"low": 0.4, "mode": 0.5, "high": 0.6}),
            number("north.rounds", {"value": 48.0}, "catalogue"),
        ],
        "catalogue": [
            {**field, "field": name, "value": value, "unit": unit, "si": si}
            for name, value, unit, si in (
                ("floor", 40, "km", 40e3), ("ceiling", 150, "km", 150e3), ("reach", 200, "km", 2e5),
            )
        ],
        "values": [
            {"path": path, "value": value, "unit": "", "text": str(value), "source": [],
             "grade": "", "default": False}
            for path, value in values.items()
        ],
        "names": {
            "raids": ["west"],
            "batteries": [{"name": "north", "system": "thaad-battery",
                           "interceptor": "thaad-interceptor"}],
        },
        "places": {
            "areas": [{"id": "kermanshah", "lat_deg": AREA.lat_deg, "lon_deg": AREA.lon_deg,
                       "radius_m": 5e4}],
            "assets": [{"id": "nevatim", "lat_deg": BASE.lat_deg, "lon_deg": BASE.lon_deg,
                        "radius_m": 3e3, "zone": "base"}],
        },
        "published": [
            {"asset": "nevatim", "count": 5.0, "kind": "counted", "who": "Somebody, from above",
             "source": "eveleth-2024"},
            {"asset": "nevatim", "count": 2.0, "kind": "lower-bound", "who": "A paper",
             "source": "washington-post-2024-10"},
        ],
        **more,
    }  # fmt: skip


def make(trials: int = 60, *, keep: bool = True, **more: Any) -> Run:
    """A run; ``more`` replaces parts of what it was resolved to."""
    events, tracks = story() if keep else ([], [])
    manifest = {
        "scenario": "by-hand", "file": "/a/secret/folder/by hand.yaml",
        "set": ["raids.west.count=20"],
        "trials": trials, "seed": 3, "fidelity": "engagement", "version": "0.0.0",
        "digest": "ab" * 32, "wall_s": 1.0, "trials_per_s": 60.0, "hashes": {"scenario": "cd" * 32},
        "versions": {"python": "3"}, "host": {"system": "Linux"},
        "prices": {"round_usd": {"thaad-battery": 12e6}, "missile_usd": {"emad": None}},
        "magazines": {"thaad-battery": {"batteries": 1, "rounds": 48, "rounds_per_threat": 2}},
    }  # fmt: skip
    text = "name: by-hand  # <script>alert(1)</script> & more\n"
    return Run(None, manifest, resolved(**more), text, LAYOUT, outcomes(trials), events, tracks)


@pytest.fixture(scope="session")
def made() -> Any:
    """The maker of runs."""
    return make


@pytest.fixture(scope="session")
def run() -> Run:
    """A run of sixty trials."""
    return make()
