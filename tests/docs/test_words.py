"""The manual's words: a whole glossary, links that lead somewhere, every verb told in prose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keepout.cli import VERBS
from keepout.records.outcome import CAUSES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
MADE = ("_course/", "_generated/", "_shown/")
"""Folders that only a built manual has; Sphinx warns of links into them that lead nowhere."""


def words() -> list[str]:
    """What the glossary explains, in its order."""
    part = GLOSSARY.split("## Words")[1].split("\n## ")[0]
    return re.findall(r"^(\S[^\n]*)\n: ", part, re.M)


def test_the_glossary_is_in_order_and_says_each_word_once():
    assert words() == sorted(set(words()), key=str.lower)


@pytest.mark.parametrize(
    "needed",
    [
        *CAUSES, "single", "salvo-2", "shoot-look-shoot", "shoot-shoot-look", "engagement",
        "physics", "A official", "B one reputable", "C secondary", "D assumed",
    ],
)  # fmt: skip
def test_the_glossary_explains_what_the_program_prints(needed):
    assert needed in GLOSSARY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        if not target.startswith(MADE):
            assert (page.parent / target).exists(), target


def test_every_verb_is_told_in_a_page_of_its_own_words():
    told = "".join(page.read_text("utf-8") for page in PAGES)
    missing = [verb for verb in VERBS if f"keepout {verb}" not in told]
    assert missing == []


def test_the_start_page_leads_to_a_page_for_each_question():
    start = (ROOT / "docs" / "index.md").read_text("utf-8")
    table = start.split("## Your question")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "](" in line]
    assert len(rows) >= 10
    for row in rows:
        question, command, pages = row.strip("| ").split(" | ")
        assert question.endswith("?")
        assert "`" in command
        verb = re.match(r"`keepout (\S+?)[ `]", command)
        assert verb is None or verb[1] in VERBS
        assert "](" in pages
