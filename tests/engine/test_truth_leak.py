"""The same measurements with another truth lead to the same decisions.

In ``physics`` what a battery is handed is where a flight comes down plus what the filter got wrong
about it. Here the truth is moved and the error moved back, so that everything measured stays as it
was, and what nobody can measure (whether the warhead works) is turned round. Every decision has to
stay, and what happens on the ground has to change.
"""

from __future__ import annotations

import numpy as np
import pytest
from numba import config

from keepout.engine.physics import own_case
from keepout.engine.plan import fill_plan
from keepout.engine.queue import EVENTS, SHOTS
from keepout.engine.trial import BEGIN, END, Engine, run_range
from keepout.records.event import DECISION, SHOT
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="a raid of filters uncompiled")
AWAY_M = 65536.0
SEED = 4


def decisions(made, trial, moved, handed):
    """What was decided, and the Outcome row; truth moved, and measurements with it if handed."""
    engine, columns = Engine(made.case), len(made.layout.columns())
    room = engine.room(1 << 16)
    world, scratch = room.world, room.scratch
    out = np.zeros((1, columns), np.int32)
    run_range(made.case, room.plan, SEED, trial, trial + 1, BEGIN, world, scratch, out)
    own = own_case(made.case, SEED, trial, world, scratch, room.tables)
    if moved:
        plane = own.asset.to_enu[own.lane.asset[world.lane]]
        world.impact_east_m += AWAY_M
        world.impact_offset_m += AWAY_M * plane[:, 0]
        world.dud[:] = 1 - world.dud
        if not handed:
            own.sight.impact_bias_m[..., 0] -= AWAY_M
    fill_plan(own, room.plan)
    run_range(own, room.plan, SEED, trial, trial + 1, END, world, scratch, out)
    shots = scratch.shot[: scratch.counts[SHOTS]]
    event = scratch.event[: scratch.counts[EVENTS]]
    told = event[np.isin(event.kind, [DECISION, SHOT])]
    found = [(s.threat, s.battery, s.launch_s) for s in shots]
    found += [(e.t_s, e.kind, e.who, e.whom, e.value) for e in told]
    return found, dict(zip(made.layout.columns(), out[0], strict=True))


@pytest.mark.parametrize("trial", range(3))
def test_another_truth_behind_the_same_measurements_changes_no_decision(trial):
    made = resolve(load("october-2024", ("raids.iran.failed=0",)), "physics")
    before, row = decisions(made, trial, False, False)
    after, other = decisions(made, trial, True, False)
    assert len(before) > 500
    assert before == after
    assert row["intercepted"] == other["intercepted"]  # met where it flies, wherever it would fall
    assert row["threatening"] != other["threatening"]
    assert row["duds"] + other["duds"] == row["arrived"]
    leaked, _ = decisions(made, trial, True, True)
    assert leaked != before  # measured as it now is, it is another raid
