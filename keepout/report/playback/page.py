"""Where the built page of the web application is, if it is here."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "web"
"""`make web` makes it, a wheel holds it."""
FILES = ("index.html", "app.js", "app.css")
WITHOUT = "the page of the web application is not in this installation"
BUILD = "in a clone of the sources, `make web` builds it (Node 20 is needed for that, once)"


def has_page() -> bool:
    """Whether the built page is here."""
    return all((ASSETS / name).is_file() for name in FILES)
