"""README's table of predicted against published is still what the program says."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, module

ROW = re.compile(r"^\| (\S+) \| (.+) \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \|$", re.M)


@pytest.fixture(scope="module")
def predicted():
    return module(ROOT / "docs" / "predicted.py")


def test_the_table_is_fresh_enough(predicted):
    # Same seed: only a changed model or input moves it. A tenth, or one missile, is the most
    # that a reader of the table should have to forgive.
    printed = ROW.findall(predicted.section((ROOT / "README.md").read_text()))
    now = predicted.rows(predicted.run_now())
    assert [(asset, words) for asset, words, *_ in printed] == [row[:2] for row in now]
    for (asset, _, *numbers), (_, _, s) in zip(printed, now, strict=True):
        for shown, key in zip(map(float, numbers), ("mean", "p05", "p95"), strict=True):
            assert shown == pytest.approx(s[key], rel=0.1, abs=1.0), f"{asset} {key}"


def test_filling_replaces_what_stood_there(predicted):
    readme = f"a\n{predicted.BEGIN}\nold\n{predicted.END}\nb\n"
    once = predicted.filled(readme, "new")
    assert predicted.section(once) == "new"
    assert predicted.filled(once, "new") == once
