"""The formats by name, and the one way a run is written in any of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from keepout import trip
from keepout.errors import InputError, RunError
from keepout.export import acmi, czml, geojson, kml, netcdf, oem, stk, tables
from keepout.export.scene import Scene, scene_of
from keepout.records.run import Run
from keepout.results.store import check_trial

Write = Callable[[Run, Scene, Path], None]


@dataclass(frozen=True)
class Format:
    """How a format is written: to a file with this suffix, or into a folder if it has none."""

    suffix: str
    write: Write


FORMATS = {
    "czml": Format(".czml", lambda run, scene, path: czml.write(scene, path)),
    "kml": Format(".kml", lambda run, scene, path: kml.write(scene, path)),
    "geojson": Format(".geojson", lambda run, scene, path: geojson.write(scene, path)),
    "acmi": Format(".acmi", lambda run, scene, path: acmi.write(scene, path)),
    "csv": Format("", tables.write),
    "netcdf": Format(".nc", netcdf.write),
    "oem": Format("", lambda run, scene, path: oem.write(scene, path)),
    "stk": Format("", lambda run, scene, path: stk.write(scene, path)),
}


def default_path(name: str, run: Run) -> Path:
    """Where an export goes that nobody named: beside nothing else, in the folder one is in."""
    stem = run.folder.name if run.folder else run.manifest["scenario"]
    return Path(f"{stem}{FORMATS[name].suffix or '-' + name}")


def scene_of_trial(run: Run, trial: int | None) -> Scene:
    """The scene of a kept trial (the first unless told), or of any other, computed again.

    Raises InputError for a trial the run does not have, RunError if the run was made by other
    sources and cannot be computed again.
    """
    kept = sorted({event["trial"] for event in run.events})
    if trial is None:
        trial = kept[0] if kept else 0
    check_trial(run, trial)
    if trial in kept:
        events = [event for event in run.events if event["trial"] == trial]
        tracks = [track for track in run.tracks if track["trial"] == trial]
        return scene_of(run, trial, events, tracks)
    return scene_of(run, trial, *_again(run, trial))


def _again(run: Run, trial: int) -> tuple[trip.Dicts, trip.Dicts]:
    """Events and tracks of a trial that was not kept."""
    if run.folder is None:
        raise RunError(f"Trial {trial} was not kept, and the run is not stored anywhere.")
    manifest = run.manifest
    job = trip.prepare(
        run.folder / "scenario.yaml", sets=manifest["set"], fidelity=manifest["fidelity"]
    )
    row, events, tracks = job.record(manifest["seed"], trial)
    if list(map(int, row)) != list(map(int, run.outcomes[trial])):
        raise RunError(
            f"Trial {trial} computed now is not what {run.folder} holds: another version of "
            "keepout made the run. Export a kept trial, or run the scenario again."
        )
    return events, tracks


def export(run: Run, name: str, out: Path | None = None, trial: int | None = None) -> Path:
    """Write a run in a format; returns the file or folder.

    name   a key of FORMATS
    out    file, or folder for ``csv``, ``oem`` and ``stk``; must not be there yet
    trial  whose paths and events; the first kept one unless told

    Nothing half-written is left at ``out``. Raises InputError if it is there already, RunError
    if it cannot be written.
    """
    path = out or default_path(name, run)
    if path.exists():
        raise InputError.one(
            "exists",
            f"{path} is there already and is not written over",
            path="-o",
            help="name another place with -o, or remove it first",
        )
    scene = scene_of_trial(run, trial)
    made: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        inner = made / "out"
        if not FORMATS[name].suffix:
            inner.mkdir()
        FORMATS[name].write(run, scene, inner)
        inner.replace(path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return path
