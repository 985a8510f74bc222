"""What addressed chance promises, tested on the engine itself."""

from __future__ import annotations

import numpy as np

from keepout.engine.trial import Engine, record_trial, trials_kernel
from keepout.records.case import Case
from keepout.records.defence import SHOOT_LOOK_SHOOT
from keepout.records.event import KILL, SHOT
from keepout.records.outcome import CAUSES, Layout
from tests.engine.synthetic import Params, battery, make_case

UNSURE = (0.4, 0.9)


def raid(
    *extra: tuple[str, dict[str, object]], count: float | tuple[float, float] = (4.0, 10.0)
) -> tuple[Case, Layout]:
    params = Params()
    names = [("one", {"sspk": UNSURE, "rounds": 7, "rule": SHOOT_LOOK_SHOOT}), *extra]
    batteries = [battery(params, name, **fields) for name, fields in names]
    return make_case(batteries, params, count=count, failed=0.1, cep_m=1500.0, per_threat=0.05)


def rows(case: Case, layout: Layout, seed: int, first: int, last: int) -> np.ndarray:
    out = np.zeros((last - first, len(layout.columns())), np.int32)
    trials_kernel(case, seed, first, last, out)
    return out


def test_a_trial_alone_equals_its_row():
    case, layout = raid()
    together = rows(case, layout, 3, 0, 800)
    for trial in (0, 1, 731, 799):
        assert (rows(case, layout, 3, trial, trial + 1)[0] == together[trial]).all()


def test_another_seed_is_another_raid():
    case, layout = raid()
    assert (rows(case, layout, 3, 0, 50) != rows(case, layout, 4, 0, 50)).any()


def test_a_battery_without_rounds_changes_no_row():
    plain, layout = raid()
    more, wider = raid(("idle", {"rounds": 0, "system": 1, "window": (450.0, 650.0)}))
    a = dict(zip(layout.columns(), rows(plain, layout, 5, 0, 2000).T, strict=True))
    b = dict(zip(wider.columns(), rows(more, wider, 5, 0, 2000).T, strict=True))
    assert (b["fired.system-1"] == 0).all()
    for name, column in a.items():
        assert (b[name] == column).all(), name


def test_the_ledger_is_exact_in_every_trial():
    case, layout = raid()
    got = dict(zip(layout.columns(), rows(case, layout, 9, 0, 3000).T, strict=True))
    assert (got["launched"] == got["failed"] + got["intercepted"] + got["arrived"]).all()
    by_cause = sum(got[f"arrived.{a}.{c}"] for a in layout.assets for c in CAUSES)
    assert (by_cause == got["arrived"]).all()
    assert (got["intercepted.system-0"] == got["intercepted"]).all()
    assert got["launched"].min() >= 4
    assert got["launched"].max() <= 10


def test_two_trials_share_one_epistemic_draw():
    case, layout = raid()
    got = dict(zip(layout.columns(), rows(case, layout, 9, 0, 400).T, strict=True))
    launched = got["launched"].reshape(-1, 2)
    assert (launched[:, 0] == launched[:, 1]).all()
    assert launched.std() > 0


def test_a_larger_raid_keeps_the_smaller_ones_missiles():
    small, layout = raid(count=5)
    large, _same = raid(count=6)
    a, _events_a, world_a, *_ = record_trial(small, 1, 8, len(layout.columns()))
    b, _events_b, world_b, *_ = record_trial(large, 1, 8, len(layout.columns()))
    assert (world_a[:5] == world_b[:5]).all()
    assert b[0] == a[0] + 1


def test_a_recorded_trial_is_the_same_trial():
    case, layout = raid()
    row, events, *_ = record_trial(case, 3, 17, len(layout.columns()))
    assert (row == rows(case, layout, 3, 17, 18)[0]).all()
    got = dict(zip(layout.columns(), row, strict=True))
    assert (events.kind == SHOT).sum() == got["fired.system-0"]
    assert (events.kind == KILL).sum() == got["intercepted"]
    assert (np.diff(events.t_s) >= 0).all()


def test_a_buffer_that_overflows_repeats_the_trial_with_a_larger_one(monkeypatch):
    """As often as it takes: the first three buffers hold four, eight and twelve events."""
    case, layout = raid()
    whole = record_trial(case, 3, 17, len(layout.columns()))
    assert len(whole.events) > 20
    asked, plain = [], Engine.room

    def small(engine: Engine, events: int = 0) -> object:
        asked.append(events)
        return plain(engine, events if len(asked) > 3 else 4 * len(asked))

    monkeypatch.setattr(Engine, "room", small)
    again = record_trial(case, 3, 17, len(layout.columns()))
    assert len(asked) == 4
    assert asked == sorted(set(asked))
    assert (again.row == whole.row).all()
    assert again.events.tobytes() == whole.events.tobytes()  # nan where an event has no value
