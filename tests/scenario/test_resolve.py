"""A scenario becomes a Case: what stands where, in SI, and what people are told of it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from keepout.catalogue import read
from keepout.errors import InputError
from keepout.records.case import INDEPENDENT, PHYSICS, SENSING_PERFECT
from keepout.records.defence import (
    DEFEND_IF_ROUNDS,
    SALVO,
    SHOOT_LOOK_SHOOT,
    SHOOT_SHOOT_LOOK,
    SINGLE,
)
from keepout.records.parameter import QUANTILES
from keepout.records.trajectory import SAMPLES
from keepout.scenario.load import load, load_text, shipped
from keepout.scenario.names import name_hash, threat_name
from keepout.scenario.resolve import Resolved, resolve

from .test_diagnostics import GOOD


def made(*settings: str, text: str = GOOD) -> Resolved:
    return resolve(load_text(text, "a.yaml", settings))


@pytest.fixture(scope="module")
def good() -> Resolved:
    return made()


def key_rows(found: Resolved) -> dict[str, int]:
    return {entry["key"]: row for row, entry in enumerate(found.resolved["parameters"])}


def test_rows_are_the_scenario_in_si(good: Resolved) -> None:
    case = good.case
    assert good.layout.missiles == ("ghadr-1",)
    assert good.layout.assets == ("nevatim", "elsewhere")
    assert good.layout.systems == ("thaad-battery",)
    assert [int(name) for name in case.threat.name] == [name_hash(f"north/00{i}") for i in range(4)]
    rows = key_rows(good)
    raid, battery = case.raid[0], case.battery[0]
    assert case.quantile[raid.count, 0] == 4.0
    assert case.quantile[raid.spacing_s, 0] == 30.0
    assert raid.within_s == -1
    assert case.quantile[case.cep[0, 0].cep_m, 0] == 1000.0
    assert battery.sspk == rows["thaad-interceptor.sspk"]
    assert case.quantile[battery.sspk, [0, -1]] == pytest.approx([0.45, 0.95])
    assert case.quantile[battery.rounds, 0] == 48.0
    assert (battery.rule, battery.salvo) == (SALVO, 2)
    assert case.quantile[battery.cap, 0] == 2.0
    assert case.area[0].radius_m == 50e3
    # nevatim stands at 31.21 N 35.01 E: the third row of to_enu points up there
    assert math.degrees(math.asin(case.asset[0].to_enu[2, 2])) == pytest.approx(31.21, abs=1e-9)


def test_tables_are_filled(good: Resolved) -> None:
    case = good.case
    assert case.lane_row.shape == (1, 1, 1)
    assert case.lane[0].reachable == 1
    assert case.sample.shape == (1, SAMPLES, 6)
    assert np.linalg.norm(case.sample[0, -1, :3] - case.asset[0].r_ecef_m) < 2.0
    assert case.window[0, 0].open == 1
    assert np.all(np.isfinite(case.debris[0, 1:-1]))
    assert np.all(np.isfinite(case.sight["rise_s"]))
    assert np.nanmin(case.flyout[0].time_s) > 0.0


def test_radars_of_batteries_follow_those_of_the_scenario(good: Resolved) -> None:
    radar = good.case.radar
    assert good.resolved["names"]["radars"] == [
        {"name": "r1", "type": "an-tpy-2"},
        {"name": "b1/radar", "type": "an-tpy-2"},
    ]
    assert list(radar.owner) == [-1, 0]
    assert list(radar.shared) == [1, 0]
    assert list(radar.groups) == [1, 1]  # the group c2 holds b1 and r1
    # nothing is said of where they look: at the launch areas, north-east of here
    assert np.degrees(radar.azimuth_rad) == pytest.approx(70.0, abs=15.0)


@pytest.mark.parametrize(
    "rule, code, salvo",
    [
        ("single", SINGLE, 1),
        ("salvo-3", SALVO, 3),
        ("shoot-look-shoot", SHOOT_LOOK_SHOOT, 1),
        ("shoot-shoot-look", SHOOT_SHOOT_LOOK, 2),
    ],
)
def test_doctrines(rule: str, code: int, salvo: int) -> None:
    battery = made(f"batteries.b1.doctrine={{rule: {rule}}}").case.battery[0]
    assert (battery.rule, battery.salvo) == (code, salvo)


def test_what_is_set_arrives() -> None:
    found = made(
        "models={sensing: perfect, control: independent}",
        "assets.nevatim={id: nevatim, defend: if-rounds, radius: 2 km, margin: 1 km}",
        "batteries.b1.rounds={low: 10, high: 20}",
        "batteries.b1.radar=none",
        "batteries.b1.defends=[nevatim]",
        "batteries.b1.kill.factors={rain: 0.5, age: 0.5}",
        "kill={diverted: 0.1, body_hit_only: 0.2, dud: 0.05, manoeuvre_ceiling: 60 km}",
        "catalogue.ghadr-1.rcs=1 m2",
        "raids.north.spacing={within: 10 min, waves: 2}",
    )
    case = found.case
    assert (case.models[0].sensing, case.models[0].control) == (SENSING_PERFECT, INDEPENDENT)
    assert case.models[0].manoeuvre_ceiling_m == 60e3
    assert case.quantile[case.models[0].dud, 0] == 0.05
    assert case.asset[0].defend == DEFEND_IF_ROUNDS
    assert (case.asset[0].radius_m, case.asset[0].margin_m) == (2000.0, 1000.0)
    assert case.battery[0].defends == 1
    assert case.battery[0].factor == 0.25
    assert len(case.radar) == 1
    assert case.missile[0].rcs_m2 == 1.0
    assert case.quantile[case.raid[0].within_s, 0] == 600.0
    assert case.raid[0].waves == 2
    table = case.quantile[case.battery[0].rounds]
    assert (table[0], table[-1]) == (10.0, 20.0)
    rounds = found.resolved["parameters"][case.battery[0].rounds]
    assert (rounds["key"], rounds["origin"], rounds["drawn"]) == ("b1.rounds", "set", True)
    rcs = [x for x in found.resolved["catalogue"] if (x["id"], x["field"]) == ("ghadr-1", "rcs")]
    assert [line["default"] for line in rcs] == [False]


SECOND = """\
  - name: b2
    type: thaad-battery
    at: {lat: 31 deg, lon: 34.8 deg}
    kill: {sspk: {low: 0.45, mode: 0.75, high: 0.95}}
    channels: 20
    rounds: {low: 10, high: 20, correlate: {with: b1.rounds, rank: 0.5}}
radars:
"""


def test_equal_numbers_share_a_row_and_others_do_not() -> None:
    found = made("batteries.b1.rounds={low: 20, high: 40}", text=GOOD.replace("radars:\n", SECOND))
    case, rows = found.case, key_rows(found)
    first, second = case.battery
    assert first.sspk == second.sspk == rows["thaad-interceptor.sspk"]
    assert first.channels == rows["thaad-battery.channels"]
    assert second.channels == rows["b2.channels"]
    assert first.assess_s == second.assess_s
    partner = case.param[rows["b2.rounds"]]
    assert partner.partner == rows["b1.rounds"]
    assert partner.rho == pytest.approx(2 * math.sin(math.pi / 12), rel=1e-12)


@pytest.mark.parametrize(
    "correlate, code", [("nobody.rounds", "unknown-name"), ("b2.rounds", "circle")]
)
def test_correlations_that_cannot_be(correlate: str, code: str) -> None:
    text = GOOD.replace("radars:\n", SECOND.replace("b1.rounds", correlate))
    with pytest.raises(InputError) as caught:
        load_text(text, "a.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == (code, 24)


def test_a_raid_draws_from_mixes() -> None:
    found = made(
        "raids.north.missile={mix: {emad: 1, ghadr-1: 3}, spread: dirichlet}",
        "raids.north.aim={mix: {nevatim: 4, tel-nof: 2, glilot: 2}, spread: dirichlet}",
        "raids.north.launch={mix: {kermanshah: 1, tabriz: 1}}",
    )
    case, rows = found.case, key_rows(found)
    raid = case.raid[0]
    assert (raid.missiles, raid.areas, raid.assets) == (2, 2, 3)
    assert list(case.mix.kind) == [0, 0, 1, 1, 2, 2, 2]
    assert found.layout.assets == ("nevatim", "tel-nof", "glilot", "elsewhere")
    assert case.lane_row.min() == 0
    assert len(case.lane) == 12
    # Beta(1, 3) has the median 1 - 0.5^(1/3); the shares of areas are fixed
    middle = (QUANTILES - 1) // 2
    stick = case.quantile[rows["raid.north.missile.0"]]
    assert stick[middle] == pytest.approx(1 - 0.5 ** (1 / 3), abs=1e-6)
    assert case.param[rows["raid.north.area.0"]].fixed == 1
    assert case.quantile[rows["raid.north.area.0"], 0] == 0.5
    assert case.quantile[rows["raid.north.asset.2"], 0] == 1.0  # the last takes what is left


def test_areas_out_of_range_are_never_drawn() -> None:
    # isfahan to nevatim is 1,580 km: a Shahab-3 (1,300 km) flies from kermanshah alone
    case = made(
        "raids.north.missile=shahab-3", "raids.north.launch={mix: {kermanshah: 1, isfahan: 1}}"
    ).case
    assert list(case.lane.reachable) == [1, 0]
    assert np.isnan(case.sight["rise_s"][1]).all()
    assert not case.window["open"][1].any()


def test_places_of_the_scenarios_own() -> None:
    found = made(
        "raids.north.aim={lat: 31.5 deg, lon: 34.9 deg, cep: 200 m}",
        "raids.north.launch={lat: 34 deg, lon: 47 deg}",
        "assets=[]",
    )
    assert found.layout.assets == ("north-aim", "elsewhere")
    assert found.case.lane[0].reachable == 1


def test_nobody_defends_and_nobody_sees() -> None:
    case = made("batteries=[]", "radars=[]", "chance.groups=[]").case
    assert (len(case.battery), len(case.radar), len(case.interceptor)) == (0, 0, 0)
    assert case.sight.shape == (1, 0)


def test_the_same_file_gives_the_same_case() -> None:
    first, second = made().case, made().case
    for one, other in zip(first, second, strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_battery_more_changes_no_other_row(good: Resolved) -> None:
    more = made(
        text=GOOD.replace(
            "radars:\n", SECOND.replace(", correlate: {with: b1.rounds, rank: 0.5}", "")
        )
    )
    assert more.case.battery[0].name == good.case.battery[0].name
    assert more.case.sample.tobytes() == good.case.sample.tobytes()
    assert more.case.window[0, 0].tobytes() == good.case.window[0, 0].tobytes()
    keys = {int(row.key): more.case.quantile[i].tobytes() for i, row in enumerate(more.case.param)}
    for i, row in enumerate(good.case.param):
        assert keys[int(row.key)] == good.case.quantile[i].tobytes()


def test_physics_is_another_fidelity() -> None:
    assert resolve(load_text(GOOD), "physics").case.models[0].fidelity == PHYSICS


@pytest.mark.parametrize("name", shipped())
def test_every_value_is_told_with_source_and_grade(name: str) -> None:
    resolved = resolve(load(name)).resolved
    assert json.loads(json.dumps(resolved, allow_nan=False))["scenario"] == name
    known = {*read.sources(), "opinion"}
    for entry in resolved["parameters"]:
        assert entry["grade"] in "ABCD"
        assert set(entry["source"]) <= known
        assert entry["text"]
        low, middle, high = (entry["quantiles"][key] for key in ("p05", "p50", "p95"))
        assert low <= middle <= high
    for entry in resolved["catalogue"]:
        assert set(entry["source"]) <= known
    paths = [entry["path"] for entry in resolved["values"]]
    assert len(paths) == len(set(paths))


def test_names_are_hashed_by_blake2b() -> None:
    # RFC 7693 appendix A gives the 64-byte digest only; this is hashlib's of 8 bytes,
    # kept so that no change of the hash goes unnoticed: it would change every draw
    assert name_hash("north/007") == 0x6CA0EA9C23413C7F
    assert threat_name("north", 7) == "north/007"
    assert threat_name("north", 1234) == "north/1234"
