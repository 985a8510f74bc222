"""The first screen: the answer in a sentence, its three uncertainties, where all of them went."""

from __future__ import annotations

from typing import Any

from keepout.report.compared import verdict
from keepout.report.markup import Html, Part, el, join, paragraph
from keepout.report.reading import ELSEWHERE, Reading
from keepout.report.words import (
    error,
    ignorance_text,
    known,
    listed,
    range_text,
    rounded,
    share_of_trials,
    short_name,
    whole,
)

SAID = {
    "counted": "{} were counted",
    "about": "about {} were reported",
    "lower-bound": "at least {} were seen",
}
"""Kind of a published figure → how a sentence says it."""


def section(reading: Reading) -> Html:
    """What the run says, before anything else."""
    words = str(reading.run.resolved.get("note") or "")
    return el(
        "section",
        paragraph(*sentence(reading), class_="answer"),
        uncertainties(reading.summary["arrived"]["total"]),
        flow(reading),
        [paragraph(*comparison(reading, asset)) for asset in reading.assets_published[:1]],
        paragraph(caution(reading), class_="caution"),
        paragraph(el("b", "The scenario. "), words, class_="note") if words else None,
        id="answer",
    )


def sentence(reading: Reading) -> list[Part]:
    """How many arrive of how many, and where most of them."""
    arrived, launched = reading.summary["arrived"], reading.summary["launched"]
    total = arrived["total"]
    if not known(total["mean"]):
        return ["This run has no trials."]
    parts: list[Part] = [
        "Of ", el("b", rounded(launched["mean"])), " missiles launched, ",
        el("b", rounded(total["mean"])), " are expected to arrive",
    ]  # fmt: skip
    places = {
        asset: s["mean"]
        for asset, s in arrived["by_asset"].items()
        if asset != ELSEWHERE and s["mean"]
    }
    if places and len(places) < 2:
        parts.append(f", at {short_name(next(iter(places)))}")
    elif places:
        most = sorted(places, key=lambda asset: -places[asset])[:3]
        says = [f"{rounded(places[asset])} at {short_name(asset)}" for asset in most]
        parts.append(f": {listed(says)}")
        parts.append(", the rest elsewhere" if len(places) > len(most) else "")
    return [*parts, "."]


def uncertainties(total: dict[str, Any]) -> Html:
    """The three uncertainties of the expected number of arrivals, each by its name."""
    items = (
        (error(total["mc_se"]), "Monte Carlo error", "of the mean; more trials would shrink it"),
        (range_text(total), "spread of outcomes", "what a single raid may bring, 5 to 95 %"),
        (
            ignorance_text(total, rounded),
            "ignorance of parameters",
            "where the mean would lie if they were known, 5 to 95 %",
        ),
    )
    made = [
        el("div", el("dt", name), el("dd", el("b", value), el("span", says)))
        for value, name, says in items
    ]
    return el("dl", made, class_="three")


def flow(reading: Reading) -> Html:
    """Launched = failed + intercepted + arrived, as one bar."""
    summary = reading.summary
    parts = {
        "failed": ("failed in flight", summary["failed_in_flight"]["mean"]),
        "intercepted": ("intercepted", summary["intercepted"]["total"]["mean"]),
        "arrived": ("arrived", summary["arrived"]["total"]["mean"]),
    }
    total = sum(value or 0.0 for _, value in parts.values()) or 1.0
    bar = [
        el("i", style=f"--c: var(--{name}); width: {100 * (value or 0.0) / total:.2f}%")
        for name, (_, value) in parts.items()
        if value
    ]
    words = [
        el("li", el("i", class_="bar", style=f"--c: var(--{name})"), f"{rounded(value)} {says}")
        for name, (says, value) in parts.items()
    ]
    head = f"{rounded(summary['launched']['mean'])} launched ="
    return el(
        "div",
        el("div", bar, class_="flow", aria_hidden="true"),
        el("ul", el("li", head), words, class_="key"),
    )


def comparison(reading: Reading, asset: str) -> list[Part]:
    """What the trials gave at an asset, against what was counted there."""
    s = reading.summary["arrived"]["by_asset"][asset]
    figures = [each for each in reading.published if each.asset == asset]
    first = next((each for each in figures if each.kind == "counted"), figures[0])
    low = f"{share_of_trials(first.at_or_below, reading.trials)} gave {whole(first.count)} or fewer"
    said = SAID.get(first.kind, "{} were published").format(whole(first.count))
    reads = f"{low[0].upper()}{low[1:]}; {verdict(first)}. "
    if reading.counterfactual:
        said = f"without what is added here, {said}"
        reads = "This scenario is not what happened: the count does not test it. "
    return [
        el("b", f"At {short_name(asset)} {rounded(s['mean'])} are expected; {said}"),
        f" ({first.who}). " if first.who else ". ",
        reads,
        (
            f"Spread of outcomes {range_text(s)}, ignorance of parameters "
            f"{ignorance_text(s, rounded)}, Monte Carlo error {error(s['mc_se'])}. "
        ),
        el("a", "All published figures", href="#published"),
        ".",
    ]


def caution(reading: Reading) -> Html:
    """What must not be read out of the numbers."""
    counted = [each for each in reading.published if each.kind == "counted"]
    if counted:
        says = f"{whole(counted[0].count)} craters do not identify a kill probability: "
        rest = (
            "the same count follows from many failures and few shots, or from few failures and "
            "many shots that missed. "
        )
    else:
        says = "No real kill probability is public: "
        rest = "what stands here is an opinion with a range, and the answer moves with it. "
    return join(el("b", says), rest, el("a", "What the model cannot tell", href="#limits"), ".")
