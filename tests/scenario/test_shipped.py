"""The shipped scenarios: frozen, complete, and the variants differ in what their names say."""

from __future__ import annotations

import copy
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest

from keepout import document
from keepout.catalogue import read
from keepout.scenario.assemble import assemble
from keepout.scenario.load import load

SHIPPED = Path(document.__file__).parent / "scenario" / "shipped"
NAMES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))
VARIANTS = ["october-2024-thaad", "october-2024-thaad-radar", "october-2024-thaad-interceptors"]


def data_of(name: str) -> dict[str, Any]:
    """The plain data of a shipped scenario."""
    data: dict[str, Any] = document.read(SHIPPED / f"{name}.yaml").data
    return data


OCTOBER = data_of("october-2024")


def test_the_freeze_holds() -> None:
    """Every shipped scenario is as it was frozen, before any comparison with what was published.

    A change needs a new freeze (python checks/freeze.py) and a line in CHANGELOG.md that
    says what changed and why: opinions may not be tuned to the counts they are compared with.
    """
    frozen = json.loads((SHIPPED / "frozen.json").read_text("utf-8"))
    now = {
        name: hashlib.sha256((SHIPPED / f"{name}.yaml").read_bytes()).hexdigest() for name in NAMES
    }
    assert {name: entry["sha256"] for name, entry in frozen.items()} == now
    assert all(len(entry["frozen"]) == 10 for entry in frozen.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_called_as_its_file(name: str) -> None:
    assert data_of(name)["name"] == name


def test_the_tutorial_is_the_contract() -> None:
    """The shape that studies, --set and outside checks stand on."""
    tutorial = data_of("tutorial")
    assert tutorial["raids"] == [
        {
            "name": "north",
            "missile": "ghadr-1",
            "count": 4,
            "launch": {"area": "kermanshah", "radius": "50 km"},
            "aim": {"asset": "nevatim", "cep": "1000 m"},
            "first": "0 s",
            "spacing": "30 s",
        }
    ]
    assert tutorial["assets"] == [{"id": "nevatim", "defend": "always"}]
    assert tutorial["batteries"] == [
        {
            "name": "north-1",
            "type": "thaad-battery",
            "at": {"lat": "31.2 deg", "lon": "35.0 deg"},
            "doctrine": {"rule": "salvo-2", "cap": 2},
            "kill": {"sspk": {"low": 0.45, "mode": 0.75, "high": 0.95, "source": "opinion"}},
        }
    ]
    assert tutorial["chance"] == {"per_threat": {"low": 0.02, "mode": 0.06, "high": 0.15}}
    assert tutorial["models"] == {"sensing": "radar", "kill": "given", "control": "coordinated"}
    assert tutorial["start"] == "2024-10-01T16:30:00Z"


def without_thaad(data: dict[str, Any]) -> dict[str, Any]:
    """A scenario less its names, notes and everything of THAAD."""
    bare = copy.deepcopy(data)
    for key in ("name", "title", "note"):
        del bare[key]
    bare.pop("counterfactual", None)
    bare["batteries"] = [each for each in bare["batteries"] if each["type"] != "thaad-battery"]
    groups = bare["chance"]["groups"]
    bare["chance"]["groups"] = [each for each in groups if each["name"] != "thaad-lost"]
    for id_ in ("thaad-battery", "thaad-interceptor"):
        bare["catalogue"].pop(id_, None)
    return bare


@pytest.mark.parametrize("name", VARIANTS)
def test_the_variants_differ_only_in_thaad(name: str) -> None:
    assert without_thaad(data_of(name)) == without_thaad(OCTOBER)


def test_as_fought_there_is_no_thaad() -> None:
    assert not OCTOBER.get("counterfactual", False)
    assert all(data_of(name)["counterfactual"] for name in VARIANTS)
    assert "thaad-battery" not in {each["type"] for each in OCTOBER["batteries"]}
    assert [each["type"] for each in OCTOBER["radars"]].count("an-tpy-2") == 1


def test_the_thaad_variants_are_what_they_say() -> None:
    batteries = {
        name: next(b for b in data_of(name)["batteries"] if b["type"] == "thaad-battery")
        for name in VARIANTS
    }
    for battery in batteries.values():
        assert battery["at"] == {"lat": "31.1 deg", "lon": "34.9 deg"}
        assert battery["doctrine"]["rule"] == "salvo-2"
        assert battery["launchers"] == 6
    shares = [(each["share"], each.get("rounds")) for each in batteries.values()]
    assert shares == [(True, None), (True, 0), (False, None)]


def distributions(data: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every distribution of a scenario with its path."""
    found = []
    if isinstance(data, dict):
        if {"low", "high"} <= set(data) or "mixture" in data:
            found.append((path, data))
            return found
        for key, value in data.items():
            found += distributions(value, f"{path}.{key}")
    elif isinstance(data, list):
        for value in data:
            found += distributions(value, f"{path}[]")
    return found


@pytest.mark.parametrize("name", [each for each in NAMES if each.startswith("october")])
def test_every_prior_states_its_source_and_motive(name: str) -> None:
    known = {*read.sources(), "opinion"}
    found = distributions(data_of(name))
    assert len(found) > 40
    for path, distribution in found:
        source = distribution["source"]
        keys = [source] if isinstance(source, str) else source
        assert set(keys) <= known, path
        assert distribution["note"], path
    for figure in data_of(name)["published"]:
        assert figure["source"] in known


def test_the_mix_has_the_share_of_manoeuvring_missiles_that_is_the_prior() -> None:
    """Triangular 0.2, 0.45, 0.7 in mean and standard deviation; to the rounding of 6.2 and 5.1."""
    mix = OCTOBER["raids"][0]["missile"]["mix"]
    kinds = {id_: read.entry(id_).text("kind") for id_ in mix}
    a = sum(weight for id_, weight in mix.items() if kinds[id_] == "manoeuvring")
    b = sum(weight for id_, weight in mix.items() if kinds[id_] == "ballistic")
    assert a == pytest.approx(10.2)
    low, mode, high = 0.2, 0.45, 0.7
    sd = math.sqrt((low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0)
    assert a / (a + b) == pytest.approx((low + mode + high) / 3.0, abs=0.005)
    assert math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1.0))) == pytest.approx(sd, abs=0.005)


@pytest.mark.parametrize(
    "type_, total",
    [
        ("arrow-3-battery", (15, 36, 70)),
        ("arrow-2-battery", (30, 70, 120)),
        ("davids-sling-battery", (12, 24, 48)),
        ("aegis-destroyer", (10, 12, 14)),
    ],
)
def test_magazines_add_up_to_the_prior(type_: str, total: tuple[float, ...]) -> None:
    """Batteries of a type share one prior in equal parts, fully rank-correlated."""
    rounds = [each["rounds"] for each in OCTOBER["batteries"] if each["type"] == type_]
    for key, value in zip(("low", "mode", "high"), total, strict=True):
        assert sum(each[key] for each in rounds) == pytest.approx(value, abs=0.11)
    assert "correlate" not in rounds[0]
    assert all(each["correlate"]["rank"] == 1 for each in rounds[1:])


@pytest.mark.parametrize("name", [*VARIANTS, "april-2024", "june-2025"])
def test_the_cap_on_rounds_is_one_unknown_policy(name: str) -> None:
    """1-2-3 over all layers, at every battery, and one draw for all of them."""
    caps = [each["doctrine"]["cap"] for each in data_of(name)["batteries"]]
    assert {(cap["low"], cap["mode"], cap["high"]) for cap in caps} == {(1, 2, 3)}
    drawn = assemble(load(name)).parameters.entries
    assert [each.key for each in drawn if each.key.endswith("cap")] == ["doctrine.cap"]


def test_sites_are_no_finer_than_a_tenth_of_a_degree() -> None:
    for name in VARIANTS:
        data = data_of(name)
        for each in [*data["batteries"], *data["radars"]]:
            for text in each["at"].values():
                degrees = float(text.removesuffix(" deg"))
                assert degrees == round(degrees, 1), each["name"]


def test_the_published_figures_are_those_published() -> None:
    figures = [(each["asset"], each["count"], each["kind"]) for each in OCTOBER["published"]]
    assert figures == [
        ("nevatim", 32, "counted"),
        ("nevatim", 30, "about"),
        ("nevatim", 20, "lower-bound"),
        ("tel-nof", 3, "lower-bound"),
        ("glilot", 2, "lower-bound"),
    ]
