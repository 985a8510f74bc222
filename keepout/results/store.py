"""A finished run on the disk: written once, whole; read with every check that is cheap.

RUN/ holds manifest.json, scenario.yaml (verbatim), resolved.json, trials.parquet,
events.parquet, tracks.parquet and report.html. DuckDB, pandas and polars read the
Parquet files as they are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from keepout.errors import InputError, RunError
from keepout.records.outcome import Layout
from keepout.records.run import Run
from keepout.results import parquet
from keepout.results.claim import SUFFIX, final_folder, is_there, partial_folder
from keepout.results.kept import event_columns, events_of, track_columns, tracks_of
from keepout.results.manifest import FORMAT, MANIFEST, layout_of, read_manifest
from keepout.results.parts import PARTS, TRIALS, Partial, write_json, write_text
from keepout.results.rows import digest
from keepout.results.stored import Stored

SCENARIO = "scenario.yaml"
RESOLVED = "resolved.json"
EVENTS = "events.parquet"
TRACKS = "tracks.parquet"
REPORT = "report.html"

WriteReport = Callable[[Run, Path], object]


def finish(partial: Partial, run: Run, write_report: WriteReport | None) -> Run:
    """Write everything a finished run holds, then give the folder its name."""
    folder = partial.folder
    write_text(folder / SCENARIO, run.scenario_text)
    write_json(folder / RESOLVED, run.resolved)
    connection = partial.connection
    partial.merge(run.manifest["digest"], run.manifest["trials"])
    rows = Stored([folder / TRIALS], run.layout.columns(), run.manifest["trials"])
    run = replace(run, outcomes=rows)  # one file is quicker to read than a hundred parts
    parquet.write(connection, folder / EVENTS, event_columns(run.events))
    parquet.write(connection, folder / TRACKS, track_columns(run.tracks))
    if write_report is not None:
        write_report(run, folder / REPORT)
    write_json(folder / MANIFEST, run.manifest)
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    partial.claim.finish()
    rows.paths = [partial.claim.final / TRIALS]  # it keeps the sums that the report asked for
    return replace(run, folder=partial.claim.final)


def reopen(path: Path | str, *, kept: bool = True) -> Run:
    """Read a finished run; ``kept`` also reads the events and tracks of its kept trials.

    Raises RunError if it is not there, not finished, or not as it was written.
    """
    folder = final_folder(path)
    manifest = _finished_manifest(folder)
    layout = layout_of(manifest)
    events: list[dict[str, Any]] = []
    tracks: list[dict[str, Any]] = []
    try:
        with parquet.connect() as connection:
            rows = _rows(connection, folder / TRIALS, layout)
            if kept:
                events = events_of(parquet.read(connection, folder / EVENTS)[0])
                tracks = tracks_of(parquet.read(connection, folder / TRACKS)[0])
        resolved = json.loads((folder / RESOLVED).read_text(encoding="utf-8"))
        text = (folder / SCENARIO).read_bytes().decode()
        found = digest(rows)
    except (OSError, KeyError, ValueError) as error:
        raise RunError(f"{folder} is damaged: {error}. Run it again.") from error
    if found != manifest["digest"]:
        raise RunError(
            f"{folder} is damaged: the rows in {TRIALS} do not have the digest that "
            f"{MANIFEST} gives. Run it again."
        )
    return Run(folder, manifest, resolved, text, layout, rows, events, tracks)


def _rows(connection: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> Stored:
    """Outcome rows of trials.parquet; the trials have to be there in order."""
    query = (
        "SELECT count(*), coalesce(sum(CASE WHEN trial <> place THEN 1 ELSE 0 END), 0) FROM "
        "(SELECT trial, file_row_number AS place FROM "
        f"read_parquet({parquet.quoted(path)}, file_row_number = true))"
    )
    try:
        trials, wrong = connection.execute(query).fetchall()[0]
    except duckdb.Error as error:
        raise OSError(str(error).splitlines()[0]) from error
    if wrong:
        raise ValueError(f"{TRIALS} does not hold the trials in order")
    return Stored([path], layout.columns(), int(trials))


def _finished_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished run, or the sentence that says why there is none."""
    if not is_there(folder) or not folder.is_dir():
        if partial_folder(folder).is_dir():
            raise RunError(
                f"{partial_folder(folder)} is not finished; finish it with "
                f"`keepout run … -o {folder} --resume`."
            )
        raise RunError(f"There is no run in {folder}.")
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("format") != FORMAT:
        raise RunError(f"{folder} is not a run of keepout: it holds no {MANIFEST} of this format.")
    missing = {"layout", "digest", "trials", "seed", "scenario"} - set(manifest)
    if missing:
        raise RunError(f"{folder} is damaged: {MANIFEST} lacks {', '.join(sorted(missing))}.")
    return manifest


def check_trial(run: Run, trial: int) -> None:
    """Raises InputError for a trial that a run does not have."""
    if not 0 <= trial < len(run.outcomes):
        raise InputError.one(
            "trial",
            f"the run has no trial {trial}",
            path="--trial",
            help=f"trials run from 0 to {len(run.outcomes) - 1}",
        )


def is_run(path: Path | str) -> bool:
    """Whether a path holds a run, finished or not."""
    folder = final_folder(path)
    return any(read_manifest(place) is not None for place in (folder, partial_folder(folder)))


def stored_runs(runs: Path) -> list[dict[str, Any]]:
    """One line per run in a folder, by name: what it is and how far it came."""
    lines: list[dict[str, Any]] = []
    for folder in sorted(runs.iterdir()) if runs.is_dir() else []:
        manifest = read_manifest(folder) if folder.is_dir() else None
        if manifest is None or manifest.get("format") != FORMAT:
            continue
        keys = (
            "scenario",
            "trials",
            "seed",
            "fidelity",
            "digest",
            "started_utc",
            "wall_s",
        )
        line: dict[str, Any] = {"run": str(final_folder(folder)), "state": "complete"}
        if folder.name.endswith(SUFFIX):
            line["state"] = "partial"
        lines.append(line | {key: manifest.get(key) for key in keys})
    return lines
