"""The unscented filter in the loop: the points of ``unscented`` on a track of ``follow``.

A row of ``follow.SIGMA`` has room for points, a row of ``follow.FOLLOW`` has none. Which filter
carries a track is settled by its row when the loop is compiled, so that nobody compiles points who
does not use them: ``step`` and ``weigh_track`` are the extended filter for one, this one for the
other. It believes the same motion and the same noises of motion and looks.

A look is a range and two lengths across the sight as it was predicted, R e·u and R n·u: what an
array measures (sine space), without poles. The bend of a sphere of equal range is in the points;
that it lasts from look to look, which ``taking`` allows for, is added to the noise of the range.
Where rounding has left a covariance without a root, the extended filter takes the step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import normal_of
from keepout.kernel import by_room, hot, kernel, part

from .ekf import CLEAR_M2, predict
from .motion import LN_BETA_NOISE_PS, NOISE_TIME_S, STATES, drag_ps, stir
from .taking import BEND, across_of, parted, variances, weigh_look
from .unscented import (
    ALPHA,
    BETA,
    KAPPA,
    MOST_POINTS,
    carried,
    correct,
    moments,
    point_weights,
    points_of,
)  # fmt: skip

ROOM: list[tuple[Any, ...]] = [
    ("points", np.float64, (MOST_POINTS, STATES)),
    ("seen", np.float64, (MOST_POINTS, 3)),
    ("cov", np.float64, (STATES, STATES)),
    ("root", np.float64, (STATES, STATES)),
    ("gain", np.float64, (STATES, 3)),
    ("small", np.float64, (2, 3, 3)),  # covariance of the look, and its root
    ("residual", np.float64, (3,)),
    ("noise", np.float64, (3,)),
]
"""Fields of a row that has room for points; scratch of one step or look."""

AIR_STEP_S = 1.0
"""Longest time from one set of points to the next in the air, where their noise follows the drag;
above it, none: the whole time between two looks."""

PLACES = np.array([
    [0, 1, 2, 6, 7, 8, 21],
    [1, 3, 4, 9, 10, 11, 22],
    [2, 4, 5, 12, 13, 14, 23],
    [6, 9, 12, 15, 16, 17, 24],
    [7, 10, 13, 16, 18, 19, 25],
    [8, 11, 14, 17, 19, 20, 26],
    [21, 22, 23, 24, 25, 26, 27],
])  # fmt: skip
"""Where each number of a covariance stands in the packed one of ``ekf``."""


@part
def unpack(p, cov):
    """A packed covariance (28,) as a matrix, into ``cov`` (7, 7)."""
    for i in range(STATES):
        for j in range(STATES):
            cov[i, j] = p[PLACES[i, j]]


@part
def pack(cov, p):
    """And back, from its lower half."""
    for i in range(STATES):
        for j in range(i + 1):
            p[PLACES[i, j]] = cov[i, j]


@kernel
def step_points(track, dt_s, drag_law, density, share, limit_mps2, work):
    """As ``ekf.predict``, for a row with room for points."""
    x, p, points, cov = track.x, track.p, track.points, track.cov
    mean_0, cov_0, each, scale = point_weights(STATES, ALPHA, BETA, KAPPA)
    left_s = dt_s
    while left_s > 1e-9:
        low = x[0] * x[0] + x[1] * x[1] + x[2] * x[2] < CLEAR_M2
        h_s = left_s / math.ceil(left_s / AIR_STEP_S) if low else left_s
        left_s -= h_s
        unpack(p, cov)
        if not points_of(x, cov, scale, track.root, points):
            predict(x, p, h_s, drag_law, density, share, limit_mps2, work)
            continue
        for k in range(MOST_POINTS):
            carried(points[k], h_s, drag_law)
        moments(points, mean_0, cov_0, each, x, cov)
        size = drag_of(x, drag_law) if low else 0.0
        unmodelled_mps2 = min(share * size, limit_mps2)
        walk_ps = LN_BETA_NOISE_PS if unmodelled_mps2 > 0.0 else 0.0
        stir(cov, h_s, density + NOISE_TIME_S * unmodelled_mps2 * unmodelled_mps2, walk_ps)
        pack(cov, p)


@part
def drag_of(x, drag_law):
    """Size of the drag on a state [m/s2]."""
    speed = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
    return drag_ps(normal_of(x[0], x[1], x[2])[2], speed, x[6], drag_law) * speed


@part
def see_points(face, points, range_0, ex, ey, ez, nx, ny, nz, seen):
    """What each point would show: range, and R e·u, R n·u across a sight, into ``seen`` (k, 3)."""
    for k in range(len(points)):
        dx = points[k, 0] - face.origin[0]
        dy = points[k, 1] - face.origin[1]
        dz = points[k, 2] - face.origin[2]
        far = math.sqrt(dx * dx + dy * dy + dz * dz)
        over = range_0 / far
        seen[k, 0] = far
        seen[k, 1] = over * (ex * dx + ey * dy + ez * dz)
        seen[k, 2] = over * (nx * dx + ny * dy + nz * dz)


@part
def bend_m2(p, lx, ly, lz, over, across_m2):
    """What the bend of a range adds to its variance, for lasting from look to look [m2].

    p, lx … over  packed covariance, sight (unit vector), one over the range;  across_m2 of a look

    As in ``taking.weigh_range``: BEND times the spread of the bend, of which the points hold one,
    with the error across as a look will leave it.
    """
    _along_m2, across_m4 = parted(p, lx, ly, lz)
    before = math.sqrt(0.5 * across_m4)
    after = before * across_m2 / (before + across_m2)
    return (BEND - 1.0) * over * over * after * after


@kernel
def weigh_points(track, face, range_m, mx, my, mz, snr_now, thin):
    """Take a look into a row with room for points; the look as in ``taking.begin``.

    returns  squared distance of the look, and one over the determinant of its covariance [1/m6]
    """
    x, p, points, cov, s = track.x, track.p, track.points, track.cov, track.small[0]
    mean_0, cov_0, each, scale = point_weights(STATES, ALPHA, BETA, KAPPA)
    unpack(p, cov)
    if not points_of(x, cov, scale, track.root, points):
        return weigh_look(face, range_m, mx, my, mz, snr_now, thin, x, p)
    dx, dy, dz = x[0] - face.origin[0], x[1] - face.origin[1], x[2] - face.origin[2]
    range_0 = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_0
    lx, ly, lz = over * dx, over * dy, over * dz
    along_m2, across_m2 = variances(face, lx, ly, lz, range_0, snr_now, thin)
    ex, ey, ez, nx, ny, nz = across_of(face, lx, ly, lz)
    see_points(face, points, range_0, ex, ey, ez, nx, ny, nz, track.seen)
    noise, residual = track.noise, track.residual
    noise[0] = along_m2 + bend_m2(p, lx, ly, lz, over, across_m2)
    noise[1] = noise[2] = across_m2
    residual[0] = range_m - range_0
    residual[1] = range_0 * (ex * mx + ey * my + ez * mz)
    residual[2] = range_0 * (nx * mx + ny * my + nz * mz)
    chi2 = correct(
        points, track.seen, residual, mean_0, cov_0, each, noise, x, cov, track.gain, s,
        track.small[1],
    )  # fmt: skip
    pack(cov, p)
    det = s[0, 0] * (s[1, 1] * s[2, 2] - s[1, 2] * s[2, 1])
    det -= s[0, 1] * (s[1, 0] * s[2, 2] - s[1, 2] * s[2, 0])
    det += s[0, 2] * (s[1, 0] * s[2, 1] - s[1, 1] * s[2, 0])
    return chi2, 1.0 / det


@by_room("points", step_points)
@hot
def step(track, dt_s, drag_law, density, share, limit_mps2, work):
    """Carry the estimate of one filter over a time without a look: by slopes, or by points.

    As ``ekf.predict``.
    """
    predict(track.x, track.p, dt_s, drag_law, density, share, limit_mps2, work)


@by_room("points", weigh_points)
@hot
def weigh_track(track, face, range_m, mx, my, mz, snr_now, thin):
    """Take a look into the estimate of one filter: by slopes, or by points.

    As ``taking.weigh_look``.
    """
    return weigh_look(face, range_m, mx, my, mz, snr_now, thin, track.x, track.p)
