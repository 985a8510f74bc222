"""What each modelled defence does beside its published reach, heights, speed, rounds and reload.

Published figures are the catalogue's, with their sources and grades; interceptors are flown, and
trials run, to see what the model makes of them. Where a round does not get to a published reach,
the row misses and says why. Crew and price are taken as published and stand only on the page of
the manual. Two figures of events are here too: Arrow 3 meets its targets in space at hypersonic
speed, and two destroyers fired about a dozen rounds on 1 October 2024. The last is no test of the
model: the magazine of the scenario was set from it.
"""

from __future__ import annotations

from pathlib import Path

from keepout.studies.systems import Line, lines
from keepout.studies.systems_run import fired_by, space_meeting
from keepout.validation.check import MODEL, Check

TITLE = "Systems of the defence beside their published figures"
SKIPPED = ("crew", "cost of the battery", "cost of one round")
SPACE_KM, HYPERSONIC_KMPS = 100.0, 1.7
"""Where space begins, as reports have it, and Mach 5 near the ground."""


def checks(data: Path | None) -> list[Check]:
    """A row for each figure that the model works out, then the two of events."""
    rows = [_check(line) for line in lines() if line.quantity not in SKIPPED]
    first = space_meeting()["looks"][0]
    above = (
        float(first["alt_km"]) > SPACE_KM and float(first["closing_mps"]) > 1e3 * HYPERSONIC_KMPS
    )
    rows.append(
        Check(
            case="systems", quantity="S7 arrow-3: where and how it meets a missile of 1,200 km",
            unit="", published="in space, hypersonic",
            computed="in space, hypersonic" if above else "not so", why="as reported", kind=MODEL,
            source="INN 2010; press of 2023 and 2024", grade="B",
            note=f"first at {first['alt_km']:.0f} km, closing at "
            f"{float(first['closing_mps']) / 1e3:.1f} km/s",
        )
    )  # fmt: skip
    rows.append(
        Check(
            case="systems", quantity="S8 two destroyers, 1 October 2024: rounds fired", unit="",
            published=12.0, computed=fired_by("october-2024", "aegis-destroyer"), tolerance=2.0,
            why="published as about a dozen", kind=MODEL, source="Pentagon, 1 October 2024",
            grade="A", note="the magazine was set from this figure: no test",
        )
    )  # fmt: skip
    return rows


def _check(line: Line) -> Check:
    """A figure as a row of ``keepout validate``."""
    low, high = line.low, line.high
    spread = "" if low is None or high is None else f"; published {low:g} to {high:g}"
    return Check(
        case="systems", quantity=f"{line.place} {line.system}: {line.quantity}", unit=line.unit,
        published=line.published, computed=line.computed, tolerance=line.tolerance + 1e-9,
        why=f"{line.why}{spread}", kind=MODEL, source=line.source, grade=line.grade,
        note="; ".join(filter(None, (line.reason, line.how))),
    )  # fmt: skip
