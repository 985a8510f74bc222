"""Height against time in a kept trial: all flights, and one of them closely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.collections import LineCollection

from keepout.report.figures import colour, drawing, place, styled, svg
from keepout.report.ground import event_place, geodetic
from keepout.report.maps import fates
from keepout.report.markup import Html
from keepout.report.reading import Reading
from keepout.report.words import short_name

WIDTH_IN = 7.6
ENDS = ("kill", "miss", "wrong-object", "body-hit", "diverted", "wasted")
"""Kinds of event that end a shot."""

POINTS = 40
"""Points of a flight."""


class Shot(NamedTuple):
    """One round: from the battery at launch to where it met its target, or did not."""

    battery: str
    threat: str
    fired_s: float
    ended_s: float
    alt_km: float
    end: str


class Band(NamedTuple):
    """What a system's interceptor can reach in height."""

    system: str
    floor_km: float
    ceiling_km: float


def shots(reading: Reading) -> list[Shot]:
    """Every round of the trial whose end is recorded."""
    fired = {
        (event["who"], event["whom"], event["value"]): event["t_s"]
        for event in reading.events
        if event["kind"] == "shot"
    }
    found = []
    for event in reading.events:
        key = event["who"], event["whom"], event["value"]
        where = event_place(event) if event["kind"] in ENDS else None
        if where is not None and key in fired:
            found.append(Shot(key[0], key[1], fired[key], event["t_s"], where[2], event["kind"]))
    return found


def bands(reading: Reading) -> list[Band]:
    """Floor and ceiling of every system, the highest ceiling first."""
    found = {}
    for battery in reading.inputs.batteries:
        ends = [reading.inputs.field_si(battery["interceptor"], e) for e in ("floor", "ceiling")]
        if ends[0] is not None and ends[1] is not None:
            found[battery["system"]] = Band(battery["system"], ends[0] / 1e3, ends[1] / 1e3)
    return sorted(found.values(), key=lambda band: -band.ceiling_km)


def raid(reading: Reading) -> Html:
    """All flights, shots and their ends; at the side what each system reaches."""
    fate = fates(reading)
    with styled():
        shown = bands(reading)
        axes, side, figure = _sheet(4.0, len(shown))
        top_km = 10.0
        for end in ("failed", "arrived", "intercepted"):
            paths = [
                flight(track) for track in reading.tracks if fate.get(track["threat"]) == end
            ]  # fmt: skip
            top_km = max([top_km, *(float(path[:, 1].max()) for path in paths)])
            axes.add_collection(
                LineCollection(paths, colors=colour(end), linewidths=0.6, alpha=0.5)
            )  # fmt: skip
        _shots(axes, shots(reading), 0.5, 2.6)
        axes.autoscale_view()
        axes.set_xlim(left=0.0)
        axes.set_ylim(0.0, 1.06 * top_km)
        axes.set_xlabel("minutes after the start of the scenario")
        axes.set_ylabel("height, km")
        axes.grid(axis="y")
        _side(side, shown, 1.06 * top_km)
        return svg(figure, "raid", "Height against time of every flight and shot of one trial")


def chosen(reading: Reading) -> str:
    """The threat that most systems shot at; then the one with most rounds, then by name."""
    system = {battery["name"]: battery["system"] for battery in reading.inputs.batteries}
    by_threat: dict[str, list[Shot]] = {}
    for shot in shots(reading):
        by_threat.setdefault(shot.threat, []).append(shot)

    def rank(threat: str) -> tuple[int, int, str]:
        mine = by_threat[threat]
        kinds = len({system.get(shot.battery, shot.battery) for shot in mine})
        return -kinds, -len(mine), threat

    return min(by_threat, key=rank) if by_threat else ""


def one(reading: Reading, threat: str) -> Html:
    """One flight with the shots at it, over the heights its defenders reach."""
    track = next(track for track in reading.tracks if track["threat"] == threat)
    path = flight(track, len(track["t_s"]))
    mine = [shot for shot in shots(reading) if shot.threat == threat]
    systems = {battery["name"]: battery["system"] for battery in reading.inputs.batteries}
    used = {systems.get(shot.battery, "") for shot in mine}
    shown = [band for band in bands(reading) if band.system in used]
    end = fates(reading).get(threat, "arrived")
    with styled():
        axes, side, figure = _sheet(3.6, len(shown))
        axes.plot(path[:, 0], path[:, 1], color=colour(end), lw=1.8)
        _shots(axes, mine, 1.1, 6.0)
        for shot in mine:
            axes.annotate(
                f"{shot.battery}: {shot.end}",
                (shot.ended_s / 60.0, shot.alt_km),
                (8, 2),
                textcoords="offset points",
            )
        for t_s, who in _first_tracks(reading, threat):
            alt = float(np.interp(t_s / 60.0, path[:, 0], path[:, 1]))
            axes.plot([t_s / 60.0], [alt], "d", color=colour("accent"), ms=4.5, mew=0)
            axes.annotate(
                f"tracked by {who}", (t_s / 60.0, alt), (-5, 6), textcoords="offset points",
                ha="right", color=colour("accent"),
            )  # fmt: skip
        long = path[-1, 0] - path[0, 0]
        axes.set_xlim(path[0, 0] - 0.12 * long, path[-1, 0] + 0.2 * long)
        top_km = 1.15 * max(10.0, float(path[:, 1].max()))
        axes.set_ylim(0.0, top_km)
        axes.set_xlabel("minutes after the start of the scenario")
        axes.set_ylabel("height, km")
        axes.grid(axis="y")
        _side(side, shown, top_km)
        return svg(figure, "one", f"Height against time of {threat} with the shots at it")


def _sheet(height_in: float, systems: int) -> tuple[Any, Any, Any]:
    """Axes of heights against time, narrow axes beside them for the systems, and the figure."""
    figure = drawing(WIDTH_IN, height_in)
    side_in = 0.24 * systems + 0.06
    axes = place(figure, 0.6, 0.45, side_in + 0.1, 0.06)
    side = place(figure, WIDTH_IN - side_in, 0.45, 0.0, 0.06, sharey=axes)
    return axes, side, figure


def flight(track: Mapping[str, Any], points: int = POINTS) -> np.ndarray:
    """Minutes and height [km] (n, 2) of a flight."""
    pick = np.unique(np.linspace(0, len(track["t_s"]) - 1, points).astype(int))
    height_km = geodetic(track["r_ecef_m"][pick])[:, 2]
    return np.column_stack([track["t_s"][pick] / 60.0, height_km])


def _first_tracks(reading: Reading, threat: str) -> list[tuple[float, str]]:
    """When the first radar had it firmly."""
    found = [
        (event["t_s"], event["who"])
        for event in reading.events
        if event["kind"] == "track" and event["whom"] == threat
    ]
    return found[:1]


def _shots(axes: Any, shown: list[Shot], width: float, size: float) -> None:
    """Rounds as straight lines from launch to end, and their ends."""
    paths = [
        [(shot.fired_s / 60.0, 0.0), (shot.ended_s / 60.0, shot.alt_km)] for shot in shown
    ]  # fmt: skip
    axes.add_collection(
        LineCollection(paths, colors=colour("accent"), linewidths=width, alpha=0.6)
    )  # fmt: skip
    for ends, marker, name in (
        (("kill",), "o", "intercepted"),
        (("miss", "wrong-object", "body-hit", "diverted"), "x", "arrived"),
        (("wasted",), "x", "muted"),
    ):
        met = [(shot.ended_s / 60.0, shot.alt_km) for shot in shown if shot.end in ends]
        if met:
            x, y = zip(*met, strict=True)
            edge = 0.0 if marker == "o" else 0.9
            axes.plot(x, y, marker, color=colour(name), ms=size, mew=edge, zorder=4)


def _side(axes: Any, shown: list[Band], top_km: float) -> None:
    """Floors and ceilings as bars with the name of the system."""
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelleft=False, labelbottom=False)
    for x, band in enumerate(shown):
        high = min(band.ceiling_km, top_km)
        axes.bar(
            [x], [high - min(band.floor_km, high)], 0.62, bottom=band.floor_km,
            color=colour("spread"), lw=0,
        )  # fmt: skip
        middle = 0.5 * (band.floor_km + high)
        tall = (high - band.floor_km) / top_km > 0.28
        axes.text(
            x, middle if tall else high + 0.015 * top_km, short_name(band.system), rotation=90,
            ha="center", va="center" if tall else "bottom", fontsize=8,
        )  # fmt: skip
    axes.set_xlim(-0.6, max(len(shown), 1) - 0.4)
