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

import duckdb
import numpy as np

from keepout.records.outcome import Layout
from keepout.results import parquet
from keepout.results.claim import Claim
from keepout.results.manifest import IDENTITY, MANIFEST
from keepout.results.rows import Done, RunningDigest, digest
from keepout.results.stored import Stored

PARTS = "parts"
TRIALS = "trials.parquet"


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
    """The part files of one run, and the rows of blocks that are not complete."""

    def __init__(self, claim: Claim, manifest: dict[str, Any], layout: Layout, limit: int) -> None:
        self.claim = claim
        self.folder = claim.folder
        self.manifest = manifest
        self.names = layout.columns()
        self.block: int = manifest["block"]
        self.done = Done(limit)
        self.open: dict[int, np.ndarray] = {}  # rows of blocks that are not complete
        self.written: dict[int, int] = {}  # block → trials on the disk
        self.unkept: set[int] = set()
        self.connection = parquet.connect()
        self.running = RunningDigest()

    def begin(self) -> None:
        """Write the manifest; the parts' folder comes with the first part."""
        write_json(self.folder / MANIFEST, self.manifest)

    def accept(self, first: int, rows: np.ndarray) -> None:
        """Take finished trials, and write every block they complete."""
        last = first + len(rows)
        for block in range(first // self.block, (last - 1) // self.block + 1):
            span = self._span(block)
            a, b = max(first, span.start), min(last, span.stop)
            self._rows_of(block)[a - span.start : b - span.start] = rows[a - first : b - first]
            self.done.flags[a:b] = True
            self.unkept.add(block)
            if self.done.flags[span].all():
                self._write(block)
                self.running.take(span.start, self.open.pop(block))

    def keep(self) -> None:
        """Write what is finished of the blocks that are not complete."""
        for block in sorted(self.unkept):
            self._write(block)

    def outcomes(self, trials: int) -> Stored:
        """The rows of the first trials, all of which have to be there; they stay in the files."""
        self.keep()
        return Stored(self.parts(trials), self.names, trials)

    def digest(self, trials: int) -> str:
        """The digest over the first trials; only what came out of turn is read again."""
        return self.running.of(self.outcomes(trials), trials)

    def parts(self, trials: int) -> list[Path]:
        """The files that hold the first trials, in order."""
        blocks = range((trials + self.block - 1) // self.block)
        return [self._path(block) for block in blocks]

    def merge(self, digest_of_all: str, trials: int) -> None:
        """Put the first trials into one file. Raises OSError."""
        note = self.note(digest_of_all)
        path = self.folder / TRIALS
        parquet.merge(self.connection, self.parts(trials), trials, path, note)

    def stored(self) -> int:
        """Number of trials that are on the disk."""
        return min(sum(self.written.values()), len(self.done.flags))

    def recover(self, say: Callable[[str], None]) -> None:
        """Find the parts of an earlier process; drop those that are not whole."""
        folder = self.folder / PARTS
        whole = self.folder / TRIALS  # a process died between merging and renaming
        if whole.exists() and not folder.is_dir():
            self._take_apart(whole)
        whole.unlink(missing_ok=True)
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            found = re.fullmatch(r"trials-(\d{5,})\.parquet", path.name)
            trials = self._read(path, int(found[1])) if found else 0
            if found and trials:
                self.written[int(found[1])] = trials
            else:
                if found:
                    say(f"{path} is damaged; its trials are computed again.")
                path.unlink(missing_ok=True)

    def _take_apart(self, whole: Path) -> None:
        """Make parts of a file that holds all trials again, if it can be trusted."""
        try:
            with parquet.connect() as connection:
                source = parquet.quoted(whole)
                counted = connection.execute(f"SELECT count(*) FROM read_parquet({source})")
                trials = int((counted.fetchone() or (0,))[0])
                note = parquet.note_of(connection, whole)
            rows = Stored([whole], self.names, trials)
            if trials == 0 or note != self.note(digest(rows)):
                return
            for block in range((trials + self.block - 1) // self.block):
                first = block * self.block
                part = rows[first : min(first + self.block, trials)]
                self._write_rows(block, first + np.arange(len(part)), np.asarray(part))
        except (OSError, KeyError, ValueError, duckdb.Error):
            return

    def close(self) -> None:
        """Let go of the file readers; the claim is the caller's."""
        self.connection.close()

    def _span(self, block: int) -> slice:
        """Trial numbers of one block."""
        last = min((block + 1) * self.block, len(self.done.flags))
        return slice(block * self.block, last)

    def _path(self, block: int) -> Path:
        """The file of one block."""
        return self.folder / PARTS / f"trials-{block:05d}.parquet"

    def _rows_of(self, block: int) -> np.ndarray:
        """The rows of a block that is not complete."""
        if block not in self.open:
            span = self._span(block)
            self.open[block] = np.zeros((span.stop - span.start, len(self.names)), np.int32)
        return self.open[block]

    def note(self, digest_of_rows: str) -> dict[str, str]:
        """What a file with these rows says about itself if it belongs to this run."""
        mine = json.dumps({key: self.manifest.get(key) for key in IDENTITY}, sort_keys=True)
        run = hashlib.sha256(mine.encode()).hexdigest()
        return {"digest": digest_of_rows, "run": run}

    def _write(self, block: int) -> None:
        """Write the finished trials of a block as its part."""
        span = self._span(block)
        found = np.flatnonzero(self.done.flags[span])
        self._write_rows(block, span.start + found, self.open[block][found])
        self.unkept.discard(block)

    def _write_rows(self, block: int, trials: np.ndarray, rows: np.ndarray) -> None:
        """Write some trials of a block as its part."""
        columns: dict[str, np.ndarray] = {"trial": trials.astype(np.int64)}
        columns |= {name: rows[:, k] for k, name in enumerate(self.names)}
        (self.folder / PARTS).mkdir(exist_ok=True)
        parquet.write(self.connection, self._path(block), columns, self.note(digest(rows)))
        self.written[block] = len(trials)

    def _read(self, path: Path, block: int) -> int:
        """Find out which trials a part holds; 0 if it cannot be trusted."""
        try:
            columns, note = parquet.read(self.connection, path)
            trials = np.asarray(columns["trial"])
            rows = parquet.matrix(columns, self.names)
        except (OSError, KeyError, ValueError):
            return 0
        whole = (
            note == self.note(digest(rows))
            and len(trials) > 0
            and bool(np.all(np.diff(trials) > 0))
            and bool(np.all(trials // self.block == block))
        )
        if not whole:
            return 0
        span = self._span(block)
        wanted = trials < len(self.done.flags)
        self.done.flags[trials[wanted]] = True
        if span.start < span.stop and not self.done.flags[span].all():
            self._rows_of(block)[trials[wanted] - span.start] = rows[wanted]
        return len(trials)
