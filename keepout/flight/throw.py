"""One unpowered body, integrated tightly: where it is after a time, or where it lands.

A second integrator beside flight/integrate.py on purpose: scipy's DOP853, and an Earth that can
be a sphere or stand still, and air that can move or be another than the standard one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
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
MOST_SECONDS = 1e6
RTOL, LENGTH_M = 1e-11, 1e4
"""Relative tolerance; times a length it is the absolute one of position and of velocity."""
MOST_SLOPES = 200_000
"""Evaluations before a body is given up: some ten seconds; a day in orbit takes 20,000."""
LIFT_M = 1e-6
"""A body that starts on the ground starts this high, so that its fall through 0 is seen."""
HIGHEST_M, FASTEST_MPS, WINDIEST_MPS = 4e8, 1e5, 1e3
LEAST_RADIUS_M, MOST_RADIUS_M = 1e6, 1e8
LEAST_BETA_KGPM2 = 1e-6
"""A thousandth of a mote of dust: anything lighter stands still in the air, and forces overflow."""

Vector = NDArray[np.float64]
WindRow = tuple[float, float, float]
"""Height [m], wind towards north and towards east [m/s]."""
Air = Callable[[float], tuple[float, float, float]]
"""Height [m] → density [kg/m3], pressure [Pa], speed of sound [m/s]."""


@dataclass(frozen=True)
class Thrown:
    """Where a thrown body is, how fast over the ground, and whether it has landed."""

    t_s: float
    place: Place
    speed_mps: float
    landed: bool
    falling_rad: float = 0.0
    """Angle of its path below the horizon."""
    path: tuple[tuple[float, Place, float], ...] = ()
    """Time, place and speed on the way, if points were asked for."""


@dataclass(frozen=True)
class World:
    """The Earth and air that a body is thrown in."""

    earth: str = "wgs84"
    radius_m: float = MEAN_RADIUS_M  # of a sphere
    wind: tuple[WindRow, ...] = ()
    air: Air = air

    @cached_property
    def _winds(self) -> Vector:
        """The table of wind by columns."""
        return np.array(self.wind).T

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
            lat_deg=math.degrees(math.asin(max(-1.0, min(1.0, r_m[2] / r)))),
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
        heights_m, norths, easts = self._winds
        north = np.interp(place.alt_m, heights_m, norths)
        east = np.interp(place.alt_m, heights_m, easts)
        enu = enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))
        blown: Vector = east * enu[0] + north * enu[1]
        return blown


@dataclass(frozen=True)
class Body:
    """How strongly the air takes hold of what is thrown.

    ``beta_kgpm2`` is mass / (Cd A), with Cd at Mach 8 of the law; or mass / A, where a table of
    Mach number and Cd is given: straight lines between its rows, held beyond both ends.
    """

    beta_kgpm2: float
    drag_law: int = DRAG_CONSTANT
    table: tuple[tuple[float, float], ...] = ()

    @cached_property
    def _rows(self) -> Vector:
        """The table of drag by columns."""
        return np.array(self.table).T

    def hold_m2pkg(self, mach: float) -> float:
        """Cd A / mass at a Mach number."""
        if self.table:
            return float(np.interp(mach, *self._rows)) / self.beta_kgpm2
        return float(cd_of(self.drag_law, mach) / cd_of(self.drag_law, 8.0)) / self.beta_kgpm2


def _slope(world: World, body: Body, y: Vector) -> Vector:
    """Time derivative of position and velocity in the turning frame."""
    r_m, v_mps = y[:3], y[3:]
    w = world.turn_radps
    a = world.gravity(r_m)
    a += w * np.array([w * r_m[0] + 2.0 * v_mps[1], w * r_m[1] - 2.0 * v_mps[0], 0.0])
    if math.isfinite(body.beta_kgpm2):
        place = world.place(r_m)
        flow = v_mps - world.wind_mps(place)
        speed = float(np.linalg.norm(flow))
        rho, _, sound_mps = world.air(place.alt_m)
        a -= 0.5 * rho * speed * body.hold_m2pkg(speed / sound_mps) * flow
    return np.concatenate([v_mps, a])


def _between(name: str, value: float, least: float, most: float, unit: str) -> list[str]:
    """A sentence if a number is outside its bounds, or is none."""
    if least <= value <= most:
        return []
    after = f" {unit}" if unit else ""
    return [f"{name} is {value:,.10g}{after}; it lies in {least:,.10g} to {most:,.10g}{after}"]


def _table_faults(what: str, heads: Sequence[float], head: str) -> list[str]:
    """A sentence if the first column of a table does not rise from row to row."""
    for n, (a, b) in enumerate(itertools.pairwise(heads), 2):
        if not a < b:
            return [f"the {head} of {what} must rise: row {n} has {b:,.10g} after {a:,.10g}"]
    return []


def wind_faults(wind: Sequence[WindRow]) -> list[str]:
    """Every reason why rows of height and wind cannot be used."""
    found = []
    for height, north, east in wind:
        found += _between("a height of the table of wind", height, -1e4, HIGHEST_M, "m")
        for value in (north, east):
            found += _between("a wind", value, -WINDIEST_MPS, WINDIEST_MPS, "m/s")
    return found + _table_faults("a table of wind", [row[0] for row in wind], "heights")


def faults(
    world: World, body: Body, start: Place, speed_mps: float, azimuth_rad: float,
    elevation_rad: float, seconds: float | None,
) -> list[str]:  # fmt: skip
    """Every reason why something cannot be thrown, one sentence each; none if it can."""
    found = []
    if world.earth not in EARTHS:
        found.append(f"earth {world.earth!r} is none of {', '.join(EARTHS)}")
    elif world.earth != "wgs84":
        found += _between("the radius", world.radius_m, LEAST_RADIUS_M, MOST_RADIUS_M, "m")
    elif world.radius_m != MEAN_RADIUS_M:
        found.append("a radius belongs to a sphere; with wgs84 the ellipsoid is given")
    found += _between("the latitude", start.lat_deg, -90.0, 90.0, "deg")
    found += _between("the longitude", start.lon_deg, -360.0, 360.0, "deg")
    if start.alt_m < 0.0:
        found.append(f"the start is {-start.alt_m:,.10g} m below the ground, which is at height 0")
    else:
        found += _between("the height of the start", start.alt_m, 0.0, HIGHEST_M, "m")
    found += _between("the speed", speed_mps, 0.0, FASTEST_MPS, "m/s")
    found += _between("the azimuth", math.degrees(azimuth_rad), -360.0, 360.0, "deg")
    found += _between("the elevation", math.degrees(elevation_rad), -90.0, 90.0, "deg")
    if not body.beta_kgpm2 > 0.0:
        found.append(f"mass per drag area is {body.beta_kgpm2:g} kg/m2; it must be above zero")
    elif body.beta_kgpm2 < LEAST_BETA_KGPM2:
        found.append(
            f"mass per drag area is {body.beta_kgpm2:g} kg/m2; the lightest body that is followed "
            f"has {LEAST_BETA_KGPM2:g} kg/m2"
        )
    for mach, cd in body.table:
        found += _between("a Mach number of the table of drag", mach, 0.0, 100.0, "")
        found += _between("a drag coefficient of the table", cd, 0.0, 100.0, "")
    found += _table_faults("a table of drag", [row[0] for row in body.table], "Mach numbers")
    found += wind_faults(world.wind)
    if seconds is not None:
        found += _between("the number of seconds", seconds, 0.0, MOST_SECONDS, "s")
    return found


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
    cd_table: Sequence[tuple[float, float]] = (),
    air: Air = air,
    rtol: float = RTOL,
    points: int = 0,
) -> Thrown:
    """Throw one unpowered body and follow it for some seconds, or until it lands.

    speed_mps     over the ground; azimuth from north, elevation over the local horizon [rad]
    beta_kgpm2    mass / (Cd A), at Mach 8 of the law; inf: no drag
    earth         wgs84 (ellipsoid, J2), sphere, or sphere-still (does not turn)
    wind          rows of height [m] and wind towards north and east [m/s], linear between them
    cd_table      rows of Mach number and Cd, instead of a law; then beta_kgpm2 is mass / area
    air           by height over the surface; the standard atmosphere of 1976
    rtol          of a step; 1e-11 leaves a millimetre over thousands of kilometres
    points        how many places on the way are wanted

    Integrated by DOP853. The ground is at height 0. Raises FlightError for what cannot
    be thrown, and if nothing has landed after a day.
    """
    world = World(earth, radius_m, tuple(wind), air)
    body = Body(beta_kgpm2, drag_law, tuple(cd_table))
    wrong = faults(world, body, start, speed_mps, azimuth_rad, elevation_rad, seconds)
    if wrong:
        raise FlightError("; ".join(wrong))
    enu = enu_matrix(math.radians(start.lat_deg), math.radians(start.lon_deg))
    along = math.sin(azimuth_rad) * enu[0] + math.cos(azimuth_rad) * enu[1]
    v_mps = speed_mps * (math.cos(elevation_rad) * along + math.sin(elevation_rad) * enu[2])
    start = Place(lat_deg=start.lat_deg, lon_deg=start.lon_deg, alt_m=max(start.alt_m, LIFT_M))
    y = np.concatenate([world.position(start), v_mps])
    return _follow(world, body, y, seconds, rtol, points)


def _follow(
    world: World, body: Body, y: Vector, seconds: float | None, rtol: float, points: int
) -> Thrown:
    """Integrate until the time is up or the ground is reached."""
    from scipy.integrate import solve_ivp  # half a second of import that only this door needs

    slopes = 0

    def slope(_: float, y: Vector) -> Vector:
        nonlocal slopes
        slopes += 1
        if slopes > MOST_SLOPES:
            raise FlightError(
                "the body is so light for its size that following it takes too long; "
                "give a larger mass per drag area, or fewer seconds"
            )
        return _slope(world, body, y)

    def ground(_: float, y: Vector) -> float:
        return world.place(y[:3]).alt_m

    ground.terminal, ground.direction = True, -1  # type: ignore[attr-defined]
    with np.errstate(over="ignore", invalid="ignore"):  # of trial steps, which are then refused
        found: Any = solve_ivp(
            slope, (0.0, LONGEST_S if seconds is None else seconds), y,
            method="DOP853", rtol=rtol, atol=rtol * LENGTH_M, events=ground,
            dense_output=points > 0,
        )  # fmt: skip
    if found.status < 0:
        raise FlightError(f"the flight could not be integrated: {found.message}")
    landed = found.status == 1
    y = found.y_events[0][0] if landed else found.y[:, -1]
    if seconds is None and not landed:
        raise FlightError(_never_lands(world, y))
    place = world.place(y[:3])
    up = enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))[2]
    speed = float(np.linalg.norm(y[3:]))
    falling = math.asin(max(-1.0, min(1.0, float(-up @ y[3:]) / speed))) if speed > 0.0 else 0.0
    t_s = float(found.t_events[0][0] if landed else found.t[-1])
    states = [(t, found.sol(t)) for t in np.linspace(0.0, t_s, points)]
    path = [(float(t), world.place(at[:3]), float(np.linalg.norm(at[3:]))) for t, at in states]
    return Thrown(t_s, place, speed, landed, falling, tuple(path))


def _never_lands(world: World, y: Vector) -> str:
    """Why a body is still up after a day."""
    w = world.turn_radps
    still = y[3:] + w * np.array([-y[1], y[0], 0.0])
    if 0.5 * still @ still >= MU_M3PS2 / float(np.linalg.norm(y[:3])):
        why = "the body leaves the Earth for good: it is faster than escape speed"
    else:
        why = "the body has not landed after a day"
    return f"{why}; give a number of seconds"
