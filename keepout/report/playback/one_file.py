"""A replay to send: one HTML file with the globe, some trials and the report inside.

It opens from a disk and asks for nothing: the page's policy allows no connection.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keepout import __version__
from keepout.report.markup import Html, el, join, page_head
from keepout.report.page import page
from keepout.report.playback.page import ASSETS
from keepout.report.playback.scene import playback
from keepout.report.playback.spread import MOST_TRIALS, spread
from keepout.report.playback.thin import deflated, thin
from keepout.results.metrics import leaf, prices_of, readings, summary
from keepout.results.plain import plain
from keepout.studies.explain import Opened, Replay, open_run, path_of, repeat, story

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; frame-src 'self' about: data:"
)
"""What the file may load: nothing."""
GATHERED = 50
"""Trials put together for tubes and density."""
MOST_OUTCOMES = 5_000
PATH_STEP = 4
"""Every so many points of a height curve are kept."""


def write_replay(folder: Path, path: Path, trials: Sequence[int] = (0,)) -> None:
    """Write the replay of some trials of a stored run to one file.

    Raises InputError for a trial that the run does not have, RunError if the run cannot be
    computed again.
    """
    opened = open_run(folder, kept=True)
    path.write_text(document(enclosed(opened, trials)), encoding="utf-8")


def enclosed(opened: Opened, trials: Sequence[int]) -> dict[str, Any]:
    """What the page reads in place of a server's answers."""
    run = opened.run
    blocks, stories = {}, {}
    for trial in trials:
        blocks[str(trial)] = playback(opened, trial)
        again = repeat(opened, trial)
        names = again.resolved["names"]["threats"]
        stories[str(trial)] = {name: told(again, row) for row, name in enumerate(names)}
    return {
        "about": about(opened),
        "outcomes": outcomes(opened),
        "spread": spread(opened, min(GATHERED, MOST_TRIALS, len(run.outcomes))),
        "trials": blocks,
        "stories": stories,
        "report": page(run),
    }


def about(opened: Opened) -> dict[str, Any]:
    """What a run is, and its numbers."""
    run = opened.run
    return {
        "name": run.manifest["scenario"] if run.folder is None else run.folder.name,
        "summary": summary(run),
        "note": run.resolved["note"],
        "title": run.resolved["title"] or run.manifest["scenario"],
        "threats": len(run.resolved["names"]["threats"]),
        "has_report": True,
        "warning": run.resolved.get("warning", {}),
    }


def outcomes(opened: Opened) -> dict[str, Any]:
    """The arrivals of every trial, for the chart that chooses one."""
    run = opened.run
    rows = np.asarray(run.outcomes[:MOST_OUTCOMES])
    found = leaf(readings(run.layout, rows, prices_of(run.manifest)), "arrived.total")
    return {
        "trials": len(rows),
        "of": len(run.outcomes),
        "readings": {"arrived.total": [] if found is None else found},
    }


def told(again: Replay, row: int) -> dict[str, Any]:
    """The story of one threat with its height against time, rounded: a file is not a ledger."""
    found = story(again, row)
    if found["flying"]:
        path = path_of(again, row)
        path["t_s"] = np.round(path["t_s"][::PATH_STEP], 1)
        path["alt_m"] = np.round(path["alt_m"][::PATH_STEP])
        path.pop("limits")
        found["path"] = path
    return found


def document(data: dict[str, Any]) -> str:
    """The page with everything in it.

    What the first picture needs stands plain; the rest is deflated and read when asked for. A
    browser passes over text of a type that it does not know, so that a large trial costs little.
    """
    program = (ASSETS / "app.js").read_text("utf-8").replace("</script", "<\\/script")
    style = (ASSETS / "app.css").read_text("utf-8").replace("</style", "<\\/style")
    head = page_head(
        data["about"]["title"], Html(style), policy=POLICY, scheme="dark light", version=__version__
    )
    first = {"about": data["about"], "outcomes": data["outcomes"], "trials": list(data["trials"])}
    body = el(
        "body",
        el("div", id="app"),
        el("script", Html(_json(first)), type="application/json", id="keepout-first"),
        *(_kept(f"trial-{trial}", thin(block)) for trial, block in data["trials"].items()),
        *(_kept(f"stories-{trial}", _small(told)) for trial, told in data["stories"].items()),
        _kept("spread", _small(data["spread"])),
        _kept("report", _small(data["report"])),
        el("script", Html(program)),
    )
    return f"<!DOCTYPE html>\n{el('html', join(head, body), lang='en-GB')}\n"


def _json(data: Any) -> str:
    """Data as JSON that can stand inside a script."""
    return json.dumps(plain(data), ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _small(data: Any) -> bytes:
    """Data as deflated JSON."""
    return deflated(_json(data).encode())


def _kept(name: str, data: bytes) -> Html:
    """Bytes as an element that a browser keeps and does nothing with."""
    return el(
        "script", Html(base64.b64encode(data).decode()), type="text/plain", id=f"keepout-{name}"
    )
