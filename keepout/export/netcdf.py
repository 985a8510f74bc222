"""NetCDF 3 (64-bit offsets): outcomes of all trials, and the paths of one as CF trajectories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keepout.export.scene import Scene, geodetic
from keepout.records.run import Run


def write(run: Run, scene: Scene, path: Path) -> None:
    """Write a run as one file: CF-1.8, paths as a contiguous ragged array."""
    from scipy.io import netcdf_file

    columns = list(run.layout.columns())
    with netcdf_file(path, "w", version=2) as file:
        file.Conventions = "CF-1.8"
        file.featureType = "trajectory"
        file.title = scene.label
        file.history = scene.note
        file.comment = "WGS 84, heights over the ellipsoid, UTC. Rounds fly straight."
        _texts(file, "count_name", "count", columns, "name of a count")
        file.createDimension("trial", len(run.outcomes))
        rows = file.createVariable("outcome", "i4", ("trial", "count"))
        rows[:] = np.asarray(run.outcomes)
        rows.long_name = "counts of every trial"
        _paths(file, scene)


def _texts(file: Any, name: str, dimension: str, texts: Sequence[str], long_name: str) -> Any:
    """A variable of texts: a table of characters, as wide as the longest."""
    raw = [text.encode() for text in texts]
    size = max([1, *map(len, raw)])
    file.createDimension(dimension, len(raw)) if dimension not in file.dimensions else None
    file.createDimension(f"{name}_length", size)
    variable = file.createVariable(name, "c", (dimension, f"{name}_length"))
    for k, text in enumerate(raw):
        variable[k] = np.frombuffer(text.ljust(size, b"\0"), "S1")
    variable.long_name = long_name
    return variable


def _paths(file: Any, scene: Scene) -> None:
    """Samples of all bodies one after another, and how many belong to each."""
    bodies = list(scene.bodies)
    _texts(
        file, "body", "trajectory", [body.name for body in bodies], "name"
    ).cf_role = "trajectory_id"
    _texts(
        file, "body_kind", "trajectory", [body.kind for body in bodies], "missile or interceptor"
    )
    _texts(file, "body_of", "trajectory", [body.of for body in bodies], "type or system")
    _texts(file, "body_end", "trajectory", [body.end for body in bodies], "how it ended")
    sizes = file.createVariable("row_size", "i4", ("trajectory",))
    sizes[:] = [len(body.t_s) for body in bodies]
    sizes.sample_dimension = "sample"
    sizes.long_name = "samples of a body"
    file.createDimension("sample", sum(len(body.t_s) for body in bodies))
    t_s = np.concatenate([body.t_s for body in bodies] or [np.zeros(0)])
    place = geodetic(np.concatenate([body.r_ecef_m for body in bodies] or [np.zeros((0, 3))]))
    since = scene.start.strftime("seconds since %Y-%m-%d %H:%M:%S")
    for name, values, units, standard in (
        ("time", t_s, since, "time"),
        ("lat", place[:, 1], "degrees_north", "latitude"),
        ("lon", place[:, 0], "degrees_east", "longitude"),
        ("alt", place[:, 2], "m", "height_above_reference_ellipsoid"),
    ):
        variable = file.createVariable(name, "f8", ("sample",))
        variable[:] = values
        variable.units = units
        variable.standard_name = standard
        if name == "alt":
            variable.positive = "up"
            variable.coordinates = "time lat lon"
