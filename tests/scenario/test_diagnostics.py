"""Every fault of a scenario has a code, a place and a cure, and all come in one go."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from keepout.errors import InputError, Problem
from keepout.scenario import diagnostics
from keepout.scenario.load import load, load_text

GOOD = """\
schema: keepout/scenario/1
name: two-tier
raids:
  - name: north
    missile: ghadr-1
    count: 4
    launch: {area: kermanshah, radius: 50 km}
    aim: {asset: nevatim, cep: 1000 m}
    first: 0 s
    spacing: 30 s
assets:
  - {id: nevatim, defend: always}
batteries:
  - name: b1
    type: thaad-battery
    at: {lat: 31.2 deg, lon: 35.0 deg}
    doctrine: {rule: salvo-2, cap: 2}
    kill: {sspk: {low: 0.45, mode: 0.75, high: 0.95, source: opinion}}
radars:
  - {name: r1, type: an-tpy-2, at: {lat: 31 deg, lon: 35 deg}}
chance:
  per_threat: {low: 0.02, mode: 0.06, high: 0.15}
  groups:
    - {name: c2, probability: 0.01, members: [b1, r1]}
models: {sensing: radar, kill: given, control: coordinated}
"""

NO_LAUNCHER = "cap: 2}\n    launchers: 0\n    rounds: 8"
LOW_CEILING = "catalogue: {thaad-interceptor: {floor: 160 km}}\nmodels:"
TWICE_IN_ONE = "networks: [{name: n, members: [b1, b1]}]\nmodels:"
MAGAZINE = "magazines: [{interceptor: %s, kill: {sspk: 0.5}}]"

# what is replaced, by what; then code, line, column, and a piece of the help or message
BAD = [
    ("count: 4", "count: -4", "negative", 6, 12, "at least 1"),
    ("count: 4", "count: 0", "range", 6, 12, "at least 1"),
    ("count: 4", "count: 4.5", "number", 6, 12, "whole"),
    ("count: 4", "count: '4'", "type", 6, 12, "write 4"),
    ("count: 4", "count: 4 km", "type", 6, 12, "without unit"),
    ("count: 4", "count: true", "type", 6, 12, "true or false"),
    ("count: 4", "count:", "type", 6, 5, "empty"),
    ("count: 4", "count: [4]", "type", 6, 12, "a list"),
    ("count: 4", "count: .nan", "number", 6, 12, "finite"),
    ("count: 4", "count: {low: 9, high: 5}", "order", 6, 12, "low <= high"),
    ("count: 4", "count: {low: 1, mode: 9, high: 5}", "order", 6, 12, "low <= mode <= high"),
    ("count: 4", "count: {low: 1}", "distribution", 6, 12, "{low, high}"),
    ("count: 4", "count: {low: 1, high: 2, hihg: 3}", "unknown-key", 6, 30, "high"),
    ("count: 4", "count: 20000", "too-many", 3, 1, "10,000"),
    ("count: 4", "cuont: 4", "unknown-key", 6, 5, "count"),
    ("missile: ghadr-1", "missile: gadr-1", "unknown-id", 5, 14, "ghadr-1"),
    ("missile: ghadr-1", "missile: 7", "type", 5, 14, "{mix"),
    ("missile: ghadr-1", "missile: {mix: {}}", "empty", 5, None, ""),
    ("missile: ghadr-1", "missile: {mix: {emadd: 1}}", "unknown-id", 5, 28, "emad"),
    ("missile: ghadr-1", "missile: {mix: {emad: 0}}", "range", 5, 27, "more than 0"),
    ("missile: ghadr-1", "missile: {mix: {emad: 1}, spread: x}", "choice", 5, 39, "dirichlet"),
    ("missile: ghadr-1", "missile: scud-b", "out-of-range", 8, 18, "300 km"),
    ("area: kermanshah", "area: kermanshahr", "unknown-id", 7, 20, "kermanshah"),
    ("area: kermanshah", "area: nevatim", "unknown-id", 7, 20, "allowed"),
    ("area: kermanshah, ", "", "missing-key", 7, 13, "area: ID"),
    ("area: kermanshah", "area: tabriz, mix: {tehran: 1}", "missing-key", 7, 13, "one way"),
    ("radius: 50 km", "radius: 50", "unit-missing", 7, 40, '"50 km"'),
    ("radius: 50 km", "radius: 50km", "quantity", 7, 40, '"50 km"'),
    ("radius: 50 km", "radius: 1 600 km", "number", 7, 40, '"1600 km"'),
    ("radius: 50 km", "radius: 50 kms", "unit", 7, 40, '"km"'),
    ("radius: 50 km", "radius: 1e300 km", "range", 7, 40, "at most 20000 km"),
    ("cep: 1000 m", "cep: {low: 1 km, high: 1e9 km}", "range", 8, 50, "at most 20000 km"),
    ("spacing: 30 s", "spacing: 1e300 s", "range", 10, 14, "at most 3652.5 d"),
    ("radius: 50 km", "radius: -50 km", "negative", 7, 40, "at least 0 m"),
    ("cep: 1000 m", "cep: 1000 s", "dimension", 8, 32, "m, km"),
    ("cep: 1000 m", "cep: Nan", "quantity", 8, 32, ""),
    ("asset: nevatim, cep", "asset: nevatm, cep", "unknown-id", 8, 18, "nevatim"),
    ("asset: nevatim, cep", "lat: 103.5 deg, lon: 35 deg, cep", "latitude", 8, 16, "swapped"),
    ("asset: nevatim, cep", "lat: 31 deg, lon: 190 deg, cep", "longitude", 8, 29, "-180"),
    ("asset: nevatim, cep", "lat: 31 deg, cep", "missing-key", 8, 10, "both"),
    ("first: 0 s", "first: 1:30", "quantity", 9, 12, "s, ms"),
    ("spacing: 30 s", "spacing: {within: 3, waves: 2}", "unit-missing", 10, 23, ""),
    ("spacing: 30 s", "spacing: {within: 3 min, waves: 0}", "range", 10, 37, "1"),
    ("defend: always", "defend: allways", "choice", 12, 27, "always"),
    ("{id: nevatim, defend", "{id: nevatym, defend", "unknown-id", 12, 10, "nevatim"),
    ("name: b1", "name: r1", "duplicate-name", 20, 12, "line 14"),
    ("name: b1", "name: b 1", "name", 14, 11, "letters"),
    ("type: thaad-battery", "type: thad-battery", "unknown-id", 15, 11, "thaad-battery"),
    ("type: thaad-battery", "typ: thaad-battery", "missing-key", 14, 5, "type"),
    ("lat: 31.2 deg", "lat: 103 deg", "latitude", 16, 15, "swapped"),
    ("lat: 31.2 deg", "lat: 31.2", "unit-missing", 16, 15, '"31.2 deg"'),
    ("rule: salvo-2, cap: 2", "rule: salvo-0, cap: 2", "choice", 17, 22, "salvo-N"),
    ("rule: salvo-2", "rule: twice", "choice", 17, 22, "salvo-N"),
    ("cap: 2", "hold_for: b1", "unknown-name", 17, 41, ""),
    ("cap: 2", "hold_for: b2", "unknown-name", 17, 41, ""),
    ("high: 0.95", "high: 1.95", "probability", 18, 48, "0 to 1"),
    ("high: 0.95", "high: 95", "probability", 18, 48, "write 0.95"),
    ("source: opinion", "source: opinon", "unknown-source", 18, 62, "opinion"),
    ("type: an-tpy-2", "type: an-tpy-3", "unknown-id", 20, 22, "an-tpy-2"),
    ("members: [b1, r1]", "members: [b1, r2]", "unknown-name", 24, 51, "r1"),
    ("members: [b1, r1]", "members: [b1, b1]", "duplicate-name", 24, 51, "one group"),
    ("cap: 2}", NO_LAUNCHER, "no-launcher", 19, 13, "launchers"),
    ("models:", LOW_CEILING, "envelope", 25, 40, "never meet"),
    ("models:", "networks: [{name: n, members: [b1, b3]}]\nmodels:", "unknown-name", 25, 36, "b1"),
    ("models:", TWICE_IN_ONE, "duplicate-name", 25, 36, "one network"),
    ("kill: given", "kill: endgame", "missing-key", 14, 5, "lethal_radius"),
    ("cap: 2}", f"cap: 2}}\n    {MAGAZINE % 'sm-3-ix'}", "unknown-id", 18, 31, "sm-3-ib"),
    ("cap: 2}", "cap: 2}\n    magazines: [{interceptor: sm-6}]", "missing-key", 18, 17, "sspk"),
    ("cap: 2}", f"cap: 2}}\n    resupply: 4\n    {MAGAZINE % 'sm-3-ib'}", "several-forms", 18, 15,
     "each magazine"),
    ("cap: 2}", "cap: 2}\n    lost: {at: 5 min, launchers: 9}", "range", 18, 34, "all of it"),
    ("sensing: radar", "sensing: sonar", "choice", 25, 19, "radar"),
    ("models:", "modles:", "unknown-key", 25, 1, "models"),
    ("schema: keepout/scenario/1\n", "", "missing-key", 1, 1, "schema"),
    ("scenario/1", "scenario/2", "choice", 1, 9, "keepout/scenario/1"),
    ("chance:\n", "kill: {diverted: 0.6, body_hit_only: 0.5}\nchance:\n",
     "probability", 21, 7, "at most 1"),
    ("chance:\n", "catalogue: {emadd: {cep: 1 m}}\nchance:\n", "unknown-id", 21, 13, "emad"),
    ("chance:\n", "catalogue: {emad: {cpe: 1 m}}\nchance:\n", "unknown-key", 21, 20, "cep"),
    ("chance:\n", "catalogue: {emad: {cep: 1 s}}\nchance:\n", "dimension", 21, 25, "m, km"),
    ("chance:\n", "catalogue: {emad: {payload: {low: 1 t, high: 2 t}}}\nchance:\n",
     "distribution", 21, 29, "drawn"),
    ("chance:\n", "catalogue: {emad: {manoeuvre: wavy}}\nchance:\n", "unknown-id", 21, 31, "weave"),
    ("chance:\n", "published: [{asset: tel-nof, count: 3}]\nchance:\n", "unknown-name", 21, 21, ""),
    ("chance:\n", "start: 2024-13-01T00:00:00Z\nchance:\n", "date", 21, 8, "month"),
    ("chance:\n", "start: 1 October\nchance:\n", "date", 21, 8, "2024-10-01T16:30:00Z"),
    ("chance:\n", "name: again\nchance:\n", "duplicate-key", 21, 1, "line 2"),
    ("per_threat: {low: 0.02", "per_threat: {correlate: {with: b1.sspkk, rank: 0.5}, low: 0.02",
     "unknown-name", 22, 15, ""),
]  # fmt: skip


def problems_of(text: str, settings: list[str] | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load_text(text, "two-tier.yaml", settings or [])
    return caught.value.problems


def test_the_good_file_is_good() -> None:
    scenario = load_text(GOOD).scenario
    assert scenario.raids[0].count.value == 4.0
    assert scenario.raids[0].launch.radius == 50e3


@pytest.mark.parametrize("old, new, code, line, column, says", BAD)
def test_a_fault_has_its_code_place_and_cure(
    old: str, new: str, code: str, line: int, column: int | None, says: str
) -> None:
    assert old in GOOD
    found = problems_of(GOOD.replace(old, new, 1))
    match = [problem for problem in found if problem.code == code and problem.line == line]
    assert match, diagnostics.text(found)
    if column is not None:
        assert match[0].column == column, diagnostics.text(found)
    assert says in f"{match[0].message} {match[0].help}"
    assert match[0].file == "two-tier.yaml"


def test_all_faults_come_at_once_in_file_order() -> None:
    text = GOOD
    news = ("count: -4", "missile: gadr-1", "rule: twice", "sensing: sonar")
    faults = [next(bad for bad in BAD if bad[1] == new) for new in news] + [BAD[22], BAD[31]]
    for old, new, *_ in faults:
        text = text.replace(old, new, 1)
    found = problems_of(text)
    assert len(found) >= len(faults)
    places = [(problem.line, problem.column) for problem in found]
    assert places == sorted(places)


def test_the_text_is_as_the_house_style_shows_it() -> None:
    text = GOOD.replace("asset: nevatim, cep: 1000 m", "lat: 103.5 deg, lon: 4 deg")
    text = text.replace("    missile: ghadr-1\n", "", 1).replace("count: 4", "missile: scud-b")
    text = text.replace("    launch:", "    count: 4\n    launch:")
    found = [problem for problem in problems_of(text) if problem.code == "latitude"]
    assert diagnostics.text(found) == (
        "error[latitude] aim latitude is 103.5 deg; a latitude lies in -90 to 90 deg\n"
        "   --> two-tier.yaml:8:16   raids[0].aim.lat\n"
        " 8 |     aim: {lat: 103.5 deg, lon: 4 deg}\n"
        "   |                ^^^^^^^^^\n"
        "   = help: are lat and lon swapped?\n"
        "1 problem in two-tier.yaml; nothing was run."
    )


def test_json_has_the_fields_of_the_contract() -> None:
    found = diagnostics.as_json(problems_of(GOOD.replace("count: 4", "count: -4")))
    assert found == {
        "errors": [
            {
                "code": "negative",
                "message": "count is -4; it must be at least 1",
                "file": "two-tier.yaml",
                "line": 6,
                "column": 12,
                "path": "raids[0].count",
                "help": "",
            }
        ]
    }


def test_long_lines_are_cut_around_the_fault() -> None:
    text = GOOD.replace("count: 4", "note: '" + "x" * 500 + "'\n    count: 4")
    text = text.replace("{id: nevatim, defend: always}", f"{{note: '{'y' * 300}', id: nevatym}}")
    shown = diagnostics.text(problems_of(text))
    assert max(len(line) for line in shown.splitlines()) < 160


def test_waiting_in_a_circle_is_refused() -> None:
    second = """\
  - name: b2
    type: thaad-battery
    at: {lat: 31 deg, lon: 35 deg}
    doctrine: {hold_for: b1}
    kill: {sspk: 0.5}
radars:
"""
    text = GOOD.replace("cap: 2", "cap: 2, hold_for: b2").replace("radars:\n", second)
    assert {problem.code for problem in problems_of(text)} == {"circle"}


def test_a_missile_needs_one_area_from_which_all_is_in_range() -> None:
    mixed = GOOD.replace("missile: ghadr-1", "missile: {mix: {ghadr-1: 1, scud-b: 1}}")
    assert [problem.code for problem in problems_of(mixed)] == ["out-of-range"]
    wide = GOOD.replace("area: kermanshah", "mix: {kermanshah: 1, shahroud: 1}")
    assert load_text(wide).scenario.raids[0].launch.mix == {"kermanshah": 1.0, "shahroud": 1.0}


def test_a_round_without_kill_probability_needs_one() -> None:
    text = GOOD.replace("thaad-battery", "iron-dome-battery")
    kill = text[text.index("    kill: {sspk") : text.index("radars:")]
    found = problems_of(text.replace(kill, ""))
    assert [(problem.code, problem.line) for problem in found] == [("missing-key", 14)]
    assert "kill: {sspk" in found[0].help


def test_an_own_asset_needs_a_place_but_no_catalogue() -> None:
    own = "{id: my-base, at: {lat: 31 deg, lon: 35 deg}}"
    text = GOOD.replace("{id: nevatim, defend: always}", own).replace(
        "asset: nevatim", "asset: my-base"
    )
    assert load_text(text).scenario.assets[0].id == "my-base"


def test_a_missing_scenario_names_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load("tutoral")
    assert "tutorial" in caught.value.problems[0].help
    for bad in ("x" * 5000, "a\0b", str(tmp_path), ""):
        with pytest.raises(InputError):
            load(bad)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\x01\x02", b"- a\n- b\n", b"[" * 10_000_000, GOOD.encode() + b"#" * 2_000_000],
)
def test_hopeless_files_are_refused_within_seconds(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(raw)
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        load(path)
    assert len(caught.value.problems) == 1
    assert time.process_time() - begun < 5.0  # the contract says ten
