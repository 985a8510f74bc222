"""The page of the Python interface is whole: every public name, every method, explained."""

from __future__ import annotations

import sys

import pytest

import keepout
from tests.docs.pages import ROOT, module


@pytest.fixture(scope="module")
def api():
    return module(ROOT / "docs" / "api.py")


@pytest.fixture(scope="module")
def page(api):
    sys.path.insert(0, str(ROOT / "docs"))
    from generate import table

    return api.page(table)


def test_every_public_name_is_listed_where_it_comes_from():
    listed = [name for names in keepout.WHERE.values() for name in names]
    assert sorted(listed) == sorted(keepout.__all__)


def test_every_public_name_stands_on_the_page(page):
    for name in keepout.__all__:
        assert f"### ko.{name}\n" in page


def test_every_method_of_what_they_give_back_stands_on_the_page(api, page):
    views = api.views()
    assert {"RunView", "Comparison", "Flight", "Radar", "Track", "Findings"} <= set(views)
    for name, cls in views.items():
        assert f"### {name}\n" in page
        for member, _ in api.members(cls):
            assert f".{member}" in page


def test_what_functions_give_back_is_told_wherever_it_lives(page):
    for name in ("flight.throw.Thrown", "studies.assignment.solve.Answer", "Comparison"):
        assert f"### {name}\n" in page
    assert "`landed`" in page
    assert "`keepout.errors.InputError`" in page


def test_a_function_without_docstring_stops_the_build(api):
    with pytest.raises(api.Unexplained, match="idle"):
        api.said_of("idle", lambda: None)


def test_signatures_are_readable(page):
    assert "CPUDispatcher" not in page
    assert " object at 0x" not in page
    assert "control: str = 'min-energy'" in page
