"""Batteries that come late, lose launchers or a radar, are loaded, or hear late of each other.

Synthetic Cases with known windows: a launch at ``open_s`` to ``close_s`` after that of the threat
meets it 40 s later, and its result is known 10 s after that.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

from keepout.engine.trial import record_trial
from keepout.records.event import DECISION, R_NOT_READY, SHOT
from keepout.records.trajectory import IN_BOOST
from keepout.scenario.load import load_text
from keepout.scenario.resolve import resolve
from tests.engine.synthetic import Params, battery, make_case
from tests.engine.test_closed_forms import run, z_score


def shots(case, layout, trial: int = 0):
    """Recorded shots of one trial: (times, batteries, threats)."""
    events = record_trial(case, 1, trial, len(layout.columns())).events
    fired = events[events.kind == SHOT]
    return fired.t_s, fired.who, fired.whom


def two_layers(delay_s: float, upper_p: float = 0.5):
    """The upper fires at 400 s and knows at 450; the lower may fire from 500 to 600 s."""
    params = Params()
    one = battery(params, "upper", sspk=upper_p, window=(400.0, 450.0), net_delay_s=delay_s)
    two = battery(params, "lower", system=1, window=(500.0, 600.0), net_delay_s=delay_s)
    two["sspk"] = params.add("lower.sspk", 0.8)
    return make_case([one, two], params, count=6)


@pytest.mark.parametrize(
    "delay_s, at_s, share",
    [
        (0.0, 500.0, 0.5),  # told before its window opens
        (100.0, 550.0, 0.5),  # it waits to be told, and fires at what is left
        (149.0, 599.0, 0.5),
        (151.0, 500.0, 1.0),  # it would be told too late, and fires at once at all of them
    ],
)
def test_a_delay_in_a_network_costs_time_and_then_rounds(delay_s: float, at_s: float, share: float):
    case, layout = two_layers(delay_s)
    got = run(case, layout)
    assert (got["fired.system-0"] == 6).all()
    assert abs(z_score(got["fired.system-1"], 6 * share)) < 4
    assert abs(z_score(got["arrived"], 6 * 0.5 * 0.2)) < 4
    assert abs(z_score(got["wasted.system-1"], 6 * (share - 0.5))) < 4
    t_s, who, whom = shots(case, layout)
    assert t_s[who == 1] - 30.0 * whom[who == 1] == pytest.approx(at_s, abs=1e-6)


def test_a_battery_in_no_network_sees_for_itself_that_a_threat_is_gone():
    case, layout = two_layers(0.0)
    case.battery.net = (0, 1)
    got = run(case, layout)
    assert abs(z_score(got["fired.system-1"], 6 * 0.5)) < 4


def test_a_battery_is_not_there_until_it_stands():
    """Windows close at 600 + 30 k; what comes before it stands at 700 met no battery."""
    params = Params()
    one = battery(params, "b", from_s=params.add("b.from", 700.0), sspk=1.0)
    case, layout = make_case([one], params, count=8)
    got = run(case, layout, trials=50)
    assert (got["fired.system-0"] == 4).all()
    assert (got["arrived.base.not-defended"] == 4).all()
    t_s, _who, whom = shots(case, layout)
    # the windows of the fifth to seventh are open at 700, that of the last from 710 on
    assert t_s.tolist() == [700.0, 700.0, 700.0, 710.0]
    assert sorted(whom) == [4, 5, 6, 7]


def test_the_time_at_which_a_battery_stands_may_be_drawn():
    params = Params()
    one = battery(params, "b", from_s=params.add("b.from", (600.0, 840.0)), sspk=1.0)
    case, layout = make_case([one], params, count=8)
    got = run(case, layout)  # k is met if 600 + 30 k comes after: 0, 1/8, 2/8 …
    assert abs(z_score(got["arrived"][::2], sum(1 - k / 8 for k in range(8)))) < 4
    assert set(got["arrived"]) == set(range(1, 9))


def test_a_battery_that_is_hit_fires_no_more():
    params = Params()
    one = battery(
        params, "b", lost=params.add("b.lost", 0.3), lost_s=params.add("b.at", 601.0), sspk=1.0
    )
    case, layout = make_case([one], params, count=8)
    got = run(case, layout)  # shots at 500, 530, 560, 590
    assert set(got["fired.system-0"]) == {4, 8}
    assert abs(z_score((got["fired.system-0"] == 4).astype(float), 0.3)) < 4
    late = got["fired.system-0"] == 4
    assert (got["arrived.base.not-defended"][late] == 4).all()


def loader(resupply: int, **fields: object):
    """Launchers of two, loaded in 95 s each; threats every 30 s, launches from 500 s on."""
    params = Params()
    known = {"rounds": 0, "launchers": 1, "rounds_per_launcher": 2, "reload_s": 95.0}
    one = battery(params, "b", sspk=1.0, resupply=resupply, **{**known, **fields})
    return params, one


@pytest.mark.parametrize(
    "resupply, fields, fired",
    [
        (4, {}, 4),  # full long before it fires at 500 and 530; at 625 again
        (2, {"reload_s": 590.0}, 2),  # full at 590: the window of the first closes at 600
        (2, {"reload_s": 605.0}, 2),  # full at 605: for the second and the third
        (9, {"reload_s": 605.0, "launchers": 2}, 2),  # the second launcher comes at 1,210
        (9, {"reload_s": 300.0, "launchers": 2}, 4),  # 300, 600; what is fired off at 530: 900
        (
            8,
            {"rounds": 2, "launchers": 3, "reload_s": 260.0},
            7,
        ),  # two stood empty: 260, 520; then 790
        (8, {"rounds": 3, "launchers": 2, "reload_s": 95.0}, 8),  # one holds one round
    ],
)
def test_launchers_that_stand_empty_are_loaded_from_the_beginning(resupply, fields, fired):
    params, one = loader(resupply, **fields)
    case, layout = make_case([one], params, count=8)
    got = run(case, layout, trials=20)
    assert (got["fired.system-0"] == fired).all()
    assert (got["arrived.base.no-rounds"] == 8 - fired).all()


def test_loading_begins_with_the_raid():
    """The same raid an hour later is met in the same way."""
    params, one = loader(2, reload_s=605.0)
    case, layout = make_case([one], params, count=8)
    case.raid[0].first_s = params.add("first", 3600.0)
    param, quantile = params.arrays()
    t_s, _who, _whom = shots(case._replace(param=param, quantile=quantile), layout)
    assert (t_s - 3600.0).tolist() == [605.0, 605.0]


def test_a_battery_that_comes_late_loads_when_it_stands():
    params, one = loader(2, reload_s=100.0, from_s=0)
    one["from_s"] = params.add("b.from", 550.0)
    case, layout = make_case([one], params, count=8)
    assert shots(case, layout)[0].tolist() == [650.0, 650.0]  # 630 would have met the first two


@pytest.mark.parametrize(
    "lost, at_s, resupply, fired_s",
    [
        (2, 505.0, 0, (500, 530, 560, 590)),  # half of the 7 rounds that are left: 3
        (1, 505.0, 0, (500, 530, 560, 590, 620, 650)),  # 7 * 3 // 4 = 5
        (4, 505.0, 0, (500,)),
        (4, 545.0, 6, (500, 530)),  # the launcher that is loaded from 530 on is hit too
        # one of six rounds is left, in the only launcher, which is loaded from 560 to 660
        (3, 545.0, 6, (500, 530, 560, 660, 660, 760, 760)),
    ],
)
def test_lost_launchers_take_their_rounds_with_them(lost, at_s, resupply, fired_s):
    params = Params()
    one = battery(
        params, "b", sspk=1.0, rounds=8, launchers=4, rounds_per_launcher=2, resupply=resupply,
        reload_s=100.0, lost=params.add("b.lost", 1.0), lost_s=params.add("b.at", at_s),
        lost_launchers=lost,
    )  # fmt: skip
    case, layout = make_case([one], params, count=8)
    assert tuple(shots(case, layout)[0]) == fired_s


RADAR_TEXT = """schema: keepout/scenario/1
name: blind
raids:
  - name: a
    missile: ghadr-1
    count: 12
    launch: {area: kermanshah}
    aim: {asset: nevatim, cep: 500 m}
    spacing: 60 s
assets: [{id: nevatim}]
batteries:
  - name: b
    type: thaad-battery
    at: {lat: 31.1 deg, lon: 34.9 deg}
    kill: {sspk: 1}
    doctrine: {rule: single}
    LOST
"""


@functools.cache
def blinded(lost: str):
    made = resolve(load_text(RADAR_TEXT.replace("LOST", lost), "blind.yaml"))
    columns = made.layout.columns()
    recorded = record_trial(made.case, 3, 0, len(columns))
    return recorded, dict(zip(columns, recorded.row.tolist(), strict=True))


def test_what_a_lost_radar_has_not_found_meets_nobody():
    """A radar lost at 8 min leaves tracks of those that came before, and no others."""
    whole, all_ = blinded("")
    lost, some = blinded("radar_lost: {at: 8 min}")
    firm = np.isfinite(lost.scratch.track.firm_s[:, 0])
    before = whole.scratch.track.firm_s[:, 0] < 480.0
    assert (firm == before).all()
    assert 0 < before.sum() < len(before)
    met = {int(i) for i in lost.events.whom[lost.events.kind == SHOT]}
    assert met
    assert met <= set(np.flatnonzero(firm).tolist())
    flying = lost.world.phase != IN_BOOST
    unseen = int((~firm & flying & (lost.world.flying == 1)).sum())
    assert some["arrived.nevatim.no-track"] + some["arrived.elsewhere.no-track"] == unseen
    assert all_["arrived.nevatim.no-track"] + all_["arrived.elsewhere.no-track"] == 0


def test_a_round_is_fired_on_what_a_lost_radar_last_knew():
    """The tracks that it had are carried on, as no other radar has any."""
    lost, _ = blinded("radar_lost: {at: 8 min}")
    late = lost.events.t_s[lost.events.kind == SHOT] > 480.0
    assert late.any()


def test_the_reason_of_a_battery_that_was_hit_is_told():
    params = Params()
    one = battery(
        params, "b", lost=params.add("b.lost", 1.0), lost_s=params.add("b.at", 550.0),
        rounds=1000, channels=1, window=(500.0, 620.0),
    )  # fmt: skip
    case, layout = make_case([one], params, count=2, spacing_s=20.0)
    events = record_trial(case, 1, 0, len(layout.columns())).events
    # the second waits for the channel, which is free at 540; of two at once one would be let go
    assert len(events[events.kind == SHOT]) == 2
    case.battery.lost_s = params.add("b.sooner", 530.0)
    param, quantile = params.arrays()
    events = record_trial(
        case._replace(param=param, quantile=quantile), 1, 0, len(layout.columns())
    ).events
    told = events[(events.kind == DECISION) & (events.whom == 1)]
    assert len(events[events.kind == SHOT]) == 1
    assert told.value[-1] == R_NOT_READY
