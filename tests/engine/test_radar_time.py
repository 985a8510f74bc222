"""A budget of radar time, cues, lost radars and false tracks, through a scenario's file."""

from __future__ import annotations

import functools

import numpy as np

from keepout.engine.trial import record_trial, trials_kernel
from keepout.records.event import EVENT_KINDS
from keepout.scenario.load import load_text
from keepout.scenario.resolve import resolve

TEXT = """schema: keepout/scenario/1
name: time
raids:
  - name: a
    missile: ghadr-1
    count: COUNT
    launch: {area: kermanshah}
    aim: {asset: nevatim, cep: 500 m}
    spacing: 1 s
assets: [{id: nevatim}]
batteries:
  - name: b
    type: thaad-battery
    at: {lat: 31.1 deg, lon: 34.9 deg}
    kill: {sspk: 0.5}
    BATTERY
models: {radar_time: TIME}
WARNING
"""
TRIALS = 20


@functools.cache
def made(count: int, time: str = "budgeted", warning: str = "", battery: str = ""):
    text = TEXT.replace("COUNT", str(count)).replace("TIME", time)
    text = text.replace("WARNING", warning).replace("BATTERY", battery)
    return resolve(load_text(text, "time.yaml"))


def totals(found) -> dict[str, int]:
    out = np.zeros((TRIALS, len(found.layout.columns())), np.int32)
    trials_kernel(found.case, 1, 0, TRIALS, out)
    return dict(zip(found.layout.columns(), out.sum(axis=0).tolist(), strict=True))


def tracks(found, trial: int = 0):
    return record_trial(found.case, 1, trial, len(found.layout.columns())).scratch.track


def test_a_large_raid_stretches_the_looks_at_all():
    few, many = tracks(made(2)), tracks(made(100))
    assert (few.stretch == 1.0).all()
    assert many.stretch.min() > 1.5  # the first as well as the last


def test_without_a_budget_nothing_is_stretched():
    assert (tracks(made(100, "unlimited")).stretch == 1.0).all()


def test_a_search_finds_later_than_a_radar_that_looks_at_once():
    at_once, searched = tracks(made(2, "unlimited")), tracks(made(2))
    assert searched.firm_s.min() > at_once.firm_s.min()


def test_a_warning_from_space_brings_detection_forward():
    warning = "warning: {satellites: {delay: 60 s, sector: 2 deg}}"
    alone, told = made(2), made(2, "budgeted", warning)
    later = [
        tracks(alone, t).found_s.mean() - tracks(told, t).found_s.mean() for t in range(0, 40, 2)
    ]
    assert np.mean(later) > 0.0


def test_a_radar_lost_from_the_beginning_sees_nothing():
    found = totals(made(2, "unlimited", "", "radar_lost: {at: 0 s}"))
    assert found["seen"] == found["engaged"] == 0
    assert found["arrived.nevatim.no-track"] + found["arrived.elsewhere.no-track"] > 0


def test_a_radar_that_may_be_lost_sees_in_the_other_trials():
    some = totals(made(2, "unlimited", "", "radar_lost: {probability: 0.5}"))
    assert 0 < some["seen"] < totals(made(2, "unlimited"))["seen"]


def test_a_radar_lost_on_the_way_leaves_its_tracks():
    found = made(2, "unlimited", "", "radar_lost: {at: 8 min}")
    recorded = record_trial(found.case, 1, 0, len(found.layout.columns()))
    shots = recorded.events[recorded.events.kind == EVENT_KINDS.index("shot")]
    assert totals(found)["seen"] > 0
    assert len(recorded.events) > 0
    assert (shots.t_s >= 0.0).all()


def test_shots_at_tracks_of_nothing_are_counted_and_gone():
    battery = "{false_tracks: 3, deceived: 1}"
    keys = battery.strip("{}").replace(", ", "\n    ")
    fooled, clear = totals(made(2, "unlimited", "", keys)), totals(made(2, "unlimited"))
    extra = fooled["fired.thaad-battery"] - clear["fired.thaad-battery"]
    assert extra == TRIALS * 3 * 2  # a salvo of two at each


def test_rows_do_not_depend_on_how_trials_are_cut():
    found = made(100)
    whole = np.zeros((6, len(found.layout.columns())), np.int32)
    trials_kernel(found.case, 1, 0, 6, whole)
    for trial in range(6):
        alone = np.zeros((1, whole.shape[1]), np.int32)
        trials_kernel(found.case, 1, trial, trial + 1, alone)
        assert (alone[0] == whole[trial]).all()
