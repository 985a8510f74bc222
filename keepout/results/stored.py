"""Outcome rows that stay in their Parquet files and are read as somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from keepout.results import parquet
from keepout.results.rows import BATCH

SMALL_BYTES = 16_000_000
"""Rows that take no more than this are read once and kept."""
SUMS_BYTES = 12_000_000
"""Room for the sums that were asked for, each in the smallest type that holds it; of a million
trials most are read again when they are asked for again, so that memory does not grow with them."""
TYPES = (np.uint8, np.uint16, np.int32)


class Stored:
    """The rows of the first ``trials`` trials, in files that hold them in order.

    Reads like an array (trials, columns) of int32: length, rows, slices, ``np.asarray``. One
    column, or the sum of some, is read without the others. Raises OSError if a file cannot be
    read.
    """

    def __init__(self, paths: Sequence[Path], names: Sequence[str], trials: int) -> None:
        self.paths = list(paths)
        self.names = list(names)
        self.trials = trials
        self.kept: np.ndarray | None = None
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.sums: dict[tuple[int, ...], np.ndarray] = {}
        if 4 * trials * len(self.names) <= SMALL_BYTES:
            self.kept = self._rows(0, trials)

    dtype = np.dtype(np.int32)

    @property
    def shape(self) -> tuple[int, int]:
        """(trials, columns)."""
        return self.trials, len(self.names)

    def __len__(self) -> int:
        return self.trials

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All rows at once."""
        rows = np.concatenate([np.zeros((0, len(self.names)), np.int32), *self.batches()])
        return rows if dtype is None else rows.astype(dtype)

    def __getitem__(self, which: Any) -> Any:
        """One row; rows from a trial on; the rows of the first trials, which stay in the files.

        Any other choice reads them all.
        """
        if not isinstance(which, int | slice):
            return np.asarray(self)[which]
        if isinstance(which, slice):
            first, last, step = which.indices(self.trials)
            if step == 1 and first == 0:
                return Stored(self.paths, self.names, last)
            return self._rows(first, max(first, last))[::step]
        trial = which + self.trials if which < 0 else which
        if not 0 <= trial < self.trials:
            raise IndexError(which)
        return self._rows(trial, trial + 1)[0]

    def batches(self) -> Iterator[np.ndarray]:
        """All rows in trial order, some at a time."""
        for first in range(0, self.trials, BATCH):
            yield self._rows(first, min(first + BATCH, self.trials))

    def total(self, columns: Sequence[int]) -> np.ndarray:
        """Sum of some columns in every trial, int64."""
        if self.kept is not None:
            picked: np.ndarray = self.kept[:, list(columns)].sum(axis=1, dtype=np.int64)
            return picked
        key = tuple(columns)
        if key not in self.sums:
            terms = " + ".join(f'CAST("{self.names[k]}" AS BIGINT)' for k in columns) or "0"
            found = self._select(f"{terms} AS total", 0, self.trials)["total"]
            found = np.asarray(found).astype(np.int64, copy=False)
            small = compact(found)
            if sum(each.nbytes for each in (*self.sums.values(), small)) > SUMS_BYTES:
                return found
            self.sums[key] = small
        return self.sums[key].astype(np.int64)

    def _rows(self, first: int, last: int) -> np.ndarray:
        """Rows of the trials first to last - 1."""
        if self.kept is not None:
            return self.kept[first:last]
        if last <= first:
            return np.zeros((0, len(self.names)), np.int32)
        named = ", ".join(f'"{name}"' for name in self.names)
        rows = parquet.matrix(self._select(named, first, last), self.names)
        if len(rows) != last - first:
            raise OSError("trials are missing in the stored rows")
        return rows

    def _select(self, what: str, first: int, last: int) -> dict[str, np.ndarray]:
        """A query over the files in their order."""
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in self.paths)
        query = (
            f"SELECT {what} FROM read_parquet([{files}]) WHERE trial >= {first} AND trial < {last}"
        )
        try:
            if self.connection is None:
                self.connection = parquet.connect()
            with self.connection.cursor() as cursor:  # several threads may ask at once
                found: Any = cursor.execute(query).fetchnumpy()
        except duckdb.Error as error:
            raise OSError(str(error).splitlines()[0]) from error
        return {name: np.asarray(column) for name, column in found.items()}


def compact(values: np.ndarray) -> np.ndarray:
    """Whole numbers in the smallest type that holds them all; as they are if none does."""
    if not values.size:
        return values
    low, high = int(values.min()), int(values.max())
    for kind in TYPES:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values
