"""What can be run and cannot mean what it says is a named warning, in every place."""

from __future__ import annotations

import pytest

from keepout.scenario.assemble import assemble
from keepout.scenario.load import load
from keepout.scenario.warnings import warnings_of

DOCTRINE = "batteries.upper.doctrine"
ODD = [
    ((f"{DOCTRINE}.rule=salvo-3", f"{DOCTRINE}.cap=2"), "cap-below-salvo"),
    (("models.sensing=radar",), "no-radar"),
    (("batteries.upper.rounds=0",), "no-rounds"),
    (("batteries.upper.channels=0",), "never-fires"),
    (("assets.nevatim.defend=never",), "never-fires"),
    (("assets.nevatim.defend=if-rounds", f"{DOCTRINE}.reserve=100"), "never-fires"),
    (("batteries.upper.available_from=3 d",), "never-fires"),
    (("batteries.upper.resupply=4", "batteries.upper.reload_time=5 d"), "resupply-too-slow"),
    ((f"{DOCTRINE}.reserve=4",), "unused-reserve"),
    (("kill.endgame={lethal_radius: 2 m, miss: 1 m}",), "unused-endgame"),
    (("chance.discrimination={decoy_as_warhead: 0.5}",), "unused-discrimination"),
    (("batteries.upper.kill.sspk=0",), "never-kills"),
]


@pytest.mark.parametrize("sets, code", ODD, ids=[code for _, code in ODD])
def test_what_has_no_effect_is_named(sets: tuple[str, ...], code: str):
    loaded = load("wilkening", sets)
    found = warnings_of(loaded, assemble(loaded))
    assert [each["code"] for each in found] == [code]
    assert all(each["message"] and each["path"] for each in found)


def test_a_sound_scenario_has_none():
    loaded = load("october-2024-thaad")
    assert warnings_of(loaded, assemble(loaded)) == []
