"""One flight from launch to impact: the kernel for lanes, and the door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout import elementary as math
from keepout.earth.geodesy import (
    distance_kernel,
    ecef_m,
    enu_matrix,
    geodetic_from_ecef,
    great_circle_m,
    place_of,
)
from keepout.errors import FlightError
from keepout.flight.aim import (
    KICK_LEAST_RAD,
    KICK_MOST_RAD,
    KNOTS,
    LANDED,
    NO_LIFT_OFF,
    NOT_SOLVED,
    OUT_OF_RANGE,
    TOO_NEAR,
    aim_kernel,
    new_shot,
)
from keepout.flight.blown import blow
from keepout.flight.boost import boost_kernel, state_at
from keepout.flight.cruise import cruise_kernel
from keepout.flight.drop import sample_at, stage_impacts_kernel
from keepout.flight.faults import missile_faults
from keepout.flight.integrate import BOOST_TOLERANCE, KNOT, TIME_UP, TOLERANCE
from keepout.flight.reentry import descend_kernel
from keepout.flight.route import Waypoint, fly_route
from keepout.kernel import kernel, part
from keepout.records.missile import BALLISTIC, CRUISE, MANOEUVRING, NO_MANOEUVRE
from keepout.records.place import Place
from keepout.records.trajectory import LANE, SAMPLES, Trajectory

END_SAYS = {
    LANDED: "it landed on the aim point",
    OUT_OF_RANGE: "the aim point is beyond this missile's longest range; choose a nearer one",
    TOO_NEAR: "the aim point is nearer than this missile can be made to fall; choose a farther one",
    NO_LIFT_OFF: "the missile comes down before its motors burn out; check thrust and masses",
    NOT_SOLVED: "no pitch-over and cut-off were found that reach the aim point",
}

CONTROLS = ("min-energy", "lofted", "depressed", "apogee", "time")
SHORTEST_M = 5e3
ANTIPODE_M = 5e4
"""So near the antipode of a launch, the direction is not solved for."""


@part
def bearing(launch, aim):
    """Azimuth of one ECEF point seen from another [rad], of the normal section."""
    lat, lon, _ = geodetic_from_ecef(launch[0], launch[1], launch[2])
    enu = enu_matrix(lat, lon)
    east, north = 0.0, 0.0
    for j in range(3):
        east += enu[0, j] * (aim[j] - launch[j])
        north += enu[1, j] * (aim[j] - launch[j])
    return math.atan2(east, north)


@part
def _fill(missile, shot, used, sample, lane):
    """Fly the solved flight once more; fill the samples, and the times and apogee of the lane."""
    y, cutoff_s = shot.y, lane.cutoff_s
    state_at(shot.boost, used, cutoff_s, y)
    lane.burnout_s = cutoff_s
    lane.burnout_speed_mps = math.sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    fall = np.empty((KNOTS, KNOT))
    _, flight_s, falls, apogee_m = descend_kernel(
        missile, cutoff_s, shot.ground_m, TOLERANCE, y, fall, np.int64(0), shot.work
    )
    last = len(sample) - 1
    lane.apogee_m = apogee_m
    lane.flight_s = flight_s
    lane.dt_s = flight_s / last
    lane.separation_s = cutoff_s if missile.separates else flight_s
    for i in range(last + 1):
        t_s = flight_s * i / last
        if t_s <= cutoff_s:
            state_at(shot.boost, used, t_s, y)
        else:
            state_at(fall, falls, t_s, y)
        for j in range(6):
            sample[i, j] = y[j]


@part
def summarise(launch, impact, lane):
    """Range, impact speed and impact angle of a lane from its last sample (6,)."""
    lat0, lon0, _ = geodetic_from_ecef(launch[0], launch[1], launch[2])
    lat1, lon1, _ = geodetic_from_ecef(impact[0], impact[1], impact[2])
    lane.range_m = distance_kernel(lat0, lon0, lat1, lon1)
    enu = enu_matrix(lat1, lon1)
    v2, down = 0.0, 0.0
    for j in range(3):
        v2 += impact[3 + j] * impact[3 + j]
        down -= enu[2, j] * impact[3 + j]
    lane.impact_speed_mps = math.sqrt(v2)
    lane.impact_angle_rad = math.asin(max(-1.0, min(1.0, down / math.sqrt(max(v2, 1e-9)))))


@kernel
def lane_kernel(missile, stage, launch_ecef_m, aim_ecef_m, sample, lane, kick_rad=math.nan):
    """Aim and fly one missile from launch to impact.

    missile        a MISSILE row; stage the STAGE rows
    launch_ecef_m  (3,)  [m]; aim_ecef_m (3,) [m], its height is the ground
    sample         (n, 6) is filled with position and velocity, evenly spaced in time
    lane           a LANE row; all its f8 fields and ``reachable`` are filled
    kick_rad       ()    pitch-over to hold [rad]; nan: the one that needs the shortest burn
    returns        ()    LANDED or another code of END_SAYS; the impact is within 1 m of the aim

    Out of range, the flight of the longest range found in that direction is filled in; TOO_NEAR,
    that of the shortest. Sources: boost_kernel, descend_kernel, aim_kernel, cruise_kernel. The
    last stage can be cut off at any moment, solid or liquid: an assumption.
    """
    lane.reachable = lane.cruise = 0
    lane.azimuth_rad = bearing(launch_ecef_m, aim_ecef_m)
    lane.kick_rad, lane.cutoff_s = 0.0, 0.0
    code = LANDED
    if missile.kind == CRUISE:
        if not cruise_kernel(missile, launch_ecef_m, aim_ecef_m, sample, lane):
            lane.range_m = missile.max_range_m
            return OUT_OF_RANGE
    else:
        shot = new_shot(missile, stage, launch_ecef_m, aim_ecef_m)
        code, it = aim_kernel(missile, stage, launch_ecef_m, shot, lane.azimuth_rad, kick_rad)
        lane.azimuth_rad = it.azimuth_rad
        lane.kick_rad = it.kick_rad
        lane.cutoff_s = min(shot.last_s, max(shot.first_s, it.cutoff_s))
        if code >= NO_LIFT_OFF:  # nothing was flown to the ground
            return code
        _fill(missile, shot, it.used, sample, lane)
    lane.azimuth_rad %= 2.0 * math.pi
    summarise(launch_ecef_m, sample[len(sample) - 1], lane)
    lane.reachable = 1 if code == LANDED else 0
    return code


@kernel
def refly_kernel(missile, stage, launch_ecef_m, aim_ecef_m, sample, lane):
    """Fly a solved lane once more, perhaps with another re-entry vehicle on the same boost.

    missile, stage, launch_ecef_m, aim_ecef_m, sample  as lane_kernel
    lane     a LANE row with azimuth_rad, kick_rad and cutoff_s; its other fields are filled
    returns  ()  LANDED, or NO_LIFT_OFF

    The aim gives only the height of the ground: the impact is where the flight comes down.
    """
    shot = new_shot(missile, stage, launch_ecef_m, aim_ecef_m)
    az = lane.azimuth_rad  # as bearing has it: a last digit of it can change the steps taken
    az -= 2.0 * math.pi if az > math.pi else 0.0
    why, _, used = boost_kernel(
        missile, stage, launch_ecef_m, az, lane.kick_rad, BOOST_TOLERANCE, shot.y,
        shot.boost, shot.work,
    )  # fmt: skip
    if why != TIME_UP:
        return NO_LIFT_OFF
    _fill(missile, shot, used, sample, lane)
    summarise(launch_ecef_m, sample[len(sample) - 1], lane)
    return LANDED


@dataclass(frozen=True)
class Flown:
    """One solved lane: how it ended, its LANE row and its samples (n, 6)."""

    code: int
    lane: Any
    sample: NDArray[np.float64]
    way_m: float = math.nan  # along the way-points of a cruise missile


def solve_lane(
    missile: Any, stages: Any, launch: Place, aim: Place, kick_rad: float = math.nan
) -> Flown:
    """Run lane_kernel once for two places; the code says whether it landed."""
    lane = np.zeros(1, LANE).view(np.recarray)[0]
    sample = np.zeros((SAMPLES, 6))
    code = lane_kernel(missile, stages, ecef_m(launch), ecef_m(aim), sample, lane, kick_rad)
    return Flown(code, lane, sample)


def _edge(solve: Callable[[float], Flown], good: float, bad: float) -> float:
    """The last kick that still lands between one that does and one that may not."""
    if solve(bad).code == LANDED:
        return bad
    for _ in range(24):
        middle = math.sqrt(good * bad)
        if solve(middle).code == LANDED:
            good = middle
        else:
            bad = middle
    return good


def _controlled(solve: Callable[[float], Flown], best: Flown, control: str, target: float) -> Flown:
    """The flight of a control other than the least energy."""
    kick_rad = float(best.lane.kick_rad)
    if control == "lofted":
        return solve(_edge(solve, kick_rad, KICK_LEAST_RAD))
    if control == "depressed":
        return solve(_edge(solve, kick_rad, KICK_MOST_RAD))
    field, unit, scale = ("apogee_m", "km", 1e-3) if control == "apogee" else ("flight_s", "s", 1.0)
    steep = target > best.lane[field]
    far = _edge(solve, kick_rad, KICK_LEAST_RAD if steep else KICK_MOST_RAD)
    most = float(solve(far).lane[field])
    if (target > most) if steep else (target < most):
        word = "most" if steep else "least"
        raise FlightError(
            f"{control} {target * scale:,.6g} {unit} cannot be had at this range: "
            f"the {word} found is {most * scale:,.0f} {unit}"
        )
    found = _between(solve, field, target, kick_rad, far, steep)
    if _off(found, field, target) < 1e-4:
        return found
    # a manoeuvre can make gaps and turns on the way: look at all of it
    kicks = [kick_rad * math.power(far / kick_rad, k / 40) for k in range(41)]
    tried = [(kick, each) for kick in kicks if (each := solve(kick)).code == LANDED]
    for (a, first), (b, second) in pairwise(tried):
        if (first.lane[field] - target) * (second.lane[field] - target) <= 0.0:
            rises = bool(second.lane[field] > first.lane[field])
            again = _between(solve, field, target, a, b, rises)
            found = min(found, again, key=lambda each: _off(each, field, target))
    if not _off(found, field, target) < 1e-4:
        raise FlightError(
            f"{control} {target * scale:,.0f} {unit} was not found at this range, though "
            "more and less can be had; ask for a little more or less"
        )
    return found


def _off(flown: Flown, field: str, target: float) -> float:
    """How far a flight is from its target, as a share of it; infinite if it missed its aim."""
    return abs(float(flown.lane[field]) / target - 1.0) if flown.code == LANDED else math.inf


def _between(
    solve: Callable[[float], Flown], field: str, target: float, near: float, far: float, rises: bool
) -> Flown:
    """The flight between two kicks that meets a target, by bisection; ``rises`` towards far."""
    for _ in range(40):
        middle = math.sqrt(near * far)
        if (solve(middle).lane[field] > target) == rises:
            far = middle
        else:
            near = middle
    return solve(near)


def _where(place: Place) -> str:
    return f"{place.lat_deg:.2f}, {place.lon_deg:.2f} deg"


def _check(missile: Any, stages: Any, launch: Place, aim: Place) -> None:
    """Raise FlightError with everything that no flight can be made of."""
    wrong = []
    for place in (launch, aim):
        inside = abs(place.lat_deg) <= 90.0 and abs(place.lon_deg) <= 360.0
        if not (inside and -500.0 <= place.alt_m <= 9000.0):
            wrong.append(f"{_where(place)}, {place.alt_m:,.0f} m is not a place on the ground")
    if not wrong and great_circle_m(launch, aim) < SHORTEST_M:
        wrong.append("launch and aim are less than 5 km apart")
    elif not wrong and np.linalg.norm(ecef_m(launch) + ecef_m(aim)) < ANTIPODE_M:
        wrong.append(
            "the aim is the antipode of the launch: no direction leads there before others"
        )
    wrong += missile_faults(missile, stages)
    if wrong:
        raise FlightError("; ".join(wrong))


def fly(
    missile: Any,
    stages: Any,
    *,
    launch: Place,
    aim: Place,
    control: str = "min-energy",
    target: float = math.nan,
    name: str = "the missile",
    wind: Sequence[tuple[float, float, float]] = (),
    via: Sequence[Waypoint] = (),
    last: Waypoint | None = None,
) -> Trajectory:
    """Fly one missile from launch to impact on the aim point.

    missile, stages  a MISSILE row and the STAGE rows it points into
    control          min-energy: the shortest burn that reaches; lofted, depressed: the highest
                     and lowest flight that the full burn allows; apogee, time: the flight with
                     ``target`` as its apogee [m] or flight time [s]
    wind             rows of height [m], towards north and east [m/s]: the flight is aimed in
                     still air and flown through this, so that it misses (flight/blown.py)
    via, last        way-points of a cruise missile, and how its last leg is flown

    A manoeuvring missile brings its ballistic twin, but not through wind. Raises FlightError if
    it cannot: out of range, too near, or a control that cannot be met.
    """
    flown = solve(
        missile, stages, launch=launch, aim=aim, control=control, target=target, name=name,
        via=via, last=last,
    )  # fmt: skip
    return finish(name, missile, stages, launch, aim, flown, wind)


def finish(
    name: str, missile: Any, stages: Any, launch: Place, aim: Place, flown: Flown,
    wind: Sequence[tuple[float, float, float]] = (),
) -> Trajectory:  # fmt: skip
    """A solved lane as people read it, through wind, or with its ballistic twin."""
    flight = trajectory(name, missile, stages, launch, aim, flown)
    if wind:
        return blown_trajectory(flight, missile, stages, launch, aim, flown, wind)
    return replace(flight, twin=ballistic_twin(name, missile, stages, launch, aim, flown))


def solve(
    missile: Any,
    stages: Any,
    *,
    launch: Place,
    aim: Place,
    control: str = "min-energy",
    target: float = math.nan,
    name: str = "the missile",
    via: Sequence[Waypoint] = (),
    last: Waypoint | None = None,
) -> Flown:
    """The solved lane of one flight; arguments and errors as ``fly``."""
    if control not in CONTROLS:
        raise FlightError(f"control {control!r} is none of {', '.join(CONTROLS)}")
    if control in ("apogee", "time") and not target > 0.0:
        raise FlightError(f"{control} is {target:g}; it must be above zero")
    if control != "min-energy" and missile.kind == CRUISE:
        raise FlightError(
            f"{name} cruises at its own height and speed: apogee, time and loft do not apply"
        )
    _check(missile, stages, launch, aim)
    if via or last:
        if missile.kind != CRUISE:
            raise FlightError(f"{name} is no cruise missile: it flies no way-points")
        return Flown(LANDED, *fly_route(missile, launch, aim, via, last))
    best = solve_lane(missile, stages, launch, aim)
    if best.code != LANDED:
        far = f" (longest found: {best.lane.range_m / 1e3:,.0f} km)"
        raise FlightError(
            f"{name}, {_where(launch)} to {_where(aim)}: {END_SAYS[best.code]}"
            + (far if best.code == OUT_OF_RANGE else "")
        )
    if control != "min-energy":
        best = _controlled(
            lambda kick_rad: solve_lane(missile, stages, launch, aim, kick_rad),
            best, control, target,
        )  # fmt: skip
    if best.code != LANDED:
        raise FlightError(f"{name}, control {control}: {END_SAYS[best.code]}")
    return best


def ballistic_twin(
    name: str, missile: Any, stages: Any, launch: Place, aim: Place, flown: Flown
) -> Trajectory | None:
    """The same missile after the same boost, without its manoeuvre; None if it makes none.

    Same mass, ballistic coefficient, azimuth, pitch-over and cut-off: until the manoeuvre begins
    both are one flight. Where it comes down is what a defence predicts that knows of no lift.
    """
    if missile.kind != MANOEUVRING or missile.manoeuvre == NO_MANOEUVRE:
        return None
    plain = missile.copy()
    plain.kind, plain.manoeuvre = BALLISTIC, NO_MANOEUVRE
    lane, sample = flown.lane.copy(), np.zeros((SAMPLES, 6))
    refly_kernel(plain, stages, ecef_m(launch), ecef_m(aim), sample, lane)
    return trajectory(name, plain, stages, launch, aim, Flown(LANDED, lane, sample))


def trajectory(
    name: str, missile: Any, stages: Any, launch: Place, aim: Place, flown: Flown
) -> Trajectory:
    """A solved lane as people read it, with the places where its stages fall."""
    lane, sample = flown.lane, flown.sample
    out = np.empty((int(missile.stages), 4))
    stage_impacts_kernel(missile, stages, ecef_m(launch), lane, out)
    falls = [(place_of(row[:3]), float(row[3])) for row in out if not math.isnan(row[3])]
    burnout, burnout_s = np.empty(6), float(lane.flight_s if lane.cruise else lane.burnout_s)
    sample_at(sample, float(lane.dt_s), burnout_s, burnout)
    end = place_of(sample[-1, :3])
    return Trajectory(
        name=name,
        t_s=np.arange(SAMPLES) * float(lane.dt_s),
        r_ecef_m=sample[:, :3].copy(),
        v_ecef_mps=sample[:, 3:].copy(),
        flight_s=float(lane.flight_s),
        range_m=float(lane.range_m),
        apogee_m=float(lane.apogee_m),
        burnout_s=burnout_s,
        burnout_alt_m=place_of(burnout[:3]).alt_m,
        burnout_speed_mps=float(lane.burnout_speed_mps),
        impact_lat_deg=end.lat_deg,
        impact_lon_deg=end.lon_deg,
        impact_speed_mps=float(lane.impact_speed_mps),
        impact_angle_rad=float(lane.impact_angle_rad),
        miss_m=float(np.sqrt(((sample[-1, :3] - ecef_m(aim)) ** 2).sum())),
        stage_impacts=tuple((place.lat_deg, place.lon_deg, t_s) for place, t_s in falls),
        way_m=flown.way_m,
    )


def blown_trajectory(
    calm: Trajectory, missile: Any, stages: Any, launch: Place, aim: Place, flown: Flown,
    wind: Sequence[tuple[float, float, float]],
) -> Trajectory:  # fmt: skip
    """The same flight through moving air; see blown.blow."""
    blown, falls = blow(missile, stages, ecef_m(launch), flown.lane, aim.alt_m, wind)
    t_s = np.linspace(0.0, blown.end_s, SAMPLES)
    sample = np.array([blown.at(float(t)) for t in t_s])
    burnout, end = blown.at(calm.burnout_s), place_of(sample[-1, :3])
    speed = float(np.linalg.norm(sample[-1, 3:]))
    up = enu_matrix(math.radians(end.lat_deg), math.radians(end.lon_deg))[2]
    stages_at = [(place_of(y[:3]), t) for y, t in falls]
    return replace(
        calm,
        t_s=t_s,
        r_ecef_m=sample[:, :3].copy(),
        v_ecef_mps=sample[:, 3:].copy(),
        flight_s=blown.end_s,
        range_m=great_circle_m(launch, end),
        apogee_m=max(place_of(r).alt_m for r in sample[:, :3]),
        burnout_alt_m=place_of(burnout[:3]).alt_m,
        burnout_speed_mps=float(np.linalg.norm(burnout[3:])),
        impact_lat_deg=end.lat_deg,
        impact_lon_deg=end.lon_deg,
        impact_speed_mps=speed,
        impact_angle_rad=-math.asin(float((up * sample[-1, 3:]).sum()) / speed),
        miss_m=float(np.linalg.norm(sample[-1, :3] - ecef_m(aim))),
        stage_impacts=tuple((place.lat_deg, place.lon_deg, t) for place, t in stages_at),
    )
