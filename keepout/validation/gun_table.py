"""A range table of 1935: a 16-inch gun of the United States Navy, 2,100 lb at 2,600 ft/s.

The last rows of the table: range, angle of departure and of fall, time of flight and striking
velocity, for 37,000 to 39,600 yd. One form factor per drag law is fitted on the row of 38,300 yd;
everything else is predicted. Chosen: the G1 law (Ingalls' and Mayevski's projectile in the
tabulation of the Ballistic Research Laboratory) through the air that tables of that time were
computed in, the Army Standard Metro: density falling with exp(-3.158e-5 y/ft) from 0.07513 lb/ft3,
speed of sound 1120.27 ft/s at the ground, temperature falling with exp(-6.015e-6 y/ft). The Earth
is a sphere that does not turn, as in the tables. The other laws stand beside it with the row that
each misses most, and G1 and Ingalls once more through the standard atmosphere of 1976.

What it cannot tell: the table was computed, not measured row by row, with a drag function that it
does not name; a law that meets it is like the table's, not necessarily like the shell. A smooth
curve of range against angle beyond 35 deg tells little about drag below Mach 1. The chosen law is
0.3 to 0.9 per cent long in time, and nothing here says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from scipy.optimize import brentq

from keepout.earth.atmosphere import air as air_of_1976
from keepout.flight.drag import cd_of
from keepout.flight.throw import Air, throw
from keepout.records.missile import (
    DRAG_CONE,
    DRAG_CONSTANT,
    DRAG_G1,
    DRAG_G6,
    DRAG_G7,
    DRAG_INGALLS,
    DRAG_V2,
)
from keepout.records.place import Place
from keepout.validation.check import MODEL, Check

TITLE = "A gun's range table of 1935"
SOURCE = "US Navy, range table of the 16-inch gun (2,100 lb, 2,600 ft/s), 1935"
MASS_KG = 2100.0 * 0.45359237
AREA_M2 = 0.25 * math.pi * (16.0 * 0.0254) ** 2
SPEED_MPS = 2600.0 * 0.3048
YARD_M, FOOT_M = 0.9144, 0.3048
RADIUS_M = 6371008.8
RTOL = 1e-9
ERROR_M, ERROR_S, ERROR_DEG, ERROR_MPS = 0.2, 1e-3, 1e-3, 0.01
"""Of a flight at that tolerance, against 1e-11: the kinks of the air cost most."""
LARGEST_OF_ALL = 0.003, 0.01, 1.5, 0.02
"""Range, time, angle of fall [deg], striking velocity: what may be missed."""


class Row(NamedTuple):
    """One row, as printed but for the minutes of the angles."""

    range_yd: float
    departure_deg: float
    fall_deg: float
    time_s: float
    strike_ftps: float


# fmt: off
ROWS = tuple(Row(*row) for row in (
    (37000, 35 + 27.7 / 60, 47 + 47 / 60, 77.70, 1470),
    (37200, 35 + 56.8 / 60, 48 + 14 / 60, 78.58, 1476),
    (37400, 36 + 26.9 / 60, 48 + 42 / 60, 79.48, 1482),
    (37600, 36 + 58.1 / 60, 49 + 10 / 60, 80.40, 1488),
    (37800, 37 + 30.4 / 60, 49 + 39 / 60, 81.34, 1494),
    (38000, 38 + 4.0 / 60, 50 + 9 / 60, 82.28, 1500),
    (38300, 38 + 57.4 / 60, 50 + 55 / 60, 83.70, 1509),
    (38500, 39 + 35.0 / 60, 51 + 27 / 60, 84.69, 1515),
    (38700, 40 + 14.3 / 60, 52 + 0 / 60, 85.72, 1523),
    (38900, 40 + 56.6 / 60, 52 + 34 / 60, 86.90, 1531),
    (39100, 41 + 45.9 / 60, 53 + 13 / 60, 88.40, 1539),
    (39300, 42 + 49.4 / 60, 54 + 3 / 60, 90.38, 1547),
    (39500, 44 + 17.5 / 60, 55 + 12 / 60, 93.00, 1555),
    (39600, 45 + 14.9 / 60, 55 + 54 / 60, 94.60, 1559),
))
# fmt: on
FITTED = ROWS[6]


def army_air(alt_m: float) -> tuple[float, float, float]:
    """The Army Standard Metro: density [kg/m3], no pressure, speed of sound [m/s].

    Source: R. L. McCoy, Modern Exterior Ballistics (1999), ch. 8 (density and temperature by
    height); 59 F, 29.53 inHg and 78 per cent humidity at the ground.
    """
    y_ft = alt_m / FOOT_M
    rho = 0.07513 * 0.45359237 / FOOT_M**3 * math.exp(-3.158e-5 * y_ft)
    return rho, 0.0, 1120.27 * FOOT_M * math.exp(-0.5 * 6.015e-6 * y_ft)


@dataclass(frozen=True)
class Gun:
    """The gun with a drag law, through an air."""

    law: str
    drag_law: int
    through: str = "Army Standard Metro"
    air: Air = army_air

    def fire(self, form: float, departure_deg: float) -> Row:
        """Where a shot falls, in the units of the table."""
        end = throw(
            Place(lat_deg=0.0, lon_deg=0.0),
            speed_mps=SPEED_MPS,
            azimuth_rad=0.5 * math.pi,
            elevation_rad=math.radians(departure_deg),
            beta_kgpm2=MASS_KG / (AREA_M2 * form * float(cd_of(self.drag_law, 8.0))),
            earth="sphere-still",
            radius_m=RADIUS_M,
            drag_law=self.drag_law,
            air=self.air,
            rtol=RTOL,
        )
        return Row(
            math.radians(end.place.lon_deg) * RADIUS_M / YARD_M,
            departure_deg,
            math.degrees(end.falling_rad),
            end.t_s,
            end.speed_mps / FOOT_M,
        )

    def form(self) -> float:
        """The form factor that puts the fitted row right."""

        def long_yd(form: float) -> float:
            return self.fire(form, FITTED.departure_deg).range_yd - FITTED.range_yd

        low, high = (0.05, 4.0) if self.drag_law != DRAG_CONSTANT else (0.05, 1.0)
        return float(brentq(long_yd, low, high, xtol=1e-7))


CHOSEN = Gun("G1", DRAG_G1)
OTHERS = (
    Gun("Ingalls", DRAG_INGALLS),
    Gun("G6", DRAG_G6),
    Gun("G7", DRAG_G7),
    Gun("V-2", DRAG_V2),
    Gun("9 deg cone", DRAG_CONE),
    Gun("constant", DRAG_CONSTANT),
    Gun("G1", DRAG_G1, "the air of 1976", air_of_1976),
    Gun("Ingalls", DRAG_INGALLS, "the air of 1976", air_of_1976),
)
SHOWN = (37000, 37600, 38000, 38700, 39100, 39600)


def checks(data: Path | None) -> list[Check]:
    """Rows of the chosen law, and the worst row of every other."""
    form = CHOSEN.form()
    rows = []
    for row in ROWS:
        if row.range_yd in SHOWN:
            rows += _four(CHOSEN, form, row, CHOSEN.fire(form, row.departure_deg))
    for gun in OTHERS:
        form = gun.form()
        every = [
            _four(gun, form, row, gun.fire(form, row.departure_deg))
            for row in ROWS
            if row != FITTED
        ]
        for column in zip(*every, strict=True):
            worst = max(column, key=lambda check: abs(check.difference or 0.0) / check.tolerance)
            rows.append(replace(worst, quantity=worst.quantity + f" (worst of {len(every)} rows)"))
    return rows


def _four(gun: Gun, form: float, row: Row, shot: Row) -> list[Check]:
    """Range, time, angle of fall and striking velocity of one shot."""
    share = LARGEST_OF_ALL
    return [
        _check(gun, form, row, *what)
        for what in (
            ("range", "yd", row.range_yd, shot.range_yd, share[0] * row.range_yd, ERROR_M / YARD_M),
            ("time", "s", row.time_s, shot.time_s, share[1] * row.time_s, ERROR_S),
            ("angle of fall", "deg", row.fall_deg, shot.fall_deg, share[2], ERROR_DEG),
            ("striking velocity", "ft/s", row.strike_ftps, shot.strike_ftps,
             share[3] * row.strike_ftps, ERROR_MPS / FOOT_M),
        )
    ]  # fmt: skip


def _check(
    gun: Gun, form: float, row: Row, what: str, unit: str, published: float, computed: float,
    tolerance: float, error: float,
) -> Check:  # fmt: skip
    """One figure of one row."""
    off = computed - published
    told = f"{off:+.2f} deg" if unit == "deg" else f"{100.0 * off / published:+.2f} %"
    return Check(
        case="gun-table",
        quantity=f"{gun.law} through {gun.through}, {row.range_yd:,.0f} yd: {what}",
        unit=unit,
        published=float(published),
        computed=computed,
        tolerance=tolerance,
        why="0.3 % of range, 1 % of time, 1.5 deg, 2 % of speed: what other laws of the time span",
        kind=MODEL,
        numerical_error=error,
        source=SOURCE,
        grade="B",
        note=f"form factor {form:.3f}, fitted on 38,300 yd; {told}",
    )
