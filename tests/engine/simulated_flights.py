"""Fly pickled flights under the CUDA simulator: python simulated_flights.py GIVEN OUT.

The variables NUMBA_ENABLE_CUDASIM=1 and NUMBA_DISABLE_JIT=1 must be set, as for
simulated_card.py.
"""

from __future__ import annotations

import pickle
import sys

import numpy as np

from keepout.engine.flight_gpu import many_on_card
from keepout.flight.fly_many import fly_many

given, out = sys.argv[1:]
with open(given, "rb") as file:  # noqa: PTH123
    missiles, stages, more = pickle.load(file)
found = fly_many(missiles.view(np.recarray), stages.view(np.recarray), run=many_on_card, **more)
np.savez(out, code=found.code, burnout=found.burnout, impact=found.impact, apogee=found.apogee_m)
