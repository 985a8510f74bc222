"""The page of a campaign: how long the magazines last, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keepout.report import study_figures as draw
from keepout.report.compared_page import KEYS, OPINIONS
from keepout.report.figures import figure, key_of
from keepout.report.markup import Html, join
from keepout.report.study import Page, numbers, write
from keepout.report.words import (
    KIND_WORDS,
    cause_name,
    count,
    error,
    ignorance_text,
    listed,
    million,
    million_error,
    range_text,
    short_name,
    whole,
)

Found = Mapping[str, Any]
ONCE = (
    "What is not known is drawn once for a campaign: the same kill probabilities in every raid. "
    "Failures of whole systems and all luck are drawn anew in each raid."
)
BETWEEN = (
    "Between raids, rounds are evened out over the batteries of one type, and launchers are loaded "
    "one after the other as far as the time allows. No battery is moved, or saves rounds for a "
    "later raid; one that is hit stands again in the next."
)
ASSUMED = (
    ONCE,
    BETWEEN,
    "Averted is what was intercepted: some of that would have come down in the open.",
)


def write_page(found: Found, path: Path) -> None:
    """Write the page of a campaign."""
    write(page(found), path)


def page(found: Found) -> Page:
    """The page of a campaign's JSON."""
    return Page(
        title=f"Campaign {found['scenario']}",
        question=f"How long do the magazines last in {found['scenario']}, and at what cost?",
        answer=answer(found),
        figures=figures(found),
        tables=[_raids(found), _costs(found)],
        assumptions=[OPINIONS, *ASSUMED],
        changes=[
            "Deliveries that were not counted, or a defence that saves its rounds.",
            "Raids of another size: what comes after the magazines are dry meets no defence.",
        ],
        repeat=f"keepout campaign {found['scenario']} --trials {found['trials']} "
        f"--seed {found['seed']}",
        facts=(
            f"{len(found['raids'])} raids",
            f"{found['trials']:,} campaigns",
            f"seed {found['seed']}",
        ),
    )


def answer(found: Found) -> list[str]:
    """The answer in sentences."""
    total, said = found["total"], []
    dry = [
        f"{short_name(system)} by day {about['day']['p50']:.1f} (5 to 95 %: "
        f"{_day(about['day']['p05'])} to {_day(about['day']['p95'])})"
        for system, about in found["depletion"].items()
        if about["day"]["p50"] is not None
    ]
    lasting = [short_name(s) for s, d in found["depletion"].items() if d["day"]["p50"] is None]
    if dry:
        said.append(f"In half of the campaigns the magazines are empty: {listed(dry)}.")
    else:
        said.append("In more than half of the campaigns no type of battery runs dry.")
    if lasting and dry:
        said.append(f"Lasting to the end in more than half of them: {listed(lasting)}.")
    s = total["arrived"]
    said.append(
        f"Of {count(total['launched']['mean'])} launched {count(s['mean'])} arrive "
        f"({error(s['mc_se'])} Monte Carlo); single campaigns {range_text(s)} (5 to 95 %). "
        f"Ignorance of parameters, 5 to 95 % of the mean: {ignorance_text(s, whole)}."
    )
    cost = found["cost_usd"]
    said.append(
        f"Rounds fired: {million(cost['marginal']['mean'])} million US dollars at the price of "
        f"one, {million(cost['replacement']['mean'])} million at the price of a new one; "
        f"{million(cost['per_arrival_averted']['mean'])} million for each missile stopped. "
        + (f"Base year {cost['base_year']}. " if cost["base_year"] else "")
        + "Prices as published, of several years, not converted."
    )  # fmt: skip
    for figure_ in found["published"]:
        if not figure_.get("asset"):
            kind = KIND_WORDS.get(figure_["kind"], figure_["kind"])
            said.append(
                f"Published: {kind} {whole(figure_['count'])} ({figure_['who']}). The model counts "
                "every warhead that comes down on an asset or elsewhere, so the two are not the "
                "same count."
            )
    return said


def _day(value: float | None) -> str:
    return "later" if value is None else f"{value:.1f}"


def figures(found: Found) -> list[Html]:
    """Arrivals by day, magazines by day, and why missiles arrive."""
    days = [wave["day"] for wave in found["raids"]]
    if len(days) == 1:
        days = [0.0]
    arrived = [(words, [w[key] for w in found["raids"]]) for key, words in
               (("launched", "launched"), ("arrived", "arrive"))]  # fmt: skip
    left = [
        (short_name(system), [w["left"][system] for w in found["raids"]])
        for system in found["depletion"]
    ]
    causes = [
        (cause_name(cause), s["mean"], s["mc_se"] or 0.0)
        for cause, s in found["total"]["by_cause"].items()
        if s["mean"]
    ]
    costs = [
        (words, found["cost_usd"][key])
        for key, words in (
            ("marginal", "at the price of one"), ("replacement", "at the price of a new one"),
        )
        if found["cost_usd"][key]["mean"] is not None
    ]  # fmt: skip
    scaled = [(words, _scaled(s, 1e-6)) for words, s in costs]
    made = [
        figure(
            draw.lines(days, arrived, "days", "Arrivals by day", ("day", "missiles in a raid")),
            join("Launched and arriving in each raid; bands: 5 to 95 % of single campaigns."),
        ),
        figure(
            draw.lines(days, left, "left", "Rounds left by day", ("day", "rounds left, mean")),
            join("Rounds left after each raid, by type of battery."),
        ),
        figure(
            draw.bars(causes, "why", "Arrivals by cause", "arrivals in the whole campaign"),
            join("Why missiles arrive, over the whole campaign."),
        ),
    ]
    if scaled:
        drawn = draw.intervals(scaled, "cost", "Cost of rounds", "million US dollars")
        made.append(figure(drawn, join("Cost of the rounds fired."), legend=key_of(KEYS)))
    return made


def _scaled(summary: Found, factor: float) -> dict[str, Any]:
    """A summary in another unit."""
    found = {
        k: v if v is None or isinstance(v, Mapping) else v * factor for k, v in summary.items()
    }
    found["epistemic"] = {
        k: None if v is None else v * factor for k, v in summary["epistemic"].items()
    }
    return found


def _raids(found: Found) -> Html:
    """Every raid."""
    systems = list(found["depletion"])
    head = ["day", "launched", "arrive", "5 to 95 %", *(f"left, {short_name(s)}" for s in systems)]
    rows = [
        [f"{w['day']:.1f}", count(w["launched"]["mean"]), count(w["arrived"]["mean"]),
         range_text(w["arrived"]), *(count(w["left"][s]["mean"]) for s in systems)]
        for w in found["raids"]
    ]  # fmt: skip
    return numbers(head, rows)


def _costs(found: Found) -> Html:
    """What it cost, three ways."""
    cost = found["cost_usd"]
    words = {
        "marginal": "rounds fired, at the price of one",
        "replacement": "rounds fired, at the price of a new one",
        "per_arrival_averted": "rounds for each missile stopped",
        "per_raid_averted": "rounds for as many as a raid has",
        "attack": "what was launched",
    }
    rows = [
        [says, million(cost[key]["mean"]), million_error(cost[key]["mc_se"]),
         "–" if cost[key]["p05"] is None else range_text(cost[key], million)]
        for key, says in words.items()
    ]  # fmt: skip
    bought = cost["procurement"]
    rows.append(["the batteries, to buy", million(bought), "–", "–"])
    return numbers(["million US dollars", "mean", "Monte Carlo", "single campaigns"], rows)
