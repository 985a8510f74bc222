"""Cruise missiles and drones are engaged once seen, by what is built for them."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.engine.trial import Engine, trials_kernel
from keepout.records.event import R_NONE, R_OUT_OF_REACH
from keepout.scenario.load import load_text
from keepout.scenario.resolve import resolve

TRIALS = 40
TEXT = """
schema: keepout/scenario/1
name: drones
raids:
  - name: east
    missile: {missile}
    count: 4
    launch: {{area: kermanshah}}
    aim: {{asset: tel-nof, cep: 10 m}}
    spacing: 60 s
assets: [{{id: tel-nof}}]
batteries:
  - name: low
    type: patriot-battery
    at: {{lat: 31.9 deg, lon: 34.9 deg}}
    doctrine: {{rule: salvo-2, cap: 4}}
    kill: {{sspk: 0.5}}
  - name: high
    type: thaad-battery
    at: {{lat: 31.9 deg, lon: 34.9 deg}}
    doctrine: {{rule: salvo-2, cap: 4}}
    kill: {{sspk: 0.5}}
"""


@pytest.mark.parametrize("missile", ["shahed-136", "paveh"])
def test_only_low_layers_fire_at_them(missile):
    found = resolve(load_text(TEXT.format(missile=missile), "a.yaml", ()))
    case, layout = found.case, found.layout
    lane = case.lane[0]
    assert lane.cruise == 1
    low, high = case.window[0]
    assert (low.open, low.why_not) == (1, R_NONE)
    assert (high.open, high.why_not) == (0, R_OUT_OF_REACH)
    # the radar at the battery sees it late: never before it is over the horizon
    assert low.intercept_s[-1] < lane.flight_s
    out = np.zeros((TRIALS, len(layout.columns())), np.int32)
    trials_kernel(case, 1, 0, TRIALS, out)
    total = dict(zip(layout.columns(), out.sum(axis=0)))
    assert total["launched"] == 4 * TRIALS
    assert total["fired.thaad-battery"] == 0
    assert total["fired.patriot-battery"] >= 2 * total["engaged"] > 0
    assert total["engaged"] > 0.8 * total["launched"]
    assert 0 < total["intercepted.patriot-battery"] == total["intercepted"]
    assert total["launched"] == total["failed"] + total["intercepted"] + total["arrived"]


def test_their_tracks_are_drawn_even_where_a_radar_could_mix_them_up():
    """The ballistic filters, alone or of groups, are not for what flies in the air under power."""
    text = TEXT.format(missile="shahed-136").replace("spacing: 60 s", "spacing: 1 s")
    engine = Engine(resolve(load_text(text, "a.yaml", ()), "physics").case)
    room = engine.room()
    own = engine.run_own(1, 0, room, np.zeros((1, 200), np.int32))
    assert room.tables is not None
    assert room.tables.aloft.all()
    assert np.any(own.sight.set_s > own.sight.rise_s)
    assert not room.tables.grouped.any()
    assert not own.sight.filtered.any()
