"""Regions of the prior: a part of a quantile table, mixtures of stories, and the split."""

from __future__ import annotations

import numpy as np
import pytest

import keepout as ko
from keepout import trip
from keepout.errors import InputError
from keepout.records.parameter import QUANTILES
from keepout.studies import attribution, prior, stories
from keepout.studies.compare_by import Sides, compare_scenarios, stories_of
from keepout.studies.study_file import Region, Story

SETTINGS = trip.Settings(trials=64, seed=7, store=False)


@pytest.fixture(scope="module")
def sides():
    return Sides(("october-2024", "october-2024-thaad"), SETTINGS)


@pytest.fixture(scope="module")
def found(sides):
    return compare_scenarios(sides, ("story",), stories_of(None))


def test_a_part_of_a_table_is_the_distribution_between_two_quantiles():
    table = np.linspace(0.0, 1.0, QUANTILES) ** 2  # quantile function u^2
    half = prior.part_of(table, 0.5, 1.0)
    u = np.linspace(0.0, 1.0, QUANTILES)
    assert half == pytest.approx((0.5 + 0.5 * u) ** 2, abs=1e-5)  # linear between its points
    assert np.array_equal(prior.part_of(table, 0.0, 1.0), table)


def test_a_fixed_parameter_gives_the_rows_of_a_run_in_which_it_is_set(sides):
    """Pinning a row of the Case and ``--set`` are two ways to the same trials."""
    job = sides.prepare(1)
    pinned = prior.in_region(job, {}, {"thaad-interceptor.sspk": 0.6})
    written = trip.prepare("october-2024-thaad", sets=("catalogue.thaad-interceptor.sspk=0.6",))
    rows = [np.zeros((6, len(job.layout.columns())), np.int32) for _ in range(2)]
    for made, out in zip((pinned, written), rows, strict=True):
        made.work(7, 0, 6, out)
    assert np.array_equal(*rows)
    assert not np.array_equal(rows[0], _rows(job))


def _rows(job):
    out = np.zeros((6, len(job.layout.columns())), np.int32)
    job.work(7, 0, 6, out)
    return out


def test_stories_say_when_the_battery_adds_nothing(found):
    told = found["by_story"]
    assert [story["name"] for story in told["stories"]] == [
        "shots-missed", "left-on-purpose", "ran-out",
    ]  # fmt: skip
    assert sum(story["weight"] for story in told["stories"]) == pytest.approx(1.0)
    left = next(s for s in told["extremes"] if s["name"] == "everything-left")
    assert left["arrived"]["mean"] == left["arrived"]["mc_se"] == 0.0  # nobody shoots: exactly
    assert any("left on purpose" in words for words in told["adds_nothing_if"])
    effects = {s["name"]: s["arrived"]["mean"] for s in told["stories"]}
    assert effects["left-on-purpose"] > effects["shots-missed"]  # it helps least there


def test_the_mixture_is_the_weighted_mean_of_the_stories(found):
    told = found["by_story"]
    mean = sum(s["weight"] * s["arrived"]["mean"] for s in told["stories"])
    assert told["mixed"]["mean"] == pytest.approx(mean)


def test_weighted_quantiles_are_those_of_the_mixture():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0.0, 1.0, 200), rng.normal(8.0, 1.0, 50)
    mixed = stories.mixed([(0.5, a, 2), (0.5, b, 2)])
    assert mixed["mean"] == pytest.approx(0.5 * a.mean() + 0.5 * b.mean())
    assert mixed["p05"] == pytest.approx(np.quantile(a, 0.10, method="inverted_cdf"))
    assert mixed["p95"] == pytest.approx(np.quantile(b, 0.90, method="inverted_cdf"))


def test_the_split_adds_up(found):
    split = found["split"]
    assert split["systems"] == ["thaad-battery"]
    assert split["both"] == found["difference"]["arrived"]
    parts = split["radar"]["mean"] + split["interceptors"]["mean"] + split["together"]["mean"]
    assert split["both"]["mean"] == pytest.approx(parts)


def test_the_split_is_that_of_the_shipped_variants(sides, found):
    """Radar only and interceptors only also ship as scenarios of their own."""
    a = sides.run(sides.prepare(0))
    for part, name in (("radar", "radar"), ("interceptors", "interceptors")):
        b = trip.run_job(stories.plain(trip.prepare(f"october-2024-thaad-{name}")), SETTINGS)
        less = [r.outcomes[:, r.layout.columns().index("arrived")] for r in (a, b)]
        assert found["split"][part]["mean"] == pytest.approx(float(np.mean(less[1] - less[0])))


def test_a_parameter_that_is_nowhere_is_named():
    region = Story(name="typo", title="typo", within={"arow-3.sspk": (0.0, 0.5)})
    sides = Sides(("tutorial", "tutorial"), SETTINGS)
    with pytest.raises(InputError) as caught:
        compare_scenarios(sides, ("story",), [region])
    (problem,) = caught.value.problems
    assert problem.code == "unknown-name"
    assert "arow-3.sspk" in problem.message


def test_a_value_that_does_not_fit_is_named(sides):
    region = Region(fixed={"arrow-3-battery.launch_interval": 5})
    with pytest.raises(ValueError, match="quantity with its unit"):
        stories.fixed_si(region, sides.prepare(0))
    fits = Region(fixed={"arrow-3-battery.launch_interval": "5 s"})
    assert list(stories.fixed_si(fits, sides.prepare(0)).values()) == [5.0]


def test_shapley_values_add_up_and_treat_equals_alike():
    """A glove game: one left glove against two right ones; the known values are 4/6, 1/6, 1/6."""

    def value(coalition):
        return np.full(3, float("left" in coalition and bool(coalition & {"r1", "r2"})))

    found = attribution.shapley(["left", "r1", "r2"], value)
    assert [float(v[0]) for v in found.values()] == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    assert sum(found.values()) == pytest.approx(np.ones(3))


def test_attribution_adds_up_to_the_whole_defence():
    settings = trip.Settings(trials=32, seed=7, store=False)
    found = attribution.attribution(
        lambda sets: stories.plain(trip.prepare("october-2024", sets=sets)),
        lambda job: trip.run_job(job, settings),
    )
    assert found["runs"] == 16
    shares = sum(each["shapley"]["mean"] for each in found["systems"].values())
    assert shares == pytest.approx(found["whole"]["mean"])
    assert found["whole"]["mean"] == pytest.approx(
        found["defended"]["mean"] - found["undefended"]["mean"]
    )
    assert found["whole"]["mean"] < -20


def test_a_story_about_what_is_not_drawn_is_left_out():
    """Nothing is left on purpose in the tutorial, and nobody doubts its magazine."""
    sides = Sides(("tutorial", "tutorial"), SETTINGS)
    told = compare_scenarios(sides, ("story",), stories_of(None))["by_story"]
    assert [story["name"] for story in told["stories"]] == ["shots-missed"]
    assert "base left on purpose" in told["left_out"]
    assert told["adds_nothing_if"] == []  # A against A: nothing is added anyway


def test_a_study_without_stories_is_refused():
    with pytest.raises(InputError, match="no stories"):
        stories_of("raid-size")


def test_python_compares_two_scenarios_by_story():
    found = ko.compare("tutorial", "tutorial", trials=16, by=["story"])
    assert [s["name"] for s in found.numbers["by_story"]["stories"]] == ["shots-missed"]
    for wrong in (["moon"], "story"):
        with pytest.raises(InputError, match="by is"):
            ko.compare("tutorial", "tutorial", trials=16, by=wrong)
