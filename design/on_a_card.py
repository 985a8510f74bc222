"""What a graphics processor gives, measured where there is one: python design/on_a_card.py

Prints JSON: for trials of two scenarios and for flights, seconds to begin (compiling), the rate of
the card and of one core of this machine, and the share of equal rows. Needs keepout[gpu] and an
NVIDIA card; a minute or two. Without a card it says so.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import numpy as np
from numba import cuda

from keepout import trip
from keepout.bench.flight_set import the_flights
from keepout.engine.flight_gpu import many_on_card
from keepout.engine.gpu import run_on_card
from keepout.flight.fly_many import fly_many

SEED = 7


def trials(name: str, on_core: int, on_card: int) -> dict:
    """A scenario's trials; the first of those on the card are compared with those of the core."""
    job = trip.prepare(name)
    here = np.zeros((on_core, len(job.layout.columns())), np.int32)
    job.work(SEED, 0, 2, here)
    begin_s = time.perf_counter()
    job.work(SEED, 0, on_core, here)
    core_s = time.perf_counter() - begin_s
    there, marks = np.zeros((on_card, here.shape[1]), np.int32), [time.perf_counter()]
    for chunk in run_on_card(
        job.case, SEED, [(0, on_card)], here.shape[1], stop=threading.Event(), say=print_aside
    ):
        there[chunk.first : chunk.last] = chunk.rows
        marks.append(time.perf_counter())
    first = len(marks) > 2  # the first chunk holds the compilation, unless it is the only one
    share = (there[:on_core] == here).all(axis=1).mean()
    done = on_card * (len(marks) - 2) / (len(marks) - 1) if first else on_card
    return {
        "trials": on_card,
        "begin_s": marks[1] - marks[0],
        "card_per_s": done / (marks[-1] - marks[1 if first else 0]),
        "core_per_s": on_core / core_s,
        "equal": float(share),
    }


def flights(copies: int) -> dict:
    """Two hundred flights, again and again; twice on the card, as the first compiles."""
    some = the_flights()
    missiles = np.zeros(1, some.missile.dtype).view(np.recarray)
    missiles[0] = some.missile
    control, count = np.tile(some.control, (copies, 1)), copies * len(some.control)
    given = {
        "which": np.zeros(count, int), "launch_ecef_m": np.tile(some.launch, (copies, 1)),
        "azimuth_rad": control[:, 0], "kick_rad": control[:, 1], "cutoff_s": control[:, 2],
    }  # fmt: skip
    took_s, found = [], []
    for run in ({}, {}, {"run": many_on_card}, {"run": many_on_card}):
        begin_s = time.perf_counter()
        found.append(fly_many(missiles, some.stages, **given, **run))
        took_s.append(time.perf_counter() - begin_s)
    here, there = found[1].impact, found[3].impact
    equal = np.isclose(there, here, rtol=0.0, atol=0.0, equal_nan=True).all(axis=1)
    return {
        "flights": count, "begin_s": took_s[2], "card_per_s": count / took_s[3],
        "core_per_s": count / took_s[1], "equal": float(equal.mean()),
        "farthest_m": float(np.nanmax(np.abs(there[:, :3] - here[:, :3]))),
    }  # fmt: skip


def print_aside(text: str) -> None:
    """Messages, on standard error."""
    print(text, file=sys.stderr)


def main() -> int:
    """Measure and print."""
    if not cuda.is_available():
        print_aside("There is no graphics processor here that numba-cuda can use.")
        return 2
    made = {
        "card": cuda.get_current_device().name.decode(),
        "tutorial": trials("tutorial", 20_000, 2_000_000),
        "october-2024": trials("october-2024", 5_000, 500_000),
        "flights": flights(500),
    }
    print(json.dumps(made, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
