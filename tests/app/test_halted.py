"""A run that the command line left half way goes on from the web application's list of runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keepout import trip
from keepout.errors import Interrupted
from tests.app.browser import browser, opened, wait
from tests.app.conftest import TOKEN, serving, store

TRIALS, FEW = 20_000, 2_000
SET = "raids.north.count=5"


def halt(folder: Path, scenario: str | Path, *sets: str) -> None:
    """Start a run and interrupt it once something is stored."""

    def progress(done: int, total: int, rate_per_s: float) -> None:
        if 0 < done < total and list((folder.parent / f"{folder.name}.partial/parts").iterdir()):
            raise KeyboardInterrupt

    settings = trip.Settings(trials=TRIALS, seed=3, out=folder, chunk=FEW)
    job = trip.prepare(scenario, sets=sets)
    with pytest.raises((Interrupted, KeyboardInterrupt)):
        trip.run_job(job, settings, trip.Listener(progress=progress), None)


@pytest.fixture
def halted(tmp_path):
    """A folder with a finished run and two halted ones, of which one has lost its scenario."""
    runs = tmp_path / "runs"
    store(runs / "whole", "tutorial", 12)
    halt(runs / "half", "tutorial", SET)
    own = tmp_path / "elsewhere.yaml"
    shipped = Path(trip.__file__).parent / "scenario" / "shipped" / "tutorial.yaml"
    own.write_text(shipped.read_text("utf-8").replace("count: 4", "count: 3"), "utf-8")
    halt(runs / "strange", own)
    return runs


def test_a_halted_run_goes_on_from_the_list(halted, chromium):
    with serving(halted) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light&map")
        row = page.locator(".run", has_text="strange")
        assert "neither shipped nor saved" in row.inner_text()
        assert "--resume" in row.inner_text()
        assert row.get_by_role("button").count() == 0
        page.get_by_role("button", name="Go on with half").click()
        wait(page, "keepout.runs.find((run) => run.run === 'half').state === 'complete'", 180)
        page.get_by_role("button", name="Open half").click()
        wait(page, "keepout.sides[0].run === 'half'")
        assert page.evaluate("keepout.sides[0].about.summary.trials") == TRIALS
        assert page.faults == []
    stored = json.loads((halted / "half" / "manifest.json").read_text("utf-8"))
    settings = trip.Settings(trials=TRIALS, seed=3, store=False)
    once = trip.run_job(trip.prepare("tutorial", sets=[SET]), settings)
    assert stored["digest"] == once.manifest["digest"]


def test_what_is_not_there_or_done_cannot_go_on(ask):
    assert ask.post("runs/nothing/resume").status_code == 404
    assert ask.post("runs/one/resume").status_code == 409
    assert ask.get("jobs").json()["jobs"] == []
