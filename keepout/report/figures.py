"""Figures as SVG that takes its colours and letters from the page.

Matplotlib draws with colours that stand for names; each is replaced by the variable of
the style sheet that has the name, so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from keepout.records.outcome import CAUSES
from keepout.report.drawn import csv_link
from keepout.report.markup import Html, el, text

NAMES = (
    "ink", "muted", "line", "paper", "accent", "failed", "intercepted", "arrived", "left",
    "unable", "land", "border", "spread", "ignorance", "published",
)  # fmt: skip
COLOURS = {name: f"#0a0b{k:02x}" for k, name in enumerate((*NAMES, *CAUSES))}
"""Name of a colour in the style sheet → the colour that stands for it in a drawing."""

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "keepout",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.edgecolor": COLOURS["muted"],
    "axes.labelcolor": COLOURS["muted"],
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.labelcolor": COLOURS["ink"],
    "ytick.labelcolor": COLOURS["ink"],
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "text.color": COLOURS["ink"],
    "text.parse_math": False,
    "grid.color": COLOURS["line"],
    "grid.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
}

TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"-?\d+\.\d{3,}")
HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
GLOBAL_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
IDENTITY = re.compile(r' id="([^"]*)"')
REFERENCE = re.compile(r'(?:href="#|url\(#)([^")]*)')
FONT = re.compile(r"font: ([\d.]+)px [^;\"]*")


def drawing(width_in: float, height_in: float) -> Figure:
    """An empty figure, made inside ``styled``."""
    figure = Figure(figsize=(width_in, height_in))
    figure.patch.set_alpha(0.0)
    FigureCanvasSVG(figure)
    return figure


def place(
    figure: Figure, left_in: float, below_in: float, right_in: float, above_in: float, **shared: Any
) -> Axes:
    """Axes with margins in inches (Matplotlib's own layout takes as long as the drawing)."""
    width_in, height_in = figure.get_size_inches()
    axes = figure.add_axes(
        (
            left_in / width_in,
            below_in / height_in,
            (width_in - left_in - right_in) / width_in,
            (height_in - below_in - above_in) / height_in,
        ),
        **shared,
    )
    axes.patch.set_alpha(0.0)
    return axes


@contextmanager
def styled() -> Iterator[None]:
    """The context in which every figure is drawn and written.

    Letters stay letters, so it does not matter which of them Matplotlib's font has.
    """
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        yield


def colour(name: str) -> str:
    """The colour that stands for a name."""
    return COLOURS[name]


def svg(figure: Figure, key: str, label: str) -> Html:
    """The drawing as an element of the page; ``key`` keeps its ids apart from others'."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return el("div", element(out.getvalue(), key, label), csv_link(figure, key))


def element(source: str, key: str, label: str) -> Html:
    """Matplotlib's SVG file as an element with the page's colours and short numbers."""
    body = HEAD.sub("", source)
    for found in (METADATA, GLOBAL_STYLE, COMMENT):
        body = found.sub("", body)
    used = set(REFERENCE.findall(body))
    body = IDENTITY.sub(
        lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", body.replace("xlink:href", "href")
    )
    body = body.replace('href="#', f'href="#{key}-').replace("url(#", f"url(#{key}-")
    body = TAG.sub(lambda tag: NUMBER.sub(_shortened, tag[0]), body)  # what is read stays whole
    body = FONT.sub(r"font-size: \1px", body)
    for name, stands_for in COLOURS.items():
        body = body.replace(stands_for, f"var(--{name})")
    body = re.sub(r"\s*\n\s*", "\n", body)
    box = re.search(r'viewBox="([^"]*)"', body)
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1] if box else ""}" '
        f'role="img" aria-label="{text(label)}">'
    )
    return Html(re.sub(r"<svg.*?>", lambda m: start, body, count=1, flags=re.DOTALL).strip())


def _shortened(number: re.Match[str]) -> str:
    """A coordinate to a hundredth of a point."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def figure(drawn: Html, caption: Html, *, narrow: bool = False, legend: Html | None = None) -> Html:
    """A figure with its legend above and its caption below."""
    frame = el("div", drawn, class_="draw narrow" if narrow else "draw", tabindex="0")
    return el("figure", legend, frame, el("figcaption", caption))


def key_of(entries: list[tuple[str, str, str]]) -> Html:
    """A legend: (sign, colour, words). Sign ``bar`` is a patch, ``line`` a line, else a glyph."""
    made = []
    for sign, name, words in entries:
        glyph = "" if sign in ("bar", "line") else sign
        shape = sign if sign in ("bar", "line") else "glyph"
        mark = el("i", glyph, class_=shape, style=f"--c: var(--{name})", aria_hidden="true")
        made.append(el("li", mark, words))
    return el("ul", made, class_="key")
