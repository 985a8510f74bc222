"""Summaries as tables of plain text, at most 100 columns wide. Imports nothing heavy."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from keepout.results.plain import is_unseen

Summary = Mapping[str, Any]
Row = tuple[str, Summary]

NAME_WIDTH = 30
HEAD = (
    f"{'':{NAME_WIDTH}}{'':>9}{'± Monte':>9}   {'spread of outcomes':^23}   "
    f"{'ignorance of parameters':^23}\n"
    f"{'':{NAME_WIDTH}}{'mean':>9}{'Carlo':>9}   {'5 %':>7} {'50 %':>7} {'95 %':>7}   "
    f"{'5 %':>7} {'50 %':>7} {'95 %':>7}"
)
RULE = "-" * (NAME_WIDTH + 18 + 3 + 23 + 3 + 23)
WHICH = (
    "± Monte Carlo: error of the mean from the number of trials. Spread of outcomes: what one\n"
    "night may bring. Ignorance of parameters: where the mean would lie if they were known;\n"
    "none seen: so many trials cannot tell it from chance."
)


def count(value: float) -> str:
    """A number of things."""
    return _unsigned_zero(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}")


def small(value: float) -> str:
    """An error of a number of things."""
    return f"{value:.2f}"


def percent(value: float) -> str:
    """A share."""
    return f"{100 * value:.1f} %"


def million(value: float) -> str:
    """US dollars in millions."""
    return _unsigned_zero(f"{value / 1e6:,.0f}" if abs(value) >= 1e8 else f"{value / 1e6:.1f}")


def _unsigned_zero(text: str) -> str:
    """Nothing is not negative, however little below zero it was before rounding."""
    return text.lstrip("-") if not text.strip("-0.") else text


def line(
    name: str, summary: Summary, show: Callable[[float], str] = count,
    error: Callable[[float], str] | None = None, outcome: Callable[[float], str] | None = None,
) -> str:  # fmt: skip
    """One row: mean, its error, outcomes and epistemic quantiles."""

    def cell(value: float | None, form: Callable[[float], str], width: int) -> str:
        return f"{'–' if value is None else form(value):>{width}}"

    quantiles = ("p05", "p50", "p95")
    outcomes = " ".join(cell(summary[q], outcome or show, 7) for q in quantiles)
    epistemic = " ".join(cell(summary["epistemic"][q], show, 7) for q in quantiles)
    if is_unseen(summary):
        epistemic = f"{'none seen':^23}"
    means = cell(summary["mean"], show, 9) + cell(summary["mc_se"], error or show, 9)
    return f"{name:{NAME_WIDTH}}{means}   {outcomes}   {epistemic}".rstrip()


def counts(rows: Iterable[Row], indent: str = "") -> list[str]:
    """Rows of counts: outcomes are whole numbers, means are not."""
    return [line(indent + name, summary, count, small, whole) for name, summary in rows]


def whole(value: float) -> str:
    """A count of one trial."""
    return f"{value:,.0f}"


def is_zero(summary: Summary) -> bool:
    """Whether it never happened."""
    return summary["mean"] in (0, None) and not summary["p95"] and not summary["mc_se"]


def without_zeros(rows: Mapping[str, Summary]) -> tuple[list[Row], list[str]]:
    """Rows that say something, and the names of those that are zero in every trial."""
    kept = [(name, summary) for name, summary in rows.items() if not is_zero(summary)]
    return kept, [name for name, summary in rows.items() if is_zero(summary)]


def block(title: str, rows: Mapping[str, Summary]) -> list[str]:
    """A titled block of counts; what never happened is named in one line."""
    kept, zero = without_zeros(rows)
    lines = [title, *counts(kept, "  ")]
    never = textwrap.wrap(f"never: {', '.join(zero)}", 96, break_on_hyphens=False)
    return lines + ["  " + text for text in never] if zero else lines


def ledger(summary: Mapping[str, Any]) -> str:
    """The table of ``keepout run``."""
    arrived, fired, cost = summary["arrived"], summary["fired"], summary["cost_usd"]
    main: list[Row] = [
        ("launched", summary["launched"]),
        ("= failed in flight", summary["failed_in_flight"]),
        ("+ intercepted", summary["intercepted"]["total"]),
        ("+ arrived", arrived["total"]),
    ]
    lines = [HEAD, RULE, *counts(main)]
    lines += ["", *block("arrived, by place", arrived["by_asset"])]
    lines += ["", *block("arrived, by cause", arrived["by_cause"])]
    lines += ["", *block("arrived, by missile", arrived["by_missile"])]
    lines += ["", *block("intercepted, by system", summary["intercepted"]["by_system"])]
    lines += ["", *counts([("rounds fired", fired["total"])]), *counts(
        fired["by_system"].items(), "  "
    )]  # fmt: skip
    lines += ["", "share intercepted …"]
    lines += [line(f"  of those {name}", s, percent) for name, s in summary["rates"].items()]
    lines += ["", "cost, million US dollars"]
    lines += [line(f"  {name}", s, million) for name, s in cost.items()]
    none = summary["p_no_arrival"]
    error = "" if none["mc_se"] is None else f" (± {percent(none['mc_se'])} Monte Carlo)"
    lines += ["", f"Probability that nothing arrives: {percent(none['mean'])}{error}."]
    return "\n".join([*lines, "", WHICH])


def difference(found: Mapping[str, Any]) -> str:
    """The table of ``keepout compare``."""
    d = found["difference"]
    lines = [HEAD, RULE]
    lines += counts([("arrived", d["arrived"]), ("rounds fired", d["fired"])])
    lines += [line("cost of defence, $ million", d["cost_usd"], million)]
    lines += ["", *block("arrived, by place", d["by_asset"])]
    lines += ["", *block("arrived, by cause", d["by_cause"])]
    if found["correlation"] is not None:
        lines += ["", f"Correlation of arrivals in A and B: {found['correlation']:.2f}."]
    if found.get("gain"):
        words = (
            "The same chance on both sides: drawn apart, the difference in arrivals would need "
            f"{found['gain']:.1f} times the trials for the same Monte Carlo error."
        )
        lines += [textwrap.fill(words, 98)]
    if not found["same_raid"]:
        lines += ["The raids differ in size in some trials: this is not the same raid twice."]
    lines += [textwrap.fill(each["words"], 98, break_on_hyphens=False) for each in found["ceiling"]]
    return "\n".join([*lines, "", WHICH])
