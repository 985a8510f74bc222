"""Is a published flight possible: its apogee, ground range and time against free fall.

From liftoff a missile needs longer to its burnout than a body that was thrown from the ground to
pass there with the same speed; behind the apogee drag delays it again. So a true report exceeds
the drag-free time by part of the powered phase, and by the delay of the re-entry.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepout.earth.atmosphere import air
from keepout.earth.geodesy import (
    bearing_rad,
    distance_kernel,
    ecef_m,
    enu_matrix,
    geodetic_from_ecef,
    great_circle_m,
)
from keepout.errors import FlightError
from keepout.flight.freefall import (
    free_flight,
    late_by_drag,
    least_free_flight,
    point_along,
)
from keepout.flight.integrate import KNOT, between
from keepout.records.place import Place

POSSIBLE, IMPOSSIBLE, IMPLAUSIBLE = "possible", "impossible", "implausible"

BEATEN = 0.003
"""Share of the free-fall time that drag in the climb, late thrust or lift can save."""
BURN_LEAST, BURN_MOST = 0.5, 1.2
"""Share of the burn time by which a powered flight is later than free fall: about 0.6 to 1.2.

Straight up with a steady acceleration it is 0.5 to 0.59, with one that grows as the tanks empty
0.6 to 0.75, more on a flat path; 0.5 lets a stack pass that gains its speed early.
"""
UNKNOWN_LEAST_S, UNKNOWN_MOST_S = 30.0, 330.0
"""The same in seconds where the burn time is not known."""
LIGHT_KGPM2 = 1000.0
"""Ballistic coefficient of a slow, light body: a blunt vehicle of the 1950s, a tumbling one; D."""
DENSE_KGPM2 = 20000.0
"""More than any re-entry vehicle or shell has; D."""
FLAT_TOP_M = 80e3
"""A flight that stays below this is looked at for drag on its whole way."""

HIGHEST_M = 3e7
FARTHEST_M = 20003.9e3
LONGEST_S = 2e5
KNOTS = 4000
POINTS = 201

Line = NDArray[np.float64]


class Rounded(NamedTuple):
    """A published figure in SI, and half of the unit to which it was rounded."""

    value: float
    half: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A published flight; places only give direction and latitude, the range is as published."""

    apogee: Rounded
    range: Rounded
    time: Rounded | None = None
    burn: Rounded | None = None
    launch: Place | None = None
    aim: Place | None = None


@dataclass(frozen=True)
class Fall:
    """The drag-free flight that a claim is judged by."""

    time_s: float
    half_s: float  # what the rounding of apogee and range does to it
    speed_mps: float  # over the ground, at its start
    elevation_rad: float
    delay_s: float  # of a light body's re-entry
    lost: float  # part of its speed that drag would take from the densest body, aloft
    apart_m: float  # between the places; nan without
    path: Line  # (n, 2) ground range and height [m]


@dataclass(frozen=True)
class Verdict:
    """What can be said of a claim, and why."""

    verdict: str
    reason: str
    fall: Fall
    excess_s: float  # nan without a time


def problems(claim: Claim) -> list[str]:
    """Sentences about figures that no flight can have; all at once."""
    said = []
    if not 0.0 < claim.apogee.value <= HIGHEST_M:
        said.append("the apogee lies above 0 and at most at 30,000 km")
    if not 0.0 <= claim.range.value <= FARTHEST_M:
        said.append(
            "the ground range lies in 0 to 20,003 km, half way round: it is the shorter way"
        )
    if claim.time is not None and not 0.0 < claim.time.value <= LONGEST_S:
        said.append("the flight time lies above 0 and at most at 200,000 s")
    if claim.burn is not None and claim.burn.value < 0.0:
        said.append("the burn time is not below zero")
    if (claim.launch is None) != (claim.aim is None):
        said.append("the places of launch and impact belong together; give both or neither")
    elif claim.launch is not None and claim.aim is not None:
        apart_m = float(np.linalg.norm(ecef_m(claim.launch) - ecef_m(claim.aim)))
        if apart_m < 1.0 and claim.range.value > 1e3:
            said.append("launch and impact are the same place, but the ground range is not zero")
    return said


def course(launch: Place, aim: Place) -> tuple[float, float] | None:
    """Azimuth [rad] and length [m] of the geodesic; None near antipodes, where there are many.

    Newton's method on Vincenty's direct formulae, from the great circle.
    """
    lat, lon = math.radians(launch.lat_deg), math.radians(launch.lon_deg)
    target = ecef_m(Place(lat_deg=aim.lat_deg, lon_deg=aim.lon_deg))
    azimuth, length_m = bearing_rad(launch, aim), great_circle_m(launch, aim)
    if length_m < 1.0:
        return azimuth, length_m
    if length_m > FARTHEST_M - 150e3:
        return None
    for _ in range(20):
        lat1, lon1, az1 = point_along(lat, lon, azimuth, length_m)
        there = Place(lat_deg=math.degrees(lat1), lon_deg=math.degrees(lon1))
        off = enu_matrix(lat1, lon1) @ (target - ecef_m(there))
        ahead = math.sin(az1) * off[0] + math.cos(az1) * off[1]
        right = math.cos(az1) * off[0] - math.sin(az1) * off[1]
        length_m += ahead
        azimuth += right / (6371e3 * math.sin(min(3.1, length_m / 6371e3)))
        if math.hypot(ahead, right) < 0.01:
            break
    return azimuth % (2.0 * math.pi), length_m


def fall_of(claim: Claim) -> Fall:
    """The drag-free flight of a claim; FlightError where there is none."""
    knots, begin, out = np.empty((KNOTS, KNOT)), np.empty(6), np.empty(5)
    height_m, range_m = claim.apogee.value, claim.range.value
    way, lat = None, math.nan
    if claim.launch is not None and claim.aim is not None:
        way, lat = course(claim.launch, claim.aim), math.radians(claim.launch.lat_deg)
    if way is None:
        used = least_free_flight(lat, range_m, height_m, begin, knots, out)
        lat, azimuth = float(out[3]), float(out[4])
    else:
        azimuth = way[0]
        used = free_flight(lat, azimuth, range_m, height_m, begin, knots, out)
    if used < 0:
        raise FlightError(
            "no free flight of this apogee and ground range was found: a path so flat, or one that "
            "ends so near the antipodes, is outside what this check can solve"
        )
    time_s, half_s = float(out[0]), 0.0
    path, lost = _path(knots, used, float(out[1]))
    delay_s = float(late_by_drag(knots, used, out, LIGHT_KGPM2))
    up, speed = enu_matrix(lat, 0.0)[2], float(np.linalg.norm(begin[3:]))
    elevation = math.asin(max(-1.0, min(1.0, float(up @ begin[3:]) / speed)))
    for apogee, far in (
        (height_m + claim.apogee.half, range_m),
        (height_m, min(FARTHEST_M, range_m + claim.range.half)),
    ):
        if free_flight(lat, azimuth, far, apogee, begin, knots[:0], out) >= 0:
            half_s += abs(float(out[0]) - time_s)
    apart_m = math.nan if claim.launch is None or way is None else way[1]
    return Fall(time_s, half_s, speed, elevation, delay_s, lost, apart_m, path)


def _path(knots: Line, used: int, apogee_m: float) -> tuple[Line, float]:
    """Ground range and height along a flight, and what drag takes of the densest body's speed.

    The latter over the upper half of the heights, where it is neither under thrust nor at its end,
    and only for flights below FLAT_TOP_M: exp(-column / (2 beta)) of the speed is left.
    """
    y, path, column = np.empty(6), np.empty((POINTS, 2)), 0.0
    times = np.linspace(0.0, float(knots[used - 1, 0]), POINTS)
    lat0, lon0, _ = geodetic_from_ecef(*knots[0, 1:4])
    for i, t_s in enumerate(times):
        k = min(used - 2, max(0, int(np.searchsorted(knots[:used, 0], t_s, "right")) - 1))
        between(knots, np.int64(k), t_s, y)
        lat, lon, height_m = geodetic_from_ecef(y[0], y[1], y[2])
        path[i] = distance_kernel(lat0, lon0, lat, lon), height_m
        if apogee_m < FLAT_TOP_M and height_m > 0.5 * apogee_m:
            column += air(height_m)[0] * float(np.linalg.norm(y[3:])) * float(times[1])
    return path, 1.0 - math.exp(-0.5 * column / DENSE_KGPM2)


def check(claim: Claim) -> Verdict:
    """Judge a claim; FlightError with every fault of it where it is no flight at all."""
    said = problems(claim)
    if said:
        raise FlightError("; ".join(said))
    return judge(claim, fall_of(claim))


def judge(claim: Claim, fall: Fall) -> Verdict:
    """What the free fall says of a claim.

    The limits are those of the contract: below free fall by more than the rounding and 0.3 %:
    impossible; beyond it by what no powered phase and no re-entry explains: implausible.
    """
    too_flat = fall.lost > 0.632  # 1 - 1/e
    if claim.time is None:
        if too_flat:
            return Verdict(IMPLAUSIBLE, _flat_words(fall), fall, math.nan)
        return Verdict(POSSIBLE, _timeless_words(claim, fall), fall, math.nan)
    excess_s = claim.time.value - fall.time_s
    rounding_s = claim.time.half + fall.half_s
    allowed_s = rounding_s + BEATEN * fall.time_s
    least_s, most_s = UNKNOWN_LEAST_S, UNKNOWN_MOST_S
    if claim.burn is not None:
        least_s = BURN_LEAST * max(0.0, claim.burn.value - claim.burn.half)
        most_s = BURN_MOST * (claim.burn.value + claim.burn.half)
    most_s += fall.delay_s
    if excess_s < -allowed_s:
        return Verdict(IMPOSSIBLE, _below_words(claim, fall, allowed_s), fall, excess_s)
    if too_flat:
        return Verdict(IMPLAUSIBLE, _flat_words(fall), fall, excess_s)
    words = _window_words(claim, fall, least_s, most_s)
    if excess_s < least_s - allowed_s:
        words += (
            ". So little leaves no room for the time under thrust: time, apogee or range are not "
            "those of one flight"
        )
        return Verdict(IMPLAUSIBLE, words, fall, excess_s)
    if excess_s > most_s + rounding_s:
        words += (
            ". So much is not explained by thrust and re-entry: it fits a parachute, a glide, "
            "thrust in stages with long pauses, or figures that are not of one flight; the check "
            "knows only ballistic flight to the ground"
        )
        return Verdict(IMPLAUSIBLE, words, fall, excess_s)
    return Verdict(POSSIBLE, words, fall, excess_s)


def _start_words(claim: Claim, fall: Fall) -> str:
    """The free fall in words."""
    where = "in the quickest direction and latitude, as no places are given,"
    if claim.launch is not None:
        where = "between these places"
        if abs(fall.apart_m - claim.range.value) > max(20e3, 0.05 * claim.range.value):
            where = f"in the direction of these places, {fall.apart_m / 1e3:,.0f} km apart,"
    return (
        f"a drag-free flight {where} from the ground to {claim.apogee.value / 1e3:,.6g} km and "
        f"down again {claim.range.value / 1e3:,.6g} km away takes {fall.time_s:,.1f} s"
    )


def _rounding_words(claim: Claim) -> str:
    """What was taken to be rounded, and how far."""
    parts = [] if claim.time is None else [f"time to {claim.time.half:.3g} s"]
    for name, figure in (("apogee", claim.apogee), ("range", claim.range)):
        parts.append(f"{name} to {figure.half / 1e3:.3g} km")
    return "read as rounded: " + ", ".join(parts) + " either way"


def _below_words(claim: Claim, fall: Fall, allowed_s: float) -> str:
    """Why a time is impossible."""
    assert claim.time is not None
    short_s = fall.time_s - claim.time.value
    return (
        f"{claim.time.value:,.6g} s is {short_s:,.1f} s ({100 * short_s / fall.time_s:.2g} %) less "
        f"than free fall allows: {_start_words(claim, fall)}. Rounding and 0.3 % for what can beat "
        f"it a little (drag in the climb, late thrust, lift) come to {allowed_s:,.1f} s "
        f"({_rounding_words(claim)}); a powered flight takes longer, not less"
    )


def _window_words(claim: Claim, fall: Fall, least_s: float, most_s: float) -> str:
    """The excess, and what would explain it."""
    assert claim.time is not None
    excess_s = claim.time.value - fall.time_s
    burn = "a powered phase of unknown length (30 to 330 s)"
    if claim.burn is not None:
        burn = f"a burn of {claim.burn.value:,.6g} s (0.5 to 1.2 of it)"
    return (
        f"{claim.time.value:,.6g} s is {abs(excess_s):,.1f} s "
        f"{'more' if excess_s >= 0 else 'less'} than free fall: {_start_words(claim, fall)}. "
        f"{burn[0].upper()}{burn[1:]} and the re-entry of a light body (up to "
        f"{fall.delay_s:,.0f} s) account for {least_s:,.0f} to {most_s:,.0f} s "
        f"({_rounding_words(claim)})"
    )


def _flat_words(fall: Fall) -> str:
    """Why a path is too flat."""
    return (
        "so flat a path stays so deep in the air that even a body of 20,000 kg/m2 would lose "
        f"{100 * fall.lost:.0f} % of its speed on the way: it needs lift, or thrust to the end; "
        "the check knows only ballistic flight"
    )


def _timeless_words(claim: Claim, fall: Fall) -> str:
    """What an apogee and a range alone say."""
    energy = 0.5 * fall.speed_mps**2 / 1e6
    return (
        f"{_start_words(claim, fall)}, begun with {fall.speed_mps:,.0f} m/s over the ground at "
        f"{math.degrees(fall.elevation_rad):.1f} deg ({energy:,.2f} MJ/kg): apogee and range go "
        "together. Without a time there is no more to check"
    )
