"""``--set PATH=VALUE``: by keys and names, read as YAML, checked like the file."""

from __future__ import annotations

import pytest

from keepout.errors import InputError, Problem
from keepout.scenario.load import Loaded, load_text

from .test_diagnostics import GOOD


def with_(*settings: str) -> Loaded:
    return load_text(GOOD, "a.yaml", settings)


def fault(*settings: str) -> Problem:
    with pytest.raises(InputError) as caught:
        with_(*settings)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_values_are_replaced_by_keys_and_names() -> None:
    scenario = with_(
        "batteries.b1.doctrine.rule=single",
        "raids.north.count=8",
        "chance.per_threat=0.1",
        "chance.groups.c2.probability={low: 0, high: 0.1}",
        "raids.0.first=4 min",
        "assets.nevatim.defend=if-rounds",
        "kill.dud=0.05",
        "radars.r1.share=false",
        "catalogue.ghadr-1.cep=700 m",
    ).scenario
    assert scenario.batteries[0].doctrine.rule == "single"
    assert scenario.raids[0].count.value == 8.0
    assert scenario.raids[0].first.value == 240.0
    assert scenario.chance.per_threat.value == 0.1
    assert scenario.chance.groups[0].probability.high == 0.1
    assert scenario.assets[0].defend == "if-rounds"
    assert scenario.kill.dud.value == 0.05
    assert scenario.radars[0].share is False
    assert scenario.catalogue == {"ghadr-1": {"cep": "700 m"}}


def test_the_last_setting_counts() -> None:
    assert with_("raids.north.count=8", "raids.north.count=9").scenario.raids[0].count.value == 9.0


@pytest.mark.parametrize(
    "setting, code, help",
    [
        ("raids.nort.count=8", "unknown-path", "raids.north"),
        ("raids.north.cuont=8", "unknown-key", "count"),
        ("chanse.per_threat=0.1", "unknown-key", "chance"),
        ("raids.north.count.deep.er=8", "unknown-path", ""),
        ("raids.north.count=-8", "negative", ""),
        ("raids.north.count=8 km", "type", ""),
        ("raids.north.first=8", "unit-missing", '"8 s"'),
        ("raids.north.count", "setting", "PATH=VALUE"),
        ("=8", "setting", "PATH=VALUE"),
        ("raids.north.count=[1", "setting", ""),
        ("raids.north.missile=gadr-1", "unknown-id", "ghadr-1"),
        ("batteries.b1.doctrine.cap=-1", "negative", ""),
    ],
)
def test_bad_settings_say_so(setting: str, code: str, help: str) -> None:
    problem = fault(setting)
    assert problem.code == code
    assert problem.file == "--set"
    assert help in problem.help


def test_origins_tell_what_was_set() -> None:
    loaded = with_("raids.north.count=8")
    assert loaded.origin("raids.north.count").origin == "set"
    assert loaded.origin("raids.north.spacing").origin == "scenario"
    assert loaded.origin("raids.north.failed").origin == "default"
