"""``keepout assign``: the file, the answer, and what is wrong with a file."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keepout.cli import answer
from keepout.errors import InputError
from keepout.studies.assignment import instance

GOOD = ["2 2 1", "10", "4.5", "0 0 0.5", "0 1 0.9", "1 0 0.8", "1 1 0"]


def wrong(tmp_path: Path, lines: list[str] | bytes) -> list[tuple[str, int]]:
    """Code and line of everything that is wrong with a file."""
    path = tmp_path / "wta.txt"
    path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
    with pytest.raises(InputError) as told:
        instance.read(path)
    assert all(problem.help for problem in told.value.problems if problem.code != "more")
    return [(problem.code, problem.line) for problem in told.value.problems]


def test_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wta.txt"
    path.write_text("\n".join(GOOD))
    assert answer(["assign", str(path), "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(data) == ["value", "bound", "gap", "proven", "seconds", "assignment", "limit"]
    assert data["value"] == pytest.approx(10 * 0.2 + 4.5 * 0.1)
    assert data["proven"] is True
    assert data["limit"] is None
    assert data["assignment"] == [[0, 1, 1], [1, 0, 1]]
    assert answer(["assign", str(path)]) == 0
    assert "proven" in capsys.readouterr().out


def test_pairs_may_come_in_any_order_and_lines_may_be_empty(tmp_path: Path) -> None:
    path = tmp_path / "wta.txt"
    path.write_text("\r\n".join([*GOOD[:3], "", *reversed(GOOD[3:]), ""]))
    read = instance.read(path)
    assert read.kill.tolist() == [[0.5, 0.8], [0.9, 0.0]]
    assert read.value.tolist() == [10.0, 4.5]
    assert read.rounds.tolist() == [1, 1]


@pytest.mark.parametrize(
    "change, found",
    [
        ({0: "2 2"}, [("head", 1)]),
        ({0: "2 0 1"}, [("head", 1)]),
        ({0: "2 2 1.5"}, [("head", 1)]),
        ({0: "nan 2 1"}, [("head", 1)]),
        ({0: "99999 99999 1"}, [("size", 1)]),
        ({0: "2 2 9999999"}, [("size", 1)]),
        ({1: "-1"}, [("value", 2)]),
        ({1: "inf"}, [("value", 2)]),
        ({1: "ten", 2: "1 2"}, [("value", 2), ("value", 3)]),
        ({3: "0 0 1.5", 5: "1 0 nan"}, [("probability", 4), ("probability", 6)]),
        ({3: "0 0 -0.1"}, [("probability", 4)]),
        ({6: "1 0 0.3"}, [("duplicate", 7), ("missing", 7)]),
        ({6: "2 1 0"}, [("index", 7), ("missing", 7)]),
        ({6: "1 x 0"}, [("index", 7), ("missing", 7)]),
        ({6: "1 1"}, [("pair", 7), ("missing", 7)]),
        ({0: "2 3 1"}, [("value", 4), ("missing", 7)]),
        ({0: "3 2 1"}, [("missing", 7)]),
        ({0: "1 2 1"}, [("index", 6), ("index", 7)]),
        ({0: "2 90 1"}, [("value", k) for k in (4, 5, 6, 7)] + [("count", 7)]),
        ({1: "-1", 3: "0 0 7", 6: "1 0 0.3"},
         [("value", 2), ("probability", 4), ("duplicate", 7), ("missing", 7)]),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_told_at_once(tmp_path, change, found) -> None:
    assert wrong(tmp_path, [change.get(k, line) for k, line in enumerate(GOOD)]) == found


@pytest.mark.parametrize("text", [b"", b" \n\n", b"\x00\x01\x02", b"\xff\xfe\x80 2", b"2 2 1\0"])
def test_what_is_no_text(tmp_path, text) -> None:
    assert wrong(tmp_path, text) == [("file", 0)]


def test_a_thousand_faults_are_not_all_told(tmp_path) -> None:
    lines = ["1 1000 1", *["-1"] * 1000, *[f"0 {k} 0.5" for k in range(1000)]]
    found = wrong(tmp_path, lines)
    assert len(found) == instance.MOST_TOLD + 1
    assert found[-1][0] == "more"


def test_exit_status_of_bad_input(tmp_path, capsys) -> None:
    path = tmp_path / "wta.txt"
    path.write_text("2 2 1\n1\n")
    assert answer(["assign", str(path), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["file"] == str(path)
    assert answer(["assign", str(tmp_path / "none.txt")]) == 2
    assert answer(["assign", str(tmp_path)]) == 2
    path.write_text("\n".join(GOOD))
    for limit in ("0 s", "-1 s", "2 km", "soon"):
        assert answer(["assign", str(path), "--time-limit", limit]) == 2


def test_ctrl_c_prints_what_is_known(tmp_path, start_keepout) -> None:
    """An instance that would take minutes; standard output is one JSON object all the same."""
    some = np.random.default_rng(0)
    lines = ["150 300 4", *map(str, some.integers(1, 100, 300))]
    lines += [f"{i} {j} {some.uniform():.6f}" for i in range(150) for j in range(300)]
    path = tmp_path / "wta.txt"
    path.write_text("\n".join(lines))
    instance.read(path)
    with start_keepout("assign", path, "--json", real=True) as process:
        time.sleep(4.0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=200)
    if process.returncode == 0:
        pytest.skip("this machine proved it before it could be interrupted")
    assert process.returncode == 130
    data = json.loads(out)
    assert not data["proven"]
    assert 0.0 <= data["bound"] < data["value"]
    assert "interrupted" in data["limit"]
    assert "interrupted" in err
