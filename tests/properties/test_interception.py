"""Laws of interception that hold whatever the numbers are."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from keepout.effects.impact import sigma_m
from keepout.intercept.debris import debris_offset_m, debris_sigma_m
from keepout.intercept.flyout import flight_time_s
from keepout.intercept.kill import kill_by_salvo, kill_outcome, shot_probability
from keepout.intercept.window import last_runs
from keepout.records.defence import FLYOUT, FLYOUT_ALTS, FLYOUT_RANGES, INTERCEPTOR
from keepout.records.event import BODY_HIT, DIVERTED_BY, KILL, MISS

share = st.floats(0.0, 1.0)
order = {KILL: 0, DIVERTED_BY: 1, BODY_HIT: 2, MISS: 3}


@given(share, share, share, st.floats(0.0, 1.0, exclude_max=True))
def test_a_shot_has_one_of_four_ends(p, diverted, body, u):
    assert kill_outcome(p, diverted, body, 0.0, u) in order


@given(share, share, share, share, share)
def test_a_larger_uniform_never_ends_better(p, diverted, body, u, v):
    low, high = min(u, v), max(u, v)
    assert (
        order[kill_outcome(p, diverted, body, 0.0, low)]
        <= order[kill_outcome(p, diverted, body, 0.0, high)]
    )


@given(share, st.floats(0.0, 3.0), share, st.integers(0, 1), st.floats(0.0, 3e5))
def test_a_manoeuvre_never_helps_the_defence(sspk, factor, manoeuvre, turning, alt_m):
    p = shot_probability(sspk, factor, manoeuvre, turning, alt_m, 80e3)
    assert 0.0 <= p <= shot_probability(sspk, factor, manoeuvre, 0, alt_m, 80e3)


@given(share, st.integers(0, 10))
def test_one_more_shot_never_hurts(p, n):
    assert kill_by_salvo(p, n) <= kill_by_salvo(p, n + 1) + 1e-15


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0.0, 1e3)), min_size=1, max_size=40))
def test_runs_rise_to_their_peak_and_fall_from_it(times):
    launch_s = np.array(times)
    first, peak, last = last_runs(launch_s)
    if first < 0:
        assert np.isnan(launch_s).all()
        return
    assert 0 <= first <= peak <= last < len(launch_s)
    assert np.isfinite(launch_s[first : last + 1]).all()
    assert (np.diff(launch_s[first : peak + 1]) > 0.0).all()
    assert (np.diff(launch_s[peak : last + 1]) < 0.0).all()
    after = launch_s[peak + 1 :]
    tail = after[: np.isnan(after).argmax()] if np.isnan(after).any() else after
    assert (tail <= launch_s[peak]).all()  # nothing later in the stretch leaves later


@given(st.integers(0, 2**32 - 1), share, share)
def test_a_time_of_flight_lies_between_those_of_its_cell(seed, p, q):
    interceptor = np.zeros(1, INTERCEPTOR).view(np.recarray)[0]
    interceptor.reach_m, interceptor.ceiling_m = 64e3, 48e3
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    rng = np.random.default_rng(seed)
    table.time_s[:] = rng.uniform(10.0, 100.0, (FLYOUT_RANGES, FLYOUT_ALTS))
    table.time_s[rng.random((FLYOUT_RANGES, FLYOUT_ALTS)) < 0.2] = math.nan
    x, y = p * 64.0, q * 48.0
    got = flight_time_s(table, interceptor, x * 1e3, y * 1e3)
    i, j = min(int(x), 63), min(int(y), 47)
    cell = table.time_s[i : i + 2, j : j + 2]
    if np.isfinite(cell).all():
        assert math.isfinite(got)
    if math.isfinite(got):
        assert np.nanmin(cell) - 1e-9 <= got <= np.nanmax(cell) + 1e-9
        assert np.isfinite(cell).sum() >= 3


@given(st.floats(1.0, 900.0), share, st.floats(-4.0, 4.0), st.floats(-4.0, 4.0))
def test_debris_scatters_evenly_about_its_mean(flight_s, at, east, north):
    table = np.cumsum(np.ones((12, 2)) * 1e4, axis=0)
    mean = np.array(debris_offset_m(table, flight_s, at * flight_s, 0.0, 0.0))
    plus = np.array(debris_offset_m(table, flight_s, at * flight_s, east, north))
    minus = np.array(debris_offset_m(table, flight_s, at * flight_s, -east, -north))
    assert np.allclose(plus + minus, 2.0 * mean)
    spread = debris_sigma_m(flight_s - at * flight_s)
    assert np.allclose(plus - mean, spread * np.array([east, north]), atol=1e-6)


@given(st.floats(0.0, 1e4), st.floats(0.0, 10.0))
def test_sigma_is_proportional_to_the_cep(cep_m, factor):
    assert math.isclose(sigma_m(factor * cep_m), factor * sigma_m(cep_m), abs_tol=1e-9)
