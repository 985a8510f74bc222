"""Files that a verb writes: looked at before anything is computed, never over something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

SUFFIXES = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
"""What a picture can be, and how its file begins."""


class PictureFile(click.Path):
    """A file for a picture: of a kind that can be written, where nothing else would be lost."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """The path; a usage error says what is wrong with it, before anything is flown."""
        path: Path = super().convert(value, param, ctx)  # type: ignore[assignment]
        kinds = ", ".join(SUFFIXES)
        if path.suffix.lower() not in SUFFIXES:
            self.fail(
                f"{path} is no picture by its name: it must end in one of {kinds}", param, ctx
            )
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent} for {path.name}", param, ctx)
        if path.exists() and not _is_picture(path):
            self.fail(f"{path} exists and is not such a picture; choose another name", param, ctx)
        return path


def _is_picture(path: Path) -> bool:
    """Whether a file may be drawn over: it is empty, or a picture of the kind it is called."""
    head = _head(path)
    return head is not None and (not head or head.startswith(SUFFIXES[path.suffix.lower()]))


def _head(path: Path) -> bytes | None:
    """How a file begins; None if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(200)
    except OSError:
        return None


class GeoJsonFile(click.Path):
    """A file for GeoJSON, where nothing else would be lost."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """The path; a usage error says what is wrong with it, before anything is flown."""
        path: Path = super().convert(value, param, ctx)  # type: ignore[assignment]
        if path.suffix.lower() not in (".geojson", ".json"):
            self.fail(f"{path} must end in .geojson or .json", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent} for {path.name}", param, ctx)
        if path.exists() and b'"FeatureCollection"' not in (_head(path) or b""):
            self.fail(f"{path} exists and is no such file; choose another name", param, ctx)
        return path


class PageFile(click.Path):
    """A file for a page of HTML, where nothing else would be lost."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """The path; a usage error says what is wrong with it, before anything is computed."""
        path: Path = super().convert(value, param, ctx)  # type: ignore[assignment]
        if path.suffix.lower() not in (".html", ".htm"):
            self.fail(f"{path} must end in .html", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent} for {path.name}", param, ctx)
        if path.exists() and not (_head(path) or b"").lstrip().lower().startswith(b"<!doctype"):
            self.fail(f"{path} exists and is no page; choose another name", param, ctx)
        return path
