"""A headless Chromium that can reach nothing but this machine, and remembers what it asked for."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless=new", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip


def chromium_or_skip(also_there=True, also="the built page (make web)"):
    """The browser's path, or a reason to leave the test out; never left out in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found or not also_there:
        missing = "Chromium" if not found else also
        if os.environ.get("CI"):
            pytest.fail(f"{missing} is missing, and CI leaves no test out")
        pytest.skip(f"{missing} is missing")
    return found


@contextlib.contextmanager
def browser(chromium, width=1200, height=760, **more):
    """A page of a fresh browser; ``page.asked`` holds every address it asked for."""
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        context = play.chromium.launch_persistent_context(
            profile, executable_path=chromium, headless=True, args=[*FLAGS, *more.get("flags", [])],
            ignore_default_args=["--headless"], viewport={"width": width, "height": height},
        )  # fmt: skip
        page = context.pages[0]
        page.asked, page.faults = [], []
        context.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on(
            "console",
            lambda said: page.faults.append(said.text) if said.type == "error" else None,
        )
        try:
            yield page
        finally:
            context.close()


def wait(page, expression, limit_s=90.0):
    """Until an expression is true in the page, whose policy forbids Playwright's own waiting."""
    end_s = time.monotonic() + limit_s
    while not page.evaluate(expression):
        if time.monotonic() > end_s:
            said = page.evaluate("document.getElementById('said')?.textContent")
            raise TimeoutError(f"{expression} after {limit_s:.0f} s; {said}; {page.faults[:5]}")
        time.sleep(0.05)


def opened(page, address):
    """Open the application in its light mode and wait for the first run."""
    page.goto(address)
    wait(page, "!!window.keepout && keepout.sides.length === 1")
