"""``keepout fly`` and ``keepout throw``."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.cli import answer
from keepout.flight import throw

FLY = ("fly", "--missile", "ghadr-1", "--from", "kermanshah", "--to", "nevatim")
DROP = (
    "throw", "--lat", "0", "--lon", "0", "--alt", "30000 ft", "--speed", "0", "--azimuth", "0",
    "--elevation", "90 deg",
)  # fmt: skip


THROWN = ("--alt", "0", "--speed", "1414.2135623731ft/s", "--elevation", "45 deg")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """Standard output of one command as JSON."""
    assert answer([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_flight_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    flight = said(capsys, *FLY)
    assert list(flight) == [
        "flight_time_s", "range_km", "apogee_km", "burnout", "impact", "miss_m", "warning",
        "launch_detection",
    ]  # fmt: skip
    assert list(flight["burnout"]) == ["t_s", "alt_km", "speed_mps"]
    assert list(flight["impact"]) == ["lat_deg", "lon_deg", "speed_mps", "angle_deg"]
    # Iran to Israel: 1,000 to 1,700 km, 240 to 395 km up; about 12 minutes
    assert 1150 < flight["range_km"] < 1210
    assert 240 < flight["apogee_km"] < 320
    assert 9 * 60 < flight["flight_time_s"] < 12 * 60
    assert flight["miss_m"] < 10.0
    assert answer(FLY) == 0
    assert "1,180 km in 10 min" in capsys.readouterr().out


def test_loft_apogee_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    plain = said(capsys, *FLY)
    high = said(capsys, *FLY, "--loft", "lofted")
    assert high["apogee_km"] > plain["apogee_km"] + 100
    assert said(capsys, *FLY, "--apogee", "400 km")["apogee_km"] == pytest.approx(400, abs=0.1)
    assert said(capsys, *FLY, "--time", "11 min")["flight_time_s"] == pytest.approx(660, abs=0.2)


def test_a_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "flight.svg"
    said(capsys, *FLY, "--plot", str(path))
    drawn = path.read_text("utf-8")
    assert "<svg" in drawn
    said(capsys, *FLY, "--plot", str(path))  # a picture may be drawn over a picture
    thrown = tmp_path / "throw.PNG"
    said(capsys, *DROP, "--beta", "100", "--plot", str(thrown))
    assert thrown.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("verb", [FLY, (*DROP, "--beta", "100")], ids=["fly", "throw"])
def test_a_picture_that_cannot_be_drawn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, verb: tuple[str, ...]
) -> None:
    note = tmp_path / "note.png"
    note.write_text("not a picture")
    for name, words in (
        ("flight.xyz", "must end in"), ("flight", "must end in"), ("note.png", "choose another"),
        ("nowhere/flight.png", "no folder"), (".", "must end in|directory"),
    ):  # fmt: skip
        (error,) = said(capsys, *verb, "--plot", str(tmp_path / name), status=2)["errors"]
        assert re.search(words, error["message"]), error
    assert note.read_text() == "not a picture"
    assert list(tmp_path.iterdir()) == [note]


def test_a_manoeuvring_missile_beside_its_ballistic_twin(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fattah = ("fly", "--missile", "fattah-1", "--from", "kermanshah", "--to", "nevatim")
    flight = said(capsys, *fattah, "--plot", str(tmp_path / "fattah.png"))
    twin = flight["ballistic_twin"]
    assert list(twin) == [
        "flight_time_s", "range_km", "apogee_km", "impact", "impact_from_aim_km",
    ]  # fmt: skip
    assert twin["apogee_km"] == pytest.approx(flight["apogee_km"], abs=1e-3)
    assert 1.0 < twin["impact_from_aim_km"] < 50.0  # the pull-up carries it on
    assert twin["range_km"] < flight["range_km"]
    assert twin["flight_time_s"] < flight["flight_time_s"]
    assert answer(fattah) == 0
    assert "its ballistic twin" in capsys.readouterr().out


def test_a_drone_along_way_points_beside_others(capsys: pytest.CaptureFixture[str]) -> None:
    drone = ("fly", "--missile", "shahed-136", "--from", "isfahan", "--to", "nevatim")
    way = ("--via", "33,44", "--via", "32.5,38; 150 km/h; 100 m", "--last-leg", "180 km/h;200 m")
    flight = said(capsys, *drone, *way, "--beside", "paveh", "--beside", "ghadr-1")
    assert flight["way_km"] > flight["range_km"]
    assert "ballistic_twin" not in flight
    assert [row["missile"] for row in flight["beside"]] == ["shahed-136", "paveh", "ghadr-1"]
    times = [row["flight_time_s"] for row in flight["beside"]]
    assert times == sorted(times, reverse=True)
    assert flight["warning"]["before_impact_s"] == flight["beside"][0]["before_impact_s"]
    assert flight["launch_detection"]["before_impact_s"] is None  # a drone
    assert flight["launch_detection"]["grade"] == "D"
    from_space = [row["from_space_before_impact_s"] for row in flight["beside"]]
    assert from_space[:2] == [None, None]
    ballistic = flight["beside"][2]
    assert from_space[2] > ballistic["before_impact_s"]
    assert answer((*drone, "--beside", "ghadr-1")) == 0
    says = capsys.readouterr().out
    assert "first seen after" in says
    assert "not seen from space" in says
    # a drone 500 m up passes Damascus 200 km away
    assert said(capsys, *drone, "--radar", "33.5,36.3")["warning"]["first_seen_s"] is None
    assert answer((*drone, "--radar", "33.5,36.3")) == 0
    assert "never over the horizon" in capsys.readouterr().out


def test_footprints(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "pieces.geojson"
    flight = said(
        capsys, *FLY, "--break-up", "20 km", "--intercept", "100km", "--near", "nevatim",
        "--near", "31.30,35.31", "--footprint", str(path), "--plot", str(tmp_path / "all.png"),
    )  # fmt: skip
    stage, broken, hit = flight["footprints"]
    assert [each["what"] for each in flight["footprints"]] == [
        "stage 1", "break-up at 20 km", "intercept at 100 km",
    ]  # fmt: skip
    for each in (stage, broken, hit):
        assert 0.0 < each["area_50_km2"] < each["area_90_km2"] / 2.0
        assert each["lands_s"]["p05"] > each["parts_s"]
    assert stage["near"]["31.30,35.31"]["share"] > 0.1
    assert stage["near"]["nevatim"]["share"] < 0.01
    shapes = json.loads(path.read_text("utf-8"))
    assert shapes["type"] == "FeatureCollection"
    assert [f["properties"]["share"] for f in shapes["features"]] == [None, 0.5, 0.9] * 3
    for feature in shapes["features"]:
        if feature["geometry"]["type"] == "MultiPolygon":
            for (ring,) in feature["geometry"]["coordinates"]:
                assert ring[0] == ring[-1]
    path.write_text("mine")
    assert said(capsys, *FLY, "--footprint", str(path), status=2)["errors"]
    assert path.read_text() == "mine"


def test_lines_of_a_flight_fit_a_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = str(tmp_path / "down.geojson")
    assert answer([*FLY, "--intercept", "60 km", "--footprint", file]) == 0
    told = capsys.readouterr().out
    assert "intercept at 60 km" in told
    assert max(map(len, told.splitlines())) <= 96
    assert "half within" in " ".join(told.split())  # nothing is lost where a line is folded


def test_a_missile_of_1991_breaks_up(capsys: pytest.CaptureFixture[str]) -> None:
    fly = ("fly", "--missile", "al-hussein", "--to", "32.08,34.78", "--break-up", "20 km")
    flight = said(capsys, *fly, "--from", "33.4,40.5")
    (broken,) = flight["footprints"]  # its stage stays with it
    assert broken["what"] == "break-up at 20 km"
    assert 0.0 < broken["area_50_km2"] < broken["area_90_km2"] / 2.0
    # pieces are braked more than the whole body: they fall short of its aim
    assert 5.0 < broken["from_aim_km"] < 20.0
    assert broken["lands_s"]["p05"] > flight["flight_time_s"]
    (error, *_) = said(capsys, *fly, "--from", "33.3,44.4", status=2)["errors"]
    assert "longest range" in error["message"]  # 910 km from Baghdad: it flies 650


@pytest.mark.parametrize(
    "more, words",
    [
        (("--to", "103,4"), "swapped"),
        (("--to", "nan,4"), "latitude"),
        (("--to", "4,361"), "longitude"),
        (("--to", "kermanshah"), "less than 5 km"),
        (("--to", "-34.31,-132.93"), "antipode"),
        (("--apogee", "-5 km"), "above zero"),
        (("--time", "0 s"), "above zero"),
        (("--time", "1e300 s"), "1e+300 s"),
        (("--missile", "paveh", "--apogee", "5 km"), "cruises"),
        (("--to", "nevatin"), "nevatim"),
        (("--to", "1;2"), "1;2"),
        (("--to", "36,-30"), "longest range"),
        (("--missile", "ghadr"), "ghadr-1"),
        (("--apogee", "400"), "no unit"),
        (("--apogee", "400 kg"), "length"),
        (("--apogee", "9000 km"), "cannot be had"),
        (("--via", "33,44"), "no cruise missile"),
        (("--via", "33,44;800 km/h"), "SPEED;HEIGHT"),
        (("--via", "33,44;800 km;50 m"), "speed"),
        (("--last-leg", "800 km/h"), "SPEED;HEIGHT"),
        (("--break-up", "900 km"), "does not fall through"),
        (("--beside", "ghadr"), "ghadr-1"),
        (("--near", "nowhere"), "nowhere"),
        (("--footprint", "pieces.txt"), ".geojson"),
        (("--apogee", "400 km", "--time", "11 min"), "one of"),
    ],
)
def test_bad_input_is_explained(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    (error, *_) = said(capsys, *FLY, *more, status=2)["errors"]
    assert words in error["message"] + error["help"]


def test_every_bad_value_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    errors = said(
        capsys, *FLY, "--to", "103,4", "--apogee", "9", "--loft", "high", status=2
    )["errors"]  # fmt: skip
    assert [error["path"] for error in errors] == ["--to", "--apogee", "--loft"]


def test_the_nesc_sphere(capsys: pytest.CaptureFixture[str]) -> None:
    # NASA/TM-2015-218675, atmospheric case 6
    sphere = ("--mass", "14.59390294", "--area", "0.018241465", "--cd", "0.1", "--seconds", "30")
    end = said(capsys, *DROP, *sphere)
    assert list(end) == ["t_s", "lat_deg", "lon_deg", "alt_m", "speed_mps", "landed"]
    assert end["alt_m"] / 0.3048 == pytest.approx(16284.445, abs=0.05)
    assert end["landed"] is False


def test_wind_and_earths(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    calm = said(capsys, *DROP, "--beta", "100")
    assert calm["landed"] is True
    assert calm["alt_m"] == pytest.approx(0.0, abs=1e-3)
    blown = said(capsys, *DROP, "--beta", "100 kg/m2", "--wind-north", "20 ft/s")
    assert blown["lat_deg"] > calm["lat_deg"] + 1e-4
    table = tmp_path / "wind.csv"
    table.write_text("height,north,east\n0,6.096,0\n20000,6.096,0\n")
    again = said(capsys, *DROP, "--beta", "100", "--wind", str(table))
    assert again["lat_deg"] == pytest.approx(blown["lat_deg"], abs=1e-9)
    still = said(
        capsys, *DROP, "--mass", "1 kg", "--area", "1 m2", "--cd", "0", "--earth", "sphere-still"
    )
    # mu / r2 from 9,144 m to the ground, straight down
    r = 6371008.7714
    g = 3.986004418e14 / (r * (r + 9144.0))
    assert still["speed_mps"] == pytest.approx(math.sqrt(2 * g * 9144.0), rel=1e-6)
    assert abs(still["lon_deg"]) < 1e-9


# NASA/TM-2015-218675, as a user may write it; heights in ft after 30 s of two NASA simulations
NESC = [
    (("--cd", "0"), 15598.904, 5.745522e-5, 0.0),
    (("--earth", "sphere-still", "--radius", "20902255.199 ft"), 16231.306, 0.0, 0.0),
    (("--earth", "sphere", "--radius", "20902255.199ft"), 16276.385, 5.346998e-5, 0.0),
    ((), 16284.444, 5.337982e-5, 0.0),
    (("--wind-east", "20 ft/s"), 16285.162, 1.285418e-4, 0.0),
    (("--wind", "shear.csv"), 16290.998, 2.735798e-4, 0.0),
    ((*THROWN, "--azimuth", "90"), 10160.985, 0.0616478, 0.0),
    ((*THROWN, "--azimuth", "0deg"), 10114.800, -7.847586e-5, 0.0621356),
]


@pytest.mark.parametrize("more, alt_ft, lon_deg, lat_deg", NESC)
def test_nasa_check_cases_as_one_types_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    more: tuple[str, ...], alt_ft: float, lon_deg: float, lat_deg: float,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("shear.csv").write_text("height,north,east\n0 ft,0 ft/s,-20 ft/s\n30000 ft,0,70 ft/s\n")
    sphere = ("--mass", "1 slug", "--area", "0.1963495ft2", "--cd", "0.1", "--seconds", "30")
    end = said(capsys, *DROP, *sphere, *more)
    assert end["alt_m"] / 0.3048 == pytest.approx(alt_ft, abs=0.05)
    for angle, expected in ((end["lon_deg"], lon_deg), (end["lat_deg"], lat_deg)):
        assert math.radians(angle - expected) * 20925646.0 == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(
    "more, words",
    [
        ((), ["--beta"]),
        (("--beta", "100", "--mass", "1"), ["--beta"]),
        (("--mass", "1"), ["belong together"]),
        (("--beta", "-5"), ["above 0"]),
        (("--beta", "7e-188"), ["lightest body"]),
        (("--beta", "100", "--alt", "5 kg"), ["length"]),
        (("--beta", "100", "--lat", "100"), ["latitude"]),
        (("--beta", "100", "--lat", "91deg", "--lon", "361"), ["latitude", "longitude"]),
        (("--beta", "100", "--lat", "x", "--lon", "nan", "--earth", "moon"), ["x", "nan", "moon"]),
        (("--beta", "100", "--alt", "-5"), ["below the ground"]),
        (("--beta", "100", "--speed", "-5"), ["speed"]),
        (("--beta", "100", "--speed", "1e999"), ["too large"]),
        (("--beta", "100", "--elevation", "91"), ["elevation"]),
        (("--beta", "100", "--seconds", "-1"), ["seconds"]),
        (("--beta", "100", "--seconds", "1e12"), ["seconds"]),
        (("--beta", "100", "--earth", "sphere", "--radius", "0"), ["radius"]),
        (("--beta", "100", "--radius", "6371 km"), ["--radius belongs to"]),
        (("--beta", "100", "--wind-east", "1", "--wind", "FILE"), ["not both"]),
        (("--mass", "0", "--area", "-1", "--cd", "nan"), ["--mass", "--area", "--cd"]),
        (("--mass", "1", "--area", "1", "--cd", "-1"), ["--cd"]),
        (("--mass", "1", "--area", "1", "--cd", "1", "--cd-table", "FILE"), ["not both"]),
        (("--beta", "100", "--alt", "300 km", "--speed", "12 km/s"), ["escape speed"]),
        (("--beta", "1e9", "--alt", "500 km", "--speed", "7.2 km/s", "--elevation", "0",
          "--azimuth", "90"), ["after a day"]),
    ],
)  # fmt: skip
def test_what_cannot_be_thrown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: tuple[str, ...], words: list[str]
) -> None:
    table = tmp_path / "table"
    table.write_text("0,0.1\n" if "--cd-table" in more else "0,1,1\n")
    more = tuple(str(table) if word == "FILE" else word for word in more)
    errors = said(capsys, *DROP, *more, status=2)["errors"]
    assert len(errors) == len(words)  # all at once
    for error, word in zip(errors, words, strict=True):
        assert word in error["message"] + error["help"]


@pytest.mark.parametrize(
    "option, text, words",
    [
        ("--wind", "", ["no rows"]),
        ("--wind", "# nothing\n", ["no rows"]),
        ("--wind", "0,1,2\n5,x,1\n7,nan,1\n9,1\n", ["x", "nan", "not 2"]),
        ("--wind", "0,x,1\n", ["x"]),
        ("--wind", "height,n,e\n9,1,1\n0,1,1\n", ["rise"]),
        ("--wind", "9,1,1\n9,1,1\n", ["rise"]),
        ("--wind", "0,1e999,1\n", ["too large"]),
        ("--wind", "0,5 km/s,1\n", ["a wind"]),
        ("--wind", "0,5 kg,1\n", ["speed"]),
        ("--wind", "\udcff", ["UTF-8"]),
        ("--wind", "alt_furlong,north,east\n0,0,1\n", ["no known unit"]),
        ("--wind", "alt_s,north,east\n0,0,1\n", ["no known unit"]),
        ("--wind", "alt,wind_from_west,north\n0,0,1\n", ["names not all"]),
        ("--cd-table", "mach,cd\n0,0.1\n2,0.2\n1,0.3\n", ["rise"]),
        ("--cd-table", "0,0.1\n1,-0.2\n", ["drag coefficient"]),
        ("--cd-table", "0,0.1\n1,0.2 m\n", ["no number"]),
    ],
)
def test_a_table_is_checked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, text: str, words: list[str]
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(text.encode(errors="surrogateescape"))
    drag = ("--mass", "9", "--area", "1") if option == "--cd-table" else ("--beta", "9")
    errors = said(capsys, *DROP, *drag, option, str(table), status=2)["errors"]
    assert len(errors) == len(words)
    for error, word in zip(errors, words, strict=True):
        assert word in error["message"]


def test_wind_drives_a_missile_off_its_aim(capsys: pytest.CaptureFixture[str]) -> None:
    calm = said(capsys, *FLY)
    blown = said(capsys, *FLY, "--wind-north", "20 m/s")
    assert 500.0 < blown["miss_m"] < 20e3
    assert blown["impact"]["lat_deg"] > calm["impact"]["lat_deg"] + 0.005
    assert said(capsys, *FLY, "--wind-north", "0 m/s")["miss_m"] < 10.0
    (error,) = said(capsys, *FLY, "--missile", "paveh", "--wind-east", "5", status=2)["errors"]
    assert "ballistic" in error["message"]


@pytest.mark.parametrize(
    "text",
    [
        "east_mps,north_mps,alt_m\n-5,1,0\n20,3,9000\n",
        "u [m/s]; v [m/s]; h [km]\n-5;1;0\n20;3;9\n",
        "alt north east\n0 1 -5\n9000 3 20\n",
        "a,b,c\n0,1,-5\n9000,3,20\n",
    ],
)
def test_a_head_gives_order_and_units(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    body = ("--beta", "100", "--seconds", "20")
    ends = []
    for each in ("0,1,-5\n9000,3,20\n", text):
        (tmp_path / "wind.csv").write_text(each)
        ends.append(said(capsys, *DROP, *body, "--wind", str(tmp_path / "wind.csv")))
    assert ends[0] == ends[1]


def test_a_table_of_drag_is_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "cd.csv"
    body = ("--mass", "14.6", "--area", "0.018", "--seconds", "30")
    table.write_text("mach cd\n0 0.1\n2 0.1\n")
    flat = said(capsys, *DROP, *body, "--cd-table", str(table))
    assert flat == said(capsys, *DROP, *body, "--cd", "0.1")
    table.write_text("0 0.1\n2 0.5\n")
    assert said(capsys, *DROP, *body, "--cd-table", str(table))["alt_m"] > flat["alt_m"]


def test_places_where_coordinates_end(capsys: pytest.CaptureFixture[str]) -> None:
    """The poles and the date line are places like others, and so is the ground itself."""
    up = ("throw", "--alt", "0", "--speed", "2 km/s", "--elevation", "45", "--beta", "1e6")
    for lat, lon, azimuth in ((90, 0, 10), (-90, 77, 200), (0, 179.9, 90), (10, -180, 270)):
        there = said(
            capsys, *up, "--lat", str(lat), "--lon", str(lon), "--azimuth", str(azimuth)
        )  # fmt: skip
        assert there["landed"]
        assert 260.0 < there["t_s"] < 320.0
        assert abs(there["lon_deg"]) <= 180.0
    lying = said(capsys, *up, "--lat", "0", "--lon", "0", "--azimuth", "0", "--speed", "0")
    assert lying["landed"]
    assert lying["t_s"] < 0.01


def test_a_feather_is_given_up_in_time(capsys: pytest.CaptureFixture[str]) -> None:
    throw.MOST_SLOPES, most = 2000, throw.MOST_SLOPES
    try:
        (error,) = said(capsys, *DROP, "--beta", "1e-6", status=2)["errors"]
    finally:
        throw.MOST_SLOPES = most
    assert "light for its size" in error["message"]


THROW_OPTIONS = (
    "--lat", "--lon", "--alt", "--speed", "--azimuth", "--elevation", "--beta", "--mass", "--area",
    "--cd", "--cd-table", "--seconds", "--earth", "--radius", "--wind-north", "--wind-east",
    "--wind",
)  # fmt: skip
ODD = st.one_of(
    st.text(max_size=12).filter(lambda text: "\0" not in text),
    st.floats().map(str),
    st.sampled_from(["", "0", "-0", "1e400", "nan", "inf", "5 km", "5kg", "-1 m/s", "sphere"]),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(THROW_OPTIONS), ODD, min_size=1, max_size=3))
def test_no_text_does_worse_than_an_error(given_to: dict[str, str]) -> None:
    plain = {"--beta": "100", "--seconds": "1", "--lat": "1", "--lon": "2", "--alt": "9000"}
    given_to = plain | {"--speed": "9", "--azimuth": "3", "--elevation": "4"} | given_to
    assert answer(["throw", *(f"{name}={text}" for name, text in given_to.items())]) in (0, 2)
