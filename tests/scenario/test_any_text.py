"""No text whatsoever does worse than a list of problems."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from keepout import document
from keepout.errors import InputError, Problem
from keepout.scenario import diagnostics
from keepout.scenario.load import load_text

from .test_diagnostics import GOOD

JUNK = st.sampled_from(
    [
        None, True, -1, 0, 1.5, 1e300, "", "x", "nevatim", "30 km", "30 s", "0.5", "thaad-battery",
        "single", [], {}, [1], {"low": 1}, {"low": 2, "high": 1}, {"mix": {}}, {"mix": {"emad": 1}},
        {"within": "3 min"}, {"lat": "1 deg"}, {"mixture": [1], "weights": [1]}, {"value": 1},
        {"low": 0, "high": 1, "correlate": {"with": "b1.sspk", "rank": 2}}, [{}], [[]], [None],
        {"mixture": [{"mixture": [1], "weights": [1]}, {"low": 0}], "weights": [1, 1]},
    ]
)  # fmt: skip


def problems_of(text: str, settings: list[str] | None = None) -> list[Problem]:
    """The problems of a text, none if it is sound; anything but InputError is a defect."""
    try:
        load_text(text, "any.yaml", settings or [])
    except InputError as error:
        return error.problems or [Problem("", "an error without a problem")]
    return []


def check(found: list[Problem]) -> None:
    shown = diagnostics.text(found)
    for problem in found:
        assert problem.code
        assert problem.message
        assert f"error[{problem.code}]" in shown


def paths(data: Any, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Addresses of everything in plain data."""
    found = [where] if where else []
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        found += paths(value, (*where, key))
    return found


WHERE = paths(document.parse(GOOD).data)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WHERE), JUNK), min_size=1, max_size=4))
def test_any_value_anywhere(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = document.parse(GOOD).data
    for where, value in changes:
        here = data
        try:
            for step in where[:-1]:
                here = here[step]
            here[where[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    check(problems_of(json.dumps(data)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=8))
def test_any_damage_to_the_text(at: int, length: int, text: str) -> None:
    check(problems_of(GOOD[:at] + text + GOOD[at + length :]))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30), st.text(max_size=20))
def test_any_setting(path: str, value: str) -> None:
    for setting in (f"{path}={value}", f"raids.north.count={value}", f"raids.{path}={value}", path):
        check(problems_of(GOOD, [setting]))
