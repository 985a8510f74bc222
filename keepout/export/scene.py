"""One trial of a run as moving bodies, things that happen and sites: what every format draws."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from keepout.earth.geodesy import geodetic_from_ecef
from keepout.records.run import Run

RESULTS = ("kill", "miss", "diverted", "body-hit", "wrong-object", "wasted")
"""Ends of a round in flight: its path runs from its shot to one of these."""
SHOWN = (
    "launch", "failure", "shot", "kill", "miss", "diverted", "body-hit", "wrong-object",
    "impact", "dud", "debris", "stage-impact",
)  # fmt: skip
"""Kinds of events that are shown as points; the rest are decisions and tracks."""


@dataclass(frozen=True)
class Body:
    """Something that flies, from its first to its last sample.

    t_s (n,) after the start of the scenario, strictly growing; r_ecef_m (n, 3); n >= 2.
    """

    name: str
    kind: str  # missile or interceptor
    of: str  # type of the missile, or the system that fired
    end: str  # how it ended, in the words of the events
    t_s: np.ndarray
    r_ecef_m: np.ndarray


@dataclass(frozen=True)
class Happening:
    """An event at a place and time."""

    t_s: float
    kind: str
    who: str
    whom: str
    detail: str
    r_ecef_m: tuple[float, float, float]


@dataclass(frozen=True)
class Site:
    """Something that stands on the ground."""

    name: str
    kind: str  # asset, battery, radar or area
    of: str  # system, type of radar or zone
    lat_deg: float
    lon_deg: float
    radius_m: float


@dataclass(frozen=True)
class Scene:
    """One trial, ready to be written down in any format."""

    scenario: str
    title: str
    start: datetime
    trial: int
    note: str  # that this is a simulation, of which run
    bodies: Sequence[Body]
    happenings: Sequence[Happening]
    sites: Sequence[Site]

    @property
    def label(self) -> str:
        """Name of the scene for a title."""
        return f"{self.scenario}, trial {self.trial} (simulation)"

    @property
    def end_s(self) -> float:
        """The last moment of any body or event [s after the start]."""
        ends = [float(body.t_s[-1]) for body in self.bodies]
        return max([*ends, *(each.t_s for each in self.happenings)], default=0.0)

    def utc(self, t_s: float) -> datetime:
        """A time of the scenario as UTC."""
        return self.start + timedelta(seconds=float(t_s))

    def stamp(self, t_s: float) -> str:
        """A time as ISO 8601 with milliseconds, in UTC."""
        return self.utc(t_s).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def note_of(manifest: Mapping[str, Any], trial: int | None = None) -> str:
    """What every export says of itself: nothing in it was observed."""
    which = "" if trial is None else f", trial {trial}"
    return (
        f"SIMULATION by keepout {manifest['version']}, not observed data: scenario "
        f"{manifest['scenario']}, seed {manifest['seed']}{which}, digest {manifest['digest'][:16]}."
    )


def scene_of(
    run: Run, trial: int, events: Sequence[dict[str, Any]], tracks: Sequence[dict[str, Any]]
) -> Scene:
    """The scene of one trial, from its events and tracks as results/kept.py has them."""
    start = datetime.fromisoformat(str(run.resolved["start"]).replace("Z", "+00:00"))
    ends = {(e["who"], e["whom"], e["value"]): e for e in events if e["kind"] in RESULTS}
    systems = {b["name"]: b["system"] for b in run.resolved["names"]["batteries"]}
    shots = [event for event in events if event["kind"] == "shot"]
    paths = [
        _interceptor(shot, ends.get((shot["who"], shot["whom"], shot["value"])), systems)
        for shot in shots
    ]
    return Scene(
        scenario=run.manifest["scenario"],
        title=str(run.resolved["title"]),
        start=start,
        trial=trial,
        note=note_of(run.manifest, trial),
        bodies=[*_missiles(events, tracks), *(body for body in paths if body is not None)],
        happenings=[
            Happening(e["t_s"], e["kind"], e["who"], e["whom"], e["detail"], _place(e))
            for e in events
            if e["kind"] in SHOWN and np.isfinite(_place(e)).all()
        ],
        sites=_sites(run.resolved),
    )


def _place(event: dict[str, Any]) -> tuple[float, float, float]:
    return event["x_ecef_m"], event["y_ecef_m"], event["z_ecef_m"]


def _missiles(events: Sequence[dict[str, Any]], tracks: Sequence[dict[str, Any]]) -> list[Body]:
    types = {e["whom"]: e["detail"].split(" ")[0] for e in events if e["kind"] == "launch"}
    final = ("kill", "impact", "dud", "failure")
    ends = {
        e["whom"]: e["kind"] for e in sorted(events, key=lambda e: e["t_s"]) if e["kind"] in final
    }
    found = []
    for track in tracks:
        name, t_s = track["threat"], np.asarray(track["t_s"], float)
        grows = np.concatenate([[True], np.diff(t_s) > 1e-3])
        if grows.sum() > 1:
            body = Body(name, "missile", types.get(name, ""), ends.get(name, ""), t_s[grows],
                        np.asarray(track["r_ecef_m"], float)[grows])  # fmt: skip
            found.append(body)
    return found


def _interceptor(
    shot: dict[str, Any], end: dict[str, Any] | None, systems: Mapping[str, str]
) -> Body | None:
    """A round as the straight line from its launcher to its end; None if it has no end."""
    if end is None or not end["t_s"] > shot["t_s"]:
        return None
    r_ecef_m = np.array([_place(shot), _place(end)])
    if not np.isfinite(r_ecef_m).all():
        return None
    name = f"{shot['who']} at {shot['whom']} ({int(shot['value']) + 1})"
    t_s = np.array([shot["t_s"], end["t_s"]])
    return Body(name, "interceptor", systems.get(shot["who"], ""), end["kind"], t_s, r_ecef_m)


def _sites(resolved: Mapping[str, Any]) -> list[Site]:
    names, places = resolved["names"], resolved["places"]
    types = {b["name"]: b["system"] for b in names["batteries"]}
    types |= {r["name"]: r["type"] for r in names["radars"]}
    kinds = {"areas": "area", "assets": "asset", "batteries": "battery", "radars": "radar"}
    return [
        Site(place["id"], kind, types.get(place["id"], place.get("zone", "")), place["lat_deg"],
             place["lon_deg"], place.get("radius_m", 0.0))
        for group, kind in kinds.items()
        for place in places.get(group, [])
    ]  # fmt: skip


def geodetic(r_ecef_m: np.ndarray) -> np.ndarray:
    """Points (n, 3) ECEF [m] as (n, 3): longitude, latitude [deg], height over WGS 84 [m]."""
    out = np.empty((len(r_ecef_m), 3))
    for k, (x, y, z) in enumerate(r_ecef_m):
        lat_rad, lon_rad, alt_m = geodetic_from_ecef(x, y, z)
        out[k] = np.degrees(lon_rad), np.degrees(lat_rad), alt_m
    return out


def velocity_mps(body: Body) -> np.ndarray:
    """Earth-fixed velocity (n, 3) [m/s] at the samples, from a cubic spline through them."""
    if len(body.t_s) < 4:
        slope = np.diff(body.r_ecef_m, axis=0) / np.diff(body.t_s)[:, None]
        return np.concatenate([slope, slope[-1:]])
    from scipy.interpolate import CubicSpline

    found: np.ndarray = CubicSpline(body.t_s, body.r_ecef_m)(body.t_s, 1)
    return found


def file_name(name: str) -> str:
    """Name of a body as one of a file: letters, digits, dots, dashes."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_")
