"""Published sums of two events, from one to the next: fitted on the first half, scored on the rest.

The figures are facts with their source. A forecast is made for each part of the second half from
the first half alone; none learns from the part before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .hierarchy import Part, constant_rate, fit
from .scores import scored

UAE_SUMS = (
    ("2026-02-28", 137, 132, 5, 0),
    ("2026-03-02", 174, 161, 13, 0),
    ("2026-03-04", 189, 175, 13, 1),
    ("2026-03-06", 205, 190, 13, 2),
    ("2026-03-07", 221, 205, 14, 2),
    ("2026-03-08", 238, 221, 15, 2),
    ("2026-03-09", 253, 233, 18, 2),
    ("2026-03-10", 262, 241, 19, 2),
)
"""Ballistic missiles detected, destroyed, in the sea, landed: sums to each day.

Ministry of Defence of the United Arab Emirates, as carried by Gulf News, WAM, Indian Express and
Dawn, 1 to 11 March 2026 (uae-mod-2026); grade A, an official claim."""

JUNE_SUMS = (("2025-06-17/18", 400, 20), ("2025-06-24", 550, 31))
"""Launched, and hits in populated areas: sums to each day. "More than 400" and "just over 20"
(IDF, Times of Israel, 18 June 2025), 550 and 31 (Israel, Euronews, 10 July 2025;
june-2025-counts); grade B. Two sums with both figures are all that is published."""

SPLIT = {"uae": 4, "june": 1}
"""Parts in the first half."""


@dataclass(frozen=True)
class Series:
    """Parts of an event, and how many of them are fitted."""

    name: str
    words: str
    source: str
    parts: tuple[Part, ...]
    fitted: int


def series() -> list[Series]:
    """Every series that is scored."""
    uae = _differences([(day, detected, landed) for day, detected, _, _, landed in UAE_SUMS])
    sea = _differences([(day, detected, wet) for day, detected, _, wet, _ in UAE_SUMS])
    return [
        Series("uae-landed", "landed, of those detected", "uae-mod-2026", uae, SPLIT["uae"]),
        Series("uae-sea", "fell into the sea, of those detected", "uae-mod-2026", sea,
               SPLIT["uae"]),
        Series("june-populated", "hit populated areas, of those launched", "june-2025-counts",
               _differences(list(JUNE_SUMS)), SPLIT["june"]),
    ]  # fmt: skip


def _differences(sums: Sequence[tuple[str, int, int]]) -> tuple[Part, ...]:
    """From sums to what came in between."""
    before = (0, 0)
    parts = []
    for day, whole, hits in sums:
        parts.append(Part(day, whole - before[0], hits - before[1]))
        before = (whole, hits)
    return tuple(parts)


def score(each: Series) -> dict[str, Any]:
    """Both forecasts of every part of the second half, and which is better in sum."""
    known, later = each.parts[: each.fitted], each.parts[each.fitted :]
    grid = fit(known)
    lines = [
        {
            "day": part.day,
            "whole": part.whole,
            "hits": part.hits,
            "model": scored(grid.predict(part.whole), part.hits),
            "baseline": scored(constant_rate(known, part.whole), part.hits),
        }
        for part in later
    ]
    return {"series": each.name, "words": each.words, "source": each.source,
            "fitted": [vars(part) for part in known], "scored": lines, **totals(lines)}  # fmt: skip


def totals(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Sums of the scores, and whether the baseline is beaten in both."""
    found: dict[str, Any] = {
        name: {who: float(np.sum([line[who][name] for line in lines])) for who in FORECASTERS}
        for name in ("log_score", "crps")
    }
    found["beaten"] = all(
        found[name]["model"] < found[name]["baseline"] for name in ("log_score", "crps")
    )
    return found


FORECASTERS = ("model", "baseline")
