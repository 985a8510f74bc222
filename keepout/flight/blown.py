"""A solved flight flown again through moving air.

A second way through the same flight on purpose: scipy's DOP853 and legs cut at every moment at
which something changes, beside the compiled loop of flight/boost.py. In still air both must land
at the same place; in wind the difference is what the wind does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.earth.atmosphere import P0_PA, air
from keepout.earth.geodesy import enu_matrix, place_of
from keepout.errors import FlightError
from keepout.flight.aim import KNOTS
from keepout.flight.boost import boost_kernel, pitch_times, state_at
from keepout.flight.coast import LONGEST_S
from keepout.flight.drag import cd_of
from keepout.flight.integrate import BOOST_TOLERANCE, KNOT
from keepout.flight.throw import WindRow, World, wind_faults
from keepout.records.missile import BALLISTIC, DRAG_CONSTANT

RTOL, ATOL_M = 1e-10, 1e-6

Vector = NDArray[np.float64]
Programme = Callable[[float], Vector]


@dataclass(frozen=True)
class Forces:
    """What pushes a body during one leg, beside gravity; mass 1 and no thrust for a free body."""

    drag_law: int
    area_m2: float
    start_s: float = 0.0
    mass_kg: float = 1.0
    flow_kgps: float = 0.0
    thrust_vac_n: float = 0.0
    thrust_sl_n: float = 0.0
    direction: Programme | None = None  # of the thrust, by time; unit, ECEF

    def slope(self, world: World, t_s: float, y: Vector) -> Vector:
        """Time derivative of position and velocity in the turning frame."""
        r, v = y[:3], y[3:]
        place, w = world.place(r), world.turn_radps
        rho, p_pa, sound_mps = air(place.alt_m)
        flow = v - world.wind_mps(place)
        speed = float(np.linalg.norm(flow))
        mass_kg = self.mass_kg - self.flow_kgps * (t_s - self.start_s)
        drag = 0.5 * rho * speed * cd_of(self.drag_law, speed / sound_mps) * self.area_m2
        a = world.gravity(r) + w * np.array([w * r[0] + 2.0 * v[1], w * r[1] - 2.0 * v[0], 0.0])
        a = a - drag / mass_kg * flow
        if self.direction is not None:
            lost_n = (self.thrust_vac_n - self.thrust_sl_n) * p_pa / P0_PA
            a = a + (self.thrust_vac_n - lost_n) / mass_kg * self.direction(t_s)
        return np.concatenate([v, a])


def free(beta_kgpm2: float, drag_law: int) -> Forces:
    """Of an unpowered body; beta at the law's Mach 8 value."""
    return Forces(drag_law, 1.0 / (beta_kgpm2 * cd_of(drag_law, 8.0)))


@dataclass
class Blown:
    """A flight through moving air, as legs: begin and end [s], solution by time."""

    ground_m: float = -1e9  # height at which a leg ends; a launch is not stopped by its own ground
    legs: list[tuple[float, float, Any]] = field(default_factory=list)

    @property
    def end_s(self) -> float:
        """Time of its end."""
        return self.legs[-1][1]

    def at(self, t_s: float) -> Vector:
        """State (6,), ECEF, at a time."""
        for begin_s, end_s, solution in self.legs:
            if t_s <= end_s:
                return np.asarray(solution(max(begin_s, t_s)), dtype=float)
        return np.asarray(self.legs[-1][2](self.end_s), dtype=float)

    def fly(self, world: World, forces: Forces, y: Vector, begin_s: float, end_s: float) -> bool:
        """Add one leg; True if it ended on the ground."""
        from scipy.integrate import solve_ivp  # half a second of import that only wind needs

        def ground(_: float, y: Vector) -> float:
            return world.place(y[:3]).alt_m - self.ground_m

        ground.terminal, ground.direction = True, -1  # type: ignore[attr-defined]
        found: Any = solve_ivp(
            lambda t_s, y: forces.slope(world, t_s, y), (begin_s, end_s), y, method="DOP853",
            rtol=RTOL, atol=ATOL_M, events=ground, dense_output=True,
        )  # fmt: skip
        self.legs.append((begin_s, float(found.t[-1]), found.sol))
        return bool(found.status == 1)


def burns(missile: Any, stages: Any) -> list[tuple[float, float]]:
    """Ignition and burnout [s] of every stage, if nothing is cut off."""
    times, t_s = [], 0.0
    for row in stages[int(missile.first_stage) : int(missile.first_stage + missile.stages)]:
        times.append((t_s, t_s + float(row.burn_s)))
        t_s += float(row.burn_s + row.coast_s)
    return times


def programme(missile: Any, stages: Any, launch_ecef_m: Vector, lane: Any) -> Programme:
    """Where the thrust of a solved lane points, by time, in still air."""
    place = place_of(launch_ecef_m)
    enu = enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg))
    side = math.sin(lane.azimuth_rad) * enu[0] + math.cos(lane.azimuth_rad) * enu[1]
    tilted = math.cos(lane.kick_rad) * enu[2] + math.sin(lane.kick_rad) * side
    rise_s, over_s = pitch_times(missile, stages)
    y, knots = np.empty(6), np.empty((KNOTS, KNOT))
    _, _, used = boost_kernel(
        missile, stages, launch_ecef_m, lane.azimuth_rad, lane.kick_rad, BOOST_TOLERANCE, y,
        knots, np.empty((12, KNOT)),
    )  # fmt: skip

    def at(t_s: float) -> Vector:
        if t_s < over_s:
            return enu[2] if t_s < rise_s else tilted
        state_at(knots, used, t_s, y)
        return np.array(y[3:] / np.linalg.norm(y[3:]))

    return at


def _powered(missile: Any, stages: Any, t_s: float, direction: Programme) -> Forces:
    """The forces at a moment before the last burnout."""
    first = int(missile.first_stage)
    times = burns(missile, stages)
    s = max(i for i, (start_s, _) in enumerate(times) if start_s <= t_s)
    row, (start_s, out_s) = stages[first + s], times[s]
    burning = t_s < out_s
    later = stages[first + s + 1 : first + int(missile.stages)]
    mass_kg = float(missile.payload_kg) + float((later.propellant_kg + later.dry_kg).sum())
    if burning:
        mass_kg += float(row.propellant_kg + row.dry_kg)
    if t_s < (float(missile.shroud_s) or times[0][1]):
        mass_kg += float(missile.shroud_kg)
    if not burning:
        return Forces(int(row.drag_law), float(row.area_m2), mass_kg=mass_kg)
    return Forces(
        int(row.drag_law), float(row.area_m2), start_s, mass_kg,
        float(row.propellant_kg / row.burn_s), float(row.thrust_vac_n), float(row.thrust_sl_n),
        direction,
    )  # fmt: skip


def _cuts(missile: Any, stages: Any, cutoff_s: float) -> list[float]:
    """Moments before the cut-off at which a force begins or ends, in order."""
    cuts = {0.0, cutoff_s, *pitch_times(missile, stages), float(missile.shroud_s)}
    for times in burns(missile, stages):
        cuts.update(times)
    return sorted(cut for cut in cuts if 0.0 <= cut <= cutoff_s)


def blow(
    missile: Any, stages: Any, launch_ecef_m: Vector, lane: Any, ground_m: float,
    wind: Sequence[WindRow],
) -> tuple[Blown, list[tuple[Vector, float]]]:  # fmt: skip
    """Fly a solved lane again in wind: the flight, and where and when spent stages come down.

    missile, stages, lane  rows as lane_kernel; azimuth, pitch-over and cut-off are the lane's
    wind                   rows of height [m], towards north and east [m/s], straight between

    The missile holds the attitudes that it would have had in still air, as a gyro would; drag
    acts against the velocity through the moving air, without lift. Raises FlightError
    for what is not purely ballistic.
    """
    if missile.kind != BALLISTIC:
        raise FlightError("wind is only modelled for a ballistic missile that does not manoeuvre")
    wrong = wind_faults(wind)
    if wrong:
        raise FlightError("; ".join(wrong))
    world = World(wind=tuple(wind))
    direction = programme(missile, stages, launch_ecef_m, lane)
    flight, y = Blown(), np.concatenate([launch_ecef_m, np.zeros(3)])
    for begin_s, end_s in pairwise(_cuts(missile, stages, float(lane.cutoff_s))):
        if end_s - begin_s > 1e-9:
            forces = _powered(missile, stages, 0.5 * (begin_s + end_s), direction)
            flight.fly(world, forces, y, begin_s, end_s)
            y = flight.at(end_s)
    falls = []
    for s, (_, out_s) in enumerate(burns(missile, stages)):
        last = s == missile.stages - 1
        gone_s = float(lane.cutoff_s) if last else out_s
        if last and not missile.separates:
            continue
        spent = stages[missile.first_stage + s].spent_beta_kgpm2
        fall = Blown(ground_m=0.0)
        if fall.fly(
            world, free(float(spent), DRAG_CONSTANT), flight.at(gone_s), gone_s, gone_s + LONGEST_S
        ):
            falls.append((fall.at(fall.end_s), fall.end_s))
    flight.ground_m = ground_m
    vehicle = free(float(missile.rv_beta_kgpm2), int(missile.rv_drag_law))
    if not flight.fly(world, vehicle, y, float(lane.cutoff_s), float(lane.cutoff_s) + LONGEST_S):
        raise FlightError("the flight through this wind never comes down")
    return flight, falls
