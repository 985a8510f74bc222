"""Where a warhead lands, and on which asset."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import lean
from keepout.records.case import Rows

CEP_PER_SIGMA = math.sqrt(2.0 * math.log(2.0))
"""Half of a circular normal distribution lies within this many sigmas of its centre."""

NOWHERE = np.int64(-1)
SURE_M = 1.0
"""A distance is shortened by this, so that rounding cannot change what is nearest."""

CURVATURE_RADIUS_M = 6.371e6
"""Mean radius of the Earth, for the drop below a tangent plane."""


@lean
def sigma_m(cep_m):
    """Standard deviation along each axis of a circular normal distribution.

    cep_m    ()  circular error probable: radius of the circle that holds half [m]
    returns  ()  [m]

    Exact where both axes are alike and the mean is on the aim. A published CEP seldom
    says whether its mean was; a long and thin scatter with the same CEP has longer tails.

    Source: the Rayleigh distribution, P(r < R) = 1 - exp(-R^2 / (2 sigma^2)) = 1/2.
    """
    return cep_m / CEP_PER_SIGMA


@lean
def landing_offset_m(cep_m, normal_east, normal_north):
    """Where a warhead lands, relative to its aim point.

    cep_m     ()  circular error probable [m]
    normal_*  ()  standard normal draws
    returns   ()  east, north [m]
    """
    s = cep_m / CEP_PER_SIGMA
    return s * normal_east, s * normal_north


@lean
def diverted_offset_m(divert_m, normal_east, normal_north):
    """How far a warhead that was pushed off its course lands from where it would have.

    divert_m  ()  one sigma of the displacement, an input [m]
    normal_*  ()  standard normal draws
    returns   ()  east, north [m]

    Crude: the same whatever the height of the intercept and the time left to fall.
    """
    return divert_m * normal_east, divert_m * normal_north


@lean
def ground_ecef_m(centre_ecef_m, to_enu, east_m, north_m):
    """The point on the ground that lies so far east and north of a centre.

    centre_ecef_m  (3,)    centre of the tangent plane [m]
    to_enu         (3, 3)  its axes: rows east, north, up
    east_m         ()      [m]
    north_m        ()      [m]
    returns        ()      x, y, z [m]

    The point of the tangent plane, let down to the ground by d^2 / 2R. Against the
    ellipsoid the height is right to 0.3 % of that drop plus its fourth-order part:
    0.1 m at 20 km, 30 m at 200 km, and useless beyond 1,000 km.
    """
    up_m = -(east_m * east_m + north_m * north_m) / (2.0 * CURVATURE_RADIUS_M)
    x = centre_ecef_m[0] + to_enu[0, 0] * east_m + to_enu[1, 0] * north_m + to_enu[2, 0] * up_m
    y = centre_ecef_m[1] + to_enu[0, 1] * east_m + to_enu[1, 1] * north_m + to_enu[2, 1] * up_m
    z = centre_ecef_m[2] + to_enu[0, 2] * east_m + to_enu[1, 2] * north_m + to_enu[2, 2] * up_m
    return x, y, z


@lean
def offset_from_m(centre_ecef_m, to_enu, x_m, y_m, z_m):
    """How far east and north of a centre a point lies, in the centre's tangent plane.

    centre_ecef_m  (3,)    centre of the tangent plane [m]
    to_enu         (3, 3)  its axes: rows east, north, up
    x_m, y_m, z_m  ()      the point, ECEF [m]
    returns        ()      east, north [m]
    """
    dx = x_m - centre_ecef_m[0]
    dy = y_m - centre_ecef_m[1]
    dz = z_m - centre_ecef_m[2]
    east_m = to_enu[0, 0] * dx + to_enu[0, 1] * dy + to_enu[0, 2] * dz
    north_m = to_enu[1, 0] * dx + to_enu[1, 1] * dy + to_enu[1, 2] * dz
    return east_m, north_m


@lean
def asset_at(asset, x_m, y_m, z_m):
    """The asset on which a point of the ground lies.

    asset          (n,)  ASSET rows
    x_m, y_m, z_m  ()    the point, ECEF [m]
    returns        ()    row of the nearest asset whose radius holds the point, or -1

    The asset is a circle; the distance is the straight line, within 0.1 m of the arc for
    radii up to 30 km. A nan point lies on nothing.
    """
    found = -1
    least_m2 = math.inf
    for i in range(asset.shape[0]):
        row = asset[i]
        dx = x_m - row.r_ecef_m[0]
        dy = y_m - row.r_ecef_m[1]
        dz = z_m - row.r_ecef_m[2]
        d_m2 = dx * dx + dy * dy + dz * dz
        if d_m2 <= row.radius_m * row.radius_m and d_m2 < least_m2:
            least_m2 = d_m2
            found = i
    return found


def apart_m(asset: Rows) -> np.ndarray:
    """How assets lie to each other, (n, n, 3) by plane and asset.

    East and north of each asset in the tangent plane of each [m]; then, the same for all assets of
    a plane, the square of a distance from that plane's own asset within which no other asset has
    its edge or its centre nearer [m2].
    """
    apart = np.zeros((len(asset), len(asset), 3))
    for k in range(len(asset)):
        away_m = asset.r_ecef_m - asset[k].r_ecef_m
        axes = np.asarray(asset[k].to_enu)[:2]
        apart[k, :, :2] = (away_m[:, None, :] * axes).sum(axis=2)  # no BLAS: the same bits
        centre_m = np.sqrt((apart[k, :, :2] ** 2).sum(axis=1))
        edge_m = centre_m - np.asarray(asset.radius_m) + asset[k].radius_m
        near_m = 0.5 * np.delete(np.minimum(centre_m, edge_m), k).min(initial=1e7) - SURE_M
        apart[k, :, 2] = max(near_m, 0.0) ** 2
    return apart


@lean
def asset_at_offset(asset, apart, aim, east_m, north_m):
    """The asset on which a point lies that is given relative to another asset's centre.

    asset    (n,)       ASSET rows
    apart    (n, n, 3)  from ``apart_m``
    aim      ()         row of the asset in whose plane the point is given
    east_m   ()         [m]
    north_m  ()         [m]
    returns  ()         row of the nearest asset whose radius holds the point, or -1

    All in the one plane, where lengths are short by a tenth of a per cent at 300 km. A nan
    point lies on nothing.
    """
    least_m2 = east_m * east_m + north_m * north_m
    if least_m2 < apart[aim, 0, 2]:  # no other can be nearer
        return aim if least_m2 <= asset[aim].radius_m * asset[aim].radius_m else NOWHERE
    found = NOWHERE
    least_m2 = math.inf
    for k in range(asset.shape[0]):
        radius_m = asset[k].radius_m
        e, n = east_m - apart[aim, k, 0], north_m - apart[aim, k, 1]
        d_m2 = e * e + n * n
        if d_m2 <= radius_m * radius_m and d_m2 < least_m2:
            least_m2 = d_m2
            found = k
    return found


@lean
def offset_between_m(asset, from_row, to_row, east_m, north_m):
    """The same point of the ground, in the tangent plane of another asset.

    asset     (n,)  ASSET rows
    from_row  ()    the asset whose plane east_m and north_m lie in
    to_row    ()    the asset whose plane is asked for
    east_m    ()    [m]
    north_m   ()    [m]
    returns   ()    east, north [m]
    """
    a = asset[from_row]
    b = asset[to_row]
    x, y, z = ground_ecef_m(a.r_ecef_m, a.to_enu, east_m, north_m)
    return offset_from_m(b.r_ecef_m, b.to_enu, x, y, z)
