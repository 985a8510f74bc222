"""Checks against what was published: one file per case, the figures in it as facts with source.

A case is a module of this package with

    TITLE    one line
    checks   (data: Path | None) -> list[Check], see check.py

and a docstring that says what is compared, where the figures come from and what the comparison
cannot tell; the page of the manual is made of it. Its name in CASES registers it (``gun_table``
here is ``gun-table`` on the command line). What a check needs stands in its file, so that it
works from a wheel; bulk data are read below ``data``, the folder that KEEPOUT_DATA names, or the
row is made by ``not_run`` with ``missing(data, name)`` as the reason. Misses stay in the list.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from keepout.validation.check import Check

CASES: tuple[str, ...] = (
    "published_flights", "free_fall", "minimum_energy", "allen_eggers", "rocket_equation",
    "presets", "nesc", "falcon9", "gun_table", "assignment", "systems",
    "closed_forms", "radar_range",
)  # fmt: skip
"""Modules of this package, in the order of the page."""


def name_of(module: str) -> str:
    """A case as people write it."""
    return module.replace("_", "-")


def case(module: str) -> ModuleType:
    """The module of one case."""
    return importlib.import_module(f"keepout.validation.{module}")


def run(only: Iterable[str], data: Path | None) -> dict[str, list[Check]]:
    """Module → its checks, made now; ``only`` limits them to some modules, none to all."""
    chosen = tuple(only) or CASES
    return {module: case(module).checks(data) for module in CASES if module in chosen}
