"""The course: every notebook runs whole, and its checks take right answers and no others."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from tests.docs.pages import ROOT, module

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHECKED = re.compile(r'^check\("([a-z]+-\d)", (\w+)\)$', re.M)
OFF = 1.02
"""A wrong answer: two per cent off."""


@pytest.fixture(scope="module")
def notebook():
    return module(ROOT / "docs" / "notebook.py")


@pytest.fixture(scope="module")
def course():
    return module(ROOT / "notebooks" / "course.py")


@pytest.fixture(scope="module")
def solutions():
    return module(ROOT / "notebooks" / "solutions.py")


def by_name(answer: Any, names: dict[str, Any]) -> Any:
    """An answer; a number that hangs on what the notebook has drawn is worked out from it."""
    return answer(names) if getattr(answer, "__name__", "") == "mean_p_if_known" else answer


def spoilt(answer: Any) -> Any:
    if not callable(answer):
        return OFF * answer
    return lambda *given: OFF * np.asarray(answer(*given))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_whole_and_its_checks_can_fail(
    path, notebook, course, solutions, monkeypatch
):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, Any] = {"__name__": "__main__"}
    with notebook.beside():
        ran = list(notebook.run(notebook.cells(path), names))
    said = "".join(each.printed for each in ran)
    asked = [found for each in ran for found in CHECKED.findall(each.cell.text)]
    assert 3 <= len(asked) <= 5
    assert sum(len(each.figures) for each in ran) >= 2
    for key, name in asked:
        assert f"{key}: {course.NOT_YET}" in said
        answer = by_name(getattr(solutions, name), names)
        assert course.wrong(key, answer) == "", key
        assert course.wrong(key, spoilt(answer)).startswith("not yet"), key
        assert course.wrong(key, names[name]) == course.NOT_YET


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs_and_links_what_exists(path, notebook):
    whole = json.loads(path.read_text("utf-8"))
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    assert path.stat().st_size < 30_000
    ids = [cell["id"] for cell in whole["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in whole["cells"]:
        assert cell["cell_type"] in ("markdown", "code")
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
        for target in re.findall(r"\]\((?!http)([^)#]+)", "".join(cell["source"])):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_formula_can_be_drawn(path, notebook):
    text = "\n".join(each.text for each in notebook.cells(path) if each.kind == "markdown")
    drawn = notebook.FENCED.sub("", notebook.with_formulas(text))
    assert "$" not in drawn
    assert 'class="formula"' in drawn


def test_there_are_five_and_every_exercise_is_asked(course):
    text = "".join(path.read_text("utf-8") for path in NOTEBOOKS)
    assert len(NOTEBOOKS) == 5
    assert set(re.findall(r'check\(\\"([a-z]+-\d)', text)) == set(course.EXERCISES)


def test_a_cell_gives_what_it_prints_its_last_value_and_its_figures(notebook, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    text = "import matplotlib.pyplot as plt\nprint('a')\nplt.plot([1, 2])\n1 + 1"
    ran = notebook.run_cell(notebook.Cell("code", text, "x"), {})
    assert (ran.printed, ran.value, len(ran.figures)) == ("a\n", "2", 1)
    assert notebook.run_cell(notebook.Cell("code", "1 + 1;", "x"), {}).value == ""
    with pytest.raises(ZeroDivisionError):
        notebook.run_cell(notebook.Cell("code", "1 / 0", "x"), {})


def test_hints_do_not_tell_the_answer(course):
    assert course.wrong("radar-3", lambda p, n: 2 * (1 - (1 - p) ** n)) == (
        "not yet: it is 2 times what it should be for 0.5, 2"
    )
    assert "sign" in course.wrong("trajectory-4", -1.0)
    assert course.wrong("filter-1", lambda m, p, z, r: m).startswith("not yet: 2 number")
