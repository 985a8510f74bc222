"""The notebooks of the course: run cell by cell, and shown in the manual with what came out.

A notebook is stored without outputs, so that a change of it can be read; ``shown`` runs it in
this process, as Jupyter would (the value of a cell's last line is its result; open figures are
drawn when the cell ends), and writes the page. Formulas become pictures by matplotlib, so that
the manual asks no network for a program that typesets them.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.S)
FENCED = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.M | re.S)
WIDTH = 100
DOTS = 110


class Cell(NamedTuple):
    """One cell: ``markdown`` or ``code``, its text, and its id."""

    kind: str
    text: str
    id: str


class Ran(NamedTuple):
    """A cell with what it printed, the value of its last line as text, and its figures (PNG)."""

    cell: Cell
    printed: str = ""
    value: str = ""
    figures: tuple[bytes, ...] = ()


def notebooks() -> list[Path]:
    """The notebooks of the course in their order."""
    return sorted(FOLDER.glob("*.ipynb"))


def cells(path: Path) -> list[Cell]:
    """The cells of a notebook."""
    return [
        Cell(each["cell_type"], "".join(each["source"]), each["id"])
        for each in json.loads(path.read_text("utf-8"))["cells"]
    ]


def run(wanted: list[Cell], names: dict[str, Any]) -> Iterator[Ran]:
    """Every cell in order, in one namespace; the first error comes out as it is."""
    for cell in wanted:
        yield run_cell(cell, names) if cell.kind == "code" else Ran(cell)


@contextlib.contextmanager
def beside() -> Iterator[None]:
    """Inside the folder of the notebooks, whose module ``course`` they import."""
    was, path = Path.cwd(), sys.path[:]
    os.chdir(FOLDER)
    sys.path.insert(0, str(FOLDER))
    try:
        yield
    finally:
        os.chdir(was)
        sys.path[:] = path


def run_cell(cell: Cell, names: dict[str, Any]) -> Ran:
    """One cell of code."""
    tree = ast.parse(cell.text, cell.id)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, cell.id, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
    quiet = value is None or cell.text.rstrip().endswith(";")
    return Ran(cell, printed.getvalue(), "" if quiet else written(value), drawn())


def written(value: Any) -> str:
    """A value as text; tables as wide as a page."""
    import pandas as pd

    with pd.option_context("display.width", WIDTH, "display.max_columns", 12):
        return repr(value)


def drawn() -> tuple[bytes, ...]:
    """The open figures, which are closed."""
    import matplotlib.pyplot as plt

    pictures = []
    for number in plt.get_fignums():
        held = io.BytesIO()
        plt.figure(number).savefig(held, format="png", dpi=DOTS)
        pictures.append(held.getvalue())
    plt.close("all")
    return tuple(pictures)


def formula(source: str, display: bool) -> str:
    """One formula as a picture in the text, its source as the words that stand for it."""
    import matplotlib
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import math_to_image

    held = io.BytesIO()
    written, size = (source.replace("\\frac", "\\dfrac"), 14) if display else (source, 12)
    with matplotlib.rc_context({"savefig.transparent": True}):
        depth = math_to_image(
            f"${' '.join(written.split())}$", held, prop=FontProperties(size=size), dpi=72,
            format="svg",
        )  # fmt: skip
    data = base64.b64encode(held.getvalue()).decode()
    words = " ".join(source.split()).replace('"', "'").replace("<", "&lt;")
    style = "" if display else f' style="vertical-align:-{depth:.1f}pt"'
    image = f'<img class="formula" alt="{words}" src="data:image/svg+xml;base64,{data}"{style}>'
    return f'\n<p class="formula">{image}</p>\n' if display else image


def with_formulas(text: str) -> str:
    """Markdown with its formulas as pictures; code is left as it is."""

    def each(found: re.Match[str]) -> str:
        return formula(found[1] or found[2], display=found[1] is not None)

    parts = FENCED.split(text)
    return "".join(part if k % 2 else FORMULA.sub(each, part) for k, part in enumerate(parts))


def linked(text: str) -> str:
    """Links of a notebook as they are from the page of the manual."""
    return text.replace("](../docs/", "](../")


def text_block(text: str) -> str:
    """Output as a block."""
    return f"```text\n{text.rstrip()}\n```\n" if text.strip() else ""


def shown(path: Path, folder: Path) -> str:
    """The page of a notebook, run now; its figures go into ``folder``."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    parts = []
    with beside():
        for k, ran in enumerate(run(cells(path), {"__name__": "__main__"})):
            if ran.cell.kind == "markdown":
                parts.append(linked(with_formulas(ran.cell.text)))
                continue
            parts.append(f"```python\n{ran.cell.text}\n```\n")
            parts += filter(None, (text_block(ran.printed), text_block(ran.value)))
            for n, picture in enumerate(ran.figures):
                name = f"{path.stem}-{k}-{n}.png"
                (folder / name).write_bytes(picture)
                parts.append(f"![]({name})\n")
    return "\n\n".join(parts) + "\n"


def write(folder: Path) -> None:
    """Write the page of every notebook into a folder."""
    folder.mkdir(exist_ok=True)
    for path in notebooks():
        (folder / f"{path.stem}.md").write_text(shown(path, folder), "utf-8")
