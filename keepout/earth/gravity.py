"""Gravity with the Earth's oblateness, in the frame that turns with the Earth."""

from __future__ import annotations

import math

from keepout.earth.geodesy import A_M, J2, MU_M3PS2, OMEGA_RADPS
from keepout.kernel import kernel


@kernel
def gravitation(x, y, z):
    """Gravitational acceleration of the central mass and J2.

    x, y, z  ()  ECEF [m]
    returns  (ax, ay, az) [m/s2]

    Source: D. A. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed., sec. 8.7,
    degree 2, order 0; constants WGS 84. Higher harmonics are left out: below 1e-4 m/s2.
    """
    r2 = x * x + y * y + z * z
    k = MU_M3PS2 / (r2 * math.sqrt(r2))
    j = 1.5 * J2 * A_M * A_M / r2
    s2 = 5.0 * z * z / r2
    side = -k * (1.0 + j * (1.0 - s2))
    return side * x, side * y, -k * (1.0 + j * (3.0 - s2)) * z


@kernel
def free_fall(x, y, z, vx, vy):
    """Acceleration of a body free of forces, in the rotating frame.

    x, y, z [m] and vx, vy [m/s]  ()  ECEF
    returns                       (ax, ay, az) [m/s2]: gravitation, centrifugal, Coriolis

    Source: as gravitation; the frame turns at WGS 84's constant rate.
    """
    ax, ay, az = gravitation(x, y, z)
    w = OMEGA_RADPS
    return ax + w * (w * x + 2.0 * vy), ay + w * (w * y - 2.0 * vx), az


@kernel
def energy_jpkg(x, y, z, vx, vy, vz):
    """Jacobi's integral of free fall: kinetic energy plus potential in the rotating frame.

    x, y, z [m] and vx, vy, vz [m/s]  ()  ECEF
    returns                           ()  [J/kg], constant without drag and thrust

    Source: potential of gravitation (Vallado, eq. 8-25) minus that of the centrifugal force.
    """
    p2 = x * x + y * y
    r2 = p2 + z * z
    r = math.sqrt(r2)
    u = MU_M3PS2 / r * (1.0 - 0.5 * J2 * A_M * A_M / r2 * (3.0 * z * z / r2 - 1.0))
    return 0.5 * (vx * vx + vy * vy + vz * vz) - u - 0.5 * OMEGA_RADPS * OMEGA_RADPS * p2
