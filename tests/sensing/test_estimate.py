"""When a track becomes firm, and what is then believed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.records.sensor import ESTIMATE, SIGHT, SIGHT_POINTS, WATCH
from keepout.sensing import radar as rd
from keepout.sensing.estimate import estimate_impact, estimate_position
from keepout.sensing.watch import condense_kernel, firm_after, found_after, run_success_p

from .conftest import make_radar


def make_sight(snr):
    row = np.zeros(1, SIGHT).view(np.recarray)[0]
    row.rise_s, row.set_s, row.snr, row.full_snr, row.cued_snr = 100.0, 570.0, snr, snr, snr
    row.impact_sigma_m[:, 0] = np.linspace(2000.0, 100.0, SIGHT_POINTS) ** 2
    row.impact_sigma_m[:, 1] = np.linspace(1000.0, 50.0, SIGHT_POINTS) ** 2
    row.impact_sigma_m[:, 2] = 0.6 * np.sqrt(row.impact_sigma_m[:, 0] * row.impact_sigma_m[:, 1])
    row.position_sigma_m = np.linspace(500.0, 20.0, SIGHT_POINTS)
    return row


def condensed(sight, radar):
    watch = np.zeros(1, WATCH).view(np.recarray)[0]
    condense_kernel(sight, radar, watch)
    return watch


def firm(watch, u_phase, u_wait):
    """Without a search: looked at as it rises."""
    return firm_after(watch, found_after(watch, u_phase, 0.5, math.inf, math.inf), u_wait)


def firm_by_looking(sight, radar, rng):
    """The same question answered look by look, a run of detections in a row."""
    t_s = sight.rise_s + rng.random() * radar.revisit_s
    times = np.linspace(sight.rise_s, sight.set_s, SIGHT_POINTS)
    run = 0
    while t_s <= sight.set_s:
        p = rd.detection_p(np.interp(t_s, times, sight.snr), radar.false_alarm_p)
        run = run + 1 if rng.random() < p else 0
        if run == radar.confirm_looks:
            return t_s
        t_s += radar.revisit_s
    return math.nan


@pytest.mark.parametrize("looks", [1, 3])
def test_firm_after_agrees_with_looking(radar, looks):
    sight = make_sight(np.linspace(2.0, 60.0, SIGHT_POINTS))
    radar.revisit_s, radar.confirm_looks = 4.0, looks
    rng = np.random.default_rng(2)
    n = 1500
    watch = condensed(sight, radar)
    drawn = np.array([firm(watch, *rng.random(2)) for _ in range(n)])
    looked = np.array([firm_by_looking(sight, radar, rng) for _ in range(n)])
    spread = math.sqrt((np.var(drawn[np.isfinite(drawn)]) + np.nanvar(looked)) / n)
    # SNR held over an interval of the Sight (10 s) and the wait as geometric: 4 s
    assert abs(np.mean(drawn[np.isfinite(drawn)]) - np.nanmean(looked)) < 4 * spread + 4.0
    assert np.std(drawn[np.isfinite(drawn)]) == pytest.approx(np.nanstd(looked), rel=0.15)
    assert (~np.isfinite(drawn)).mean() == pytest.approx(np.isnan(looked).mean(), abs=0.02)


def test_one_look_at_constant_snr_is_geometric(radar):
    sight = make_sight(8.0)
    radar.revisit_s, radar.confirm_looks = 1.0, 1
    p = rd.detection_p(8.0, radar.false_alarm_p)
    u = (np.arange(400) + 0.5) / 400
    watch = condensed(sight, radar)
    looks = [firm(watch, 0.0, v) - sight.rise_s + 1.0 for v in u]
    assert np.mean(looks) == pytest.approx(1.0 / p, rel=0.02)
    assert all(look == pytest.approx(round(look)) for look in looks)


def test_run_success_keeps_the_mean_wait():
    # three heads in a row of a fair coin take 14 throws on average: 11 beyond the three
    s = run_success_p(0.5, 3)
    assert (1 - s) / s == pytest.approx(14 - 3)
    assert run_success_p(1.0, 3) == 1.0
    assert run_success_p(0.0, 3) == 0.0
    assert run_success_p(0.3, 1) == pytest.approx(0.3)


def test_a_bright_target_is_firm_after_the_least_looks(radar):
    sight = make_sight(1e9)
    radar.revisit_s, radar.confirm_looks = 2.0, 3
    assert firm(condensed(sight, radar), 0.25, 0.5) == pytest.approx(100.0 + 0.5 + 4.0)


def test_a_faint_or_unseen_target_is_never_firm(radar):
    radar.confirm_looks = 3
    assert firm(condensed(make_sight(1e-3), radar), 0.5, 0.5) == math.inf
    hidden = make_sight(50.0)
    hidden.rise_s = hidden.set_s = math.nan
    assert math.isnan(firm(condensed(hidden, radar), 0.5, 0.5))


def believe(sight, t_s, z=(0.0, 0.0), stretch=1.0, off_s=math.inf):
    """The estimate, and where it puts the impact: east and north of where it will be."""
    out = np.zeros(1, ESTIMATE).view(np.recarray)[0]
    watch = condensed(sight, make_radar()[0])
    estimate_position(watch, t_s, 10.0, 700.0, off_s, stretch, out)
    estimate_impact(watch, min(t_s, off_s) - 10.0, 700.0, -300.0, *z, stretch, out)
    return out, np.array([out.east_m - 700.0, out.north_m + 300.0])


def test_drawn_errors_have_the_tabulated_covariance():
    sight = make_sight(50.0)
    rng = np.random.default_rng(1)
    t_s = 10.0 + 100.0 + 20 * 10.0  # point 20
    drawn = [believe(sight, t_s, rng.standard_normal(2)) for _ in range(3000)]
    local = np.array([d[1] for d in drawn])
    expected = sight.impact_sigma_m[20]
    assert np.cov(local[:, 0], local[:, 1])[np.triu_indices(2)] == pytest.approx(
        [expected[0], expected[2], expected[1]], rel=0.12
    )
    out = drawn[0][0]
    assert (out.var_east_m2, out.var_north_m2, out.cov_m2) == pytest.approx(
        tuple(expected), rel=1e-6
    )


def test_the_error_shrinks_and_does_not_jump():
    sight = make_sight(50.0)
    path = np.array([believe(sight, t, (1.0, -0.5))[1] for t in range(125, 580)])
    assert (np.diff(np.linalg.norm(path, axis=1)) < 0.0).all()
    assert np.abs(np.diff(path, axis=0)).max() < 10.0


def test_a_manoeuvring_flight_is_believed_ballistic():
    sight = make_sight(50.0)
    sight.impact_bias_m[:24, 0] = 9000.0
    assert believe(sight, 200.0)[1][:2] == pytest.approx([9000.0, 0.0], abs=1e-6)
    assert believe(sight, 500.0)[1][:2] == pytest.approx([0.0, 0.0], abs=1e-6)
    # it is known how far the type may stray, not which way
    widened = believe(sight, 200.0)[0]
    plain = believe(make_sight(50.0), 200.0)[0]
    assert widened.var_north_m2 - plain.var_north_m2 == pytest.approx(9000.0**2 / 2)
    assert widened.var_east_m2 - plain.var_east_m2 == pytest.approx(9000.0**2 / 2)


def test_after_sight_is_lost_the_prediction_stays_and_the_position_blurs():
    sight = make_sight(50.0)
    at_set, later = believe(sight, 580.0)[0], believe(sight, 640.0)[0]
    assert later.var_east_m2 == at_set.var_east_m2
    assert at_set.position_sigma_m == pytest.approx(20.0)
    assert later.position_sigma_m == pytest.approx(20.0 + 0.5 * (100.0 - 20.0))


def test_fewer_looks_widen_what_is_random_and_not_the_bias():
    sight = make_sight(50.0)
    sight.random_share[:] = 0.75
    plain, crowded = believe(sight, 310.0)[0], believe(sight, 310.0, stretch=5.0)[0]
    assert crowded.position_sigma_m == pytest.approx(2.0 * plain.position_sigma_m)  # 1/4 + 5 x 3/4
    assert crowded.var_east_m2 == pytest.approx(4.0 * plain.var_east_m2)


def test_a_radar_that_is_lost_leaves_what_it_knew():
    sight = make_sight(50.0)
    at, later = believe(sight, 310.0)[0], believe(sight, 500.0, off_s=310.0)[0]
    assert later.var_east_m2 == at.var_east_m2
    assert later.position_sigma_m > at.position_sigma_m
