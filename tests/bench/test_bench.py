"""The frame of ``keepout bench``: rows, turns, history. Nothing here asserts a speed."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from keepout import cli
from keepout.bench import history, table
from keepout.bench.row import KEYS, compared
from keepout.bench.timing import Timing, interleaved
from keepout.errors import InputError

FAKE = {
    "tiny": table.Entry("raid", "tests.bench.fake_row"),
    "lonely": table.Entry("raid", "tests.bench.fake_row"),
    "later": table.Entry("flight", ""),
}
NAMES = {  # the contract
    "flight": ["flight-scipy", "flight-heyoka", "flight-diffrax"],
    "tracking": [
        "ekf-stonesoup",
        "ekf-filterpy",
        "ukf-stonesoup",
        "gnn-stonesoup",
        "jpda-stonesoup",
    ],
    "assignment": ["assignment-highs"],
    "raid": ["raid-simpy", "raid-physics"],
    "threads": ["two-threads", "gpu"],
}


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(table.measure, "__defaults__", (None, 10, FAKE, lambda _: None))


def answered(capsys, *arguments):
    status = cli.answer(["bench", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_the_names_are_those_of_the_contract():
    assert tuple(NAMES) == table.PARTS
    for part, names in NAMES.items():
        assert table.names_of(part) == names


def test_every_module_of_the_table_is_there():
    for name, entry in table.ROWS.items():
        assert entry.part in table.PARTS
        if entry.module:
            assert callable(importlib.import_module(entry.module).rows), name


def test_a_row_has_every_key_and_a_ratio_above_1_where_we_are_faster():
    timing = Timing([2e-3, 1e-3, 3e-3], [5e-2, 6e-2, 4e-2])
    row = compared("x", "us", timing, scale=1e6, peer="p", agreement="equal", notes="n")
    assert set(KEYS) <= row.keys()
    assert (row["value"], row["peer_value"]) == pytest.approx((1000.0, 40_000.0))
    assert row["ratio"] == pytest.approx(40.0)
    assert row["median_ratio"] == pytest.approx(25.0)
    assert row["spread"] == pytest.approx(1.0)


def test_a_rate_is_the_other_way_up():
    timing = Timing([0.5], [2.0])
    row = compared("x", "trials/s", timing, scale=100.0, peer="p", agreement="")
    assert (row["value"], row["peer_value"], row["ratio"]) == pytest.approx((200.0, 50.0, 4.0))


def test_ours_and_theirs_take_turns():
    order = []
    interleaved(lambda: order.append("A"), lambda: order.append("B"), 4, warm_up=1, shortest_s=0.0)
    assert "".join(order) == "AB" + "ABBAABBA"


def test_a_short_call_is_repeated_within_a_timing():
    clock = iter(x * 1e-3 for x in range(1000))
    calls = []
    timing = interleaved(
        lambda: calls.append(1), None, 3, clock=lambda: next(clock), warm_up=1, shortest_s=5e-3
    )
    assert len(calls) == 1 + 3 * 5
    assert timing.ours_s == pytest.approx([2e-4] * 3)
    assert timing.theirs_s == []


def test_json(capsys, fake):
    status, out, _ = answered(capsys, "--json", "--pairs", "3")
    rows = json.loads(out)["rows"]
    assert status == 0
    assert [row["name"] for row in rows] == ["tiny", "lonely", "later"]
    assert all(set(KEYS) <= row.keys() for row in rows)
    assert rows[0]["pairs"] == 3
    assert rows[0]["ratio"] == pytest.approx(rows[0]["peer_value"] / rows[0]["value"])
    assert rows[1]["ratio"] is None
    assert "not installed" in rows[1]["notes"]
    assert rows[2]["value"] is None


def test_text_and_part(capsys, fake):
    status, out, _ = answered(capsys, "--only", "raid", "--pairs", "2")
    assert status == 0
    assert "tiny" in out
    assert "later" not in out
    assert "load average" in out


def test_a_module_that_gives_other_rows_is_found_out():
    wrong = {"other": table.Entry("raid", "tests.bench.fake_row")}
    with pytest.raises(ValueError, match="expects"):
        table.measure(None, 1, wrong)


def test_the_history_grows(capsys, fake, tmp_path):
    path = tmp_path / "history.json"
    for n in (1, 2):
        assert answered(capsys, "--pairs", "1", "--record", str(path))[0] == 0
        records = history.read(path)
        assert len(records) == n
    assert [row["name"] for row in records[0]["rows"]] == ["tiny", "lonely", "later"]
    assert records[1]["machine"]["python"]


@pytest.mark.parametrize("text", ["", "[]", '{"records": [{"rows": [{}]}]}', '{"records": [1]}'])
def test_a_file_that_is_no_history_is_refused_before_anything_is_measured(
    capsys, monkeypatch, tmp_path, text
):
    monkeypatch.setattr(table, "measure", lambda *_: pytest.fail("it was measured"))
    path = tmp_path / "notes.json"
    path.write_text(text)
    status, out, err = answered(capsys, "--record", str(path))
    assert (status, out) == (2, "")
    assert "not a history" in err
    assert path.read_text() == text


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        history.read(tmp_path / "nowhere" / "history.json")


@pytest.mark.parametrize("arguments", [["--only", "weather"], ["--pairs", "0"]])
def test_bad_arguments(capsys, arguments):
    assert answered(capsys, *arguments)[0] == 2


def test_the_committed_history_can_be_read():
    root = Path(__file__).resolve().parents[2]
    assert isinstance(history.read(root / "docs" / "benchmarks.json"), list)
