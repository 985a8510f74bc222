"""``keepout coverage``: numbers, picture, bad input."""

from __future__ import annotations

import json
import math

import pytest

from keepout.cli import answer
from keepout.cli.coverage import _outlines


def test_numbers_and_picture(tmp_path, capsys):
    picture = tmp_path / "coverage.png"
    words = ["coverage", "an-tpy-2", "--at", "31.0,34.5", "--facing", "67 deg", "--json"]
    assert answer([*words, "--plot", str(picture)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["energy_j"] == 8100.0
    ranges = {each["rcs_m2"]: each["range_km"] for each in data["ranges"]}
    assert 860 < ranges[0.01] < 880  # the 870 km of Lewis and Postol
    behind = next(each for each in data["directions"] if abs(each["azimuth_deg"] - 250.0) < 1e-6)
    assert behind["far_km"] is None
    assert picture.stat().st_size > 10_000


def test_bad_input():
    for words in (("nothing", "--at", "31,35"), ("an-tpy-2", "--at", "31,35", "--rcs", "0")):
        assert answer(["coverage", *words]) == 2


def ring(fars):
    """Directions all round with these far ends [km], none nearer than 10."""
    step_deg = 360.0 / len(fars)
    return [
        {"azimuth_deg": k * step_deg, "near_km": far and 10.0, "far_km": far}
        for k, far in enumerate(fars)
    ]


def test_the_edge_of_a_picture_joins_the_computed_points_and_nothing_else():
    ((near, far),) = _outlines(ring([100.0, 110.0, None, None, 120.0, 130.0]))  # over north
    assert [round(math.hypot(*point), 6) for point in far] == [120.0, 130.0, 100.0, 110.0]
    assert [round(math.hypot(*point), 6) for point in near] == [10.0] * 4
    assert tuple(far[2]) == pytest.approx((0.0, 100.0))  # azimuth 0 is north
    ((_, round_),) = _outlines(ring([100.0] * 8))
    assert len(round_) == 9
    assert tuple(round_[0]) == tuple(round_[-1])
    assert [len(far) for _, far in _outlines(ring([1.0, None, 1.0, 1.0, None]))] == [2, 1]
    assert _outlines(ring([None] * 4)) == []
