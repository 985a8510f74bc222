"""Packed covariances as matrices, and the textbook in matrices, for the tests of filters."""

from __future__ import annotations

import math

import numpy as np

from keepout.sensing import ekf
from keepout.sensing.face import face_of

from .conftest import make_radar

UPPER = np.triu_indices(3)
NOISE = (100.0, 1e-6, 1.5e-6)
"""Variances of range, azimuth, elevation."""


def pack(cov):
    """The 28 numbers of ``ekf``."""
    return np.concatenate([
        cov[:3, :3][UPPER], cov[:3, 3:6].ravel(), cov[3:6, 3:6][UPPER], cov[:3, 6], cov[3:6, 6],
        cov[6:, 6],
    ])  # fmt: skip


def unpack(p):
    """The matrix (7, 7)."""
    cov = np.zeros((7, 7))
    cov[:3, :3][UPPER], cov[3:6, 3:6][UPPER] = p[:6], p[15:21]
    cov[:3, 3:6], cov[:3, 6], cov[3:6, 6] = p[6:15].reshape(3, 3), p[21:24], p[24:27]
    cov[6, 6] = p[27]
    return np.triu(cov) + np.triu(cov, 1).T


class Site:
    """A radar with what a test needs of it."""

    def __init__(self):
        self.radar = make_radar()[0]
        self.face = face_of(self.radar)
        self.origin = np.array(self.radar.r_ecef_m)
        self.axes = np.array(self.radar.to_enu)

    def state(self, place_m, speed_mps, beta=4000.0):
        """A state from east, north, up of place and velocity."""
        place = self.origin + self.axes.T @ np.array(place_m, float)
        return np.array([*place, *(self.axes.T @ np.array(speed_mps, float)), math.log(beta)])

    def shown(self, x):
        """Range, azimuth, elevation of a state."""
        e, n, u = self.axes @ (np.asarray(x)[:3] - self.origin)
        return np.array([math.hypot(e, n, u), math.atan2(e, n), math.atan2(u, math.hypot(e, n))])

    def slopes(self, x):
        """Derivatives (3, 7) of what is shown, by hand."""
        e, n, u = self.axes @ (np.asarray(x)[:3] - self.origin)
        r, f = math.hypot(e, n, u), math.hypot(e, n)
        local = np.array([
            [e / r, n / r, u / r], [n / f**2, -e / f**2, 0.0],
            [-e * u / (f * r**2), -n * u / (f * r**2), f / r**2],
        ])  # fmt: skip
        return np.hstack([local @ self.axes, np.zeros((3, 4))])


def matrices(site, x, cov, z, noise=NOISE):
    """The textbook update: state, covariance, innovation and its covariance."""
    h, v = site.slopes(x), z - site.shown(x)
    s = h @ cov @ h.T + np.diag(noise)
    k = np.linalg.solve(s, h @ cov).T
    return x + k @ v, cov - k @ s @ k.T, v, s


def random_cov(rng, sigma):
    """A covariance with about these standard deviations."""
    root = (np.eye(7) + 0.4 * rng.standard_normal((7, 7))) * np.asarray(sigma)[:, None]
    return root @ root.T


def work():
    """Scratch of ``ekf.predict``."""
    return np.empty(ekf.WORK)
