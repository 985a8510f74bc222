"""``keepout compare`` in its folder: kept, killed, stopped, resumed, refused."""

from __future__ import annotations

import json
import random
import signal
import time

import pytest

from keepout import cli

PAIR = ("tutorial", "smaller.yaml")
PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A scenario beside the tutorial: one battery fewer rounds, and a raid of the same missiles."""
    from keepout.scenario.load import read

    made = tmp_path_factory.mktemp("compare")
    text = read("tutorial").text.replace("rule: salvo-2", "rule: single")
    (made / "smaller.yaml").write_text(text, "utf-8")
    return made


def answer(text: str) -> dict:
    return {key: value for key, value in json.loads(text).items() if key != "folder"}


def parts(kept) -> int:
    return len(list(kept.glob("runs/*/parts/*"))) + len(list(kept.glob("pieces/*")))


def stopped_once(start, kept, line, how: int, chance: random.Random) -> tuple[int, str]:
    """Start a comparison and end it once it has kept something more."""
    before = parts(kept)
    with start(*line, "--resume", real=True, cwd=kept.parent) as process:
        end_s = time.monotonic() + PATIENCE_S
        while parts(kept) <= before and process.poll() is None:
            assert time.monotonic() < end_s
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.2))
        process.send_signal(how)
        out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out + err


def test_killed_and_stopped_it_goes_on_to_the_same_json(folder, keepout, start_keepout):
    line = ["compare", *PAIR, "--trials", "3000", "--json", "-o"]
    status, whole, err = keepout(*line, "whole", real=True, cwd=folder)
    assert status == 0, err
    kept, chance = folder / "again.partial", random.Random(3)
    for how in (signal.SIGKILL, signal.SIGINT):
        status, said = stopped_once(start_keepout, kept, [*line, "again"], how, chance)
        assert status in (0, -9, 130), said
        if status == 130:
            assert "keepout compare tutorial smaller.yaml --trials 3000 --json -o again" in said
            assert "--resume" in said
    status, resumed, err = keepout(*line, "again", "--resume", real=True, cwd=folder)
    assert status == 0, err
    assert answer(resumed) == answer(whole)
    status, printed, _ = keepout(*line, "again", "--resume", real=True, cwd=folder)
    assert (status, printed) == (0, resumed)
    names = {path.name for path in (folder / "again").iterdir()}
    assert names == {"a.yaml", "b.yaml", "page.html", "pieces", "result.json", "study.json"}


@pytest.mark.parametrize("other", [("--trials", "41"), ("--seed", "1"), ("--by", "none")])
def test_another_comparison_in_the_folder_is_refused(folder, other, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    line = ["compare", *PAIR, "--trials", "40", "-o", "mine", "--resume"]
    assert cli.answer(line) == 0
    assert cli.answer([*line, *other]) == 1
    assert "is another study" in capsys.readouterr().err
    assert cli.answer(line[:-1]) == 1  # there, and not resumed


def test_two_stored_runs_leave_nothing_unless_a_folder_is_named(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    for name, scenario in zip(("runs/one", "runs/two"), PAIR):
        assert cli.answer(["run", scenario, "--trials", "20", "-o", name]) == 0
    before = {path for path in folder.rglob("*") if "runs" not in path.parts}
    assert cli.answer(["compare", "runs/one", "runs/two", "--json"]) == 0
    assert {path for path in folder.rglob("*") if "runs" not in path.parts} == before
    found = capsys.readouterr().out
    assert cli.answer(["compare", "runs/one", "runs/two", "--json", "-o", "two"]) == 0
    assert (
        answer(capsys.readouterr().out)["difference"]
        == answer(found[found.index("{") :])["difference"]
    )
    assert (folder / "two" / "page.html").exists()
    beside = ["compare", "runs/one", "smaller.yaml", "--json", "-o", "beside"]
    assert cli.answer(beside) == 0
    assert answer(capsys.readouterr().out)["trials"] == 20
