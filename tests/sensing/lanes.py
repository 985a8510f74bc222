"""A lane for the tests: a drawn-up boost, then free flight by the package's own motion."""

from __future__ import annotations

import math

import numpy as np
import pymap3d

from keepout.records.case import ASSET
from keepout.records.missile import DRAG_CONE, MISSILE
from keepout.records.trajectory import LANE, SAMPLES
from keepout.sensing.motion import fall

from .conftest import ecef_m, to_enu

BURN_S = 70.0
STEP_S = 0.25


def make_missile(beta_kgpm2: float = 4000.0) -> np.record:
    """A ballistic warhead that separates; cross-sections of the open literature's order."""
    row = np.zeros(1, MISSILE).view(np.recarray)[0]
    row.rv_beta_kgpm2, row.rv_drag_law, row.separates = beta_kgpm2, DRAG_CONE, 1
    row.rcs_m2, row.body_rcs_m2 = 0.05, 1.0
    row.manoeuvre_top_m, row.manoeuvre_load_mps2, row.lift_to_drag = 50e3, 100.0, 0.5
    return row


def free_flight(start: np.ndarray, ln_beta: float) -> tuple[np.ndarray, np.ndarray]:
    """States of a free flight down to the ellipsoid, and their times."""
    rows, times = [start], [0.0]
    while True:
        state = np.array([*rows[-1], ln_beta])
        fall(state, STEP_S, DRAG_CONE)
        rows.append(state[:6].copy())
        times.append(times[-1] + STEP_S)
        if pymap3d.ecef2geodetic(*state[:3])[2] < 0.0:
            break
    low, high = 0.0, STEP_S
    for _ in range(40):
        part = 0.5 * (low + high)
        state = np.array([*rows[-2], ln_beta])
        fall(state, part, DRAG_CONE)
        low, high = (part, high) if pymap3d.ecef2geodetic(*state[:3])[2] > 0 else (low, part)
    rows[-1], times[-1] = state[:6].copy(), times[-2] + part
    return np.array(rows), np.array(times)


def hermite(t: np.ndarray, times: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Positions and velocities at times ``t`` between rows of a flight."""
    from scipy.interpolate import CubicHermiteSpline

    spline = CubicHermiteSpline(times, rows[:, :3], rows[:, 3:])
    return np.hstack([spline(t), spline.derivative()(t)])


def make_lane(
    speed_mps: float = 3250.0, path_deg: float = 38.0, beta_kgpm2: float = 4000.0
) -> tuple[np.record, np.ndarray, np.record, np.record]:
    """LANE row, samples, MISSILE row and ASSET row of one flight from the east.

    Burnout at 60 km height after BURN_S, heading west by south; the asset is where it lands.
    """
    missile = make_missile(beta_kgpm2)
    ground, out = ecef_m(34.3, 47.1, 0.0), ecef_m(34.2, 46.6, 60e3)
    frame = to_enu(34.2, 46.6)
    az, path = math.radians(255.0), math.radians(path_deg)
    enu = (math.sin(az) * math.cos(path), math.cos(az) * math.cos(path), math.sin(path))
    start = np.concatenate([out, speed_mps * (frame.T @ np.array(enu))])
    rows, times = free_flight(start, math.log(beta_kgpm2))
    rows = np.vstack([np.concatenate([ground, np.zeros(3)]), rows])
    times = np.concatenate([[0.0], times + BURN_S])
    lane = np.zeros(1, LANE).view(np.recarray)[0]
    lane.reachable, lane.flight_s = 1, times[-1]
    lane.dt_s, lane.burnout_s = times[-1] / (SAMPLES - 1), BURN_S
    lane.separation_s = BURN_S + 5.0
    sample = hermite(np.linspace(0.0, times[-1], SAMPLES), times, rows)
    lat, lon, _ = pymap3d.ecef2geodetic(*sample[-1, :3])
    asset = np.zeros(1, ASSET).view(np.recarray)[0]
    asset.r_ecef_m, asset.to_enu = sample[-1, :3], to_enu(lat, lon)
    return lane, np.ascontiguousarray(sample), missile, asset
