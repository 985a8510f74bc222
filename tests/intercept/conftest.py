"""A THAAD-like interceptor, a slow one for low heights, and made-up flights to meet."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.intercept.flyout import flyout_kernel
from keepout.records.defence import FLYOUT, INTERCEPTOR
from keepout.records.missile import DRAG_LARGE_SOLID
from keepout.records.trajectory import LANE, SAMPLES

HIGH = {
    "mass_kg": 900.0, "propellant_kg": 640.0, "thrust_n": 1.0e5, "burn_s": 17.0,
    "area_m2": 0.09, "drag_law": DRAG_LARGE_SOLID, "floor_m": 40e3, "ceiling_m": 150e3,
    "reach_m": 200e3, "max_flight_s": 200.0,
}  # fmt: skip
LOW = HIGH | {
    "mass_kg": 315.0, "propellant_kg": 160.0, "thrust_n": 3.5e4, "burn_s": 11.0,
    "area_m2": 0.05, "floor_m": 3e3, "ceiling_m": 24e3, "reach_m": 35e3, "max_flight_s": 80.0,
}  # fmt: skip


def interceptor_of(values):
    row = np.zeros(1, INTERCEPTOR).view(np.recarray)[0]
    for name, value in values.items():
        setattr(row, name, value)
    return row


def flyout_of(interceptor):
    row = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(interceptor, row)
    return row


@pytest.fixture(scope="session")
def high():
    return interceptor_of(HIGH)


@pytest.fixture(scope="session")
def low():
    return interceptor_of(LOW)


@pytest.fixture(scope="session")
def high_flyout(high):
    return flyout_of(high)


@pytest.fixture(scope="session")
def low_flyout(low):
    return flyout_of(low)


MU, RADIUS, EQUATOR = 3.986004418e14, 6.371e6, 6378137.0


def falling_lane(speed_mps=3000.0, path_deg=35.0, past_m=0.0, burnout_s=60.0):
    """A drag-free flight westward along the equator that lands past_m beyond 0 N 0 E.

    An ellipse over a still, round Earth from surface to surface, by Kepler's equation.
    """
    a = 1.0 / (2.0 / RADIUS - speed_mps**2 / MU)
    h = RADIUS * speed_mps * math.cos(math.radians(path_deg))
    e = math.sqrt(1.0 - h * h / (MU * a))
    n = math.sqrt(MU / a**3)
    first = math.acos((1.0 - RADIUS / a) / e)  # eccentric anomaly at the launch
    flight_s = 2.0 * (math.pi - first + e * math.sin(first)) / n
    mean = first - e * math.sin(first) + n * np.linspace(0.0, flight_s, SAMPLES)
    big = mean.copy()
    for _ in range(60):
        big -= (big - e * np.sin(big) - mean) / (1.0 - e * np.cos(big))
    r = a * (1.0 - e * np.cos(big))
    true = np.unwrap(2.0 * np.arctan(math.sqrt((1.0 + e) / (1.0 - e)) * np.tan(big / 2.0)))
    vr, vt = MU / h * e * np.sin(true), h / r
    lon = true[-1] - true - past_m / RADIUS
    sample = np.zeros((SAMPLES, 6))
    sample[:, 0], sample[:, 1] = r * np.cos(lon), r * np.sin(lon)
    sample[:, 3] = vr * np.cos(lon) + vt * np.sin(lon)
    sample[:, 4] = vr * np.sin(lon) - vt * np.cos(lon)
    sample *= EQUATOR / RADIUS  # the kernels' Earth is wider at the equator
    lane = np.zeros(1, LANE).view(np.recarray)[0]
    lane.flight_s, lane.dt_s, lane.burnout_s = flight_s, flight_s / (SAMPLES - 1), burnout_s
    return lane, sample
