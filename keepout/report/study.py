"""A study as one HTML page: question, answer, pictures, assumptions, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keepout import __version__
from keepout.report.markup import Html, details, el, join, page_head, paragraph, row, section, table
from keepout.report.page import POLICY, footer_words, own

UNCERTAINTIES = (
    "Three uncertainties stand apart. ± Monte Carlo is the error of a mean from the number of "
    "trials, and more trials make it smaller. The spread of outcomes is what one night may bring. "
    "Ignorance of parameters is where the mean would lie if the parameters were known; no number "
    "of trials makes it smaller."
)


@dataclass(frozen=True)
class Page:
    """What a page says, in the order in which it says it."""

    title: str
    question: str
    answer: Sequence[str]  # paragraphs; the first is the answer itself
    figures: Sequence[Html]
    tables: Sequence[Html] = ()
    assumptions: Sequence[str] = ()
    changes: Sequence[str] = ()  # what would change the answer
    repeat: str = ""  # the command that gives it again
    facts: Sequence[str] = field(default_factory=tuple)
    folded: bool = False  # what is assumed opens when asked for, as tables may by themselves


def write(page: Page, path: Path) -> None:
    """Write a page to a file."""
    Path(path).write_text(html(page), encoding="utf-8")


def html(page: Page) -> str:
    """A page as text."""
    sections = [
        el(
            "section",
            paragraph(page.answer[0], class_="answer"),
            [paragraph(text) for text in page.answer[1:]],
            paragraph(UNCERTAINTIES, class_="note"),
            id="answer",
        ),
        section("pictures", "In pictures", *page.figures),
        section("numbers", "In numbers", *page.tables) if page.tables else None,
        _listed("assumptions", "What is assumed", page.assumptions, folded=page.folded),
        _listed("changes", "What would change the answer", page.changes),
        section("repeat", "Again", el("pre", el("code", page.repeat))) if page.repeat else None,
    ]
    head = page_head(
        page.title, own("style.css"), policy=POLICY, scheme="light dark", version=__version__
    )
    header = el(
        "header",
        paragraph("Study", class_="kicker"),
        el("h1", page.question or page.title),
        paragraph(" · ".join([f"keepout {__version__}", *page.facts]), class_="facts"),
    )
    body = join(header, el("main", sections), el("footer", paragraph(footer_words())))
    return f"<!DOCTYPE html>\n{el('html', head, el('body', body), lang='en-GB')}\n"


def _listed(
    id_: str, title: str, items: Sequence[str], *, folded: bool = False
) -> Html | None:  # fmt: skip
    if not items:
        return None
    whole = el("ul", [el("li", item) for item in items])
    return section(id_, title, details(f"All {len(items)}", whole) if folded else whole)


def numbers(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    """A table of text whose first column heads its rows."""
    heads = [row([(text, "num" if k else "") for k, text in enumerate(head)], "th")]
    return table(heads, [row(list(each)) for each in rows])
