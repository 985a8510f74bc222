"""Outcome rows to the JSON of a run."""

from __future__ import annotations

import json

import numpy as np
import pytest

from keepout.cli.output import json_text
from keepout.errors import RunError
from keepout.records.outcome import CAUSES, Layout
from keepout.results import metrics
from keepout.results.metrics import Prices, check_ledger, readings, summarise_tree
from keepout.trip import Settings, run_job

LAYOUT = Layout(("m",), ("base", "elsewhere"), ("s", "t"))
SUMMARY = {"mean", "mc_se", "p05", "p50", "p95", "epistemic"}


def rows(*named):
    """Outcome rows from dicts of column and count."""
    names = LAYOUT.columns()
    made = np.zeros((len(named), len(names)), np.int32)
    for row, counts in zip(made, named, strict=True):
        for name, count in counts.items():
            row[names.index(name)] = count
    return made


ONE = {
    "launched": 10, "failed": 2, "intercepted": 5, "arrived": 3, "seen": 8, "engaged": 6,
    "threatening": 7, "launched.m": 10, "failed.m": 2, "fired.s": 4, "fired.t": 5,
    "intercepted.s": 3, "intercepted.t": 2, "arrived.base.no-rounds": 2,
    "arrived.elsewhere.open-ground": 1, "arrived.m.no-rounds": 2, "arrived.m.open-ground": 1,
}  # fmt: skip
PRICES = Prices({"s": 2e6, "t": None}, {"m": 1e5})


def test_every_reading_of_one_row():
    tree = readings(LAYOUT, rows(ONE), PRICES)
    first = {path: float(metrics.leaf(tree, path)[0]) for path in metrics.paths(tree)}
    assert first["launched"] == 10
    assert first["failed_in_flight"] == 2
    assert first["intercepted.by_system.t"] == 2
    assert first["arrived.by_asset.base"] == 2
    assert first["arrived.by_cause.open-ground"] == 1
    assert first["arrived.by_cause.too-late"] == 0
    assert first["arrived.by_missile.m"] == 3
    assert first["fired.total"] == 9
    assert first["cost_usd.attack"] == 1e6
    assert np.isnan(first["cost_usd.defence"])  # the price of t is not known
    assert first["rates.launched"] == 0.5
    assert first["rates.identified"] == 5 / 8
    assert first["rates.threatening"] == 5 / 7
    assert first["rates.engaged"] == 5 / 6
    assert first["p_no_arrival"] == 0


def test_an_unknown_price_matters_only_where_it_was_spent():
    quiet = ONE | {"fired.t": 0, "intercepted.t": 0, "intercepted": 3, "arrived": 5}
    assert readings(LAYOUT, rows(quiet), PRICES)["cost_usd"]["defence"][0] == 8e6


def test_a_ledger_that_adds_up_passes():
    check_ledger(LAYOUT, rows(ONE, ONE))
    check_ledger(LAYOUT, rows())


@pytest.mark.parametrize(
    "name", sorted(set(ONE) - {"seen", "engaged", "threatening"} - {"fired.s", "fired.t"})
)
def test_a_ledger_that_does_not_add_up_is_refused(name):
    with pytest.raises(RunError, match="trial 1 does not add up"):
        check_ledger(LAYOUT, rows(ONE, ONE | {name: ONE[name] + 1}))


def test_negative_counts_are_refused():
    with pytest.raises(RunError, match="negative"):
        check_ledger(LAYOUT, rows(ONE | {"fired.s": -1}))


def test_rates_without_a_denominator_are_undefined():
    nothing = summarise_tree(readings(LAYOUT, rows({}, {}, {}), PRICES))
    assert nothing["rates"]["launched"]["mean"] is None
    assert nothing["p_no_arrival"]["mean"] == 1.0


def test_the_json_of_a_run_has_the_agreed_shape(fake):
    found = json.loads(json_text(metrics.summary(run_job(fake.job(), Settings(store=False)))))
    assert set(found) == {
        "scenario", "trials", "seed", "fidelity", "version", "digest", "wall_s", "trials_per_s",
        "launched", "failed_in_flight", "intercepted", "arrived", "fired", "cost_usd",
        "p_no_arrival", "rates", "wasted", "doubled", "decoys", "assignment", "warnings",
    }  # fmt: skip
    assert set(found["arrived"]) == {"total", "by_asset", "by_cause", "by_missile"}
    assert set(found["arrived"]["by_asset"]) == {"base", "city", "elsewhere"}
    assert set(found["arrived"]["by_cause"]) == set(CAUSES)
    assert set(found["intercepted"]) == set(found["fired"]) == {"total", "by_system"}
    assert set(found["cost_usd"]) == {"defence", "attack"}
    assert set(found["p_no_arrival"]) == {"mean", "mc_se"}
    assert set(found["rates"]) == {"launched", "identified", "threatening", "engaged"}
    for summary in (
        found["launched"],
        found["arrived"]["by_asset"]["base"],
        found["rates"]["engaged"],
    ):
        assert set(summary) == SUMMARY
        assert set(summary["epistemic"]) == {"p05", "p50", "p95"}
    means = [found[k]["mean"] for k in ("launched", "failed_in_flight")]
    ends = found["intercepted"]["total"]["mean"] + found["arrived"]["total"]["mean"]
    assert means[0] == pytest.approx(means[1] + ends)
