"""Batteries, interceptors and windows of engagement."""

from __future__ import annotations

import numpy as np

WINDOW_POINTS = 24
"""Points of a Window, evenly spaced in the time of intercept."""

FLYOUT_RANGES = 65
FLYOUT_ALTS = 49
"""Grid of a flyout table: ground range 0 to reach, height 0 to ceiling."""

# doctrine rules
SINGLE, SALVO, SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK = range(4)

# how an asset is defended
DEFEND_ALWAYS, DEFEND_IF_ROUNDS, DEFEND_NEVER = range(3)

INTERCEPTOR = np.dtype(
    [
        ("name", np.uint64),
        ("mass_kg", np.float64),  # at launch
        ("propellant_kg", np.float64),
        ("thrust_n", np.float64),
        ("burn_s", np.float64),
        ("area_m2", np.float64),
        ("drag_law", np.int32),
        ("floor_m", np.float64),
        ("cruise_floor_m", np.float64),  # against cruise missiles; 0: it engages none
        ("ceiling_m", np.float64),
        ("reach_m", np.float64),  # ground range to the intercept
        ("max_flight_s", np.float64),
        ("cost_usd", np.float64),
    ]
)

FLYOUT = np.dtype(
    [
        # seconds from launch to each point of the grid; nan: out of reach
        ("time_s", np.float64, (FLYOUT_RANGES, FLYOUT_ALTS)),
    ]
)

BATTERY = np.dtype(
    [
        ("name", np.uint64),  # hash of the name in the scenario
        ("system", np.int32),  # row in the list of systems (catalogue ids of batteries)
        ("groups", np.uint64),  # bit per row of Case.group that it fails with
        ("unit", np.int32),  # battery row whose launchers, channels and radar it shares …
        ("books", np.int32),  # … and the one whose shots at a threat count as its own
        ("net", np.int32),  # those of one number know of each other's shots and results …
        ("net_delay_s", np.float64),  # … of others this much later
        ("interceptor", np.int32),
        ("r_ecef_m", np.float64, (3,)),
        ("rounds", np.int32),  # param row: ready rounds (rounded when drawn)
        ("rounds_per_launcher", np.int32),
        ("resupply", np.int32),  # further rounds, loaded a launcher at a time
        ("launchers", np.int32),
        ("reload_s", np.int32),  # param row: of one launcher
        ("from_s", np.int32),  # param row: it stands and may fire from here; -1: always
        ("lost", np.int32),  # param row: probability that it is hit; -1: never
        ("lost_s", np.int32),  # param row: when
        ("lost_launchers", np.int32),  # what is lost: so many launchers; 0: all of it
        ("field_azimuth_rad", np.float64),  # middle of its field of fire, from north
        ("field_half_rad", np.float64),  # pi: all round
        ("channels", np.int32),  # param row
        ("launch_interval_s", np.int32),  # param row
        ("assess_s", np.int32),  # param row
        ("track_before_firing_s", np.int32),  # param row
        ("track_quality_m", np.float64),  # largest position sigma to fire at
        ("rule", np.int32),  # SINGLE … SHOOT_SHOOT_LOOK
        ("salvo", np.int32),  # rounds in one salvo
        ("cap", np.int32),  # param row: rounds per threat over all layers; 0: none
        ("reserve", np.int32),  # rounds kept for assets that are always defended
        ("hold_for", np.int32),  # battery row whose window it waits for, or -1
        ("hoped", np.float64),  # what plans reckon a shot destroys with: the median of sspk
        ("sspk", np.int32),  # param row: kill probability per shot, given
        ("manoeuvre_factor", np.int32),  # param row
        ("factor", np.float64),  # product of the further listed factors
        ("lethal_m", np.int32),  # param rows of the end of a shot: lethal radius; -1: not used
        ("miss_m", np.int32),  # … one sigma of the miss, in each direction
        ("bias_m", np.int32),  # … what it is off on average
        ("kill_as_miss", np.int32),  # param rows of assessment: a kill looks like a miss; -1: 0
        ("miss_as_kill", np.int32),
        ("defends", np.uint64),  # bit per asset row
        ("deceived", np.int32),  # param row: chance of a shot at a track of nothing; if …
        ("deceivable", np.int32),  # … this is 1
    ]
)

WINDOW = np.dtype(
    [
        ("open", np.int32),  # 0: this battery never reaches this lane
        # evenly spaced intercept times after launch of the threat, and the time the
        # interceptor must be launched for each, strictly increasing; the intercepts run up
        # with it, or down where an earlier launch meets the threat later
        ("intercept_s", np.float64, (WINDOW_POINTS,)),
        ("launch_s", np.float64, (WINDOW_POINTS,)),
        ("why_not", np.int32),  # if not open: a REASON of records/event.py
    ]
)
"""When one battery can meet one lane."""
