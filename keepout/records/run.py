"""A finished run as everything downstream reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .outcome import Layout


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
    outcomes: np.ndarray
    events: list[dict[str, Any]] = field(default_factory=list)
    tracks: list[dict[str, Any]] = field(default_factory=list)
