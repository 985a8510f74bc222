"""HTML made of elements: every text is escaped unless it was made here.

The page is also well-formed XML: every element is closed, every attribute quoted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Characters that no document may hold."""

VOID = {"br", "col", "hr", "meta"}


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Part = str | Html | None
Cell = Part | tuple[Part, str]
"""What stands in a cell of a table, with the class of the cell if it has one."""


def text(value: object) -> Html:
    """Any text as HTML that shows it."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(NOT_TEXT.sub("\ufffd", str(value)), quote=True))


def el(name: str, /, *parts: Part | Iterable[Part], **attributes: str | None) -> Html:
    """An element; ``class_`` is the attribute class, and ``_`` in names is ``-``."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{given}/>")
    return Html(f"<{name}{given}>{join(*parts)}</{name}>")


def join(*parts: Part | Iterable[Part]) -> Html:
    """Parts one after the other."""
    out: list[str] = []
    for part in parts:
        if part is None:
            continue
        if isinstance(part, str):
            out.append(text(part))
        else:
            out.append(join(*part))
    return Html("".join(out))


def paragraph(*parts: Part | Iterable[Part], class_: str | None = None) -> Html:
    """A paragraph."""
    return el("p", *parts, class_=class_)


def row(cells: Sequence[Cell], name: str = "td", class_: str | None = None) -> Html:
    """A row of a table, its first cell as the head of the row."""
    made = []
    for k, cell in enumerate(cells):
        part, cell_class = cell if isinstance(cell, tuple) else (cell, "num" if k else "")
        head = name == "th" or k == 0
        scope = ("col" if name == "th" else "row") if head else None
        made.append(el("th" if head else "td", part, class_=cell_class or None, scope=scope))
    return el("tr", made, class_=class_)


def table(
    heads: Iterable[Html], rows: Iterable[Html], *, caption: Part = None, class_: str | None = None,
    id_: str | None = None,
) -> Html:  # fmt: skip
    """A table in a frame that scrolls by itself where the page is narrow."""
    made = el(
        "table",
        el("caption", caption) if caption else None,
        el("thead", heads),
        el("tbody", rows),
        class_=class_,
        id=id_,
    )
    return el("div", made, class_="scroll", tabindex="0")


def section(id_: str, title: str, *parts: Part | Iterable[Part]) -> Html:
    """A section of the page with its heading."""
    return el("section", el("h2", title), *parts, id=id_)


def details(title: Part, *parts: Part | Iterable[Part], long: bool = False) -> Html:
    """Something that opens when asked for; on paper too, unless it is long."""
    return el("details", el("summary", title), *parts, class_="long" if long else None)


def page_head(title: str, style: Html, *, policy: str, scheme: str, version: str) -> Html:
    """The head of a page of ours: what it may load, its colours, who made it, title and style.

    policy   its content security policy
    scheme   ``light dark`` or one of them
    version  of the keepout that made it
    """
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content=scheme),
        el("meta", name="generator", content=f"keepout {version}"),
        el("title", f"{title} – keepout"),
        el("style", style),
    )
