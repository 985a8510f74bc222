"""The tracker's model once more, in matrices, for the peers: free fall above the air.

Same step of time (drift, kick, drift), same noise, same looks; nothing of ``sensing.ekf`` is
called, so that the peers' answers check it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MU_M3PS2, A_M, J2, OMEGA_RADPS = 3.986004418e14, 6378137.0, 1.08262982131e-3, 7.292115e-5
"""WGS 84: NIMA TR8350.2."""

BEND = 10.0
Array = NDArray[np.float64]


def acceleration(r: Array) -> Array:
    """Central mass, J2 and centrifugal force at a place (3,) [m/s2]."""
    r2 = float(r @ r)
    k, j, s2 = MU_M3PS2 / r2**1.5, 1.5 * J2 * A_M**2 / r2, 5.0 * r[2] ** 2 / r2
    a: Array = -k * np.array([1.0 + j * (1.0 - s2), 1.0 + j * (1.0 - s2), 1.0 + j * (3.0 - s2)]) * r
    a += OMEGA_RADPS**2 * np.array([r[0], r[1], 0.0])
    return a


def step(x: Array, h_s: float) -> tuple[Array, Array]:
    """State (7,) after one step, and its derivative by the state before (7, 7)."""
    drift = np.eye(7)
    drift[:3, 3:6] = 0.5 * h_s * np.eye(3)
    y = drift @ x
    r, v = y[:3], y[3:6]
    r2 = float(r @ r)
    g = MU_M3PS2 / r2**1.5
    gradient = 3.0 * g / r2 * np.outer(r, r) - g * np.eye(3)
    gradient += OMEGA_RADPS**2 * np.diag([1.0, 1.0, 0.0])
    s = 2.0 * OMEGA_RADPS * h_s
    turn = np.array([[1.0 - 0.5 * s * s, s, 0.0], [-s, 1.0 - 0.5 * s * s, 0.0], [0.0, 0.0, 1.0]])
    spin = np.array([[0.0, s, 0.0], [-s, 0.0, 0.0], [0.0, 0.0, 0.0]])
    change = turn @ v - v + h_s * (np.eye(3) + 0.5 * spin) @ acceleration(r)
    kick = np.eye(7)
    kick[3:6, :3], kick[3:6, 3:6] = h_s * gradient, turn
    y[:3] -= h_s / 12.0 * (h_s * h_s * gradient @ v + spin @ change)
    y[3:6] += change
    return drift @ y, drift @ kick @ drift


def noise(h_s: float, density: float) -> Array:
    """Covariance (7, 7) of white acceleration over a step."""
    q = np.zeros((7, 7))
    q[:3, :3] = density * h_s**3 / 3.0 * np.eye(3)
    q[:3, 3:6] = q[3:6, :3] = density * h_s**2 / 2.0 * np.eye(3)
    q[3:6, 3:6] = density * h_s * np.eye(3)
    return q


@dataclass(frozen=True)
class Sight:
    """One radar's place (3,), and the one-sigma errors that its looks are given."""

    origin: Array
    up: Array
    along_m: Any  # signal-to-noise ratio -> [m]
    angle_rad: Any  # signal-to-noise ratio, direction (3,) -> [rad]

    def across(self, line: Array) -> Array:
        """Unit vectors across a line of sight, in azimuth and elevation, as rows of (2, 7)."""
        side = np.cross(line, self.up)
        side /= np.linalg.norm(side)
        rows = np.zeros((2, 7))
        rows[0, :3], rows[1, :3] = side, np.cross(side, line)
        return rows

    def angles(self, x: Array, cov: Array, m: Array, snr: float) -> tuple[Array, Array, Array]:
        """Residual (2,), derivative (2, 7) and covariance (2, 2) of the angles of one look."""
        d = x[:3] - self.origin
        range_m = float(np.linalg.norm(d))
        line = d / range_m
        variance = (range_m * self.angle_rad(snr, line)) ** 2
        if np.trace(cov[:3, :3]) < 2.0 * variance:
            h = self.across(line)
            return h[:, :3] @ (range_m * m), h, variance * np.eye(2)
        h = self.across(m)
        return -h[:, :3] @ d, h, variance * np.eye(2)

    def range(self, x: Array, cov: Array, range_m: float, snr: float) -> tuple[float, Array, float]:
        """Residual, derivative (1, 7) and variance of the range of one look."""
        d = x[:3] - self.origin
        range_1 = float(np.linalg.norm(d))
        line = d / range_1
        flat = np.eye(3) - np.outer(line, line)
        bent = flat @ cov[:3, :3] @ flat / range_1
        h = np.zeros((1, 7))
        h[0, :3] = line
        variance = self.along_m(snr) ** 2 + 0.5 * BEND * float(np.trace(bent @ bent))
        return range_m - range_1 - 0.5 * float(np.trace(bent)), h, variance
