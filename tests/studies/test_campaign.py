"""Campaigns: the first raid is a run, rounds are conserved, deliveries arrive, threads agree."""

from __future__ import annotations

import numpy as np
import pytest

from keepout import trip
from keepout.errors import InputError, Interrupted
from keepout.scenario.campaign import Campaign, Repeat
from keepout.scenario.load import load
from keepout.studies import pieces
from keepout.studies.campaign import DAY_S, campaign, depletion, repeated
from keepout.studies.campaign_trials import Campaigner, Wave, _evenly, deliveries_of, waves_of
from keepout.studies.chance import seed_of
from keepout.studies.stories import plain

NOWHERE = pieces.Where(keep=False)
TWICE = ("campaign.repeat.times=2", 'campaign.repeat.every="7 d"')
SUPPLIED = (*TWICE, "campaign.supplies=[{system: thaad-battery, rounds: 16, first: 3 d}]")


def run(scenario, *sets, trials=32, seed=7, where=NOWHERE, **how):
    return campaign(scenario, sets, trials, seed, where, pieces.How(**how))


@pytest.fixture(scope="module")
def october():
    return plain(trip.prepare("october-2024-thaad"))


def test_the_first_raid_is_a_run_row_for_row(october):
    one = Campaigner(october, Campaign(), 7)
    rows = np.zeros((8, len(october.layout.columns())), np.int32)
    october.work(7, 0, 8, rows)
    arrived = rows[:, october.layout.columns().index("arrived")]
    column = one.columns().index("arrived")
    assert [one.run(trial)[0][column] for trial in range(8)] == list(arrived)


def test_later_raids_share_the_parameters_and_not_the_luck(october):
    """With rounds without end the second raid is a run with its own seed and the same draw."""
    two = Campaigner(october, Campaign(repeat=Repeat(times=2, every="1 d")), 7)
    column = two.columns().index("launched")
    rows = [two.run(trial) for trial in range(8)]
    assert [r[0][column] for r in rows] == [r[1][column] for r in rows]  # the raid's drawn size
    failed = two.columns().index("failed")
    assert [r[0][failed] for r in rows] != [r[1][failed] for r in rows]
    assert seed_of(7, "campaign", 1) != 7


def test_no_round_is_fired_twice_and_none_is_lost(october):
    of = Campaigner(october, Campaign(repeat=Repeat(times=3, every="1 d")), 7)
    names = of.columns()
    for trial in range(6):
        waves = np.array(of.run(trial))
        for system in october.layout.systems:
            left = waves[:, names.index(f"left.{system}")]
            fired = waves[:, names.index(f"fired.{system}")]
            assert np.array_equal(left[:-1] - fired[1:], left[1:]), system
            assert left.min() >= 0


def test_a_delivery_comes_before_the_raid_that_follows_it():
    dry, fed = run("october-2024-thaad", *TWICE), run("october-2024-thaad", *SUPPLIED)
    first, second = (found["raids"][0]["left"]["thaad-battery"] for found in (dry, fed))
    assert first == second  # it comes after the first raid
    more = [found["raids"][1]["fired"]["thaad-battery"]["mean"] for found in (dry, fed)]
    assert 10 < more[1] - more[0] <= 16
    assert fed["total"]["arrived"]["mean"] < dry["total"]["arrived"]["mean"]


def test_what_a_dry_battery_lets_pass_is_for_want_of_rounds():
    found = run("october-2024-thaad", *TWICE)
    first, second = found["raids"]
    assert second["no_rounds"]["mean"] > first["no_rounds"]["mean"] + 30
    ledger = found["total"]
    causes = sum(s["mean"] for s in ledger["by_cause"].values())
    assert causes == pytest.approx(ledger["arrived"]["mean"])
    assert ledger["launched"]["mean"] == pytest.approx(
        ledger["failed"]["mean"] + ledger["intercepted"]["mean"] + ledger["arrived"]["mean"]
    )


def test_costs_are_rounds_times_prices():
    found = run("tutorial", "campaign.production=[{system: thaad-battery, per_year: 12, "
                "replacement_usd: 15500000}]")  # fmt: skip
    fired, cost = found["total"]["fired"]["thaad-battery"]["mean"], found["cost_usd"]
    price = cost["prices"]["thaad-battery"]["round_usd"]
    assert cost["marginal"]["mean"] == pytest.approx(fired * price)
    assert cost["replacement"]["mean"] == pytest.approx(fired * 15.5e6)
    assert cost["procurement"] == cost["prices"]["thaad-battery"]["battery_usd"]
    assert found["production"]["thaad-battery"]["years"]["mean"] == pytest.approx(fired / 12)
    assert found["crew"]["thaad-battery"]["people"] == 95


def test_june_is_twelve_raids_and_the_emirates_are_eight():
    for name, raids, launched in (("june-2025", 12, 550.0), ("uae-2026", 8, 262.0)):
        found = run(name, trials=16)
        assert len(found["raids"]) == raids
        assert found["total"]["launched"]["mean"] == pytest.approx(launched, rel=0.05)
        days = [w["day"] for w in found["raids"]]
        assert days == sorted(days)


def test_any_number_of_threads_and_any_interruption_give_the_same(tmp_path):
    found = run("tutorial", *TWICE, trials=100, threads=1)
    assert run("tutorial", *TWICE, trials=100, threads=2) == found

    def stop(done, total, rate_per_s):
        if done == 2:
            raise KeyboardInterrupt

    folder = tmp_path / "c"
    with pytest.raises(Interrupted):
        run("tutorial", *TWICE, trials=100, threads=1, progress=stop, where=pieces.Where(folder))
    again = run("tutorial", *TWICE, trials=100, where=pieces.Where(folder, resume=True))
    assert {**again, "folder": None} == found


def test_raids_that_are_close_come_together(october):
    loaded = load("june-2025").scenario.campaign
    job = plain(trip.prepare("june-2025"))
    assert len(waves_of(job, loaded)) == 12
    wide = loaded.model_copy(update={"gap": 20 * DAY_S})
    (one,) = waves_of(job, wide)
    assert len(one.raids) == 12
    assert len(waves_of(october, Campaign(repeat=Repeat(times=4, every="1 d")))) == 4


def test_deliveries_stop_when_they_are_to():
    supply = "{system: thaad-battery, rounds: {low: 4, high: 8}, first: 1 d, every: 2 d}"
    supply = supply.replace("2 d}", "2 d, deliveries: 3}")
    asked = load("tutorial", (f"campaign.supplies=[{supply}]",)).scenario.campaign
    job = plain(trip.prepare("tutorial"))
    times = [d.at_s / DAY_S for d in deliveries_of(job, asked, 30 * DAY_S)]
    assert times == [1.0, 3.0, 5.0]
    assert [d.at_s / DAY_S for d in deliveries_of(job, asked, 4 * DAY_S)] == [1.0, 3.0]


def test_depletion_counts_the_first_raid_after_which_nothing_is_left():
    waves = [Wave(k, k * DAY_S, (), ()) for k in range(3)]
    left = np.array([[5.0, 0.0, 0.0], [5.0, 3.0, 1.0], [0.0, 0.0, 0.0], [4.0, 2.0, 0.0]])
    found = depletion(left, waves, 2)
    assert found["share"]["mean"] == 0.75
    assert found["day"] == {"p05": 0.0, "p50": 1.0, "p95": None}


def test_rounds_are_shared_evenly():
    assert list(_evenly(7, 3)) == [3, 2, 2]
    assert list(_evenly(0, 2)) == [0, 0]


def test_bad_campaigns_are_named_with_place_and_cure():
    sets = (
        "campaign.gap=-1 h",
        "campaign.supplies=[{system: arrow-3-battery, rounds: 8}, {system: thaad-battery}]",
        "campaign.production=[{system: thaad-battery, per_year: -2}]",
    )
    with pytest.raises(InputError) as caught:
        run("tutorial", *sets)
    assert sorted(p.code for p in caught.value.problems) == [
        "missing-key", "negative", "negative", "unknown-id",
    ]  # fmt: skip
    assert all(p.path.startswith("campaign.") for p in caught.value.problems)
    with pytest.raises(InputError):
        run("tutorial", *repeated(2, "7 parsecs"))
    with pytest.raises(InputError, match="at most 1000"):
        run("june-2025", *repeated(100, "7 d"))
