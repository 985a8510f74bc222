"""Dark and light: chosen, remembered, as the system has it; and legible by WCAG 2.1's measure."""

from __future__ import annotations

import re

import pytest

from tests.app.browser import browser, opened, wait
from tests.app.conftest import TOKEN, serving

TEXT, SIGN = 4.5, 3.0
"""Least contrast of text (success criterion 1.4.3) and of what is not text (1.4.11)."""
WORN = "document.documentElement.dataset.theme"
VALUES = """() => {
  const style = getComputedStyle(document.documentElement);
  const names = ['paper', 'panel', 'raised', 'ink', 'soft', 'accent', 'warm', 'bad', 'good', 'main',
    'bar', 'axis'];
  const value = (name) => style.getPropertyValue('--' + name).trim();
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}"""


def luminance(colour):
    """Relative luminance of #rgb or #rrggbb."""
    digits = colour.removeprefix("#")
    pairs = re.findall("..", digits) if len(digits) == 6 else [c * 2 for c in digits]
    parts = [int(pair, 16) / 255 for pair in pairs]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    """Contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.005)  # the well-known grey


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_everything_stands_out(runs, chromium, theme):
    with serving(runs) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light&map&theme={theme}")
        assert page.evaluate(WORN) == theme
        found = page.evaluate(VALUES)
        for ground in ("paper", "panel", "raised"):
            for ink in ("ink", "soft", "accent", "warm", "bad", "good"):
                assert contrast(found[ink], found[ground]) >= TEXT, (ink, ground)
        assert contrast("#fff", found["main"]) >= TEXT
        for sign in ("bar", "axis"):
            assert contrast(found[sign], found["panel"]) >= SIGN, sign
        drawn = page.evaluate("keepout.colours()")
        for hue, colour in drawn["signs"].items():
            for ground in ("sea", "land"):
                assert contrast(colour, drawn["base"][ground]) >= SIGN, (hue, ground)
        assert page.faults == []


def test_a_theme_is_chosen_and_remembered(runs, chromium):
    with serving(runs) as address, browser(chromium) as page:
        page.emulate_media(color_scheme="light")
        opened(page, f"{address}/{TOKEN}/?light&map")
        assert page.evaluate(WORN) == "light"
        page.emulate_media(color_scheme="dark")
        wait(page, f"{WORN} === 'dark' && keepout.sides.length === 1")
        page.get_by_role("tab", name="Layers").click()
        page.locator("#theme").select_option("light")
        wait(page, f"{WORN} === 'light' && keepout.sides.length === 1")
        opened(page, f"{address}/{TOKEN}/?light&map")
        assert page.evaluate(WORN) == "light"
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 246, 248)"
        )
        assert page.faults == []


def test_another_theme_keeps_missile_time_and_view(runs, chromium):
    with serving(runs) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light&map&theme=dark")
        page.evaluate("keepout.clock.seek(300)")
        page.evaluate("keepout.choose(keepout.sides[0].scene.fate(2))")
        page.evaluate("keepout.select(0, 2)")
        wait(page, "!!document.querySelector('#story .end')")
        camera = "JSON.stringify(keepout.sides[0].stage.view.camera())"
        page.evaluate(
            "keepout.sides[0].stage.view.follow({...keepout.sides[0].stage.view.camera(), "
            "lon_deg: 40, height_m: 900000})"
        )
        before = page.evaluate(camera)
        told = page.locator("#story h2").inner_text()
        page.get_by_role("tab", name="Layers").click()
        page.locator("#theme").select_option("light")
        wait(page, f"{WORN} === 'light' && keepout.sides.length === 1 && !!keepout.selected")
        wait(page, "!!document.querySelector('#story .end')")
        assert page.evaluate("keepout.selected") == {"side": 0, "place": 2}
        assert page.locator("#story h2").inner_text() == told
        assert page.evaluate("keepout.clock.t_s") == 300
        assert page.evaluate("keepout.chosenFate") is not None
        assert page.evaluate(camera) == before
        assert page.faults == []


def test_warning_times_by_asset_are_shown(runs, chromium):
    with serving(runs) as address, browser(chromium) as page:
        opened(page, f"{address}/{TOKEN}/?light&map")
        wait(page, "!!document.querySelector('.warned')")
        page.locator(".warned summary").click()
        ends = page.evaluate("keepout.sides[0].about.warning.nevatim.radar_s")
        said = "–".join(f"{round(s) // 60}:{round(s) % 60:02d}" for s in ends)
        assert 60 < ends[0] <= ends[1] < 3600
        assert said in page.locator(".warned tbody").inner_text()
