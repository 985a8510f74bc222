"""Measurements from version to version: a JSON file with one record for each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keepout import __version__
from keepout.bench.machine import machine
from keepout.bench.row import KEYS, Row
from keepout.errors import InputError

HELP = "give a file that `keepout bench --record` wrote, or one that does not exist yet"


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file, oldest first; none if there is no file yet. Raises InputError."""
    if not path.exists():
        if not path.parent.is_dir():
            raise InputError.one("record", f"there is no folder {path.parent}", help=HELP)
        return []
    try:
        records = json.loads(path.read_text("utf-8"))["records"]
        good = all(_is_record(record) for record in records)
    except (OSError, ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise InputError.one(
            "record", f"{path} is not a history of measurements", file=str(path), help=HELP
        )
    found: list[dict[str, Any]] = records
    return found


def _is_record(record: Any) -> bool:
    """Whether it has what the page of the manual reads."""
    rows = record["rows"]
    return {"date", "version", "machine"} <= record.keys() and all(
        set(KEYS) <= row.keys() for row in rows
    )


def append(path: Path, rows: list[Row]) -> None:
    """Write one more record behind those that are there; whole or not at all."""
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "version": __version__,
        "machine": machine(),
        "rows": rows,
    }
    new = path.with_name(path.name + ".new")
    text = json.dumps({"records": [*read(path), record]}, ensure_ascii=False, indent=1)
    new.write_text(text + "\n", "utf-8")
    new.replace(path)
