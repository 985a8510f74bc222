"""First stages of Falcon 9 in free flight, against what their launches broadcast.

Speed over the ground and height, once a second, of three flights of 2017, read off the broadcasts
and smoothed by the collector (shahar603/Telemetry-Data). From the end of powered flight to the
entry burn a stage only falls: BulgariaSat-1 and SES-11 after main engine cut-off and separation,
from 162 s; Iridium NEXT-3 after its boost-back burn, from 192 s. The path angle at the start is
not broadcast and is fitted; speed and height may move within their resolution, 1 m/s and 0.1 km.
Then nothing is left to choose for some 150 to 230 s. Flown by the compiled kernels.

Sites and directions: Launch Complex 39A, 28.6084 N 80.6043 W, towards the ship that stage landed
on, 28 13' 48" N 73 40' 51" W (published before BulgariaSat-1), azimuth 92 deg, taken for SES-11
too, whose transfer orbit was of the same kind; Space Launch Complex 4E, 34.6320 N 120.6108 W,
azimuth 178.5 deg, which over the turning Earth leads into the constellation's 86.4 deg. The
direction matters little: 10 deg change the fitted rms by less than 0.1 m/s. The distance from the
site at the start is the collector's.

After the entry burn the stage falls through the air base first. A ballistic coefficient with a
constant drag coefficient is fitted, together with the three numbers of the start; it comes out at
1,700 to 1,900 kg/m2, which for 10.5 m2 and 25 to 30 t is a drag coefficient of 1.3 to 1.7. The
fall of Iridium NEXT-3 is followed to 395 s only, down to Mach 1.5: below, one coefficient does
not describe a blunt body.

What it cannot tell: three numbers of each coast, and four of each fall, are fitted to the very
data they are compared with. The air is that of 1976, at rest; the density of the day and grid
fins hide in the coefficient. Smoothing rounds the corners where burns begin: the largest
differences stand there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from keepout.earth.geodesy import (
    MEAN_RADIUS_M,
    alt_of,
    bearing_rad,
    ecef_from_geodetic,
    enu_matrix,
)
from keepout.flight.boost import state_at
from keepout.flight.forces import free_leg
from keepout.flight.integrate import KNOT, fly_leg
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place
from keepout.validation.check import MODEL, Check, found, missing

TITLE = "Falcon 9 first stages in free flight"
SOURCE = "shahar603/Telemetry-Data (Unlicense), {}, from the launch's broadcast"
WHY_SPEED, WHY_HEIGHT = (
    "read off a broadcast in km/h, smoothed: some tenths of 1 m/s",
    "read off a broadcast in steps of 0.1 km, smoothed: several steps",
)
WHY_FALL = "and in the air, one coefficient for all Mach numbers and for the density of the day"
RESOLUTION_M, RESOLUTION_MPS = 100.0, 1.0
NO_DRAG_KGPM2 = 1e30
TOLERANCE = 1e-8
ERROR_MPS, ERROR_KM = 1e-3, 1e-4
"""Of the kernels at that tolerance, against DOP853 at 1e-11 (tested)."""

Line = NDArray[np.float64]
Path_ = Callable[[Line, Line, float], Line]
"""State [m, m/s] at the first of some times [s], times, ballistic coefficient → (n, 2): speed
[m/s] and height [m]."""


@dataclass(frozen=True)
class Stretch:
    """A part of a flight without thrust."""

    folder: str
    what: str
    site: Place
    azimuth_deg: float
    start_s: float
    end_s: float
    falls: bool = False  # through the air, so that a ballistic coefficient is fitted
    speed_mps: float = 1.0  # what the rms may be
    height_km: float = 0.5


CAPE = Place(lat_deg=28.6084, lon_deg=-80.6043)
VANDENBERG = Place(lat_deg=34.6320, lon_deg=-120.6108)
STRETCHES = (
    Stretch("BulgariaSat-1", "coast", CAPE, 92.0, 162.0, 389.0),
    Stretch("SES-11", "coast", CAPE, 92.0, 162.0, 388.0),
    Stretch("Iridium_NEXT_3", "coast", VANDENBERG, 178.5, 192.0, 342.0),
    Stretch("BulgariaSat-1", "fall", CAPE, 92.0, 408.0, 429.0, True, 3.0),
    Stretch("SES-11", "fall", CAPE, 92.0, 410.0, 431.0, True, 3.0),
    Stretch("Iridium_NEXT_3", "fall", VANDENBERG, 178.5, 359.0, 395.0, True, 3.0),
)


@dataclass(frozen=True)
class Telemetry:
    """What was broadcast during one stretch."""

    t_s: Line
    speed_mps: Line
    height_m: Line
    away_m: float  # from the site, at the first time
    angle_rad: float  # of the path there, the collector's estimate


@dataclass(frozen=True)
class Fit:
    """What was fitted, and how far the path stays from the telemetry."""

    height_m: float
    speed_mps: float
    angle_rad: float
    beta_kgpm2: float
    off: Line  # (n, 2): speed [m/s], height [m]

    @property
    def rms(self) -> Line:
        """Root of the mean square of both columns."""
        return np.asarray(np.sqrt(np.mean(self.off**2, axis=0)))


def read(path: Path, stretch: Stretch) -> Telemetry:
    """The seconds of one stretch."""
    with path.open(encoding="utf-8") as file:
        told = {key: np.array(values) for key, values in json.load(file).items()}
    inside = (told["time"] >= stretch.start_s) & (told["time"] <= stretch.end_s)
    first = int(np.argmax(inside))
    return Telemetry(
        told["time"][inside],
        told["velocity"][inside],
        told["altitude"][inside] * 1e3,
        float(told["downrange_distance"][first]) * 1e3,
        math.radians(float(told["angle"][first])),
    )


def start(
    stretch: Stretch, away_m: float, height_m: float, speed_mps: float, angle_rad: float
) -> Line:
    """Position and velocity, ECEF, some way from the site along the azimuth (on a sphere)."""
    arc, az = away_m / MEAN_RADIUS_M, math.radians(stretch.azimuth_deg)
    lat0 = math.radians(stretch.site.lat_deg)
    lat = math.asin(math.sin(lat0) * math.cos(arc) + math.cos(lat0) * math.sin(arc) * math.cos(az))
    lon = math.radians(stretch.site.lon_deg) + math.atan2(
        math.sin(az) * math.sin(arc) * math.cos(lat0),
        math.cos(arc) - math.sin(lat0) * math.sin(lat),
    )
    here = Place(lat_deg=math.degrees(lat), lon_deg=math.degrees(lon))
    on = bearing_rad(here, stretch.site) + math.pi
    enu = enu_matrix(lat, lon)
    along = math.sin(on) * enu[0] + math.cos(on) * enu[1]
    v_mps = speed_mps * (math.cos(angle_rad) * along + math.sin(angle_rad) * enu[2])
    return np.concatenate([ecef_from_geodetic(lat, lon, height_m), v_mps])


def by_kernels(y: Line, t_s: Line, beta_kgpm2: float) -> Line:
    """Speed and height at some times, by the compiled integrator."""
    y, knots = y.copy(), np.empty((3000, KNOT))
    _, _, used = fly_leg(
        free_leg(beta_kgpm2, np.int64(DRAG_CONSTANT)), float(t_s[0]), float(t_s[-1]) + 1e-6, -1e3,
        np.int64(0), TOLERANCE, y, knots, np.int64(0), np.empty((12, KNOT)),
    )  # fmt: skip
    told, there = np.empty((len(t_s), 2)), np.empty(6)
    for k, t in enumerate(t_s):
        state_at(knots, used, float(t), there)
        told[k] = np.linalg.norm(there[3:]), alt_of(*there[:3])
    return told


def fit(stretch: Stretch, telemetry: Telemetry, path: Path_ = by_kernels) -> Fit:
    """Fit the start, within the resolution, and where there is air the ballistic coefficient."""
    measured = np.stack([telemetry.speed_mps, telemetry.height_m], axis=1)
    guess = [*measured[0, ::-1], telemetry.angle_rad]
    room = [RESOLUTION_M, RESOLUTION_MPS, 0.1]
    if stretch.falls:
        guess.append(math.log(2000.0))
        room = [10 * RESOLUTION_M, 10 * RESOLUTION_MPS, 0.1, 1.0]

    def off(given: Line) -> Line:
        beta = math.exp(given[3]) if stretch.falls else NO_DRAG_KGPM2
        y = start(stretch, telemetry.away_m, *given[:3])
        return path(y, telemetry.t_s, beta) - measured

    scale = np.array([RESOLUTION_MPS, RESOLUTION_M])
    best = least_squares(
        lambda given: (off(given) / scale).ravel(), guess,
        bounds=(np.array(guess) - room, np.array(guess) + room),
        x_scale=[RESOLUTION_M, RESOLUTION_MPS, 1e-3, 0.1][: len(guess)],
    ).x  # fmt: skip
    beta = math.exp(best[3]) if stretch.falls else math.inf
    height_m, speed_mps, angle_rad = (float(value) for value in best[:3])
    return Fit(height_m, speed_mps, angle_rad, beta, off(best))


def checks(data: Path | None) -> list[Check]:
    """The rms of speed and height of each stretch."""
    rows = []
    for stretch in STRETCHES:
        name = f"telemetry-falcon9/{stretch.folder}/analysed.json"
        path = found(data, name)
        made = None if path is None else fit(stretch, read(path, stretch))
        note = missing(data, name) if made is None else _told(stretch, made)
        for column, (what, unit, scale, tolerance, why, error) in enumerate(
            (
                ("speed", "m/s", 1.0, stretch.speed_mps, WHY_SPEED, ERROR_MPS),
                ("height", "km", 1e-3, stretch.height_km, WHY_HEIGHT, ERROR_KM),
            )
        ):
            name = stretch.folder.replace("_", " ")
            rows.append(
                Check(
                    case="falcon9",
                    quantity=f"{name}, {stretch.what} from {stretch.start_s:.0f} to "
                    f"{stretch.end_s:.0f} s: rms of {what}",
                    unit=unit, published=0.0,
                    computed=None if made is None else float(made.rms[column]) * scale,
                    tolerance=tolerance, why=f"{why}; {WHY_FALL}" if stretch.falls else why,
                    kind=MODEL, numerical_error=error,
                    source=SOURCE.format(name), grade="B", note=note,
                )
            )  # fmt: skip
    return rows


def _told(stretch: Stretch, made: Fit) -> str:
    """What was fitted, in words."""
    text = (
        f"fitted at {stretch.start_s:.0f} s: path {math.degrees(made.angle_rad):+.2f} deg, "
        f"{made.speed_mps:,.1f} m/s, {made.height_m / 1e3:.2f} km"
    )
    return text + (f", {made.beta_kgpm2:,.0f} kg/m2" if stretch.falls else "")
