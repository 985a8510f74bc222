"""Run trials of a pickled Case under the CUDA simulator: python simulated_card.py CASE N OUT.

The variables NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1 must be set: kernels then run
in Python on what the simulator takes for a card.
"""

from __future__ import annotations

import pickle
import sys
import threading

import numpy as np

from keepout.engine.gpu import run_on_card
from keepout.records.case import Case

path, trials, out = sys.argv[1:]
with open(path, "rb") as file:  # noqa: PTH123
    parts, seed, columns = pickle.load(file)
case = Case(*(p.view(np.recarray) if p.dtype.names else p for p in parts))
rows = np.zeros((int(trials), columns), np.int32)
for chunk in run_on_card(
    case, seed, [(0, int(trials))], columns, stop=threading.Event(), say=lambda text: None
):
    rows[chunk.first : chunk.last] = chunk.rows
np.save(out, rows)
