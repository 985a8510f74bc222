"""The page of an inference: question, answer, three pictures, assumptions, what would change it.

It reads the answer as the verb gives it (a mapping with the fields of the JSON), so that the page
says what the numbers say and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keepout.inference.findings import called, leading, trust_in_words
from keepout.report.figures import colour, drawing, figure, key_of, place, styled, svg
from keepout.report.markup import Html, details, el, join, row, table
from keepout.report.study import Page, html

MAIN_FIRST = 14
"""Parameters in the picture at most."""
ALWAYS = (
    "Each arrival leaves one crater and, on average, some more.",
    "Within one set of pictures each crater is found with the same probability.",
    "Reports of the same pictures share what was found in them.",
    "Probabilities of detection are opinions of ours, and parameters like any other.",
    "Priors, sources and grades are the scenario's: its own report prints every one of them.",
)
GIVEN = "as in the file"
BARS = (("prior", "spread", -0.14), ("given_the_others", "ignorance", 0.14))
"""Of each observation: which interval, its colour, and where it stands."""


def page(record: Mapping[str, Any], sentences: Sequence[str], line: str) -> str:
    """The page as text. ``sentences`` are what stays open in words, ``line`` how to repeat it."""
    title = str(record["title"] or record["evidence"])
    first = answer(record)
    states = f"{record['states']:,} states, {record['effective_states']:,.0f} effective"
    by = f"scenario {record['scenario']}" if record["scenario"] else "small model"
    figures = [parameters(record), *reports(record), *trusted(record), *stories(record)]
    tables = [
        ("Every parameter before and after", all_parameters(record)),
        ("Reports beside what was to be expected", expected(record)),
        ("What each report alone would say", alone(record)),
        ("How much hangs on the trust in the reports", trusts(record)),
        ("Stories held against each other", factors(record)),
        ("What would settle it", settled(record)),
    ]
    return html(
        Page(
            title=title,
            question=title,
            answer=first,
            figures=figures,
            tables=[details(title, each) for title, each in tables if each is not None],
            folded=True,
            assumptions=assumptions(record),
            changes=[each for each in sentences if each not in first],
            repeat=line,
            facts=(f"evidence {record['evidence']}", by, states, f"seed {record['seed']}"),
        )
    )


def answer(record: Mapping[str, Any]) -> list[str]:
    """The first screen: what the evidence did to what people ask for."""
    leak = record["counts"].get("rates.engaged")
    says = []
    if leak:
        before, after = ([1.0 - leak[side][q] for q in ("p95", "p05")]
                         for side in ("prior", "posterior"))  # fmt: skip
        says.append(
            f"Of the missiles that were shot at, {_percents(*after)} got through, as far as the "
            f"evidence can tell; beforehand it was {_percents(*before)}."
        )
    says += trust_in_words(record)
    closed = [p for p in record["parameters"].values() if p["verdict"] in ("narrowed", "moved")]
    open_ = [record["parameters"][key]["words"] for key in record["not_identified"]]
    if open_:
        says.append(f"It does not identify {'; '.join(open_)}.")
    if closed:
        known = "; ".join(each["words"] for each in closed[:6])
        says.append(f"It does tell something about {known}.")
    says += [record["warning"]] if record["warning"] else []
    says.append(
        "Intervals hold 90 % and are ignorance of parameters: what is believed before and after. "
        "Where a picture or a table says prediction, they are the spread of single raids."
    )
    return says


def trusts(record: Mapping[str, Any]) -> Html | None:
    """The main quantities for one trust after another."""
    lines = record.get("by_trust") or []
    if not lines:
        return None
    names = list(lines[0]["says"])[:5]
    heads = row(
        ["trust in each report in doubt", *(_words(record, name) for name in names), "states"], "th"
    )
    rows = [
        row(
            [join(f"{100 * line['trust']:g} %", el("small", GIVEN if line["given"] else "")),
             *(_ends(line["says"][name]) for name in names), f"{line['effective']:,.0f}"]
        )
        for line in lines
    ]  # fmt: skip
    caption = "All reports that the file does not trust fully, trusted alike: 5 to 95 % of belief"
    return table([heads], rows, caption=caption, class_="wide")


def trusted(record: Mapping[str, Any]) -> list[Html]:
    """How the first answer widens with less trust, as a picture."""
    lines = record.get("by_trust") or []
    name = leading(lines)
    if name is None:
        return []
    return [
        figure(
            _widening(lines, name, called(record, name)),
            join(
                "The same evidence with more or less trust in the reports that are in doubt (dark: "
                "as the file has it). A report that says nothing leaves what was believed before."
            ),
            legend=key_of([("bar", "ignorance", "as in the file"), ("bar", "spread", "otherwise")]),
        )
    ]


def _widening(lines: Sequence[Mapping[str, Any]], name: str, words: str) -> Html:
    """A bar for each trust."""
    with styled():
        drawn = drawing(7.6, 0.85 + 0.3 * len(lines))
        axes = place(drawn, 1.7, 0.5, 0.15, 0.05)
        for y, line in enumerate(lines):
            ends = line["says"][name]
            shade = "ignorance" if line["given"] else "spread"
            axes.plot([ends["p05"], ends["p95"]], [y, y], color=colour(shade), lw=8)
            axes.plot([ends["p50"]], [y], "o", color=colour("ink"), ms=4, mew=0)
        axes.set_yticks(range(len(lines)), [f"trust {100 * e['trust']:g} %" for e in lines])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(left=0.0)
        axes.set_xlabel(f"{words}: 5 to 95 %, and the median")
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        return svg(drawn, "trust", "The answer for other trusts in the reports")


def _percents(low: float, high: float) -> str:
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def parameters(record: Mapping[str, Any]) -> Html:
    """The main parameters before and after, as a picture."""
    return figure(
        _drawn(record["parameters"]),
        join(
            "Each parameter on its own range beforehand (the grey bar is 5 to 95 %). Where the "
            "dark bar is as long as the grey one, the evidence says nothing about it."
        ),
        legend=key_of([("bar", "spread", "before"), ("bar", "ignorance", "after"),
                       ("bar", "ink", "median after")]),
    )  # fmt: skip


def all_parameters(record: Mapping[str, Any]) -> Html:
    """Every parameter before and after."""
    heads = row(
        ["parameter", "before: 5 to 95 %", "after: 5 to 95 %", "mean after, ± Monte Carlo",
         "width left", "what that is called"], "th",
    )  # fmt: skip
    rows = [
        row(
            [join(each["words"], el("small", key)), _ends(each["prior"]), _ends(each["posterior"]),
             f"{each['posterior']['mean']:.3g} ± {each['posterior']['mc_se']:.1g}",
             f"{100 * each['width_ratio']:.0f} %", (each["verdict"], "words")]
        )
        for key, each in record["parameters"].items()
    ]  # fmt: skip
    return table([heads], rows, class_="wide", caption="Parameters: what is believed of each")


def _ends(each: Mapping[str, float]) -> str:
    return f"{each['p05']:.3g} to {each['p95']:.3g}"


def _drawn(every: Mapping[str, Mapping[str, Any]]) -> Html:
    """Bars of prior and posterior, each parameter scaled to its own prior."""
    chosen = list(every.values())[:MAIN_FIRST]
    with styled():
        drawn = drawing(7.6, 0.75 + 0.3 * len(chosen))
        axes = place(drawn, 3.15, 0.5, 0.15, 0.05)
        for y, each in enumerate(chosen):
            low, high = each["prior"]["p05"], each["prior"]["p95"]
            wide = high - low or 1.0

            def at(value: float, low: float = low, wide: float = wide) -> float:
                return float(np.clip((value - low) / wide, -0.6, 1.6))

            after = each["posterior"]
            axes.plot([0.0, 1.0], [y, y], color=colour("spread"), lw=9)
            axes.plot([at(after["p05"]), at(after["p95"])], [y, y], color=colour("ignorance"), lw=4)
            axes.plot([at(after["p50"])], [y], "o", color=colour("ink"), ms=4, mew=0)
        axes.set_yticks(range(len(chosen)), [each["words"] for each in chosen])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xticks([0.0, 1.0], ["5 % before", "95 % before"])
        axes.spines["left"].set_visible(False)
        return svg(drawn, "parameters", "Parameters before and after the evidence")


def reports(record: Mapping[str, Any]) -> list[Html]:
    """What was said beside what was to be expected, as a picture."""
    counted = [each for each in record["observations"] if "rates." not in each["quantity"]]
    if not counted:
        return []
    drawn = figure(
        _predicted(counted),
        join(
            "How many marks would be found in each set of pictures: before any evidence, and given "
            "all the other evidence (90 % of single raids: a prediction). Lines: what was "
            "reported; a dashed one is a lower bound."
        ),
        legend=key_of([("bar", "spread", "before"), ("bar", "ignorance", "given the others"),
                       ("line", "published", "reported")]),
    )  # fmt: skip
    return [drawn]


def expected(record: Mapping[str, Any]) -> Html:
    """What was said beside what was to be expected."""
    heads = row(
        ["observation", "said", "before", "given the others", "after",
         "chance of the report beforehand"], "th",
    )  # fmt: skip
    rows = [
        row(
            [join(each["name"], el("small", each["quantity"])), (said(each["reports"]), "words"),
             _ends(each["prior"]), _ends(each["given_the_others"]), _ends(each["posterior"]),
             f"{each['probability']['prior']:.2g}"]
        )
        for each in record["observations"]
    ]  # fmt: skip
    return table([heads], rows, caption="Reports: 5 to 95 % of what would be found (prediction)")


def said(given: Sequence[Mapping[str, Any]]) -> str:
    """Reports in words, with who said so."""
    words = []
    for each in given:
        figures = "" if each.get("value") is None else f"{each['value']:g}"
        if each.get("says") == "between":
            figures = f"{each['low']:g} to {each['high']:g}"
        before = {"about": "about ", "at-least": "at least ", "at-most": "at most "}
        who = f" ({each['who']})" if each.get("who") else ""
        words.append(f"{before.get(each.get('says', ''), '')}{figures}{who}")
    return "; ".join(words)


def _predicted(chosen: Sequence[Mapping[str, Any]]) -> Html:
    """Predictive intervals of each observation, with the figures reported."""
    with styled():
        drawn = drawing(7.6, 0.75 + 0.5 * len(chosen))
        axes = place(drawn, 1.7, 0.5, 0.15, 0.05)
        for y, each in enumerate(chosen):
            for name, shade, at in BARS:
                ends = each[name]
                axes.plot([ends["p05"], ends["p95"]], [y + at] * 2, color=colour(shade), lw=7)
                axes.plot([ends["p50"]], [y + at], "o", color=colour("ink"), ms=3, mew=0)
            for report in each["reports"]:
                for value in (report.get("value"), report.get("low"), report.get("high")):
                    if value is not None:
                        style = (0, (3, 2)) if report.get("says") == "at-least" else "solid"
                        axes.plot([value] * 2, [y - 0.36, y + 0.36], color=colour("published"),
                                  lw=1.5, ls=style)  # fmt: skip
        axes.set_yticks(range(len(chosen)), [each["name"] for each in chosen])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(left=-0.5)
        axes.set_xlabel("marks found")
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        return svg(drawn, "reports", "Reports beside predictions")


def alone(record: Mapping[str, Any]) -> Html | None:
    """What each report by itself would say."""
    if not record["alone"]:
        return None
    focus = list(record["alone"][0]["says"])[:5]
    words = [_words(record, name) for name in focus]
    heads = row(["report alone", *words], "th")
    before = row(
        ["none: before any evidence", *(_ends(_before(record, name)) for name in focus)]
    )  # fmt: skip
    rows = [
        row(
            [join(f"{each['observation']}: {each['report']}", el("small", each["who"])),
             *(_ends(each["says"][name]) for name in focus)]
        )
        for each in record["alone"]
    ]  # fmt: skip
    return table(
        [heads], [before, *rows], caption="Each report by itself: 5 to 95 % of what is believed",
        class_="wide",
    )  # fmt: skip


def _words(record: Mapping[str, Any], name: str) -> str:
    known = record["parameters"].get(name)
    return known["words"] if known else "leak of those shot at"


def _before(record: Mapping[str, Any], name: str) -> dict[str, float]:
    known = record["parameters"].get(name)
    if known:
        return dict(known["prior"])
    rate = record["counts"][name.replace("leak.", "rates.")]["prior"]
    return {"p05": 1.0 - rate["p95"], "p95": 1.0 - rate["p05"]}


def stories(record: Mapping[str, Any]) -> list[Html]:
    """Bayes factors as ranges over priors, as a picture."""
    known = [each for each in record["stories"] if each["least"] is not None]
    if not known:
        return []
    return [
        figure(
            _factors(known),
            join(
                "How much better one story foretold the reports than another. It hangs on the "
                "priors, so it is given for each combination of lower and upper halves of those in "
                "doubt (dots) and never as one number."
            ),
        )
    ]


def factors(record: Mapping[str, Any]) -> Html | None:
    """The ranges of Bayes factors."""
    if not record["stories"]:
        return None
    rows = [
        row(
            [join(f"{_name(each['a'])} against {_name(each['b'])}"), _odds(each["least"]),
             _odds(each["most"]), _cells(each)]
        )
        for each in record["stories"]
    ]  # fmt: skip
    heads = row(["stories", "least", "most", "ranges of priors with states enough"], "th")
    return table([heads], rows, caption="Bayes factors; between 1/3 and 3: hardly worth mentioning")


def _cells(each: Mapping[str, Any]) -> str:
    whole = len(each["cells"])
    return f"{whole - each['not_known']} of {whole}"


def _name(story: str) -> str:
    return story.replace("-", " ")


def _odds(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2g}"


def _factors(known: Sequence[Mapping[str, Any]]) -> Html:
    """Ranges of Bayes factors on a logarithmic scale."""
    with styled():
        drawn = drawing(7.6, 0.85 + 0.34 * len(known))
        axes = place(drawn, 2.9, 0.5, 0.2, 0.1)
        for y, each in enumerate(known):
            dots = [cell["factor"] for cell in each["cells"] if cell["factor"] is not None]
            axes.plot([each["least"], each["most"]], [y, y], color=colour("ignorance"), lw=3)
            axes.plot(dots, [y] * len(dots), "o", color=colour("ink"), ms=3, mew=0)
        axes.set_xscale("log")
        low = min(min(each["least"] for each in known) / 1.5, 0.3)
        high = max(max(each["most"] for each in known) * 1.5, 3.3)
        axes.set_xlim(low, high)
        axes.axvspan(1.0 / 3.0, 3.0, color=colour("line"), alpha=0.5, lw=0)
        axes.axvline(1.0, color=colour("muted"), lw=0.8)
        axes.set_yticks(
            range(len(known)), [f"{_name(e['a'])} : {_name(e['b'])}" for e in known]
        )  # fmt: skip
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlabel("Bayes factor (grey: hardly worth mentioning)")
        ticks = [t for t in (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) if low <= t <= high]
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
        return svg(drawn, "stories", "Bayes factors over ranges of priors")


def settled(record: Mapping[str, Any]) -> Html | None:
    """Which count would tell most about what is open."""
    rows = [
        row(
            [record["parameters"][each["parameter"]]["words"], (each["count"], "words"),
             f"{100 * each['variance_removed']:.0f} %"]
        )
        for each in record["would_settle"]
    ]  # fmt: skip
    heads = row(["parameter", "count, were it known exactly", "variance it would remove"], "th")
    caption = "What would settle it: share of the variance that is left, on average"
    return table([heads], rows, caption=caption) if rows else None


def assumptions(record: Mapping[str, Any]) -> list[str]:
    """What the answer rests on."""
    says = [*ALWAYS]
    for each in record["observations"]:
        shared = len(each["reports"])
        words = f"{each['name']} ({each['quantity']}): {said(each['reports'])}."
        if shared > 1:
            words += f" These {shared} reports read the same pictures: one count, not {shared}."
        doubt = [report for report in each["reports"] if report.get("trust", 1.0) < 1.0]
        words += "".join(f" Trusted to {100 * report['trust']:.0f} %." for report in doubt)
        says.append(words)
    return says
