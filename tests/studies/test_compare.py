"""B minus A under common chance."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from keepout.cli.output import json_text
from keepout.errors import RunError
from keepout.records.outcome import CAUSES, Layout
from keepout.results.stock import magazines
from keepout.studies.compare import compare, correlation
from keepout.trip import Settings, run_job


@pytest.fixture(scope="module")
def runs(fake):
    settings = Settings(trials=400, seed=3, store=False)
    return run_job(fake.job(0.5), settings), run_job(fake.job(0.7), settings)


def summaries(found):
    d = found["difference"]
    return [
        d["arrived"],
        d["fired"],
        d["cost_usd"],
        *d["by_asset"].values(),
        *d["by_cause"].values(),
    ]


def test_a_against_a_is_exactly_zero(runs):
    found = compare(runs[0], runs[0])
    zero = {"mean": 0.0, "mc_se": 0.0, "p05": 0.0, "p50": 0.0, "p95": 0.0}
    for summary in summaries(found):
        assert summary == zero | {"epistemic": {"p05": 0.0, "p50": 0.0, "p95": 0.0}}
    assert found["correlation"] == pytest.approx(1.0, abs=1e-12)
    assert found["same_raid"]
    assert found["ceiling"] == []


def test_the_shape_of_the_json(runs):
    found = json.loads(json_text(compare(*runs)))
    assert {"difference", "correlation", "trials", "seed", "a", "b", "ceiling"} <= set(found)
    contract = {"arrived", "fired", "cost_usd", "by_asset", "by_cause"}
    assert set(found["difference"]) == contract | {"by_missile", "by_system"}
    assert set(found["difference"]["by_asset"]) == {"base", "city", "elsewhere"}
    assert set(found["difference"]["by_cause"]) == set(CAUSES)
    assert found["a"]["digest"] == runs[0].manifest["digest"] != found["b"]["digest"]


def test_the_difference_is_taken_trial_by_trial(runs):
    a, b = (run.outcomes[:, run.layout.columns().index("arrived")] for run in runs)
    found = compare(*runs)
    assert found["difference"]["arrived"]["mean"] == pytest.approx(float(np.mean(b - a)))
    assert found["difference"]["arrived"]["mean"] < 0
    assert found["correlation"] == pytest.approx(np.corrcoef(a, b)[0, 1])
    apart = found["a"]["arrived"]["mc_se"] ** 2 + found["b"]["arrived"]["mc_se"] ** 2
    assert found["difference"]["arrived"]["mc_se"] ** 2 < apart / 2  # pairing is worth something
    assert found["gain"] == pytest.approx(apart / found["difference"]["arrived"]["mc_se"] ** 2)
    assert compare(runs[0], runs[0])["gain"] is None


def test_the_first_trials_are_compared_if_one_has_more(fake, runs):
    longer = run_job(fake.job(0.7), Settings(trials=500, seed=3, store=False))
    found = compare(runs[0], longer)
    assert found["trials"] == 400
    assert found["difference"] == compare(*runs)["difference"]


@pytest.mark.parametrize("key, value", [("seed", 4), ("fidelity", "physics"), ("version", "9")])
def test_runs_that_are_not_paired_are_refused(runs, key, value):
    other = dataclasses.replace(runs[1], manifest=runs[1].manifest | {key: value})
    with pytest.raises(RunError, match=key):
        compare(runs[0], other)


def test_runs_of_different_sources_are_refused(runs):
    manifest = runs[1].manifest | {"hashes": {"sources": "another"}}
    with pytest.raises(RunError, match="different states of keepout's sources"):
        compare(runs[0], dataclasses.replace(runs[1], manifest=manifest))


def without_lower(run):
    """The same rows under a layout without the system ``lower``."""
    layout = Layout(run.layout.missiles, run.layout.assets, ("upper",))
    names = run.layout.columns()
    rows = run.outcomes.copy()
    lost = names.index("intercepted.lower")
    rows[:, names.index("intercepted")] -= rows[:, lost]
    kept = [names.index(name) for name in layout.columns()]
    return dataclasses.replace(run, layout=layout, outcomes=rows[:, kept])


def test_a_system_that_only_one_has_is_aligned_by_name(runs):
    a = without_lower(runs[0])
    found = compare(a, runs[1])
    names = runs[1].layout.columns()
    fired = runs[1].outcomes[:, [names.index("fired.upper"), names.index("fired.lower")]].sum(1)
    before = a.outcomes[:, a.layout.columns().index("fired.upper")]
    assert found["difference"]["fired"]["mean"] == pytest.approx(float(np.mean(fired - before)))
    (ceiling,) = found["ceiling"]
    assert (ceiling["system"], ceiling["threats"]) == ("lower", 24)
    assert "48 rounds at 2 a threat engage at most 24 threats;" in ceiling["words"]


def test_a_ceiling_says_what_a_smaller_cap_would_allow(runs):
    lower = {"batteries": 1, "rounds": 48, "rounds_per_threat": 2, "rounds_per_threat_least": 1}
    manifest = runs[1].manifest | {"magazines": {"lower": lower}}
    (ceiling,) = compare(without_lower(runs[0]), dataclasses.replace(runs[1], manifest=manifest))[
        "ceiling"
    ]
    assert "engage at most 24 threats (48 at 1 a threat);" in ceiling["words"]


def test_the_least_cap_decides_the_least_rounds_at_a_threat():
    battery = {"system": "s", "salvo": 2, "resupply": 0, "rounds": {"p50": 10.0}}
    drawn = {"drawn": battery | {"cap": 2, "cap_least": 1}, "none": battery | {"cap": 0}}
    (found,) = magazines({"magazines": drawn}).values()
    assert (found["rounds_per_threat"], found["rounds_per_threat_least"]) == (2, 1)
    assert (found["rounds"], found["batteries"]) == (20, 2)


def test_an_asset_that_only_one_has_counts_from_zero(runs):
    a = runs[0]
    names = a.layout.columns()
    layout = Layout(a.layout.missiles, ("base", "elsewhere"), a.layout.systems)
    rows = a.outcomes.copy()
    for cause in CAUSES:  # the city's arrivals become arrivals elsewhere
        rows[:, names.index(f"arrived.elsewhere.{cause}")] += rows[
            :, names.index(f"arrived.city.{cause}")
        ]
    rows = rows[:, [names.index(name) for name in layout.columns()]]
    fewer = dataclasses.replace(a, layout=layout, outcomes=rows)
    found = compare(fewer, a)["difference"]["by_asset"]
    assert list(found) == ["base", "city", "elsewhere"]
    assert found["city"]["mean"] == -found["elsewhere"]["mean"] > 0
    assert found["base"]["mean"] == 0.0


def test_correlation_of_a_constant_is_undefined():
    assert correlation(np.ones(4), np.arange(4.0)) is None
