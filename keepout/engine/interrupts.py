"""Ctrl-C while worker threads compute: an event to stop by, and waiting that can be left."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

WAIT_S = 0.05
"""How often a waiting thread looks up.

It waits on a ``queue.Queue``, never a ``SimpleQueue``: where a signal ends the wait of a
SimpleQueue later than its timeout, CPython 3.11 waits on without limit."""


class Interrupts:
    """Ctrl-C sets ``stop``; a second one, or one after ``at_once`` was set, raises."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.at_once = False

    def _handle(self, number: int, frame: object) -> None:
        again = self.stop.is_set()
        self.stop.set()
        if again or self.at_once:
            raise KeyboardInterrupt

    @contextmanager
    def watching(self) -> Iterator[Interrupts]:
        """Take Ctrl-C over, if this is the main thread, which alone gets it."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = signal.signal(signal.SIGINT, self._handle)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, before)

    def call(self, function: Callable[[], T]) -> T:
        """Call in a thread of its own; Ctrl-C is answered even while it compiles."""
        answers: queue.Queue[tuple[bool, T | BaseException]] = queue.Queue()

        def work() -> None:
            try:
                answers.put((True, function()))
            except BaseException as error:  # raised again in the calling thread
                answers.put((False, error))

        threading.Thread(target=work, daemon=True).start()
        while not self.stop.is_set():
            try:
                done, answer = answers.get(timeout=WAIT_S)
            except queue.Empty:
                continue
            if isinstance(answer, BaseException) and not done:
                raise answer
            return answer  # type: ignore[return-value]
        raise KeyboardInterrupt
