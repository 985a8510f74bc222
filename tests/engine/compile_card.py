"""Compile a kernel of a card to PTX without a card, and print what was made, as JSON.

python compile_card.py KERNEL CASE MAJOR MINOR: trials or flights, a pickled Case (for trials), and
a compute capability.
"""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np

from keepout.bench.flight_set import the_flights
from keepout.engine.flight_gpu import flights_kernel, room
from keepout.engine.gpu import aligned, arguments, kernel_of
from keepout.records.case import Case
from tests.engine.compiled import ptx_facts


def trials(path: str) -> tuple:
    """The kernel of trials, and arguments for it."""
    with open(path, "rb") as file:  # noqa: PTH123
        parts, seed, columns = pickle.load(file)
    case = Case(*(p.view(np.recarray) if p.dtype.names else p for p in parts))
    case, plan, worlds, scratches, rows = arguments(case, 2, 4, columns)
    return kernel_of(), (case, plan, seed, 0, 4, worlds, scratches, rows)


def flights() -> tuple:
    """The kernel of flights, and arguments for it."""
    some, which = the_flights(), np.zeros(20, int)
    missiles = np.zeros(1, some.missile.dtype).view(np.recarray)
    ends, numbers = (np.zeros((20, 7)), np.zeros((20, 7))), np.zeros(20)
    given = (
        *room(20), np.arange(20), which, aligned(missiles), aligned(some.stages), some.launch,
        some.control, numbers, *ends, numbers, which, np.zeros((20, 0, 10)), which,
    )  # fmt: skip
    return flights_kernel(), given


name, case_file, major, minor = sys.argv[1:]
made = trials(case_file) if name == "trials" else flights()
print(json.dumps(ptx_facts(*made, (int(major), int(minor)))))
