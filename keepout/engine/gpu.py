"""Engagement trials on a graphics processor: the same kernels, one pair of trials a thread.

Nothing is written twice: numba-cuda compiles ``run_range`` and all that it calls for the card.
What differs from the processor is said here: records are laid out on aligned addresses, debris of
fidelity ``physics`` is left out, and multiplications are not fused with additions, so that the card
rounds as the processor does.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numba import config, cuda
from numba.cuda.cudadrv import nvvm

from keepout.engine import land
from keepout.engine.chunks import Chunk
from keepout.engine.plan import plan_of
from keepout.engine.state import new_scratch, new_world
from keepout.engine.trial import WHOLE, run_range
from keepout.errors import InputError
from keepout.kernel import hot
from keepout.records.case import PHYSICS, Case
from keepout.records.plan import Plan
from keepout.records.trial import Scratch

PER_THREAD = 2
"""Trials of one thread: a pair, which shares its draw of the uncertain numbers."""
MOST_THREADS = 65536
BLOCK = 64
SHARE = 0.5
"""Of the card's free memory for the working arrays of its threads."""
SIMULATED_THREADS = 4
"""Under the simulator, which runs one after another in Python."""

# one line, made from the names of the fields, so that no array of Scratch can be left out
_THREADS_OWN = eval(
    f"lambda scratch, t: Scratch({', '.join(f'scratch.{name}[t]' for name in Scratch._fields)})",
    {"Scratch": Scratch},
)


@hot
def _no_debris(sample, flight, asset, truth, debris, after_s):
    """In the place of ``land.release_debris``, which only fidelity physics calls."""


@contextmanager
def as_on_a_card() -> Iterator[None]:
    """What is compiled inside rounds as a processor does and leaves physics out.

    numba-cuda has no option against fused multiply-add, so NVVM is handed one. It puts every
    table of a module into constant memory, where the drag laws alone are four times too large:
    here they go to global memory.
    """
    kept = land.release_debris
    found = {name: getattr(nvvm, name, None) for name in ("compile_ir", "ADDRSPACE_CONSTANT")}
    land.release_debris = _no_debris
    if found["compile_ir"] is not None:  # else there is only the simulator
        nvvm.compile_ir = partial(found["compile_ir"], fma=False)
        nvvm.ADDRSPACE_CONSTANT = nvvm.ADDRSPACE_GLOBAL
    try:
        yield
    finally:
        land.release_debris = kept
        for name, value in found.items():
            if value is not None:
                setattr(nvvm, name, value)


def kernel_of() -> Callable[..., Any]:
    """The function that one thread of the card runs, not yet compiled."""
    own = cuda.jit(device=True)(_THREADS_OWN)

    def trials(
        case: Case, plan: Plan, seed: int, first: int, last: int, worlds: Any, scratches: Any,
        out: Any,
    ) -> None:  # fmt: skip
        """Trials of one thread: PER_THREAD from its place on; ``out`` begins at ``first``."""
        t = cuda.grid(1)
        a = first + t * PER_THREAD
        b = min(a + PER_THREAD, last)
        if a < b:
            rows = out[a - first : b - first]
            run_range(case, plan, seed, a, b, WHOLE, worlds[t], own(scratches, t), rows)

    return trials


def aligned(array: Any) -> Any:
    """The same rows with every field on an address that the card can read at once."""
    if not isinstance(array, np.ndarray) or not array.dtype.names:
        return array
    fields = [(name, array.dtype.fields[name][0]) for name in array.dtype.names]
    return array.astype(np.dtype(fields, align=True)).view(np.recarray)


def arguments(case: Case, threads: int, trials: int, columns: int) -> tuple[Any, ...]:
    """What the kernel is handed for so many threads, on this side of the bus.

    Returns Case, Plan, worlds, scratches and rows; the last three with a first axis of threads,
    the rows with one of trials.
    """

    def many(array: Any) -> Any:
        found = np.zeros((threads, *array.shape), aligned(array).dtype)
        return found.view(np.recarray) if array.dtype.names else found

    plan = plan_of(case)
    scratch = new_scratch(case)
    return (
        Case(*map(aligned, case)),
        Plan(*map(aligned, plan)),
        many(new_world(case)),
        Scratch(*(many(array) for array in scratch)),
        np.zeros((trials, columns), np.int32),
    )


def threads_for(case: Case) -> int:
    """How many threads the card has memory for."""
    if config.ENABLE_CUDASIM:
        return SIMULATED_THREADS
    parts = [new_world(case), *new_scratch(case)]
    each = sum(aligned(part).nbytes for part in parts)
    free = cuda.current_context().get_memory_info().free
    return max(BLOCK, min(MOST_THREADS, int(SHARE * free / each)) // BLOCK * BLOCK)


@functools.cache
def _jitted() -> Any:
    """The kernel of trials, compiled once for all runs of a process."""
    return cuda.jit(kernel_of())


class Card:
    """A Case on the card, and room for so many threads."""

    def __init__(self, case: Case, columns: int) -> None:
        if case.models[0].fidelity == PHYSICS:
            raise InputError.one(
                "fidelity",
                "a graphics processor runs trials of fidelity engagement only",
                path="--fidelity",
                help="run physics with --scheduler local, or on a cluster",
            )
        self.threads = threads_for(case)
        host = arguments(case, self.threads, self.threads * PER_THREAD, columns)
        self.case, self.plan, self.worlds, self.scratches = map(_sent, host[:4])
        self.rows = cuda.to_device(host[4])
        self.kernel = _jitted()

    def run(self, seed: int, first: int, last: int) -> np.ndarray:
        """Rows of some trials, at most PER_THREAD for each thread."""
        block = min(BLOCK, self.threads)
        with as_on_a_card():
            self.kernel[(self.threads + block - 1) // block, block](
                self.case, self.plan, seed, first, last, self.worlds, self.scratches, self.rows
            )
        found: np.ndarray = self.rows.copy_to_host()[: last - first]
        self.rows.copy_to_device(np.zeros(self.rows.shape, np.int32))
        return found


def _sent(part: Any) -> Any:
    """Arrays to the card, a tuple of them as such a tuple; numbers stay."""
    if isinstance(part, tuple):
        return type(part)(*map(_sent, part))
    return cuda.to_device(part) if isinstance(part, np.ndarray) else part


def need_card(instead: str, path: str = "") -> None:
    """Raise InputError, with what helps instead, where there is no card for numba-cuda."""
    if not cuda.is_available():
        what = "there is no graphics processor here that numba-cuda can use"
        raise InputError.one("scheduler", what, path=path, help=instead)


def run_on_card(
    case: Case, seed: int, gaps: Sequence[tuple[int, int]], columns: int, *,
    stop: threading.Event, say: Callable[[str], None],
) -> Iterator[Chunk]:  # fmt: skip
    """Deliver every trial of ``gaps`` in chunks, as ``engine.chunks.run_chunks`` does.

    Raises InputError where there is no card that numba-cuda can use.
    """
    need_card("`local` uses this machine's threads", path="--scheduler")
    begin_s = time.monotonic()
    card = Card(case, columns)
    first_chunk = True
    for begin, end in gaps:
        for first in range(begin, end, card.threads * PER_THREAD):
            if stop.is_set():
                return
            last = min(end, first + card.threads * PER_THREAD)
            yield Chunk(first, last, card.run(seed, first, last))
            if first_chunk:
                say(f"The card took {time.monotonic() - begin_s:.0f} s to begin.")
                first_chunk = False
