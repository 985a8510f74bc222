"""The numbers of a figure as CSV: what stands in the drawing, read off the drawing itself."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.collections import Collection, LineCollection, PathCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Patch, Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter
from matplotlib.transforms import Transform

from keepout.report.markup import Html, el

HEAD = (
    "part", "sign", "number", "x", "y", "value", "x_name", "y_name", "x_means", "y_means",
    "value_means",
)  # fmt: skip
DIGITS = 6
"""Significant digits: finer than any drawing."""
REACH = 0.5
"""How far from its tick a name still holds, where an axis has names for numbers."""
COLOURBAR = "<colorbar>"
"""What Matplotlib calls the axes of a scale of colours, which repeats and adds no number."""


class Sign(NamedTuple):
    """Something drawn: a bar is two opposite corners, an ellipse those of its frame."""

    kind: str
    points: np.ndarray  # (n, 2) in the units of the axes
    values: np.ndarray | None = None  # (n), of what has a colour for a number
    means: str = ""  # what the values are


def csv_link(figure: Figure, key: str) -> Html:
    """A link, in the page itself, to the numbers that a figure draws."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    parts = [axes for axes in figure.axes if axes.get_label() != COLOURBAR]
    for part, axes in enumerate(parts, 1):
        numbers: dict[str, int] = {}
        for sign in _signs(axes):
            numbers[sign.kind] = numbers.get(sign.kind, 0) + 1
            for line in _lines(axes, sign):
                writer.writerow([part, sign.kind, numbers[sign.kind], *line])
    data = base64.b64encode(out.getvalue().encode()).decode()
    return el(
        "a", "Data of this figure (CSV)", class_="data", download=f"{key}.csv",
        href=f"data:text/csv;charset=utf-8;base64,{data}",
    )  # fmt: skip


def _lines(axes: Any, sign: Sign) -> Iterator[list[str]]:
    """The lines of one sign, after its number; what the numbers mean stands in the first."""
    means = [axes.get_xlabel(), axes.get_ylabel(), sign.means]
    framed = sign.kind in ("bar", "ellipse")  # the middle has the name, not the corners
    middle = sign.points.mean(axis=0) if framed and len(sign.points) else None
    for k, (x, y) in enumerate(sign.points):
        at = (x, y) if middle is None else middle
        value = "" if sign.values is None else f"{sign.values[k]:.{DIGITS}g}"
        names = [_name(axes.xaxis, at[0]), _name(axes.yaxis, at[1])]
        yield [
            f"{x:.{DIGITS}g}", f"{y:.{DIGITS}g}", value, *names, *(means if k == 0 else [""] * 3)
        ]  # fmt: skip


def _name(axis: Any, at: float) -> str:
    """What an axis that has names writes at a number."""
    formatter, ticks = axis.get_major_formatter(), axis.get_majorticklocs()
    named = isinstance(axis.get_major_locator(), FixedLocator)
    if not named or not isinstance(formatter, FuncFormatter) or not len(ticks):
        return ""
    nearest = ticks[int(np.argmin(np.abs(ticks - at)))]
    return str(formatter(nearest)) if abs(nearest - at) <= REACH else ""


def _signs(axes: Any) -> Iterator[Sign]:
    """Everything drawn in axes, in their units."""
    for line in axes.lines:
        points = np.asarray(line.get_xydata(), float).reshape(-1, 2)
        yield Sign("line", _in_units(axes, line.get_transform(), points))
    for patch in axes.patches:
        yield _patch(axes, patch)
    for collection in axes.collections:
        yield from _collected(collection)


def _in_units(axes: Any, drawn_by: Transform, points: np.ndarray) -> np.ndarray:
    """Points of a sign that may hang on the frame of the axes, as a band over all its height."""
    if drawn_by == axes.transData or not len(points):
        return points
    return np.asarray(axes.transData.inverted().transform(drawn_by.transform(points)), float)


def _patch(axes: Any, patch: Patch) -> Sign:
    """A bar or an ellipse by its frame, any other by its outline."""
    if isinstance(patch, Rectangle):
        x, y = patch.get_xy()
        corners = np.array([[x, y], [x + patch.get_width(), y + patch.get_height()]], float)
        return Sign("bar", _in_units(axes, patch.get_data_transform(), corners))
    if isinstance(patch, Ellipse):
        half = 0.5 * np.array([patch.get_width(), patch.get_height()])
        return Sign("ellipse", np.array([patch.get_center() - half, patch.get_center() + half]))
    return Sign("area", np.asarray(patch.get_path().vertices, float))


def _collected(collection: Collection) -> Iterator[Sign]:
    """Ways, points, cells with their values, or filled areas."""
    if isinstance(collection, LineCollection):
        for segment in collection.get_segments():
            yield Sign("way", np.asarray(segment, float).reshape(-1, 2))
    elif isinstance(collection, QuadMesh):
        yield _cells(collection)
    elif isinstance(collection, PathCollection):
        yield Sign("points", np.asarray(collection.get_offsets(), float).reshape(-1, 2))
    else:
        for path in collection.get_paths():
            yield Sign("area", np.asarray(path.vertices, float))


def _cells(mesh: QuadMesh) -> Sign:
    """Middles and values of the cells of a heat map that have a value."""
    corners = np.asarray(mesh.get_coordinates(), float)  # (rows + 1, columns + 1, 2)
    middles = 0.25 * (corners[:-1, :-1] + corners[:-1, 1:] + corners[1:, :-1] + corners[1:, 1:])
    values: Any = np.ma.asarray(mesh.get_array(), float).ravel()
    known = np.isfinite(values.filled(np.nan))
    label = str(mesh.get_label())
    said = mesh.colorbar.ax.get_ylabel() if mesh.colorbar else label
    means = "" if said.startswith("_") else said
    return Sign("cell", middles.reshape(-1, 2)[known], np.asarray(values[known]), means)
