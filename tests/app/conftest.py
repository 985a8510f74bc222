"""A folder of small runs, and the real server over it on 127.0.0.1."""

from __future__ import annotations

import contextlib
import threading
import time

import httpx
import pytest
import uvicorn

from keepout import trip
from keepout.app import server
from keepout.report.page import write_report
from keepout.report.playback.page import has_page
from tests.app.browser import chromium_or_skip

TOKEN = "a-key-for-tests"


@contextlib.contextmanager
def serving(runs, jobs=None):
    """The server over a folder; gives its address without the key."""
    listening = server.listening(0)
    port = listening.getsockname()[1]
    app = server.guarded(server.application(runs, jobs), TOKEN, port)
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join(20)
        listening.close()


def store(folder, scenario, trials, *sets):
    """One stored run with its report."""
    settings = trip.Settings(trials=trials, seed=0, out=folder)
    return trip.run_job(trip.prepare(scenario, sets=sets), settings, write_report=write_report)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with two runs, and a secret beside it."""
    place = tmp_path_factory.mktemp("served")
    (place / "secret.txt").write_text("nobody may read this")
    folder = place / "runs"
    store(folder / "one", "tutorial", 12)
    store(folder / "two", "tutorial", 12, "batteries.north-1.kill.sspk=0.05")
    return folder


@pytest.fixture(scope="module")
def address(runs):
    """The server's address without the key."""
    with serving(runs) as found:
        yield found


@pytest.fixture(scope="module")
def ask(address):
    """A client that has the key."""
    with httpx.Client(base_url=f"{address}/{TOKEN}/api/", timeout=60) as client:
        yield client


@pytest.fixture
def chromium():
    """The browser, or a reason to leave the test out; never left out in CI."""
    return chromium_or_skip(has_page())
