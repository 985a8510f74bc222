"""``keepout show``: every resolved value of a scenario, or a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.names import scenarios
from keepout.cli.options import set_option
from keepout.cli.output import emit, json_option, say, table, wrapped


@click.command("show")
@click.argument("what", shell_complete=scenarios, metavar="[SCENARIO|RUN]", required=False)
@set_option
@json_option
def command(what: str | None, sets: tuple[str, ...], as_json: bool) -> None:
    """Show every resolved value with its unit, source, grade and whether it is a default.

    SCENARIO is a path or a shipped name; of a RUN the result is shown first. Without
    either: the scenarios that come with keepout and the runs stored in ./runs.
    """
    if what is None:
        _overview(as_json)
        return
    from keepout.results.store import is_run

    if is_run(what):
        _run(what, as_json)
        return
    from keepout import trip

    resolved = trip.prepare(what, sets=sets, say=say).resolved
    emit(as_json, data_of(resolved), lambda: values_text(resolved))


def _overview(as_json: bool) -> None:
    """Shipped scenarios and stored runs."""
    from keepout.results.store import stored_runs
    from keepout.scenario.load import shipped

    data = {"scenarios": shipped(), "runs": [run["run"] for run in stored_runs(Path("runs"))]}
    lines = [
        wrapped(f"Scenarios: {', '.join(data['scenarios'])}."),
        wrapped(f"Stored runs: {', '.join(data['runs']) or 'none yet'}."),
    ]
    emit(as_json, data, "\n".join(lines))


def _run(folder: str, as_json: bool) -> None:
    """A stored run: what it was, its result, and every value behind it."""
    from keepout.cli.tables import ledger
    from keepout.results.metrics import summary
    from keepout.results.store import reopen

    run = reopen(folder, kept=False)
    found = summary(run)
    data = data_of(run.resolved) | {"run": run.manifest, "summary": found}

    def text() -> str:
        facts = [(key, _short(value)) for key, value in run.manifest.items() if _is_plain(value)]
        head = f"{run.folder}, a run of {run.manifest['scenario']}"
        return "\n".join(
            [head, table(("", ""), facts), "", ledger(found), "", values_text(run.resolved)]
        )

    emit(as_json, data, text)


def data_of(resolved: dict[str, Any]) -> dict[str, Any]:
    """The JSON of ``show``: the values of the file, what is drawn, what the catalogue gave."""
    keys = ("scenario", "title", "note", "start", "parameters", "catalogue", "lanes", "warning")
    values = {"values": _graded(resolved)}
    return {key: resolved[key] for key in keys if key in resolved} | values


def _graded(resolved: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of the file, with the grade of those that a parameter stands behind."""
    grades = {parameter["path"]: parameter["grade"] for parameter in resolved["parameters"]}
    return [value | {"grade": grades.get(value["path"], "")} for value in resolved["values"]]


def values_text(resolved: dict[str, Any]) -> str:
    """All values as three tables."""
    drawn = [p for p in resolved["parameters"] if p["drawn"]]
    lines = [f"{resolved['scenario']}: {resolved.get('title', '')}".rstrip(": "), ""]
    lines += ["Values of the scenario ('default': not in the file)"]
    head = ("path", "value", "grade", "source", "")
    lines += [table(head, [_value_row(value) for value in _graded(resolved)])]
    lines += ["", "Drawn anew in every pair of trials: quantiles of the distribution, in SI"]
    quantiles = ("parameter", "5 %", "50 %", "95 %", "unit", "grade", "source")
    lines += [table(quantiles, [_drawn_row(p) for p in drawn])]
    lines += ["", "Fixed by the catalogue (grades: A official … D assumed by us)"]
    fields = ("entry and field", "value", "range", "grade", "source")
    lines += [table(fields, [_catalogue_row(field) for field in resolved["catalogue"]])]
    return "\n".join(lines)


def _value_row(value: dict[str, Any]) -> tuple[str, ...]:
    text = _short(value["text"])
    if value["unit"] and text == str(value["value"]):  # a plain number: say its unit
        text += f" {value['unit']}"
    return value["path"], text, value["grade"], _keys(value), "default" if value["default"] else ""


def _drawn_row(parameter: dict[str, Any]) -> tuple[str, ...]:
    quantiles = [_number(parameter["quantiles"][name]) for name in ("p05", "p50", "p95")]
    rest = (parameter["unit"], parameter["grade"], _keys(parameter))
    return (parameter["key"], *quantiles, *rest)


def _catalogue_row(field: dict[str, Any]) -> tuple[str, ...]:
    value = field["value"]
    shown = f"{_number(value) if isinstance(value, float | int) else _short(value)} {field['unit']}"
    low, high = field.get("low"), field.get("high")
    spread = "" if low is None or high is None else f"{_number(low)} – {_number(high)}"
    name = f"{field['id']} {field['field']}"
    return name, shown.strip(), spread, field["grade"], _keys(field)


def _keys(value: dict[str, Any]) -> str:
    """Keys of the sources; the first, and how many more there are."""
    sources = value.get("source") or []
    if len(sources) > 1:
        return f"{sources[0]} +{len(sources) - 1}"
    return str(sources[0]) if sources else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _short(value: Any) -> str:
    """Text on one line, at most 40 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"
