"""The page of ``keepout compare``: what the other defence adds, and where it adds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keepout.report import study_figures as draw
from keepout.report.figures import figure, key_of
from keepout.report.markup import Html, join
from keepout.report.study import Page, numbers, write
from keepout.report.words import (
    cause_name,
    count,
    error,
    ignorance_text,
    listed,
    range_text,
    short_name,
)

KEYS = [
    ("bar", "spread", "spread of outcomes, 5 to 95 %"),
    ("bar", "ignorance", "ignorance of parameters, 5 to 95 %"),
    ("●", "ink", "mean, with its Monte Carlo error"),
]

OPINIONS = (
    "Kill probabilities, magazines, channels and aims are opinions with a range, stated in the "
    "scenarios before any comparison with what was published (grade D)."
)
WEIGHTS = (
    "Stories are weighted alike, or as the study file says: an opinion. A story touches only "
    "parameters that both sides have."
)
WHICH_STORY = (
    "Knowing which story is true: whether bases were left on purpose, and what was left in the "
    "magazines, moves the answer more than any kill probability."
)


def write_page(found: Mapping[str, Any], path: Path) -> None:
    """Write the page of a comparison."""
    write(page(found), path)


def page(found: Mapping[str, Any]) -> Page:
    """The page of a comparison's JSON."""
    a, b = found["a"]["scenario"], found["b"]["scenario"]
    return Page(
        title=f"{b} minus {a}",
        question=f"What does {b} change against {a}?",
        answer=answer(found),
        figures=figures(found),
        tables=[_table(found)],
        assumptions=_assumptions(found),
        changes=_changes(found),
        repeat=f"keepout compare {a} {b} --trials {found['trials']} --seed {found['seed']}",
        facts=(f"{found['trials']:,} paired trials", f"seed {found['seed']}"),
    )


def answer(found: Mapping[str, Any]) -> list[str]:
    """The answer in sentences, each uncertainty named."""
    s, sign = found["difference"]["arrived"], found["sign"]
    words = "fewer" if s["mean"] < 0 else "more"
    first = (
        f"On the same nights {count(abs(s['mean']))} {words} missiles arrive "
        f"({error(s['mc_se'])} Monte Carlo): {count(found['b']['arrived']['mean'])} instead of "
        f"{count(found['a']['arrived']['mean'])} of {count(found['a']['launched']['mean'])} "
        f"launched. Single nights differ by {range_text(s)} (5 to 95 %). Ignorance of parameters, "
        f"5 to 95 % of the mean: {ignorance_text(s)}."
    )
    second = (
        f"Fewer arrive in {100 * sign['p_fewer']:.0f} % of the nights, as many in "
        f"{100 * sign['p_same']:.0f} %, more in {100 * sign['p_more']:.0f} %."
    )
    said = [first, second, *(each["words"] for each in found["ceiling"])]
    told = found.get("by_story")
    if told and told["stories"]:
        parts = [f"{x['title']}: {x['arrived']['mean']:+.1f}" for x in told["stories"]]
        said.append(f"It depends on the story of what happened. {listed(parts)}.")
        said += [f"It {words}." for words in told["adds_nothing_if"]]
    causes = [each for each in found["cannot_help"] if each["kind"] == "cause"][:4]
    if causes:
        left = [f"{cause_name(each['name'])} ({each['b']:.1f} still arrive)" for each in causes]
        said.append(f"It cannot help against: {listed(left)}.")
    return said


def figures(found: Mapping[str, Any]) -> list[Html]:
    """By cause, by story, by part or by asset."""
    d = found["difference"]
    causes = [
        (cause_name(cause), s["mean"], s["mc_se"] or 0.0)
        for cause, s in d["by_cause"].items()
        if s["mean"]
    ]
    made = [
        figure(
            draw.bars(causes, "causes", "Difference by cause", "arrivals, B minus A"),
            join(
                "Where the difference comes from: arrivals by cause, and their Monte Carlo error."
            ),
        )
    ]
    told = found.get("by_story")
    if told:
        rows = [(x["title"], x["arrived"]) for x in told["stories"]]
        if told["mixed"]:
            rows.append(("mixed with the stated weights", told["mixed"]))
        rows.append(("the whole prior", d["arrived"]))
        rows += [(x["title"], x["arrived"]) for x in told["extremes"]]
        made.append(
            figure(
                draw.intervals(rows, "stories", "Difference by story", "arrivals, B minus A"),
                join("The same comparison inside each story; below the prior, extremes."),
                legend=key_of(KEYS),
            )
        )
    parts = found.get("split")
    names = {"radar": "radar only", "interceptors": "interceptors only", "both": "both"}
    rows = (
        [(words, parts[key]) for key, words in names.items()]
        if parts
        else [(short_name(asset), s) for asset, s in d["by_asset"].items() if s["mean"]]
    )
    says = "What is added, in parts." if parts else "The difference at each place."
    if rows:
        drawn = draw.intervals(rows, "parts", says, "arrivals, B minus A")
        made.append(figure(drawn, join(says), legend=key_of(KEYS)))
    return made


def _table(found: Mapping[str, Any]) -> Html:
    """Every difference with its three uncertainties."""
    d = found["difference"]
    rows = [("arrived", d["arrived"]), ("rounds fired", d["fired"])]
    rows += [(f"at {short_name(asset)}", s) for asset, s in d["by_asset"].items()]
    rows += [(cause_name(cause), s) for cause, s in d["by_cause"].items() if s["mean"]]
    rows += [(short_name(id_), s) for id_, s in d["by_missile"].items()]
    body = [
        (words, f"{s['mean']:+.1f}", error(s["mc_se"]), range_text(s),
         ignorance_text(s))
        for words, s in rows
    ]  # fmt: skip
    head = ("B minus A", "mean", "Monte Carlo", "single nights", "ignorance of parameters")
    return numbers(head, body)


def _assumptions(found: Mapping[str, Any]) -> list[str]:
    return [
        OPINIONS,
        "Both sides meet the same missiles, failures and luck; only the defence differs.",
        *([WEIGHTS] if found.get("by_story") else []),
    ]


def _changes(found: Mapping[str, Any]) -> list[str]:
    return [
        *([WHICH_STORY] if found.get("by_story") else []),
        "Another place for the battery, or other assets that it may defend.",
        "Another number of rounds for each threat: it sets the arithmetic ceiling.",
    ]
