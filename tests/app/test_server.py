"""What the server gives: runs, trials, stories, scenarios, jobs."""

from __future__ import annotations

import json
import time

import numpy as np

from keepout.app.folder import Folder
from keepout.app.theatre import Theatre
from keepout.report.playback.pack import unpack
from keepout.results.metrics import summary
from keepout.results.store import reopen
from keepout.studies import explain


def test_runs_and_their_numbers(ask, runs):
    assert [line["run"] for line in ask.get("runs").json()["runs"]] == ["one", "two"]
    about = ask.get("runs/one").json()
    assert about["summary"]["arrived"] == summary(reopen(runs / "one"))["arrived"]
    assert about["has_report"]
    report = ask.get("runs/one/report")
    assert report.text == (runs / "one" / "report.html").read_text()
    assert report.headers["content-security-policy"].startswith(
        "sandbox allow-scripts allow-downloads;"
    )


def test_what_is_asked_for_first_is_computed_before_it_is_asked_for(runs, tmp_path):
    theatre = Theatre(Folder(runs))
    theatre.prepare()
    kept = [key for key in theatre.answers.kept if key[0] == "trial"]
    assert [(key[1][0], key[2]) for key in kept] == [("one", 0)]
    Theatre(Folder(tmp_path)).prepare()  # nothing there, and nothing said


def test_outcomes_are_those_of_the_rows(ask, runs):
    found = ask.get("runs/two/outcomes").json()
    run = reopen(runs / "two")
    column = run.layout.columns().index("arrived")
    assert found["readings"]["arrived.total"] == np.asarray(run.outcomes)[:, column].tolist()


def test_a_trial_is_the_trial_that_explain_tells(ask, runs):
    head, arrays = unpack(ask.get("runs/one/trials/3").content)
    again = explain.replay(runs / "one", 3)
    assert head["counts"]["intercepted"] == again.row["intercepted"]
    fates = [head["fates"][fate] for fate in arrays["threat_fate"]]
    assert fates.count("intercepted") == again.row["intercepted"]
    assert fates.count("failed") == again.row["failed"]
    assert fates.count("arrived") + fates.count("elsewhere") == again.row["arrived"]
    for place, row in enumerate(arrays["threat_row"]):
        story = explain.story(again, int(row))
        last = arrays["threat_first"][place + 1] - 1
        assert abs(arrays["threat_t_s"][last] - story["end"]["t_s"]) < 0.01
        told = ask.get("runs/one/trials/3/story", params={"threat": head["threats"][row]}).json()
        assert told["text"] == story["text"]
        assert [b["text"] for b in told["batteries"]] == [b["text"] for b in story["batteries"]]


def test_rounds_end_where_and_when_they_meet_their_threat(ask):
    head, arrays = unpack(ask.get("runs/one/trials/0").content)
    assert len(arrays["round_threat"]) > 0
    events = {
        (int(who), int(whom), int(value)): r
        for kind, who, whom, value, r in zip(
            arrays["event_kind"], arrays["event_who"], arrays["event_whom"],
            arrays["event_value"], arrays["event_ecef_m"],
        )
        if head["kinds"][kind] in ("kill", "miss", "wasted", "body-hit", "wrong-object", "diverted")
    }  # fmt: skip
    ends = arrays["round_ecef_m"][:, -1]
    assert all(np.min([np.linalg.norm(end - r) for r in events.values()]) < 2.0 for end in ends)
    assert np.all(arrays["round_intercept_s"] > arrays["round_launch_s"])
    heights = np.linalg.norm(arrays["round_ecef_m"], axis=2)
    assert np.all(np.diff(heights[:, :4], axis=1) > 0)  # they climb


def test_tracks_have_ellipses(ask):
    head, arrays = unpack(ask.get("runs/one/trials/0").content)
    tracks = len(arrays["track_threat"])
    assert tracks > 0
    assert arrays["track_impact_m2"].shape == (tracks * 12, 3)
    east, north, both = arrays["track_impact_m2"].T
    assert np.all(east > 0)
    assert np.all(both**2 <= east * north * (1 + 1e-5))  # a covariance
    assert {head["radars"][r]["name"] for r in arrays["track_radar"]}


def test_many_trials_as_tubes(ask):
    found = ask.get("runs/two/spread", params={"trials": 12}).json()
    (tube,) = found["tubes"]
    assert tube["flights"] >= 8
    for point in tube["points"]:
        assert point["alt_m"] == sorted(point["alt_m"])
        assert point["right_m"] == sorted(point["right_m"])
    arrivals = ask.get("runs/two/outcomes").json()["readings"]["arrived.total"]
    assert len(found["impacts"]) == sum(arrivals)
    assert ask.get("runs/two/spread", params={"trials": 13}).status_code == 422


def test_compare_is_the_command_s(ask, runs):
    found = ask.get("compare", params={"a": "one", "b": "two"}).json()
    assert found["trials"] == 12
    same = ask.get("compare", params={"a": "one", "b": "one"}).json()
    assert same["difference"]["arrived"]["mean"] == 0.0


def test_a_scenario_is_checked_with_the_paths_of_its_fields(ask):
    data = ask.get("scenarios/tutorial").json()["data"]
    assert ask.post("check", json={"data": data}).json()["errors"] == []
    data["raids"][0]["count"] = "many"
    data["batteries"][0]["at"] = {"lat": "131 deg", "lon": "35 deg"}
    found = ask.post("check", json={"data": data}).json()
    assert {error["path"] for error in found["errors"]} == {"raids[0].count", "batteries[0].at.lat"}
    assert all(error["line"] for error in found["errors"])
    broken = ask.post("check", json={"text": "name: [1"}).json()
    assert broken["errors"][0]["code"] == "yaml"
    assert broken["data"] is None


def test_a_scenario_is_saved_run_and_refused(ask, runs):
    text = ask.get("scenarios/tutorial").json()["text"]
    assert ask.put("scenarios/tutorial", json={"text": text}).status_code == 409
    assert ask.put("scenarios/mine", json={"text": "name: x"}).status_code == 422
    assert ask.put("scenarios/mine", json={"text": text}).json()["file"] == "scenarios/mine.yaml"
    assert (runs / "scenarios" / "mine.yaml").read_text() == text
    last = ask.get("scenarios").json()["scenarios"][-1]
    assert (last["name"], last["own"]) == ("mine", True)
    job = ask.post("jobs", json={"scenario": "mine", "name": "three", "trials": 40}).json()
    states = list(told(ask, job["id"]))
    assert states[-1]["state"] == "complete"
    assert states[-1]["done"] == 40
    assert ask.get("runs/three").json()["summary"]["trials"] == 40
    again = ask.post("jobs", json={"scenario": "mine", "name": "three"})
    assert again.status_code == 409


def test_a_run_is_cancelled_and_taken_up_again(ask, runs):
    wanted = {"scenario": "tutorial", "name": "long", "trials": 400_000}
    job = ask.post("jobs", json=wanted).json()
    busy = ask.post("jobs", json=wanted | {"name": "other"})
    assert busy.status_code == 409
    for state in told(ask, job["id"]):
        if state["done"] > 0:
            ask.delete(f"jobs/{job['id']}")
    assert state["state"] == "stopped"
    assert "keeps" in state["said"][-1]
    assert (runs / "long.partial").is_dir()
    assert ask.get("runs/long").status_code == 404


def told(ask, number):
    """What a job's events say until it ends."""
    end = time.monotonic() + 120
    with ask.stream("GET", f"jobs/{number}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            assert time.monotonic() < end
            if line.startswith("data: "):
                yield json.loads(line[6:])


def test_a_run_that_changed_its_sources_says_so(ask, runs):
    manifest = runs / "two" / "manifest.json"
    before = manifest.read_text()
    manifest.write_text(before.replace(json.loads(before)["digest"], "0" * 64))
    try:
        answer = ask.get("runs/two")
        assert answer.status_code == 409
        assert "damaged" in answer.json()["errors"][0]["message"]
    finally:
        manifest.write_text(before)
