"""Fattah-1 beside its ballistic twin, drawn: the last two minutes, and what arrives by layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from keepout.studies.twin import LAYERS, Row, heights

LAST_S, TOP_KM = 100.0, 160.0
COLOURS = ("#777777", "#a6cee3", "#1f78b4", "#08306b")


def words(strength_g: float | None) -> str:
    """What a flight is called."""
    return "ballistic twin" if strength_g is None else f"{strength_g:.0f} g"


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write the picture; the ending of the name says the format."""
    figure = Figure(figsize=(10.0, 4.2), layout="constrained")
    FigureCanvasAgg(figure)
    flight, bars = figure.subplots(1, 2)
    for (strength, t_s, alt_km), colour in zip(heights(), COLOURS, strict=True):
        late = t_s > -LAST_S
        flight.plot(t_s[late], alt_km[late], color=colour, label=words(strength))
    for level, name in ((150.0, "THAAD"), (40.0, ""), (50.0, "Arrow 2"), (15.0, "David's Sling")):
        flight.axhline(level, color="#bbbbbb", lw=0.7, ls=":")
        flight.annotate(name, (-LAST_S, level), (2, 2), textcoords="offset points", fontsize=7)
    flight.set(xlabel="seconds before impact", ylabel="height [km]", ylim=(0, TOP_KM))
    flight.legend(fontsize=8)
    flight.grid(alpha=0.3)
    strengths = list(dict.fromkeys(row.strength_g for row in rows))
    for k, (strength, colour) in enumerate(zip(strengths, COLOURS, strict=True)):
        mine = [row for row in rows if row.strength_g == strength]
        mean = np.array([100.0 * row.arrived["mean"] for row in mine])
        ends = [[100.0 * row.arrived["epistemic"][end] for row in mine] for end in ("p05", "p95")]
        off = np.maximum([mean - ends[0], np.array(ends[1]) - mean], 0.0)
        at = np.arange(len(mine)) + 0.2 * (k - 1.5)
        bars.bar(at, mean, 0.18, yerr=off, color=colour, ecolor="#444444", label=words(strength))
    bars.set_xticks(range(len(LAYERS)), [name.removesuffix("-battery") for name in LAYERS])
    bars.set(ylabel="% of the raid that arrives (bars: 5 to 95 % ignorance)", ylim=(0, None))
    bars.yaxis.label.set_fontsize(8)
    bars.grid(alpha=0.3, axis="y")
    figure.savefig(path)
