"""NASA NESC check cases for flight simulation: atmospheric cases 1 and 6.

NASA/TM-2015-218675: a sphere of 1 slug and 0.1963495 ft2 dropped from rest relative to the
rotating WGS 84 Earth, 30,000 ft over 0 N 0 E; after 30 s its height is 15,598.904 ft without
drag (case 1) and 16,284.445 ft with a drag coefficient of 0.1 (case 6). The codes compared
there agree to about 0.05 ft.
"""

from __future__ import annotations

import math

import pytest

from keepout.flight.throw import throw
from keepout.records.place import Place

FOOT_M = 0.3048
SLUG_KG = 14.59390294
START = Place(lat_deg=0.0, lon_deg=0.0, alt_m=30000.0 * FOOT_M)
CASES = [
    (math.inf, 15598.904),
    (SLUG_KG / (0.1 * 0.1963495 * FOOT_M**2), 16284.445),
]


@pytest.mark.parametrize("beta_kgpm2, alt_ft", CASES)
def test_height_after_30_s(beta_kgpm2, alt_ft):
    end = throw(
        START, speed_mps=0.0, azimuth_rad=0.0, elevation_rad=0.0, beta_kgpm2=beta_kgpm2,
        seconds=30.0,
    )  # fmt: skip
    assert end.place.alt_m / FOOT_M == pytest.approx(alt_ft, abs=0.05)
    assert not end.landed
