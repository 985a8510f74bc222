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
        ("group", np.int32),  # row in Case.group it fails with, or -1
        ("interceptor", np.int32),
        ("r_ecef_m", np.float64, (3,)),
        ("rounds", np.int32),  # param row: ready rounds (rounded when drawn)
        ("rounds_per_launcher", np.int32),
        ("resupply", np.int32),  # further rounds, loaded a launcher at a time
        ("reload_s", np.float64),
        ("channels", np.int32),  # param row
        ("launch_interval_s", np.int32),  # param row
        ("assess_s", np.int32),  # param row
        ("track_before_firing_s", np.int32),  # param row
        ("track_quality_m", np.float64),  # largest position sigma to fire at
        ("rule", np.int32),  # SINGLE … SHOOT_SHOOT_LOOK
        ("salvo", np.int32),  # rounds in one salvo
        ("cap", np.int32),  # rounds per threat over all layers; 0: none
        ("reserve", np.int32),  # rounds kept for assets that are always defended
        ("hold_for", np.int32),  # battery row whose window it waits for, or -1
        ("sspk", np.int32),  # param row: kill probability per shot, given
        ("manoeuvre_factor", np.int32),  # param row
        ("factor", np.float64),  # product of the further listed factors
        ("defends", np.uint64),  # bit per asset row
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
