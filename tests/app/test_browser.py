"""The web application in a real browser, and the one-file replay from a disk."""

from __future__ import annotations

import pytest

from keepout import cli
from keepout.studies import explain
from tests.app.browser import browser, opened, wait
from tests.app.conftest import TOKEN, serving, store

TRIALS = 24
FLYING = """() => {
  const side = keepout.sides[0], { view } = side.stage;
  const box = side.stage.pane.getBoundingClientRect();
  const found = [];
  for (let i = 0; i < side.scene.threats; i++) {
    if (side.scene.state(i, keepout.clock.t_s) !== 'flying') continue;
    const p = view.threats.position.slice(3 * i, 3 * i + 3);
    const at = view.project(...p);
    const inside = at && at[0] > 20 && at[0] < box.width - 20 && at[1] > 60;
    if (inside && at[1] < box.height - 20) found.push([box.x + at[0], box.y + at[1]]);
  }
  return found;
}"""
"""Where the missiles in flight are on the screen."""


@pytest.fixture(scope="module")
def october(tmp_path_factory):
    """A folder with the raid without and with the battery."""
    folder = tmp_path_factory.mktemp("october") / "runs"
    for name in ("october-2024", "october-2024-thaad"):
        store(folder / name, name, TRIALS)
    return folder


def test_a_raid_is_played_told_changed_run_and_compared(october, chromium):
    with serving(october) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light")
        page.get_by_role("button", name="Open october-2024-thaad").click()
        wait(page, "keepout.sides[0].run === 'october-2024-thaad'")
        plays_and_scrubs(page)
        name = clicks_a_missile(page)
        reads_its_story(page, october, name)
        night_by_the_chart(page)
        many_trials(page)
        edits_and_runs(page)
        compares(page)
        flattens(page)
        assert page.faults == []
        assert page.asked
        assert {url.split("/")[2] for url in page.asked if url.startswith("http")} == {
            address.removeprefix("http://")
        }
        assert not [
            url for url in page.asked if not url.startswith(("http://127", "data:", "blob:"))
        ]


def plays_and_scrubs(page):
    before = page.evaluate("keepout.clock.t_s")
    page.get_by_role("button", name="Play").click()
    wait(page, f"keepout.clock.t_s > {before} + 5")
    page.get_by_role("button", name="Pause").click()
    assert not page.evaluate("keepout.clock.playing")
    box = page.locator("#scrub").bounding_box()
    page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + box["height"] / 2)
    begin, end, now = page.evaluate(
        "[keepout.clock.begin_s, keepout.clock.end_s, keepout.clock.t_s]"
    )
    assert 0.4 < (now - begin) / (end - begin) < 0.5
    page.locator("body").press("ArrowRight")
    assert page.evaluate("keepout.clock.t_s") == pytest.approx(now + 10.0)
    counts = page.locator("#counts").inner_text()
    flying = page.evaluate(
        "[...Array(keepout.sides[0].scene.threats).keys()]"
        ".filter((i) => keepout.sides[0].scene.state(i, keepout.clock.t_s) === 'flying').length"
    )
    assert f"in flight {flying} " in counts
    assert flying > 0


def clicks_a_missile(page):
    wait(page, "keepout.sides[0].stage.view.now === keepout.clock.t_s")  # the frame is drawn
    wait(page, "keepout.sides[0].stage.view.ready()")
    places = page.evaluate(FLYING)
    assert places
    page.mouse.click(*places[len(places) // 2])
    wait(page, "keepout.selected !== null")
    wait(page, "!!document.querySelector('#story h2')")
    return page.locator("#story h2").inner_text()


def reads_its_story(page, october, name):
    told = page.locator("#story").inner_text()
    story = explain.explain(october / "october-2024-thaad", name, 0)
    assert story["end"]["text"] in told
    assert len(story["batteries"]) > 5
    for battery in story["batteries"]:
        assert battery["battery"] in told
        assert battery["text"] in told
    page.locator("#story .end button").click()  # to the moment of its end
    assert page.evaluate("keepout.clock.t_s") == pytest.approx(story["end"]["t_s"], abs=0.01)
    page.locator("body").press("Escape")
    assert page.locator("#story").is_hidden()


def night_by_the_chart(page):
    wait(page, "document.querySelectorAll('.histogram .bar').length > 1")
    bars = page.locator(".histogram .bar[tabindex]")
    bars.last.click()
    wait(page, "keepout.sides[0].trial > 0")
    arrived = page.evaluate("keepout.sides[0].scene.head.counts.arrived")
    assert bars.last.get_attribute("aria-label").split(":")[0].endswith(str(arrived)) or arrived > 0
    page.locator("#trial").fill("0")
    page.locator("#trial").press("Tab")
    wait(page, "keepout.sides[0].trial === 0")


def many_trials(page):
    page.get_by_role("tab", name="Layers").click()
    page.locator("#layer-tubes").check()
    wait(page, f"keepout.spread && keepout.spread.trials === {TRIALS}")
    assert page.evaluate("keepout.spread.tubes.length") > 0
    page.locator("#layer-tubes").uncheck()


def edits_and_runs(page):
    page.get_by_role("tab", name="Scenario").click()
    count = page.locator('[data-path="raids[0].count"] input').first
    count.fill("many")
    fault = page.locator('[data-path="raids[0].count"] .fault')
    fault.wait_for(timeout=20_000)
    assert "a number without unit belongs here" in fault.inner_text()
    assert count.get_attribute("aria-invalid") == "true"
    assert page.locator("#run-go").is_disabled()
    count.fill("5")
    wait(page, "!document.getElementById('run-go').disabled")
    assert page.locator(".form .fault").count() == 0
    places_a_battery(page)
    page.locator("#run-trials").fill("3000")
    page.evaluate("""() => {
      globalThis.seen = [];
      const watch = {attributes: true, childList: true, subtree: true};
      new MutationObserver(() => {
        const bar = document.querySelector('#job progress');
        if (bar) globalThis.seen.push(bar.value);
      }).observe(document.getElementById('job'), watch);
    }""")
    page.locator("#run-go").click()
    page.locator("#job-open").wait_for(timeout=90_000)
    seen = page.evaluate("globalThis.seen")
    assert seen == sorted(seen)
    assert any(0 < value < 3000 for value in seen)
    page.locator("#job-open").click()
    wait(page, "keepout.sides[0].run === 'tutorial-changed'")
    assert page.evaluate("keepout.sides[0].about.summary.trials") == 3000


def places_a_battery(page):
    page.locator('[data-path="batteries[0]"] > summary').click()
    page.locator('[data-path="batteries[0].at"] .place').click()
    assert page.evaluate("keepout.sides[0].stage.view.placing")
    box = page.locator(".pane").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait(page, "!keepout.sides[0].stage.view.placing")
    lat = page.locator('[data-path="batteries[0].at.lat"] input').input_value()
    assert lat.endswith(" deg")
    assert float(lat[:-4]) == round(float(lat[:-4]), 1) != 31.2
    page.locator('[data-path="batteries[0].at.lat"] input').fill("31.2 deg")
    page.locator('[data-path="batteries[0].at.lon"] input').fill("35.0 deg")
    wait(page, "document.getElementById('run-go').disabled")
    wait(page, "!document.getElementById('run-go').disabled")


def compares(page):
    page.get_by_role("tab", name="Compare").click()
    page.locator("#compare-a").select_option("october-2024")
    page.locator("#compare-b").select_option("october-2024-thaad")
    page.locator("#compare-go").click()
    page.locator("#difference").wait_for(timeout=30_000)
    assert page.locator("#difference").inner_text().startswith("−")
    page.get_by_role("button", name="Side by side").click()
    wait(page, "keepout.sides.length === 2 && keepout.sides[1].run === 'october-2024-thaad'")
    cameras = page.evaluate("keepout.sides.map((side) => side.stage.view.camera().lon_deg)")
    assert cameras[0] == pytest.approx(cameras[1], abs=0.01)
    wait(page, "document.querySelectorAll('.course').length === 2")


def flattens(page):
    page.get_by_role("tab", name="Layers").click()
    page.locator("#taste-flat").check()
    wait(page, "keepout.sides.length === 2")
    kinds = page.evaluate("keepout.sides.map((side) => side.stage.view.kind)")
    assert kinds == ["map", "map"]


def test_the_replay_opens_from_a_disk(october, chromium, tmp_path):
    file = tmp_path / "replay.html"
    arguments = ["report", str(october / "october-2024-thaad"), "--replay", "-o", str(file)]
    assert cli.answer([*arguments, "--trial", "2"]) == 0
    with browser(chromium) as page:
        opened(page, f"file://{file}?light")
        assert page.evaluate("keepout.sides[0].trial") == 2
        assert page.evaluate("keepout.sides[0].stage.view.kind") == "globe"
        plays_and_scrubs(page)
        name = clicks_a_missile(page)
        story = explain.explain(october / "october-2024-thaad", name, 2)
        assert story["end"]["text"] in page.locator("#story").inner_text()
        page.locator("#report-open").click()
        report = page.frame_locator("dialog iframe")
        assert "THAAD" in report.locator("h1").inner_text(timeout=20_000)
        assert page.faults == []
        assert [url for url in page.asked if not url.startswith(("blob:", "data:", "about:"))] == [
            f"file://{file}?light"
        ]


MANY_TRIALS = 30_000
STOP_AND_WATCH = """() => {
  const job = document.getElementById('job');
  globalThis.seen = [];
  new MutationObserver(() => {
    const bar = job.querySelector('progress'), stop = job.querySelector('#job-stop');
    if (bar) globalThis.seen.push(bar.value);
    if (stop && bar.value > 0 && !globalThis.stopped) {
      globalThis.stopped = true;
      stop.click();
    }
  }).observe(job, {attributes: true, childList: true, subtree: true});
}"""
"""Stops a run as soon as it has got anywhere, once; keeps what its bar showed."""


def test_a_run_that_was_stopped_goes_on(runs, chromium):
    with serving(runs) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light&map")
        page.get_by_role("tab", name="Scenario").click()
        wait(page, "document.getElementById('scenario-name').value === 'tutorial-changed'")
        page.locator("#scenario-name").fill("halted")
        page.locator("#run-trials").fill(str(MANY_TRIALS))
        wait(page, "!document.getElementById('run-go').disabled")
        page.evaluate(STOP_AND_WATCH)
        page.locator("#run-go").click()
        page.locator("#job-go-on").wait_for(timeout=90_000)
        done = max(page.evaluate("globalThis.seen"))
        assert 0 < done < MANY_TRIALS
        assert not (runs / "halted").exists()
        assert page.evaluate("keepout.runs.find((run) => run.run === 'halted').state") == "partial"
        page.evaluate("globalThis.seen = []")
        page.locator("#job-go-on").click()
        page.locator("#job-open").wait_for(timeout=90_000)
        assert min(value for value in page.evaluate("globalThis.seen") if value) >= done
        page.locator("#job-open").click()
        wait(page, "keepout.sides[0].run === 'halted'")
        assert page.evaluate("keepout.sides[0].about.summary.trials") == MANY_TRIALS
        assert page.faults == []
        once = store(runs.parent / "at-once", runs / "scenarios" / "halted.yaml", MANY_TRIALS)
        assert page.evaluate("keepout.sides[0].about.summary.digest") == once.manifest["digest"]


def test_without_webgl_there_is_a_map(october, chromium):
    flags = ["--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer"]
    with serving(october) as address, browser(chromium, flags=flags) as page:
        opened(page, f"{address}/{TOKEN}/")
        assert page.evaluate("keepout.sides[0].stage.view.kind") == "map"
        plays_and_scrubs(page)
        clicks_a_missile(page)
        page.locator("body").press("m")  # the way in without a mouse
        page.locator("#find").fill("fattah")
        page.locator(".missiles tbody button").first.click()
        wait(page, "!!document.querySelector('#story h2')")
        assert "Fattah" in page.locator("#story").inner_text()
        assert page.faults == []
