"""``keepout serve``: the local web application."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from keepout.cli.output import emit, json_option, say
from keepout.errors import InputError


@click.command("serve")
@click.argument("runs", type=click.Path(path_type=Path, file_okay=False), default=Path("runs"))
@click.option("--port", type=click.IntRange(0, 65535), default=8765, metavar="N",
              help="Port on 127.0.0.1; 0 takes any that is free [8765].")  # fmt: skip
@json_option
def command(runs: Path, port: int, as_json: bool) -> None:
    """Show the runs in RUNS [runs] in a browser: globe, stories, scenarios, comparison.

    Prints an address with a key in it, for this machine alone; Ctrl-C ends it. Only the folder
    RUNS is read, and new runs and scenarios are written there.
    """
    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "uvicorn")):
        raise InputError.one(
            "not-installed", "the web application needs FastAPI and uvicorn",
            help="in a clone: `make install`; of a wheel: `pip install 'WHEEL[web]'`",
        )  # fmt: skip
    from keepout.report.playback.page import BUILD, WITHOUT, has_page

    if not has_page():
        raise InputError.one("no-page", WITHOUT, help=BUILD)
    from keepout.app import server

    runs.mkdir(parents=True, exist_ok=True)

    def tell(address: str) -> None:
        emit(as_json, {"address": address, "runs": str(runs)}, address)
        say(f"Serving {runs} on this machine; the address above is the key. Ctrl-C ends it.")

    server.serve(runs, port, tell)
