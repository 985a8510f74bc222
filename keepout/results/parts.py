"""RUN.partial: part files of a run under way, and what a resumption finds there.

A part holds trials of one fixed block of trial numbers, each written beside its place,
synced and renamed. A block that a stop cut short is kept as far as its chunks go. A
part that is torn, of another run or altered is recognised by its own digest and
recomputed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from keepout.records.outcome import Layout
from keepout.results import parquet
from keepout.results.claim import Claim
from keepout.results.manifest import IDENTITY, MANIFEST
from keepout.results.rows import Rows, digest

PARTS = "parts"
TRIALS = "trials.parquet"
WHOLE = -1
"""Stands for the number of a block where a file holds all of them."""


def write_json(path: Path, data: Any) -> None:
    """Write JSON beside its place, sync it and rename it."""
    write_text(path, json.dumps(data, indent=1, ensure_ascii=False))


def write_text(path: Path, text: str) -> None:
    """Write text, byte for byte, beside its place; sync it and rename it."""
    beside = path.with_name(path.name + ".tmp")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


class Partial:
    """The part files of one run, and the rows they hold."""

    def __init__(self, claim: Claim, manifest: dict[str, Any], layout: Layout, limit: int) -> None:
        self.claim = claim
        self.folder = claim.folder
        self.manifest = manifest
        self.names = layout.columns()
        self.block: int = manifest["block"]
        self.rows = Rows(limit, len(self.names))
        self.written: dict[int, int] = {}  # block → trials on the disk
        self.unkept: set[int] = set()
        self.connection = parquet.connect()

    def begin(self) -> None:
        """Write the manifest; the parts' folder comes with the first part."""
        write_json(self.folder / MANIFEST, self.manifest)

    def accept(self, first: int, rows: np.ndarray) -> None:
        """Take finished trials, and write every block they complete."""
        self.rows.put(first, rows)
        for block in range(first // self.block, (first + len(rows) - 1) // self.block + 1):
            self.unkept.add(block)
            if self.rows.done[self._span(block)].all():
                self._write(block)

    def keep(self) -> None:
        """Write what is finished of the blocks that are not complete."""
        for block in sorted(self.unkept):
            self._write(block)

    def stored(self) -> int:
        """Number of trials that are on the disk."""
        on_disk = self.written.get(WHOLE) or sum(self.written.values())
        return min(on_disk, len(self.rows.done))

    def recover(self, say: Callable[[str], None]) -> None:
        """Read the parts of an earlier process; drop those that are not whole."""
        folder = self.folder / PARTS
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            found = re.fullmatch(r"trials-(\d{5,})\.parquet", path.name)
            block = int(found[1]) if found else WHOLE
            trials = self._read(path, block) if block >= 0 else 0
            if trials:
                self.written[block] = trials
            else:
                if found:
                    say(f"{path} is damaged; its trials are computed again.")
                path.unlink(missing_ok=True)
        whole = self.folder / TRIALS  # a process died between merging and renaming
        if whole.exists() and (trials := self._read(whole, WHOLE)):
            self.written[WHOLE] = trials

    def close(self) -> None:
        """Let go of the file readers; the claim is the caller's."""
        self.connection.close()

    def _span(self, block: int) -> slice:
        """Trial numbers of one block."""
        last = min((block + 1) * self.block, len(self.rows.done))
        return slice(block * self.block, last)

    def note(self, rows: np.ndarray) -> dict[str, str]:
        """What a file with these rows says about itself if it belongs to this run."""
        mine = json.dumps({key: self.manifest.get(key) for key in IDENTITY}, sort_keys=True)
        run = hashlib.sha256(mine.encode()).hexdigest()
        return {"digest": digest(rows), "run": run}

    def _write(self, block: int) -> None:
        """Write the finished trials of a block as its part."""
        span = self._span(block)
        trials = span.start + np.flatnonzero(self.rows.done[span])
        rows = self.rows.values[trials]
        columns: dict[str, np.ndarray] = {"trial": trials.astype(np.int64)}
        columns |= {name: rows[:, k] for k, name in enumerate(self.names)}
        folder = self.folder / PARTS
        folder.mkdir(exist_ok=True)
        path = folder / f"trials-{block:05d}.parquet"
        parquet.write(self.connection, path, columns, self.note(rows))
        self.written[block] = len(trials)
        self.unkept.discard(block)

    def _read(self, path: Path, block: int) -> int:
        """Take over the trials of a part (WHOLE: of all blocks); 0 if it cannot be trusted."""
        try:
            columns, note = parquet.read(self.connection, path)
            trials = np.asarray(columns["trial"])
            rows = parquet.matrix(columns, self.names)
        except (OSError, KeyError, ValueError):
            return 0
        whole = (
            note == self.note(rows)
            and len(trials) > 0
            and bool(np.all(np.diff(trials) > 0))
            and (block < 0 or bool(np.all(trials // self.block == block)))
        )
        if not whole:
            return 0
        wanted = trials < len(self.rows.done)
        self.rows.values[trials[wanted]] = rows[wanted]
        self.rows.done[trials[wanted]] = True
        return len(trials)
