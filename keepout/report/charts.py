"""Figures of counts: arrivals by asset and cause, and their distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.transforms import blended_transform_factory

from keepout.report.figures import colour, drawing, place, styled, svg
from keepout.report.markup import NOT_TEXT, Html
from keepout.report.reading import Published, Reading, Summary
from keepout.report.words import CAUSE_GROUPS, KIND_WORDS, count, short_name, whole

WIDTH_IN = 7.6
BINS = 45
"""Bars of a histogram at most."""


def arrivals(reading: Reading) -> Html:
    """Mean arrivals at each asset, cut up by cause."""
    found = reading.summary["arrived"]["by_asset"]
    assets = [asset for asset in reading.layout.assets if (found[asset]["mean"] or 0.0) > 0.0]
    with styled():
        figure = drawing(WIDTH_IN, 0.55 + 0.4 * max(len(assets), 1))
        axes = place(figure, 0.9, 0.45, 0.1, 0.05)
        at = np.arange(len(assets))
        start = np.zeros(len(assets))
        for cause in (cause for causes in CAUSE_GROUPS.values() for cause in causes):
            part = np.array([reading.arrived(asset, cause) for asset in assets])
            if part.any():
                axes.barh(at, part, 0.62, left=start, color=colour(cause), lw=0)
                start = start + part
        for y, total in zip(at, start, strict=True):
            axes.annotate(
                count(float(total)), (total, y), (5, 0), textcoords="offset points", va="center"
            )
        axes.set_yticks(at, [short_name(asset) for asset in assets])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(0.0, 1.1 * max([*start, 1e-9]))
        axes.set_xlabel("arrivals expected in one raid")
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        return svg(figure, "arrivals", "Expected arrivals at each asset, by cause")


def distribution(reading: Reading, asset: str, figures: Sequence[Published]) -> Html:
    """Arrivals at an asset over the trials, with the published figures and two intervals."""
    values = reading.per_trial(f"arrived.by_asset.{asset}")
    summary = reading.summary["arrived"]["by_asset"][asset]
    last = max([float(values.max()), *(each.count for each in figures), 1.0])
    step = int(np.ceil((last + 1.0) / BINS))
    edges = np.arange(-0.5, last + step + 0.5, step)
    with styled():
        figure = drawing(WIDTH_IN, 3.4)
        below = place(figure, 1.75, 0.45, 0.1, 2.4)
        above = place(figure, 1.75, 1.12, 0.1, 0.05, sharex=below)
        share = np.histogram(values, edges)[0] / len(values)
        above.bar(edges[:-1] + 0.5 * step, 100 * share, 0.86 * step, color=colour("spread"), lw=0)
        above.set_ylabel("% of trials")
        above.set_ylim(0.0, 100 * float(share.max()) * (1.15 + 0.14 * len(figures)))
        above.tick_params(axis="x", labelbottom=False)
        above.grid(axis="y")
        _mark_published(above, figures)
        _intervals(below, summary)
        below.set_xlabel(f"arrivals at {short_name(asset)} in one raid")
        below.set_xlim(edges[0], edges[-1])
        label = f"Distribution of arrivals at {short_name(asset)} over the trials"
        return svg(figure, f"at-{reading.layout.assets.index(asset)}", label)


def _mark_published(axes: Any, figures: Sequence[Published]) -> None:
    """Published figures as lines; a label stands over all lines to the right of its own."""
    across = blended_transform_factory(axes.transData, axes.transAxes)
    ordered = sorted(figures, key=lambda each: each.count)
    for level, each in enumerate(ordered):
        top = 1.0 - 0.11 * level
        style = (0, (4, 2)) if each.is_bound else "solid"
        axes.plot(
            [each.count] * 2, [0.0, top], lw=1.4, ls=style, transform=across,
            color=colour("published"),
        )  # fmt: skip
        who = NOT_TEXT.sub(" ", each.who.split(",")[0])[:40]
        says = f"{KIND_WORDS.get(each.kind, each.kind)} {whole(each.count)}: {who}"
        axes.annotate(
            says, (each.count, top), (4, 0), xycoords=across, textcoords="offset points", va="top",
            color=colour("published"),
        )  # fmt: skip


def _intervals(axes: Any, summary: Summary) -> None:
    """Spread of outcomes, ignorance of parameters, and the mean with its Monte Carlo error."""
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(side == "bottom")
    axes.tick_params(axis="y", length=0)
    axes.set_yticks(
        [2.0, 1.0, 0.0], ["spread of outcomes", "ignorance of parameters", "mean ± Monte Carlo"]
    )
    for y, ends, name in ((2.0, summary, "spread"), (1.0, summary["epistemic"], "ignorance")):
        axes.plot([ends["p05"], ends["p95"]], [y, y], color=colour(name), lw=6)
        axes.plot([ends["p50"]], [y], "|", color=colour("paper"), ms=6, mew=1.4)
    mean, mc_se = summary["mean"], summary["mc_se"] or 0.0
    axes.plot([mean - mc_se, mean + mc_se], [0.0, 0.0], color=colour("ink"), lw=1.2)
    axes.plot([mean], [0.0], "o", color=colour("ink"), ms=3.5, mew=0)
    axes.set_ylim(-0.7, 2.7)
