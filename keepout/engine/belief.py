"""What one radar believed of one threat of a kept trial, for people to look at.

The same doors and the same addresses of chance as ``engine.see``, asked at chosen moments.
"""

from __future__ import annotations

import math

from keepout.engine.see import PER_TRACK_SPEED, draw_errors
from keepout.kernel import lean
from keepout.records.trial import ERROR_DRAWN
from keepout.sensing.estimate import estimate_impact, estimate_position

B_TIME, B_EAST, B_NORTH, B_VAR_EAST, B_VAR_NORTH, B_COV, B_POSITION, B_LAG = range(8)
NEVER = math.inf

BELIEF_COLUMNS = 8
"""Moment [s]; believed impact in the plane of the aim, its variances and covariance; one sigma of
the position; how far behind in time the threat is believed to be."""


@lean
def believed(seed, trial, radar, threat, watch, truth, track, estimate, moments_s, out):
    """Fill in what a firm track said at some moments.

    seed, trial           address of the trial
    radar, threat, watch  RADAR, THREAT and WATCH row
    truth, track          WORLD and TRACK row; the track's normals are drawn if nobody has yet
    estimate              ESTIMATE row, overwritten
    moments_s             (n,)  on the scenario's clock, from when the track was firm [s]
    out                   (n, BELIEF_COLUMNS)  written
    """
    if track.drawn & ERROR_DRAWN == 0:
        draw_errors(seed, trial, radar, threat, track)
    for k in range(len(moments_s)):
        t_s = moments_s[k]
        estimate_impact(
            watch, t_s - truth.launch_s, truth.impact_east_m, truth.impact_north_m, track.z[0],
            track.z[1], track.stretch, estimate,
        )  # fmt: skip
        estimate_position(
            watch, t_s, truth.launch_s, truth.impact_s, NEVER, track.stretch, estimate
        )
        out[k, B_TIME] = t_s
        out[k, B_EAST], out[k, B_NORTH] = estimate.east_m, estimate.north_m
        out[k, B_VAR_EAST], out[k, B_VAR_NORTH] = estimate.var_east_m2, estimate.var_north_m2
        out[k, B_COV], out[k, B_POSITION] = estimate.cov_m2, estimate.position_sigma_m
        out[k, B_LAG] = track.z[2] * estimate.position_sigma_m * PER_TRACK_SPEED
