"""Trials over the workers of a Dask cluster, in chunks of about a second.

The Case is scattered once. Workers are asked what they run: one with other sources, another
numba, numpy or Python is left out, since its rows could differ. Chunks come back in any order,
each with its range, as from threads; a worker that dies costs the chunks it had in hand.
"""

from __future__ import annotations

import hashlib
import platform
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import numpy as np
from distributed import Client, Future, KilledWorker, get_worker
from distributed.client import FutureCancelledError

from keepout import kernel
from keepout.engine.chunks import GROWTH, Chunk
from keepout.engine.interrupts import WAIT_S
from keepout.engine.trial import Engine
from keepout.errors import InputError, RunError
from keepout.records.case import Case

TARGET_S = 1.0
"""Time one chunk should take on a worker: long beside the milliseconds that sending it takes."""
AHEAD = 2
"""Chunks handed out per thread of a worker, so that none waits for the next."""
LOOK_S = 2.0
"""How often it is looked whether workers came or went."""
PATIENCE_S = 60.0
"""How long a run waits while no worker is left."""
TRIES = 10
"""How often a chunk may be lost before the run gives up."""
PAUSE_S = 0.5
"""After a loss nothing is handed out for this long: the scheduler learns of a death too."""
CONNECT_S, FETCH_S = 5.0, 30.0
GONE = (KeyError, OSError, TimeoutError)
"""What sending to a worker raises that died since it was looked: the scheduler's own KeyError of
its address, a closed connection, or nobody left."""


@dataclass(frozen=True)
class Span:
    """Trials first … last-1, and how often their chunk was lost."""

    first: int
    last: int
    lost: int = 0


def fingerprint() -> str:
    """What decides rows on this machine: sources and versions, as one hash (hex)."""
    text = f"{kernel.source_hash()} {numba.__version__} {np.__version__} {platform.machine()}"
    return hashlib.sha256(f"{text} {platform.python_version_tuple()[:2]}".encode()).hexdigest()


def work_chunk(
    case: Case, key: str, seed: int, first: int, last: int, columns: int, wanted: str
) -> tuple[np.ndarray, float] | None:
    """On a worker: the rows of some trials and the seconds they took; None if it may not.

    key     names the Case, whose Engine the worker keeps from one chunk to the next
    wanted  the fingerprint it must have
    """
    if fingerprint_once() != wanted:
        return None
    rows = np.zeros((last - first, columns), np.int32)
    engine = _engine(key, case)
    begin_s = time.perf_counter()
    engine.run(seed, first, last, rows)
    return rows, time.perf_counter() - begin_s


def fingerprint_once() -> str:
    """The fingerprint, computed once in a worker's life."""
    worker: Any = get_worker()
    found = getattr(worker, "keepout_fingerprint", None)
    if found is None:
        found = worker.keepout_fingerprint = fingerprint()
    return str(found)


def _engine(key: str, case: Case) -> Engine:
    """This worker's Engine of a Case; only the last one is kept."""
    worker: Any = get_worker()
    lock = worker.__dict__.setdefault("keepout_lock", threading.Lock())
    with lock:
        kept = getattr(worker, "keepout_engine", None)
        if kept is None or kept[0] != key:
            worker.keepout_engine = kept = (key, Engine(_whole(case)))
        engine: Engine = kept[1]
    return engine


def _whole(case: Case) -> Case:
    """A Case as it was sent: on the way records become plain arrays."""
    parts: list[Any] = [p.view(np.recarray) if p.dtype.names else p for p in case]
    return Case(*parts)


def connect(address: str) -> Client:
    """A client of the scheduler at an address, or of the one a scheduler file names.

    Raises InputError if there is none.
    """
    is_file = Path(address).is_file()
    where = {"scheduler_file": address} if is_file else {"address": address}
    try:
        if not is_file and "://" not in address:
            raise ValueError("neither an address nor a file")
        return Client(**where, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError.one(
            "scheduler",
            f"no Dask scheduler answers at {address} ({str(error).splitlines()[0]})",
            path="--scheduler",
            help="an address is tcp://HOST:PORT, or the path of a scheduler file; "
            "`local` uses this machine's threads",
        ) from error


@dataclass
class Workers:
    """Those workers of a cluster that may compute, found out as they come."""

    client: Client
    wanted: str
    say: Callable[[str], None]
    fit: dict[str, int] = field(default_factory=dict)  # address → threads
    unfit: set[str] = field(default_factory=set)
    looked_s: float = -np.inf

    def look(self) -> bool:
        """Ask newcomers what they run; True if those that fit have changed."""
        if time.monotonic() - self.looked_s < LOOK_S:
            return False
        self.looked_s = time.monotonic()
        there = self.client.scheduler_info(n_workers=-1)["workers"]
        gone = self.fit.keys() - there.keys()
        fresh = there.keys() - self.fit.keys() - self.unfit
        for address in gone:
            del self.fit[address]
        self.unfit &= there.keys()
        if fresh:
            answers = self.client.run(fingerprint, workers=list(fresh), on_error="return")
            for address in sorted(fresh):
                if not isinstance(answers.get(address), OSError):  # it died; asked again if not
                    self._judge(address, there[address], answers.get(address))
        return bool(gone or fresh)

    def _judge(self, address: str, known: Any, answer: Any) -> None:
        if answer == self.wanted:
            self.fit[address] = int(known["nthreads"])
            return
        self.unfit.add(address)
        why = f" ({answer})" if isinstance(answer, BaseException) else ""
        self.say(
            f"The worker {known.get('name') or address} is left out: it has other sources or "
            f"other versions of Python, numba or numpy{why}."
        )


class Spread:
    """The trials of one run, spread over a cluster."""

    def __init__(
        self, client: Client, case: Case, seed: int, columns: int, stop: threading.Event,
        say: Callable[[str], None], size: int | None,
    ) -> None:  # fmt: skip
        self.client, self.case, self.seed, self.columns = client, case, seed, columns
        self.stop, self.forced, self.size = stop, size, size or 1
        self.workers = Workers(client, fingerprint(), say)
        self.key = hashlib.sha256(b"".join(part.tobytes() for part in case)).hexdigest()
        self.ended: queue.Queue[Future] = queue.Queue()
        self.running: dict[Future, Span] = {}
        self.again: list[Span] = []
        self.held: Future | None = None
        self.pause_s = 0.0  # nothing is handed out before this moment

    def chunks(self, gaps: Sequence[tuple[int, int]]) -> Iterator[Chunk]:
        """Every trial of the gaps, in chunks, in any order; what is done after a stop, too."""
        ahead = [Span(*gap) for gap in reversed(gaps) if gap[0] < gap[1]]
        alone_s: float | None = None
        try:
            while (ahead or self.again or self.running) and not self.stop.is_set():
                self._renew()
                self._hand_out(ahead)
                alone_s = self._waiting(alone_s)
                try:
                    ended = self.ended.get(timeout=WAIT_S)
                except queue.Empty:
                    continue
                chunk = self._taken(ended)
                if chunk is not None:
                    yield chunk
            yield from self._last_ones()
        finally:
            self.client.cancel(list(self.running))

    def _renew(self) -> None:
        """Follow the workers that come and go; the Case goes to all of them."""
        if self.client.status != "running":
            raise RunError("The connection to the scheduler was lost.")
        changed = self.workers.look()
        if self.workers.fit and (changed or self.held is None) and time.monotonic() > self.pause_s:
            fit = list(self.workers.fit)
            try:
                self.held = self.client.scatter(self.case, broadcast=True, hash=False, workers=fit)
            except GONE:
                self._step_back()

    def _hand_out(self, ahead: list[Span]) -> None:
        """Keep every thread of the cluster busy, and a chunk more."""
        ready = self.held is not None and time.monotonic() > self.pause_s
        fit = list(self.workers.fit) if ready else []
        while fit and len(self.running) < AHEAD * sum(self.workers.fit.values()):
            span = self._next(ahead)
            if span is None:
                return
            future = self.client.submit(
                work_chunk, self.held, self.key, self.seed, span.first, span.last, self.columns,
                self.workers.wanted, workers=fit, allow_other_workers=False, pure=False,
            )  # fmt: skip
            self.running[future] = span
            future.add_done_callback(self.ended.put)

    def _next(self, ahead: list[Span]) -> Span | None:
        if self.again:
            return self.again.pop()
        if not ahead:
            return None
        span = ahead.pop()
        last = min(span.last, span.first + self.size)
        if last < span.last:
            ahead.append(Span(last, span.last))
        return Span(span.first, last)

    def _waiting(self, alone_s: float | None) -> float | None:
        """Since when no worker is there; RunError if that is too long."""
        if self.workers.fit:
            return None
        alone_s = alone_s or time.monotonic()
        if time.monotonic() - alone_s > PATIENCE_S:
            raise RunError(
                f"No worker with the same sources has been there for {PATIENCE_S:.0f} s."
            )
        return alone_s

    def _taken(self, future: Future) -> Chunk | None:
        """The chunk of a future that ended; None if it was lost and is to be computed again."""
        span = self.running.pop(future)
        if future.status == "finished":
            found = _result_of(future)
            if found is not None:
                rows, took_s = found
                self._adapt(span.last - span.first, took_s)
                return Chunk(span.first, span.last, rows)
        elif future.status == "error":
            error = future.exception()
            if not isinstance(error, KilledWorker):
                raise error or RunError("A worker failed and did not say why.")
        if span.lost >= TRIES:
            raise RunError(
                f"The trials {span.first} to {span.last - 1} were lost {TRIES} times with their "
                "workers."
            )
        self.again.append(Span(span.first, span.last, span.lost + 1))
        self._step_back()
        return None

    def _step_back(self) -> None:
        """A worker died: what was scattered may be lost with it, and others are asked again."""
        self.held = None
        self.workers.looked_s = -np.inf
        self.pause_s = time.monotonic() + PAUSE_S

    def _adapt(self, trials: int, took_s: float) -> None:
        if self.forced is None:
            fitting = int(TARGET_S * trials / max(took_s, 1e-9))
            self.size = max(1, min(fitting, GROWTH * trials))

    def _last_ones(self) -> Iterator[Chunk]:
        """What has come back by the time of a stop."""
        while not self.ended.empty():
            future = self.ended.get()
            if future in self.running and future.status == "finished":
                chunk = self._taken(future)
                if chunk is not None:
                    yield chunk


def _result_of(future: Future) -> tuple[np.ndarray, float] | None:
    """What a worker sent; None if it refused, or died before its answer was fetched."""
    try:
        found: tuple[np.ndarray, float] | None = future.result(timeout=FETCH_S)
    except (FutureCancelledError, OSError, TimeoutError):
        return None
    return found


def run_on(
    address: str, case: Case, seed: int, gaps: Sequence[tuple[int, int]], columns: int, *,
    stop: threading.Event, say: Callable[[str], None], size: int | None = None,
) -> Iterator[Chunk]:  # fmt: skip
    """Deliver every trial of ``gaps`` in chunks from the cluster at an address, in any order.

    The rest as in ``engine.chunks.run_chunks``. Raises InputError if no scheduler answers,
    RunError if it is lost or no worker is left; what came before is kept by the caller.
    """
    with connect(address) as client:
        yield from Spread(client, case, seed, columns, stop, say, size).chunks(gaps)
