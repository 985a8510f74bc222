"""A Run as one HTML page: no network, no library, light, dark and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepout.records.run import Run
from keepout.report import (
    answer,
    charts,
    compared,
    given,
    ledger,
    limits,
    sensed,
    trial,
    workings,
)
from keepout.report.figures import figure, key_of
from keepout.report.markup import Html, el, join, page_head, paragraph
from keepout.report.reading import Reading
from keepout.report.waterfall import waterfall
from keepout.report.words import CAUSE_GROUPS, cause_name, short_name

HERE = Path(__file__).resolve().parent
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
"""What the page may load: nothing."""

GROUP_WORDS = ("Ochre", "violet", "red")
"""Colours of the groups of causes."""


def write_report(run: Run, path: Path, fall: dict[str, Any] | None = None) -> None:
    """Write the report of a run to a file; ``fall`` is its waterfall of mechanisms, if made."""
    Path(path).write_text(page(run, fall), encoding="utf-8")


def page(run: Run, fall: dict[str, Any] | None = None) -> str:
    """The report of a run as text."""
    reading = Reading(run)
    sections = [
        answer.section(reading),
        ledger.ledger(reading),
        ledger.arrivals(reading, arrivals_figure(reading)),
        waterfall(reading, fall),
        *trial.sections(reading),
        sensed.section_of(reading),
        compared.published(reading, distributions(reading)),
        workings.calculation(reading),
        given.inputs(reading),
        given.sources(reading),
        limits.limits(reading),
        limits.repeat(reading),
    ]
    body = join(header(reading), el("main", sections), footer(reading))
    head = page_head(
        reading.title, own("style.css"), policy=POLICY, scheme="light dark",
        version=run.manifest.get("version", ""),
    )  # fmt: skip
    made = el("html", head, el("body", body, el("script", own("script.js"))), lang="en-GB")
    return f"<!DOCTYPE html>\n{made}\n"


def own(name: str) -> Html:
    """A file of ours, as it is; it may hold no < and no &."""
    return Html((HERE / name).read_text("utf-8"))


def header(reading: Reading) -> Html:
    """Title, what the run is, and where to find what."""
    manifest = reading.manifest
    facts = (
        f"keepout {manifest.get('version', '')} · scenario {manifest['scenario']} · "
        f"{reading.trials:,} trials · seed {manifest['seed']} · digest {manifest['digest'][:12]}"
    )
    return el(
        "header",
        paragraph("Simulation report", class_="kicker"),
        el("h1", reading.title),
        paragraph(facts, class_="facts"),
        warned(reading),
        contents(reading),
    )


def warned(reading: Reading) -> Html:
    """What the scenario says that can have no effect, with its place."""
    odd = reading.run.resolved.get("warnings", ())
    lines = [
        el("li", el("strong", each["code"]), f": {each['message']} ({each['path']})")
        for each in odd
    ]
    return el("ul", lines, class_="warnings", aria_label="Warnings") if lines else join("")


def contents(reading: Reading) -> Html:
    """Links to the sections."""
    entries = [
        ("answer", "Answer"),
        ("ledger", "Ledger"),
        ("arrivals", "Arrivals"),
        ("waterfall", "Mechanisms" if reading.run.folder is not None else ""),
        ("map", "Map"),
        ("heights", "Heights" if reading.kept is not None else ""),
        ("sensed", "Warning" if sensed.is_known(reading) else ""),
        ("published", "Published figures" if reading.published else ""),
        ("hand", "By hand"),
        ("parameters", "Inputs"),
        ("sources", "Sources"),
        ("limits", "Limits"),
        ("repeat", "Repeat"),
    ]
    links = [el("li", el("a", words, href=f"#{id_}")) for id_, words in entries if words]
    return el("nav", el("ul", links), aria_label="Contents")


def footer(reading: Reading) -> Html:
    """What this is, and what it is not."""
    return el("footer", paragraph(footer_words()))


def footer_words() -> str:
    """What keepout is, for the foot of any page."""
    return (
        "keepout is an open simulator of layered ballistic-missile defence, for analysis. It "
        "controls nothing, transmits nothing, and uses open sources only."
    )


def arrivals_figure(reading: Reading) -> Html | None:
    """Arrivals by asset and cause, with the causes that occur as legend."""
    by_cause = reading.summary["arrived"]["by_cause"]
    if not reading.summary["arrived"]["total"]["mean"]:
        return None
    entries = [
        ("bar", cause, cause_name(cause))
        for causes in CAUSE_GROUPS.values()
        for cause in causes
        if not ledger.never(by_cause[cause])
    ]
    groups = [
        f"{colour}: {group}"
        for (group, causes), colour in zip(CAUSE_GROUPS.items(), GROUP_WORDS, strict=True)
        if any(not ledger.never(by_cause[cause]) for cause in causes)
    ]
    return figure(
        charts.arrivals(reading),
        join(f"Means over all trials. {'; '.join(groups)}."),
        legend=key_of(entries),
    )


def distributions(reading: Reading) -> list[Html]:
    """One figure for each asset with published figures."""
    made: list[Html] = []
    for asset in reading.assets_published:
        figures = [each for each in reading.published if each.asset == asset]
        says = f"Arrivals at {short_name(asset)}, read in the same way."
        if not made:
            says = (
                f"Arrivals at {short_name(asset)}: every bar is a share of the trials. Lines: what "
                "was published; a dashed one is a lower bound. Below: 5 to 95 % of single raids, "
                "5 to 95 % of the mean given the parameters, and the mean itself."
            )
        made.append(figure(charts.distribution(reading, asset, figures), join(says)))
    return made
