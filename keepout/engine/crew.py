"""The workers of a Dask cluster: who may work, what is under way, and what was lost with them.

An object is scattered once, and tasks on it are handed out. Workers are asked what they run: one
with other sources, another numba, numpy, scipy or Python is left out, since its answers could
differ. Answers come back in any order; a worker that dies costs the tasks it had in hand.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import platform
import queue
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numba
import numpy as np
import scipy
from distributed import Client, Future, KilledWorker, get_worker
from distributed.client import FutureCancelledError

from keepout import kernel
from keepout.engine.interrupts import WAIT_S
from keepout.errors import InputError, RunError

AHEAD = 2
"""Tasks handed out per thread of a worker, so that none waits for the next."""
LOOK_S = 2.0
"""How often it is looked whether workers came or went."""
PATIENCE_S = 60.0
"""How long is waited while no worker is left."""
TRIES = 10
"""How often a task may be lost before it is given up."""
PAUSE_S = 0.5
"""After a loss nothing is handed out for this long: the scheduler learns of a death too."""
CONNECT_S, FETCH_S = 5.0, 30.0
GONE = (KeyError, OSError, TimeoutError, ValueError)
"""What sending to a worker raises that died since it was looked: the scheduler's own KeyError of
its address, a closed connection, or nobody left."""
KEPT = 8
"""Objects made from what was scattered (engines, prepared studies) that a worker keeps."""

Task = tuple[Any, ...]
"""What a task is: the further arguments of the function that a worker calls."""


@functools.cache
def fingerprint() -> str:
    """What decides answers on this machine: sources and versions, as one hash (hex)."""
    digest = hashlib.sha256()
    for path in sorted(kernel.PACKAGE.rglob("*")):
        if path.suffix in (".py", ".yaml") and path.is_file():
            digest.update(path.relative_to(kernel.PACKAGE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    versions = (numba.__version__, np.__version__, scipy.__version__, platform.machine())
    digest.update(f"{versions} {platform.python_version_tuple()[:2]}".encode())
    return digest.hexdigest()


def carry_out(held: Any, wanted: str, ask: Callable[..., Any], task: Task) -> tuple[Any] | None:
    """On a worker: the answer, alone in a tuple; None if its fingerprint is not the one wanted."""
    return (ask(held, *task),) if fingerprint() == wanted else None


def kept(key: str, make: Callable[[], Any]) -> Any:
    """On a worker: what ``make`` gives, made once for a key; the KEPT last used stay."""
    worker: Any = get_worker()
    with worker.__dict__.setdefault("keepout_lock", threading.Lock()):
        shelf: OrderedDict[str, Any] = worker.__dict__.setdefault("keepout_kept", OrderedDict())
        if key not in shelf:
            shelf[key] = make()
        shelf.move_to_end(key)
        while len(shelf) > KEPT:
            shelf.popitem(last=False)
        return shelf[key]


class _Connections:
    """Clients that are open in this process, by address, with how many use each."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: dict[str, tuple[Client, int]] = {}

    def take(self, address: str) -> Client:
        """The client of an address, opened if nobody has it or its scheduler went away."""
        with self.lock:
            client, users = self.open.get(address, (None, 0))
            if client is None or client.status != "running":
                client, users = _connect(address), 0
            self.open[address] = (client, users + 1)
            return client

    def give_back(self, address: str, client: Client) -> None:
        """Close a client that nobody uses any more."""
        with self.lock:
            mine, users = self.open.get(address, (None, 0))
            if mine is client and users > 1:
                self.open[address] = (client, users - 1)
                return
            if mine is client:
                del self.open[address]
        client.close()


_CONNECTIONS = _Connections()


@contextlib.contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at an address, or of the one a scheduler file names.

    Whoever asks inside gets the same one. Raises InputError if there is none.
    """
    client = _CONNECTIONS.take(address)
    try:
        yield client
    finally:
        _CONNECTIONS.give_back(address, client)


def _connect(address: str) -> Client:
    is_file = Path(address).is_file()
    where = {"scheduler_file": address} if is_file else {"address": address}
    try:
        if not is_file and "://" not in address:
            raise ValueError("neither an address nor a file")
        if address.startswith("tcp://"):  # Dask would try a refused one again and again
            parts = urlsplit(address)
            socket.create_connection((parts.hostname or "", parts.port or 0), CONNECT_S).close()
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
            f"other versions of Python, numba, numpy or scipy{why}."
        )


class Crew:
    """One object on every worker of a cluster that may work, and tasks on it."""

    def __init__(
        self, client: Client, what: Any, ask: Callable[..., Any], stop: threading.Event,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        """``ask`` is a function of a module: ask(what, *task) is called on a worker."""
        self.client, self.what, self.ask, self.stop = client, what, ask, stop
        self.workers = Workers(client, fingerprint(), say)
        self.ended: queue.Queue[Future] = queue.Queue()
        self.running: dict[Future, tuple[Task, int]] = {}  # with how often it was lost
        self.again: list[tuple[Task, int]] = []
        self.held: Future | None = None
        self.unsent = 0  # times that it could not be scattered, in a row
        self.pause_s = 0.0  # nothing is handed out before this moment

    def answers(self, next_task: Callable[[], Task | None]) -> Iterator[tuple[Task, Any]]:
        """Every task with its answer, in any order; what is done after a stop, too.

        ``next_task`` gives a task when a worker has room for one, None when there are no more.
        Raises what a task raises, and RunError if the cluster is lost.
        """
        alone_s: float | None = None
        more = True
        try:
            while (more or self.again or self.running) and not self.stop.is_set():
                self._renew()
                more = self._hand_out(next_task) if more or self.again else False
                alone_s = self._waiting(alone_s)
                try:
                    ended = self.ended.get(timeout=WAIT_S)
                except queue.Empty:
                    continue
                yield from self._taken(ended)
            while not self.ended.empty():  # what has come back by the time of a stop
                ended = self.ended.get()
                if ended in self.running and ended.status == "finished":
                    yield from self._taken(ended)
        finally:
            self.client.cancel(list(self.running))

    def _renew(self) -> None:
        """Follow the workers that come and go; the object goes to all of them."""
        if self.client.status != "running":
            raise RunError("The connection to the scheduler was lost.")
        try:
            if self.workers.look():
                self.held = None
            if self.workers.fit and self.held is None and time.monotonic() > self.pause_s:
                fit = list(self.workers.fit)
                self.held = self.client.scatter(self.what, broadcast=True, hash=False, workers=fit)
                self.unsent = 0
        except GONE as error:
            self.unsent += 1
            if self.unsent > TRIES:
                raise RunError(f"The workers cannot be reached: {error}.") from error
            self._pause()

    def _pause(self) -> None:
        """Wait a little after a loss, look who is left, and send them everything again."""
        self.held = None
        self.workers.looked_s = -np.inf
        self.pause_s = time.monotonic() + PAUSE_S

    def _hand_out(self, next_task: Callable[[], Task | None]) -> bool:
        """Keep every thread of the cluster busy, and a task more; False if there are no more."""
        fit = list(self.workers.fit) if self.held is not None else []
        while fit and len(self.running) < AHEAD * sum(self.workers.fit.values()):
            if self.again:
                task, lost = self.again.pop()
            else:
                fresh = next_task()
                if fresh is None:
                    return False
                task, lost = fresh, 0
            future = self.client.submit(
                carry_out, self.held, self.workers.wanted, self.ask, task,
                workers=fit, allow_other_workers=False, pure=False,
            )  # fmt: skip
            self.running[future] = (task, lost)
            future.add_done_callback(self.ended.put)
        return True

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

    def _taken(self, future: Future) -> Iterator[tuple[Task, Any]]:
        """The answer of a future that ended; none if it was lost and is to be asked again."""
        task, lost = self.running.pop(future)
        if future.status == "finished":
            found = _result_of(future)
            if found is not None:
                yield task, found[0]
                return
        elif future.status == "error":
            error = future.exception()
            if not isinstance(error, KilledWorker):
                raise error or RunError("A worker failed and did not say why.")
        if lost >= TRIES:
            raise RunError(f"One piece of work {task[-2:]} was lost {TRIES} times with its worker.")
        self.again.append((task, lost + 1))
        self._pause()  # what was scattered may be lost with the worker


def _result_of(future: Future) -> tuple[Any] | None:
    """What a worker sent; None if it refused, or died before its answer was fetched.

    The answer of a finished task was made without an error; a KeyError comes from the gathering,
    which loses a worker's name when that dies meanwhile.
    """
    try:
        found: tuple[Any] | None = future.result(timeout=FETCH_S)
    except (FutureCancelledError, KeyError, OSError, TimeoutError):
        return None
    return found
