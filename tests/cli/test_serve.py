"""``keepout serve``: what it says before it serves, and that it serves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from keepout import cli
from keepout.report.playback.page import FILES


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A page in place of the built one."""
    page = tmp_path / "web"
    page.mkdir()
    for name in FILES:
        (page / name).write_text(name)
    monkeypatch.setattr("keepout.report.playback.page.ASSETS", page)
    return page


def test_without_the_built_page_it_says_how_to_build_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("keepout.report.playback.page.ASSETS", tmp_path / "nothing")
    assert cli.answer(["serve", str(tmp_path / "runs"), "--json"]) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert error["code"] == "no-page"
    assert "make web" in error["help"]
    assert not (tmp_path / "runs").exists()


def test_without_fastapi_it_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert cli.answer(["serve", str(tmp_path)]) == 2
    assert "make install" in capsys.readouterr().err


def test_a_taken_port_is_named(tmp_path, capsys, built):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.answer(["serve", str(tmp_path / "runs"), "--port", str(port)]) == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in capsys.readouterr().err


PROGRAM = """
import sys
from pathlib import Path
import keepout.report.playback.page as page
page.ASSETS = Path(sys.argv[1])
from keepout.cli import main
main(["serve", sys.argv[2], "--port", "0", "--json"])
"""


def test_it_serves_on_this_machine_alone_until_it_is_stopped(tmp_path, built):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", PROGRAM, str(built), str(tmp_path / "runs")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    ) as process:  # fmt: skip
        told = ""
        while "}" not in told:
            told += process.stdout.readline()
        address = json.loads(told)["address"]
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(address).text == "index.html"
        assert httpx.get(address + "app.js").text == "app.js"
        assert httpx.get(address + "api/runs").json() == {"runs": []}
        assert httpx.get(address.rsplit("/", 2)[0] + "/").status_code == 403
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)
