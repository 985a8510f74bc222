"""The scoreboard that the manual prints: made from the priors as they are frozen now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keepout.inference import reading, scoreboard, study, weighted
from keepout.results.plain import plain

FILE = Path(__file__).resolve().parents[2] / "docs" / "scoreboard.json"


@pytest.fixture(scope="module")
def recorded():
    return json.loads(FILE.read_text("utf-8"))


def leaves(data, path=""):
    """Every number below, by its path."""
    if isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        return {k: v for key, each in items for k, v in leaves(each, f"{path}.{key}").items()}
    return {} if isinstance(data, str) else {path: data}


def test_it_was_made_from_the_files_that_ship(recorded):
    assert recorded["frozen"] == scoreboard.frozen(), "write it again: python docs/scoreboard.py"


def test_the_baseline_is_what_it_is_recorded_as(recorded):
    now = plain(scoreboard.october_baseline())
    assert leaves(recorded["october-2024"]["forecasts"]["baseline"]) == pytest.approx(leaves(now))
    again = plain(scoreboard.increments_now())
    assert leaves(recorded["increments"]) == pytest.approx(leaves(again))


def test_it_says_whether_the_baseline_is_beaten(recorded):
    for event in ("october-2024", "june-2025"):
        sums = recorded[event]["log_score"]
        for who, beaten in recorded[event]["beats_baseline"].items():
            assert beaten == (sums[who] < sums["baseline"])
    assert all("beaten" in each for each in recorded["increments"])


def test_what_is_carried_on_is_what_both_draw_alike():
    """Kill probabilities go from April to October as they were found; aims and failures do not."""
    april = scoreboard.fit("april-2024", (), 2000, 0)
    lines = scoreboard.carry(april, "october-2024", policy=False)
    paths = {line.partition("=")[0] for line in lines}
    assert "catalogue.arrow-3.sspk" in paths
    assert not any("aim" in path or "failed" in path or "rounds" in path for path in paths)
    assert not any("not_engaged" in path for path in paths)
    question = study.Question(reading.read("october-2024"), sets=lines, states=800, refine=False)
    _, bank = study.engine_bank(question, scoreboard.trip.SILENT)
    before = weighted.summary(april.theta["arrow-3.sspk"], april.weights)
    after = weighted.summary(bank.theta["arrow-3.sspk"], bank.prior())
    assert after["mean"] == pytest.approx(before["mean"], abs=0.01)  # 400 stratified draws
    assert after["p05"] == pytest.approx(before["p05"], abs=0.03)  # 400 draws again
    assert after["p95"] == pytest.approx(before["p95"], abs=0.03)


@pytest.mark.slow
def test_a_smaller_board_says_the_same(recorded):
    """A quarter of the states: log scores within 0.3, which is the noise of so many."""
    again = plain(scoreboard.scoreboard(recorded["states"] // 4, seed=1))
    for event in ("october-2024", "june-2025"):
        for who, score in recorded[event]["log_score"].items():
            assert again[event]["log_score"][who] == pytest.approx(score, abs=0.5)
