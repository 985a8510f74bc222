"""The door to many flights at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keepout.earth.geodesy import alt_of
from keepout.errors import FlightError
from keepout.flight.boost import state_at
from keepout.flight.integrate import KNOT
from keepout.flight.many import (
    FELL,
    FLOWN,
    FLOWN_ALONE,
    NO_END,
    NOT_FOR_LANES,
    ROOM,
    many_kernel,
)
from keepout.flight.schedule import cutoff_range_s
from keepout.kernel import kernel
from keepout.records.missile import CRUISE

Numbers = NDArray[np.float64]

MANY_SAYS = {
    FLOWN: "it landed",
    FLOWN_ALONE: "it landed, flown on the adaptive path",
    FELL: "it comes down before its motors burn out; check thrust, masses and pitch-over",
    NO_END: "it is still flying after two hours",
    NOT_FOR_LANES: "it was not flown",
}
LOWEST_M, HIGHEST_M = -500.0, 9000.0
MOST_KNOTS_BYTES = 2e9


@dataclass(frozen=True)
class Flights:
    """Many flights: burnout and impact (n, 7) are position, velocity (ECEF, SI) and time.

    code (n,) holds FLOWN, FLOWN_ALONE, FELL or NO_END (MANY_SAYS has the sentences); what did not
    land is nan. knots (n, ROOM, 10) and used (n,) are there if they were asked for.
    """

    code: NDArray[np.int64]
    burnout: Numbers
    impact: Numbers
    apogee_m: Numbers
    knots: Numbers
    used: NDArray[np.int64]

    def at(self, flight: int, t_s: float) -> Numbers:
        """Position and velocity (6,) of one flight at a time from launch to impact."""
        if self.knots.shape[1] == 0:
            raise FlightError("no knots were kept: ask fly_many for them")
        used = int(self.used[flight])
        if used < 2 or not 0.0 <= t_s <= self.knots[flight, used - 1, 0]:
            raise FlightError(f"flight {flight} is not in the air at {t_s:g} s")
        state = np.empty(6)
        state_at(self.knots[flight], used, float(t_s), state)
        return state


@kernel
def cutoff_limits_kernel(which, missile, stage, limits):
    """Earliest and latest cut-off [s] of each flight's missile, into limits (f, 2)."""
    for f in range(len(which)):
        limits[f, 0], limits[f, 1] = cutoff_range_s(missile[which[f]], stage)


def fly_many(
    missiles: Any,
    stages: Any,
    *,
    which: ArrayLike,
    launch_ecef_m: ArrayLike,
    azimuth_rad: ArrayLike,
    kick_rad: ArrayLike,
    cutoff_s: ArrayLike,
    ground_m: ArrayLike = 0.0,
    knots: bool = False,
    run: Callable[..., object] = many_kernel,
) -> Flights:
    """Fly many missiles from launch to the ground, with the controls given.

    missiles, stages  MISSILE rows and the STAGE rows they point into
    which             (n,)    row of each flight's missile
    launch_ecef_m     (n, 3)  at rest on the turning Earth
    azimuth_rad, kick_rad, cutoff_s  (n,) or one for all: of the pitch-over, its angle from the
                      vertical, and the end of the last burn
    ground_m          (n,) or one for all: height at which they land
    knots             keep each flight's knots, for Flights.at
    run               what flies them: many_kernel on this processor, or
                      engine.flight_gpu.many_on_card on a graphics processor

    Raises FlightError with everything that cannot be flown. Source, cost and accuracy:
    many.many_kernel.
    """
    which_row = np.atleast_1d(np.asarray(which, np.int64))
    count = len(which_row)
    launch = np.ascontiguousarray(launch_ecef_m, float)
    control = np.empty((count, 3))
    ground = np.empty(count)
    try:
        for j, given in enumerate((azimuth_rad, kick_rad, cutoff_s)):
            control[:, j] = np.asarray(given, float)
        ground[:] = np.asarray(ground_m, float)
        if launch.shape != (count, 3):
            raise ValueError
    except ValueError as error:
        raise FlightError(
            f"{count} flights: launch_ecef_m is ({count}, 3), each control one number or {count}"
        ) from error
    _check(missiles, stages, which_row, launch, control, ground)
    burnout, impact, apogee_m = np.empty((count, 7)), np.empty((count, 7)), np.empty(count)
    code, used = np.empty(count, np.int64), np.zeros(count, np.int64)
    if knots and count * ROOM * KNOT * 8 > MOST_KNOTS_BYTES:
        raise FlightError(f"the knots of {count:,} flights do not fit: fly fewer at a time")
    kept = np.empty((count, ROOM if knots else 0, KNOT))
    run(
        np.arange(count), which_row, missiles, stages, launch, control, ground, burnout, impact,
        apogee_m, code, kept, used,
    )  # fmt: skip
    lost = (code != FLOWN) & (code != FLOWN_ALONE)
    burnout[lost], impact[lost], apogee_m[lost] = np.nan, np.nan, np.nan
    return Flights(code, burnout, impact, apogee_m, kept, used)


def _check(
    missiles: Any, stages: Any, which: NDArray[np.int64], launch: Numbers, control: Numbers,
    ground: Numbers,
) -> None:  # fmt: skip
    """Raise FlightError with every reason why these flights cannot be flown."""
    wrong = [] if len(which) else ["there is no flight"]
    inside = (which >= 0) & (which < len(missiles))
    wrong += _those(~inside, f"which is none of the {len(missiles)} missiles")
    numbers = np.isfinite(launch).all(axis=1) & np.isfinite(control).all(axis=1)
    wrong += _those(~(numbers & np.isfinite(ground)), "a launch point or control is no number")
    size = np.linalg.norm(np.where(np.isfinite(launch), launch, 0.0), axis=1)
    near = (size > 6.3e6) & (size < 6.5e6)
    height = np.array([alt_of(*r) if ok else np.nan for r, ok in zip(launch, near & numbers)])
    low = (height < LOWEST_M) | (height > HIGHEST_M) | ~near
    wrong += _those(low & numbers, "it is not launched from the ground (-500 to 9,000 m)")
    wrong += _those((ground < LOWEST_M) | (ground > HIGHEST_M), "ground_m is -500 to 9,000 m")
    kick = control[:, 1]
    wrong += _those((kick < 0.0) | (kick > 1.4), "the pitch-over is 0 to 1.4 rad")
    for row in {int(k) for k in which[inside]}:
        wrong += [f"missile {row}: {text}" for text in _faults(missiles[row], stages)]
    if not wrong:
        limits = np.empty((len(which), 2))
        cutoff_limits_kernel(which, missiles, stages, limits)
        off = (control[:, 2] < limits[:, 0] - 1e-9) | (control[:, 2] > limits[:, 1] + 1e-9)
        wrong += _those(off, "the cut-off lies outside the last burn")
    if wrong:
        raise FlightError("; ".join(wrong))


def _those(bad: NDArray[np.bool_], text: str) -> list[str]:
    """One sentence about the flights that have a fault, if any has."""
    found = np.flatnonzero(bad)
    if not len(found):
        return []
    first = ", ".join(str(f) for f in found[:3])
    return [f"flight {first}{' …' if len(found) > 3 else ''}: {text}"]


def _faults(missile: Any, stages: Any) -> list[str]:
    """What keeps a missile from being flown."""
    if missile.kind == CRUISE:
        return ["a cruise missile has no burnout: use fly"]
    first, number = int(missile.first_stage), int(missile.stages)
    rows = stages[first : first + number]
    if number < 1 or len(rows) < number or first < 0:
        return ["it has no stages"]
    faults = []
    if not all(np.all(rows[name] > 0.0) for name in ("burn_s", "propellant_kg", "thrust_vac_n")):
        faults.append("a stage needs propellant, thrust and a time to burn it, all above zero")
    if not (np.all(rows["dry_kg"] >= 0.0) and missile.payload_kg > 0.0):
        faults.append("masses are above zero")
    if not missile.rv_beta_kgpm2 > 0.0:
        faults.append("the ballistic coefficient is above zero")
    return faults
