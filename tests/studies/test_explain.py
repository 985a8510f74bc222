"""explain: for every battery, why it did or did not fire; and it agrees with the row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
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


def test_windows_looks_and_reasons_hang_together(run_folder: Path):
    """What is told of windows, tracks and rounds agrees with itself and with the events."""
    again = explain.replay(run_folder, 1)
    reasons = set()
    for i in range(0, len(again.case.threat), 3):
        story = explain.story(again, i)
        if not story["flying"]:
            continue
        times = [round(row["t_s"], 1) for row in story["timeline"]]
        assert times == sorted(times)
        assert story["timeline"][0]["what"] == "launch"
        firm = {radar["radar"]: radar["firm_s"] for radar in story["radars"]}
        for track in story["tracks"]:
            assert firm[track["radar"]] == pytest.approx(track["t_s"], abs=1e-6)
        assert len(story["shots"]) == sum(battery["fired"] for battery in story["batteries"])
        for shot in story["shots"]:
            # the table's straight lines between its points: 0.3 s of the flight itself
            taken = shot["intercept_s"] - shot["launch_s"]
            assert shot["flight_s"] is None or shot["flight_s"] == pytest.approx(taken, abs=3.0)
        for battery in story["batteries"]:
            space = battery["battlespace"]
            assert (battery["window"] is None) == (space["window"] is None)
            if space["window"] is None:
                reasons.add(space["why_not"]["why"])
                continue
            assert space["latest_launch_s"] == pytest.approx(battery["window"]["closes_s"])
            for look in space["looks"]:
                assert look["launch_s"] <= space["latest_launch_s"] + 1e-6
                assert look["launch_s"] < look["intercept_s"] < story["impact_s"] + 120.0
    assert "beyond-reach" in reasons


def test_why_a_flight_is_out_of_reach():
    """Every limit alone: heights and distances of five made-up flights."""
    yes, no = np.array([True, True]), np.array([False, False])
    high, low = np.array([90e3, 80e3]), np.array([9e3, 8e3])
    why = explain.detail._why
    assert why(yes, yes, high, 0.0, 1e5, yes)[0] == "too-quick"
    assert why(yes, yes, high, 0.0, 1e5, no)[0] == "under-power"
    assert why(yes, no, high, 0.0, 1e5, yes)[0] == "beyond-reach"
    assert why(no, yes, high, 0.0, 50e3, yes)[0] == "above-ceiling"
    assert why(no, yes, low, 40e3, 50e3, yes)[0] == "below-floor"


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
