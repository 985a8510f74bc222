"""Free fall between two points of the turning Earth, against two independent solutions.

The floor of ``check-flight`` is a boundary value problem: the drag-free flight of a given apogee
from one point of the ellipsoid to another that turns away under it. First rows: the start that
the compiled solver found is flown again in the inertial frame by scipy's DOP853, with another
form of gravity (the gradient of the J2 potential, by differences), another conversion to geodetic
height and another search for the ground; apogee, impact and time must come out the same. Last
rows: straight up at a pole, where the time is an integral over the potential on the axis.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.flight.freefall import free_flight, point_along
from keepout.validation.check import NUMERICAL, Check

TITLE = "Free fall between two points"
SOURCE = "NIMA TR8350.2 (2000), constants; the solution is made here by scipy"
A, F, MU, W, J2 = 6378137.0, 1 / 298.257223563, 3.986004418e14, 7.292115e-5, 1.08262982131e-3
CASES = (  # latitude, azimuth [deg], range, apogee [km]
    (39.2, 75.0, 1090.0, 6248.5), (40.0, 90.0, 300.0, 86.0), (0.0, 270.0, 3000.0, 600.0),
    (-30.0, 200.0, 9000.0, 1300.0), (63.0, 340.0, 10.0, 2000.0),
)  # fmt: skip
HEIGHTS_KM = (100.0, 1000.0, 10000.0)
ERROR_S, ERROR_M = 1e-3, 0.5
WHY = "the solver stops when apogee and impact are within 0.5 m: a millisecond"

Vector = NDArray[np.float64]


def potential(r: Vector) -> float:
    """Of the central mass and J2 [J/kg], positive."""
    size = float(np.linalg.norm(r))
    legendre = 1.5 * (r[2] / size) ** 2 - 0.5
    return float(MU / size * (1.0 - J2 * (A / size) ** 2 * legendre))


def pull(r: Vector) -> Vector:
    """Gradient of the J2 part by central differences, and the central part [m/s2]."""
    out = -MU / float(np.linalg.norm(r)) ** 3 * r
    for i in range(3):
        step = np.zeros(3)
        step[i] = 300.0
        bent = [potential(p) - MU / float(np.linalg.norm(p)) for p in (r + step, r - step)]
        out[i] += (bent[0] - bent[1]) / 600.0
    return out


def geodetic(r: Vector) -> tuple[float, float]:
    """Latitude [rad] and height [m], by iteration on the latitude."""
    p, e2 = math.hypot(r[0], r[1]), F * (2 - F)
    lat = math.atan2(r[2], p * (1 - e2))
    for _ in range(30):
        n = A / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        lat = math.atan2(r[2] + e2 * n * math.sin(lat), p)
    n = A / math.sqrt(1 - e2 * math.sin(lat) ** 2)
    return lat, math.hypot(p, r[2] + e2 * n * math.sin(lat)) - n


def flown_again(begin: Vector) -> tuple[float, float, Vector]:
    """Time [s], apogee [m] and impact (3,), turning with the Earth, of a start (6,) in ECEF."""
    from scipy.integrate import solve_ivp
    from scipy.optimize import brentq, minimize_scalar

    v = begin[3:] + W * np.array([-begin[1], begin[0], 0.0])
    found: Any = solve_ivp(
        lambda _, y: np.concatenate([y[3:], pull(y[:3])]), (0.0, 20000.0),
        np.concatenate([begin[:3], v]), method="DOP853", rtol=1e-11, atol=1e-5, dense_output=True,
        events=_below,
    )  # fmt: skip
    end_s = float(found.t_events[0][0])

    def height(t_s: float) -> float:
        return geodetic(found.sol(t_s)[:3])[1]

    end_s = float(brentq(height, end_s - 60.0, end_s, xtol=1e-6))
    top = minimize_scalar(
        lambda t_s: -height(t_s), bounds=(0.2 * end_s, 0.8 * end_s), method="bounded",
        options={"xatol": 0.01},
    )  # fmt: skip
    c, s = math.cos(W * end_s), math.sin(W * end_s)
    x, y, z = found.sol(end_s)[:3]
    return end_s, -float(top.fun), np.array([c * x + s * y, c * y - s * x, z])


def _below(_: float, y: Vector) -> float:
    """Ends a flight some way below the ground."""
    return float(np.linalg.norm(y[:3])) - 6340e3


_below.terminal, _below.direction = True, -1  # type: ignore[attr-defined]


def axis_time(apogee_m: float) -> float:
    """Up and down along the axis [s]: an integral of the speed that the potential leaves."""
    from scipy.integrate import quad

    top = A * (1 - F) + apogee_m

    def slow(u: float) -> float:  # r = top - u2 takes the root away at the top
        down = potential(np.array([0.0, 0.0, top - u * u])) - potential(np.array([0.0, 0.0, top]))
        return 2.0 * u / math.sqrt(2.0 * down) if u > 0.0 else 0.0

    half, _ = quad(slow, 1e-6, math.sqrt(apogee_m), epsabs=1e-9, epsrel=1e-12, limit=200)
    return 2.0 * float(half)


def target(lat: float, azimuth: float, range_m: float) -> Vector:
    """The impact that was asked for, ECEF (3,)."""
    lat1, lon1, _ = point_along(lat, 0.0, azimuth, range_m)
    n = A / math.sqrt(1 - F * (2 - F) * math.sin(lat1) ** 2)
    flat = n * math.cos(lat1)
    z = n * (1 - F) ** 2 * math.sin(lat1)
    return np.array([flat * math.cos(lon1), flat * math.sin(lon1), z])


def made(quantity: str, unit: str, published: float, computed: float, error: float) -> Check:
    """One row."""
    return Check(
        case="free-fall", quantity=quantity, unit=unit, published=published, computed=computed,
        tolerance=2.0 * error, why=WHY, kind=NUMERICAL, numerical_error=error, source=SOURCE,
        grade="A",
    )  # fmt: skip


def checks(data: Path | None) -> list[Check]:
    """Five flights again, and three along the axis."""
    rows = []
    begin, out, none = np.empty(6), np.empty(3), np.empty((0, 10))
    for lat_deg, az_deg, range_km, apogee_km in CASES:
        lat, azimuth = math.radians(lat_deg), math.radians(az_deg)
        free_flight(lat, azimuth, range_km * 1e3, apogee_km * 1e3, begin, none, out)
        end_s, top_m, impact = flown_again(begin)
        miss_m = float(np.linalg.norm(impact - target(lat, azimuth, range_km * 1e3)))
        name = f"{apogee_km:,.6g} km up, {range_km:,.6g} km towards {az_deg:.0f} deg"
        rows += [
            made(f"{name}: time", "s", end_s, float(out[0]), ERROR_S),
            made(f"{name}: apogee", "m", top_m, apogee_km * 1e3, ERROR_M),
            made(f"{name}: impact beside the target", "m", 0.0, miss_m, ERROR_M),
        ]
    for height_km in HEIGHTS_KM:
        free_flight(0.5 * math.pi, 0.0, 0.0, height_km * 1e3, begin, none, out)
        exact_s = axis_time(height_km * 1e3)
        name = f"{height_km:,.0f} km straight up at a pole: time"
        rows.append(made(name, "s", exact_s, float(out[0]), ERROR_S))
    return rows
