"""Tables of plain text: numbers as people read them, in 100 columns."""

from __future__ import annotations

import pytest

from keepout.cli import tables
from keepout.report import ledger, words
from keepout.studies.compare import compare
from keepout.trip import Settings, run_job


@pytest.mark.parametrize(
    "form, value, text",
    [
        (tables.count, -0.04, "0.0"),
        (tables.count, -0.06, "-0.1"),
        (tables.count, 12345.6, "12,346"),
        (tables.million, -1.0, "0.0"),
        (tables.million, 5.39e8, "539"),
        (tables.million, 4.2e6, "4.2"),
        (tables.percent, 0.2744, "27.4 %"),
        (tables.whole, 1e4, "10,000"),
    ],
)
def test_numbers(form, value, text):
    assert form(value) == text


def test_what_is_not_known_is_a_dash():
    nothing = dict.fromkeys(("mean", "mc_se", "p05", "p50", "p95"))
    text = tables.line("x", nothing | {"epistemic": nothing})
    assert text.split() == ["x", *"––––––––"]


def test_the_difference_fits_in_100_columns(fake):
    settings = Settings(trials=40, store=False)
    found = compare(run_job(fake.job(0.5), settings), run_job(fake.job(0.7), settings))
    found["ceiling"] = [{"words": "thaad-battery: 48 rounds at 2 a threat engage " * 4}]
    found["same_raid"] = False
    text = tables.difference(found)
    assert max(map(len, text.splitlines())) <= 100
    assert "not the same raid twice" in text


@pytest.mark.parametrize("mc_se, said", [(0.3, True), (0.0, False), (None, False)])
def test_ignorance_that_chance_hides_is_not_shown_as_none(mc_se, said):
    """Means of pairs that spread no more than chance spreads them."""
    inner = {"p05": -1.6, "p50": -1.6, "p95": -1.6}
    summary = {"mean": -1.6, "mc_se": mc_se, "p05": -7.0, "p50": -1.0, "p95": 5.0,
               "epistemic": inner}  # fmt: skip
    assert ("none seen" in tables.line("radar only", summary)) == said
    assert ("none seen" in words.ignorance_text(summary)) == said
    assert ("none seen" in str(ledger.summary_row("radar only", summary))) == said
