"""Powered flight of five stages against the rocket equation, and its cut-off and shroud.

In vacuum and without gravity a stack gains the sum of ve ln(m0 / m1) over its burns (K. E.
Tsiolkovsky, 1903). Gravity takes about 9.8 m/s for each second from lift-off, so burns of a few
thousandths of a second are flown, then all times halved, and the gain is taken to the limit of no
time at all. The stages have neither drag nor back pressure; some coast before the next lights; the
shroud leaves with the first stage or at a time of its own; the speed is read at the end, and where
the thrust would be cut off on the way. Tests compare more moments and shrouds.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from keepout.earth.geodesy import ecef_m
from keepout.flight.boost import boost_kernel, state_at
from keepout.flight.integrate import BOOST_TOLERANCE, KNOT
from keepout.records.missile import DRAG_V2, MISSILE, STAGE
from keepout.records.place import Place
from keepout.validation.check import NUMERICAL, Check

TITLE = "The rocket equation over five stages"
LAUNCH = Place(lat_deg=34.3, lon_deg=47.1)
STAGES = (  # propellant, dry [kg], exhaust speed [m/s], burn, coast after it [s]
    (30000.0, 3000.0, 2500.0, 0.04, 0.0),
    (12000.0, 1400.0, 2700.0, 0.03, 0.02),
    (5000.0, 600.0, 2800.0, 0.03, 0.0),
    (1500.0, 250.0, 2900.0, 0.02, 0.01),
    (400.0, 80.0, 3000.0, 0.01, 0.0),
)
PAYLOAD_KG, SHROUD_KG = 300.0, 150.0
MOMENTS = (  # of the cut-off, of the shroud's leaving (0: with the first stage) [s]
    (0.16, 0.0), (0.16, 0.1), (0.105, 0.0), (0.02, 0.015),
)  # fmt: skip
STEPS = 1e-3
"""Of the usual step tolerance: the check is of the forces, not of the steps."""


def gained(t_s: float, shroud_s: float, scale: float, sea_level: float = 1.0) -> float:
    """Speed of the flown stack [m/s] at a time of the programme, all times scaled.

    sea_level  thrust there as a share of the vacuum thrust
    """
    missile = np.zeros(1, MISSILE).view(np.recarray)[0]
    stages = np.zeros(len(STAGES), STAGE).view(np.recarray)
    missile.stages, missile.payload_kg = len(STAGES), PAYLOAD_KG
    missile.shroud_kg, missile.shroud_s = SHROUD_KG, shroud_s * scale
    for row, (fuel_kg, dry_kg, exhaust_mps, burn_s, coast_s) in zip(stages, STAGES, strict=True):
        row.propellant_kg, row.dry_kg, row.drag_law = fuel_kg, dry_kg, DRAG_V2
        row.burn_s, row.coast_s = burn_s * scale, coast_s * scale
        row.thrust_vac_n = exhaust_mps * fuel_kg / row.burn_s
        row.thrust_sl_n = sea_level * row.thrust_vac_n
    y, knots, work = np.empty(6), np.empty((4000, KNOT)), np.empty((12, KNOT))
    _, _, used = boost_kernel(
        missile, stages, ecef_m(LAUNCH), 0.3, 0.0, BOOST_TOLERANCE * STEPS, y, knots, work
    )
    state_at(knots, used, t_s * scale, y)
    return float(np.linalg.norm(y[3:]))


def limit(t_s: float, shroud_s: float) -> float:
    """The same as all times go to zero [m/s]: what gravity takes is of first order in them."""
    return 2.0 * gained(t_s, shroud_s, 0.05) - gained(t_s, shroud_s, 0.1)


def rocket_equation(t_s: float, shroud_s: float) -> float:
    """The same by closed form; the shroud leaves at its time, or with the first stage."""
    gain, begin, held = 0.0, 0.0, True
    mass = PAYLOAD_KG + SHROUD_KG + sum(row[0] + row[1] for row in STAGES)
    shroud_s = shroud_s or STAGES[0][3]
    for fuel_kg, dry_kg, exhaust_mps, burn_s, coast_s in STAGES:
        at = begin
        for stop in sorted({min(max(shroud_s, begin), begin + burn_s), begin + burn_s}):
            until = min(stop, t_s)
            if until > at:
                left = mass - fuel_kg / burn_s * (until - at)
                gain += exhaust_mps * math.log(mass / left)
                mass, at = left, until
            if held and shroud_s <= at:
                mass, held = mass - SHROUD_KG, False
        mass -= dry_kg
        begin += burn_s + coast_s
        if held and shroud_s <= begin:
            mass, held = mass - SHROUD_KG, False
    return gain


def checks(data: Path | None) -> list[Check]:
    """Speeds at some moments of the programme."""
    rows = []
    for t_s, shroud_s in MOMENTS:
        exact = rocket_equation(t_s, shroud_s)
        left = "with the first stage" if shroud_s == 0.0 else f"at {shroud_s:g} s"
        rows.append(
            Check(
                case="rocket-equation", quantity=f"cut-off at {t_s:g} s, shroud off {left}: speed",
                unit="m/s", published=exact, computed=limit(t_s, shroud_s), tolerance=1e-6 * exact,
                why="what is left of gravity is of second order in the time: below a millionth",
                kind=NUMERICAL, numerical_error=1e-7 * exact,
                source="K. E. Tsiolkovsky (1903); G. P. Sutton, Rocket Propulsion Elements, ch. 4",
                grade="A",
            )
        )  # fmt: skip
    return rows
