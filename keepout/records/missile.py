"""A missile as the kernels see it: one MISSILE row and its STAGE rows."""

from __future__ import annotations

import numpy as np

# kinds of flight
BALLISTIC, MANOEUVRING, CRUISE = 0, 1, 2

# drag laws: Cd by Mach number, rows of the table in flight/drag.py
DRAG_CONSTANT, DRAG_V2, DRAG_LARGE_LIQUID, DRAG_LARGE_SOLID, DRAG_CONE, DRAG_G1 = range(6)
DRAG_G6, DRAG_G7, DRAG_INGALLS = range(6, 9)

# canned manoeuvres of a re-entry vehicle
NO_MANOEUVRE, PULL_UP, GLIDE, WEAVE, DIVE = range(5)

# how a cross-section fluctuates: Swerling's cases, the usual one first
SWERLING_1, SWERLING_0, SWERLING_2, SWERLING_3, SWERLING_4 = range(5)

STAGE = np.dtype(
    [
        ("propellant_kg", np.float64),
        ("dry_kg", np.float64),  # what is dropped at separation
        ("thrust_vac_n", np.float64),
        ("thrust_sl_n", np.float64),
        ("burn_s", np.float64),
        ("coast_s", np.float64),  # between burnout and the next ignition
        ("area_m2", np.float64),  # reference area of the stack while this stage burns
        ("drag_law", np.int32),
        ("spent_beta_kgpm2", np.float64),  # of the empty stage, tumbling
    ]
)

MISSILE = np.dtype(
    [
        ("name", np.uint64),  # hash of the catalogue id
        ("kind", np.int32),  # BALLISTIC, MANOEUVRING, CRUISE
        ("first_stage", np.int32),
        ("stages", np.int32),
        ("payload_kg", np.float64),  # the re-entry vehicle
        ("shroud_kg", np.float64),
        ("rv_area_m2", np.float64),
        ("rv_beta_kgpm2", np.float64),  # mass / (Cd A) at the drag law's Mach 8 value
        ("rv_drag_law", np.int32),
        ("separates", np.int32),  # 0: the last stage stays with the warhead
        ("manoeuvre", np.int32),  # NO_MANOEUVRE … DIVE
        ("manoeuvre_load_mps2", np.float64),  # strength: limit of the side acceleration
        ("manoeuvre_top_m", np.float64),  # no manoeuvre above this height
        ("lift_to_drag", np.float64),
        ("rcs_m2", np.float64),  # of the re-entry vehicle, nose-on, X band
        ("body_rcs_m2", np.float64),  # of the whole missile before separation
        ("cruise_speed_mps", np.float64),  # CRUISE only
        ("cruise_alt_m", np.float64),
        ("max_range_m", np.float64),  # published; 0 when not stated
        ("cost_usd", np.float64),
        ("rcs_side_m2", np.float64),  # of the re-entry vehicle from abeam; 0: as nose-on
        ("body_rcs_side_m2", np.float64),  # of the whole missile from abeam; 0: as body_rcs_m2
        ("fluctuation", np.int32),  # SWERLING_1 …
        ("shroud_s", np.float64),  # after launch, when it is dropped; 0: with the first stage
    ]
)
