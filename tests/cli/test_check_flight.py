"""``keepout check-flight``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keepout.cli import answer
from keepout.cli.check_flight import _half
from keepout.cli.given import Figure

LOFTED = ("check-flight", "--apogee", "2111.5 km", "--range", "787 km")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """Standard output of one command as JSON."""
    assert answer([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "dimension, text, value, half",
    [
        ("length", "2111.5 km", 2111.5e3, 50.0),
        ("length", "787 km", 787e3, 500.0),
        ("length", "550 km", 550e3, 5e3),
        ("length", "90 km", 90e3, 500.0),
        ("length", "55 nmi", 55 * 1852.0, 926.0),
        ("length", "1e3 km", 1e6, 500e3),
        ("time", "30 min", 1800.0, 30.0),
        ("time", "67.5 min", 4050.0, 3.0),
        ("time", "47 min 12 s", 2832.0, 0.5),
        ("time", "1 h 25 min 56 s", 5156.0, 0.5),
        ("time", "1 h 7 min", 4020.0, 30.0),
        ("time", "300 s", 300.0, 0.5),
        ("time", "47min 12s", 2832.0, 0.5),
        ("length", "2111.5km", 2111.5e3, 50.0),
    ],
)
def test_figures_carry_half_of_their_last_digit(
    dimension: str, text: str, value: float, half: float
) -> None:
    found = Figure(dimension, parts=dimension == "time").convert(text, None, None)
    assert found == pytest.approx((value, half))


def test_whole_minutes_are_rounded_to_a_minute() -> None:
    assert _half((1800.0, 0.5), None) == 30.0
    assert _half((1800.0, 0.5), 1.0) == 0.5
    assert _half((1801.0, 0.5), None) == 0.5
    assert _half((300.0, 0.5), None) == 0.5


def test_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = said(capsys, *LOFTED, "--time", "30 min")
    assert list(found) == [
        "verdict", "reason", "free_fall_time_s", "burnout_speed_mps", "excess_time_s",
    ]  # fmt: skip
    assert found["verdict"] == "possible"
    assert found["free_fall_time_s"] == pytest.approx(1671, abs=1)
    assert found["burnout_speed_mps"] == pytest.approx(5606, abs=2)
    assert found["excess_time_s"] == pytest.approx(1800 - found["free_fall_time_s"])
    assert said(capsys, *LOFTED)["excess_time_s"] is None
    assert said(capsys, *LOFTED, "--time", "1600 s")["verdict"] == "impossible"
    assert said(capsys, *LOFTED, "--time", "36 min")["verdict"] == "implausible"
    assert said(capsys, *LOFTED, "--time", "30 min", "--burn", "400 s")["verdict"] == "implausible"
    east = ("--from", "40.0,125.2", "--to", "41.9,134.4")
    assert said(capsys, *LOFTED, "--time", "30 min", *east)["free_fall_time_s"] > 1680
    assert answer([*LOFTED, "--time", "47 min 12 s"]) == 0
    assert "implausible: 2,832 s" in capsys.readouterr().out


def test_a_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "claim.svg"
    said(capsys, *LOFTED, "--plot", str(path))
    assert "<svg" in path.read_text("utf-8")


@pytest.mark.parametrize(
    "more, words",
    [
        (("--apogee", "0 km"), "above 0"),
        (("--apogee", "50000 km"), "30,000 km"),
        (("--range", "21000 km"), "half way round"),
        (("--apogee", "0e9999 km"), "above 0"),
        (("--apogee", "1e9999 km"), "too large"),
        (("--apogee", "nan km"), "not a number"),
        (("--range", "-5 km"), "half way round"),
        (("--time", "0 s"), "above 0"),
        (("--time", "30"), "no unit"),
        (("--time", "30 km"), "time"),
        (("--time", "5 min 3 km"), "time"),
        (("--burn", "-5 s"), "below zero"),
        (("--from", "39,125"), "belong together"),
        (("--from", "39,125", "--to", "39,125"), "same place"),
        (("--from", "139,25", "--to", "39,125"), "swapped"),
        (("--rounding", "1 min"), "--rounding"),
    ],
)
def test_bad_input_is_explained(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    (error, *_) = said(capsys, *LOFTED, *more, status=2)["errors"]
    assert words in error["message"] + error["help"]


def test_every_fault_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ("check-flight", "--apogee", "0 km", "--range", "30000 km", "--burn", "-1 s")
    assert len(said(capsys, *wrong, status=2)["errors"]) == 3
    wrong = ("check-flight", "--apogee", "12 kg", "--range", "x", "--time", "5")
    assert len(said(capsys, *wrong, status=2)["errors"]) == 3
    # what cannot be read hides nothing of what makes no sense
    wrong = (
        "check-flight", "--apogee", "-5 km", "--range", "99999 km", "--time", "0 s",
        "--from", "95,200",
    )  # fmt: skip
    told = [error["message"] for error in said(capsys, *wrong, status=2)["errors"]]
    assert len(told) == 5
    for words in ("latitude 95", "apogee lies", "ground range", "flight time", "belong together"):
        assert any(words in message for message in told), words
    wrong = (
        "check-flight",
        "--apogee",
        "5 kg",
        "--to",
        "32,35",
        "--from",
        "x",
        "--rounding",
        "1 s",
    )
    told = [error["message"] for error in said(capsys, *wrong, status=2)["errors"]]
    assert len(told) == 4  # with the range that is missing; the places may belong together
    assert not any("belong together" in message for message in told)
    wrong = ("check-flight", *LOFTED[1:], "--time", "soon", "--rounding", "1 s")
    assert len(said(capsys, *wrong, status=2)["errors"]) == 1
