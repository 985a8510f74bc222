"""Maps of a kept trial: the theatre with its flights, and the ground where they came down."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Ellipse

from keepout.report.figures import colour, drawing, place, styled, svg
from keepout.report.ground import Box, box_around, coast, event_place, geodetic, lines
from keepout.report.markup import Html
from keepout.report.reading import Reading
from keepout.report.words import CAUSE_GROUPS, group_of, short_name

KM_PER_DEG = 111.2
GROUP_COLOURS = dict(zip(CAUSE_GROUPS, ("left", "unable", "arrived"), strict=True))
"""Group of causes → colour of an impact."""

POINTS = 14
"""Points of a flight over the ground."""

GROUND = {"facecolor": colour("paper"), "edgecolor": "none", "alpha": 0.7, "pad": 0.8}
"""What stands behind a name on the map."""

Places = dict[str, list[tuple[float, float, float]]]


def fates(reading: Reading) -> dict[str, str]:
    """How each threat of the kept trial ended: failed, intercepted or arrived."""
    ends = {
        "failure": "failed", "kill": "intercepted", "impact": "arrived", "dud": "arrived",
    }  # fmt: skip
    return {event["whom"]: ends[event["kind"]] for event in reading.events if event["kind"] in ends}


def theatre(reading: Reading) -> Html:
    """Launch areas, flights, intercepts, debris, batteries and assets."""
    areas, assets = reading.inputs.places("areas"), reading.inputs.places("assets")
    where = [(p["lon_deg"], p["lat_deg"]) for p in (*areas, *assets)]
    where += [(p["lon_deg"] + 1.5, p["lat_deg"]) for p in areas]  # room for the names
    box = box_around(np.array(where), 1.2, 6.0)
    with styled():
        figure, axes = _sheet(box, 7.6)
        _base(axes, box)
        _countries(axes, box)
        _flights(axes, reading)
        for area in areas:
            _area(axes, box, area)
        _batteries(axes, box, reading, names=False)
        seen = places(reading)
        _points(axes, seen, "debris", "o", "muted", 2.2)
        _points(axes, seen, "stage-impact", "+", "border", 3.0)
        _points(axes, seen, "kill", "o", "intercepted", 3.4)
        for group, name in GROUP_COLOURS.items():
            _points(axes, seen, group, "x", name, 2.6)
        _frame(axes, box)
        return svg(figure, "theatre", "Map of the flights, intercepts and impacts of one trial")


def target_area(reading: Reading) -> Html:
    """Assets, batteries, impacts by group of causes, and debris."""
    assets = reading.inputs.places("assets")
    points = [(p["lon_deg"], p["lat_deg"]) for p in assets]
    points += [where for where, _ in battery_places(reading).values()]
    box = box_around(np.array(points), 0.2, 1.2)
    with styled():
        figure, axes = _sheet(box, 6.4)
        _base(axes, box)
        seen = places(reading)
        _points(axes, seen, "stage-impact", "+", "border", 4.0)
        _points(axes, seen, "debris", "o", "muted", 2.4)
        for group, name in GROUP_COLOURS.items():
            _points(axes, seen, group, "x", name, 3.6)
        for asset in assets:
            _asset(axes, box, asset)
        _batteries(axes, box, reading, names=True)
        _frame(axes, box)
        return svg(figure, "target", "Map of the impacts of one trial around the assets")


def hit(reading: Reading) -> list[dict[str, Any]]:
    """Up to four assets with impacts near them in the trial, in the order of the scenario."""
    points = np.array([p for found in _impacts(reading).values() for p in found]).reshape(-1, 3)
    near = []
    for asset in reading.inputs.places("assets"):
        east, north = _offsets_km(points, asset)
        n = int(np.count_nonzero(np.hypot(east, north) < asset["radius_m"] / 1e3))
        near.append((n, asset))
    most = sorted((-n, k) for k, (n, _) in enumerate(near) if n > 0)[:4]
    return [near[k][1] for k in sorted(k for _, k in most)]


def close_ups(reading: Reading) -> Html:
    """Impacts within a few kilometres of each asset that was hit."""
    assets = hit(reading)
    with styled():
        side_in = 7.6 / max(len(assets), 3)
        figure = drawing(side_in * len(assets), side_in + 0.1)
        for k, asset in enumerate(assets):
            right_in = side_in * (len(assets) - 1 - k) + 0.05
            axes = place(figure, side_in * k + 0.05, 0.0, right_in, 0.25)
            radius_km = asset["radius_m"] / 1e3
            for kind, found in _impacts(reading).items():
                east, north = _offsets_km(np.array(found).reshape(-1, 3), asset)
                axes.plot(
                    east, north, "x", color=colour(GROUP_COLOURS[kind]), ms=4, mew=1.0
                )  # fmt: skip
            axes.add_patch(
                Circle((0, 0), radius_km, facecolor="none", edgecolor=colour("ink"), lw=0.8)
            )  # fmt: skip
            reach_km = max(4.9, 1.4 * radius_km)
            axes.set(xlim=(-reach_km, reach_km), ylim=(-reach_km, reach_km), aspect="equal")
            axes.set_xticks(range(-5, 6, 5), [])
            axes.set_yticks(range(-5, 6, 5), [])
            axes.tick_params(length=0)
            axes.grid(visible=True)
            axes.set_title(short_name(asset["id"]), fontsize=9)
            axes.spines[:].set_visible(True)
            axes.spines[:].set_color(colour("line"))
        return svg(figure, "close", "Impacts of one trial close to each asset")


def _impacts(reading: Reading) -> Places:
    """Places of impacts by group of causes."""
    seen = places(reading)
    return {group: seen[group] for group in GROUP_COLOURS if group in seen}


def _offsets_km(points: np.ndarray, asset: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """East and north of an asset's centre [km]; flat, good to a few tens of kilometres."""
    shrink = math.cos(math.radians(asset["lat_deg"]))
    east = (points[:, 0] - asset["lon_deg"]) * KM_PER_DEG * shrink
    return east, (points[:, 1] - asset["lat_deg"]) * KM_PER_DEG


def _sheet(box: Box, width_in: float) -> tuple[Any, Any]:
    """A figure that the box fills, and its axes."""
    left_in, below_in, edge_in = 0.62, 0.28, 0.06
    inner_in = (width_in - left_in - edge_in) / box.aspect()
    figure = drawing(width_in, below_in + edge_in + inner_in)
    return figure, place(figure, left_in, below_in, edge_in, edge_in)


def places(reading: Reading) -> Places:
    """Places of the trial's events by kind; impacts by their group of causes."""
    found: Places = {}
    for event in reading.events:
        kind = event["kind"]
        if kind in ("impact", "dud"):
            kind = group_of(event.get("detail", ""))
        elif kind not in ("kill", "debris", "stage-impact"):
            continue
        where = event_place(event)
        if where is not None:
            found.setdefault(kind, []).append(where)
    return found


def battery_places(reading: Reading) -> dict[str, tuple[tuple[float, float], str]]:
    """Longitude and latitude, and system, of every battery by name."""
    found = {}
    for battery in reading.inputs.batteries:
        where = reading.inputs.battery_place(battery["name"])
        if where is not None:
            found[battery["name"]] = ((where.lon_deg, where.lat_deg), battery["system"])
    return found


def _base(axes: Any, box: Box) -> None:
    """Coasts and borders, or a graticule where the shipped map does not reach."""
    coast = lines("coast", box)
    axes.add_collection(LineCollection(coast, colors=colour("border"), linewidths=0.8))
    borders = LineCollection(lines("border", box), colors=colour("border"), linewidths=0.6)
    borders.set_linestyle((0, (3, 2)))
    axes.add_collection(borders)
    axes.grid(visible=True, color=colour("line"), lw=0.4 if coast else 0.8)


def _countries(axes: Any, box: Box) -> None:
    """Names of countries and seas, where they are in the way of little."""
    for name, lon, lat in coast().get("labels", ()):
        if box.west < lon < box.east and box.south < lat < box.north:
            axes.text(
                lon, lat, name, ha="center", va="center", fontsize=8.5, color=colour("muted"),
                clip_on=True, zorder=1,
            )  # fmt: skip


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
        lon + 0.62 * size / box.shrink(), lat, short_name(area["id"]), ha="left", va="center",
        fontsize=9, zorder=4,
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
        lon + 0.7 * size / box.shrink(), lat, short_name(asset["id"]), va="center", ha="left",
        fontsize=9, zorder=5, bbox=GROUND,
    )  # fmt: skip


def _batteries(axes: Any, box: Box, reading: Reading, *, names: bool) -> None:
    """Batteries as triangles; with names, one for all that stand together."""
    together: dict[tuple[float, float], list[str]] = {}
    for where, system in battery_places(reading).values():
        together.setdefault((round(where[0], 3), round(where[1], 3)), []).append(system)
    for (lon, lat), systems in together.items():
        axes.plot([lon], [lat], "^", color=colour("accent"), ms=6 if names else 3, mew=0, zorder=6)
        if names:
            right = lon < box.west + 0.35 * (box.east - box.west)
            says = ", ".join(dict.fromkeys(short_name(system) for system in systems))
            axes.annotate(
                says, (lon, lat), (6 if right else -6, -2), textcoords="offset points",
                va="center", ha="left" if right else "right", fontsize=8.5,
                color=colour("accent"), zorder=6, bbox=GROUND,
            )  # fmt: skip


def _points(axes: Any, seen: Places, kind: str, marker: str, name: str, size: float) -> None:
    """Events of one kind."""
    points = np.array(seen.get(kind, ())).reshape(-1, 3)
    if len(points):
        axes.plot(
            points[:, 0], points[:, 1], marker, color=colour(name), ms=size,
            mew=0.9 if marker in "x+" else 0.0, zorder=4,
        )  # fmt: skip
