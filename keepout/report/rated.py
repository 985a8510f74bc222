"""The page of a claimed rate: what each denominator allows, beside the claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keepout.report.figures import colour, drawing, figure, key_of, place, styled, svg
from keepout.report.markup import Html, join, row, table
from keepout.report.study import Page, html

COLOURS = {"holds": "intercepted", "can hold": "ignorance", "cannot hold": "arrived"}
ASSUMED = (
    "The ledger: launched = failed in flight + intercepted + arrived, in whole missiles.",
    "Whatever is intercepted was engaged, and whatever is engaged was identified.",
    "Whatever was intercepted threatened something; arrivals may have threatened nothing.",
    "The claim is rounded to its last digit unless another rounding was given.",
)
CHANGES = (
    "A count of what failed in flight: it decides every denominator at once.",
    "A statement of what the rate is a rate of.",
    "A count of all impacts, also in open ground and at sea.",
)


def page(found: Mapping[str, Any], line: str) -> str:
    """The page as text; ``found`` is the JSON of the verb."""
    claim, counts = found["claim"], found["counts"]
    question = (
        f"Can {100 * claim['rate']:g} % of {counts['launched']} missiles have been intercepted, if "
        f"{counts['arrived']} arrived?"
    )
    given = [f"{value} {name}" for name, value in counts.items() if value is not None]
    return html(
        Page(
            title="A claimed interception rate",
            question=question,
            answer=[found["summary"], f"Given: {', '.join(given)}. Everything else is free."],
            figures=[_ranges(found), *_failures(found), _shares(found)],
            tables=[_table(found)],
            assumptions=ASSUMED,
            changes=CHANGES,
            repeat=line,
        )
    )


def _table(found: Mapping[str, Any]) -> Html:
    heads = row(["of", "the claim", "possible rates", ("if", "words")], "th")
    rows = [
        row([r["denominator"], r["verdict"], _percent(r["rate"]), (says, "words")])
        for r in found["denominators"]
        for says in ["; ".join(r["assumptions"])]
    ]  # fmt: skip
    return table([heads], rows)


def _percent(rate: Mapping[str, float | None]) -> str:
    if rate["low"] is None or rate["high"] is None:
        return "–"
    return f"{100 * rate['low']:.1f} to {100 * rate['high']:.1f} %"


def _ranges(found: Mapping[str, Any]) -> Html:
    """Every rate that the counts allow, by denominator, with the claim as a band."""
    rows = [each for each in found["denominators"] if each["rate"]["low"] is not None]
    claim = found["claim"]
    with styled():
        drawn = drawing(7.6, 0.75 + 0.36 * len(rows))
        axes = place(drawn, 1.2, 0.5, 0.2, 0.05)
        axes.axvspan(100 * claim["low"], 100 * claim["high"], color=colour("published"), alpha=0.35)
        for y, each in enumerate(rows):
            ends = [100 * each["rate"]["low"], 100 * each["rate"]["high"]]
            axes.plot(ends, [y, y], color=colour(COLOURS[each["verdict"]]), lw=7)
            axes.plot(ends, [y, y], "|", color=colour("ink"), ms=9, mew=1.2)
        axes.set_yticks(range(len(rows)), [each["denominator"] for each in rows])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(-1, 101)
        axes.set_xlabel("% intercepted")
        axes.grid(axis="x")
        made = svg(drawn, "ranges", "Possible rates by denominator")
    says = "Every rate that the counts allow, by what it is a rate of. The band is the claim."
    words = [("bar", COLOURS[name], name) for name in COLOURS]
    return figure(made, join(says), legend=key_of(words))


def _failures(found: Mapping[str, Any]) -> Sequence[Html]:
    """The rate of all launched as a function of how many failed in flight."""
    counts, claim = found["counts"], found["claim"]
    launched, arrived = counts["launched"], counts["arrived"]
    if found["arrived_is_a_lower_bound"]:
        return ()
    failed = list(range(launched - arrived + 1))
    with styled():
        drawn = drawing(7.6, 2.9)
        axes = place(drawn, 0.7, 0.5, 0.2, 0.1)
        axes.axhspan(100 * claim["low"], 100 * claim["high"], color=colour("published"), alpha=0.35)
        flown = [launched - f for f in failed]
        axes.plot(
            failed, [100 * (n - arrived) / launched for n in flown], color=colour("ink"), lw=1.4
        )
        axes.plot(
            failed, [100 * (n - arrived) / n if n else 0.0 for n in flown],
            color=colour("ignorance"), lw=1.4,
        )  # fmt: skip
        axes.set_xlabel("failed in flight")
        axes.set_ylabel("% intercepted")
        axes.set_ylim(0, 101)
        axes.grid()
        made = svg(drawn, "failures", "Rate against failures in flight")
    words = [("line", "ink", "of all launched"), ("line", "ignorance", "of those that flew on")]
    says = "What the rate would be for each number of failures in flight. The band is the claim."
    return [figure(made, join(says), legend=key_of(words))]


def _shares(found: Mapping[str, Any]) -> Html:
    """Where all missiles went if none failed: arrived against everything else."""
    counts = found["counts"]
    launched, arrived = counts["launched"], counts["arrived"]
    parts = [("arrived", arrived, "arrived")]
    for name, shade in (("failed", "failed"), ("intercepted", "intercepted")):
        if counts.get(name) is not None:
            parts.append((name, counts[name], shade))
    rest = launched - sum(count for _, count, _ in parts)
    if rest > 0:
        parts.append(("failed or intercepted, not said which", rest, "spread"))
    with styled():
        drawn = drawing(7.6, 0.9)
        axes = place(drawn, 0.2, 0.4, 0.2, 0.05)
        start = 0.0
        for _, count, shade in parts:
            axes.barh([0], [count], 0.8, left=start, color=colour(shade), lw=0)
            start += count
        axes.set_yticks([])
        axes.set_xlim(0, launched)
        axes.spines["left"].set_visible(False)
        made = svg(drawn, "shares", "Where the missiles went")
    words = [("bar", shade, f"{name}: {count}") for name, count, shade in parts]
    return figure(made, join("Missiles, as far as the counts say."), legend=key_of(words))
