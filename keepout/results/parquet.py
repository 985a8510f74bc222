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
    beside = path.with_name(path.name + ".tmp")
    text = json.dumps(note or {}, sort_keys=True).replace("'", "''")
    options = f"FORMAT parquet, COMPRESSION snappy, KV_METADATA {{{NOTE}: '{text}'}}"
    try:
        connection.register(TABLE, {name: _array(values) for name, values in columns.items()})
        target = str(beside).replace("'", "''")
        connection.execute(f"COPY (SELECT * FROM {TABLE}) TO '{target}' ({options})")
        connection.unregister(TABLE)
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
        found = connection.execute(
            f"SELECT value FROM parquet_kv_metadata('{source}') WHERE key = '{NOTE}'"
        ).fetchall()
    except duckdb.Error as error:
        raise OSError(_short(error)) from error
    return found_columns, json.loads(bytes(found[0][0])) if found else {}


def matrix(columns: Mapping[str, np.ndarray], names: Sequence[str]) -> np.ndarray:
    """The named columns side by side as int32 (rows, names). Raises KeyError if one misses."""
    rows = np.empty((len(next(iter(columns.values()))), len(names)), np.int32)
    for k, name in enumerate(names):
        rows[:, k] = columns[name]
    return rows


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
