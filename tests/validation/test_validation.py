"""The frame of the checks against what was published."""

from __future__ import annotations

import json

import pytest

from keepout import cli, validation
from keepout.validation.check import MODEL, NUMERICAL, Check, found, missing

ROW = {
    "case": "x", "quantity": "height", "unit": "m", "published": 10.0, "computed": 10.5,
    "tolerance": 1.0, "why": "rounded", "kind": MODEL, "source": "a book, p. 1", "grade": "A",
}  # fmt: skip


@pytest.mark.parametrize(
    "changed, status, broken",
    [
        ({}, "agrees", False),
        ({"computed": 11.5}, "misses", False),
        ({"computed": 11.5, "kind": NUMERICAL}, "misses", True),
        ({"computed": float("nan"), "kind": NUMERICAL}, "misses", True),
        ({"computed": None, "kind": NUMERICAL}, "not run", False),
        ({"published": "possible", "computed": "possible"}, "agrees", False),
        ({"published": "possible", "computed": "impossible"}, "misses", False),
    ],
)
def test_status(changed, status, broken):
    row = Check(**(ROW | changed))
    assert (row.status, row.broken) == (status, broken)
    assert row.as_dict()["status"] == status


def test_data_that_is_not_here_is_named(tmp_path):
    assert found(None, "a/b.csv") is None
    assert found(tmp_path, "a/b.csv") is None
    assert "KEEPOUT_DATA is not set" in missing(None, "a/b.csv")
    assert "a/b.csv is not in the folder" in missing(tmp_path, "a/b.csv")
    (tmp_path / "b.csv").touch()
    assert found(tmp_path, "b.csv") == tmp_path / "b.csv"


@pytest.mark.parametrize("module", validation.CASES)
def test_a_case_is_whole_and_holds_numerically(module):
    case = validation.case(module)
    assert case.TITLE
    assert len(case.__doc__) > 100
    rows = case.checks(None)
    assert rows
    for row in rows:
        assert row.case == validation.name_of(module)
        assert row.kind in (NUMERICAL, MODEL)
        assert row.grade in ("A", "B", "C", "D")
        assert row.source
        assert row.why
        assert not row.broken, row
        assert row.status == "agrees" or row.note, row
    assert len({row.quantity for row in rows}) == len(rows)


def test_the_verb(capsys, monkeypatch):
    monkeypatch.delenv("KEEPOUT_DATA", raising=False)
    assert cli.answer(["validate", "--only", "minimum-energy", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["case"] for row in told["checks"]} == {"minimum-energy"}
    assert told["count"]["agrees"] == len(told["checks"])
    assert cli.answer(["validate", "--only", "minimum-energy"]) == 0
    assert "Minimum-energy flights" in capsys.readouterr().out
    assert cli.answer(["validate", "--only", "moon"]) == 2
    assert "minimum-energy" in capsys.readouterr().err


def test_a_numerical_miss_fails_and_a_miss_of_the_model_does_not(capsys, monkeypatch):
    case = validation.case("minimum_energy")
    for kind, status in ((NUMERICAL, 1), (MODEL, 0)):
        wrong = Check(**(ROW | {"computed": 20.0, "kind": kind, "note": "on purpose"}))
        monkeypatch.setattr(case, "checks", lambda data, wrong=wrong: [wrong])
        assert cli.answer(["validate", "--only", "minimum-energy"]) == status
        assert "on purpose" in capsys.readouterr().out
