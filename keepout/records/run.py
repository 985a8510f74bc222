"""A finished run as everything downstream reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from .outcome import Layout

Outcomes: TypeAlias = Any
"""(trials, columns) int32 in trial order: an array, or rows in files that read like one."""


@dataclass(frozen=True)
class Run:
    """A Case's name and settings, its Outcomes, and the Events of the kept trials.

    ``outcomes`` is (trials, columns) int32 in trial order; ``manifest`` what
    manifest.json holds; ``resolved`` every resolved value with unit, source, grade.
    """

    folder: Path | None
    manifest: dict[str, Any]
    resolved: dict[str, Any]
    scenario_text: str
    layout: Layout
    outcomes: Outcomes
    events: list[dict[str, Any]] = field(default_factory=list)
    tracks: list[dict[str, Any]] = field(default_factory=list)
