"""The pieces of a study over worker threads, each kept when it is done, so that it can resume.

A piece is known by its number and computed from that alone, so the same study gives the same
result for any number of threads and any interruption. What a piece gives is JSON.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keepout.engine.interrupts import WAIT_S, Interrupts
from keepout.errors import Interrupted, RunError
from keepout.results.claim import (
    Claim,
    claim_again,
    claim_new,
    claim_next,
    final_folder,
    latest,
    partial_folder,
)  # fmt: skip
from keepout.results.manifest import cores
from keepout.results.opening import reason

HEAD, RESULT, PIECES = "study.json", "result.json", "pieces"

Work = Callable[[int], Any]
Progress = Callable[[int, int, float], None]
Page = Callable[[Mapping[str, Any], Path], object]
"""Writes the page of a result to a file."""


def no_page(result: Mapping[str, Any], path: Path) -> None:
    """No page."""


@dataclass(frozen=True)
class Where:
    """Where a study is kept: nowhere, in a folder, or as the next STUDIES/NAME-NNN."""

    out: Path | None = None
    resume: bool = False
    keep: bool = True
    studies: Path = Path("studies")


@dataclass(frozen=True)
class How:
    """How a study is computed, and who is told."""

    threads: int | None = None
    progress: Progress = lambda done, total, rate_per_s: None
    resume_line: Callable[[Path], str] = lambda folder: f"… -o {folder} --resume"


@dataclass
class Shelf:
    """The folder of a study under way: its head, and the pieces that are done."""

    claim: Claim | None
    head: Mapping[str, Any]
    done: dict[int, Any] = field(default_factory=dict)
    result: Any = None  # of a study that was finished before
    folder: Path | None = None

    def keep(self, number: int, piece: Any) -> None:
        """Keep a piece: written beside its place, synced, renamed."""
        self.done[number] = piece
        if self.claim is not None:
            write_json(self.claim.folder / PIECES / f"{number:06d}.json", piece)

    def finish(self, result: Any, files: Mapping[str, Callable[[Path], object]]) -> Path | None:
        """Write the result and further files, and give the folder its name; returns it."""
        if self.claim is None:
            return None
        try:
            for name, write in files.items():
                write(self.claim.folder / name)
            write_json(self.claim.folder / RESULT, result)
        except OSError as error:
            raise RunError(f"{self.claim.folder} cannot be written: {reason(error)}.") from error
        self.claim.finish()
        self.folder = self.claim.final
        return self.folder

    def leave(self) -> str:
        """Release the folder; what it keeps, in words."""
        if self.claim is None:
            return "Nothing was stored."
        if not self.done:
            self.claim.give_up()
            return "Nothing was stored."
        self.claim.release()
        return f"{self.claim.folder} keeps {len(self.done)} finished pieces."


def open_shelf(where: Where, name: str, head: Mapping[str, Any]) -> Shelf:
    """The shelf of a new study, an unfinished one, or one that is finished.

    ``head`` says everything the result hangs on; a folder with another head is refused.
    Raises RunError.
    """
    if not where.keep:
        return Shelf(None, head)
    folder = final_folder(where.out) if where.out is not None else None
    if folder is None and where.resume:
        folder = latest(where.studies, name)
    if folder is not None and where.resume and folder.exists():
        return Shelf(None, head, result=_finished(folder, head), folder=folder)
    resuming = where.resume and folder is not None and partial_folder(folder).exists()
    if folder is None:
        claim = claim_next(where.studies, name)
    else:
        claim = claim_again(folder) if resuming else claim_new(folder)
    shelf = Shelf(claim, head)
    try:
        if resuming:
            _same(claim.folder, head)
            shelf.done = _pieces(claim.folder)
        else:
            (claim.folder / PIECES).mkdir()
            write_json(claim.folder / HEAD, head)
    except BaseException as error:
        claim.release() if resuming else claim.give_up()
        if isinstance(error, OSError):
            raise RunError(f"{claim.folder} cannot be written: {reason(error)}.") from error
        raise
    return shelf


def _finished(folder: Path, head: Mapping[str, Any]) -> Any:
    _same(folder, head)
    try:
        return json.loads((folder / RESULT).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{folder} is no finished study: {RESULT} cannot be read.") from error


def _same(folder: Path, head: Mapping[str, Any]) -> None:
    """Refuse a folder that holds another study."""
    try:
        stored = json.loads((folder / HEAD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{folder} is not the folder of a study.") from error
    mine = json.loads(json.dumps(head))
    differing = [key for key in {**stored, **mine} if stored.get(key) != mine.get(key)]
    if differing:
        raise RunError(
            f"{folder} is another study: it differs in {', '.join(sorted(differing))}. Resume it "
            "as it was begun, or choose another folder."
        )


def _pieces(folder: Path) -> dict[int, Any]:
    """Pieces that are there and whole; a torn one is computed again."""
    found = {}
    for path in sorted((folder / PIECES).glob("*.json")):
        try:
            found[int(path.stem)] = json.loads(path.read_text("utf-8"))
        except ValueError:
            path.unlink()
    return found


def write_json(path: Path, data: Any) -> None:
    """Write JSON beside its place, synced, then renamed. Raises OSError."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(data, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def compute(pieces: int, work: Work, shelf: Shelf, how: How) -> list[Any]:
    """All pieces 0 … pieces - 1 in order, those of the shelf and those computed now.

    Raises Interrupted after Ctrl-C with the line that resumes, and whatever a piece raises.
    """
    interrupts = Interrupts()
    missing = [number for number in range(pieces) if number not in shelf.done]
    try:
        with interrupts.watching():
            _run(missing, work, shelf, how, interrupts.stop, pieces)
            if interrupts.stop.is_set() and len(shelf.done) < pieces:
                raise KeyboardInterrupt
    except BaseException as error:
        line = how.resume_line(shelf.claim.final) if shelf.claim and shelf.done else ""
        kept = shelf.leave()
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(f"Stopped. {kept}", line) from None
        if isinstance(error, OSError):
            raise RunError(f"The study cannot be stored: {reason(error)}. {kept}") from error
        raise
    return [shelf.done[number] for number in range(pieces)]


def _run(
    missing: list[int], work: Work, shelf: Shelf, how: How, stop: threading.Event, pieces: int
) -> None:
    """Worker threads take numbers and give pieces; the calling thread keeps them."""
    waiting: queue.Queue[int] = queue.Queue()
    for number in missing:
        waiting.put(number)
    given: queue.Queue[tuple[int, Any]] = queue.Queue()
    abandon = threading.Event()

    def take() -> None:
        while not (stop.is_set() or abandon.is_set()):
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                given.put((number, json.loads(json.dumps(work(number)))))
            except BaseException as error:  # raised again in the calling thread
                given.put((-1, error))
                return

    workers = [
        threading.Thread(target=take, daemon=True)
        for _ in range(min(how.threads or cores(), len(missing)))
    ]
    for worker in workers:
        worker.start()
    begin_s, left = time.monotonic(), len(missing)
    while left and (any(worker.is_alive() for worker in workers) or not given.empty()):
        try:
            number, piece = given.get(timeout=WAIT_S)
        except queue.Empty:
            continue
        if number < 0:
            abandon.set()
            raise piece
        shelf.keep(number, piece)
        left -= 1
        rate_per_s = (len(missing) - left) / max(time.monotonic() - begin_s, 1e-9)
        how.progress(len(shelf.done), pieces, rate_per_s)
