"""THAAD's footprint against missiles of 1,000 to 1,600 km, and the assumptions that move it.

One battery at a notional place, a missile from one direction, and one thing changed at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from keepout.catalogue import read
from keepout.intercept.sizing import motor_of
from keepout.studies.coverage import Coverage, Question, coverage
from keepout.studies.footprint import Asked, Found, footprint, layer_s

MISSILE, SCENARIO, AZIMUTH_DEG = "sejjil", "tutorial", 70.0
"""A missile whose reach does not cut the map, the battery's scenario, and where it comes from."""

RANGES_M = (1000e3, 1300e3, 1600e3)
USUAL_M = 1300e3
IMPULSE_S = 265.0
"""Specific impulse with which the catalogue's motor was derived; see its note."""

CASE = "own radar"
COARSE_M = 15e3
"""Cells of the map in the manual: its areas are then right to some per cent."""


@dataclass(frozen=True)
class Row:
    """One footprint: what was changed, the areas [km2] with one and with two looks, the layer."""

    changed: str
    range_km: float
    one_km2: float
    two_km2: float
    error_km2: float
    layer_s: float | None


def rows(step_m: float | None = None) -> list[Row]:
    """The footprints of the page, the usual assumptions first."""
    made = []
    found = {range_m: _found(range_m, step_m) for range_m in RANGES_M}
    for range_m, each in found.items():
        made.append(_row("usual assumptions", range_m, each.coverage, layer_s(each)))
    usual = found[USUAL_M]
    for words, question, case in _changes(usual.question):
        same = question.radars is usual.question.radars
        same = same and question.track_s == usual.question.track_s
        covered = coverage(question, step_m, usual.coverage if same else None)
        made.append(_row(words, USUAL_M, covered, layer_s(replace(usual, question=question)), case))
    return made


def _found(range_m: float, step_m: float | None) -> Found:
    asked = Asked(
        missile=MISSILE, azimuth_rad=math.radians(AZIMUTH_DEG), range_m=range_m, step_m=step_m
    )
    return footprint(SCENARIO, asked)


def _row(
    words: str, range_m: float, covered: Coverage, layer: float | None, case: str = CASE
) -> Row:
    two = covered.area_km2(case, 2)
    return Row(
        words, range_m / 1e3, covered.area_km2(case, 1), two, covered.error_km2(case, 2), layer
    )


def with_speed(question: Question, speed_mps: float) -> Question:
    """The same battery with a motor that reaches another burnout speed."""
    interceptor = question.interceptor.copy()
    interceptor.propellant_kg, interceptor.thrust_n = motor_of(interceptor, speed_mps, IMPULSE_S)
    return replace(question, interceptor=interceptor)


def with_limits(question: Question, **limits: float) -> Question:
    """The same battery with another floor, ceiling or reach of its interceptor [m]."""
    interceptor = question.interceptor.copy()
    for name, value in limits.items():
        interceptor[name] = value
    return replace(question, interceptor=interceptor)


def _changes(usual: Question) -> list[tuple[str, Question, str]]:
    """What is changed, one thing at a time: words, question, and the case that is read."""
    entry = read.entry("thaad-interceptor")
    floor, ceiling = entry.number("floor"), entry.number("ceiling")
    reach, speed = entry.number("reach"), entry.number("burnout_speed")
    fast = 1.1 * speed.si
    found = [
        (f"burnout speed {v / 1e3:.2g} km/s", with_speed(usual, v), CASE)
        for v in (float(speed.low or speed.si) * 1e3, fast)
    ]
    for number, field, words in (
        (floor, "floor_m", "floor"), (ceiling, "ceiling_m", "ceiling"), (reach, "reach_m", "reach"),
    ):  # fmt: skip
        for end in dict.fromkeys((number.low, number.high)):
            if end is not None and end != number.value:
                changed = with_limits(usual, **{field: float(end) * 1e3})
                found.append((f"{words} {end:g} km", changed, CASE))
    found.append(("keep-out altitude 70 km", replace(usual, lowest_m=70e3), CASE))
    for seconds in (5.0, 20.0):
        changed = replace(usual, assess_s=seconds)
        found.append((f"assessment {seconds:g} s", changed, CASE))
    return found + _reactions(usual)


def _reactions(usual: Question) -> list[tuple[str, Question, str]]:
    """Later and earlier readiness: reaction time, and a cue."""
    radars = {CASE: usual.radars[CASE]}
    late = [
        (f"{seconds:g} s of firm track before firing", replace(usual, track_s=seconds), CASE)
        for seconds in (60.0, 300.0)
    ]
    blind = {name: [_short(radar, 200e3) for radar in found] for name, found in radars.items()}
    return [
        *late,
        ("radar that sees 200 km, without a cue", replace(usual, radars=blind), CASE),
        ("radar that sees 200 km, with a cue", replace(usual, radars=blind), "outside"),
        ("cue 30 s after burnout", usual, "outside"),
    ]


def _short(radar: object, range_m: float) -> object:
    copy = radar.copy()  # type: ignore[attr-defined]
    copy.range_max_m = range_m
    return copy
