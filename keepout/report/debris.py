"""The page of what comes down: craters by kind of ground, and maps of debris and leakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, LogNorm

from keepout.report.figures import colour, drawing, figure, place, styled, svg
from keepout.report.ground import Box, lines
from keepout.report.markup import Html, join
from keepout.report.study import Page, html, numbers

WIDTH_IN = 7.6
DECADES = 3.0
"""Orders of magnitude below the most that the map shows."""
ASSUMED = (
    "Craters fall on the base anywhere alike; an aimed raid would gather them.",
    "The kinds of ground are those of a generic air base of 10 km2 (assumed, grade D).",
    "The size of a crater is known to a factor of two: small, middle and large are shown.",
    (
        "Debris is one heavy piece for each intercept and each missile that fails, and each spent "
        "stage; small fragments are not followed."
    ),
)
CHANGES = (
    "Aim points inside the base, which nobody published and this page does not guess.",
    "How many pieces an intercept leaves, and how far they are thrown.",
    "Wind, which carries light pieces by kilometres.",
)


def page(data: Mapping[str, Any], zones: Sequence[Any], maps: Mapping[str, Any], line: str) -> str:
    """The page as text."""
    title = f"Where it comes down: {data['scenario']}"
    figures = [figure(_zones(zones), join("Chance that a kind of ground is hit at least once."))]
    figures += [
        figure(
            _map(found, name),
            join(
                f"{WORDS[name]}, pieces per square kilometre in one raid, over {found.trials} "
                "trials. Empty cells had none."
            ),
        )
        for name, found in maps.items()
    ]
    hit = [zone for zone in zones if zone.hit >= 0.5 and zone.name != "open ground"]
    listed = ", ".join(zone.name for zone in hit) or "none of the hard ground"
    craters = data["craters"]
    answer = [
        (
            f"Of {craters['mean']:.0f} craters at {data['asset']} ({craters['count']}), "
            f"{zones[-1].craters['mean']:.0f} would lie on open ground, if all ground is alike; "
            f"more likely hit than not: {listed}."
        ),
        *(_sentence(name, each) for name, each in data["maps"].items()),
    ]
    return html(
        Page(
            title=title, question=title, answer=answer, figures=figures, tables=[_table(zones)],
            assumptions=ASSUMED, changes=CHANGES, repeat=line,
            facts=(f"run {data['run']}", f"digest {data['digest'][:12]}"),
        )
    )  # fmt: skip


def _sentence(name: str, each: Mapping[str, float]) -> str:
    """How much comes down, and how much where most of it does."""
    return (
        f"{WORDS[name]}: {each['pieces_per_raid']:.0f} in one raid; in the cell where most come "
        f"down {each['most_per_km2']:.2g} per km2, any in {100 * each['most_chance']:.0f} % of "
        "raids."
    )


WORDS = {"debris": "Debris and spent stages", "leakers": "Missiles that arrive"}


def _table(zones: Sequence[Any]) -> Html:
    rows = [
        [z.name, f"{100 * z.share:.1f} %", f"{z.craters['mean']:.1f}",
         f"{z.craters['p05']:.0f} to {z.craters['p95']:.0f}", f"{100 * z.hit:.0f} %",
         " / ".join(f"{100 * share:.2f} %" for share in z.cratered)]
        for z in zones
    ]  # fmt: skip
    return numbers(
        ["kind of ground", "of the area", "craters expected", "90 % of single raids",
         "chance of any", "cratered: small, middle, large craters"], rows,
    )  # fmt: skip


def _zones(zones: Sequence[Any]) -> Html:
    """Chance of a hit on each kind of ground."""
    with styled():
        drawn = drawing(WIDTH_IN, 0.6 + 0.34 * len(zones))
        axes = place(drawn, 1.3, 0.45, 0.4, 0.05)
        at = np.arange(len(zones))
        axes.barh(at, [100 * z.hit for z in zones], 0.62, color=colour("arrived"), lw=0)
        axes.set_yticks(at, [z.name for z in zones])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("% of raids with at least one crater there")
        axes.grid(axis="x")
        return svg(drawn, "zones", "Chance that each kind of ground is hit")


def _map(found: Any, name: str) -> Html:
    """Density on a logarithmic scale over coasts and borders."""
    density = found.per_km2()
    rows, columns = density.shape
    east, north = found.west_deg + columns * found.cell_deg, found.south_deg + rows * found.cell_deg
    box = Box(found.west_deg - 0.3, east + 0.3, found.south_deg - 0.3, north + 0.3)
    width = WIDTH_IN - 1.6
    with styled():
        drawn = drawing(WIDTH_IN, min(6.0, max(2.4, width / box.aspect() + 0.7)))
        axes = place(drawn, 0.6, 0.45, 1.0, 0.1)
        for kind, shade in (("coast", "border"), ("border", "line")):
            for line in lines(kind, box):
                axes.plot(line[:, 0], line[:, 1], color=colour(shade), lw=0.7)
        most = float(density.max())
        shades = LinearSegmentedColormap.from_list("down", RAMP)
        edges = [np.arange(n + 1) * found.cell_deg for n in (columns, rows)]
        mesh = axes.pcolormesh(
            found.west_deg + edges[0], found.south_deg + edges[1],
            np.ma.masked_less_equal(density, 0.0), cmap=shades,
            norm=LogNorm(most / 10.0**DECADES, most), rasterized=True,
        )  # fmt: skip
        axes.set_xlim(box.west, box.east)
        axes.set_ylim(box.south, box.north)
        axes.set_aspect(1.0 / box.shrink())
        axes.set_xlabel("longitude, degrees east")
        axes.set_ylabel("latitude, degrees north")
        bar = drawn.colorbar(mesh, ax=axes, fraction=0.035, pad=0.02)
        ticks = [most / 10.0**k for k in range(int(DECADES) + 1)]
        bar.set_ticks(ticks, labels=[f"{tick:.2g}" for tick in ticks])
        bar.ax.minorticks_off()
        bar.set_label("per km2 and raid")
        return svg(drawn, f"map-{name}", f"Map: {WORDS[name]}")


RAMP = ["#e8ddb5", "#d98f45", "#a83226", "#4d1431"]
"""From few to many; the map has its own colours, the same in light and dark."""
