"""Flights of least energy over an airless sphere that stands still, against closed forms.

Range angle psi; speed v and path angle g at the surface of a sphere of radius r: v2 r / mu =
2 s / (1 + s) with s = sin(psi / 2), and g = (pi - psi) / 4 (A. D. Wheelon, ARS Journal 29
(1959) 915); apogee and time follow from Kepler's ellipse. The figures are worked out from these
forms, so that the check is one of the integrator behind ``throw`` and of nothing else: no air,
no oblateness, no rotation. Last rows: with air, the range falls short of the form by an amount
that must go to a tenth with each tenfold ballistic coefficient.
"""

from __future__ import annotations

import math
from pathlib import Path

from keepout.flight.throw import World, throw
from keepout.records.place import Place
from keepout.validation.check import NUMERICAL, Check

TITLE = "Minimum-energy flights over a sphere"
SOURCE = "A. D. Wheelon, ARS Journal 29 (1959) 915; Bate, Mueller & White (1971) ch. 6"
RADIUS_M, MU_M3PS2 = 6371e3, 3.986004418e14
RANGES_KM = (300.0, 1000.0, 3000.0, 5500.0, 10000.0, 15000.0)
START = Place(lat_deg=20.0, lon_deg=30.0)
ERROR_M, ERROR_S = 1e-3, 1e-6
"""Of DOP853 at 1e-11 over such flights, from halving its tolerance."""


def ellipse(range_m: float) -> tuple[float, float, float, float]:
    """Speed [m/s], path angle [rad], apogee [m] and time [s] of the flight of least energy."""
    psi = range_m / RADIUS_M
    s = math.sin(0.5 * psi)
    speed = math.sqrt(MU_M3PS2 / RADIUS_M * 2.0 * s / (1.0 + s))
    a = 0.5 * RADIUS_M * (1.0 + s)  # vis viva
    e = math.sqrt(1.0 - 2.0 * s * math.cos(0.25 * (math.pi - psi)) ** 2 / a * RADIUS_M / (1.0 + s))
    cos_e = (1.0 - RADIUS_M / a) / e  # eccentric anomaly at the surface
    anomaly = math.acos(cos_e)
    half = math.pi - anomaly + e * math.sin(anomaly)
    time_s = 2.0 * half * math.sqrt(a**3 / MU_M3PS2)
    return speed, 0.25 * (math.pi - psi), a * (1.0 + e) - RADIUS_M, time_s


def checks(data: Path | None) -> list[Check]:
    """Range, apogee and time of each flight, flown by ``throw``."""
    rows = []
    world = World("sphere-still", RADIUS_M)
    for range_km in RANGES_KM:
        speed, path, apogee_m, time_s = ellipse(range_km * 1e3)
        given = {
            "speed_mps": speed, "azimuth_rad": 0.7, "elevation_rad": path,
            "beta_kgpm2": math.inf, "earth": "sphere-still", "radius_m": RADIUS_M,
        }  # fmt: skip
        end = throw(START, **given)  # type: ignore[arg-type]
        top = throw(START, **given, seconds=0.5 * end.t_s)  # type: ignore[arg-type]
        a, b = world.position(START), world.position(end.place)
        flown_m = math.acos(float(a @ b) / RADIUS_M**2) * RADIUS_M
        for quantity, unit, published, computed, error in (
            ("range", "km", range_km, flown_m / 1e3, ERROR_M / 1e3),
            ("apogee", "km", apogee_m / 1e3, top.place.alt_m / 1e3, ERROR_M / 1e3),
            ("time", "s", time_s, end.t_s, ERROR_S),
        ):
            rows.append(
                Check(
                    case="minimum-energy", quantity=f"{range_km:,.0f} km: {quantity}", unit=unit,
                    published=published, computed=computed, tolerance=10.0 * error,
                    why="ten times the integrator's own error", kind=NUMERICAL,
                    numerical_error=error, source=SOURCE, grade="A",
                )
            )  # fmt: skip
    return rows + thin_air()


def short_m(range_m: float, beta: float) -> float:
    """How much of a range the air takes from the flight of least energy [m]."""
    speed, path, _, _ = ellipse(range_m)
    end = throw(
        START, speed_mps=speed, azimuth_rad=0.7, elevation_rad=path, beta_kgpm2=beta,
        earth="sphere-still", radius_m=RADIUS_M,
    )  # fmt: skip
    world = World("sphere-still", RADIUS_M)
    a, b = world.position(START), world.position(end.place)
    return range_m - math.acos(float(a @ b) / RADIUS_M**2) * RADIUS_M


def thin_air() -> list[Check]:
    """The limit of no air, approached by ever heavier bodies."""
    rows = []
    for range_km in (1000.0, 5500.0):
        short = [short_m(range_km * 1e3, beta) for beta in (1e7, 1e8)]
        rows.append(
            Check(
                case="minimum-energy", quantity=f"{range_km:,.0f} km: range lost to air at ten "
                "million over that at a hundred million kg/m2", unit="",
                published=10.0, computed=short[0] / short[1],
                tolerance=0.1, why="drag is of first order in the inverse coefficient",
                kind=NUMERICAL, numerical_error=0.01, source=SOURCE, grade="A",
                note=f"{short[0]:,.1f} and {short[1]:,.1f} m",
            )
        )  # fmt: skip
    return rows
