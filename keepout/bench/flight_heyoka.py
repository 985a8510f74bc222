"""The flights of ``flight_set`` in heyoka.py: Taylor series of adaptive order, compiled by LLVM.

A Taylor series needs smooth forces. So the logarithm of density is a polynomial in each layer of
the atmosphere, the drag law one in each range of Mach numbers, and crossing from one to the next
is a terminal event of heyoka's, after which the coefficients (runtime parameters) are changed and
the integration goes on. Thrust loses what the air's pressure takes, as in the other codes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.bench.flight_set import GROUND_M, FlightSet
from keepout.earth import atmosphere as us76
from keepout.earth import geodesy as earth
from keepout.flight.drag import cd_of
from keepout.flight.forces import ALONG, FIXED, Leg, free_leg

Numbers = NDArray[np.float64]
TOLERANCE = 1e-9
LAYERS_M = (
    -2e3,
    *(us76.R0_M * us76.H_B[1:] / (us76.R0_M - us76.H_B[1:])),
    us76.TOP_M,
    1.1e5,
    2e5,
    1e6,
)
MACHS = (0.0, 0.7, 0.9, 1.05, 1.18, 1.4, 2.0, 3.0, 4.5, 6.0, 8.0, 1e3)
AIR, DRAG = 9, 8
"""Coefficients of ln density by height and of a drag coefficient by Mach number."""
MASS, FLOW, VACUUM, LOSS, AREA, ON, UX, UY, UZ = range(9)
SOUND = 3
RHO0, SOUND0 = 9, 9 + AIR
CD0 = SOUND0 + SOUND
LOW, HIGH, MACH_LOW, MACH_HIGH, GROUND, MID, HALF, MACH_MID, MACH_HALF = range(
    CD0 + DRAG, CD0 + DRAG + 9
)
EVENT_LOW, EVENT_HIGH, EVENT_MACH_LOW, EVENT_MACH_HIGH, EVENT_GROUND = range(5)


def layer_table() -> Numbers:
    """For each layer: coefficients of ln density and of sound speed squared, and its bounds."""
    rows = []
    for low, high in pairwise(LAYERS_M):
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        u = np.cos(np.pi * (np.arange(60) + 0.5) / 60)
        found = np.array([us76.air(middle + half * x) for x in u])
        ln_rho = np.polynomial.polynomial.polyfit(u, np.log(found[:, 0]), AIR - 1)
        sound2 = np.polynomial.polynomial.polyfit(u, found[:, 2] ** 2, SOUND - 1)
        rows.append([*ln_rho, *sound2, low, high, middle, half])
    return np.array(rows)


def drag_table(law: int) -> Numbers:
    """For each range of Mach numbers: coefficients of the drag coefficient, and its bounds."""
    rows = []
    for low, high in pairwise(MACHS):
        top = min(high, 20.0)
        middle, half = 0.5 * (low + top), 0.5 * (top - low)
        u = np.cos(np.pi * (np.arange(200) + 0.5) / 200)
        cd = [cd_of(np.int64(law), middle + half * x) for x in u]
        order = DRAG - 1 if high < 100.0 else 0
        fit = np.zeros(DRAG)
        fit[: order + 1] = np.polynomial.polynomial.polyfit(u, cd, order)
        rows.append([*fit, low, high, middle, half])
    return np.array(rows)


def integrator(hy: Any, steer: int) -> Any:
    """A compiled integrator of one kind of leg: thrust FIXED or ALONG, or none (both zero)."""
    x, y, z, vx, vy, vz = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    par, sqrt = hy.par, hy.sqrt
    r2 = x * x + y * y + z * z
    ir = 1.0 / sqrt(r2)
    k, w = -earth.MU_M3PS2 * ir**3, earth.OMEGA_RADPS
    j = 1.5 * earth.J2 * earth.A_M**2 * ir**2
    s2 = 5.0 * z * z * ir * ir
    side = k * (1.0 + j * (1.0 - s2))
    a = [side * x + w * (w * x + 2.0 * vy), side * y + w * (w * y - 2.0 * vx),
         k * (1.0 + j * (3.0 - s2)) * z]  # fmt: skip
    alt = height(x, y, z, ir, sqrt)
    u = (alt - par[MID]) / par[HALF]
    rho = hy.exp(horner([par[RHO0 + n] for n in range(AIR)], u))
    sound2 = horner([par[SOUND0 + n] for n in range(SOUND)], u)
    v2 = vx * vx + vy * vy + vz * vz
    v = sqrt(v2 + 1e-6)
    m = (v / sqrt(sound2) - par[MACH_MID]) / par[MACH_HALF]
    cd = horner([par[CD0 + n] for n in range(DRAG)], m)
    mass = par[MASS] - par[FLOW] * hy.time
    push = (par[VACUUM] - par[LOSS] * rho * sound2 / us76.GAMMA) / mass
    along = -0.5 * rho * v * cd * par[AREA] / mass
    if steer == ALONG:
        along += push / v
    speeds = (vx, vy, vz)
    for n in range(3):
        a[n] += along * speeds[n]
        if steer == FIXED:
            a[n] += push * par[UX + n]
    event, down, up = hy.t_event, hy.event_direction.negative, hy.event_direction.positive
    events = [
        event(alt - par[LOW], direction=down), event(alt - par[HIGH], direction=up),
        event(v2 - par[MACH_LOW] ** 2.0 * sound2, direction=down),
        event(v2 - par[MACH_HIGH] ** 2.0 * sound2, direction=up),
        event(alt - par[GROUND], direction=down),
    ]  # fmt: skip
    equations = list(zip((x, y, z, vx, vy, vz), (vx, vy, vz, *a), strict=True))
    return hy.taylor_adaptive(
        equations, np.zeros(6), pars=np.ones(MACH_HALF + 1), t_events=events, tol=TOLERANCE,
    )  # fmt: skip


def horner(coefficients: list[Any], u: Any) -> Any:
    """A polynomial by its coefficients, lowest power first."""
    value = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        value = c + u * value
    return value


def height(x: Any, y: Any, z: Any, ir: Any, sqrt: Any) -> Any:
    """Height over WGS 84 [m]: the support function along Bowring's normal."""
    s2 = z * z * ir * ir
    k = earth.E2 * earth.A_M * (1.0 + 0.5 * earth.E2 * s2) * ir
    e = k * (1.0 - s2)
    k = k * (1.0 + e * (1.0 + e * (1.0 + e)))
    n = sqrt(x * x + y * y + z * z * (1.0 + k) ** 2.0)
    nz = z * (1.0 + k) / n
    across = (x * x + y * y + z * z * (1.0 + k)) / n
    return across - earth.A_M * sqrt(1.0 - earth.E2 * nz * nz)


class Flyer:
    """All that one flight needs: the integrators, and the tables of layers and drag laws."""

    def __init__(self, hy: Any, flights: FlightSet) -> None:
        self.hy, self.flights = hy, flights
        self.by_steer = {steer: integrator(hy, steer) for steer in (FIXED, ALONG, 0)}
        body = flights.missile
        self.fall = free_leg(body.rv_beta_kgpm2, np.int64(body.rv_drag_law))
        self.layers = layer_table()
        laws = (int(flights.stages[0].drag_law), int(body.rv_drag_law))
        self.drags = {law: drag_table(law) for law in laws}
        self.legs = [flights.legs(n) for n in range(len(flights.launch))]

    def set_layer(self, pars: Numbers, k: int) -> None:
        """Put a layer's coefficients into the parameters."""
        row = self.layers[k]
        pars[RHO0 : RHO0 + AIR + SOUND] = row[: AIR + SOUND]
        pars[LOW], pars[HIGH], pars[MID], pars[HALF] = row[AIR + SOUND :]

    def set_drag(self, pars: Numbers, law: int, k: int) -> None:
        """Put the coefficients of a range of Mach numbers into the parameters."""
        row = self.drags[law][k]
        pars[CD0 : CD0 + DRAG] = row[:DRAG]
        pars[MACH_LOW], pars[MACH_HIGH], pars[MACH_MID], pars[MACH_HALF] = row[DRAG:]

    def fly_leg(self, ta: Any, leg: Leg, end_s: float, at: list[int]) -> bool:
        """Integrate one leg to its end; True when it came to the ground. ``at``: layer, range."""
        pars, law = ta.pars, leg.drag_law
        pars[:AREA + 1] = (
            leg.mass_kg, leg.flow_kgps, leg.thrust_vac_n,
            (leg.thrust_vac_n - leg.thrust_sl_n) / us76.P0_PA, leg.area_m2,
        )  # fmt: skip
        pars[UX], pars[UY], pars[UZ] = leg.ux, leg.uy, leg.uz
        self.set_layer(pars, at[0])
        self.set_drag(pars, law, at[1])
        while True:
            why = int(ta.propagate_until(end_s)[0])
            event = why if why >= 0 else -why - 1
            if why < -(10**6) or event > EVENT_GROUND:
                return False
            if event == EVENT_GROUND:
                return True
            if event in (EVENT_LOW, EVENT_HIGH):
                at[0] += 1 if event == EVENT_HIGH else -1
                self.set_layer(pars, at[0])
            else:
                at[1] += 1 if event == EVENT_MACH_HIGH else -1
                self.set_drag(pars, law, at[1])

    def fly(self, n: int) -> Numbers:
        """Impact of one flight (3,)."""
        state, t_s, at = np.concatenate([self.flights.launch[n], np.zeros(3)]), 0.0, [0, 0]
        for end_s, leg in [*self.legs[n], (4000.0, self.fall)]:
            ta = self.by_steer[leg.steer]
            ta.state[:], ta.time = state, t_s
            ta.reset_cooldowns()
            ta.pars[GROUND] = GROUND_M if leg is self.fall else -1e4
            if leg is self.fall:
                at[1] = self.range_of(state, at[0])
            self.fly_leg(ta, leg, end_s, at)
            state, t_s = ta.state.copy(), end_s
        return state[:3]

    def range_of(self, state: Numbers, layer: int) -> int:
        """The range of Mach numbers a state lies in."""
        row = self.layers[layer]
        alt = earth.alt_of(*state[:3])
        u = (alt - row[AIR + SOUND + 2]) / row[AIR + SOUND + 3]
        sound2 = horner(list(row[AIR : AIR + SOUND]), u)
        return int(np.searchsorted(MACHS, np.linalg.norm(state[3:]) / np.sqrt(sound2))) - 1


def solver(flights: FlightSet) -> Callable[[], Numbers]:
    """A call that flies all and gives the impacts (n, 3)."""
    import heyoka

    flyer = Flyer(heyoka, flights)
    return lambda: np.array([flyer.fly(n) for n in range(len(flights.launch))])
