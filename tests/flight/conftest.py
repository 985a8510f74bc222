"""A made-up missile of one liquid stage, and how to make others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.records.missile import DRAG_CONE, DRAG_LARGE_LIQUID, MISSILE, STAGE

LIQUID = {
    "propellant_kg": 14600.0, "dry_kg": 1750.0, "thrust_vac_n": 296e3, "thrust_sl_n": 264e3,
    "burn_s": 122.0, "area_m2": math.pi * 0.625**2, "drag_law": DRAG_LARGE_LIQUID,
    "spent_beta_kgpm2": 150.0,
}  # fmt: skip
BODY = {
    "payload_kg": 700.0, "rv_beta_kgpm2": 5000.0, "rv_drag_law": DRAG_CONE, "separates": 1,
}  # fmt: skip


def missile(*stages, **body):
    """A MISSILE row and its STAGE rows, out of the made-up one and what is given."""
    row = np.zeros(1, MISSILE).view(np.recarray)[0]
    rows = np.zeros(max(1, len(stages)), STAGE).view(np.recarray)
    for place, stage in zip(rows, stages or ({},)):
        for name, value in {**LIQUID, **stage}.items():
            setattr(place, name, value)
    for name, value in {**BODY, "stages": len(rows), **body}.items():
        setattr(row, name, value)
    return row, rows


@pytest.fixture(scope="session")
def make_missile():
    return missile
