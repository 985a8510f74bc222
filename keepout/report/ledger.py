"""Tables of summaries: the ledger, the rates, the magazines, and arrivals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from keepout.report.markup import Cell, Html, details, el, join, paragraph, row, section, table
from keepout.report.reading import Reading, Summary
from keepout.report.words import (
    CAUSE_GROUPS,
    CAUSE_WORDS,
    RATE_WORDS,
    count,
    error,
    known,
    million,
    million_error,
    name_of,
    percent,
    percent_error,
    whole,
)
from keepout.results.plain import is_unseen

Show = Callable[[float | None], str]


class Bar(NamedTuple):
    """A row of a table with bars."""

    name: str
    summary: Summary
    says: str = ""
    colour: str = "arrived"


def heads(first: str) -> list[Html]:
    """The head of every table of summaries: which uncertainty stands where."""
    top = el(
        "tr",
        el("th", first, scope="col", rowspan="2"),
        el("th", "mean", scope="col", rowspan="2", class_="num"),
        el("th", "Monte Carlo", el("br"), "error", scope="col", rowspan="2", class_="num"),
        el("th", "spread of outcomes", el("small", "a single raid"), scope="colgroup", colspan="3"),
        el(
            "th",
            "ignorance of parameters",
            el("small", "of the mean"),
            scope="colgroup",
            colspan="3",
        ),
    )
    names = ("5 %", "50 %", "95 %") * 2
    return [top, el("tr", [el("th", name, scope="col", class_="num") for name in names])]


def summary_row(
    name: Cell, s: Summary, show: Show = count, err: Show = error, outcome: Show = whole,
    class_: str | None = None,
) -> Html:  # fmt: skip
    """Mean, Monte Carlo error, three quantiles of outcomes, three of the mean."""
    quantiles = ("p05", "p50", "p95")
    cells: list[Cell] = [name, show(s["mean"]), err(s["mc_se"])]
    cells += [(outcome(s[q]), "num spread") for q in quantiles]
    inner = ["", "none seen", ""] if is_unseen(s) else [show(s["epistemic"][q]) for q in quantiles]
    cells += [(text, "num ignorance") for text in inner]
    return row(cells, class_=class_)


def block(title: str) -> Html:
    """A line that heads the rows below it."""
    return el("tr", el("th", title, colspan="9", scope="rowgroup"), class_="block")


def rows_of(found: Mapping[str, Summary], name: Callable[[str], str] = name_of) -> Iterable[Html]:
    """A row for everything that ever happened."""
    for key, s in found.items():
        if not never(s):
            yield summary_row((name(key), "sub"), s)


def never(s: Summary) -> bool:
    """Whether it is zero in every trial."""
    return not s["mean"] and not s["mc_se"] and not s["p95"]


def ledger(reading: Reading) -> Html:
    """Launched = failed + intercepted + arrived, by system; rounds and cost."""
    s = reading.summary
    body = [
        summary_row("launched", s["launched"], class_="sum"),
        summary_row("= failed in flight", s["failed_in_flight"]),
        summary_row("+ intercepted", s["intercepted"]["total"]),
        summary_row("+ arrived", s["arrived"]["total"]),
        block("intercepted, by system"),
        *rows_of(s["intercepted"]["by_system"]),
        block("rounds fired"),
        summary_row("all", s["fired"]["total"]),
        *rows_of(s["fired"]["by_system"]),
        block("arrived, by missile"),
        *rows_of(s["arrived"]["by_missile"]),
    ]
    return section(
        "ledger",
        "The ledger",
        paragraph(
            "In every trial, exactly: launched = failed in flight + intercepted + arrived. A "
            "missile arrives if it reaches the ground as a weapon, wherever that is. Three "
            "uncertainties stand side by side and are never merged: the ",
            el("b", "Monte Carlo error"),
            " of a mean comes from the number of trials; the ",
            el("b", "spread of outcomes"),
            " is what one more such raid may bring; ",
            el("b", "ignorance of parameters"),
            " is where the mean would lie if the uncertain inputs were known.",
        ),
        table(heads("missiles"), body, class_="summary"),
        paragraph(*nothing_arrives(reading)),
        rates(reading),
        ceilings(reading),
        cost(reading),
    )


def nothing_arrives(reading: Reading) -> list[str]:
    """The probability that no missile arrives."""
    p = reading.summary["p_no_arrival"]
    if not known(p["mean"]):
        return []
    if p["mean"] == 0.0:
        return [f"In none of the {reading.trials:,} trials did nothing arrive."]
    err = f" ({percent_error(p['mc_se'])} Monte Carlo error)" if known(p["mc_se"]) else ""
    return [f"Probability that nothing arrives: {percent(p['mean'])}{err}."]


def rates(reading: Reading) -> Html:
    """The interception rate under each denominator."""
    columns = {"launched": "launched", "identified": "seen"} | {
        name: name for name in ("threatening", "engaged")
    }
    body = []
    for name, s in reading.summary["rates"].items():
        of = float(reading.counts(columns[name]).mean())
        label = join(f"of the {name}", el("small", f"{count(of)}: {RATE_WORDS[name]}"))
        body.append(summary_row(label, s, percent, percent_error, percent))
    return join(
        el("h3", "One defence, four interception rates"),
        paragraph(
            "A rate says nothing without its denominator. The same raid and the same defence give "
            "each of these; published claims seldom say which is meant."
        ),
        table(heads("share intercepted"), body, class_="summary"),
    )


def ceilings(reading: Reading) -> Html | None:
    """What the magazines allow: rounds over rounds per threat."""
    found: dict[str, dict[str, Any]] = reading.manifest.get("magazines") or {}
    if not found:
        return None
    body, thaad = [], None
    for system, has in found.items():
        most = has["rounds"] / max(has["rounds_per_threat"], 1)
        body.append(
            row(
                [
                    name_of(system),
                    f"{has['batteries']}",
                    whole(has["rounds"]),
                    f"{has['rounds_per_threat']}",
                    whole(math.floor(most)),
                ]
            )
        )
        if system == "thaad-battery" and has["rounds"] > 0:
            thaad = (has["rounds"], has["rounds_per_threat"], math.floor(most))
    head = row(
        ["system", ("batteries", "num"), ("ready rounds, median", "num"),
         ("rounds at one threat at once", "num"), ("threats at most", "num")], "th",
    )  # fmt: skip
    says = None
    if thaad is not None:
        rounds, each, most = thaad
        fired = reading.summary["fired"]["by_system"]["thaad-battery"]["mean"]
        killed = reading.summary["intercepted"]["by_system"]["thaad-battery"]["mean"]
        says = paragraph(
            el("b", f"THAAD’s ceiling: {rounds} rounds at {each} a threat are {most} threats."),
            f" On average {count(fired)} rounds were fired and {count(killed)} missiles "
            "intercepted. Where a base is left on purpose, the battery adds nothing there.",
        )
    return join(
        el("h3", "What the magazines allow"),
        says,
        paragraph(
            "Rounds over rounds per threat: more threats than this no system can engage in a raid "
            "too short to reload, however well it shoots. A doctrine that looks before it shoots "
            "again may need a second round and then serves fewer."
        ),
        table([head], body),
    )


def cost(reading: Reading) -> Html:
    """What was spent, as far as prices are known."""
    s = reading.summary["cost_usd"]
    words = {"defence": "defence: rounds fired", "attack": "attack: missiles launched"}
    body = [
        summary_row(words.get(name, name), each, million, million_error, million)
        for name, each in s.items()
    ]
    return details(
        "Cost of the rounds and the missiles, million US dollars",
        table(heads("million US dollars"), body, class_="summary"),
        paragraph(
            "Unit prices of the catalogue; where one is not known there is no sum. The price of "
            "what was protected or hit is not counted."
        ),
    )


def arrivals(reading: Reading, figure: Html | None) -> Html:
    """Arrivals by asset and by cause, as bars and as one figure."""
    arrived = reading.summary["arrived"]
    return section(
        "arrivals",
        "Where they arrive, and why",
        figure,
        bars("at", {"": [Bar(name_of(a), each) for a, each in arrived["by_asset"].items()]}),
        bars("because of", causes(arrived["by_cause"])),
        paragraph(
            "Every arrival has one cause: the reason that the last battery to consider it had. An "
            "impact inside the radius of an asset is an arrival there; all others are elsewhere. "
            "Debris of intercepts is counted apart: ",
            debris(reading),
        ),
    )


def causes(found: Mapping[str, Summary]) -> dict[str, list[Bar]]:
    """Arrivals by cause, under the groups of causes."""
    return {
        group: [
            Bar(CAUSE_WORDS[cause][0], found[cause], CAUSE_WORDS[cause][1], cause) for cause in of
        ]
        for group, of in CAUSE_GROUPS.items()
    }


def bars(first: str, groups: Mapping[str, list[Bar]]) -> Html:
    """A table of summaries with the mean as a bar; what never happened in one line."""
    every = [bar for each in groups.values() for bar in each]
    most = max([bar.summary["mean"] or 0.0 for bar in every] + [1e-9])
    body = []
    for group, mine in groups.items():
        shown = [bar for bar in mine if not never(bar.summary)]
        if group and shown:
            body.append(block(group))
        body += [summary_row(bar_label(bar, most), bar.summary) for bar in shown]
    zero = [bar.name for bar in every if never(bar.summary)]
    note = paragraph(f"In no trial: {', '.join(zero)}.", class_="note") if zero else None
    return join(table(heads(first), body, class_="summary"), note)


def bar_label(bar: Bar, most: float) -> Html:
    """A name, what it says, and its mean as a bar."""
    width = 100 * (bar.summary["mean"] or 0.0) / most
    return join(
        bar.name,
        el("small", bar.says) if bar.says else None,
        el(
            "span",
            el("i", style=f"--c: var(--{bar.colour}); width: {width:.1f}%"),
            class_="meter",
            aria_hidden="true",
        ),
    )


def debris(reading: Reading) -> str:
    """Mean number of intercepted and failed missiles whose remains fall on assets, elsewhere."""
    on = {a: float(reading.counts("debris", a).mean()) for a in reading.layout.assets}
    elsewhere = on.pop("elsewhere", 0.0)
    return (
        f"of intercepted and failed missiles, on average {count(sum(on.values()))} heavy pieces "
        "came down on assets and "
        f"{count(elsewhere)} elsewhere."
    )
