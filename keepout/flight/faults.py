"""Why the rows of a missile cannot be flown."""

from __future__ import annotations

import math
from typing import Any

from keepout.records.missile import CRUISE

ABOVE_ZERO, NOT_BELOW = "above zero", "zero or more"

STAGE_WANTS = {
    "propellant_kg": ABOVE_ZERO,
    "thrust_vac_n": ABOVE_ZERO,
    "burn_s": ABOVE_ZERO,
    "area_m2": ABOVE_ZERO,
    "spent_beta_kgpm2": ABOVE_ZERO,
    "dry_kg": NOT_BELOW,
    "thrust_sl_n": NOT_BELOW,
    "coast_s": NOT_BELOW,
}
BALLISTIC_WANTS = {
    "payload_kg": ABOVE_ZERO,
    "rv_area_m2": NOT_BELOW,
    "rv_beta_kgpm2": ABOVE_ZERO,
    "shroud_kg": NOT_BELOW,
    "shroud_s": NOT_BELOW,
    "manoeuvre_load_mps2": NOT_BELOW,
    "manoeuvre_top_m": NOT_BELOW,
    "lift_to_drag": NOT_BELOW,
}
CRUISE_WANTS = {"cruise_speed_mps": ABOVE_ZERO, "cruise_alt_m": NOT_BELOW}


def _wrong(row: Any, wants: dict[str, str], where: str) -> list[str]:
    """A sentence for each field of a row that is not what it must be."""
    found = []
    for name, want in wants.items():
        value = float(row[name])
        if not (math.isfinite(value) and (value > 0.0 if want == ABOVE_ZERO else value >= 0.0)):
            found.append(f"{where}{name} is {value:g}; it must be {want}")
    return found


def missile_faults(missile: Any, stages: Any) -> list[str]:
    """Every reason why a MISSILE row and its STAGE rows cannot be flown, one sentence each."""
    if missile.kind == CRUISE:
        return _wrong(missile, CRUISE_WANTS, "")
    found = _wrong(missile, BALLISTIC_WANTS, "")
    first, last = int(missile.first_stage), int(missile.first_stage + missile.stages)
    if not 0 <= first < last <= len(stages):
        return [*found, "a ballistic missile needs at least one stage"]
    for n, row in enumerate(stages[first:last], 1):
        found += _wrong(row, STAGE_WANTS, f"stage {n}: ")
    return found
