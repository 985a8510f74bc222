"""Fidelity physics: own flights and filtered tracks, beside engagement under the same chance."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numba import config

from keepout.earth.geodesy import alt_of
from keepout.engine import physics
from keepout.engine.chunks import run_chunks
from keepout.engine.fly import position
from keepout.engine.tracks import sample_flights
from keepout.engine.trial import record_trial, trials_kernel
from keepout.flight.drop import debris_kernel
from keepout.records.case import SENSING_PERFECT, Case
from keepout.records.event import LAUNCH, SHOT
from keepout.records.outcome import CAUSES, Layout
from keepout.records.sensor import SIGHT_POINTS
from keepout.records.trajectory import DEBRIS_POINTS, SAMPLES
from keepout.records.trial import KILLED
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="minutes of filters uncompiled")

SETTINGS = ("raids.north.count=8", "raids.north.failed=0.2", "raids.north.aim.cep=2 km")
TRIALS, SEED = 40, 11


@dataclass(frozen=True)
class Both:
    """One scenario in both fidelities: Cases, Layout and the columns of the same trials."""

    engagement: Case
    physics: Case
    layout: Layout
    a: dict[str, np.ndarray]
    b: dict[str, np.ndarray]


def columns_of(case: Case, layout: Layout, first: int, last: int) -> dict[str, np.ndarray]:
    out = np.full((last - first, len(layout.columns())), -1, np.int32)
    trials_kernel(case, SEED, first, last, out)
    return dict(zip(layout.columns(), out.T, strict=True))


@pytest.fixture(scope="module")
def both() -> Both:
    loaded = load("tutorial", SETTINGS)
    plain, deep = resolve(loaded), resolve(loaded, "physics")
    layout = plain.layout
    return Both(
        plain.case, deep.case, layout,
        columns_of(plain.case, layout, 0, TRIALS), columns_of(deep.case, layout, 0, TRIALS),
    )  # fmt: skip


@pytest.fixture(scope="module")
def recorded(both: Both) -> list[tuple[Any, Any]]:
    """Twelve trials with all that happened in them: engagement and physics."""
    n = len(both.layout.columns())
    return [
        (record_trial(both.engagement, SEED, k, n), record_trial(both.physics, SEED, k, n))
        for k in range(12)
    ]


def test_the_same_missiles_are_launched_fail_and_are_aimed(both: Both):
    for name, column in both.a.items():
        if name.startswith(("launched", "failed", "aimed", "threatening")):
            assert (both.b[name] == column).all(), name
    assert both.a["failed"].sum() > 0


@pytest.mark.parametrize("name", ["arrived", "intercepted", "engaged", "fired.thaad-battery"])
def test_the_fidelities_agree_in_the_mean(both: Both, name: str):
    """Monte Carlo error of the paired difference, and 2 % of the missiles for the model."""
    difference = both.b[name].astype(float) - both.a[name]
    error = difference.std(ddof=1) / math.sqrt(TRIALS)
    assert abs(difference.mean()) <= 4 * error + 0.02 * both.a["launched"].mean()


def test_the_ledger_is_exact(both: Both):
    b = both.b
    assert (b["launched"] == b["failed"] + b["intercepted"] + b["arrived"]).all()
    by_cause = sum(b[f"arrived.{a}.{c}"] for a in both.layout.assets for c in CAUSES)
    assert (by_cause == b["arrived"]).all()


def test_a_trial_alone_equals_its_row(both: Both):
    """Whatever was computed before it in the same tables."""
    for first, last in ((0, 1), (23, 24), (30, 34), (39, 40)):
        alone = columns_of(both.physics, both.layout, first, last)
        for name, column in alone.items():
            assert (column == both.b[name][first:last]).all(), name


def test_threads_and_chunks_do_not_matter(both: Both):
    """Two workers, three trials at a time, in whatever order."""
    names = both.layout.columns()
    chunks = run_chunks(
        lambda first, last, rows: trials_kernel(both.physics, SEED, first, last, rows),
        [(0, 16)], len(names), threads=2, stop=threading.Event(), size=3,
    )  # fmt: skip
    for chunk in chunks:
        for name, column in zip(names, chunk.rows.T, strict=True):
            assert (column == both.b[name][chunk.first : chunk.last]).all(), name


def test_a_recorded_trial_is_the_same_trial(both: Both, recorded):
    for k, (_, deep) in enumerate(recorded):
        got = dict(zip(both.layout.columns(), deep.row, strict=True))
        assert all(got[name] == both.b[name][k] for name in got)
        assert (deep.events.kind == SHOT).sum() == got["fired.thaad-battery"]
        lanes = deep.events.value[deep.events.kind == LAUNCH]
        assert set(lanes) <= set(range(len(both.physics.lane)))  # nominal lanes, by name


def test_flights_are_their_own(both: Both, recorded):
    """Times follow the range, by 0.1 to 0.35 s a kilometre (0.2 is the common figure)."""
    longer_m, later_s = [], []
    for plain, deep in recorded:
        for i in np.flatnonzero((plain.world.flying == 1) & np.isinf(plain.world.fail_s)):
            lane, nominal = deep.case.lane[i], both.engagement.lane[plain.world[i].lane]
            longer_m.append(lane.range_m - nominal.range_m)
            later_s.append(deep.world[i].impact_s - plain.world[i].impact_s)
            assert later_s[-1] == pytest.approx(lane.flight_s - nominal.flight_s, abs=1e-6)
            assert (lane.missile, lane.area, lane.asset) == (
                nominal.missile, nominal.area, nominal.asset
            )  # fmt: skip
    assert 10e3 < np.std(longer_m) < 50e3  # a disc of 50 km: 25 km along any line
    slope = np.polyfit(np.array(longer_m) / 1e3, later_s, 1)[0]
    assert 0.1 < slope < 0.35


def where(case: Case, world: Any, i: int, t_s: float) -> np.ndarray:
    truth = world[i]
    row = truth.lane
    offsets = (truth.launch_offset_m, truth.impact_offset_m)
    return np.array(position_of(case.sample[row], case.lane[row], *offsets, t_s))


def position_of(*arguments: Any) -> tuple[float, float, float]:
    """The engine's own ``position``, which has no door, uncompiled."""
    return position.py_func(*arguments)


def test_a_flight_starts_on_the_ground_and_ends_where_it_is_scored(both: Both, recorded):
    case = both.physics
    for _, deep in recorded[:4]:
        for i in np.flatnonzero((deep.world.flying == 1) & np.isinf(deep.world.fail_s)):
            lane, truth = deep.case.lane[i], deep.world[i]
            start = where(deep.case, deep.world, i, 0.0)
            centre = case.area[lane.area].r_ecef_m
            assert alt_of(*start) == pytest.approx(alt_of(*centre), abs=0.01)
            end = where(deep.case, deep.world, i, float(lane.flight_s))
            expected = case.asset[lane.asset].r_ecef_m + truth.impact_offset_m
            assert end == pytest.approx(expected, abs=1.5)  # what lane_kernel promises: 1 m


def test_flights_of_kept_trials_are_sampled_from_the_own_tables(recorded):
    _, deep = recorded[1]
    flights = sample_flights(deep.case, deep.world, deep.scratch.fate)
    assert len(flights) == deep.world.flying.sum()
    for flight in flights:
        truth = deep.world[flight.threat]
        for t_s, r_ecef_m in zip(flight.t_s[::16], flight.r_ecef_m[::16], strict=True):
            there = where(deep.case, deep.world, flight.threat, t_s - truth.launch_s)
            assert r_ecef_m == pytest.approx(there, abs=1e-3)


def test_tracks_become_firm_at_about_the_same_time(both: Both, recorded):
    """The same radar, and flights a few per cent apart: within 5 s in the mean."""
    apart_s = []
    for plain, deep in recorded:
        flew = (plain.world.flying == 1) & np.isinf(plain.world.fail_s)
        assert (deep.world.launch_s == plain.world.launch_s).all()
        apart_s += list(deep.scratch.track.firm_s[flew, 0] - plain.scratch.track.firm_s[flew, 0])
    assert np.isfinite(apart_s).all()
    assert abs(np.mean(apart_s)) < 5.0


def normalised_errors(both: Both, trials: int) -> dict[int, list[float]]:
    """Squared error of the predicted impact over its covariance, per dimension, by point.

    Points after burnout at which the object is above the air: 120 km.
    """
    found: dict[int, list[float]] = {}
    for k in range(trials):
        deep = record_trial(both.physics, SEED, k, len(both.layout.columns()))
        for i in np.flatnonzero((deep.world.flying == 1) & np.isinf(deep.world.fail_s)):
            sight, lane = deep.case.sight[i, 0], deep.case.lane[i]
            assert sight.filtered == 1
            times_s = np.linspace(sight.rise_s, sight.set_s, SIGHT_POINTS)
            for point in range(2, SIGHT_POINTS):
                alt_m = alt_of(*where(deep.case, deep.world, i, times_s[point]))
                if times_s[point] < lane.burnout_s + 30.0 or alt_m < 120e3:
                    continue
                east, north, both_m2 = sight.impact_sigma_m[point]
                error = sight.impact_bias_m[point]
                inverse = np.linalg.inv([[east, both_m2], [both_m2, north]])
                found.setdefault(point, []).append(float(error @ inverse @ error) / 2.0)
    return found


def test_filters_are_as_wrong_as_they_say(both: Both):
    """The mean is 1 for a filter that is right. Its standard error at one point is 1 over the
    root of the number of threats (chi-square of two degrees over two), here about 0.09: 4 of
    them, and 15 % more for what an extended filter forgets in a curved world."""
    found = {k: v for k, v in normalised_errors(both, 20).items() if len(v) > 100}
    assert len(found) > 20  # the others are edges, where few are high enough
    for point, values in found.items():
        band = 4.0 / math.sqrt(len(values))
        assert 1.0 - band < np.mean(values) < 1.15 + band, point
    assert 0.85 < np.mean([np.mean(values) for values in found.values()]) < 1.2


def test_debris_falls_from_the_own_flight(both: Both, recorded):
    """The two rows that hold the kill, against the table of the whole flight."""
    case, checked = both.physics, 0
    for _, deep in recorded[:6]:
        for i in np.flatnonzero(deep.scratch.fate.status == KILLED):
            lane, truth = deep.case.lane[i], deep.world[i]
            asset = case.asset[lane.asset]
            sample = deep.case.sample[i].copy()
            offset_m = np.asarray(truth.impact_offset_m)
            sample[:, :3] += np.linspace(0.0, 1.0, SAMPLES)[:, None] * offset_m
            sample[:, 3:] += offset_m / float(lane.flight_s)
            whole = np.zeros((DEBRIS_POINTS, 2))
            debris_kernel(sample, lane, asset, whole)
            whole -= (truth.impact_east_m, truth.impact_north_m)
            after_s = deep.scratch.fate.end_s[i] - truth.launch_s
            k = int(after_s / lane.flight_s * (DEBRIS_POINTS - 1))
            assert deep.case.debris[i, k : k + 2] == pytest.approx(whole[k : k + 2], abs=1.0)
            checked += 1
    assert checked > 5


def test_an_aim_out_of_range_keeps_the_displaced_lane(both: Both):
    """Launched from 900 km around, some cannot reach: they are marked, and score as ever."""
    case = both.physics._replace(area=both.physics.area.copy())
    case.area.radius_m[:] = 900e3
    n = len(both.layout.columns())
    deep = record_trial(case, SEED, 3, n)
    flew = (deep.world.flying == 1) & np.isinf(deep.world.fail_s)
    nominal = case.lane[0]
    kept = flew & (deep.case.lane.flight_s == nominal.flight_s)
    assert kept.any()
    assert not kept[flew].all()
    assert (deep.case.sight.filtered[kept, 0] == 0).all()
    assert (np.linalg.norm(deep.world.launch_offset_m[kept], axis=1) > 1e3).all()
    got = dict(zip(both.layout.columns(), deep.row, strict=True))
    assert got["launched"] == got["failed"] + got["intercepted"] + got["arrived"]
    tables = physics.new_tables(case)
    nominal = record_trial(both.engagement._replace(area=case.area), SEED, 3, n)
    physics.own_case(case, SEED, 3, nominal.world, nominal.scratch, tables)
    assert (tables.displaced == kept).all()


def test_perfect_sensing_needs_no_filter(both: Both):
    rows = []
    for case in (both.engagement, both.physics):
        models = case.models.copy()
        models.sensing[:] = SENSING_PERFECT
        perfect = case._replace(models=models)
        rows.append(columns_of(perfect, both.layout, 0, 6))
    for name in ("launched", "failed", "engaged", "seen", "fired.thaad-battery"):
        assert (rows[0][name] == rows[1][name]).all(), name


def test_own_flights_are_tabulated_as_lanes_are(both: Both):
    """Without draws of launch and impact point a threat flies the nominal lane again."""
    case = both.physics._replace(area=both.physics.area.copy(), quantile=both.physics.quantile * 1)
    case.area.radius_m[:] = 0.0
    case.quantile[case.cep[0, 0].cep_m] = 0.0
    deep = record_trial(case, SEED, 0, len(both.layout.columns()))
    i = int(np.flatnonzero((deep.world.flying == 1) & np.isinf(deep.world.fail_s))[0])
    nominal = case.lane[0]
    assert deep.case.lane[i].flight_s == pytest.approx(nominal.flight_s, abs=0.01)
    assert deep.case.lane[i].apogee_m == pytest.approx(nominal.apogee_m, abs=50.0)
    apart = deep.case.sample[i] - case.sample[0]
    assert np.abs(apart[:, :3]).max() < 50.0
    assert deep.case.drop[i] == pytest.approx(case.drop[0], abs=100.0, nan_ok=True)
    window = deep.case.window[i, 0]
    assert window.launch_s == pytest.approx(case.window[0, 0].launch_s, abs=0.5)
    assert deep.case.sample.shape[1:] == (SAMPLES, 6)
