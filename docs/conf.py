"""How Sphinx builds the manual; the generated pages are written first, by generate.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import generate  # noqa: E402
import notebook  # noqa: E402
import shown  # noqa: E402

import keepout  # noqa: E402

generate.write(HERE / "_generated")
notebook.write(HERE / "_course")

project = "keepout"
author = "The keepout authors"
copyright = "The keepout authors, Apache-2.0"
release = version = keepout.__version__
language = "en-GB"
extensions = ["myst_parser"]
exclude_patterns = ["_build", "_generated"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"keepout {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["manual.css"]
html_show_sphinx = False


def add_outputs(app: Any, page: str, source: list[str]) -> None:
    """Put what a page's marked blocks print below them."""
    source[0] = shown.with_outputs(source[0], page, HERE / "_shown")


def setup(app: Any) -> None:
    """Sphinx calls this once."""
    app.connect("source-read", add_outputs)
