"""Batteries of the catalogue in a scenario; fighters meet drones and no ballistic missile."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.catalogue import read
from keepout.engine.trial import record_trial
from keepout.records.event import SHOT
from keepout.scenario.load import load_text
from keepout.scenario.resolve import resolve

TEXT = """\
schema: keepout/scenario/1
name: partners
raids:
  - name: b
    missile: ghadr-1
    count: 2
    launch: {{area: kermanshah}}
    aim: {{asset: nevatim}}
  - name: d
    missile: shahed-136
    count: 2
    launch: {{area: kermanshah}}
    aim: {{asset: nevatim}}
radars:
  - {{name: eye, type: an-tpy-2, at: {{lat: 31.2 deg, lon: 35.0 deg}}, share: true}}
  - {{name: low, type: mmr, at: {{lat: 31.2 deg, lon: 35.0 deg}}, share: true}}
batteries:
{batteries}
"""


@pytest.fixture(scope="module")
def made():
    rows = [
        f"  - {{name: b{k}, type: {id_}, at: {{lat: 31.3 deg, lon: 35 deg}}, kill: {{sspk: 0.5}}}}"
        for k, id_ in enumerate(read.ids("battery"))
    ]
    return resolve(load_text(TEXT.format(batteries="\n".join(rows))))


def test_fighters_meet_drones_and_nothing_that_falls(made):
    mine = read.ids("battery").index("fighter-patrol")
    case = made.case
    for row, lane in zip(case.window, case.lane):
        assert (row[mine].open == 1) == (lane.cruise == 1)
    _, events, _, _, _ = record_trial(case, 3, 0, len(made.layout.columns()))
    drones = case.raid.first_threat[1]
    shots = events[(events.kind == SHOT) & (events.who == mine)]
    assert np.all(shots.whom >= drones)


def test_every_battery_is_resolved_with_rounds(made):
    for id_, row in zip(read.ids("battery"), made.case.battery):
        entry = read.entry(id_)
        rounds = made.case.quantile[row.rounds, 256]
        expected = entry.number("launchers").value * entry.number("rounds_per_launcher").value
        assert rounds == expected
        assert made.resolved["prices"]["round_usd"][id_] > 0.0
