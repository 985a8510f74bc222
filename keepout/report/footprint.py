"""The map of a footprint, and the battlespace of the missile aimed at the battery itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from keepout.earth.geodesy import alt_of, great_circle_m
from keepout.report.ground import Box, lines
from keepout.studies.footprint import Found, outlines, timeline

SHADES = ("#a6cee3", "#1f78b4", "#08306b", "#02142e", "#000000")
"""One look, two, three …"""
CASE_LINES = {"own radar": "-", "all radars": "--", "outside": ":"}
MUTED, FLIGHT = "#777777", "#c0504d"


def footprint_figure(found: Found) -> Any:
    """A Figure: the defended ground by looks, and height against time of the central flight."""
    figure = Figure(figsize=(11.0, 5.4), layout="constrained")
    FigureCanvasAgg(figure)
    ground, time = figure.subplots(1, 2, width_ratios=(1.1, 1.0))
    range_km = great_circle_m(found.question.launch, found.question.site) / 1e3
    figure.suptitle(
        f"{found.battery} ({found.system}) against {found.missile} from {range_km:,.0f} km"
    )
    _map(ground, found)
    _time(time, found)
    return figure


def _box(found: Found) -> Box:
    """The part of the map that is defended, with a margin."""
    covered = found.coverage
    shown = covered.looks.max(axis=0) >= 1
    lat, lon = covered.ground.lat_deg, covered.ground.lon_deg
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return Box(float(lon[0]), float(lon[-1]), float(lat[0]), float(lat[-1]))
    south, north = lat[rows[0]], lat[rows[-1]]
    west, east = lon[columns[0]], lon[columns[-1]]
    tall, wide = 0.15 * (north - south) + 0.1, 0.15 * (east - west) + 0.1
    return Box(west - wide, east + wide, south - tall, north + tall)


def _map(axes: Any, found: Found) -> None:
    """Ground by looks: filled for the last case, lines for the others."""
    box = _box(found)
    for kind, style in (("coast", "-"), ("border", ":")):
        axes.add_collection(
            LineCollection(lines(kind, box), colors=MUTED, linewidths=0.7, linestyles=style)
        )
    filled = found.coverage.cases[-1]
    for looks in range(1, found.looks + 1):
        for case in found.coverage.cases:
            km2 = found.coverage.area_km2(case, looks)
            label = f"{looks}{'+' if looks == found.looks else ''} look, {case}: {km2:,.0f} km²"
            for polygon in outlines(found, case, looks):
                if case == filled:
                    outside = polygon[0]
                    axes.fill(*outside.T, color=SHADES[looks - 1], alpha=0.55, lw=0, label=label)
                else:
                    for ring in polygon:
                        axes.plot(
                            *ring.T, CASE_LINES[case], color=SHADES[looks], lw=1.4, label=label
                        )
                label = "_"
    site = found.question.site
    axes.plot([site.lon_deg], [site.lat_deg], "^", color="black", ms=8, label=found.battery)
    _arrow(axes, found, box)
    axes.set(
        xlim=(box.west, box.east), ylim=(box.south, box.north), xlabel="longitude [deg]",
        ylabel="latitude [deg]",
    )  # fmt: skip
    axes.set_aspect(1.0 / max(0.05, box.shrink()), adjustable="box")
    axes.legend(fontsize=7, loc="lower right")


def _arrow(axes: Any, found: Found, box: Box) -> None:
    """Where the missile comes from."""
    site, launch = found.question.site, found.question.launch
    east = (launch.lon_deg - site.lon_deg) * math.cos(math.radians(site.lat_deg))
    north = launch.lat_deg - site.lat_deg
    size = math.hypot(east, north)
    reach = 0.42 * min((box.east - box.west) * box.shrink(), box.north - box.south)
    dx, dy = reach * east / size / box.shrink(), reach * north / size
    axes.annotate(
        "", xy=(site.lon_deg + 0.55 * dx, site.lat_deg + 0.55 * dy),
        xytext=(site.lon_deg + dx, site.lat_deg + dy),
        arrowprops={"arrowstyle": "->", "color": FLIGHT, "lw": 2.0},
    )  # fmt: skip


def _time(axes: Any, found: Found) -> None:
    """Height of the flight to the battery against time, with window and looks."""
    covered = found.coverage
    alt_km = np.array([alt_of(*row[:3]) for row in covered.sample]) / 1e3
    t_s = np.arange(len(alt_km)) * float(covered.flight.dt_s)
    axes.plot(t_s, alt_km, color=FLIGHT, label="missile aimed at the battery")
    low, high = float(covered.interceptor.floor_m) / 1e3, float(covered.interceptor.ceiling_m) / 1e3
    axes.axhspan(low, min(high, 1.1 * alt_km.max()), color="#cccccc", alpha=0.45, lw=0)
    case = covered.cases[-1]
    told = timeline(found)[case]
    window = told["window"]
    if window is not None:
        axes.axvspan(window["opens_s"], window["closes_s"], ymax=0.03, color=SHADES[1])
        axes.axvline(window["closes_s"], color=SHADES[1], lw=0.8, ls="--")
        axes.annotate(
            "latest launch", (window["closes_s"], 0.6 * alt_km.max()), rotation=90, ha="right",
            fontsize=8,
        )  # fmt: skip
    for n, look in enumerate(told["looks"], 1):
        label = f"look {n}: launch {look['launch_s']:.0f} s, at {look['alt_km']:.0f} km"
        axes.plot(
            [look["launch_s"], look["intercept_s"]], [0.0, look["alt_km"]], "o-", ms=4,
            color=SHADES[min(n, 4)], label=label,
        )  # fmt: skip
    for name, ready_s in zip(covered.cases, covered.ready_s):
        if math.isfinite(ready_s):
            axes.axvline(
                ready_s, color="black", lw=0.9, ls=CASE_LINES[name], label=f"may launch: {name}"
            )
    axes.set(xlabel="seconds after launch of the missile", ylabel="height [km]", ylim=(0.0, None))
    axes.set_xlim(0.0, t_s[-1])
    axes.grid(alpha=0.3)
    axes.legend(fontsize=7, loc="upper left")
