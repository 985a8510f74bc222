"""Judging a threat: what would it hit, as far as the track can tell?"""

from __future__ import annotations

import math

from keepout.kernel import kernel

OPEN = -1
SIGMAS = 2.0
"""A prediction threatens an asset when its ellipse of this many sigmas touches it."""


@kernel
def judge(estimate, asset):
    """The asset a predicted impact threatens most, or OPEN.

    estimate  ESTIMATE row: predicted impact [m, ECEF] and its covariance [m2]
    asset     (a,) ASSET rows
    returns   ()  row of the asset, or OPEN

    Crude: the covariance is taken in the direction of the asset's centre, and the plane
    is that of each asset (good to a few hundred kilometres).
    """
    best = OPEN
    best_m = 0.0
    for a in range(len(asset)):
        row = asset[a]
        dx = estimate.impact_ecef_m[0] - row.r_ecef_m[0]
        dy = estimate.impact_ecef_m[1] - row.r_ecef_m[1]
        dz = estimate.impact_ecef_m[2] - row.r_ecef_m[2]
        e = row.to_enu[0, 0] * dx + row.to_enu[0, 1] * dy + row.to_enu[0, 2] * dz
        n = row.to_enu[1, 0] * dx + row.to_enu[1, 1] * dy + row.to_enu[1, 2] * dz
        d2 = e * e + n * n
        spread = max(estimate.var_east_m2, estimate.var_north_m2)
        if d2 > 0.0:
            along = e * e * estimate.var_east_m2 + n * n * estimate.var_north_m2
            spread = (along + 2.0 * e * n * estimate.cov_m2) / d2
        outside_m = math.sqrt(d2) - row.radius_m
        if outside_m > row.margin_m + SIGMAS * math.sqrt(max(spread, 0.0)):
            continue
        if best == OPEN or outside_m < best_m:
            best = a
            best_m = outside_m
    return best
