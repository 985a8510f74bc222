"""``keepout fly`` and ``keepout throw``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from keepout.cli import answer

FLY = ("fly", "--missile", "ghadr-1", "--from", "kermanshah", "--to", "nevatim")
DROP = (
    "throw", "--lat", "0", "--lon", "0", "--alt", "30000 ft", "--speed", "0", "--azimuth", "0",
    "--elevation", "90 deg",
)  # fmt: skip


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """Standard output of one command as JSON."""
    assert answer([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_flight_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    flight = said(capsys, *FLY)
    assert list(flight) == [
        "flight_time_s", "range_km", "apogee_km", "burnout", "impact", "miss_m",
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
    assert "<svg" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "more, words",
    [
        (("--to", "103,4"), "swapped"),
        (("--to", "nevatin"), "nevatim"),
        (("--to", "1;2"), "1;2"),
        (("--to", "36,-30"), "longest range"),
        (("--missile", "ghadr"), "ghadr-1"),
        (("--apogee", "400"), "no unit"),
        (("--apogee", "400 kg"), "length"),
        (("--apogee", "9000 km"), "cannot be had"),
        (("--apogee", "400 km", "--time", "11 min"), "one of"),
    ],
)
def test_bad_input_is_explained(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    (error, *_) = said(capsys, *FLY, *more, status=2)["errors"]
    assert words in error["message"] + error["help"]


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


@pytest.mark.parametrize(
    "more, words",
    [
        ((), "--beta"),
        (("--beta", "100", "--mass", "1"), "--beta"),
        (("--mass", "1"), "belong together"),
        (("--beta", "-5"), "above zero"),
        (("--beta", "100", "--alt", "5 kg"), "length"),
        (("--beta", "100", "--lat", "100"), "latitude"),
        (("--beta", "100", "--seconds", "-1"), "--seconds"),
        (("--beta", "100", "--earth", "sphere", "--radius", "0"), "--radius"),
    ],
)
def test_what_cannot_be_thrown(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    (error, *_) = said(capsys, *DROP, *more, status=2)["errors"]
    assert words in error["message"] + error["help"]


def test_wind_drives_a_missile_off_its_aim(capsys: pytest.CaptureFixture[str]) -> None:
    calm = said(capsys, *FLY)
    blown = said(capsys, *FLY, "--wind-north", "20 m/s")
    assert 500.0 < blown["miss_m"] < 20e3
    assert blown["impact"]["lat_deg"] > calm["impact"]["lat_deg"] + 0.005
    assert said(capsys, *FLY, "--wind-north", "0 m/s")["miss_m"] < 10.0
    (error,) = said(capsys, *FLY, "--missile", "paveh", "--wind-east", "5", status=2)["errors"]
    assert "ballistic" in error["message"]


def test_a_table_of_wind_is_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "wind.csv"
    for text, words in (("", "no wind"), ("0,1,2\n5,x,1\n", ":2:"), ("9,1,1\n0,1,1\n", "rise")):
        table.write_text(text)
        (error, *_) = said(capsys, *DROP, "--beta", "9", "--wind", str(table), status=2)["errors"]
        assert words in error["message"]
