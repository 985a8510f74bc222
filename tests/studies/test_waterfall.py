"""The waterfall of mechanisms: paired, exact where the answer is known, and no Case is changed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from keepout import trip
from keepout.cli import group
from keepout.errors import InputError
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.studies import waterfall as study

PLAIN = (
    "models.sensing=perfect", "chance.per_threat=0", "raids.north.count=6",
    "batteries.north-1.kill.sspk=1", "batteries.north-1.doctrine.rule=single",
    "batteries.north-1.doctrine.cap=0",
)  # fmt: skip


def made(*sets: str):
    return resolve(load("tutorial", (*PLAIN, *sets)), "engagement")


def test_with_too_few_rounds_endless_rounds_are_worth_what_is_missing():
    """Six missiles, two rounds that never miss: four arrive; with endless rounds none."""
    found = study.of_case(made("batteries.north-1.rounds=2"), 40)
    assert found["arrived"]["mean"] == 4.0
    rounds = found["mechanisms"]["endless-rounds"]
    assert rounds["difference"] == {**rounds["difference"], "mean": -4.0, "mc_se": 0.0}
    for name in ("perfect-tracks", "no-policy", "no-common-cause", "endless-channels"):
        assert found["mechanisms"][name]["difference"]["mean"] == 0.0
    assert found["mechanisms"]["all"]["arrived"]["mean"] == 0.0


@pytest.mark.parametrize(
    "setting, name",
    [
        ("assets.nevatim.defend=never", "no-policy"),
        ("assets.nevatim.not_engaged=1", "no-policy"),
        ("chance.per_threat=1", "no-common-cause"),
        ("chance.per_raid=1", "no-common-cause"),
    ],
)
def test_one_cause_alone_is_found(setting, name):
    """Everything arrives for one reason; taking that one out stops everything."""
    found = study.of_case(made(setting), 16)
    assert found["arrived"]["mean"] == 6.0
    for each in study.MECHANISMS:
        expected = -6.0 if each == name else 0.0
        assert found["mechanisms"][each]["difference"]["mean"] == expected


def test_the_case_is_left_as_it_was():
    case = made().case
    before = [np.asarray(part).copy() for part in case]
    study.switched(case, tuple(study.MECHANISMS))
    for old, new in zip(before, case):
        assert old.tobytes() == np.asarray(new).tobytes()


def test_the_report_shows_it(tmp_path):
    folder = tmp_path / "run"
    trip.run_job(trip.prepare("tutorial"), trip.Settings(trials=4, out=folder))
    words = ["report", str(folder), "--waterfall", "--nights", "20", "--json"]
    done = json.loads(CliRunner().invoke(group, words).stdout)
    assert done["waterfall"]["trials"] == 20
    page = (folder / "report.html").read_text()
    assert "endless rounds" in page
    CliRunner().invoke(group, ["report", str(folder)])
    assert "--waterfall" in (folder / "report.html").read_text()


@pytest.mark.parametrize("words", [["--nights", "20"], ["--waterfall", "--nights", "2"]])
def test_bad_input(words, tmp_path):
    folder = tmp_path / "run"
    trip.run_job(trip.prepare("tutorial"), trip.Settings(trials=2, out=folder))
    done = CliRunner().invoke(group, ["report", str(folder), *words], standalone_mode=False)
    assert isinstance(done.exception, InputError)


def test_a_run_that_is_not_stored_is_refused():
    run = trip.run_job(trip.prepare("tutorial"), trip.Settings(trials=2, store=False))
    with pytest.raises(InputError, match="not stored"):
        study.of_run(run)
