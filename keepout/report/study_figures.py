"""Figures of studies: intervals, bars, lines with bands, and heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from keepout.report.figures import colour, drawing, place, styled, svg
from keepout.report.markup import NOT_TEXT, Html

WIDTH_IN = 7.6
Summary = Mapping[str, Any]


def safe(words: object) -> str:
    """Words that a drawing can hold, shortened."""
    text = NOT_TEXT.sub(" ", str(words))
    return text if len(text) <= 38 else text[:36] + "…"


def intervals(rows: Sequence[tuple[str, Summary]], key: str, label: str, unit: str) -> Html:
    """One line for each summary: spread of outcomes, ignorance of parameters, mean."""
    with styled():
        figure = drawing(WIDTH_IN, 0.6 + 0.42 * len(rows))
        axes = place(figure, 2.6, 0.45, 0.15, 0.05)
        for y, (_, s) in enumerate(rows):
            inner = s.get("epistemic", {})
            if s.get("p05") is not None:
                axes.plot([s["p05"], s["p95"]], [y, y], color=colour("spread"), lw=9)
            if inner.get("p05") is not None:
                axes.plot([inner["p05"], inner["p95"]], [y, y], color=colour("ignorance"), lw=4)
            error = s.get("mc_se") or 0.0
            axes.plot([s["mean"] - error, s["mean"] + error], [y, y], color=colour("ink"), lw=1.2)
            axes.plot([s["mean"]], [y], "o", color=colour("ink"), ms=4, mew=0)
        axes.axvline(0.0, color=colour("muted"), lw=0.6)
        axes.set_yticks(range(len(rows)), [safe(words) for words, _ in rows])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(safe(unit))
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        return svg(figure, key, label)


def bars(rows: Sequence[tuple[str, float, float]], key: str, label: str, unit: str) -> Html:
    """One bar for each (words, value, error)."""
    with styled():
        figure = drawing(WIDTH_IN, 0.6 + 0.34 * max(len(rows), 1))
        axes = place(figure, 2.6, 0.45, 0.35, 0.05)
        at = np.arange(len(rows))
        values = [value for _, value, _ in rows]
        names = ["intercepted" if value < 0 else "arrived" for value in values]
        axes.barh(at, values, 0.62, color=[colour(name) for name in names], lw=0)
        for y, (_, value, error) in zip(at, rows):
            axes.plot([value - error, value + error], [y, y], color=colour("ink"), lw=1.2)
        axes.axvline(0.0, color=colour("muted"), lw=0.6)
        axes.set_yticks(at, [safe(words) for words, _, _ in rows])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(safe(unit))
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        return svg(figure, key, label)


def lines(
    x: Sequence[float], series: Sequence[tuple[str, Sequence[Summary]]], key: str, label: str,
    axes_words: tuple[str, str],
) -> Html:  # fmt: skip
    """Means over x with their 5 to 95 % of outcomes as a band; one line for each series."""
    names = ("accent", "arrived", "unable", "left", "intercepted", "failed", "published", "muted")
    with styled():
        figure = drawing(WIDTH_IN, 3.3)
        axes = place(figure, 0.7, 0.5, 0.2, 0.15)
        for (words, summaries), name in zip(series, names):
            means = [s["mean"] for s in summaries]
            if len(series) < 4 and summaries[0].get("p05") is not None:
                low, high = ([s[end] for s in summaries] for end in ("p05", "p95"))
                axes.fill_between(x, low, high, color=colour(name), alpha=0.16, lw=0)
            axes.plot(x, means, "o-", color=colour(name), lw=1.4, ms=3.5, label=safe(words))
        axes.set_xlabel(safe(axes_words[0]))
        axes.set_ylabel(safe(axes_words[1]))
        axes.grid(axis="y")
        if len(series) > 1:
            axes.legend(frameon=False, fontsize=8)
        return svg(figure, key, label)


def heat(
    values: np.ndarray, x: tuple[str, Sequence[str]], y: tuple[str, Sequence[str]], key: str,
    label: str,
) -> Html:  # fmt: skip
    """A heat map, (y, x): each cell with its value, larger ones in a stronger colour."""
    faint, full = (to_rgba(colour("arrived"), alpha) for alpha in (0.08, 0.8))
    shades = LinearSegmentedColormap.from_list("heat", [faint, full])
    edges = [np.arange(n + 1) - 0.5 for n in reversed(values.shape)]
    with styled():
        figure = drawing(WIDTH_IN, 1.0 + 0.34 * values.shape[0])
        axes = place(figure, 1.6, 0.6, 0.15, 0.1)
        cells = np.ma.masked_invalid(values)
        axes.pcolormesh(*edges, cells, cmap=shades, label=safe(label))
        for (i, j), value in np.ndenumerate(values):
            if not np.isnan(value):
                axes.text(j, i, f"{value:.1f}", ha="center", va="center", fontsize=8)
        axes.set_xticks(range(values.shape[1]), [safe(each) for each in x[1]])
        axes.set_yticks(range(values.shape[0]), [safe(each) for each in y[1]])
        axes.set_xlim(-0.5, values.shape[1] - 0.5)
        axes.set_ylim(-0.5, values.shape[0] - 0.5)
        axes.tick_params(length=0)
        axes.set_xlabel(safe(x[0]))
        axes.set_ylabel(safe(y[0]))
        return svg(figure, key, label)
