"""Every number that went in, with its source and grade, and the sources in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from keepout.catalogue import read
from keepout.errors import InputError
from keepout.report import mixes
from keepout.report.markup import (
    Cell,
    Html,
    Part,
    details,
    el,
    join,
    paragraph,
    row,
    section,
    table,
)
from keepout.report.reading import Reading
from keepout.report.words import NONE, number, spread

ORIGINS = {
    "scenario": "scenario",
    "set": "set for this run",
    "catalogue": "default: catalogue",
    "default": "default",
    "derived": "derived",
}
GRADES = (
    "Grades: A official, or several that agree; B one reputable report; C secondary, or a claim; "
    "D assumed or derived by us."
)


def inputs(reading: Reading) -> Html:
    """Parameters, catalogue, the rest of the scenario, and the file itself."""
    resolved = reading.run.resolved
    parameters = mixes.parameters(reading.inputs)
    catalogue = list(resolved.get("catalogue", ()))
    drawn = [each for each in resolved.get("parameters", ()) if each["drawn"]]
    taken = {each["path"] for each in resolved.get("parameters", ())}
    values = [each for each in resolved.get("values", ()) if each["path"] not in taken]
    return section(
        "parameters",
        "Every number that went in",
        paragraph(
            f"{len(drawn)} parameters are drawn anew in every pair of trials; the others are "
            "fixed. A range is low – high (uniform) or low – mode – high (triangular). ",
            GRADES,
            el("span", " Click the head of a column to sort by it.", class_="screen"),
        ),
        parameter_table(parameters),
        details(
            f"The catalogue’s numbers as used here ({len(catalogue)})",
            catalogue_table(catalogue),
            long=True,
        ),
        details(
            f"The other settings of the scenario ({len(values)})", value_table(values), long=True
        ),
        details("The scenario file, verbatim", el("pre", reading.run.scenario_text), long=True),
    )


def parameter_table(parameters: Iterable[Mapping[str, Any]]) -> Html:
    """What the trials draw, or could draw."""
    heads: list[Cell] = [
        "parameter", ("value or range", "words"), ("5 to 95 %, SI", "words"), ("unit", "words"),
        ("grade", "words"), ("source", "words"), ("set or default", "words"),
    ]  # fmt: skip
    body = []
    for each in parameters:
        q = each["quantiles"]
        drawn = f"{short(q['p05'])} to {short(q['p95'])}" if each["drawn"] else NONE
        body.append(
            row(
                [
                    (join(each["key"], note(remark(each))), "id"),
                    (spread_text(each), "words"),
                    (drawn, "words"),
                    (each["unit"] or NONE, "words"),
                    (each["grade"], "grade"),
                    (references(each["source"]), "words"),
                    (origin(each), "words"),
                ],
                class_="drawn" if each["drawn"] else None,
            )
        )
    return table([row(heads, "th")], body, class_="wide sortable")


def origin(parameter: Mapping[str, Any]) -> str:
    """Where a number comes from, and whether trials draw it."""
    said = ORIGINS.get(parameter["origin"], str(parameter["origin"]))
    return f"{said}, drawn" if parameter["drawn"] else said


def remark(parameter: Mapping[str, Any]) -> str:
    """The note of a parameter, and what it moves with."""
    words = [str(parameter.get("note") or "")]
    partner = parameter.get("correlated")
    if partner:
        words.append(f"Rank correlation {partner['rank']:g} with {partner['with']}.")
    return " ".join(word for word in words if word)


def short(value: float) -> str:
    """A quantile to three digits."""
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.3g}"


def spread_text(parameter: Mapping[str, Any]) -> str:
    """A parameter's number or distribution with its unit, as the scenario says it."""
    return str(parameter.get("text") or spread(parameter["si"])).replace(" x (", " × (")


def catalogue_table(catalogue: Iterable[Mapping[str, Any]]) -> Html:
    """Every field of the catalogue that was read."""
    heads: list[Cell] = [
        "entry and field", ("value", "words"), ("range", "words"), ("unit", "words"),
        ("grade", "words"), ("source", "words"), ("set or default", "words"),
    ]  # fmt: skip
    body = []
    for each in catalogue:
        low, high = each.get("low"), each.get("high")
        ends = NONE if low is None or high is None else f"{number(low)} – {number(high)}"
        body.append(
            row(
                [
                    (join(f"{each['id']} {each['field']}", note(each.get("note"))), "id"),
                    (number(each["value"]), "words"),
                    (ends, "words"),
                    (each["unit"] or NONE, "words"),
                    (each["grade"] or NONE, "grade"),
                    (references(each["source"]), "words"),
                    ("catalogue" if each.get("default") else "scenario", "words"),
                ]
            )
        )
    return table([row(heads, "th")], body, class_="wide sortable")


def value_table(values: Iterable[Mapping[str, Any]]) -> Html:
    """Settings of the scenario that are no parameters, by path."""
    heads: list[Cell] = ["path"]
    heads += [(word, "words") for word in ("value", "grade", "source", "set or default")]
    body = [
        row(
            [
                (each["path"], "id"),
                (str(each.get("text", each["value"])), "words"),
                (each.get("grade") or NONE, "grade"),
                (references(each["source"]), "words"),
                ("default" if each["default"] else "scenario", "words"),
            ]
        )
        for each in values
    ]
    return table([row(heads, "th")], body, class_="wide sortable")


def note(words: str | None) -> Part:
    """A remark below a name."""
    return el("small", words) if words else None


def references(keys: Iterable[str]) -> Part:
    """Keys of sources as links to the list of sources."""
    made: list[Part] = []
    for key in keys:
        made += [", " if made else None, el("a", key, href=f"#source-{anchor(key)}")]
    return join(*made) if made else NONE


def anchor(key: str) -> str:
    """A key of a source as part of an id."""
    return "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in key)


def sources(reading: Reading) -> Html:
    """Every source that a number of this run names, in full."""
    known = known_sources(reading.run.resolved)
    body = []
    for key in used_keys(reading.run.resolved):
        body += [el("dt", key, id=f"source-{anchor(key)}"), el("dd", reference(known.get(key)))]
    return section(
        "sources",
        "Sources",
        paragraph("As cited, not as checked: a note says where the original was not seen."),
        el("dl", body, class_="sources"),
    )


def known_sources(resolved: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Sources by key: those the run carries, else those of the catalogue that is here."""
    carried = resolved.get("sources")
    if isinstance(carried, Mapping):
        return {key: dict(source) for key, source in carried.items()}
    try:
        found = read.sources()
    except (InputError, OSError):
        return {}
    names = ("author", "title", "date", "where", "note")
    return {
        key: {name: str(getattr(source, name)) for name in names} for key, source in found.items()
    }


def used_keys(resolved: Mapping[str, Any]) -> list[str]:
    """Keys of every source that anything in the run names, sorted."""
    found: set[str] = set()
    for block in ("parameters", "catalogue", "values", "published"):
        for each in resolved.get(block, ()):
            source = each.get("source") or ()
            found.update([source] if isinstance(source, str) else source)
    return sorted(found)


def reference(source: Mapping[str, str] | None) -> Part:
    """A source as a line of a bibliography."""
    if source is None:
        return "no entry in the catalogue’s sources"
    parts = [source.get(name, "").rstrip(".") for name in ("author", "title", "where", "date")]
    line = ". ".join(part for part in parts if part) + "."
    return join(line, note(source.get("note")))
