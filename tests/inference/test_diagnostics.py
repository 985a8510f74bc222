"""Evidence that cannot be: named with place and cure, everything at once, nothing run."""

from __future__ import annotations

import json

import pytest

from keepout.cli import answer
from keepout.errors import InputError, RunError
from keepout.inference import reading, study
from tests.inference.conftest import HEAD, MODEL, given

AIMED = (
    "model: {launched: 100, failed: 0, leak: 0.5, aims: {nevatim: 1, tel-nof: 1}, "
    "not_engaged: {low: 0, high: 0.5}}\n"
)

BAD = [
    ("more than launched", MODEL, "quantity: arrived.total, reports: [{value: 120}]",
     "impossible", "more than the 100 launched"),
    ("added up", AIMED,
     ("quantity: arrived.by_asset.nevatim, reports: [{value: 70}]}\n"
      "  - {name: b, quantity: arrived.by_asset.tel-nof, reports: [{value: 40}]"),
     "impossible", "add up to 110"),
    ("unknown asset", AIMED, "quantity: arrived.by_asset.nevatin, reports: [{value: 3}]",
     "unknown-asset", "nevatin"),
    ("unknown quantity", MODEL, "quantity: arived.total, reports: [{value: 3}]",
     "unknown-quantity", "arived.total"),
    ("share above one", MODEL, "rate: [launched], reports: [{value: 86}]",
     "probability", "above 1"),
    ("trust above one", MODEL, "quantity: arrived.total, reports: [{value: 3, trust: 90}]",
     "probability", "0 to 1"),
    ("detection above one", MODEL,
     "quantity: arrived.total, detected: {low: 0.5, high: 1.5}, reports: [{value: 3}]",
     "probability", "0 to 1"),
    ("contradiction", MODEL, "quantity: arrived.total, reports: [{value: 32}, {value: 20}]",
     "contradiction", "read the same count"),
    ("both kinds", MODEL, "reports: [{value: 32}]", "missing-key", "quantity or of a rate"),
    ("no figure", MODEL, "quantity: arrived.total, reports: [{says: about}]",
     "missing-key", "needs a value"),
    ("order", MODEL, "quantity: arrived.total, reports: [{says: between, low: 9, high: 3}]",
     "order", "more than high"),
    ("half a missile", MODEL, "quantity: arrived.total, reports: [{value: 3.5}]",
     "number", "whole"),
    ("no crater", AIMED,
     "quantity: arrived.by_asset.nevatim, marks: 0.5, reports: [{value: 3}]",
     "range", "at the least"),
    ("unknown source", MODEL,
     "quantity: arrived.total, reports: [{value: 3, source: eveleth-2042}]",
     "unknown-source", "eveleth-2042"),
    ("unknown key", MODEL, "quantity: arrived.total, seen: 0.5, reports: [{value: 3}]",
     "unknown-key", "seen"),
]  # fmt: skip


@pytest.mark.parametrize("model, text, code, words", [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_cannot_be_is_named_with_its_place(model, text, code, words):
    with pytest.raises(InputError) as caught:
        given(f"observations:\n  - {{name: a, {text}}}\n", model)
    problem = next(p for p in caught.value.problems if p.code == code)
    assert words in problem.message
    assert problem.file == "test.yaml"
    assert problem.line >= 3
    assert problem.path.startswith("observations[")


def test_the_near_miss_is_offered():
    with pytest.raises(InputError) as caught:
        given("observations:\n  - {name: a, quantity: arrived.by_asset.nevatin, "
              "reports: [{value: 3}]}\n", AIMED)  # fmt: skip
    assert "nevatim" in caught.value.problems[0].help


def test_arrivals_at_an_asset_cannot_be_more_than_all_arrivals():
    text = """observations:
  - {name: all, quantity: arrived.total, reports: [{value: 10, says: at-most}]}
  - {name: one, quantity: arrived.by_asset.nevatim, reports: [{value: 32}]}
"""
    with pytest.raises(InputError) as caught:
        given(text, AIMED)
    assert caught.value.problems[0].code == "contradiction"
    assert caught.value.problems[0].line == 6


def test_every_fault_is_told_at_once():
    text = """observations:
  - {name: a, quantity: arrived.total, reports: [{value: 3.5, trust: 2}]}
  - {name: a, rate: [launched], reports: [{value: 86}]}
stories: [{name: x, when: {nonsense: {low: 1}}}]
"""
    with pytest.raises(InputError) as caught:
        given(text)
    assert {p.code for p in caught.value.problems} >= {"probability", "number", "duplicate-name"}


def test_a_story_about_nothing_is_refused():
    text = """observations: [{name: a, quantity: arrived.total, reports: [{value: 3}]}]
stories: [{name: x, when: {leek: {low: 0.5}}}]
over: [failled]
"""
    with pytest.raises(InputError) as caught:
        given(text)
    assert [p.code for p in caught.value.problems] == ["unknown-name"] * 2
    assert "leak" in caught.value.problems[0].help


def test_evidence_that_no_state_agrees_with_says_which():
    model = "model: {launched: 100, failed: 0, leak: {low: 0, high: 0.1}}\n"
    text = "observations: [{name: a, quantity: arrived.total, reports: [{value: 90}]}]\n"
    with pytest.raises(RunError, match=r"agrees with a \(arrived.total runs from 0 to"):
        study.infer(study.Question(given(text, model), states=1000))


def test_evidence_against_a_scenario_is_checked_before_a_trial_is_run(known_scenario, capsys):
    path = known_scenario.with_name("evidence.yaml")
    path.write_text(
        f"{HEAD}scenario: '{known_scenario}'\nobservations:\n"
        "  - {name: a, quantity: arrived.by_asset.tel-nof, reports: [{value: 3}]}\n"
        "  - {name: b, quantity: launched, reports: [{value: 13}]}\n"
    )
    assert answer(["infer", str(path), "--json"]) == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [(e["code"], e["line"]) for e in errors] == [("unknown-asset", 5), ("impossible", 6)]
    assert all(e["help"] for e in errors)


def test_unknown_evidence_names_what_ships(capsys):
    assert answer(["infer", "october-2042", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["errors"][0]
    assert "october-2024" in error["help"]


@pytest.mark.parametrize("name", reading.shipped())
def test_shipped_evidence_has_no_fault(name):
    assert reading.read(name).evidence.name == name
