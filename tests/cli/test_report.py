"""``keepout report``."""

from __future__ import annotations

import json

import pytest

from keepout import cli
from keepout.trip import Settings, prepare, run_job


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored") / "run"
    run_job(prepare("tutorial"), Settings(trials=6, seed=1, out=folder))
    return folder


def test_it_makes_the_page_again(folder, capsys):
    assert cli.answer(["report", str(folder), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    page = (folder / "report.html").read_text()
    assert said["report"] == str(folder / "report.html")
    assert said["bytes"] == len(page.encode())
    before = page
    assert cli.answer(["report", str(folder)]) == 0
    assert (folder / "report.html").read_text() == before


def test_another_file(folder, tmp_path):
    assert cli.answer(["report", str(folder), "-o", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")


def test_the_replay_is_refused_and_nothing_is_written(folder, tmp_path, capsys):
    file = tmp_path / "page.html"
    assert cli.answer(["report", str(folder), "--replay", "-o", str(file)]) == 2
    assert "not part of this version" in capsys.readouterr().err
    assert not file.exists()


def test_no_run_there(tmp_path, capsys):
    assert cli.answer(["report", str(tmp_path / "none"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["code"] == "unknown-run"


def test_a_place_that_cannot_be_written(folder, tmp_path, capsys):
    assert cli.answer(["report", str(folder), "-o", str(tmp_path / "no" / "page.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err
