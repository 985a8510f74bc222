"""The case of Jericho: parts of its arithmetic, and the figures that its page prints."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

from keepout.earth.geodesy import ecef_m, enu_matrix
from keepout.flight.footprint import Cloud
from keepout.scenario.book import Book
from keepout.studies.jericho import JERICHO, WIDTH_M, jericho, lanes, per_km2

PAGE = Path(__file__).resolve().parents[2] / "docs" / "jericho.md"


def test_the_lanes_are_the_whole_raid():
    found = list(lanes(Book()))
    assert sum(share for *_, share in found) == pytest.approx(1.0)
    assert {id_ for id_, *_ in found} == {"emad", "ghadr-1", "kheibar-shekan", "fattah-1"}


def test_what_falls_straight_down_on_jericho_has_the_height_of_the_bell():
    up = np.asarray(enu_matrix(math.radians(JERICHO.lat_deg), math.radians(JERICHO.lon_deg)))[2]
    state = np.concatenate([ecef_m(JERICHO) + 1000.0 * up, -10.0 * up])
    cloud = Cloud("tube", 0.0, state, 200.0, 0.1, 1.0)
    assert per_km2(cloud, 64) == pytest.approx(1e6 / (2 * math.pi * WIDTH_M**2), rel=0.01)


@pytest.mark.slow
def test_the_page_prints_what_is_computed():
    found = jericho()
    text = PAGE.read_text("utf-8")
    low, middle, high = found.ratios
    said = re.search(r"about ([\d.]+) to\nabout ([\d,]+)\*\*, with a middle of about (\d+)", text)
    assert said
    printed = [float(each.replace(",", "")) for each in said.groups()]
    # the same pieces as the page's, two digits printed: a tenth
    assert [low, high, middle] == pytest.approx(printed, rel=0.1)
    assert "from 200 pieces" in text
    assert re.search(r"about 4·10⁻⁴", text)
    assert found.stage == pytest.approx(4e-4, rel=0.15)
    assert "4·10⁻⁶, 2·10⁻⁵, 1·10⁻³" in text  # one digit: a quarter
    pushed = [found.intercept[200e3, push] for push in (0.0, 150.0, 400.0)]
    assert pushed == pytest.approx([4e-6, 2e-5, 1e-3], rel=0.25)
    assert "between 0.14 and 0.9996" in text
    assert low / (1.0 + low) == pytest.approx(0.14, abs=0.01)
    assert 1.0 / (1.0 + high) == pytest.approx(4e-4, rel=0.15)
    tel_nof = sum(v for key, v in found.stage_by.items() if "tel-nof" in key)
    assert tel_nof > 0.8 * found.stage
