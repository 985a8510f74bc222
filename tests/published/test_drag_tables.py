"""Drag laws against the tables they were taken from."""

from __future__ import annotations

import csv
import itertools
import os
from pathlib import Path

import pytest

from keepout.flight.drag import cd_of, cone_cd
from keepout.records.missile import (
    DRAG_CONE,
    DRAG_CONSTANT,
    DRAG_G1,
    DRAG_G6,
    DRAG_G7,
    DRAG_INGALLS,
    DRAG_LARGE_LIQUID,
    DRAG_LARGE_SOLID,
    DRAG_V2,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KEEPOUT_DATA", ROOT.parent / "shared" / "data"))
TABLE = DATA / "drag-tables" / "cd_vs_mach_wright.csv"
LAWS = {
    "v2_sutton3rd_p119": DRAG_V2,
    "large_liquid_Atlas_Titan": DRAG_LARGE_LIQUID,
    "large_solid_MM_Trident": DRAG_LARGE_SOLID,
}


@pytest.mark.skipif(not TABLE.exists(), reason="the shared data are not here")
def test_every_published_point_is_met():
    with TABLE.open() as file:
        rows = list(csv.DictReader(file))
    assert {row["body"] for row in rows} == set(LAWS)
    for row in rows:
        cd = cd_of(LAWS[row["body"]], float(row["mach"]))
        assert cd == pytest.approx(float(row["cd"]), abs=1e-9)


def test_g1_at_a_few_published_points():
    # Ballistic Research Laboratory's table as reprinted by every ballistics text
    for mach, cd in ((0.0, 0.2629), (1.0, 0.4805), (1.4, 0.6625), (2.5, 0.5397), (5.0, 0.4988)):
        assert cd_of(DRAG_G1, mach) == pytest.approx(cd, abs=1e-9)


@pytest.mark.parametrize(
    "law, points",
    [
        # rows of the Ballistic Research Laboratory's tables that drag.py leaves out
        (DRAG_G1, ((1.125, 0.6053), (1.55, 0.6528), (1.95, 0.6003), (2.35, 0.5527), (2.7, 0.5264))),
        (DRAG_G6, ((0.65, 0.2121), (1.25, 0.4441), (1.75, 0.3855), (2.25, 0.3185), (2.9, 0.2487))),
        (DRAG_G7, ((0.65, 0.1197), (1.25, 0.3810), (1.75, 0.3160), (2.5, 0.2697), (3.5, 0.2154))),
        (DRAG_INGALLS, ((0.75, 0.2434), (1.4, 0.6423), (1.75, 0.6266), (2.7, 0.5386))),
    ],
)
def test_ballistic_tables_between_their_points(law, points):
    for mach, cd in points:
        # half a per cent of the curve's largest value: what an interpolation may cost
        assert cd_of(law, mach) == pytest.approx(cd, abs=2e-3)


def test_the_cone_falls_with_mach_and_joins_up():
    values = [cone_cd(0.8 + 0.01 * i) for i in range(700)]
    assert max(abs(a - b) for a, b in itertools.pairwise(values)) < 0.02
    assert all(a > b for a, b in itertools.pairwise(values[41:]))
    # hypersonic: Newton's 2 sin2(9 deg) = 0.049 for the pressure, and base and friction
    assert 0.049 < cd_of(DRAG_CONE, 8.0) < 0.13


def test_laws_hold_beyond_their_ends():
    assert cd_of(DRAG_CONSTANT, 3.0) == 1.0
    for law in (*LAWS.values(), DRAG_CONE, DRAG_G1, DRAG_G6, DRAG_G7, DRAG_INGALLS):
        assert cd_of(law, 50.0) == cd_of(law, 8.0)
    assert cd_of(DRAG_V2, float("inf")) == 0.15
