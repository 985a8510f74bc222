"""How a look enters a track: where it begins, and range and direction as lengths at the object.

Angles first, then the range along the sight as it is now known. Where the direction is known
worse than a look gives it, angles are linearised about the measurement (D. Lerro &
Y. Bar-Shalom, IEEE Trans. AES 29 (1993) 1015), else about the track.

A sphere of equal range bends away from its tangent plane by the square of the error across
over twice the range. That mean and spread of the range are allowed for, in Gaussian errors
(second-order filter, Bar-Shalom, Li & Kirubarajan 2001, sec. 10.3.2), and the spread BEND
times over: the error across is nearly the same from look to look, so that looks in a row do
not average it away. A wide beam with a fine range would else be far too sure of itself.
"""

from __future__ import annotations

import math

from keepout.kernel import hot, lean

from .ekf import PACKED, packed, weigh
from .face import angle_var, off_cos, range_var_m2

SPEED_SIGMA_MPS = 3000.0
"""Each component of a velocity of which nothing is known: ballistic missiles of up to
2,000 km range burn out below 4.3 km/s. Grade D."""

BEND = 10.0
"""Looks over which an error across the sight lasts, for the bend of the range. With 1 the wide
beams of the catalogue are half as uncertain as they should be, with 10 to 100 they are right
(tested); grade D."""


@lean
def begin(face, range_m, mx, my, mz, snr_now, thin, ln_beta, ln_beta_sigma, x, p):
    """Begin a track with one look: position as measured, velocity unknown.

    face                    FACE row
    range_m, mx, my, mz     ()  the measurement; the direction a unit vector, ECEF
    snr_now                 ()  its signal-to-noise ratio, which sets its errors
    thin                    ()  its errors over those of a look: 1, or 1 / sqrt(n) for the
                                mean of n looks
    ln_beta, ln_beta_sigma  ()  what is believed of the ballistic coefficient
    x, p                    (7,), (28,)  overwritten

    The velocity starts at rest over the Earth with SPEED_SIGMA_MPS on each axis.
    """
    along_m2, across_m2 = variances(face, mx, my, mz, range_m, snr_now, thin)
    d = (mx, my, mz)
    short = 1.0 - across_m2 / (range_m * range_m)
    flat_m2 = along_m2 + across_m2 * across_m2 / (range_m * range_m) - across_m2
    for k in range(PACKED):
        p[k] = 0.0
    for i in range(3):
        x[i] = face.origin[i] + range_m * short * d[i]
        x[3 + i] = 0.0
        for j in range(i, 3):
            p[packed(i, j)] = flat_m2 * d[i] * d[j]
        p[packed(i, i)] += across_m2
        p[15 + packed(i, i)] = SPEED_SIGMA_MPS * SPEED_SIGMA_MPS
    x[6] = ln_beta
    p[27] = ln_beta_sigma * ln_beta_sigma


@hot
def variances(face, dx, dy, dz, range_m, snr_now, thin):
    """Variances of one look along and across a sight (unit vector) [m2]."""
    thin2 = thin * thin
    angle2 = angle_var(face, snr_now, off_cos(face, dx, dy, dz))
    return thin2 * range_var_m2(face, snr_now), thin2 * range_m * range_m * angle2


@hot
def across_of(face, dx, dy, dz):
    """Unit vectors across a sight (unit vector): in azimuth, and in elevation."""
    up = face.up
    ex, ey, ez = dy * up[2] - dz * up[1], dz * up[0] - dx * up[2], dx * up[1] - dy * up[0]
    over = 1.0 / max(math.sqrt(ex * ex + ey * ey + ez * ez), 1e-9)
    ex, ey, ez = over * ex, over * ey, over * ez
    return ex, ey, ez, ey * dz - ez * dy, ez * dx - ex * dz, ex * dy - ey * dx


@lean
def take_look(face, range_m, mx, my, mz, snr_now, thin, x, p):
    """Take one look into a track; arguments as in ``begin``.

    returns  ()  squared innovation over its variance: three degrees of freedom when the
                 filter is right, less while the bend of the range is allowed for
    """
    return weigh_look(face, range_m, mx, my, mz, snr_now, thin, x, p)[0]


@hot
def weigh_look(face, range_m, mx, my, mz, snr_now, thin, x, p):
    """As ``take_look``; returns also one over the determinant of the innovation's covariance."""
    rx, ry, rz = x[0], x[1], x[2]
    dx, dy, dz = rx - face.origin[0], ry - face.origin[1], rz - face.origin[2]
    range_0 = math.sqrt(dx * dx + dy * dy + dz * dz)
    lx, ly, lz = dx / range_0, dy / range_0, dz / range_0
    along_m2, across_m2 = variances(face, lx, ly, lz, range_0, snr_now, thin)
    if p[0] + p[3] + p[5] < 2.0 * across_m2:
        ex, ey, ez, nx, ny, nz = across_of(face, lx, ly, lz)
        side_m = range_0 * (ex * mx + ey * my + ez * mz)
        lift_m = range_0 * (nx * mx + ny * my + nz * mz)
    else:
        ex, ey, ez, nx, ny, nz = across_of(face, mx, my, mz)
        side_m = -(ex * dx + ey * dy + ez * dz)
        lift_m = -(nx * dx + ny * dy + nz * dz)
    side2, a = weigh(x, p, ex, ey, ez, across_m2, side_m)
    lift_m -= nx * (x[0] - rx) + ny * (x[1] - ry) + nz * (x[2] - rz)
    lift2, b = weigh(x, p, nx, ny, nz, across_m2, lift_m)
    range2, c = weigh_range(face, range_m, along_m2, x, p)
    return side2 + lift2 + range2, a * b * c


@hot
def parted(p, lx, ly, lz):
    """The covariance of a place, parted by a sight.

    p, lx, ly, lz  packed covariance, and the sight (unit vector)
    returns        variance along the sight [m2]; sum of the squares of the covariance across it
                   [m4]
    """
    gx = p[0] * lx + p[1] * ly + p[2] * lz
    gy = p[1] * lx + p[3] * ly + p[4] * lz
    gz = p[2] * lx + p[4] * ly + p[5] * lz
    along = lx * gx + ly * gy + lz * gz
    square = p[0] * p[0] + p[3] * p[3] + p[5] * p[5]
    square += 2.0 * (p[1] * p[1] + p[2] * p[2] + p[4] * p[4])
    return along, max(square - 2.0 * (gx * gx + gy * gy + gz * gz) + along * along, 0.0)


@hot
def weigh_range(face, range_m, along_m2, x, p):
    """Take in the range along the sight as it is known after the angles; as ``weigh_look``."""
    dx, dy, dz = x[0] - face.origin[0], x[1] - face.origin[1], x[2] - face.origin[2]
    range_1 = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_1
    lx, ly, lz = over * dx, over * dy, over * dz
    along_sight_m2, across_m4 = parted(p, lx, ly, lz)
    mean_m = 0.5 * over * (p[0] + p[3] + p[5] - along_sight_m2)
    bend_m2 = 0.5 * BEND * over * over * across_m4
    return weigh(x, p, lx, ly, lz, along_m2 + bend_m2, range_m - range_1 - mean_m)
