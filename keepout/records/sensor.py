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
        ("pulses", np.int32),  # groups of a dwell that are added without phase; 0 is 1
        # looks are shortened until the mean signal-to-noise ratio is this; 0: never
        ("track_snr", np.float64),
        ("search_share", np.float64),  # of its time; 0: whatever rises is looked at at once
        ("search_dwell_s", np.float64),
        ("search_low_rad", np.float64),  # apparent elevations of fence or volume
        ("search_high_rad", np.float64),
        ("frame_s", np.float64),  # time in which all of it is searched once
        ("false_share", np.float64),  # of its time, lost on false alarms of the search
        ("false_tracks", np.int32),  # param row, of tracks of nothing that stand; if …
        ("cluttered", np.int32),  # … this is 1
        ("cues", np.int32),  # 1: its firm tracks tell other radars where to look
        # between looks for what it is told of, by satellite or by a radar; inf: it is told nothing
        ("cued_s", np.float64, (2,)),
        ("lost", np.int32),  # 1: it may be lost on its own, with …
        ("lost_p", np.int32),  # … this probability (param row) …
        ("lost_s", np.int32),  # … at this time of the scenario (param row)
    ]
)

SIGHT = np.dtype(
    [
        ("rise_s", np.float64),  # after launch; nan: never above the horizon in its sector
        ("set_s", np.float64),
        ("snr", np.float64, (SIGHT_POINTS,)),  # mean, per look, at the missile's own rcs
        ("full_snr", np.float64, (SIGHT_POINTS,)),  # the same of a look that is not shortened
        ("search_snr", np.float64, (SIGHT_POINTS,)),  # of a look of the search; 0: not there
        ("cued_snr", np.float64, (SIGHT_POINTS,)),  # of a whole dwell where a cue says
        ("busy", np.float64),  # share of the radar's time for its looks, at its revisit
        ("fluctuation", np.int32),  # SWERLING_1 … of records/missile.py
        ("found_s", np.float64),  # filtered: when the search, or a cue, found it
        # one-sigma errors of what a track begun at rise predicts, by time:
        ("impact_sigma_m", np.float64, (SIGHT_POINTS, 3)),  # east-east, north-north, east-north
        ("time_sigma_s", np.float64, (SIGHT_POINTS,)),  # of the predicted impact time
        ("position_sigma_m", np.float64, (SIGHT_POINTS,)),  # largest axis, now
        ("random_share", np.float64, (SIGHT_POINTS,)),  # of its square, that more looks would cut
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

T_ROOT, T_LEAN, T_SIDE, T_STRAY_EAST, T_STRAY_NORTH, T_POSITION, T_RANDOM = range(7)
TRACK_COLUMNS = 7
"""Columns of a table of errors: Cholesky factor of the covariance of the predicted impact (east;
north on east; north alone) [m], its bias [m], error of the position [m], share of variances that
comes from the noise of looks and not from the radar's bias."""

M_FIRM, M_SEARCH, M_CUED = range(3)
"""Rows of WATCH.missed."""

BY_SATELLITE, BY_RADAR = range(2)
"""Columns of WATCH.cued_s."""

WATCH = np.dtype(
    [
        ("rise_s", np.float64),  # after launch; nan: never sees it
        ("set_s", np.float64),
        ("points_per_s", np.float64),  # points of the tables per second
        ("step_s", np.float64),  # from one of them to the next
        ("least_s", np.float64),  # a track is firm no earlier than this
        ("revisit_s", np.float64),
        ("frame_s", np.float64),  # of the search; 0: looked at as soon as it rises
        ("cued_s", np.float64, (2,)),  # between looks for it, told by satellite; by a radar
        ("found_s", np.float64),  # filtered: when it was found
        ("firm_s", np.float64),  # filtered: when the track became firm
        ("filtered", np.int64),  # as in SIGHT
        ("confirm_looks", np.float64),
        ("busy", np.float64),  # as in SIGHT
        # logarithm of the chance that no look, one a second since rise, has … made the track firm,
        # found it in the search, found it where a cue says [s]; at each point
        ("missed", np.float32, (3, SIGHT_POINTS)),
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
