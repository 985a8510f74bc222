"""``keepout warm-up``: compile everything now, with a line that says so."""

from __future__ import annotations

import time

import click

from keepout.cli.output import emit, json_option, say


@click.command("warm-up")
@json_option
def command(as_json: bool) -> None:
    """Compile all kernels (some 40 seconds the first time), so that runs start at once."""
    begin_s = time.monotonic()
    from keepout import trip

    cold = trip.is_cold()
    if not cold:
        say("The kernels are compiled already; checking that they load …")
    trip.warm_up(lambda step: say(f"{time.monotonic() - begin_s:5.1f} s  {step}"))
    from keepout.studies.assignment import solve

    say(f"{time.monotonic() - begin_s:5.1f} s  assignment")
    solve.warm()
    took_s = round(time.monotonic() - begin_s, 2)
    emit(as_json, {"compiled": cold, "seconds": took_s}, f"Ready after {took_s:.1f} s.")
