"""Verdicts: every combination once, what turns them, and what may not be chosen."""

from __future__ import annotations

import pytest

from keepout import trip
from keepout.errors import InputError
from keepout.results.metrics import summary
from keepout.studies import multiverse as verdicts
from keepout.studies import pieces
from keepout.studies.study_file import Claim
from keepout.studies.study_load import load_study, load_study_text, shipped_studies

TEXT = """schema: keepout/study/1
name: small
scenario: tutorial
trials: 60
seed: 7
multiverse:
  claim: {says: Fewer than two arrive., number: arrived.total, of: scenario, is: below, than: 2}
  choices:
    - name: rule
      options: [{name: salvo}, {name: single, set: {batteries.north-1.doctrine.rule: single}}]
    - name: kill
      options:
        - {name: prior}
        - {name: sure, fixed: {thaad-interceptor.sspk: 1}}
        - {name: none, fixed: {thaad-interceptor.sspk: 0}}
"""


def run(text=TEXT, **how):
    loaded = load_study_text(text, "m.yaml", "multiverse")
    return verdicts.multiverse(loaded, pieces.Where(keep=False), pieces.How(**how))


@pytest.fixture(scope="module")
def found():
    return run(threads=1)


def test_every_combination_is_run_once_and_alike_for_any_threads(found):
    names = [tuple(u["choices"].values()) for u in found["universes"]]
    assert len(names) == len(set(names)) == 6
    assert names[0] == ("salvo", "prior")
    assert run(threads=2) == found


def test_a_universe_is_the_run_with_its_settings(found):
    sets = ("batteries.north-1.doctrine.rule=single", "batteries.north-1.kill.sspk=1")
    job = trip.prepare("tutorial", sets=sets)
    whole = summary(trip.run_job(job, trip.Settings(trials=60, seed=7, store=False)))
    (one,) = [u for u in found["universes"] if tuple(u["choices"].values()) == ("single", "sure")]
    assert one["value"] == whole["arrived"]["total"]


def test_the_choice_that_decides_is_the_one_that_flips(found):
    by = {each["choice"]: each for each in found["by_choice"]}
    assert by["kill"]["options"]["none"]["holds"] == 0.0
    assert by["kill"]["options"]["sure"]["holds"] == 1.0
    assert by["kill"]["flips"] >= 1 / 3
    assert by["rule"]["flips"] < by["kill"]["flips"]
    assert sum(found["share"].values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "mean, mc_se, verdict",
    [(1.0, 0.1, "holds"), (3.0, 0.1, "fails"), (1.9, 0.1, "undecided"), (2.0, 0.0, "undecided")],
)
def test_a_mean_too_close_to_the_limit_is_left_open(mean, mc_se, verdict):
    claim = Claim.model_validate({"says": "", "number": "x", "is": "below", "than": 2})
    assert verdicts.verdict(claim, {"mean": mean, "mc_se": mc_se}) == verdict


def test_flips_of_an_exclusive_or_are_all_of_its_pairs():
    def universe(a, b):
        return {"choices": {"a": a, "b": b}, "verdict": "holds" if a != b else "fails",
                "value": {"mean": 0.0}}  # fmt: skip

    every = [universe(a, b) for a in "xy" for b in "xy"]
    assert [c["flips"] for c in verdicts.by_choice(every, ["a", "b"])] == [1.0, 1.0]


def test_bad_choices_are_named_all_at_once():
    text = """schema: keepout/study/1
name: bad
scenario: tutorial
multiverse:
  claim: {says: "", number: arrived.total, is: below, than: 2}
  choices:
    - name: one
      options: [{name: only}]
    - name: loft
      options: [{name: a, set: {raids.north.spacing: 10 s}}, {name: a, within: {x: [1, 0]}}]
"""
    with pytest.raises(InputError) as caught:
        run(text)
    codes = [p.code for p in caught.value.problems]
    assert sorted(codes) == ["attacker", "choice", "missing-key", "order", "twice"]
    assert all(p.line for p in caught.value.problems)


def test_parameters_of_the_attacker_are_no_choice():
    text = TEXT.replace("fixed: {thaad-interceptor.sspk: 0}", 'within: {"raid.north.*": [0, 1]}')
    with pytest.raises(InputError) as caught:
        run(text)
    assert {p.code for p in caught.value.problems} == {"attacker"}


@pytest.mark.parametrize("name", shipped_studies())
def test_shipped_studies_have_no_faults(name):
    study = load_study(name).study
    assert study.name == name
    assert study.title or study.question
