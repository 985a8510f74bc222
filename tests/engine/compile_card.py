"""Compile the kernel of a card to PTX without a card, and print what was made, as JSON.

python compile_card.py CASE MAJOR MINOR, a pickled Case and a compute capability.
"""

from __future__ import annotations

import json
import pickle
import re
import sys

import numba
import numpy as np
from numba import cuda
from numba.cuda import dispatcher

from keepout.engine.gpu import arguments, as_on_a_card, kernel_of
from keepout.records.case import Case


class Device:
    """What numba-cuda asks of a card while it compiles what kernels call."""

    compute_capability = (int(sys.argv[2]), int(sys.argv[3]))


with open(sys.argv[1], "rb") as file:  # noqa: PTH123
    parts, seed, columns = pickle.load(file)
case = Case(*(p.view(np.recarray) if p.dtype.names else p for p in parts))
case, plan, worlds, scratches, rows = arguments(case, 2, 4, columns)
given = (case, plan, seed, 0, 4, worlds, scratches, rows)
dispatcher.get_current_device = lambda: Device
with as_on_a_card():
    signature = numba.void(*map(numba.typeof, given))
    ptx, _ = cuda.compile_ptx(kernel_of(), signature, cc=Device.compute_capability)
text = ptx if isinstance(ptx, str) else ptx.decode()
print(
    json.dumps(
        {
            "bytes": len(text),
            "entries": len(re.findall(r"\.visible \.entry", text)),
            "target": re.search(r"\.target (\w+)", text)[1],
            "fused": len(re.findall(r"fma\.rn\.f64", text)),
            "doubles": len(re.findall(r"(?:add|mul)\.f64|(?:add|mul)\.rn\.f64", text)),
        }
    )
)
