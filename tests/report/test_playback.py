"""The parts of a replay that need no run: blocks of arrays, tubes, heights, ways of rounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepout.earth.geodesy import ecef_m, place_of
from keepout.records.place import Place
from keepout.report.playback.pack import pack, unpack
from keepout.report.playback.rounds import SAMPLES, way_ecef_m
from keepout.report.playback.spread import _heights_m, tube
from keepout.report.playback.thin import thick, thin


@given(
    st.lists(st.integers(0, 255), max_size=9), st.lists(st.floats(-1e6, 1e6, width=32), max_size=9)
)
def test_a_block_gives_back_what_went_in(small, large):
    arrays = {"a": np.array(small, np.uint8), "b": np.array(large, np.float32).reshape(-1, 1)}
    head, found = unpack(pack({"name": "é <"}, arrays))
    assert head == {"name": "é <"}
    assert all(np.array_equal(found[key], arrays[key]) for key in arrays)


@given(
    st.lists(st.integers(0, 255), max_size=9),
    st.lists(st.floats(width=32), max_size=12).filter(lambda found: len(found) % 3 == 0),
)
def test_a_thin_block_gives_back_every_bit(small, large):
    block = pack({"name": "é <"}, {
        "a": np.array(small, np.uint8), "b": np.array(large, np.float32).reshape(-1, 3),
        "c": np.array(large, np.float32), "d": np.zeros((0, 3), np.int32),
    })  # fmt: skip
    assert thick(thin(block)) == block


def test_what_flies_smoothly_becomes_small():
    t_s = np.linspace(0.0, 600.0, 97)
    r_m = np.stack([6.4e6 + 1e3 * t_s, 2e6 - 4.9 * t_s**2, 1e5 + 40 * t_s], axis=1)
    block = pack({}, {"r": np.tile(r_m, (200, 1)).astype(np.float32)})
    assert len(thin(block)) < len(block) / 3


def test_a_block_refuses_numbers_that_browsers_lack():
    with pytest.raises(ValueError, match="holds i8"):
        pack({}, {"a": np.arange(3)})
    with pytest.raises(ValueError, match="no block"):
        unpack(b"PK")
    with pytest.raises(ValueError, match="no block"):
        thin(b"PK")


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 5e5))
def test_heights_along_the_radius_are_close_enough_to_draw(lat, lon, alt_m):
    r = ecef_m(Place(lat_deg=lat, lon_deg=lon, alt_m=alt_m))
    assert _heights_m(r) == pytest.approx(place_of(r).alt_m, abs=3.0)


def test_a_tube_holds_nine_in_ten_of_its_flights():
    rng = np.random.default_rng(3)
    share = np.linspace(0.0, 1.0, 33)
    aside_deg = rng.normal(0.0, 0.2, (400, 1)) * share
    flights = np.array(
        [
            [ecef_m(Place(lat_deg=32.0 + d, lon_deg=48.0 - 12 * s, alt_m=1e6 * s * (1 - s)))
             for s, d in zip(share, row)]
            for row in aside_deg
        ]
    )  # fmt: skip
    last = tube(flights)[-1]
    low, middle, high = last["right_m"]
    one_sigma_m = 0.2 * 111.0e3
    # a quantile of 400 draws has an error of about 0.1 sigma here; four of those
    assert high == pytest.approx(1.645 * one_sigma_m, abs=0.4 * one_sigma_m)
    assert low == pytest.approx(-1.645 * one_sigma_m, abs=0.4 * one_sigma_m)
    assert abs(middle) < 0.4 * one_sigma_m


class Straight:
    """A fan whose every way is a line: what is bent is only what the caller adds."""

    def way(self, range_m, alt_m, flight_s):
        share = np.linspace(0.0, 1.0, SAMPLES)[:, None]
        return share * np.array([range_m, alt_m])


def test_a_way_begins_at_the_launcher_and_ends_at_the_meeting():
    launcher = ecef_m(Place(lat_deg=31.0, lon_deg=35.0, alt_m=100.0))
    meeting = ecef_m(Place(lat_deg=32.5, lon_deg=37.0, alt_m=90e3))
    way = way_ecef_m(Straight(), launcher, meeting, 120.0)
    assert way[0] == pytest.approx(launcher, abs=1e-3)
    assert way[-1] == pytest.approx(meeting, abs=1e-3)
    heights = np.array([place_of(r).alt_m for r in way])
    assert np.all(np.diff(heights) > 0)
