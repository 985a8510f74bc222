"""The hand calculation: from inputs alone, and near the simulation."""

from __future__ import annotations

import pytest

from keepout.report.hand import hand, salvo
from keepout.report.inputs import Inputs, mean_of
from keepout.results.metrics import summary
from keepout.trip import Settings, prepare, run_job

NEAR = 0.20
"""A pencil that knows no time, no channel and no radar is not asked for more."""


def test_means_of_distributions():
    assert mean_of({"value": 3.0}) == 3.0
    assert mean_of({"low": 1.0, "high": 2.0}) == 1.5
    assert mean_of({"low": 0.0, "mode": 1.0, "high": 5.0}) == 2.0
    parts = [{"low": 0.0, "high": 1.0}, {"value": 2.0}]
    assert mean_of({"mixture": parts, "weights": [3.0, 1.0]}) == pytest.approx(0.875)


def test_twenty_missiles_with_a_pencil(run):
    found = hand(Inputs(run.resolved))
    down = 20 * 0.95  # a twentieth fails
    leak = 1.0 - 0.95 * (1.0 - 0.5**2)  # two rounds of 0.5, and 5 % lost for all
    assert found.arrivals == pytest.approx(down * leak)  # 48 rounds serve 24 threats
    assert found.at("nevatim") == pytest.approx(found.arrivals)


def test_a_magazine_of_ten_rounds_serves_five(made):
    run = made()
    for parameter in run.resolved["parameters"]:
        if parameter["key"] == "north.rounds":
            parameter["si"] = {"value": 10.0}
    found = hand(Inputs(run.resolved))
    (case,) = found.opinions
    assert case.engaged == pytest.approx(5.0)
    assert case.unengaged == pytest.approx(14.0)


def test_out_of_reach_is_not_engaged(made):
    run = made()
    run.resolved["places"]["assets"][0]["lat_deg"] += 3.0  # 330 km from the battery
    assert hand(Inputs(run.resolved)).opinions[0].engaged == 0.0


def test_a_mixture_of_opinions_is_worked_out_one_by_one(made):
    run = made()
    mixture = {"mixture": [{"value": 0.0}, {"value": 1.0}], "weights": [3.0, 1.0]}
    run.resolved["parameters"].append(
        {**run.resolved["parameters"][0], "key": "not_engaged.base", "si": mixture}
    )
    run.resolved["values"].append(
        {**run.resolved["values"][0], "path": "assets.nevatim.not_engaged", "value": mixture}
    )
    defended, left = hand(Inputs(run.resolved)).opinions
    assert (defended.weight, left.weight) == (0.75, 0.25)
    assert defended.left == 0.0
    assert left.arrivals == pytest.approx(19.0)


@pytest.mark.parametrize("rule, cap, kill, spent", [
    ("single", 0, 0.6, 1.0),
    ("salvo-3", 0, 1 - 0.4**3, 3.0),
    ("salvo-3", 2, 1 - 0.4**2, 2.0),
    ("shoot-look-shoot", 2, 1 - 0.4**2, 1.4),
])  # fmt: skip
def test_doctrines(rule, cap, kill, spent):
    path = "batteries.north.doctrine"
    values = [{"path": f"{path}.rule", "value": rule}]
    said = {"values": values, "parameters": [{"key": "north.cap", "si": {"value": cap}}]}
    assert salvo(Inputs(said), "north", 0.6) == pytest.approx((kill, spent))


@pytest.mark.parametrize("scenario", ["october-2024", "october-2024-thaad", "tutorial"])
def test_the_pencil_lands_near_the_machine(scenario):
    run = run_job(prepare(scenario), Settings(trials=300, seed=11, store=False))
    mean = summary(run)["arrived"]["total"]["mean"]
    assert hand(Inputs(run.resolved)).arrivals == pytest.approx(mean, rel=NEAR)
