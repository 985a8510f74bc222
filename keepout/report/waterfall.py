"""The waterfall of mechanisms as a section: arrivals with one of them switched off at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout.report.figures import colour, drawing, figure, place, styled, svg
from keepout.report.markup import Html, el, join, paragraph, row, section, table
from keepout.report.reading import Reading
from keepout.report.words import count

WIDTH_IN = 7.6


def waterfall(reading: Reading, found: dict[str, Any] | None) -> Html | None:
    """The section; without a waterfall the line that makes it."""
    title = "Which mechanism lets them through"
    if found is None:
        if reading.run.folder is None:
            return None
        says = (
            "The same nights with one mechanism switched off at a time (tracks, policy, common "
            "causes, magazines, channels) are simulated and added here by"
        )
        line = f"keepout report {reading.run.folder} --waterfall"
        return section("waterfall", title, paragraph(says), el("pre", line))
    words = (
        f"The first {found['trials']:,} nights of seed {found['seed']} (fidelity "
        f"{found['fidelity']}), as they are and with one mechanism out at a time, under the same "
        "chance. Differences are paired; ± is their Monte Carlo error, nothing else. They need "
        "not add up: what one mechanism stops passing, another may catch."
    )
    return section(
        "waterfall",
        title,
        paragraph(words),
        figure(bars(found), join("Arrivals expected in one raid. The line: as it is.")),
        _table(found),
    )


def bars(found: dict[str, Any]) -> Html:
    """Arrivals as a bar for each variant, with the error of the difference."""
    names = list(found["mechanisms"])
    usual = float(found["arrived"]["mean"])
    means = np.array([found["mechanisms"][name]["arrived"]["mean"] for name in names])
    errors = [found["mechanisms"][name]["difference"]["mc_se"] or 0.0 for name in names]
    with styled():
        sheet = drawing(WIDTH_IN, 0.55 + 0.36 * (len(names) + 1))
        axes = place(sheet, 1.6, 0.45, 0.5, 0.05)
        at = np.arange(len(names) + 1)
        axes.barh(at[:1], [usual], 0.6, color=colour("arrived"), lw=0)
        axes.barh(at[1:], means, 0.6, color=colour("spread"), lw=0)
        axes.barh(
            at[1:], usual - means, 0.6, left=means, color=colour("intercepted"), alpha=0.35, lw=0
        )
        axes.errorbar(means, at[1:], xerr=errors, fmt="none", ecolor=colour("ink"), elinewidth=1.0)
        axes.axvline(usual, color=colour("ink"), lw=0.8)
        for y, value in zip(at, [usual, *means], strict=True):
            axes.annotate(
                count(float(value)), (max(float(value), usual), y), (5, 0),
                textcoords="offset points", va="center",
            )  # fmt: skip
        axes.set_yticks(at, ["as it is", *(name.replace("-", " ") for name in names)])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(0.0, 1.12 * max([usual, *means, 1e-9]))
        axes.set_xlabel("arrivals expected in one raid")
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        return svg(sheet, "waterfall", "Arrivals with one mechanism switched off at a time")


def _table(found: dict[str, Any]) -> Html:
    """Mean and paired difference of each variant."""
    head = row(["switched off", "which means", ("arrive", "num"), ("difference", "num")], "th")
    body = []
    for name, each in found["mechanisms"].items():
        change = each["difference"]
        error = "" if change["mc_se"] is None else f" ± {change['mc_se']:.1f}"
        said = f"{change['mean']:+.1f}{error}".replace("-", "−")
        body.append(
            row(
                [
                    name.replace("-", " "),
                    each["words"],
                    (count(each["arrived"]["mean"]), "num"),
                    (said, "num"),
                ]
            )
        )
    return table([head], body)
