"""``keepout show`` of a scenario and of a stored run."""

from __future__ import annotations

import json

import pytest

from keepout import cli
from keepout.trip import Settings, prepare, run_job


def told(capsys, *arguments):
    assert cli.answer([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_every_value_of_a_scenario(capsys):
    found = json.loads(told(capsys, "show", "tutorial", "--json"))
    assert found["scenario"] == "tutorial"
    for value in found["values"]:
        assert {"path", "value", "unit", "source", "grade", "default"} <= set(value)
    by_path = {value["path"]: value for value in found["values"]}
    assert by_path["batteries.north-1.kill.sspk"]["source"] == ["opinion"]
    assert by_path["raids.north.count"]["default"] is False
    assert by_path["kill.dud"]["default"] is True
    for field in found["catalogue"]:
        assert {"id", "field", "value", "unit", "source", "grade", "default"} <= set(field)


def test_a_setting_shows(capsys):
    setting = "batteries.north-1.doctrine.rule=single"
    found = json.loads(told(capsys, "show", "tutorial", "--set", setting, "--json"))
    rule = [v for v in found["values"] if v["path"] == "batteries.north-1.doctrine.rule"]
    assert rule[0]["value"] == "single"


def test_text_for_people(capsys):
    text = told(capsys, "show", "tutorial")
    for word in (
        "thaad-interceptor.sspk",
        "opinion",
        "default",
        "crs-if12645",
        "0.45 – 0.75 – 0.95",
    ):
        assert word in text


def test_a_stored_run(capsys, tmp_path):
    run_job(prepare("tutorial"), Settings(trials=20, out=tmp_path / "run"))
    found = json.loads(told(capsys, "show", tmp_path / "run", "--json"))
    assert found["run"]["trials"] == 20
    assert found["summary"]["launched"]["mean"] == 4.0
    assert found["values"]
    text = told(capsys, "show", tmp_path / "run")
    assert "launched" in text
    assert "digest" in text


def test_without_an_argument(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = json.loads(told(capsys, "show", "--json"))
    assert {"tutorial", "october-2024"} <= set(found["scenarios"])
    assert found["runs"] == []
    assert "none yet" in told(capsys, "show")


@pytest.mark.parametrize("what", ["no-such-thing", "/nowhere/at/all.yaml"])
def test_what_is_not_there(capsys, what):
    assert cli.answer(["show", what, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "unknown-scenario"


def test_warm_up(capsys):
    found = json.loads(told(capsys, "warm-up", "--json"))
    assert set(found) == {"compiled", "seconds"}
