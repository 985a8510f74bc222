"""Integer and float columns to Parquet files and back, through DuckDB.

DuckDB reads a dict of numpy arrays as a table, so neither pandas nor pyarrow is needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

TABLE = "columns_of_this_file"
NOTE = "keepout"
"""Key of the file's metadata under which our note stands, as JSON."""


ROW_GROUP = 20_480
"""Rows of one group in a file: what is held in memory while one is written."""


def connect() -> duckdb.DuckDBPyConnection:
    """A connection of its own: one thread, nothing fetched, nothing on disk."""
    return duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})


def write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    columns: Mapping[str, Any],
    note: Mapping[str, Any] | None = None,
) -> None:
    """Write columns to ``path``: first beside it, then synced, then renamed.

    Raises OSError if the disk does not take it; nothing is then left at ``path``.
    """
    try:
        connection.register(TABLE, {name: _array(values) for name, values in columns.items()})
        _copy(connection, f"SELECT * FROM {TABLE}", path, note)
        connection.unregister(TABLE)
    except duckdb.Error as error:
        raise OSError(_short(error)) from error


def merge(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    trials: int,
    path: Path,
    note: Mapping[str, Any],
) -> None:
    """Write the first ``trials`` trials of some files, which hold them in order, to one file.

    Row group by row group, so that it takes no more memory for more trials. Raises OSError.
    """
    files = ", ".join(quoted(each) for each in paths)
    _copy(connection, f"SELECT * FROM read_parquet([{files}]) WHERE trial < {trials}", path, note)


def _copy(
    connection: duckdb.DuckDBPyConnection, query: str, path: Path, note: Mapping[str, Any] | None
) -> None:
    """Write what a query gives: first beside its place, then synced, then renamed."""
    beside = path.with_name(path.name + ".tmp")
    text = json.dumps(note or {}, sort_keys=True).replace("'", "''")
    options = (
        f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP}, "
        f"KV_METADATA {{{NOTE}: '{text}'}}"
    )
    try:
        connection.execute(f"COPY ({query}) TO {quoted(beside)} ({options})")
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    except duckdb.Error as error:
        beside.unlink(missing_ok=True)
        raise OSError(_short(error)) from error
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def read(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The columns of a Parquet file, and its note. Raises OSError if it cannot be read."""
    source = str(path).replace("'", "''")
    try:
        found_columns: Any = connection.execute(
            f"SELECT * FROM read_parquet('{source}')"
        ).fetchnumpy()
        return found_columns, note_of(connection, path)
    except duckdb.Error as error:
        raise OSError(_short(error)) from error


def note_of(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    """The note of a Parquet file, {} if it has none. Raises duckdb.Error."""
    query = f"SELECT value FROM parquet_kv_metadata({quoted(path)}) WHERE key = '{NOTE}'"
    found = connection.execute(query).fetchall()
    return json.loads(bytes(found[0][0])) if found else {}


def matrix(columns: Mapping[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    """The named columns side by side as int32 (rows, names). Raises KeyError if one misses."""
    rows = np.empty((len(next(iter(columns.values()))), len(names)), np.int32)
    for k, name in enumerate(names):
        rows[:, k] = columns[name]
    return rows


def quoted(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def _array(values: Any) -> np.ndarray:
    """Values as an array DuckDB reads: text has to be an array of objects."""
    array = np.asarray(values)
    return array.astype(object) if array.dtype.kind == "U" else np.ascontiguousarray(array)


def sync(path: Path) -> None:
    """Ask the system to put a file or folder on the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _short(error: Exception) -> str:
    """The first line of DuckDB's message."""
    return str(error).strip().splitlines()[0]
