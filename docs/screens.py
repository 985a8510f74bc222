"""The pictures of the web application in the manual, taken in a headless Chromium.

    python docs/screens.py RUNS      a folder with the runs october-2024 and october-2024-thaad

Needs Chromium, Playwright and the built page; takes some minutes in software rendering.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import ViewportSize, sync_playwright

PICTURES = Path(__file__).resolve().parent / "pictures"
QUALITY = 82
SIZE = ViewportSize(width=1440, height=860)
FLAGS = ["--headless=new", "--use-gl=angle", "--use-angle=swiftshader", "--no-sandbox",
         "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]  # fmt: skip
CHOSEN = """() => {
  const { scene } = keepout.sides[0];
  for (let i = 0; i < scene.threats; i++) {
    const at_s = scene.threatEnd_s(i);
    if (scene.fate(i) === 'intercepted' && at_s > 860 && at_s < 960) return keepout.select(0, i);
  }
}"""
"""Select a missile that is about to be intercepted."""
NEAR = {"lon_deg": 35.2, "lat_deg": 29.7, "height_m": 330_000, "heading": 0, "pitch": -0.9}


def until(page: Any, expression: str) -> None:
    """Wait until something is true in the page."""
    end_s = time.monotonic() + 120
    while not page.evaluate(expression):
        if time.monotonic() > end_s:
            raise TimeoutError(expression)
        time.sleep(0.1)


def take(page: Any, name: str) -> None:
    """One picture, once everything is drawn."""
    time.sleep(2)
    until(page, "keepout.sides.every((side) => side.stage.view.ready())")
    time.sleep(6)
    page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=QUALITY)
    print(name)


def pictures(page: Any) -> None:
    """All pictures, one after the other."""
    page.evaluate("keepout.open('october-2024-thaad')")
    until(page, "keepout.sides[0].run === 'october-2024-thaad'")
    page.evaluate("keepout.clock.seek(850)")
    page.evaluate(CHOSEN)
    until(page, "!!document.querySelector('#story .end')")
    take(page, "web-story")
    page.evaluate("keepout.select(0, null)")
    page.click("#tab-layers")
    page.check("#layer-tracks")
    page.evaluate("(camera) => keepout.sides[0].stage.view.follow(camera)", NEAR)
    page.evaluate("keepout.clock.seek(1000)")
    take(page, "web-tracks")
    page.uncheck("#layer-tracks")
    page.check("#layer-tubes")
    until(page, "keepout.spread !== null")
    page.check("#layer-volumes")
    page.evaluate("keepout.sides[0].stage.view.home()")
    take(page, "web-tubes")
    page.uncheck("#layer-tubes")
    page.uncheck("#layer-volumes")
    page.click("#tab-scenario")
    page.locator('[data-path="raids[0].count"] input').first.fill("many")
    page.locator('[data-path="raids[0].count"] .fault').wait_for()
    take(page, "web-scenario")
    page.click("#tab-compare")
    page.select_option("#compare-a", "october-2024")
    page.select_option("#compare-b", "october-2024-thaad")
    page.click("#compare-go")
    page.locator("#difference").wait_for()
    page.get_by_role("button", name="Side by side").click()
    until(page, "keepout.sides.length === 2")
    page.evaluate("keepout.sides[0].stage.view.home()")
    page.evaluate("keepout.clock.seek(1000)")
    take(page, "web-compare")
    page.click("#tab-layers")
    page.select_option("#theme", "light")
    until(page, "keepout.sides.length === 2")
    page.evaluate("keepout.closeBeside()")
    page.evaluate("keepout.clock.seek(850)")
    page.click("#tab-runs")
    page.evaluate("keepout.sides[0].stage.view.home()")
    take(page, "web-light")


def main(runs: str) -> None:
    """Serve the runs, take the pictures."""
    command = [sys.executable, "-m", "keepout", "serve", runs, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
            context = play.chromium.launch_persistent_context(
                profile, executable_path="/usr/bin/chromium", args=FLAGS, viewport=SIZE,
                ignore_default_args=["--headless"],
            )  # fmt: skip
            page = context.pages[0]
            page.goto(f"{address}?theme=dark")
            until(page, "!!window.keepout && keepout.sides.length === 1")
            pictures(page)
            context.close()
        server.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
