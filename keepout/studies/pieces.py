"""The pieces of a study, over threads or a cluster, each kept when it is done, so it can resume.

A piece is known by its number and computed from that alone, so the same study gives the same
result for any number of threads or workers and any interruption. What a piece gives is JSON.
This is the one door for studies: whatever is handed to ``compute`` runs on a cluster as well,
provided that it can be pickled.
"""

from __future__ import annotations

import json
import os
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keepout import trip
from keepout.engine.interrupts import WAIT_S, Interrupts
from keepout.errors import InputError, Interrupted, RunError
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
    scheduler: str = field(default_factory=trip.chosen_scheduler)  # of pieces
    of_trials: str = trip.LOCAL  # of the runs inside a piece, which share one connection
    say: Callable[[str], None] = lambda text: None

    def runs_elsewhere(self) -> bool:
        """Whether whole pieces go to the workers of a cluster."""
        return self.scheduler not in (trip.LOCAL, trip.GPU)


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

    ``work`` is called by several threads at once; on a cluster it is pickled and sent.
    Raises Interrupted after Ctrl-C with the line that resumes, InputError if no scheduler
    answers, and whatever a piece raises.
    """
    interrupts = Interrupts()
    missing = [number for number in range(pieces) if number not in shelf.done]
    try:
        with interrupts.watching(), trip.reached(how.of_trials if missing else trip.LOCAL):
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
    """Keep every missing piece as it comes."""
    if how.scheduler == trip.GPU:
        raise InputError.one(
            "scheduler",
            "a graphics processor runs the trials of run, compare, infer, sweep and multiverse; "
            "this study is not of trials of whole scenarios",
            path="--scheduler", help="`local`, or a Dask scheduler",
        )  # fmt: skip
    begin_s = time.monotonic()
    from_where = _from_cluster if how.runs_elsewhere() else _from_threads
    for done, (number, piece) in enumerate(from_where(missing, work, how, stop), 1):
        shelf.keep(number, piece)
        rate_per_s = done / max(time.monotonic() - begin_s, 1e-9)
        how.progress(len(shelf.done), pieces, rate_per_s)


def asked_there(work: Work, key: str, number: int) -> str:
    """On a worker of a cluster: one piece as JSON.

    key  names the work, whose first copy the worker keeps, with all that it has made ready
    """
    mine = trip.extra("crew", "distributed").kept(key, lambda: work)
    return json.dumps(mine(number))


def _from_cluster(
    missing: list[int], work: Work, how: How, stop: threading.Event
) -> Iterator[tuple[int, Any]]:
    """Pieces from the workers of a cluster, in any order; ``work`` goes there once."""
    if not missing:
        return
    crews = trip.extra("crew", "distributed")
    key = uuid.uuid4().hex
    tasks = iter([(key, number) for number in missing])
    with crews.connected(how.scheduler) as client:
        crew = crews.Crew(client, work, asked_there, stop, how.say)
        for (_, number), text in crew.answers(lambda: next(tasks, None)):
            yield number, json.loads(text)


def _from_threads(
    missing: list[int], work: Work, how: How, stop: threading.Event
) -> Iterator[tuple[int, Any]]:
    """Worker threads take numbers and give pieces; the calling thread gets them in any order."""
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
    left = len(missing)
    try:
        while left and (any(worker.is_alive() for worker in workers) or not given.empty()):
            try:
                number, piece = given.get(timeout=WAIT_S)
            except queue.Empty:
                continue
            if number < 0:
                raise piece
            left -= 1
            yield number, piece
    finally:
        abandon.set()
