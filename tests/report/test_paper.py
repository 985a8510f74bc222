"""Reports on paper: light, nothing cut off, no figure over two pages, what is folded lies open."""

from __future__ import annotations

import re

import numpy as np
import pytest

from keepout.report import study
from keepout.report import study_figures as draw
from keepout.report.figures import figure
from keepout.report.markup import details, join
from keepout.report.page import page as report_of
from tests.app.browser import browser, chromium_or_skip

MM = 96 / 25.4
MARGINS_MM, EDGES_MM = 30.0, 32.0
"""Of a page, left and right together, and above and below: as the style sheet has them."""
SHEETS = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
BEYOND = """() => [...document.querySelectorAll('body *')].filter((each) => {
  const box = each.getBoundingClientRect();
  return box.width && !each.closest('svg *') && (box.right > innerWidth + 1 || box.left < -1);
}).map((each) => `${each.tagName} ${each.className}`)"""
"""Elements that reach over the edge of the paper; what a drawing clips is its own affair."""
CLIPPED = """() => [...document.querySelectorAll('pre, .scroll, .draw')].filter((each) =>
  each.scrollWidth > each.clientWidth + 1).map((each) => `${each.tagName} ${each.className}`)"""
"""Frames that would have to be scrolled."""
TALL = "() => Math.max(...[...document.querySelectorAll('figure')].map((e) => e.offsetHeight))"
PARTED = """() => [...document.querySelectorAll('figure, tr, pre')].filter((each) =>
  getComputedStyle(each).breakInside !== 'avoid').length"""
SEEN = """(says) => [...document.querySelectorAll('details p')].filter((each) =>
  each.textContent.includes(says)).map((each) => each.checkVisibility() && each.offsetHeight > 0)"""


@pytest.fixture(scope="module")
def files(run, tmp_path_factory):
    """A report, and a page of a study with a wide heat map, a wide table and folded parts."""
    folder = tmp_path_factory.mktemp("paper")
    (folder / "report.html").write_text(report_of(run), "utf-8")
    columns = [f"option-{k}" for k in range(9)]
    sizes = [f"size-{k}" for k in range(30)]
    map_ = draw.heat(np.ones((30, 9)), ("rule", columns), ("size", sizes), "k", "Arrivals")
    told = study.Page(
        title="Wide", question="Is it cut?", answer=["No."], figures=[figure(map_, join("Cells."))],
        tables=[
            study.numbers(columns, [["a-long-name-of-something", *["12,345 ± 6.7"] * 8]] * 60),
            details("Folded", join("p")), details("Long", join("q"), long=True),
        ],
        assumptions=["Something is assumed."], folded=True,
        repeat="keepout sweep " + "a-very-long-name-without-a-break" * 9,
    )  # fmt: skip
    made = study.html(told).replace("</summary>p<", "</summary><p>opens</p><")
    made = made.replace("</summary>q<", "</summary><p>stays away</p><")
    (folder / "study.html").write_text(made, "utf-8")
    return folder


@pytest.mark.parametrize("name", ["report", "study"])
def test_a_report_is_whole_on_paper(files, name):
    with browser(chromium_or_skip()) as page:
        page.emulate_media(color_scheme="dark")
        page.goto(f"file://{files / name}.html")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 28)"
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.evaluate(PARTED) == 0
        for width_mm, height_mm in SHEETS.values():
            width, height = (width_mm - MARGINS_MM) * MM, (height_mm - EDGES_MM) * MM
            page.set_viewport_size({"width": int(width), "height": int(height)})
            assert page.evaluate("document.documentElement.scrollWidth") <= int(width)
            assert page.evaluate(BEYOND) == []
            assert page.evaluate(CLIPPED) == []
            assert page.evaluate(TALL) < height  # else it cannot stand on one page
        assert not page.locator("a.data").first.is_visible()
        page.emulate_media(media="null", color_scheme="dark")
        for sheet in SHEETS:
            printed = page.pdf(format=sheet)
            pages = re.findall(rb"/Type\s*/Page\b", printed)
            assert printed.startswith(b"%PDF")
            assert 1 < len(pages) < 30
        assert page.faults == []


def test_what_is_folded_lies_open_on_paper_without_script(files):
    with browser(chromium_or_skip()) as page:
        page.goto(f"file://{files / 'study'}.html")
        assert page.evaluate(SEEN, "opens") == [False]
        page.emulate_media(media="print")
        assert page.evaluate(SEEN, "opens") == [True]
        assert page.evaluate(SEEN, "stays away") == [False]
