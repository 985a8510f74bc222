"""The row ``gpu`` of a pickled Case under the CUDA simulator: python simulated_row.py CASE N.

The variables NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1 must be set.
"""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np

from keepout.bench.card import beside
from keepout.engine.gpu import Card
from keepout.records.case import Case

path, trials = sys.argv[1:]
with open(path, "rb") as file:  # noqa: PTH123
    parts, _seed, columns = pickle.load(file)
case = Case(*(p.view(np.recarray) if p.dtype.names else p for p in parts))
print(json.dumps(beside(case, Card(case, columns), columns, 1, int(trials))))
