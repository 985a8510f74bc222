"""The shape of the Earth: WGS 84, geodetic coordinates, distances and directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepout import elementary as math
from keepout.kernel import kernel
from keepout.records.place import Place

# NIMA TR8350.2, 3rd ed. (2000), tables 3.1 and 3.3; grade A
A_M = 6378137.0
FLATTENING = 1.0 / 298.257223563
MU_M3PS2 = 3.986004418e14
OMEGA_RADPS = 7.292115e-5
J2 = 1.08262982131e-3
"""Dynamic form factor of the WGS 84 ellipsoid, TR8350.2 section 3.3."""

B_M = A_M * (1.0 - FLATTENING)
E2 = FLATTENING * (2.0 - FLATTENING)
EP2 = E2 / (1.0 - E2)
MEAN_RADIUS_M = (2.0 * A_M + B_M) / 3.0

Point = tuple[float, float, float]


@kernel
def ecef_from_geodetic(lat_rad, lon_rad, alt_m):
    """Earth-fixed coordinates of a geodetic point.

    lat_rad, lon_rad  ()  geodetic [rad]; alt_m () above the ellipsoid [m]
    returns           (x, y, z) [m]

    Source: NIMA TR8350.2, eq. 4-14. Valid everywhere.
    """
    sin_lat = math.sin(lat_rad)
    cos_lat = math.cos(lat_rad)
    n_m = A_M / math.sqrt(1.0 - E2 * sin_lat * sin_lat)
    p_m = (n_m + alt_m) * cos_lat
    z_m = (n_m * (1.0 - E2) + alt_m) * sin_lat
    return p_m * math.cos(lon_rad), p_m * math.sin(lon_rad), z_m


@kernel
def normal_of(x, y, z):
    """Sine and cosine of the geodetic latitude, and the height above the ellipsoid.

    x, y, z  ()  ECEF [m]
    returns  (sine, cosine, height [m])

    No trigonometry: Bowring's start for the parametric latitude and one round of his
    formula; the height from p cos + z sin - a sqrt(1 - e2 sin2), which holds at the poles too.
    Source: B. R. Bowring, Survey Review 28 (1985) 202. Valid from 5 km below the ellipsoid to
    10,000 km above it, to 1e-11 rad and 1e-6 m (tested).
    """
    p_m = math.sqrt(x * x + y * y)
    r_m = math.sqrt(p_m * p_m + z * z)
    su = B_M * z * (1.0 + EP2 * B_M / r_m)
    cu = A_M * p_m
    scale = 1.0 / math.sqrt(su * su + cu * cu)
    su *= scale
    cu *= scale
    s = z + EP2 * B_M * su * su * su
    c = p_m - E2 * A_M * cu * cu * cu
    scale = 1.0 / math.sqrt(s * s + c * c)
    s *= scale
    c *= scale
    return s, c, p_m * c + z * s - A_M * math.sqrt(1.0 - E2 * s * s)


@kernel
def alt_of(x, y, z):
    """Height above the ellipsoid [m] of an ECEF point [m]; source and validity: normal_of."""
    return normal_of(x, y, z)[2]


@kernel
def geodetic_from_ecef(x, y, z):
    """Geodetic latitude, longitude [rad] and height [m] of an ECEF point [m].

    Source and validity: normal_of. At a pole the longitude is 0.
    """
    s, c, alt_m = normal_of(x, y, z)
    return math.atan2(s, c), math.atan2(y, x), alt_m


@kernel
def enu_matrix(lat_rad, lon_rad):
    """Rows east, north, up at a place: ``enu_matrix(...) @ (r - r0)`` is local.

    lat_rad, lon_rad  ()  geodetic [rad]
    returns           (3, 3)  orthonormal
    """
    m = np.empty((3, 3))
    s, c = math.sin(lat_rad), math.cos(lat_rad)
    sl, cl = math.sin(lon_rad), math.cos(lon_rad)
    m[0, 0], m[0, 1], m[0, 2] = -sl, cl, 0.0
    m[1, 0], m[1, 1], m[1, 2] = -s * cl, -s * sl, c
    m[2, 0], m[2, 1], m[2, 2] = c * cl, c * sl, s
    return m


@kernel
def distance_kernel(lat1_rad, lon1_rad, lat2_rad, lon2_rad):
    """Shortest distance over the ellipsoid.

    lat, lon  ()  geodetic [rad]
    returns   ()  [m]; 0 for the same point

    Source: W. D. Lambert, J. Washington Academy of Sciences 32 (1942) 125: great circle of the
    parametric latitudes with the correction of first order in the flattening. To 5e-6 of
    the distance up to 15,000 km (tested); not near antipodes.
    """
    b1 = math.atan((1.0 - FLATTENING) * math.tan(lat1_rad))
    b2 = math.atan((1.0 - FLATTENING) * math.tan(lat2_rad))
    dlat = math.sin(0.5 * (b2 - b1))
    dlon = math.sin(0.5 * (lon2_rad - lon1_rad))
    h = dlat * dlat + math.cos(b1) * math.cos(b2) * dlon * dlon
    if h <= 0.0:
        return 0.0
    psi = 2.0 * math.atan2(math.sqrt(h), math.sqrt(max(0.0, 1.0 - h)))
    p = math.sin(0.5 * (b1 + b2))
    q = dlat
    cp2 = 1.0 - p * p
    cq2 = 1.0 - q * q
    ch2 = math.cos(0.5 * psi) ** 2
    x = (psi - math.sin(psi)) * p * p * cq2 / max(ch2, 1e-300)
    y = (psi + math.sin(psi)) * cp2 * q * q / h
    return A_M * (psi - 0.5 * FLATTENING * (x + y))


def ecef_m(place: Place) -> NDArray[np.float64]:
    """Earth-fixed coordinates (3,) [m] of a place."""
    lat_rad, lon_rad = math.radians(place.lat_deg), math.radians(place.lon_deg)
    return np.array(ecef_from_geodetic(lat_rad, lon_rad, float(place.alt_m)))


def place_of(r_ecef_m: NDArray[np.float64]) -> Place:
    """The place of an Earth-fixed point (3,) [m]."""
    lat_rad, lon_rad, alt_m = geodetic_from_ecef(*(float(value) for value in r_ecef_m))
    return Place(lat_deg=math.degrees(lat_rad), lon_deg=math.degrees(lon_rad), alt_m=alt_m)


def great_circle_m(start: Place, end: Place) -> float:
    """Shortest distance over the ellipsoid [m]; method and validity: distance_kernel."""
    return float(
        distance_kernel(
            math.radians(start.lat_deg),
            math.radians(start.lon_deg),
            math.radians(end.lat_deg),
            math.radians(end.lon_deg),
        )
    )


def bearing_rad(start: Place, end: Place) -> float:
    """Azimuth of ``end`` seen from ``start``, clockwise from north, 0 to 2 pi [rad].

    Of the normal section: within 0.01 deg of the geodesic up to 2,000 km.
    """
    to_enu = enu_matrix(math.radians(start.lat_deg), math.radians(start.lon_deg))
    east, north, _ = (to_enu * (ecef_m(end) - ecef_m(start))).sum(axis=1)  # no BLAS
    return math.atan2(east, north) % (2.0 * math.pi)
