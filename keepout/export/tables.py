"""CSV for spreadsheets: a folder with outcomes, summary, events and paths, and what they are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keepout.export.scene import Scene, geodetic, note_of
from keepout.records.run import Run
from keepout.results import metrics

ABOUT = """{note}

trials.csv   one row per trial, one column per count
summary.csv  every number of the run: mean, its Monte Carlo error (mc_se), outcomes in nine of ten
             raids (p05, p50, p95), and the same of the mean under ignorance of parameters
events.csv   trial {trial}: what happened, with place
paths.csv    trial {trial}: where every body was; rounds fly straight from launcher to end

Times in UTC and in seconds after the start of the scenario. WGS 84; heights over the ellipsoid.
"""


def write(run: Run, scene: Scene, folder: Path) -> None:
    """Write the tables of a run, and of one of its trials, into a folder that exists."""
    columns = list(run.layout.columns())
    _table(folder / "trials.csv", ["trial", *columns],
           ([k, *map(int, row)] for k, row in enumerate(np.asarray(run.outcomes))))  # fmt: skip
    _table(folder / "summary.csv", ["number", *STATISTICS], _summary(metrics.summary(run)))
    _table(folder / "events.csv", ["utc", "t_s", "kind", "who", "whom", "detail", *PLACE],
           _events(scene))  # fmt: skip
    _table(folder / "paths.csv", ["name", "kind", "of", "end", "utc", "t_s", *PLACE], _paths(scene))
    about = ABOUT.format(note=note_of(run.manifest), trial=scene.trial)
    (folder / "about.txt").write_text(about, "utf-8")


STATISTICS = (
    "mean",
    "mc_se",
    "p05",
    "p50",
    "p95",
    "epistemic_p05",
    "epistemic_p50",
    "epistemic_p95",
)
PLACE = ("lat_deg", "lon_deg", "alt_m")


def _table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def _summary(numbers: Any, path: str = "") -> Iterable[list[Any]]:
    for name, value in numbers.items():
        where = f"{path}.{name}" if path else str(name)
        if isinstance(value, dict) and "mean" in value:
            ignorance = value.get("epistemic") or {}
            flat = value | {f"epistemic_{key}": each for key, each in ignorance.items()}
            yield [where, *(flat.get(key, "") for key in STATISTICS)]
        elif isinstance(value, dict):
            yield from _summary(value, where)


def _place(r_ecef_m: np.ndarray) -> list[str]:
    lon_deg, lat_deg, alt_m = geodetic(np.array([r_ecef_m]))[0]
    return [f"{lat_deg:.6f}", f"{lon_deg:.6f}", f"{alt_m:.1f}"]


def _events(scene: Scene) -> Iterable[list[Any]]:
    for each in sorted(scene.happenings, key=lambda each: each.t_s):
        when = [scene.stamp(each.t_s), f"{each.t_s:.3f}"]
        place = _place(np.array(each.r_ecef_m))
        yield [*when, each.kind, each.who, each.whom, each.detail, *place]


def _paths(scene: Scene) -> Iterable[list[Any]]:
    for body in scene.bodies:
        for t_s, r in zip(body.t_s, body.r_ecef_m, strict=True):
            yield [
                body.name,
                body.kind,
                body.of,
                body.end,
                scene.stamp(t_s),
                f"{t_s:.3f}",
                *_place(r),
            ]
