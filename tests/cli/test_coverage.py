"""``keepout coverage``: numbers, picture, bad input."""

from __future__ import annotations

import json

from keepout.cli import answer


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
