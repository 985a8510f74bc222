"""The generated pages of the manual: whole, and refused where something lacks an explanation."""

from __future__ import annotations

import click
import pytest

from keepout.cli import VERBS
from tests.docs.pages import ROOT, module


@pytest.fixture(scope="module")
def generate():
    return module(ROOT / "docs" / "generate.py")


def test_every_verb_stands_in_the_manual(generate):
    page = generate.commands()
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(VERBS)


def test_a_verb_without_help_stops_the_build(generate):
    with pytest.raises(generate.Undocumented, match="keepout idle"):
        generate.command_page("idle", click.Command("idle"))


def test_an_option_without_help_stops_the_build(generate):
    command = click.Command("idle", help="Do nothing.", params=[click.Option(["--long"])])
    with pytest.raises(generate.Undocumented, match="--long"):
        generate.command_page("idle", command)


def test_a_key_without_description_stops_the_build(generate):
    with pytest.raises(generate.Undocumented, match=r"Raid\.count"):
        generate.block("Raid", {"properties": {"count": {"type": "integer"}}}, {})


def test_every_field_of_the_catalogue_stands_in_the_manual(generate):
    from keepout.catalogue import read

    page = generate.catalogue()
    for entry in read.entries():
        assert f"`{entry.id}`" in page
        assert all(f"`{name}`" in page for name in entry.fields)


def test_a_number_without_source_stops_the_build(generate):
    with pytest.raises(generate.Undocumented, match="range"):
        generate.field_row("range", {"source": []})


def test_formulas_cite_publications(generate):
    page = generate.formulas()
    assert "earth.atmosphere.density_kgpm3" in page
    assert "NASA-TM-X-74335" in page


def test_cells_hold_one_line(generate):
    assert generate.cell("a |\n  b") == "a \\| b"


def test_every_key_of_a_study_stands_in_the_manual(generate):
    from keepout.studies.study_file import Study

    page = generate.study_fields()
    for info in Study.model_fields.values():
        assert info.description in page
    assert "`within`" in page
    assert "`choices`" in page


def test_a_study_of_the_manual_that_fails_stops_the_build(generate, monkeypatch):
    monkeypatch.setattr(generate, "STUDIES", (("Nothing", "sweep no-such-study"),))
    with pytest.raises(generate.Undocumented, match="no-such-study"):
        generate.studies()
