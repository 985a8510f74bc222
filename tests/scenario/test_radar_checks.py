"""Radars that cannot be: every fault at once, with place, cause and cure."""

from __future__ import annotations

import pytest

from keepout.errors import InputError
from keepout.scenario.load import load_text

TEXT = """schema: keepout/scenario/1
name: bad
raids:
  - {name: a, missile: ghadr-1, count: 2, launch: {area: kermanshah}, aim: {asset: nevatim}}
assets: [{id: nevatim}]
radars:
  - {name: r1, type: an-tpy-2, at: {lat: 31 deg, lon: 34.5 deg}, height: HEIGHT}
catalogue:
  an-tpy-2: NUMBERS
"""


def problems(numbers: str = "{}", height: str = "10 m"):
    text = TEXT.replace("NUMBERS", numbers).replace("HEIGHT", height)
    with pytest.raises(InputError) as caught:
        load_text(text, "bad.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    "numbers, code, says",
    [
        ("{average_power: 0 kW}", "not-positive", "average_power is 0 W"),
        ("{azimuth_half: 200 deg}", "field-of-regard", "400 deg"),
        ("{revisit: 10 ms}", "revisit", "every 0.01 s, and a look lasts 0.1 s"),
        ("{dwell: 3 s}", "revisit", "a look lasts 3 s"),
        ("{loss: -3 dB}", "range", "a gain"),
        ("{elevation_max: 1 deg}", "elevation", "from 2 to 1 deg"),
        ("{false_alarm_probability: 0}", "range", "false_alarm_probability is 0"),
        ("{search_share: 1}", "range", "search_share is 1"),
        ("{confirm_looks: 2.5}", "range", "confirm_looks is 2.5"),
    ],
)
def test_numbers_that_no_radar_has(numbers, code, says):
    found = problems(numbers)
    assert [each.code for each in found][:1] == [code]
    assert says in found[0].message
    assert found[0].help
    assert found[0].line == 9


def test_a_radar_under_the_sea():
    (found,) = problems(height="-50 m")
    assert (found.code, found.line) == ("under-the-sea", 7)
    assert "-50 m" in found.message
    assert "above the sea" in found.help


def test_all_faults_come_at_once():
    found = problems("{average_power: 0 kW, azimuth_half: 200 deg, revisit: 1 ms}", "-1 m")
    assert {each.code for each in found} == {
        "under-the-sea", "not-positive", "field-of-regard", "revisit",
    }  # fmt: skip


def test_what_may_be_is_let_through():
    text = TEXT.replace("NUMBERS", "{azimuth_half: 180 deg, revisit: 100 ms}")
    load_text(text.replace("HEIGHT", "0 m"), "good.yaml")
