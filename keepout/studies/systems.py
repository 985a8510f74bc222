"""Each modelled system beside its published figures: what the model makes of them, and why not.

The published figure is the catalogue's, with its range, source and grade. What stands beside it
is worked out: interceptors are flown, windows are opened, trials are run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.catalogue import read
from keepout.catalogue.entry import Entry
from keepout.intercept.flyout import flight_time_s, flyout_kernel
from keepout.intercept.geometry import reached_kernel
from keepout.intercept.sizing import ELEVATION_RAD, burnout_speed_mps
from keepout.records.defence import FLYOUT, FLYOUT_ALTS, FLYOUT_RANGES
from keepout.scenario.book import Book
from keepout.scenario.rows import interceptor_rows

PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "S1": ("THAAD battery", ("thaad-battery",)),
    "S3": ("THAAD interceptor", ("thaad-interceptor",)),
    "S7": ("Arrow 2 and Arrow 3",
           ("arrow-2-battery", "arrow-2", "arrow-3-battery", "arrow-3")),
    "S8": ("Destroyers with Aegis",
           ("aegis-destroyer", "sm-3-ib", "aegis-sm-3-ia", "sm-3-ia", "aegis-sm-3-iia", "sm-3-iia",
            "aegis-sm-6", "sm-6")),
    "S9": ("Partners and neighbours",
           ("patriot-battery", "pac-3-mse", "patriot-cri-battery", "pac-3-cri",
            "patriot-gem-battery", "pac-2-gem-t", "samp-t-battery", "partner-frigate", "aster-30",
            "fighter-patrol", "air-to-air-missile", "davids-sling-battery", "stunner",
            "iron-dome-battery", "tamir")),
}  # fmt: skip
"""Rows of the page: which systems stand in each."""

G0_MPS2 = 9.80665
FARTHER, HEIGHTS = 3.0, 40
"""Reach is looked for up to this many times the published one; heights that are tried."""


@dataclass(frozen=True)
class Line:
    """One figure: published (with range), worked out, and what is to be said of the difference."""

    place: str
    system: str
    quantity: str
    unit: str
    published: float
    low: float | None
    high: float | None
    computed: float
    tolerance: float
    why: str  # the tolerance
    how: str  # the computed figure came about
    source: str
    grade: str
    reason: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the two are within the tolerance."""
        return abs(self.computed - self.published) <= self.tolerance


def lines() -> list[Line]:
    """All figures of all systems, in the order of the page."""
    made: list[Line] = []
    for place, (_, ids) in PLACES.items():
        for id_ in ids:
            kind = read.kind_of(id_)
            entry = read.entry(id_, kind)
            made += _battery(place, entry) if kind == "battery" else _interceptor(place, entry)
    return made


def _line(
    place: str, entry: Entry, quantity: str, field: str, scale: float, computed: float,
    tolerance: float, why: str, how: str, reason: str = "",
) -> Line:  # fmt: skip
    """A line whose published figure is a field of the catalogue, in its unit."""
    number = entry.number(field)
    return Line(
        place, entry.id, quantity, number.unit or "", float(number.value), number.low, number.high,
        computed * scale, tolerance * scale, why, how, ", ".join(number.source), number.grade,
        reason,
    )  # fmt: skip


# -- interceptors ----------------------------------------------------------------------------


def row_of(id_: str) -> Any:
    """The INTERCEPTOR row of a catalogue entry."""
    return interceptor_rows(Book(), [id_])[0]


def farthest_m(row: Any, *, limit_m: float, flight_s: float | None = None) -> float:
    """Greatest ground range at which a round can meet something between floor and ceiling [m].

    limit_m  the table reaches so far;  flight_s  longest flight, the row's unless given
    """
    row = row.copy()
    row.reach_m = limit_m
    row.floor_m = min(float(row.floor_m), 0.98 * float(row.ceiling_m))
    if flight_s is not None:
        row.max_flight_s = flight_s
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(row, table)
    alts = np.linspace(float(row.floor_m), float(row.ceiling_m), HEIGHTS)
    for k in range(FLYOUT_RANGES - 1, -1, -1):
        s = limit_m * k / (FLYOUT_RANGES - 1)
        if any(math.isfinite(flight_time_s(table, row, s, float(h))) for h in alts):
            return s
    return math.nan


def lowest_met_m(row: Any) -> float:
    """The lowest height at which a round can meet something, at any range [m]; nan if none."""
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(row, table)
    ranges = np.linspace(0.0, float(row.reach_m), HEIGHTS)
    for h in np.linspace(float(row.floor_m), float(row.ceiling_m), 20 * HEIGHTS):
        if any(math.isfinite(flight_time_s(table, row, float(s), float(h))) for s in ranges):
            return float(h)
    return math.nan


def _interceptor(place: str, entry: Entry) -> list[Line]:
    """Burnout speed, reach, ceiling and floor of one interceptor."""
    row = row_of(entry.id)
    reach_m, cell_m = float(row.reach_m), float(row.reach_m) / (FLYOUT_RANGES - 1)
    got_m = farthest_m(row, limit_m=reach_m)
    free_m = max(got_m, farthest_m(row, limit_m=FARTHER * reach_m))
    speed = float(burnout_speed_mps(row, ELEVATION_RAD))
    tall_m = float(row.ceiling_m) / (FLYOUT_ALTS - 1)
    climb_m = float(reached_kernel(row, 0.5 * math.pi, float(row.max_flight_s)))
    quick_m = float(reached_kernel(row, 0.5 * math.pi, float(row.burn_s)))
    return [
        _line(
            place, entry, "burnout speed", "burnout_speed", 1e-3, speed, 0.003 * speed,
            "the motor is sized for it; propellant is written to 0.1 kg",
            "boost flown at 60 degrees, air and gravity included",
        ),
        _line(
            place, entry, "reach", "reach", 1e-3, got_m, 1.01 * cell_m, "one cell of the table",
            f"farthest intercept of a thrown body; by flight alone {free_m / 1e3:,.0f} km",
            "" if got_m >= reach_m - 1.01 * cell_m else _too_short(row, got_m),
        ),
        _line(
            place, entry, "ceiling", "ceiling", 1e-3, min(climb_m, float(row.ceiling_m)), 1.0,
            "a rule of the model, kept where the flight gets there",
            f"straight up it would climb to {climb_m / 1e3:,.0f} km in its longest flight",
            "" if climb_m >= row.ceiling_m else "it cannot climb so high",
        ),
        _line(
            place, entry, "floor", "floor", 1e-3, lowest_met_m(row), tall_m,
            "a rule of the model, to one cell of the table",
            f"lowest intercept of a flight; overhead it burns out at {quick_m / 1e3:,.1f} km",
            "" if quick_m <= row.floor_m else "overhead nothing is met below burnout",
        ),
    ]  # fmt: skip


def _too_short(row: Any, got_m: float) -> str:
    """Why a thrown body does not get to a published reach, in numbers."""
    reach_m = float(row.reach_m)
    speed = float(burnout_speed_mps(row, ELEVATION_RAD))
    vacuum_m = speed * speed / G0_MPS2
    said = f"a thrown body gets {got_m / 1e3:.0f} km"
    if vacuum_m < reach_m:
        glide = reach_m / (0.5 * vacuum_m)
        return (
            f"{said}; even without air the published speed carries it {vacuum_m / 1e3:.0f} km, so "
            f"the published reach needs lift (a mean ratio to drag of about {glide:.1f}) or a "
            "sustained motor; it is a figure against aircraft"
        )
    longer_m = farthest_m(row, limit_m=1.5 * reach_m, flight_s=2.0 * float(row.max_flight_s))
    longest = f"the longest flight, {float(row.max_flight_s):.0f} s, which is an assumption"
    if longer_m >= reach_m:
        return f"{said}: {longest}, ends it; in twice that it would get {longer_m / 1e3:.0f} km"
    more = f"{longer_m / 1e3:.0f} km in twice {longest}"
    return f"{said}, and {more}: the rest needs lift or a second pulse"


# -- batteries -------------------------------------------------------------------------------


def _battery(place: str, entry: Entry) -> list[Line]:
    """Rounds, reload, crew and cost of one battery, as the Case that the engine runs has them."""
    from keepout.studies.systems_run import case_of, measured_reload_s

    case, resolved = case_of(entry.id)
    battery = case.battery[0]
    rounds = float(case.quantile[battery.rounds, 256])
    launchers, each = entry.number("launchers").value, entry.number("rounds_per_launcher").value
    number = entry.number("rounds_per_launcher")
    reload_s = measured_reload_s(entry.id)
    unit_s = entry.number("reload_time").si / float(entry.number("reload_time").value)
    interval_s = entry.number("launch_interval").si
    price = resolved["prices"]["round_usd"][entry.id]
    cost = read.entry(entry.text("interceptor"), "interceptor").number("cost_usd")
    return [
        Line(
            place, entry.id, "ready rounds", "", float(launchers * each), None, None, rounds, 0.0,
            "a count", f"of the resolved battery: {launchers:g} launchers with {each:g}",
            ", ".join(number.source), number.grade,
        ),
        _line(
            place, entry, "reload of a launcher", "reload_time", 1.0 / unit_s, reload_s,
            2.0 * interval_s, "two launch intervals, as rounds leave one after another",
            "between the last round of one load and the first of the next, in a trial",
        ),
        _line(
            place, entry, "crew", "crew", 1.0, float(entry.number("crew").value), 0.0,
            "taken as published", "no model: what is exposed if the battery is hit",
        ),
        _line(
            place, entry, "cost of the battery", "cost_usd", 1.0,
            float(entry.number("cost_usd").value), 0.0, "taken as published",
            "no model: what counts in it differs by source",
        ),
        Line(
            place, entry.id, "cost of one round", "USD", float(cost.value), cost.low, cost.high,
            float(price), 0.0, "a price", "what a run charges for each round fired",
            ", ".join(cost.source), cost.grade,
        ),
    ]  # fmt: skip
