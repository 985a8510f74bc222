"""The page of a verdict over every combination of the defensible ways to choose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from keepout.report import study_figures as draw
from keepout.report.compared_page import OPINIONS
from keepout.report.figures import colour, drawing, figure, place, styled, svg
from keepout.report.markup import Html, join
from keepout.report.study import Page, numbers, write
from keepout.report.study_pages import what
from keepout.report.words import count, listed

Found = Mapping[str, Any]


def write_page(found: Found, path: Path) -> None:
    """Write the page of a multiverse."""
    write(page(found), path)


def page(found: Found) -> Page:
    """The page of a multiverse's JSON."""
    share, claim = found["share"], found["claim"]
    ordered = sorted(found["by_choice"], key=lambda c: -c["flips"])
    turning = [f"{c['choice']} ({100 * c['flips']:.0f} %)" for c in ordered if c["flips"] > 0]
    first = (
        f"“{claim['says']}” holds in {100 * share['holds']:.0f} % of {len(found['universes'])} "
        f"combinations of what can be defended, fails in {100 * share['fails']:.0f} %, and is too "
        f"close to say in {100 * share['undecided']:.0f} %."
    )
    second = (
        f"What turns the verdict, all else the same: {listed(turning)} of the pairs of "
        "combinations that differ in that choice alone."
        if turning
        else "No choice by itself turns the verdict."
    )
    third = (
        "A share of combinations is no probability. A verdict is of the expected number; within "
        "two Monte Carlo errors of the limit it is left open."
    )
    return Page(
        title=found["study"],
        question=found["question"] or claim["says"],
        answer=[first, second, third],
        figures=_figures(found, ordered),
        tables=[_table(ordered)],
        assumptions=[*found["assumptions"], OPINIONS],
        changes=[f"Settling {c['choice']} settles most." for c in ordered[:1] if c["flips"] > 0]
        + ["A choice that nobody thought of: only what is listed was varied."],
        repeat=f"keepout multiverse {found['study']}",
        facts=(f"{len(found['universes'])} combinations", f"{found['trials']} trials each"),
    )


def _figures(found: Found, ordered: list[Any]) -> list[Html]:
    """The curve of all combinations, what turns the verdict, and shares by option."""
    name = f"{found['claim']['number']}, {what(found)}"
    flips = [(c["choice"], 100 * c["flips"], 0.0) for c in ordered]
    holds = [
        (f"{c['choice']}: {option}", 100 * about["holds"], 0.0)
        for c in ordered
        for option, about in c["options"].items()
    ]
    return [
        figure(
            _curve(found, name),
            join(
                "Every combination, from the lowest mean to the highest, with two Monte Carlo "
                "errors; the line is the limit of the claim."
            ),
        ),
        figure(
            draw.bars(flips, "flips", "What turns the verdict", "% of pairs"),
            join("How often a choice by itself turns the verdict."),
        ),
        figure(
            draw.bars(holds, "holds", "Where the claim holds", "% of combinations"),
            join("In what share of the combinations with an option the claim holds."),
        ),
    ]


def _curve(found: Found, name: str) -> Html:
    """Means of all combinations in order."""
    values = sorted(
        ((u["value"]["mean"], u["value"]["mc_se"] or 0.0) for u in found["universes"]
         if u["value"]["mean"] is not None),
    )  # fmt: skip
    mean, half = np.array([v for v, _ in values]), 2.0 * np.array([e for _, e in values])
    with styled():
        drawn = drawing(draw.WIDTH_IN, 3.0)
        axes = place(drawn, 0.7, 0.5, 0.2, 0.15)
        at = np.arange(len(mean))
        axes.fill_between(at, mean - half, mean + half, color=colour("spread"), lw=0)
        axes.plot(at, mean, color=colour("ink"), lw=1.3)
        axes.axhline(found["claim"]["than"], color=colour("published"), lw=1.2)
        axes.set_xlabel("combinations, in order of their mean")
        axes.set_ylabel(draw.safe(name))
        axes.grid(axis="y")
        return svg(drawn, "curve", "Means of all combinations")


def _table(ordered: list[Any]) -> Html:
    rows = [
        [f"{c['choice']}: {option}", f"{100 * about['holds']:.0f} %",
         f"{100 * about['fails']:.0f} %", count(about["mean"]), f"{100 * c['flips']:.0f} %"]
        for c in ordered
        for option, about in c["options"].items()
    ]  # fmt: skip
    head = ["option", "holds", "fails", "mean", "the choice turns the verdict"]
    return numbers(head, rows)
