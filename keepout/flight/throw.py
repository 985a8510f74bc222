"""One unpowered body, integrated tightly: where it is after a time, or where it lands.

A second integrator beside flight/integrate.py on purpose: scipy's DOP853, and an Earth that can
be a sphere or stand still, and air that can move.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.earth.atmosphere import air
from keepout.earth.geodesy import (
    MEAN_RADIUS_M,
    MU_M3PS2,
    OMEGA_RADPS,
    ecef_m,
    enu_matrix,
    place_of,
)
from keepout.earth.gravity import gravitation
from keepout.errors import FlightError
from keepout.flight.drag import cd_of
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place

EARTHS = ("wgs84", "sphere", "sphere-still")
LONGEST_S = 86400.0
RTOL, ATOL_M = 1e-11, 1e-7

Vector = NDArray[np.float64]
WindRow = tuple[float, float, float]
"""Height [m], wind towards north and towards east [m/s]."""


@dataclass(frozen=True)
class Thrown:
    """Where a thrown body is, how fast over the ground, and whether it has landed."""

    t_s: float
    place: Place
    speed_mps: float
    landed: bool


@dataclass(frozen=True)
class World:
    """The Earth and air that a body is thrown in."""

    earth: str = "wgs84"
    radius_m: float = MEAN_RADIUS_M  # of a sphere
    wind: tuple[WindRow, ...] = ()

    @property
    def turn_radps(self) -> float:
        """How fast the frame turns."""
        return 0.0 if self.earth == "sphere-still" else OMEGA_RADPS

    def place(self, r_m: Vector) -> Place:
        """Geodetic on WGS 84, geocentric on a sphere."""
        if self.earth == "wgs84":
            return place_of(r_m)
        r = float(np.linalg.norm(r_m))
        return Place(
            lat_deg=math.degrees(math.asin(r_m[2] / r)),
            lon_deg=math.degrees(math.atan2(r_m[1], r_m[0])),
            alt_m=r - self.radius_m,
        )

    def position(self, place: Place) -> Vector:
        """The other way round."""
        if self.earth == "wgs84":
            return ecef_m(place)
        up: Vector = enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))[2]
        return up * (self.radius_m + place.alt_m)

    def gravity(self, r_m: Vector) -> Vector:
        """Gravitation alone [m/s2]: with J2 on WGS 84, of a point mass on a sphere."""
        if self.earth == "wgs84":
            return np.array(gravitation(*r_m))
        return -MU_M3PS2 / float(np.linalg.norm(r_m)) ** 3 * r_m

    def wind_mps(self, place: Place) -> Vector:
        """Velocity of the air over the ground, ECEF; straight lines between the rows."""
        if not self.wind:
            return np.zeros(3)
        rows = np.array(self.wind)
        north = np.interp(place.alt_m, rows[:, 0], rows[:, 1])
        east = np.interp(place.alt_m, rows[:, 0], rows[:, 2])
        enu = enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))
        blown: Vector = east * enu[0] + north * enu[1]
        return blown


def _slope(world: World, y: Vector, beta_kgpm2: float, drag_law: int) -> Vector:
    """Time derivative of position and velocity in the turning frame."""
    r_m, v_mps = y[:3], y[3:]
    place = world.place(r_m)
    w = world.turn_radps
    a = world.gravity(r_m)
    a += w * np.array([w * r_m[0] + 2.0 * v_mps[1], w * r_m[1] - 2.0 * v_mps[0], 0.0])
    if math.isfinite(beta_kgpm2):
        flow = v_mps - world.wind_mps(place)
        speed = float(np.linalg.norm(flow))
        rho, _, sound_mps = air(place.alt_m)
        cd = cd_of(drag_law, speed / sound_mps) / cd_of(drag_law, 8.0)
        a -= 0.5 * rho * speed * cd / beta_kgpm2 * flow
    return np.concatenate([v_mps, a])


def _check(world: World, start: Place, speed_mps: float, beta_kgpm2: float) -> None:
    """Raise FlightError for what cannot be thrown."""
    if world.earth not in EARTHS:
        raise FlightError(f"earth {world.earth!r} is none of {', '.join(EARTHS)}")
    if not (beta_kgpm2 > 0.0 and math.isfinite(speed_mps) and speed_mps >= 0.0):
        raise FlightError("a thrown body needs a speed and a ballistic coefficient above zero")
    if not (abs(start.lat_deg) <= 90.0 and math.isfinite(start.lon_deg + start.alt_m)):
        raise FlightError("the latitude of a start lies in -90 to 90 deg")
    heights = [row[0] for row in world.wind]
    if heights != sorted(heights):
        raise FlightError("the heights of a table of wind must rise")


def throw(
    start: Place,
    *,
    speed_mps: float,
    azimuth_rad: float,
    elevation_rad: float,
    beta_kgpm2: float,
    seconds: float | None = None,
    earth: str = "wgs84",
    radius_m: float = MEAN_RADIUS_M,
    wind: Sequence[WindRow] = (),
    drag_law: int = DRAG_CONSTANT,
) -> Thrown:
    """Throw one unpowered body and follow it for some seconds, or until it lands.

    speed_mps     over the ground; azimuth from north, elevation over the local horizon [rad]
    beta_kgpm2    mass / (Cd A), at Mach 8 of the law; inf: no drag
    earth         wgs84 (ellipsoid, J2), sphere, or sphere-still (does not turn)
    wind          rows of height [m] and wind towards north and east [m/s], linear between them

    Standard atmosphere 1976 by height over the surface. Integrated by DOP853 to 1e-11. Raises
    FlightError for what cannot be thrown, or if nothing has landed after a day.
    """
    from scipy.integrate import solve_ivp  # half a second of import that only this door needs

    world = World(earth, radius_m, tuple(wind))
    _check(world, start, speed_mps, beta_kgpm2)
    enu = enu_matrix(math.radians(start.lat_deg), math.radians(start.lon_deg))
    along = math.sin(azimuth_rad) * enu[0] + math.cos(azimuth_rad) * enu[1]
    v_mps = speed_mps * (math.cos(elevation_rad) * along + math.sin(elevation_rad) * enu[2])

    def ground(_: float, y: Vector) -> float:
        return world.place(y[:3]).alt_m

    ground.terminal, ground.direction = True, -1  # type: ignore[attr-defined]
    found: Any = solve_ivp(
        lambda _, y: _slope(world, y, beta_kgpm2, drag_law),
        (0.0, LONGEST_S if seconds is None else seconds),
        np.concatenate([world.position(start), v_mps]),
        method="DOP853", rtol=RTOL, atol=ATOL_M, events=ground,
    )  # fmt: skip
    landed = found.status == 1
    if seconds is None and not landed:
        raise FlightError("the body has not landed after a day; give a number of seconds")
    y = found.y_events[0][0] if landed else found.y[:, -1]
    t_s = float(found.t_events[0][0] if landed else found.t[-1])
    return Thrown(t_s, world.place(y[:3]), float(np.linalg.norm(y[3:])), landed)
