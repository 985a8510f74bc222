"""``keepout check-scenario``: diagnostics, exit status, JSON, schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keepout.cli import answer
from keepout.scenario.load import shipped


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_sound(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["check-scenario", name]) == 0
    assert "no problems" in capsys.readouterr().out
    assert answer(["check-scenario", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"errors": [], "warnings": []}


def test_problems_go_to_standard_error_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text("schema: keepout/scenario/1\nname: x\nraids: [{name: a, count: -4}]\n")
    assert answer(["check-scenario", str(bad)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "nothing was run" in said.err
    assert answer(["check-scenario", str(bad), "--json"]) == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert "negative" in {error["code"] for error in errors}
    assert set(errors[0]) == {"code", "message", "file", "line", "column", "path", "help"}
    assert list(tmp_path.iterdir()) == [bad]


def test_settings_are_checked_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["check-scenario", "tutorial", "--set", "raids.north.count=8"]) == 0
    assert answer(["check-scenario", "tutorial", "--set", "raids.north.cuont=8"]) == 2
    assert "did you mean count" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["check-scenario", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "keepout scenario"


def test_a_name_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["check-scenario"]) == 2
    assert "tutorial" in capsys.readouterr().err
    assert answer(["check-scenario", "no-such-thing"]) == 2
    assert "tutorial" in capsys.readouterr().err
