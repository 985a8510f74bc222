"""``keepout check-scenario FILE``: every problem of a scenario, and nothing else."""

from __future__ import annotations

from typing import Any

import click

from keepout.cli.names import scenarios
from keepout.cli.options import set_option
from keepout.cli.output import emit, json_option


@click.command()
@click.argument("scenario", shell_complete=scenarios, required=False)
@set_option
@click.option("--schema", is_flag=True, help="Print the JSON Schema of scenarios instead.")
@json_option
def command(scenario: str | None, sets: tuple[str, ...], schema: bool, as_json: bool) -> None:
    """Check SCENARIO (a path or a shipped name): every problem with its place and cure.

    Nothing is run. Exit status 2 if there is a problem.
    """
    if schema:
        from keepout.scenario.schema import shipped_text

        click.echo(shipped_text(), nl=False)
        return
    if scenario is None:
        from keepout.scenario.load import shipped

        known = ", ".join(shipped())
        raise click.UsageError(f"name a file or a shipped scenario ({known})")
    from keepout.cli.output import warnings_text
    from keepout.scenario.assemble import assemble
    from keepout.scenario.load import load
    from keepout.scenario.warnings import warnings_of

    found = load(scenario, sets)
    odd = warnings_of(found, assemble(found))
    emit(
        as_json,
        {"errors": [], "warnings": odd},
        lambda: "\n".join([*warnings_text(odd), _sound(found)]),
    )


def _sound(found: Any) -> str:
    """A line on what was found to be sound."""
    scenario = found.scenario
    counts = [
        (len(scenario.raids), "raid", "raids"),
        (len(scenario.batteries), "battery", "batteries"),
        (len(scenario.radars), "radar", "radars"),
    ]
    parts = [f"{number} {one if number == 1 else many}" for number, one, many in counts]
    return f"{found.file}: no problems ({', '.join(parts)})."
