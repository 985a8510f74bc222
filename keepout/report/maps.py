"""Maps of a kept trial: the theatre with its flights, and the ground where they came down."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Ellipse

from keepout.report.figures import colour, drawing, plain, styled, svg
from keepout.report.ground import Box, box_around, event_place, geodetic, lines
from keepout.report.markup import Html
from keepout.report.reading import Reading
from keepout.report.words import CAUSE_GROUPS, group_of, short_name

KM_PER_DEG = 111.2
GROUP_COLOURS = dict(zip(CAUSE_GROUPS, ("left", "unable", "arrived"), strict=True))
"""Group of causes → colour of an impact."""

POINTS = 14
"""Points of a flight over the ground."""

Places = dict[str, list[tuple[float, float, float]]]


def fates(reading: Reading) -> dict[str, str]:
    """How each threat of the kept trial ended: failed, intercepted or arrived."""
    ends = {
        "failure": "failed", "kill": "intercepted", "impact": "arrived", "dud": "arrived",
    }  # fmt: skip
    return {
        event["whom"]: ends[event["kind"]] for event in reading.events if event["kind"] in ends
    }


def theatre(reading: Reading) -> Html:
    """Launch areas, flights, intercepts, debris, batteries and assets."""
    areas, assets = reading.inputs.places("areas"), reading.inputs.places("assets")
    where = np.array([(p["lon_deg"], p["lat_deg"]) for p in (*areas, *assets)])
    box = box_around(where, 1.3, 6.0)
    with styled():
        figure = drawing(6.6, 0.35 + 6.2 / box.aspect())
        axes = figure.subplots()
        _base(axes, box)
        _flights(axes, reading)
        for area in areas:
            _area(axes, box, area)
        _batteries(axes, reading, names=False)
        seen = places(reading)
        _points(axes, seen, "debris", "o", "muted", 2.2)
        _points(axes, seen, "stage-impact", "+", "muted", 3.5)
        _points(axes, seen, "kill", "o", "intercepted", 3.4)
        for group, name in GROUP_COLOURS.items():
            _points(axes, seen, group, "x", name, 3.0)
        _frame(axes, box)
        return svg(figure, "theatre", "Map of the flights, intercepts and impacts of one trial")


def target_area(reading: Reading) -> Html:
    """Assets, batteries, impacts by group of causes, and debris."""
    assets = reading.inputs.places("assets")
    points = [(p["lon_deg"], p["lat_deg"]) for p in assets]
    points += [place for place, _ in battery_places(reading).values()]
    box = box_around(np.array(points), 0.25, 1.2)
    with styled():
        height_in = min(7.5, 0.35 + 5.2 / box.aspect())
        figure = drawing(5.6, height_in)
        axes = figure.subplots()
        _base(axes, box)
        for asset in assets:
            _asset(axes, box, asset)
        seen = places(reading)
        _points(axes, seen, "debris", "o", "muted", 2.6)
        for group, name in GROUP_COLOURS.items():
            _points(axes, seen, group, "x", name, 4.5)
        _batteries(axes, reading, names=True)
        _frame(axes, box)
        return svg(figure, "target", "Map of the impacts of one trial around the assets")


def places(reading: Reading) -> Places:
    """Places of the trial's events by kind; impacts by their group of causes."""
    found: Places = {}
    for event in reading.events:
        kind = event["kind"]
        if kind in ("impact", "dud"):
            kind = group_of(event.get("detail", ""))
        elif kind not in ("kill", "debris", "stage-impact"):
            continue
        place = event_place(event)
        if place is not None:
            found.setdefault(kind, []).append(place)
    return found


def battery_places(reading: Reading) -> dict[str, tuple[tuple[float, float], str]]:
    """Longitude and latitude, and system, of every battery by name."""
    found = {}
    for battery in reading.inputs.batteries:
        place = reading.inputs.battery_place(battery["name"])
        if place is not None:
            found[battery["name"]] = ((place.lon_deg, place.lat_deg), battery["system"])
    return found


def _base(axes: Any, box: Box) -> None:
    """Coasts and borders, or a graticule where the shipped map does not reach."""
    plain(axes)
    coast = lines("coast", box)
    axes.add_collection(LineCollection(coast, colors=colour("border"), linewidths=0.8))
    borders = LineCollection(lines("border", box), colors=colour("border"), linewidths=0.6)
    borders.set_linestyle((0, (3, 2)))
    axes.add_collection(borders)
    axes.grid(visible=True, color=colour("line"), lw=0.4 if coast else 0.8)


def _frame(axes: Any, box: Box) -> None:
    """Limits, scale and degrees."""
    axes.set_xlim(box.west, box.east)
    axes.set_ylim(box.south, box.north)
    axes.set_aspect(1.0 / box.shrink())
    axes.spines[["top", "right"]].set_visible(True)
    for side in axes.spines.values():
        side.set_color(colour("line"))
    axes.tick_params(length=0, labelsize=8, labelcolor=colour("muted"))
    axes.xaxis.set_major_formatter("{x:g}° E")
    axes.yaxis.set_major_formatter("{x:g}° N")
    axes.locator_params(nbins=6, min_n_ticks=3)
    _scale(axes, box)


def _scale(axes: Any, box: Box) -> None:
    """A bar of a round number of kilometres."""
    width_km = (box.east - box.west) * KM_PER_DEG * box.shrink()
    length_km = max(n for n in (5, 10, 20, 50, 100, 200, 500) if n < max(0.25 * width_km, 6))
    length = length_km / KM_PER_DEG / box.shrink()
    x = box.east - 0.04 * (box.east - box.west) - length
    y = box.south + 0.04 * (box.north - box.south)
    axes.plot([x, x + length], [y, y], color=colour("ink"), lw=1.5)
    axes.text(x + 0.5 * length, y, f"{length_km} km", ha="center", va="bottom", fontsize=8)


def _flights(axes: Any, reading: Reading) -> None:
    """Every flight of the trial in the colour of its end."""
    fate = fates(reading)
    for end in ("failed", "arrived", "intercepted"):
        paths = []
        for track in reading.tracks:
            if fate.get(track["threat"], "arrived") == end:
                pick = np.linspace(0, len(track["t_s"]) - 1, POINTS).astype(int)
                paths.append(geodetic(track["r_ecef_m"][np.unique(pick)])[:, :2])
        axes.add_collection(
            LineCollection(paths, colors=colour(end), linewidths=0.6, alpha=0.45)
        )  # fmt: skip


def _area(axes: Any, box: Box, area: dict[str, Any]) -> None:
    """A launch area as one opaque disc: a province, nothing finer."""
    lon, lat = area["lon_deg"], area["lat_deg"]
    size = 2.0 * max(area["radius_m"] / 1e3 * 1.15, 40.0) / KM_PER_DEG
    disc = Ellipse(
        (lon, lat), size / box.shrink(), size, facecolor=colour("paper"),
        edgecolor=colour("arrived"), lw=1.0, zorder=3,
    )  # fmt: skip
    axes.add_patch(disc)
    axes.text(
        lon, lat - 0.55 * size, short_name(area["id"]), ha="center", va="top", fontsize=8.5,
        zorder=4,
    )  # fmt: skip


def _asset(axes: Any, box: Box, asset: dict[str, Any]) -> None:
    """An asset with its radius."""
    lon, lat = asset["lon_deg"], asset["lat_deg"]
    size = 2.0 * asset["radius_m"] / 1e3 / KM_PER_DEG
    axes.add_patch(
        Ellipse((lon, lat), size / box.shrink(), size, facecolor="none", edgecolor=colour("ink"),
                lw=0.8, zorder=3)
    )  # fmt: skip
    axes.text(
        lon + 0.62 * size / box.shrink(), lat, short_name(asset["id"]), va="center", ha="left",
        fontsize=9, zorder=5,
    )  # fmt: skip


def _batteries(axes: Any, reading: Reading, *, names: bool) -> None:
    """Batteries as triangles; with names, one for all that stand together."""
    together: dict[tuple[float, float], list[str]] = {}
    for place, system in battery_places(reading).values():
        together.setdefault((round(place[0], 3), round(place[1], 3)), []).append(system)
    for (lon, lat), systems in together.items():
        axes.plot([lon], [lat], "^", color=colour("accent"), ms=5 if names else 3, mew=0, zorder=6)
        if names:
            says = ", ".join(dict.fromkeys(short_name(system) for system in systems))
            axes.text(
                lon, lat, f"{says}  ", va="center", ha="right", fontsize=8, color=colour("accent"),
                zorder=6,
            )  # fmt: skip


def _points(axes: Any, seen: Places, kind: str, marker: str, name: str, size: float) -> None:
    """Events of one kind."""
    points = np.array(seen.get(kind, ())).reshape(-1, 3)
    if len(points):
        axes.plot(
            points[:, 0], points[:, 1], marker, color=colour(name), ms=size,
            mew=0.9 if marker in "x+" else 0.0, zorder=4,
        )  # fmt: skip


