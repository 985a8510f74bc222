"""Search, cues and shortened looks: against looking one by one, and against arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.records.missile import MISSILE
from keepout.records.sensor import BY_RADAR, BY_SATELLITE, SIGHT, SIGHT_POINTS, WATCH
from keepout.sensing import radar as rd
from keepout.sensing.search import CUED_BEAMS, beams, fill_search
from keepout.sensing.target import aspect_rcs_m2
from keepout.sensing.watch import condense_kernel, firm_after, found_after

RISE_S, SET_S = 100.0, 570.0


def searching(radar, snr, inside):
    """A WATCH row of a radar that searches every 20 s, and the Sight that it comes from."""
    sight = np.zeros(1, SIGHT).view(np.recarray)[0]
    sight.rise_s, sight.set_s = RISE_S, SET_S
    sight.snr = sight.full_snr = sight.cued_snr = snr
    sight.search_snr = 0.1 * np.asarray(snr) * inside
    radar.search_share, radar.frame_s = 0.5, 20.0
    radar.cued_s[BY_SATELLITE], radar.cued_s[BY_RADAR] = 4.0, 1.0
    watch = np.zeros(1, WATCH).view(np.recarray)[0]
    condense_kernel(sight, radar, watch)
    return watch, sight


def found_by_looking(sight, radar, rng, told_s):
    """The same look by look: the search until it is told, then whole dwells."""
    points = np.linspace(sight.rise_s, sight.set_s, SIGHT_POINTS)
    phase = rng.random()
    t_s = sight.rise_s + phase * radar.frame_s
    while t_s < min(told_s, sight.set_s):
        snr = np.interp(t_s, points, sight.search_snr)
        if snr > 0.0 and rng.random() < rd.detection_p(snr, radar.false_alarm_p):
            return t_s
        t_s += radar.frame_s
    t_s = told_s + phase * radar.cued_s[BY_SATELLITE]
    while t_s < sight.set_s:
        snr = np.interp(t_s, points, sight.cued_snr)
        if rng.random() < rd.detection_p(snr, radar.false_alarm_p):
            return t_s
        t_s += radar.cued_s[BY_SATELLITE]
    return math.inf


@pytest.mark.parametrize("told_s", [math.inf, 250.0])
def test_drawn_at_once_agrees_with_looking(radar, told_s):
    snr = np.linspace(20.0, 400.0, SIGHT_POINTS)
    watch, sight = searching(radar, snr, np.ones(SIGHT_POINTS))
    rng, n = np.random.default_rng(3), 1500
    drawn = np.array([found_after(watch, *rng.random(2), told_s, math.inf) for _ in range(n)])
    looked = np.array([found_by_looking(sight, radar, rng, told_s) for _ in range(n)])
    ends = [each[np.isfinite(each)] for each in (drawn, looked)]
    spread = math.sqrt(sum(np.var(each) for each in ends) / n)
    # chances change by a tenth over a frame of 20 s, which shifts the mean by a few seconds
    assert abs(np.mean(ends[0]) - np.mean(ends[1])) < 4 * spread + 4.0
    assert np.std(ends[0]) == pytest.approx(np.std(ends[1]), rel=0.15)
    assert np.isinf(drawn).mean() == pytest.approx(np.isinf(looked).mean(), abs=0.02)


def test_above_the_fence_only_a_cue_finds_it(radar):
    inside = np.zeros(SIGHT_POINTS)
    inside[:2] = 1.0
    watch, _ = searching(radar, np.full(SIGHT_POINTS, 40.0), inside)  # weak in the fence
    never = [found_after(watch, u, 0.2, math.inf, math.inf) for u in (0.1, 0.5, 0.9)]
    assert never == [math.inf] * 3
    assert found_after(watch, 0.5, 0.2, 300.0, math.inf) == pytest.approx(300.0 + 2.0, abs=4.1)
    both = found_after(watch, 0.5, 0.2, 300.0, 200.0)  # a radar knows it better, and earlier
    assert both == pytest.approx(200.5, abs=1.1)


def test_a_cue_never_finds_later(radar):
    watch, _ = searching(radar, np.linspace(5.0, 90.0, SIGHT_POINTS), np.ones(SIGHT_POINTS))
    rng = np.random.default_rng(5)
    for _ in range(200):
        u = rng.random(2)
        alone = found_after(watch, *u, math.inf, math.inf)
        told_s = rng.uniform(0.0, 600.0)
        if alone > told_s + 20.0:  # a frame: the phase may fall badly
            assert found_after(watch, *u, math.inf, told_s) <= alone


def test_firm_no_earlier_than_found_and_its_looks(radar):
    watch, _ = searching(radar, np.full(SIGHT_POINTS, 1e6), np.ones(SIGHT_POINTS))
    found_s = found_after(watch, 0.25, 0.5, math.inf, math.inf)
    assert found_s == pytest.approx(RISE_S + 5.0)
    assert firm_after(watch, found_s, 0.5) == pytest.approx(found_s + 2.0 * radar.revisit_s)


def test_a_radar_that_is_told_nothing_searches_on(radar):
    watch, _ = searching(radar, np.full(SIGHT_POINTS, 1e6), np.zeros(SIGHT_POINTS))
    watch.cued_s[:] = math.inf
    assert found_after(watch, 0.5, 0.5, 150.0, 150.0) == math.inf


def test_frames_by_hand(radar):
    radar.search_share, radar.search_dwell_s = 0.25, 0.02
    radar.search_low_rad, radar.search_high_rad = 0.0, math.radians(30.0)
    radar.cued_s[:] = 0.0
    fill_search(radar, math.radians(12.0))
    # 120 degrees by 30: solid angle 2 pi / 3 x 1/2; beams of 0.01 rad
    raster = 2.0 * math.pi / 3.0 * 0.5 / 1e-4
    assert beams(radar, 2.0 * math.pi / 3.0, 0.0, math.radians(30.0)) == pytest.approx(raster)
    assert radar.frame_s == pytest.approx(raster * 0.02 / 0.25)
    assert radar.cued_s[BY_SATELLITE] == pytest.approx(0.1 * raster * radar.dwell_s / 0.25)
    assert radar.cued_s[BY_RADAR] == pytest.approx(CUED_BEAMS * radar.dwell_s / 0.25)
    # 2,000 km in cells of 15 m, each a false alarm once in a million
    assert radar.false_share == pytest.approx(0.25 * 2e6 / 14.99 * 1e-6, rel=1e-3)


def test_looks_are_shortened_to_what_they_need():
    assert rd.looked_snr(20.0, 15.0) == 15.0
    assert rd.looked_snr(20.0, 400.0) == 20.0
    assert rd.looked_snr(20.0, 1e5) == pytest.approx(rd.LEAST_LOOK * 1e5)
    assert rd.looked_snr(0.0, 1e5) == 1e5


def test_cross_section_by_aspect():
    assert aspect_rcs_m2(0.03, 0.3, 1.0) == pytest.approx(0.03)
    assert aspect_rcs_m2(0.03, 0.3, 0.0) == pytest.approx(0.3)
    assert aspect_rcs_m2(0.03, 0.3, -1.0) == pytest.approx(0.03)
    half = aspect_rcs_m2(0.03, 0.3, math.sqrt(0.5))
    assert half == pytest.approx(math.sqrt(0.03 * 0.3))
    assert aspect_rcs_m2(0.03, 0.0, 0.0) == 0.03
    assert MISSILE.fields["fluctuation"] is not None


def test_range_rate_against_the_spread_of_a_fitted_tone(radar):
    """Frequency of a tone in noise by least squares of its phase: the bound is met within 10 %."""
    radar.dwell_s, snr, n = 0.1, 200.0, 64
    rng = np.random.default_rng(7)
    t_s = (np.arange(n) - 0.5 * (n - 1)) * radar.dwell_s / n
    sigma = math.sqrt(0.5 * n / snr)  # of a quadrature: the whole dwell has the ratio
    fits = []
    for _ in range(2000):
        tone = 1.0 + sigma * (rng.standard_normal(n) + 1j * rng.standard_normal(n))
        low, high = -8.0, 8.0  # Hz: the peak of the periodogram
        for _ in range(40):
            a, b = low + (high - low) / 3.0, high - (high - low) / 3.0
            pa, pb = (abs(np.sum(tone * np.exp(-2j * math.pi * f * t_s))) for f in (a, b))
            low, high = (a, high) if pa < pb else (low, b)
        fits.append(0.5 * (low + high))
    lam = rd.C_MPS / radar.frequency_hz
    got = 0.5 * lam * float(np.std(fits))
    assert rd.range_rate_sigma_mps(radar, snr) == pytest.approx(got, rel=0.1)
