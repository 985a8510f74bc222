"""Ballistic re-entry against the closed form of Allen and Eggers, to the limit of its assumptions.

In air whose density falls as exp(-h/H), without gravity and over a flat Earth, a body on a
straight path slows most where the density is beta sin(g) / H, with V2 sin(g) / (2 e H), at 0.607
of its entry speed (NACA TN 4047, 1957). Between 11 and 20 km the standard atmosphere is such air:
its mass above any height is the pressure over gravity, as the form needs. The same body is thrown
over Earths that come ever nearer to the assumptions: with the radius made larger at the same mass,
gravity and curvature go to zero, and what is left of the difference must go with them: to a tenth
with each tenfold radius. The limit is not zero against the exponential form, because gravity falls
a little over the height of the air; put the standard atmosphere's own mass above the height into
the form, and it is.

The rows over the real Earth say what the form is worth there: they are errors of its assumptions.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from keepout.earth.atmosphere import G0_MPS2, R_AIR, air, density_kgpm3
from keepout.earth.geodesy import MEAN_RADIUS_M, enu_matrix
from keepout.flight.blown import Blown, free
from keepout.flight.throw import World
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place
from keepout.validation.check import MODEL, NUMERICAL, Check

TITLE = "Allen and Eggers' re-entry"
SOURCE = "H. J. Allen and A. J. Eggers, NACA TN 4047 (1957)"
CASES = ((7000.0, 45.0, 1300.0), (9000.0, 35.0, 1700.0))  # speed [m/s], path [deg], beta [kg/m2]
TOP_M = 100e3
RADII = (100.0, 1000.0)
START = Place(lat_deg=0.0, lon_deg=0.0, alt_m=TOP_M)
EARTH_M = 6356766.0
"""Of the standard atmosphere's geopotential height."""


def scale_m(height_m: float) -> float:
    """Scale height at a height of the layer of 216.65 K."""
    return R_AIR * 216.65 / G0_MPS2 * (1.0 + height_m / EARTH_M) ** 2


def worst_height_m(angle: float, beta: float) -> float:
    """Where the deceleration is greatest: density is beta sin(g) / H there."""
    low, high = 11e3, 20e3
    for _ in range(60):
        middle = 0.5 * (low + high)
        if density_kgpm3(middle) * scale_m(middle) > beta * math.sin(angle):
            low = middle
        else:
            high = middle
    return low


@cache
def column_kgpm2(height_m: float) -> float:
    """Mass of the standard atmosphere above a height, below the height of the throw."""
    from scipy.integrate import quad

    edges = (height_m, 20.1e3, 32.2e3, 47.4e3, 51.5e3, 71.9e3, 86e3, TOP_M)
    parts = [quad(lambda z: air(z)[0], a, b, epsabs=1e-6)[0] for a, b in pairwise(edges)]
    return float(sum(parts))


def closed_mps2(speed: float, angle: float, beta: float, own_air: bool) -> float:
    """Greatest deceleration by closed form, with the exponential or the own mass of air."""
    height = worst_height_m(angle, beta)
    h = scale_m(height)
    passed = column_kgpm2(height) / (beta * math.sin(angle)) if own_air else 1.0
    return speed**2 * math.sin(angle) / (2.0 * h) * math.exp(-passed)


def flown_mps2(speed: float, angle: float, beta: float, radii: float) -> float:
    """Greatest deceleration by drag of a body thrown over a still sphere of some Earth radii."""
    from scipy.optimize import minimize_scalar

    world = World("sphere-still", radii * MEAN_RADIUS_M)
    enu = enu_matrix(0.0, 0.0)
    v_mps = speed * (math.cos(angle) * enu[0] - math.sin(angle) * enu[2])
    flight = Blown()
    straight_s = (TOP_M - worst_height_m(angle, beta)) / (speed * math.sin(angle))
    begin = np.concatenate([world.position(START), v_mps])
    flight.fly(world, free(beta, DRAG_CONSTANT), begin, 0.0, 1.3 * straight_s)

    def drag(t_s: float) -> float:
        y = flight.at(t_s)
        rho = density_kgpm3(max(0.0, world.place(y[:3]).alt_m))
        return 0.5 * float(rho * (y[3:] @ y[3:])) / beta

    found = minimize_scalar(
        lambda t_s: -drag(t_s), bounds=(0.9 * straight_s, 1.25 * straight_s), method="bounded",
        options={"xatol": 1e-4},
    )  # fmt: skip
    return -float(found.fun)


def checks(data: Path | None) -> list[Check]:
    """The form over the real Earth's radius, then its limit, for each case."""
    rows = []
    for speed, deg, beta in CASES:
        angle = math.radians(deg)
        name = f"{speed:,.0f} m/s, {deg:.0f} deg, {beta:,.0f} kg/m2"
        plain = closed_mps2(speed, angle, beta, own_air=False)
        exact = closed_mps2(speed, angle, beta, own_air=True)
        gained = 2.0 * 9.65 * (TOP_M - worst_height_m(angle, beta)) / speed**2
        real = flown_mps2(speed, angle, beta, 1.0)
        flown = [flown_mps2(speed, angle, beta, radii) for radii in RADII]
        rows.append(
            Check(
                case="allen-eggers", quantity=f"{name}: greatest deceleration", unit="m/s2",
                published=plain, computed=real, tolerance=(gained + 0.02) * plain, kind=MODEL,
                why=f"gravity, which the form leaves out, adds {100 * gained:.1f} % to the square "
                "of the speed on the way; 2 % for its bend and the Earth's",
                numerical_error=1e-5 * plain, source=SOURCE, grade="A",
                note=f"{100 * (real / plain - 1):+.2f} % over the real Earth; in the limit of no "
                f"gravity and no curvature {100 * (flown[-1] / plain - 1):+.3f} %",
            )
        )  # fmt: skip
        rows.append(
            Check(
                case="allen-eggers", quantity=f"{name}: the same over 1,000 radii, own air",
                unit="m/s2", published=exact, computed=flown[-1], tolerance=3e-5 * exact,
                why="what is left of curvature is a thousandth of 2 %", kind=NUMERICAL,
                numerical_error=2e-6 * exact, source=SOURCE, grade="A",
            )
        )  # fmt: skip
        rows.append(
            Check(
                case="allen-eggers", quantity=f"{name}: difference at 100 over that at 1,000 radii",
                unit="", published=10.0, computed=(flown[0] - exact) / (flown[1] - exact),
                tolerance=1.5, why="of first order in the curvature; gravity is of second",
                kind=NUMERICAL, numerical_error=0.2, source=SOURCE, grade="A",
            )
        )  # fmt: skip
    return rows
