"""A radar, what it could see of a flight, and what it knows of a threat."""

from __future__ import annotations

import numpy as np

SIGHT_POINTS = 48
"""Points of a Sight, evenly spaced in time between rise and set."""

RADAR = np.dtype(
    [
        ("name", np.uint64),  # hash of the name in the scenario
        ("groups", np.uint64),  # bit per row of Case.group that it fails with
        ("owner", np.int32),  # battery it serves, or -1
        ("shared", np.int32),  # 1: every coordinated battery may use its tracks
        ("r_ecef_m", np.float64, (3,)),
        ("to_enu", np.float64, (3, 3)),  # rows: east, north, up
        ("average_power_w", np.float64),
        ("aperture_m2", np.float64),
        ("efficiency", np.float64),
        ("frequency_hz", np.float64),
        ("noise_temperature_k", np.float64),
        ("loss", np.float64),  # as a factor >= 1
        ("dwell_s", np.float64),  # coherent dwell on one beam position
        ("revisit_s", np.float64),  # between looks at one object
        ("false_alarm_p", np.float64),
        ("azimuth_rad", np.float64),  # centre of the field of regard, from north
        ("azimuth_half_rad", np.float64),  # pi: all round
        ("elevation_min_rad", np.float64),
        ("elevation_max_rad", np.float64),
        ("range_max_m", np.float64),  # instrumented range
        ("beamwidth_rad", np.float64),
        ("bandwidth_hz", np.float64),
        ("range_bias_m", np.float64),  # one sigma, once per trial
        ("angle_bias_rad", np.float64),  # one sigma, once per trial
        ("confirm_looks", np.int32),  # detections that make a track
    ]
)

SIGHT = np.dtype(
    [
        ("rise_s", np.float64),  # after launch; nan: never above the horizon in its sector
        ("set_s", np.float64),
        ("snr", np.float64, (SIGHT_POINTS,)),  # mean, per look, at the missile's own rcs
        # one-sigma errors of what a track begun at rise predicts, by time:
        ("impact_sigma_m", np.float64, (SIGHT_POINTS, 3)),  # east-east, north-north, east-north
        ("time_sigma_s", np.float64, (SIGHT_POINTS,)),  # of the predicted impact time
        ("position_sigma_m", np.float64, (SIGHT_POINTS,)),  # largest axis, now
        # what a ballistic prediction gets wrong about a flight that is not ballistic:
        ("impact_bias_m", np.float64, (SIGHT_POINTS, 2)),  # east, north
        # 1: made by a filter of drawn measurements. Then each point holds until the next,
        # the biases are all of the error that the filter made, and nothing is drawn again:
        ("filtered", np.int32),
        ("firm_s", np.float64),  # after launch, when the track became firm; nan: never
        ("time_bias_s", np.float64, (SIGHT_POINTS,)),  # of the predicted impact time
    ]
)
"""What one radar could see of one lane, and how well it would know it.

``impact_sigma_m`` holds the covariance [m2] of the predicted impact point in the aim
asset's tangent plane: (var east, var north, cov)."""

T_ROOT, T_LEAN, T_SIDE, T_STRAY_EAST, T_STRAY_NORTH, T_POSITION = range(6)
TRACK_COLUMNS = 6
"""Columns of a table of errors: Cholesky factor of the covariance of the predicted impact (east;
north on east; north alone) [m], its bias [m], error of the position [m]."""

WATCH = np.dtype(
    [
        ("rise_s", np.float64),  # after launch; nan: never sees it
        ("set_s", np.float64),
        ("points_per_s", np.float64),  # points of the tables per second
        ("least_s", np.float64),  # a track is firm no earlier than this
        ("revisit_s", np.float64),
        ("firm_s", np.float64),  # filtered: when the track became firm
        ("filtered", np.int64),  # as in SIGHT
        # before each point: logarithm of the chance that no track is firm yet, and the
        # number of looks that could have made it so
        ("wait", np.float64, (SIGHT_POINTS, 2)),
        ("error", np.float32, (SIGHT_POINTS, TRACK_COLUMNS)),  # of the track, at each point
    ]
)
"""One Sight condensed for the trial loop; see sensing/watch.py."""

ESTIMATE = np.dtype(
    [
        ("known", np.int32),  # 0: no firm track
        ("radar", np.int32),
        ("since_s", np.float64),  # when the track became firm
        # predicted impact point, in the tangent plane of one asset
        ("plane", np.int32),  # row of that asset
        ("east_m", np.float64),
        ("north_m", np.float64),
        ("var_east_m2", np.float64),
        ("var_north_m2", np.float64),
        ("cov_m2", np.float64),
        ("position_sigma_m", np.float64),
        ("zero_s", np.float64),  # when its flight seems to have begun
        # when this battery must launch to meet it, as predicted; nan: cannot reach it
        ("open_s", np.float64),
        ("close_s", np.float64),
    ]
)
"""What the defence believes about one threat at one moment: all that decisions may see."""
