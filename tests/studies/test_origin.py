"""Launch areas as radars would tell them: right, and no finer than a province."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from numba import config

from keepout.engine.trial import record_trial
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.studies import origin

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="hundreds of filters uncompiled")


def test_free_fall_back_to_the_ground_is_free_fall():
    """Thrown from 45 N straight up at 2 km/s: a minute later it is told to come from there."""
    start = np.array([4517590.9, 0.0, 4487348.4])
    x = np.array([*start, *(2000.0 * start / np.linalg.norm(start)), origin.NO_DRAG])
    for _ in range(30):
        origin.fall(x, 2.0, 0)
    assert origin.ground_before(x) == pytest.approx(start, abs=30.0)


def test_what_hangs_in_space_came_from_nowhere():
    assert np.isnan(origin.ground_before(np.array([2e7, 0.0, 0.0, 0.0, 4e3, 0.0, 9.0]))).all()


@pytest.mark.parametrize("fidelity", ["engagement", "physics"])
def test_ellipses_hold_the_province(fidelity):
    """October, two trials: 95 % of the ellipses should touch the launch area; its disc helps."""
    made = resolve(load("october-2024"), fidelity)
    held = []
    for trial in range(2):
        _, events, world, scratch, case = record_trial(
            made.case, 3, trial, len(made.layout.columns())
        )
        again = SimpleNamespace(
            case=case, world=world, scratch=scratch, resolved=made.resolved, seed=3, trial=trial,
            events=events,
        )  # fmt: skip
        for i in np.flatnonzero((world.flying == 1) & np.isinf(world.fail_s))[::16]:
            name = made.resolved["names"]["areas"][case.lane[world.lane[i]].area]
            for area in origin.launch_areas(again, int(i)):
                held.append(name in area["areas"])
                assert area["semi_minor_km"] >= round(origin.SIGMAS_95 * origin.FLOOR_M / 1e3)
                assert area["lat_deg"] % 0.5 == area["lon_deg"] % 0.5 == 0.0
                assert math.isfinite(area["at_s"])
    assert len(held) > 40
    assert np.mean(held) > 0.85
