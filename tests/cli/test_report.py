"""``keepout report``."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest

from keepout import cli
from keepout.report.playback.pack import unpack
from keepout.report.playback.thin import thick
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


def test_without_the_built_page_the_replay_is_refused(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("keepout.report.playback.page.ASSETS", tmp_path / "nothing")
    file = tmp_path / "page.html"
    assert cli.answer(["report", str(folder), "--replay", "-o", str(file)]) == 2
    said = capsys.readouterr().err
    assert "not in this installation" in said
    assert "make web" in said
    assert not file.exists()


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A page in place of the built one: what is enclosed in it does not depend on it."""
    page = tmp_path / "web"
    page.mkdir()
    for name, text in (("index.html", ""), ("app.css", "b{}"), ("app.js", "'</script>';")):
        (page / name).write_text(text)
    for module in ("page", "one_file"):
        monkeypatch.setattr(f"keepout.report.playback.{module}.ASSETS", page)
    return page


def test_the_replay_is_one_file_with_trials_stories_and_report(folder, tmp_path, capsys, built):
    file = tmp_path / "replay.html"
    arguments = ["report", str(folder), "--replay", "--trial", "1", "--trial", "4", "-o", str(file)]
    assert cli.answer([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == file.stat().st_size
    text = file.read_text()
    found = dict(
        re.findall(r'<script type="[^"]*" id="keepout-([^"]*)">(.*?)</script>', text, re.S)
    )
    assert text.count("</script>") == len(found) + 1  # what is inside a script cannot end it
    assert "http" not in text.split("<script>")[0].replace("http-equiv", "")
    assert json.loads(found["first"])["trials"] == ["1", "4"]
    assert set(told(found["stories-4"])) == {f"north/{n:03d}" for n in range(4)}
    assert told(found["report"]) == (folder / "report.html").read_text()
    head, arrays = unpack(thick(base64.b64decode(found["trial-4"])))
    assert head["trial"] == 4
    assert len(arrays["threat_t_s"]) == arrays["threat_first"][-1] > 0


def told(text):
    """What was deflated."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def test_a_trial_that_is_not_there_and_one_without_a_replay(folder, tmp_path, capsys, built):
    file = tmp_path / "replay.html"
    assert cli.answer(["report", str(folder), "--replay", "--trial", "6", "-o", str(file)]) == 2
    assert "no trial 6" in capsys.readouterr().err
    assert cli.answer(["report", str(folder), "--trial", "1", "-o", str(file)]) == 2
    assert not file.exists()
