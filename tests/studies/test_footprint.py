"""Footprints against the brute-force search, and what they must obey."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from pyproj import Geod

from keepout.cli import group
from keepout.errors import InputError
from keepout.flight.fly import solve_lane
from keepout.records.place import Place
from keepout.studies import footprint as study
from keepout.studies.coverage import band_km2

from .brute_footprint import GEOD, Brute, area_km2

ASKED = study.Asked(missile="sejjil", azimuth_rad=math.radians(70.0), range_m=1300e3)


@pytest.fixture(scope="module")
def found():
    return study.footprint("tutorial", ASKED)


@pytest.fixture(scope="module")
def brute(found):
    q = found.question
    it = found.coverage.interceptor
    return Brute(it, q.missile, q.stages, q.launch, q.site, q.cue_s, q.assess_s)


def looks_at(found, case, lat_deg, lon_deg):
    ground = found.coverage.ground
    row = int(np.argmin(np.abs(ground.lat_deg - lat_deg)))
    column = int(np.argmin(np.abs(ground.lon_deg - lon_deg)))
    return found.coverage.looks[found.coverage.cases.index(case), row, column]


@pytest.mark.parametrize("looks", [1, 2])
def test_the_edge_is_where_brute_force_finds_it(found, brute, looks):
    """A cell and a half (8 km) to both sides of an edge found to 500 m, on eight bearings."""
    q = found.question
    for bearing in range(10, 370, 45):
        low, high = 0.0, 700e3
        while high - low > 500.0:
            middle = 0.5 * (low + high)
            lon, lat, _ = GEOD.fwd(q.site.lon_deg, q.site.lat_deg, bearing, middle)
            inside = brute.looks(Place(lat_deg=lat, lon_deg=lon)) >= looks
            low, high = (middle, high) if inside else (low, middle)
        for far, expected in ((low - 8e3, True), (high + 8e3, False)):
            lon, lat, _ = GEOD.fwd(q.site.lon_deg, q.site.lat_deg, bearing, far)
            assert (looks_at(found, "outside", lat, lon) >= looks) == expected, (bearing, far)


@pytest.mark.slow
@pytest.mark.parametrize("looks", [1, 2])
def test_areas_agree_with_brute_force_to_2_per_cent(found, brute, looks):
    ours = found.coverage.area_km2("outside", looks)
    assert ours == pytest.approx(area_km2(brute, looks, 72), rel=0.02)


def aegis(kind: str, step_m: float | None = None):
    """A destroyer's magazine in the place of the battery, and the brute-force search."""
    there = study.footprint(
        "tutorial", study.Asked(**{**vars(ASKED), "step_m": step_m}),
        (f"batteries.north-1.type={kind}",),
    )  # fmt: skip
    q = there.question
    it = there.coverage.interceptor
    return there, Brute(it, q.missile, q.stages, q.launch, q.site, q.cue_s, q.assess_s)


def test_near_the_end_of_the_missile_s_range_the_ground_is_covered_too():
    """Aims some 30 km short of the longest range of the missile: nodes of the lattice beyond it
    have no flight, and their times must not stand for those aims."""
    there, search = aegis("aegis-sm-3-ia", 14e3)
    q = there.question
    for bearing, far_m in ((227.0, 685e3), (228.0, 704e3), (284.0, 766e3)):
        lon, lat, _ = GEOD.fwd(q.site.lon_deg, q.site.lat_deg, bearing, far_m)
        assert search.looks(Place(lat_deg=lat, lon_deg=lon)) >= 1
        assert looks_at(there, "outside", lat, lon) >= 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["aegis-sm-3-ia", "aegis-destroyer", "aegis-sm-3-iia", "aegis-sm-6"]
)
def test_a_destroyer_s_ground_agrees_with_brute_force_point_by_point(kind):
    """1,500 aims at random: their ground is no star about the ship, so no edge is followed. Of
    those that either finds defended, 2 % may differ in number, and 4 % one by one (cells)."""
    there, search = aegis(kind)
    ground, some = there.coverage.ground, np.random.default_rng(0)
    rows = some.integers(len(ground.lat_deg), size=1500)
    columns = some.integers(len(ground.lon_deg), size=1500)
    ours = there.coverage.looks[there.coverage.cases.index("outside"), rows, columns] >= 1
    theirs = np.array(
        [
            search.looks(Place(lat_deg=float(lat), lon_deg=float(lon))) >= 1
            for lat, lon in zip(ground.lat_deg[rows], ground.lon_deg[columns], strict=True)
        ]
    )
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.02)
    assert (ours != theirs).sum() <= 0.04 * theirs.sum()


def test_flights_between_solved_ones_are_right_to_4_km(found):
    """A flight mixed from its neighbours beside one solved for its own aim.

    The aim of least energy is flat: solved flights differ from a smooth family by 0.3 km of
    apogee and more at the ends of the missile's reach. Near the ground they agree to metres.
    """
    from keepout.intercept import coverage as kernels
    from keepout.studies.coverage import LATTICE, sides_deg

    q = found.question
    solved = found.coverage.solved
    tall, wide = sides_deg(q.site, solved.half_m)
    lats = np.linspace(q.site.lat_deg - tall, q.site.lat_deg + tall, LATTICE)
    lons = np.linspace(q.site.lon_deg - wide, q.site.lon_deg + wide, LATTICE)
    sample = solved.sample
    wy, wx = np.empty(4), np.empty(4)
    for y, x in ((3.4, 7.7), (8.5, 8.5), (12.6, 2.3), (0.5, 15.5)):
        mixed = np.zeros(sample.shape[2:])
        rows = (kernels.weights.py_func(y, LATTICE, 4, 0, wy),
                kernels.weights.py_func(x, LATTICE, 4, 0, wx))  # fmt: skip
        for i in range(4):
            for j in range(4):
                mixed += wy[i] * wx[j] * sample[rows[0] + i, rows[1] + j]
        aim = Place(
            lat_deg=float(np.interp(y, np.arange(LATTICE), lats)),
            lon_deg=float(np.interp(x, np.arange(LATTICE), lons)),
        )
        direct = solve_lane(q.missile, q.stages, q.launch, aim)
        late = slice(300, None)  # after burnout
        off = np.linalg.norm(mixed[late, :3] - direct.sample[late, :3], axis=1)
        assert off.max() < 4000.0
        assert off[-5:].max() < 100.0


def test_what_must_hold_of_any_footprint(found):
    coarse = {**vars(ASKED), "step_m": 15e3}
    covered = study.footprint("tutorial", study.Asked(**coarse)).coverage
    for case in covered.cases:
        areas = [covered.area_km2(case, n) for n in (1, 2, 3)]
        assert areas == sorted(areas, reverse=True)
    assert covered.area_km2("outside", 1) >= covered.area_km2("own radar", 1)
    assert not covered.edge
    higher = study.footprint("tutorial", study.Asked(**{**coarse, "lowest_m": 60e3}))
    assert higher.coverage.area_km2("outside", 2) < 0.5 * covered.area_km2("outside", 2)
    late = study.footprint("tutorial", study.Asked(**{**coarse, "cue_s": 400.0}))
    assert late.coverage.area_km2("outside", 1) < covered.area_km2("outside", 1)
    assert late.coverage.area_km2("own radar", 1) == covered.area_km2("own radar", 1)


def test_the_area_of_a_band_is_the_geodesic_one():
    lat = np.linspace(10.0, 60.0, 6)
    for south, north in itertools.pairwise(lat):
        edge = np.linspace(20.0, 22.0, 200)
        lons = np.concatenate([edge, edge[::-1]])
        lats = np.concatenate([np.full(200, south), np.full(200, north)])
        exact = abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0]) / 1e6
        # 1e-4: geodesics between 200 points sag a little from the parallel
        assert band_km2(np.array([south]), np.array([north]), 2.0)[0] == pytest.approx(
            exact, rel=1e-4
        )


def test_the_verb_writes_map_geojson_and_json(tmp_path):
    shape, picture = tmp_path / "a.geojson", tmp_path / "a.png"
    words = ["footprint", "tutorial", "--missile", "sejjil", "--azimuth", "70 deg", "--range",
             "1300 km", "--step", "20 km", "-o", str(shape), "--plot", str(picture)]  # fmt: skip
    done = CliRunner().invoke(group, [*words, "--json"])
    told = json.loads(done.stdout)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert told["range_km"] == pytest.approx(1300.0, rel=0.005)
    assert [case["tracks"] for case in told["cases"]] == ["own radar", "outside"]
    features = json.loads(shape.read_text())["features"]
    for case in told["cases"]:
        for look in case["looks"]:
            (one,) = (
                feature for feature in features
                if feature["properties"].get("tracks") == case["tracks"]
                and feature["properties"].get("looks") == look["at_least"]
            )  # fmt: skip
            rings = one["geometry"]["coordinates"]
            total = sum(
                abs(GEOD.polygon_area_perimeter(*np.array(ring).T)[0]) * (1 if k == 0 else -1)
                for polygon in rings for k, ring in enumerate(polygon)
            ) / 1e6  # fmt: skip
            # the outline of coarse cells cuts their corners
            assert total == pytest.approx(look["km2"], rel=0.05, abs=900.0)
    assert told["at_the_battery"]["outside"]["looks"]
    text = CliRunner().invoke(group, words, standalone_mode=False).output
    assert "km2" in text


@pytest.mark.parametrize(
    "words, says",
    [
        (["--battery", "nobody"], "north-1"),
        (["--missile", "nothing"], "sejjil"),
        (["--missile", "paveh"], "cruises"),
        (["--azimuth", "70 deg"], "together"),
        (["--from", "kermanshah", "--azimuth", "70 deg", "--range", "900 km"], "not both"),
        (["--azimuth", "70 deg", "--range", "9 km"], "50 to 6,000 km"),
        (["--azimuth", "70 deg", "--range", "5000 km"], "longest range"),
        (["--looks", "0"], "looks are 1"),
        (["--step", "1 m"], "1 to 50 km"),
        (["--keep-out", "200 km"], "ceiling"),
        (["--cue", "3 h"], "60 min"),
        (["--plot", "x.txt"], "png"),
        (["-o", "x.txt"], "geojson"),
        (["--set", "batteries.north-1.type=nothing"], "aegis-destroyer"),
    ],
)
def test_bad_input_says_what_to_do(words, says):
    done = CliRunner().invoke(group, ["footprint", "tutorial", *words], standalone_mode=False)
    told = str(done.exception)
    if isinstance(done.exception, InputError):
        told += " ".join(problem.help for problem in done.exception.problems)
    assert says in told


def test_every_problem_is_told_at_once():
    with pytest.raises(InputError) as caught:
        study.footprint("tutorial", study.Asked(battery="x", missile="y", looks=9, range_m=1.0))
    assert len(caught.value.problems) == 5


def test_a_battery_without_radar_defends_nothing_alone():
    blind = study.footprint("october-2024", study.Asked(battery="arrow-2-1", step_m=30e3))
    assert blind.coverage.area_km2("own radar", 1) == 0.0
    assert blind.coverage.area_km2("all radars", 1) > 0.0
    assert any("no radar" in warning for warning in study.warnings(blind))
