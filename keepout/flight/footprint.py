"""Where pieces come down: spent stages, a break-up, an intercept, as ground footprints.

A Cloud is what is known of the pieces when they part: one state, and how far velocity and
ballistic coefficient scatter about it. Its Footprint is a spread of impact points; ``linear`` is
the same to first order, as a check and where the spread is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from keepout import elementary as math
from keepout.earth.geodesy import alt_of, ecef_m, enu_matrix, place_of
from keepout.errors import FlightError
from keepout.flight.coast import impact_kernel
from keepout.flight.drop import sample_at, stage_states_kernel
from keepout.kernel import kernel
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.place import Place
from keepout.records.trajectory import Trajectory

PRIMES = (2, 3, 5, 7, 11)
DIMENSIONS = len(PRIMES)
PIECES = 4096
CELLS = 128
"""Of the grid on which the density of impacts is counted, each way."""

STAGE_KICK_MPS, STAGE_ALONG_MPS = 5.0, 5.0
"""One sigma of the velocity that a stage gains when it is dropped, in each direction, and of the
speed of the stack along its path: springs, leftover thrust; D."""
BREAK_UP_KICK_MPS, BREAK_UP_BETA_KGPM2, BREAK_UP_LN_SIGMA = 20.0, 300.0, 0.9
"""A body that the air breaks up: pieces from sheets (50 kg/m2) to engines and noses (2,000), with
what they gain from spin and leftover pressure; D."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Cloud:
    """Pieces that part from one body at one moment."""

    what: str
    t_s: float  # after launch
    state: Vector  # (6,) position [m], velocity [m/s], ECEF
    beta_kgpm2: float  # median
    ln_beta_sigma: float
    kick_mps: float  # one sigma, in each direction
    along_mps: float = 0.0  # one sigma, along the path


@kernel
def scatter_kernel(state, normal, kick_mps, along_mps, beta_kgpm2, ln_beta_sigma, out):
    """Where and when pieces of a cloud reach the ground.

    state    (6,)    position [m], velocity [m/s], ECEF
    normal   (n, 5)  standard normal numbers: velocity (3), speed along the path, ln beta
    kick_mps, along_mps, beta_kgpm2, ln_beta_sigma  ()  as Cloud
    out      (n, 4)  is filled: x, y, z [m, ECEF] and time of fall [s]; nan if it never ends

    Log-normal ballistic coefficients, constant drag law. No wind, no lift of tumbling plates, no
    further break-up: what is light drifts farther than this says. Source: impact_kernel.
    """
    v = math.sqrt(state[3] * state[3] + state[4] * state[4] + state[5] * state[5])
    for i in range(len(normal)):
        z = normal[i]
        share = 1.0 + along_mps * z[3] / max(v, 1.0)
        end = impact_kernel(
            state[0], state[1], state[2],
            share * state[3] + kick_mps * z[0],
            share * state[4] + kick_mps * z[1],
            share * state[5] + kick_mps * z[2],
            beta_kgpm2 * math.exp(ln_beta_sigma * z[4]), np.int64(DRAG_CONSTANT),
        )  # fmt: skip
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = end[0], end[1], end[2], end[6]


def spread_normals(n: int) -> Vector:
    """(n, 5) standard normal numbers that fill the space evenly instead of by chance.

    Halton's points (Numerische Mathematik 2 (1960) 84) in the bases of PRIMES, each dimension
    begun a hundred points late, through the normal's quantiles.
    """
    u = np.empty((n, DIMENSIONS))
    for k, base in enumerate(PRIMES):
        index = np.arange(100, n + 100)
        u[:, k], weight = 0.5 / n, 1.0
        while index.any():
            weight /= base
            u[:, k] += weight * (index % base)
            index //= base
    normals: Vector = ndtri(np.clip(u, 1e-12, 1.0 - 1e-12))
    return normals


@dataclass(frozen=True)
class Footprint:
    """Impact points of the pieces of a cloud, about their mean."""

    cloud: Cloud
    place: Place  # the mean
    r_ecef_m: Vector  # (n, 3)
    offset_m: Vector  # (n, 2) east, north of the mean
    fall_s: Vector  # (n,)

    @property
    def covariance_m2(self) -> Vector:
        """(2, 2) of east and north."""
        return np.cov(self.offset_m.T)

    def within(self, place: Place, radius_m: float) -> tuple[float, float]:
        """Share of the pieces that fall in a circle, and its standard error (chance alone)."""
        far = np.linalg.norm(self.r_ecef_m - ecef_m(place), axis=1)
        p = float(np.mean(far <= radius_m))
        n = len(far)
        return p, math.sqrt(max(p, 1.0 / n) * (1.0 - min(p, 1.0 - 1.0 / n)) / n)

    def density(self) -> tuple[Vector, Vector, Vector]:
        """Share of the pieces per m2 on a grid: (CELLS, CELLS), and the corners' axes (2, 2), (2,).

        A point (i, j) of the grid lies at corner + i axes[0] + j axes[1], east and north of the
        mean [m]; along the principal axes. Kernel density with Silverman's width.
        """
        _, axes = np.linalg.eigh(self.covariance_m2)
        along = self.offset_m @ axes
        wide = 0.9 * along.std(axis=0) * len(along) ** (-1.0 / 6.0)
        low, high = np.quantile(along, [0.001, 0.999], axis=0) + np.outer([-4.0, 4.0], wide)
        ends = [(low[k], high[k]) for k in range(2)]
        grid, _, _ = np.histogram2d(along[:, 0], along[:, 1], bins=CELLS, range=ends)
        cell = (high - low) / CELLS
        for k in range(2):
            reach = int(4.0 * wide[k] / cell[k]) + 1
            bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) * cell[k] / wide[k]) ** 2)
            grid = np.apply_along_axis(np.convolve, k, grid, bell / bell.sum(), "same")
        corner = axes @ (low + 0.5 * cell)
        return grid / (grid.sum() * cell[0] * cell[1]), (axes * cell).T, corner

    def level(self, share: float) -> tuple[float, float]:
        """Density [1/m2] above which the share of the pieces lies, and the area there [m2]."""
        density, axes, _ = self.density()
        cell_m2 = float(abs(np.linalg.det(axes)))
        falling = np.sort(density.ravel())[::-1]
        k = int(np.searchsorted(np.cumsum(falling) * cell_m2, share))
        k = min(k, falling.size - 1)
        return float(falling[k]), (k + 1) * cell_m2


def scatter(cloud: Cloud, pieces: int = PIECES) -> Footprint:
    """The footprint of a cloud. Raises FlightError where pieces stay in space."""
    out = np.empty((pieces, 4))
    scatter_kernel(
        np.ascontiguousarray(cloud.state), spread_normals(pieces), cloud.kick_mps,
        cloud.along_mps, cloud.beta_kgpm2, cloud.ln_beta_sigma, out,
    )  # fmt: skip
    if np.isnan(out).any():
        raise FlightError(f"{cloud.what}: some pieces do not come down within two hours")
    place = place_of(out[:, :3].mean(axis=0))
    place = Place(lat_deg=place.lat_deg, lon_deg=place.lon_deg)
    enu = np.asarray(enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg)))
    offset_m = (out[:, :3] - ecef_m(place)) @ enu[:2].T
    return Footprint(cloud, place, out[:, :3], offset_m, out[:, 3])


def linear(cloud: Cloud) -> tuple[Place, Vector]:
    """Impact of the middle piece, and the covariance (2, 2) of east and north [m2] about it.

    First order in all five scatters, by central differences of half a sigma. Beside a real
    spread of ballistic coefficients (a factor of two) it is crude: the footprint bends.
    """
    steps = np.zeros((2 * DIMENSIONS + 1, DIMENSIONS))
    for k in range(DIMENSIONS):
        steps[2 * k, k], steps[2 * k + 1, k] = 0.5, -0.5
    out = np.empty((len(steps), 4))
    scatter_kernel(
        np.ascontiguousarray(cloud.state), steps, cloud.kick_mps, cloud.along_mps,
        cloud.beta_kgpm2, cloud.ln_beta_sigma, out,
    )  # fmt: skip
    place = place_of(out[-1, :3])
    enu = np.asarray(enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg)))
    slope = (out[0:-1:2, :3] - out[1:-1:2, :3]) @ enu[:2].T  # metres per sigma
    return place, slope.T @ slope


def ellipse_area_m2(covariance_m2: Vector, share: float) -> float:
    """Area of the ellipse that holds a share of a two-dimensional normal distribution."""
    return -2.0 * math.log(1.0 - share) * math.pi * math.sqrt(float(np.linalg.det(covariance_m2)))


def stage_clouds(
    missile: Any, stages: Any, launch: Place, lane: Any, ln_beta_sigma: Sequence[float]
) -> list[Cloud]:
    """A cloud for each spent stage of a solved lane; each is one body, the cloud its chances."""
    states = np.empty((int(missile.stages), 7))
    stage_states_kernel(missile, stages, ecef_m(launch), lane, states)
    rows = stages[int(missile.first_stage) : int(missile.first_stage + missile.stages)]
    return [
        Cloud(
            f"stage {s + 1}", float(state[6]), state[:6].copy(), float(row.spent_beta_kgpm2),
            ln_beta_sigma[s], STAGE_KICK_MPS, STAGE_ALONG_MPS,
        )
        for s, (state, row) in enumerate(zip(states, rows))
        if not math.isnan(state[6])
    ]  # fmt: skip


def state_falling(flight: Trajectory, alt_m: float) -> tuple[float, Vector]:
    """Time and state at which a flight falls through a height; FlightError if it never does."""
    heights = np.array([alt_of(*(float(x) for x in r)) for r in flight.r_ecef_m])
    top = int(heights.argmax())
    if not heights[-1] <= alt_m < heights[top]:
        raise FlightError(
            f"the flight does not fall through {alt_m / 1e3:,.0f} km: its apogee is "
            f"{heights[top] / 1e3:,.1f} km"
        )
    k = top + int(np.argmax(heights[top:] <= alt_m))
    low_s, high_s = float(flight.t_s[k - 1]), float(flight.t_s[k])
    sample = np.hstack([flight.r_ecef_m, flight.v_ecef_mps])
    y = np.empty(6)
    for _ in range(40):
        middle_s = 0.5 * (low_s + high_s)
        sample_at(sample, float(flight.t_s[1]), middle_s, y)
        if alt_of(y[0], y[1], y[2]) > alt_m:
            low_s = middle_s
        else:
            high_s = middle_s
    return high_s, y


def break_up(flight: Trajectory, alt_m: float) -> Cloud:
    """The pieces of a body that the air breaks up at a height, on its way down."""
    t_s, state = state_falling(flight, alt_m)
    return Cloud(
        f"break-up at {alt_m / 1e3:.3g} km", t_s, state, BREAK_UP_BETA_KGPM2, BREAK_UP_LN_SIGMA,
        BREAK_UP_KICK_MPS,
    )  # fmt: skip
