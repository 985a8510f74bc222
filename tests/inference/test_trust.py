"""The answer for a range of trusts: weighed anew, equal to a file that says so, on the page."""

from __future__ import annotations

import pytest

from keepout.inference import findings, study
from keepout.inference.posterior import weigh
from keepout.inference.reading import read
from keepout.report import inferred

SEED = 3


@pytest.fixture(scope="module")
def answer():
    return study.infer(study.Question(read("uae-2026"), states=20_000, seed=SEED))


@pytest.fixture(scope="module")
def record(answer):
    return study.record(answer)


def trusting(evidence, trust: float):
    """The evidence with another trust in every report that is in doubt."""
    changed = [
        each.model_copy(
            update={
                "reports": tuple(
                    report.model_copy(update={"trust": trust}) if report.trust < 1.0 else report
                    for report in each.reports
                )
            }
        )
        for each in evidence.observations
    ]
    return evidence.model_copy(update={"observations": tuple(changed)})


def test_each_line_is_what_a_file_with_that_trust_would_say(answer, record):
    found = answer.posterior
    assert [line["trust"] for line in record["by_trust"] if line["given"]] == [0.98]
    for line in record["by_trust"]:
        other = weigh(trusting(found.evidence, line["trust"]), found.bank, SEED)
        for name, says in line["says"].items():
            values = findings.values_of(other, name)
            expected = findings.weighted.quantiles(values, other.weights)
            assert list(says.values()) == pytest.approx(expected, rel=1e-9)


def test_the_less_is_trusted_the_more_stays_open(record):
    ends = {line["trust"]: line["says"]["leak.engaged"]["p95"] for line in record["by_trust"]}
    assert sorted(ends, reverse=True) == list(ends)
    assert ends[0.5] > ends[0.8] > ends[0.95] > 3.0 * ends[1.0]
    before = 1.0 - record["counts"]["rates.engaged"]["prior"]["p05"]
    assert ends[0.5] < before


def test_the_page_says_it_first_and_folds_its_tables(record):
    page = inferred.page(record, findings.sentences(record), "keepout infer uae-2026")
    told = findings.trust_in_words(record)[0]
    assert told.startswith("Reports in doubt are trusted to 98 %")
    assert page.count("Reports in doubt are trusted to") == 1
    assert page.index("Reports in doubt") < page.index("In pictures")
    numbers = page[page.index("In numbers") : page.index("What is assumed")]
    assert numbers.count("<table") == numbers.count("<details") > 3
    assert "for other trusts" in page  # the picture


def test_where_nothing_is_in_doubt_there_is_no_range(answer):
    found = answer.posterior
    sure = weigh(trusting(found.evidence, 1.0), found.bank, SEED)
    assert findings.by_trust(sure, ["leak.engaged"]) == []
    assert findings.trust_in_words({"by_trust": []}) == []
