"""explain: for every battery, why it did or did not fire; and it agrees with the row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from keepout import trip
from keepout.cli import group
from keepout.errors import InputError
from keepout.studies import explain


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explain") / "run"
    job = trip.prepare("october-2024")
    trip.run_job(job, trip.Settings(trials=4, seed=5, out=folder))
    return folder


def test_every_battery_says_why_for_every_threat(run_folder: Path):
    again = explain.replay(run_folder, 2)
    batteries = len(again.case.battery)
    ends = {"failed": 0, "intercepted": 0, "arrived": 0}
    fired = 0
    for i in range(len(again.case.threat)):
        story = explain.story(again, i)
        if not story["flying"]:
            continue
        assert len(story["batteries"]) == batteries
        assert all(battery["text"] for battery in story["batteries"])
        ends[story["end"]["what"]] += 1
        fired += sum(battery["fired"] for battery in story["batteries"])
        for battery in story["batteries"]:
            shots = [step for step in battery["steps"] if step["what"] == "shot"]
            assert len(shots) == battery["fired"]
            if battery["window"] is None:
                assert battery["fired"] == 0
    row = again.row
    assert ends["failed"] == row["failed"]
    assert ends["intercepted"] == row["intercepted"]
    assert ends["arrived"] == row["arrived"]
    assert fired == sum(count for name, count in row.items() if name.startswith("fired."))


def test_an_unknown_threat_or_trial_is_named_with_what_there_is(run_folder: Path):
    with pytest.raises(InputError, match="no trial 4"):
        explain.explain(run_folder, "iran/000", 4)
    with pytest.raises(InputError, match="no threat") as caught:
        explain.explain(run_folder, "iran/999", 0)
    assert "iran/000 to iran/199" in caught.value.problems[0].help


def test_the_verb_gives_text_json_and_a_picture(run_folder: Path, tmp_path: Path):
    words = ["explain", str(run_folder), "--threat", "iran/003", "--trial", "1"]
    text = CliRunner().invoke(group, words, standalone_mode=False)
    assert "negev-1" in text.output or "arrow-3-1" in text.output
    picture = tmp_path / "a.svg"
    done = CliRunner().invoke(group, [*words, "--json", "--plot", str(picture)])
    assert json.loads(done.stdout)["threat"] == "iran/003"
    assert picture.read_text().startswith("<?xml")
