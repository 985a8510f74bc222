"""Failures by phase: how many, when, what the defence makes of them, and where they fall."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.engine.fly import failure_s
from keepout.engine.trial import record_trial, trials_kernel
from keepout.kernel import kernel
from keepout.records.event import DEBRIS, FAILURE
from keepout.records.outcome import Layout
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST, IN_REENTRY, LANE, SAMPLES

from .synthetic import FLIGHT_S, Params, battery, make_case

SHARES = (0.15, 0.1, 0.2)
TRIALS = 20_000


def total(case, layout: Layout, trials: int) -> dict[str, int]:
    out = np.zeros((trials, len(layout.columns())), np.int32)
    trials_kernel(case, 5, 0, trials, out)
    return dict(zip(layout.columns(), out.sum(axis=0)))


def raid(*batteries, failed=SHARES[0], later=SHARES[1:]):
    params = Params()
    rows = [battery(params, name, **given) for name, given in batteries]
    return make_case(rows, params, failed=failed, later=later, count=10, most=10)


def test_each_phase_takes_its_share_of_what_is_left():
    found = total(*raid(), TRIALS)
    n, p = found["launched"], 1.0 - math.prod(1.0 - share for share in SHARES)
    assert n == 10 * TRIALS
    z = (found["failed"] - n * p) / math.sqrt(n * p * (1.0 - p))
    assert abs(z) < 4.0
    assert found["debris.base"] + found["debris.elsewhere"] == found["failed"]
    assert found["launched"] == found["failed"] + found["arrived.base.not-defended"]


def test_one_number_is_as_before():
    """Without the later phases, and with nothing in them, the rows are those of one share."""
    one = total(*raid(later=()), 200)
    assert one == total(*raid(later=(0.0, 0.0)), 200)


def test_what_breaks_up_late_is_shot_at_first():
    """Under power and at separation nobody fires; in re-entry the rounds have gone."""
    shooter = ("one", {"rounds": 10_000, "sspk": 0.0, "channels": 64, "window": (300.0, 450.0)})
    early = total(*raid(shooter, failed=0.0, later=(1.0, 0.0)), 50)
    late = total(*raid(shooter, failed=0.0, later=(0.0, 1.0)), 50)
    assert early["failed"] == late["failed"] == 500
    assert early["fired.system-0"] == 0
    assert late["fired.system-0"] >= 500
    sure = ("one", {"rounds": 10_000, "sspk": 1.0, "channels": 64, "window": (300.0, 450.0)})
    hit = total(*raid(sure, failed=0.0, later=(0.0, 1.0)), 50)
    assert hit["intercepted"] == 500
    assert hit["failed"] == 0


def test_a_kept_trial_tells_when_and_in_which_phase():
    case, layout = raid()
    kept = record_trial(case, 5, 3, len(layout.columns()))
    failures = kept.events[kept.events.kind == FAILURE]
    debris = kept.events[kept.events.kind == DEBRIS]
    assert len(failures) == len(debris) == kept.row[layout.columns().index("failed")] > 0
    for event in failures:
        truth = kept.world[event.whom]
        assert event.value == truth.phase
        after_s = truth.fail_s - truth.launch_s
        allowed = {IN_BOOST: (6.0, 60.0), AT_SEPARATION: (60.0, 60.0), IN_REENTRY: (60.0, FLIGHT_S)}
        low_s, high_s = allowed[int(truth.phase)]
        assert low_s - 1e-9 <= after_s <= high_s + 1e-9


@kernel
def failing_s(phase, lane, sample, u):
    return failure_s(phase, lane, sample, u)


@pytest.mark.parametrize("u, alt_m", [(0.001, 10e3), (0.5, 20e3), (0.999, 30e3)])
def test_a_break_up_in_reentry_comes_at_its_height(u, alt_m):
    lane = np.zeros(1, LANE).view(np.recarray)[0]
    lane.flight_s, lane.burnout_s = 600.0, 60.0
    lane.dt_s = lane.flight_s / (SAMPLES - 1)
    t = np.arange(SAMPLES) * lane.dt_s
    sample = np.zeros((SAMPLES, 6))
    sample[:, 0] = 6378137.0 + 200e3 * (1.0 - t / 600.0)  # straight down at 333 m/s
    t_s = failing_s(np.int64(IN_REENTRY), lane, sample, u)
    assert 200e3 * (1.0 - t_s / 600.0) == pytest.approx(alt_m, abs=333.4 * lane.dt_s + 30.0)
