"""Many flights on a graphics processor: the kernels of flight/many.py, some flights a thread.

Nothing is written twice: numba-cuda compiles ``fly_in_lanes`` and all that it calls, with the same
steps in the same order, so each flight is that of the processor as far as both round alike. What
lanes cannot follow (low apogees) is flown here afterwards, as it is without a card.

``fly_many(..., run=many_on_card)`` is the door.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import config, cuda

from keepout.engine.gpu import BLOCK, aligned, as_on_a_card, need_card
from keepout.flight.lanes import LANES, SIZE
from keepout.flight.many import NOT_FOR_LANES, fly_in_lanes, many_kernel
from keepout.flight.schedule import COUNTS

MOST_THREADS = 16384
"""At once, with 20 kB of room each; more flights than they have lanes wait for their turn."""
SIMULATED_THREADS = 2


def flights_kernel() -> Callable[..., Any]:
    """The function that one thread of the card runs, not yet compiled."""

    def flights(
        w: Any, n: Any, order: Any, which: Any, missile: Any, stage: Any, launch: Any,
        control: Any, ground_m: Any, burnout: Any, impact: Any, apogee_m: Any, code: Any,
        knots: Any, used: Any,
    ) -> None:  # fmt: skip
        """The flights of one thread: its part of the order."""
        t, threads = cuda.grid(1), len(w)
        if t < threads:
            each = (len(order) + threads - 1) // threads
            a, b = min(len(order), t * each), min(len(order), (t + 1) * each)
            fly_in_lanes(
                w[t], n[t], order[a:b], which, missile, stage, launch, control, ground_m, burnout,
                impact, apogee_m, code, knots, used,
            )  # fmt: skip

    return flights


def room(flights: int) -> tuple[np.ndarray, np.ndarray]:
    """The arrays that threads work in, for so many flights: (threads, …)."""
    most = SIMULATED_THREADS if config.ENABLE_CUDASIM else MOST_THREADS
    threads = max(1, min(most, (flights + LANES - 1) // LANES))
    return np.zeros((threads, SIZE)), np.zeros((threads, COUNTS), np.int64)


@functools.cache
def _jitted() -> Any:
    """The kernel of flights, compiled once for all calls of a process."""
    return cuda.jit(flights_kernel())


def many_on_card(order: np.ndarray, *given: Any) -> None:
    """Fly many missiles on the card; arguments and what they hold afterwards as many_kernel.

    Raises InputError where there is no card that numba-cuda can use.
    """
    need_card("fly_many without run= flies on this processor")
    *_, code, _, _ = given
    there = [cuda.to_device(aligned(part)) for part in (order, *given)]
    rooms = [cuda.to_device(part) for part in room(len(order))]
    threads = len(rooms[0])
    block = min(BLOCK, threads)
    with as_on_a_card():
        _jitted()[(threads + block - 1) // block, block](*rooms, *there)
    for here, sent in zip(given[-6:], there[-6:]):  # burnout, impact, apogee, code, knots, used
        if here.size:
            here[...] = sent.copy_to_host()
    alone = order[code[order] == NOT_FOR_LANES]
    if len(alone):
        many_kernel(alone, *given)
