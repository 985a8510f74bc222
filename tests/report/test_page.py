"""The page: complete, well-formed, silent on the network, and safe with any text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from keepout.records.run import Run
from keepout.report.page import page, write_report

SECTIONS = [
    "answer", "ledger", "arrivals", "map", "heights", "published", "hand", "parameters",
    "sources", "limits", "repeat",
]  # fmt: skip
EVIL = '</title><script>alert("x")</script><img src=x onerror=y>&amp; $24M$ \x00\x1b'


@pytest.fixture(scope="module")
def html(run):
    return page(run)


def tree(html: str) -> ElementTree.Element:
    """The page as XML: every element closed, every attribute quoted, every & escaped."""
    return ElementTree.fromstring(html)


def attributes(html: str, *names: str) -> list[str]:
    return [value for el in tree(html).iter() for name, value in el.items() if name in names]


def text_of(html: str, id_: str) -> str:
    section = tree(html).find(f".//section[@id='{id_}']")
    assert section is not None
    return " ".join("".join(section.itertext()).split())


def test_all_sections_are_there_in_order(html):
    found = [section.get("id") for section in tree(html).iter("section")]
    assert found == SECTIONS


def test_ids_are_unique_and_links_lead_somewhere(html):
    ids = attributes(html, "id")
    assert len(ids) == len(set(ids))
    links = attributes(html, "href")
    within = {link.removeprefix("#") for link in links if not link.startswith("data:text/csv;")}
    assert within <= set(ids)
    assert len(links) - len([link for link in links if link.startswith("#")]) == html.count("<svg")


def test_nothing_is_loaded_from_anywhere(html):
    addresses = attributes(html, "src", "href", "action", "data", "srcset", "poster")
    assert addresses
    assert all(address.startswith(("#", "data:text/csv;")) for address in addresses)
    assert not re.search(r"@import|url\((?!#)", html)
    style = "".join(tree(html).find("head/style").itertext())
    assert "http" not in style
    assert "default-src 'none'" in "".join(attributes(html, "content"))


def test_text_of_users_stays_text(made):
    html = page(
        made(
            title=EVIL,
            note=EVIL,
            published=[
                {"asset": "nevatim", "count": 3.0, "kind": "about", "who": EVIL, "source": EVIL}
            ],
        )
    )
    root = tree(html)
    assert len(list(root.iter("script"))) == 1
    assert not list(root.iter("img"))
    assert "alert(" not in "".join(root.find(".//script").itertext())
    assert "onerror" in "".join(root.find("head/title").itertext())
    assert "\x00" not in html


def test_the_answer_says_the_mean_and_names_three_uncertainties(run, html):
    says = text_of(html, "answer")
    mean = run.outcomes[:, 3].mean()
    assert f"{mean:.1f}".removesuffix(".0") in says
    for name in ("Monte Carlo error", "spread of outcomes", "ignorance of parameters"):
        assert name in says
    assert "5 were counted" in says
    assert "5 craters do not identify a kill probability" in says


def test_the_ledger_has_every_denominator_and_the_ceiling(html):
    says = text_of(html, "ledger")
    for name in ("launched", "identified", "threatening", "engaged"):
        assert f"of the {name}" in says
    assert "48 rounds at 2 a threat are 24 threats" in says


def test_ranks_are_shares_of_trials(run, html):
    arrived = run.outcomes[:, 3]
    says = text_of(html, "published")
    assert f"{100 * (arrived <= 5).mean():.1f} %" in says
    assert f"{100 * (arrived < 2).mean():.1f} %" in says


def test_every_parameter_stands_there_with_source_and_grade(run, html):
    says = text_of(html, "parameters")
    for parameter in run.resolved["parameters"]:
        if ".asset." not in parameter["key"]:
            assert parameter["key"] in says
    assert "raid.west.asset: nevatim" in says
    assert "crs-if12645" in says
    assert "Congressional Research Service" in text_of(html, "sources")


def test_the_command_line_repeats_the_run_and_shows_no_folder(html):
    assert "keepout run 'by hand.yaml' --set raids.west.count=20 --trials 60 --seed 3" in (
        text_of(html, "repeat")
    )
    assert "secret" not in html


def test_the_story_of_one_missile(html):
    says = text_of(html, "heights")
    assert "north destroys it" in says
    assert "south (out of reach)" in says


def test_a_run_that_kept_nothing(made):
    html = page(made(keep=False))
    assert "kept its events" in text_of(html, "map")
    assert "heights" not in [section.get("id") for section in tree(html).iter("section")]


@pytest.mark.parametrize("trials", [1, 2, 3])
def test_few_trials(made, trials):
    assert "arrive" in text_of(page(made(trials)), "answer")


def test_nothing_published_nothing_aimed(made):
    html = page(made(published=[], names={"raids": [], "batteries": []}, parameters=[]))
    found = [section.get("id") for section in tree(html).iter("section")]
    assert "published" not in found
    assert "hand" not in found
    assert "No real kill probability is public" in text_of(html, "answer")


def test_nothing_arrived(run):
    names = run.layout.columns()
    rows = run.outcomes.copy()
    for k, name in enumerate(names):
        if name.startswith("arrived"):
            rows[:, k] = 0
    rows[:, 2] = rows[:, 0] - rows[:, 1]
    rows[:, names.index("intercepted.thaad-battery")] = rows[:, 2]
    html = page(Run(None, run.manifest, run.resolved, "", run.layout, rows, run.events, run.tracks))
    assert "0 are expected to arrive" in text_of(html, "answer")


def test_the_same_run_gives_the_same_bytes_and_not_too_many(run, html, tmp_path):
    write_report(run, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == html.encode()
    assert len(html) < 1_500_000


def test_a_few_missiles_are_told_battery_by_battery(run):
    from keepout.report.reading import Reading
    from keepout.report.stories import picked, stories

    reading = Reading(run)
    assert picked(reading) == ["west/000", "west/001"]
    told = str(stories(reading))
    for words in ("west/000", "destroyed by north", "west/001", "north", "miss", "eye 5:00"):
        assert words in told


def test_the_limits_say_whether_radars_pay_for_their_time():
    """Of a scenario's own words below ``models``; unlimited where it says nothing."""
    from types import SimpleNamespace

    from keepout.report.limits import limits

    for chosen, says in (({}, "unlimited"), ({"radar_time": "budgeted"}, "budgeted")):
        inputs = SimpleNamespace(below=lambda _, chosen=chosen: {"sensing": "radar", **chosen})
        assert f"radar_time {says}" in str(limits(SimpleNamespace(published=[], inputs=inputs)))
