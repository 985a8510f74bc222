"""``keepout catalogue`` and ``keepout cite``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import keepout
from keepout.catalogue import read
from keepout.cli import answer
from keepout.cli.cite import _begun

FIELD_KEYS = {"value", "unit", "low", "high", "source", "grade"}


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """Standard output of one command that ends with ``status``."""
    assert answer(arguments) == status
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    """The same, read as JSON."""
    return json.loads(said(capsys, *arguments, "--json", status=status))


def test_the_list_has_every_id_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    listed = as_json(capsys, "catalogue")
    assert list(listed) == ["missile", "interceptor", "radar", "battery", "place"]
    assert [id_ for ids in listed.values() for id_ in ids] == read.ids()
    text = said(capsys, "catalogue")
    assert all(id_ in text for id_ in read.ids())


def test_an_entry_is_its_fields_each_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    fields = as_json(capsys, "catalogue", "thaad-battery")
    assert set(fields) == {
        "launchers", "rounds_per_launcher", "crew", "cost_usd", "reload_time", "channels",
        "launch_interval", "assessment", "track_before_firing", "track_quality", "interceptor",
        "radar", "emplacement_time",
    }  # fmt: skip
    assert all(set(field) >= FIELD_KEYS for field in fields.values())
    assert fields["launchers"]["value"] == 6
    assert fields["rounds_per_launcher"]["value"] == 8
    assert fields["cost_usd"]["value"] == 1_000_000_000
    assert fields["reload_time"]["unit"] == "min"
    assert fields["launchers"]["source"] == ["crs-if12645"]
    assert fields["interceptor"] == fields["interceptor"] | {
        "value": "thaad-interceptor", "unit": "", "low": None, "high": None,
    }  # fmt: skip


@pytest.mark.parametrize("id_", ["ghadr-1", "arrow-3", "an-tpy-2", "aegis-destroyer", "nevatim"])
def test_an_entry_as_text_names_all_fields(capsys: pytest.CaptureFixture[str], id_: str) -> None:
    text = said(capsys, "catalogue", id_)
    assert read.entry(id_).name in text
    assert all(name in text for name in read.entry(id_).fields)


def test_an_unknown_id_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    answered = as_json(capsys, "catalogue", "thad-battery", status=2)
    (error,) = answered["errors"]
    assert error["code"] == "unknown-id"
    assert "thaad-battery" in error["help"]


def test_cite_names_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    answered = as_json(capsys, "cite")
    assert answered["program"]["version"] == keepout.__version__
    assert answered["run"] is None
    cited = answered["sources"]
    assert [source["key"] for source in cited] == list(read.sources())
    by_key = {source["key"]: source for source in cited}
    assert "thaad-battery" in by_key["crs-if12645"]["used_by"]
    assert by_key["crs-if12645"]["date"] == "2024-07-18"
    text = said(capsys, "cite")
    assert all(f"[{key}]" in text for key in by_key)


def test_cite_of_a_run_names_what_it_rests_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """``resolved.json`` names sources by key, as a list or alone, at any depth."""
    resolved = {
        "parameters": [
            {"key": "thaad-interceptor.sspk", "drawn": True, "source": ["opinion"]},
            {"key": "ghadr-1.range", "value": 1600e3, "source": ["armscontrol-2016", "my notes"]},
        ],
        "raids": {"north": {"count": {"value": 4, "source": "opinion"}, "source": ""}},
    }
    (tmp_path / "resolved.json").write_text(json.dumps(resolved))
    (tmp_path / "manifest.json").write_text('{"digest": "abc", "seed": 7, "host": {}}')
    answered = as_json(capsys, "cite", str(tmp_path))
    assert answered["run"] == {"digest": "abc", "seed": 7}
    cited = answered["sources"]
    used = {source["key"]: source["used_by"] for source in cited}
    assert used == {
        "opinion": ["thaad-interceptor.sspk", "raids.north.count"],
        "armscontrol-2016": ["ghadr-1.range"],
        "my notes": ["ghadr-1.range"],
    }
    drawn = {source["key"]: source["drawn"] for source in cited if source["drawn"]}
    assert drawn == {"opinion": ["thaad-interceptor.sspk"]}
    text = said(capsys, "cite", str(tmp_path))
    assert "used by ghadr-1.range" in text
    assert "drawn: thaad-interceptor.sspk" in text
    assert "digest abc" in text


@pytest.mark.parametrize("content", [None, "{"])
def test_cite_of_no_run_is_bad_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "resolved.json").write_text(content)
    answered = as_json(capsys, "cite", str(tmp_path), status=2)
    assert answered["errors"][0]["code"] == "unknown-run"


def test_parts_of_a_reference_begin_with_a_capital_unless_they_are_addresses() -> None:
    assert _begun("press of October 2024") == "Press of October 2024"
    assert _begun("as carried by Kyodo") == "As carried by Kyodo"
    assert _begun("armscontrol.org blog") == "armscontrol.org blog"
    assert _begun("2024-10") == "2024-10"


def test_references_in_print_begin_with_capitals(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["cite"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert not re.search(r"\. (press|as carried|public) ", text)
