"""Sampled flights of a kept trial, for people to look at."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from keepout.records.case import Case
from keepout.records.trajectory import SAMPLES

STEP = 8
"""Every so many samples of the tabulated flight are kept."""
ROUNDING_S = 1e-6
"""The last point of a lane may come out a rounding before its end."""


class Flight(NamedTuple):
    """One threat from its launch to its end: times after the scenario's start, ECEF."""

    threat: int  # row
    t_s: np.ndarray  # (n,)
    r_ecef_m: np.ndarray  # (n, 3)


def sample_flights(case: Case, world: Any, fate: Any) -> list[Flight]:
    """Every threat that flew in a trial, as its World and FATE rows left it.

    A missile that failed or was killed ends there: what falls on is not sampled.
    """
    flights = []
    for i in np.flatnonzero(world.flying):
        lane = case.lane[world.lane[i]]
        last_s = min(float(fate["end_s"][i]) - float(world.launch_s[i]), float(lane["flight_s"]))
        t_s = np.arange(0, SAMPLES, STEP) * float(lane["dt_s"])
        t_s = np.append(t_s[t_s < last_s - ROUNDING_S], max(last_s, 0.0))
        offsets = (world.launch_offset_m[i], world.impact_offset_m[i])
        r_ecef_m = _positions(case.sample[world.lane[i]], float(lane["dt_s"]), *offsets, t_s)
        flights.append(Flight(int(i), float(world.launch_s[i]) + t_s, r_ecef_m))
    return flights


def _positions(
    sample: np.ndarray, dt_s: float, launch_offset_m: np.ndarray, impact_offset_m: np.ndarray,
    t_s: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Positions (n, 3) at times after launch, as ``engine.fly.position`` has them."""
    x = np.clip(t_s / dt_s, 0.0, SAMPLES - 1.0)
    k = np.minimum(x.astype(int), SAMPLES - 2)
    s = (x - k)[:, None]
    w = (x / (SAMPLES - 1.0))[:, None]
    start, end = sample[k], sample[k + 1]
    r_ecef_m: np.ndarray = (
        (1 + 2 * s) * (1 - s) ** 2 * start[:, :3]
        + s * (1 - s) ** 2 * dt_s * start[:, 3:]
        + s**2 * (3 - 2 * s) * end[:, :3]
        + s**2 * (s - 1) * dt_s * end[:, 3:]
    )
    return r_ecef_m + (1 - w) * launch_offset_m + w * impact_offset_m
