"""check-rate: each denominator by hand, and by brute force over every ledger."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.cli import answer
from keepout.inference.rate import CAN_HOLD, CANNOT, HOLDS, Claim, check


def by_name(claim: Claim):
    return {row.denominator: row for row in check(claim)}


def test_by_hand():
    """190 launched, 62 arrived: at most 128 were stopped, 67.4 %, so 86 % is not of launched."""
    rows = by_name(Claim(0.86, 0.005, launched=190, arrived=62))
    assert rows["launched"].verdict == CANNOT
    assert rows["launched"].high == pytest.approx(128 / 190)
    assert rows["not arrived"].verdict == CANNOT
    assert rows["engaged"].verdict == CAN_HOLD
    # 128 stopped at 85.5 % leave 21.7 missed: at least 62 - 21 = 41 were never shot at
    assert "at least 41 of the 62 arrivals were never shot at" in rows["engaged"].assumptions


def test_the_emirates_on_10_march_2026():
    """262 detected, 241 destroyed, 19 in the sea, 2 landed (ministry): 92 % and 99 % both hold."""
    counts = {"launched": 262, "arrived": 2, "failed": 19, "intercepted": 241}
    assert by_name(Claim(0.92, 0.005, **counts))["launched"].verdict == HOLDS
    assert by_name(Claim(0.99, 0.005, **counts))["flew on"].verdict == HOLDS
    assert by_name(Claim(0.99, 0.005, **counts))["launched"].verdict == CANNOT


def test_april_2024_claims_99_percent():
    """115 launched, 9 arrived: 99 % holds only of a part of them."""
    rows = by_name(Claim(0.99, 0.005, launched=115, arrived=9))
    assert [n for n, row in rows.items() if row.verdict == CANNOT] == [
        "launched", "not arrived", "flew on",
    ]  # fmt: skip


def test_an_interval_stands_beside_known_counts():
    """Clopper and Pearson for 9 of 10: 0.606 to 0.995 (their chart, two-sided 90 %)."""
    rows = by_name(Claim(0.9, 0.05, launched=10, arrived=1, failed=0))
    assert rows["launched"].interval == pytest.approx((0.606, 0.9949), abs=5e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.data())
def test_verdicts_equal_brute_force(launched, data):
    arrived = data.draw(st.integers(0, launched))
    rate = data.draw(st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0]))
    claim = Claim(rate, 0.05, launched=launched, arrived=arrived)
    rows = by_name(claim)

    def fits(part, whole):
        return whole > 0 and claim.low - 1e-9 <= part / whole <= claim.high + 1e-9

    stopped = range(launched - arrived + 1)
    beside = range(arrived + 1)
    of = [fits(i, launched) for i in stopped]
    assert (rows["launched"].verdict == CANNOT) == (not any(of))
    assert (rows["launched"].verdict == HOLDS) == all(of)
    engaged = [i > 0 and fits(i, i + k) for i, k in itertools.product(stopped, beside)]
    assert (rows["engaged"].verdict == CANNOT) == (not any(engaged))
    seen = [i > 0 and fits(i, s) for i in stopped for s in range(i, launched + 1)]
    assert (rows["identified"].verdict == CANNOT) == (not any(seen))


def test_impossible_figures_are_told_at_once(capsys):
    line = "check-rate --launched 10 --arrived 20 --failed -1 --claim 86 --json"
    assert answer(line.split()) == 2
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert {e["path"] for e in errors} == {"--claim", "--arrived", "--failed"}
    assert any("write 0.86" in e["help"] for e in errors)


def test_a_ledger_that_does_not_add_up(capsys):
    line = "check-rate --launched 10 --arrived 2 --failed 1 --intercepted 6 --claim 0.6 --json"
    assert answer(line.split()) == 2
    assert "add up to 9" in json.loads(capsys.readouterr().out)["errors"][0]["message"]


def test_the_page_shows_what_the_json_says(tmp_path, capsys):
    page = tmp_path / "rate.html"
    line = "check-rate --launched 190 --arrived 62 --claim 86% --json --page"
    assert answer([*line.split(), str(page)]) == 0
    found = json.loads(capsys.readouterr().out)
    text = page.read_text()
    assert text.count("<svg") == 3
    assert found["denominators"][0]["verdict"] in text
    again = text.split("<code>")[1].split("</code>")[0].split()
    assert answer([*again[1:], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_the_json_has_every_denominator(capsys):
    line = "check-rate --launched 100 --arrived 10 --claim 90% --json"
    assert answer(line.split()) == 0
    found = json.loads(capsys.readouterr().out)
    names = [row["denominator"] for row in found["denominators"]]
    assert names == ["launched", "not arrived", "flew on", "identified", "threatening", "engaged"]
    assert found["claim"] == {"rate": 0.9, "low": pytest.approx(0.895), "high": 0.905}
    assert "further assumptions" in found["summary"]
