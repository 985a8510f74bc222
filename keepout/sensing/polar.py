"""The textbook extended Kalman update: range, azimuth and elevation, linearised at the prediction.

State and covariance are those of ``ekf``: (7,) and (28,). The engine's own update is that of
``taking``, which also allows for wide beams. This one is what other people's filters do, so that
it can be set beside them, and what ``modes`` and ``shares`` use, where the beam is narrow against
the distance between objects.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import kernel, part

from .associate import apart
from .ekf import take
from .face import local

LN_2PI = 1.8378770664093453
LEAST_FLAT = 1e-9


@part
def polar(face, x, y, z):
    """Range [m], azimuth and elevation [rad] of a point, and their derivatives by it.

    returns  range, azimuth, elevation, then three rows of three, ECEF
    """
    e, n, u, flat_m, range_m = local(face, x, y, z)
    flat_m = max(flat_m, LEAST_FLAT * range_m)
    over, flat = 1.0 / range_m, 1.0 / flat_m
    sine = u * over
    dx = over * (x - face.origin[0])
    dy = over * (y - face.origin[1])
    dz = over * (z - face.origin[2])
    a, b = n * flat * flat, -e * flat * flat
    east, north, up = face.east, face.north, face.up
    return (
        range_m, math.atan2(e, n), math.atan2(u, flat_m),
        dx, dy, dz,
        a * east[0] + b * north[0], a * east[1] + b * north[1], a * east[2] + b * north[2],
        flat * (up[0] - sine * dx), flat * (up[1] - sine * dy), flat * (up[2] - sine * dz),
    )  # fmt: skip


@part
def along(p, ax, ay, az, bx, by, bz):
    """Covariance of two lengths along directions: a P b over the positions of a packed P."""
    return (
        ax * (p[0] * bx + p[1] * by + p[2] * bz)
        + ay * (p[1] * bx + p[3] * by + p[4] * bz)
        + az * (p[2] * bx + p[4] * by + p[5] * bz)
    )


@kernel
def expect(face, x, p, range_var_m2, az_var, el_var, predicted, spread):
    """What a track expects of the next look, for ``associate.gate``.

    face                        radar
    x, p                        (7,), (28,)  the track, as ``ekf``
    range_var_m2, az_var, el_var  ()  noise of the look [m2], [rad2], of azimuth itself
    predicted, spread           (3,), (6,)  overwritten: range, azimuth, elevation; their
                                covariance 00 01 02 11 12 22
    """
    r, a, e, rx, ry, rz, ax, ay, az, ex, ey, ez = polar(face, x[0], x[1], x[2])
    predicted[0], predicted[1], predicted[2] = r, a, e
    spread[0] = along(p, rx, ry, rz, rx, ry, rz) + range_var_m2
    spread[1] = along(p, rx, ry, rz, ax, ay, az)
    spread[2] = along(p, rx, ry, rz, ex, ey, ez)
    spread[3] = along(p, ax, ay, az, ax, ay, az) + az_var
    spread[4] = along(p, ax, ay, az, ex, ey, ez)
    spread[5] = along(p, ex, ey, ez, ex, ey, ez) + el_var


@kernel
def take_polar(face, range_m, az_rad, el_rad, range_var_m2, az_var, el_var, x, p):
    """Take a look into a track.

    face                        radar
    range_m, az_rad, el_rad     ()  the look;  variances as ``expect``
    x, p                        (7,), (28,)  changed in place
    returns                     squared distance of the look, logarithm of its likelihood

    Three scalars one after the other with derivatives held at the prediction: the same as all
    at once, for their noises are independent (Bar-Shalom, Li & Kirubarajan 2001, sec. 10.3).
    """
    x0, y0, z0 = x[0], x[1], x[2]
    r, a, e, rx, ry, rz, ax, ay, az, ex, ey, ez = polar(face, x0, y0, z0)
    s_r = along(p, rx, ry, rz, rx, ry, rz) + range_var_m2
    d2 = take(x, p, rx, ry, rz, range_var_m2, range_m - r)
    s_a = along(p, ax, ay, az, ax, ay, az) + az_var
    moved = ax * (x[0] - x0) + ay * (x[1] - y0) + az * (x[2] - z0)
    d2 += take(x, p, ax, ay, az, az_var, apart(az_rad, a, True) - moved)
    s_e = along(p, ex, ey, ez, ex, ey, ez) + el_var
    moved = ex * (x[0] - x0) + ey * (x[1] - y0) + ez * (x[2] - z0)
    d2 += take(x, p, ex, ey, ez, el_var, el_rad - e - moved)
    return d2, -0.5 * (d2 + 3.0 * LN_2PI + math.log(s_r * s_a * s_e))
