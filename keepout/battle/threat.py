"""Judging a threat: what would it hit, as far as the track can tell?"""

from __future__ import annotations

import math

from keepout.kernel import lean

OPEN = -1
SIGMAS = 2.0
"""A prediction threatens an asset when its ellipse of this many sigmas touches it."""


@lean
def judge(estimate, asset, apart):
    """The asset a predicted impact threatens most, or OPEN.

    estimate  ESTIMATE row: predicted impact [m, in the plane of one asset], covariance [m2]
    asset     (a,) ASSET rows
    apart     (a, a, 3)  from ``effects.impact.apart_m``
    returns   ()  row of the asset, or OPEN

    Of the assets that the ellipse touches, the one whose edge is nearest. Crude: the covariance
    is taken in the direction of the asset's centre, and all is seen in one plane (good to a
    few hundred kilometres).
    """
    east_m, north_m = estimate.east_m, estimate.north_m
    places = apart[estimate.plane]
    nearest, nearest_m = OPEN, math.inf
    if east_m * east_m + north_m * north_m < places[0, 2]:  # no other can be nearer
        nearest = estimate.plane
    else:
        for a in range(len(asset)):
            e, n = east_m - places[a, 0], north_m - places[a, 1]
            outside_m = math.sqrt(e * e + n * n) - asset[a].radius_m
            nearest = a if outside_m < nearest_m else nearest
            nearest_m = min(nearest_m, outside_m)
    if nearest == OPEN or touches(estimate, asset[nearest], places[nearest]):
        return nearest
    best, best_m = OPEN, math.inf  # a farther one may be touched, where the ellipse is long
    for a in range(len(asset)):
        e, n = east_m - places[a, 0], north_m - places[a, 1]
        outside_m = math.sqrt(e * e + n * n) - asset[a].radius_m
        if outside_m < best_m and touches(estimate, asset[a], places[a]):
            best, best_m = a, outside_m
    return best


@lean
def touches(estimate, asset, place):
    """Whether the ellipse of a predicted impact touches an asset with its margin.

    estimate, asset  ESTIMATE and ASSET row
    place            (2,)  east, north of the asset in the plane of the estimate [m]
    """
    e, n = estimate.east_m - place[0], estimate.north_m - place[1]
    ee, nn = estimate.var_east_m2, estimate.var_north_m2
    d2 = e * e + n * n
    beyond_m = math.sqrt(d2) - asset.radius_m - asset.margin_m
    if beyond_m <= 0.0:
        return True
    spread = (e * e * ee + n * n * nn + 2.0 * e * n * estimate.cov_m2) / d2
    return beyond_m * beyond_m <= SIGMAS * SIGMAS * spread
