"""Small text files of numbers in columns: a wind by height, a drag coefficient by Mach number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from keepout.errors import InputError, Problem

MOST_BYTES = 1_000_000
MOST_PROBLEMS = 20
PLAIN = ("wind", "speed", "to", "towards", "component", "the")
"""Words of a head that say nothing of order or unit."""


UNITS = {
    "mps": "m/s", "fps": "ft/s", "ftps": "ft/s", "kt": "kn", "kts": "kn", "kmh": "km/h",
    "kph": "km/h", "feet": "ft", "metres": "m", "meters": "m",
}  # fmt: skip
"""What people call units in the head of a column, where it is no unit of the closed table."""


class Column(NamedTuple):
    """One column: its name, and the unit of bare numbers ("" for pure numbers).

    ``words``: how a head may name it, so that the columns of a file can stand in any order.
    """

    name: str
    dimension: str
    bare: str
    words: tuple[str, ...] = ()


def read(path: Path, columns: Sequence[Column]) -> list[tuple[float, ...]]:
    """The rows of a file, in SI.

    Cells are parted by commas, semicolons, tabs or spaces; with commas, semicolons or tabs a cell
    may carry a unit. A ``#`` begins a remark; a first line in which no cell begins like a number
    names the columns: where all are known ("east_mps, north_mps, alt_ft") it gives their order
    and units, else they stand in the order of ``columns``.
    Raises InputError with every line that cannot be read, and for a file without rows.
    """
    problems: list[Problem] = []
    rows: list[tuple[float, ...]] = []
    first, order = True, list(range(len(columns)))
    for number, line in enumerate(_text(path).splitlines(), 1):
        cells = _cells(line)
        if not cells:
            continue
        named = first and not any(cell[:1] in "+-.0123456789" for cell in cells if cell)
        first = False
        try:
            if named:
                order, columns = _head(cells, columns)
                continue
            row = _row(cells, [columns[k] for k in order])
            rows.append(tuple(row[order.index(k)] for k in range(len(columns))))
        except ValueError as error:
            problems.append(
                Problem(
                    "columns", str(error), file=str(path), line=number, column=1,
                    help="a line holds " + ", ".join(_told(column) for column in columns),
                    source_line=line[:100], width=max(1, len(line[:100])),
                )
            )  # fmt: skip
    if not rows and not problems:
        problems.append(Problem("columns", f"{path} holds no rows of numbers"))
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    return rows


def _text(path: Path) -> str:
    """The file, if it is a text of a size that somebody may have written."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError.one("columns", f"{path} is larger than 1 MB")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.one("columns", f"{path} is no text in UTF-8") from error
    except OSError as error:
        raise InputError.one("columns", f"{path} cannot be read: {error.strerror}") from error


def _cells(line: str) -> list[str]:
    """The cells of a line; none if it is empty."""
    line = line.split("#")[0].strip()
    if any(mark in line for mark in ",;\t"):
        return [cell.strip() for cell in line.replace(";", ",").replace("\t", ",").split(",")]
    return line.split()


def _head(cells: list[str], columns: Sequence[Column]) -> tuple[list[int], Sequence[Column]]:
    """Which column stands in each place, and the columns with the units that the head gives them.

    A head of which nothing is known leaves all as it was. ValueError where only part of it is, or
    where a name carries what is no unit of its dimension.
    """
    from keepout import units

    found: list[int] = []
    made = list(columns)
    for cell in cells:
        words = [word for word in re.split(r"[^a-z0-9/]+", cell.lower()) if word]
        hits = [k for k, column in enumerate(columns) if set(words) & set(column.words)]
        if len(hits) != 1:
            continue
        column = columns[hits[0]]
        left = [word for word in words if word not in column.words and word not in PLAIN]
        unit = UNITS.get("".join(left), "".join(left))
        if unit and (unit not in units.UNITS or units.UNITS[unit].dimension != column.dimension):
            raise ValueError(f"{cell[:40]!r} gives the {column.name} in no known unit")
        found.append(hits[0])
        made[hits[0]] = column._replace(bare=unit or column.bare)
    if not found:
        return list(range(len(columns))), columns
    if sorted(found) != list(range(len(columns))) or len(cells) != len(columns):
        known = ", ".join(column.words[0] for column in columns)
        raise ValueError(f"the head names not all columns: they are {known}, in any order")
    return found, made


def _row(cells: list[str], columns: Sequence[Column]) -> tuple[float, ...]:
    """The numbers of a line; ValueError with a sentence if they are none."""
    from keepout import units

    if len(cells) != len(columns):
        raise ValueError(f"{len(columns)} numbers belong here, not {len(cells)}")
    row = []
    for cell, column in zip(cells, columns, strict=True):
        if units.LONE_NUMBER.fullmatch(cell):
            value = units.si(float(cell), column.bare)
            if value - value != 0.0:
                raise ValueError(f"the {column.name} {cell[:40]} is too large a number")
        elif column.dimension:
            value = units.parse(cell, column.dimension)
        else:
            raise ValueError(f"the {column.name} {cell[:40]!r} is no number")
        row.append(value)
    return tuple(row)


def _told(column: Column) -> str:
    """A column in words."""
    return f"{column.name} [{column.bare}]" if column.bare else column.name
