"""Pages of studies: well-formed, with question, answer, three pictures and what would change it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from keepout import trip
from keepout.report import compared_page, study
from keepout.report import study_figures as draw
from keepout.studies.compare_by import Sides, compare_scenarios, stories_of

SUMMARY = {
    "mean": 1.0, "mc_se": 0.1, "p05": 0.0, "p50": 1.0, "p95": 2.0,
    "epistemic": {"p05": 0.5, "p50": 1.0, "p95": 1.5},
}  # fmt: skip


def tree_of(html: str) -> ElementTree.Element:
    """The page read as XML, which a browser's forgiveness cannot hide."""
    return ElementTree.fromstring(html.removeprefix("<!DOCTYPE html>\n"))


def test_the_page_of_a_comparison_is_whole():
    settings = trip.Settings(trials=32, seed=7, store=False)
    sides = Sides(("october-2024", "october-2024-thaad"), settings)
    found = compare_scenarios(sides, ("story",), stories_of(None))
    tree = tree_of(study.html(compared_page.page(found)))
    figures = [each for each in tree.iter() if each.tag.endswith("figure")]
    assert len(figures) == 3
    text = " ".join("".join(tree.itertext()).split())
    for words in (
        "On the same nights", "Monte Carlo", "base left on purpose", "adds nothing if",
        "at most 24 threats", "It cannot help against", "What is assumed",
        "What would change the answer", "keepout compare october-2024",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("words", ["plain", "<b>&", "a\x00b" * 40])
def test_figures_hold_any_words(words):
    for drawn in (
        draw.intervals([(words, SUMMARY)], "k", words, words),
        draw.bars([(words, 1.0, 0.1), ("none", -1.0, 0.0)], "k", "label", "unit"),
        draw.lines([1.0, 2.0], [(words, [SUMMARY, SUMMARY])], "k", "label", (words, words)),
        draw.heat(np.array([[1.0, np.nan]]), (words, ["a", "b"]), (words, ["c"]), "k", "label"),
    ):
        assert ElementTree.fromstring(drawn)[0].tag.endswith("svg")
