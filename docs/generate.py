"""The pages that nobody writes: commands, scenario fields, catalogue, formulas, benchmarks.

Each is read off the thing itself, so it cannot lag behind. Whatever lacks an explanation stops
the build.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "keepout"
SCHEMA = PACKAGE / "assets" / "scenario.schema.json"
PHYSICS = ("earth", "flight", "sensing", "intercept", "battle", "effects", "engine")
SI = {"km": "m", "d": "s", "deg": "rad", "m2": "m2", "kg": "kg"}  # of the units in examples


class Undocumented(Exception):
    """Something a user meets that nothing explains."""


def cell(text: object) -> str:
    """Text that fits into one cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *(map(cell, row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


# -- commands ------------------------------------------------------------------------------


def option_row(verb: str, option: click.Option) -> tuple[str, str]:
    """How an option is written, and what it does."""
    if not option.help:
        raise Undocumented(f"keepout {verb} {option.opts[0]} has no help text")
    takes = "" if option.is_flag else " " + option.make_metavar(click.Context(click.Command(verb)))
    return ", ".join(f"`{name}{takes}`" for name in option.opts), option.help


def command_page(verb: str, command: click.Command) -> str:
    """One verb: its usage, what it does, its options."""
    if not command.help:
        raise Undocumented(f"keepout {verb} has no help text")
    context = click.Context(command, info_name=f"keepout {verb}")
    usage = command.get_usage(context).removeprefix("Usage: ")
    options = [each for each in command.params if isinstance(each, click.Option)]
    rows = [option_row(verb, option) for option in options if not option.hidden]
    text = inspect.cleandoc(command.help).replace("\b\n", "")
    return f"## {verb}\n\n```text\n{usage}\n```\n\n{text}\n\n" + (
        table(("option", "what it does"), rows) if rows else ""
    )


def commands() -> str:
    """Every verb of the command line."""
    from keepout.cli import group

    context = click.Context(group, info_name="keepout")
    verbs = {verb: group.get_command(context, verb) for verb in group.list_commands(context)}
    return "\n".join(command_page(verb, command) for verb, command in verbs.items() if command)


# -- scenario ------------------------------------------------------------------------------


def kinds_of(field: dict[str, Any]) -> list[str]:
    """What may stand in a field of the scenario file, in words, one for each possibility."""
    properties = field.get("properties", {})
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return [f"[{name}](#{name.lower()})"]
    if "const" in field:
        return [f"`{field['const']}`"]
    if "enum" in field:
        return [f"`{value}`" for value in field["enum"]]
    either = field.get("anyOf") or field.get("oneOf") or field.get("allOf") or []
    if either:
        return list(dict.fromkeys(kind for part in either for kind in kinds_of(part)))
    if field.get("type") == "null" or "value" in properties:
        return []  # left out, or the same with its source beside it
    if "low" in properties or "mixture" in properties:
        return ["a distribution"]
    if field.get("type") == "array":
        return [f"list of {kind_of(field.get('items', {}))}"]
    if field.get("type") == "object":
        inner = [field.get("additionalProperties"), *field.get("patternProperties", {}).values()]
        return [f"mapping to {kind_of(part)}" for part in inner if isinstance(part, dict)]
    if "type" not in field:
        return []  # anything
    if "examples" in field:
        return [f"text such as `{field['examples'][0]}`"]
    return [{"string": "text", "integer": "whole number"}.get(field["type"], field["type"])]


def kind_of(field: dict[str, Any]) -> str:
    """What may stand in a field of the scenario file, in words."""
    return ", ".join(kinds_of(field)) or "anything"


def meaning(field: dict[str, Any], kinds: dict[str, Any]) -> str:
    """What a field is for: its own words, or those of the mapping that stands in it."""
    own = field.get("description") or kinds.get(field.get("$ref", "").rsplit("/", 1)[-1], {})
    return own if isinstance(own, str) else own.get("description", "")


def block(name: str, record: dict[str, Any], kinds: dict[str, Any]) -> str:
    """One kind of mapping in the file: its fields, which of them must be there, their defaults."""
    required = set(record.get("required", ()))
    rows = []
    for key, field in record["properties"].items():
        said = meaning(field, kinds)
        if not said:
            raise Undocumented(f"{name}.{key} has no description in the schema of a scenario")
        kind = kind_of(field)
        default = "required" if key in required else shown(field.get("default"), kind)
        rows.append((f"`{key}`", kind, default, said))
    head = ("key", "takes", "default", "meaning")
    return f"## {name}\n\n{record.get('description', '')}\n\n{table(head, rows)}"


def shown(default: Any, kind: str) -> str:
    """A default as it would stand in the file; nothing for what is absent or has its own table."""
    if isinstance(default, dict):
        default = default.get("value")
    if default in (None, "", [], {}):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, float):
        unit = next((si for unit, si in SI.items() if f" {unit}`" in kind), "")
        return f"`{default:g} {unit}".strip() + "`"
    return f"`{default}`"


def inlined(part: Any, numbers: dict[str, Any]) -> Any:
    """A schema in which each kind of number stands where it is referred to."""
    if isinstance(part, list):
        return [inlined(each, numbers) for each in part]
    if not isinstance(part, dict):
        return part
    name = str(part.get("$ref", "")).rsplit("/", 1)[-1]
    whole = {**numbers[name], **part, "$ref": ""} if name in numbers else part
    return {key: inlined(each, numbers) for key, each in whole.items() if each != ""}


def scenario_fields() -> str:
    """Every key of a scenario file, from the JSON Schema that ships."""
    return fields(SCHEMA, "Scenario")


def evidence_fields() -> str:
    """Every key of an evidence file."""
    return fields(PACKAGE / "assets" / "evidence.schema.json", "Evidence")


def scored(page: str) -> str:
    """A page of forecasts or answers, from what was recorded."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import scored as made

    return made.scoreboard() if page == "scoreboard" else made.evidence(page)


def fields(path: Path, top: str) -> str:
    """Every key of a kind of file, from its JSON Schema."""
    schema = json.loads(path.read_text())
    kinds = schema.pop("$defs")
    numbers = {name: kind for name, kind in kinds.items() if "properties" not in kind}
    kinds = inlined({n: kind for n, kind in kinds.items() if n not in numbers}, numbers)
    parts = [block(top, inlined(schema, numbers), kinds)]
    parts += [block(name, kinds[name], kinds) for name in sorted(kinds)]
    return "\n".join(parts)


def study_fields() -> str:
    """Every key of a study file, from its models."""
    from keepout.scenario.schema import schema_of
    from keepout.studies.study_file import Study

    schema = json.loads(schema_of(Study, "keepout study"))
    kinds = schema.pop("$defs")
    numbers = {name: kind for name, kind in kinds.items() if "properties" not in kind}
    kinds = inlined({n: kind for n, kind in kinds.items() if n not in numbers}, numbers)
    parts = [block("Study", inlined(schema, numbers), kinds)]
    parts += [block(name, kinds[name], kinds) for name in sorted(kinds)]
    return "\n".join(parts)


# -- studies -------------------------------------------------------------------------------

STUDIES = (
    ("What THAAD would have added on 1 October 2024",
     "compare october-2024 october-2024-thaad --trials 500 --seed 7 --by all"),
    ("The exchange that follows", ('campaign october-2024-thaad --repeat 2 --every "25 d" '
     "--trials 100")),
    ("Twelve days of June 2025", "campaign june-2025 --trials 100"),
    ("The United Arab Emirates, 2026", "campaign uae-2026 --trials 100"),
    ("Arrivals against raid size", "sweep raid-size"),
)  # fmt: skip
"""What the page of studies prints: a title, and the words after ``keepout``."""


def studies() -> str:
    """What the studies of the manual print, made now."""
    import shlex
    import tempfile

    from click.testing import CliRunner

    from keepout.cli import group

    parts = []
    runner = CliRunner()
    with tempfile.TemporaryDirectory() as folder:
        for k, (title, words) in enumerate(STUDIES):
            done = runner.invoke(group, [*shlex.split(words), "-o", f"{folder}/{k}"])
            if done.exit_code:
                raise Undocumented(f"keepout {words}: {done.output}")
            parts.append(f"### {title}\n\n```text\n$ keepout {words}\n\n{done.stdout}```\n")
    return "\n".join(parts)


# -- formulas ------------------------------------------------------------------------------


def kernels(path: Path) -> Iterator[tuple[str, str]]:
    """Name and docstring of every kernel in a file that people may call."""
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        marks = {mark.id for mark in node.decorator_list if isinstance(mark, ast.Name)}
        if marks & {"kernel", "lean"}:
            yield node.name, ast.get_docstring(node) or ""


def source_in(docstring: str) -> str:
    """What stands after ``Source:`` in a docstring, up to the next blank line."""
    _, found, rest = docstring.partition("Source:")
    return rest.split("\n\n")[0] if found else ""


def formulas() -> str:
    """Every kernel that cites a publication, with what it computes."""
    parts = []
    for package in PHYSICS:
        rows = []
        for path in sorted((PACKAGE / package).glob("*.py")):
            for name, said in kernels(path):
                if source_in(said):
                    where = f"`{package}.{path.stem}.{name}`"
                    rows.append((where, said.split("\n\n")[0], source_in(said)))
        if rows:
            parts.append(f"## {package}\n\n" + table(("kernel", "gives", "source"), rows))
    return "\n".join(parts)


# -- catalogue -----------------------------------------------------------------------------


def number(value: object) -> str:
    """A value as people write it; text stays text."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def field_row(name: str, field: Mapping[str, Any]) -> tuple[str, ...]:
    """One number of the catalogue with everything that is known of it."""
    if not field["source"]:
        raise Undocumented(f"{name} has no source")
    low, high = field["low"], field["high"]
    spread = "" if low is None or high is None else f"{number(low)} to {number(high)}"
    keys = ", ".join(f"[{key}](#source-{key.lower()})" for key in field["source"])
    value = f"{number(field['value'])} {field['unit']}".strip()
    return f"`{name}`", value, spread, field["grade"], keys, field["date"], field["note"]


def catalogue() -> str:
    """Every number of the catalogue with its source and grade, then the sources."""
    from keepout.catalogue import read

    head = ("field", "value", "range", "grade", "source", "date", "note")
    parts, kind = [], ""
    for entry in read.entries():
        if entry.kind != kind:
            kind = entry.kind
            parts.append(f"## Kind: {kind}\n")
        rows = [field_row(name, read.field_record(f)) for name, f in entry.fields.items()]
        parts.append(f"### `{entry.id}`: {entry.name}\n\n{entry.note}\n\n{table(head, rows)}")
    parts.append("## Sources\n")
    for key, source in sorted(read.sources().items()):
        said = f"{source.author}: *{source.title}*, {source.date}. {source.where} {source.note}"
        parts.append(f"(source-{key.lower()})=\n**{key}**: {cell(said)}\n")
    return "\n".join(parts)


def radars() -> str:
    """What each radar of the catalogue assumes, and the assumptions behind the AN/TPY-2."""
    return str(importlib.import_module("keepout.validation.radar_range").page(table))


# -- validation ----------------------------------------------------------------------------


def check_row(check: Any) -> tuple[str, ...]:
    """One comparison: the numbers, then the words that they need."""
    from keepout.validation.check import number_text

    if not (check.source and check.why and check.grade):
        raise Undocumented(f"{check.case}: {check.quantity} lacks source, grade or reason")
    words = isinstance(check.published, str)
    own = "" if check.numerical_error is None else f"± {number_text(check.numerical_error, 2)}"
    return (
        f"{check.quantity} [{check.unit}]" if check.unit else check.quantity,
        number_text(check.published),
        number_text(check.computed),
        "" if check.difference is None else number_text(check.difference, 3),
        "" if words else number_text(check.tolerance, 3),
        check.kind,
        own,
        check.status,
        f"{check.why}; {check.note}" if check.note else check.why,
        f"{check.source} ({check.grade})",
    )


def validation() -> str:
    """Every check, made now, misses included."""
    from keepout import validation
    from keepout.validation.check import AGREES, MISSES, NOT_RUN

    data = Path(os.environ["KEEPOUT_DATA"]) if os.environ.get("KEEPOUT_DATA") else None
    head = (
        "quantity", "published", "computed", "difference", "tolerance", "error", "our own error",
        "status", "why this tolerance, and notes", "source (grade)",
    )  # fmt: skip
    summary, parts = [], []
    for module, checks in validation.run((), data).items():
        case = validation.case(module)
        count = [sum(c.status == status for c in checks) for status in (AGREES, MISSES, NOT_RUN)]
        summary.append((f"[{case.TITLE}](#{validation.name_of(module)})", *count))
        text = inspect.cleandoc(case.__doc__ or "")
        rows = [check_row(check) for check in checks]
        anchor = f"({validation.name_of(module)})=\n## {case.TITLE}"
        parts.append(f"{anchor}\n\n{text}\n\n{table(head, rows)}")
    return "\n".join([table(("case", "agree", "miss", "not run"), summary), *parts])


# -- studies of the defence ----------------------------------------------------------------


def api() -> str:
    """The Python interface, from its docstrings."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import api as pages

    return pages.page(table)


def defence(name: str) -> str:
    """A page of docs/defence.py."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import defence as pages

    head_rows = getattr(pages, name)()
    return "\n".join(f"{title}{table(head, rows)}" for title, head, rows in head_rows)


# -- benchmarks ----------------------------------------------------------------------------


def figure(value: float | None) -> str:
    """A measured number with three digits; a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def measurement(record: Mapping[str, Any]) -> str:
    """One record of the history: what it was measured on, and its rows."""
    on = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in on["versions"].items())
    head = ("row", "ours", "unit", "peer", "peer's", "faster", "agreement", "notes")
    rows = [
        (
            f"`{row['name']}`", figure(row["value"]), row["unit"] or "", row["peer"] or "",
            figure(row["peer_value"]), figure(row["ratio"]), row["agreement"] or "",
            row.get("notes") or "",
        )
        for row in record["rows"]
    ]  # fmt: skip
    return (
        f"## Version {record['version']}, {record['date']}\n\n"
        f"{on['cpu']} ({on['target']}), {on['cores']} cores, {on['system']}; load average "
        f"{on['load']}; Python {on['python']}, {versions}.\n\n{table(head, rows)}"
    )


def benchmarks() -> str:
    """The history of measurements, the newest first, then the ratios over time."""
    records = json.loads((ROOT / "docs" / "benchmarks.json").read_text())["records"]
    if not records:
        return "Nothing has been recorded yet.\n"
    parts = [measurement(record) for record in reversed(records)]
    ratios = [
        (f"`{row['name']}`", record["version"], record["date"], figure(row["ratio"]))
        for record in records
        for row in record["rows"]
        if row["ratio"] is not None
    ]
    head = ("row", "version", "date", "times faster than its peer")
    parts.append("## Ratios from version to version\n\n" + table(head, sorted(ratios)))
    return "\n".join(parts)


PAGES = {
    "commands": commands,
    "api": api,
    "radars": radars,
    "validation": validation,
    "scenario": scenario_fields,
    "study": study_fields,
    "studies": studies,
    "evidence": evidence_fields,
    "scoreboard": lambda: scored("scoreboard"),
    "evidence-october-2024": lambda: scored("october-2024"),
    "evidence-april-2024": lambda: scored("april-2024"),
    "evidence-june-2025": lambda: scored("june-2025"),
    "evidence-uae-2026": lambda: scored("uae-2026"),
    "formulas": formulas,
    "systems": lambda: defence("systems"),
    "fattah-1": lambda: defence("fattah_1"),
    "footprint": lambda: defence("footprint"),
    "catalogue": catalogue,
    "benchmarks": benchmarks,
}


def write(folder: Path) -> None:
    """Write every page into a folder; a page without a source fails the build."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (folder / f"{name}.md").write_text(page())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    write(Path(__file__).resolve().parent / "_generated")
