"""``import keepout as ko``: what the manual promises."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import keepout as ko
from keepout import trip
from keepout.api import RunView
from keepout.errors import InputError, KeepoutError, RunError


@pytest.fixture(autouse=True)
def small_engine(fake, monkeypatch):
    def prepare(scenario, *, sets=(), fidelity="engagement", say=None):
        kill = 0.9 if scenario == "better" else 0.6
        return fake.job(kill, str(scenario), sets=tuple(sets), fidelity=fidelity)

    monkeypatch.setattr(trip, "prepare", prepare)


def test_import_is_instant():
    program = (
        "import keepout as ko, sys; print([m for m in ('numpy', 'numba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_run_as_a_table():
    run = ko.run("fake", trials=200, seed=7)
    assert isinstance(run, RunView)
    assert run.folder is None
    assert (run.trials, run.seed) == (200, 7)
    table = run.summary()
    assert {"mean", "mc_se", "p05", "p50", "p95", "epistemic_p05"} <= set(table.columns)
    assert table.loc["arrived.total", "mean"] == pytest.approx(
        float(run.outcomes()["arrived"].mean())
    )
    assert table.loc["p_no_arrival", "mean"] == run.numbers["p_no_arrival"]["mean"]
    assert len(run.events()) == 3
    assert "200 trials, seed 7" in repr(run)


def test_defaults():
    run = ko.run("fake")
    assert (run.trials, run.seed) == (500, 0)


def test_a_figure():
    run = ko.run("fake", trials=50)
    figure = run.plot.arrivals()
    assert figure.axes[0].get_ylabel() == "share of trials"
    heights = sum(bar.get_height() for bar in figure.axes[0].patches if bar.get_height() < 1.0)
    assert heights == pytest.approx(1.0)
    assert run.plot.arrivals("base") is not figure
    with pytest.raises(KeepoutError, match="no asset 'moon'"):
        run.plot.arrivals("moon")


def test_stored_and_reopened(tmp_path):
    run = ko.run("fake", trials=50, out=tmp_path / "run")
    again = ko.reopen(tmp_path / "run")
    assert again.digest == run.digest
    assert again.folder == tmp_path / "run"
    with pytest.raises(RunError, match="exists already"):
        ko.run("fake", trials=50, out=tmp_path / "run")
    assert ko.run("fake", out=tmp_path / "run", resume=True).digest == run.digest


def test_compare_scenarios_runs_and_folders(tmp_path):
    both = ko.compare("fake", "better", trials=100, seed=7)
    assert both.summary().loc["arrived", "mean"] < 0
    run = ko.run("better", trials=100, seed=7, out=tmp_path / "run")
    assert ko.compare("fake", run).numbers["difference"] == both.numbers["difference"]
    from_disk = ko.compare("fake", tmp_path / "run").numbers
    assert from_disk["difference"] == both.numbers["difference"]
    assert "better minus fake: 100 paired trials" in repr(both)


def test_load():
    scenario = ko.load("fake", set={"a.b": "2 km", "c": 3})
    assert scenario.name == "fake"
    assert scenario.job.sets == ("a.b=2 km", "c=3")
    assert "upper, lower" in repr(scenario)


@pytest.mark.parametrize(
    "wrong", [{"trials": 0}, {"trials": 1.5}, {"seed": -1}, {"threads": "two"}, {"until": "soon"}]
)
def test_bad_settings(wrong):
    with pytest.raises(InputError):
        ko.run("fake", **wrong)


def test_until():
    run = ko.run("fake", until="mc_se(arrived.total) < 0.12")
    assert run.trials in (400, 800)
    assert run.summary().loc["arrived.total", "mc_se"] < 0.12


def test_outcomes_are_the_rows():
    run = ko.run("fake", trials=10)
    assert np.array_equal(run.outcomes().to_numpy(), run.run.outcomes)
