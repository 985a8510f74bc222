"""The raid written a second time, as processes of SimPy: the same counts in every trial."""

from __future__ import annotations

import numpy as np

from keepout.bench import raid
from keepout.bench.simpy_raid import run_trial
from keepout.bench.simpy_tables import Tables

TRIALS = 12


def test_every_count_is_that_of_the_engine():
    engine, layout = raid.ready()
    ours = np.zeros((TRIALS, len(layout.columns())), np.int32)
    engine.run(5, 0, TRIALS, ours)
    tables = Tables(engine.case, engine.plan)
    theirs = [run_trial(tables, 5, trial, ours.shape[1]) for trial in range(TRIALS)]
    assert np.array_equal(ours, np.array(theirs))
    assert ours.sum() > 0
