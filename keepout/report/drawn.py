"""The numbers of a figure as CSV: what stands in the drawing, read off the drawing itself."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from keepout.report.markup import Html, el

HEAD = ("part", "sign", "number", "x", "y", "x_means", "y_means")
DIGITS = 6
"""Significant digits: finer than any drawing."""


def csv_link(figure: Figure, key: str) -> Html:
    """A link, in the page itself, to the numbers that a figure draws."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for part, axes in enumerate(figure.axes, 1):
        means = (axes.get_xlabel(), axes.get_ylabel())
        for sign, number, points in _signs(axes):
            for k, (x, y) in enumerate(points):
                said = means if k == 0 else ("", "")
                writer.writerow([part, sign, number, f"{x:.{DIGITS}g}", f"{y:.{DIGITS}g}", *said])
    data = base64.b64encode(out.getvalue().encode()).decode()
    return el(
        "a", "Data of this figure (CSV)", class_="data", download=f"{key}.csv",
        href=f"data:text/csv;charset=utf-8;base64,{data}",
    )  # fmt: skip


def _signs(axes: Any) -> Iterator[tuple[str, int, np.ndarray]]:
    """Kind, number and points of everything drawn in axes, in the units of the axes."""
    for number, line in enumerate(axes.lines, 1):
        yield "line", number, np.asarray(line.get_xydata(), float).reshape(-1, 2)
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    for number, bar in enumerate(bars, 1):
        x, y = bar.get_xy()
        yield "bar", number, np.array([[x, y], [x + bar.get_width(), y + bar.get_height()]])
    number = 0
    for collection in axes.collections:
        if isinstance(collection, LineCollection):
            for segment in collection.get_segments():
                number += 1
                yield "way", number, np.asarray(segment, float).reshape(-1, 2)
        elif isinstance(collection, PathCollection):
            number += 1
            yield "points", number, np.asarray(collection.get_offsets(), float).reshape(-1, 2)
