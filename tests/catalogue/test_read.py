"""The reader: strict, everything wrong at once, and the same with and without its cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keepout import units
from keepout.catalogue import read
from keepout.catalogue.fields import FOLDERS
from keepout.errors import InputError
from keepout.records.parameter import Parameter

SOURCES = "one: {author: A, title: T, date: 2024, where: W}\n"
ROUND = """\
schema: keepout/catalogue/1
id: example-area
name: Example
note: For the tests.
fields:
  role: {value: launch-area, source: one, grade: D}
  lat: {value: 35.5, unit: deg, source: [one], grade: B}
  lon: {value: 51.0, unit: deg, source: one, grade: B, date: 1999}
  radius: {value: 50, unit: km, low: 20, high: 100, source: one, grade: D, note: Assumed.}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one place, with a cache of its own."""
    monkeypatch.setenv("KEEPOUT_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "catalogue"
    for name in FOLDERS.values():
        (root / name).mkdir(parents=True)
    (root / "sources.yaml").write_text(SOURCES)
    (root / "places" / "example-area.yaml").write_text(ROUND)
    return root


def problems(root: Path, old: str, new: str) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong once ``old`` became ``new`` in the example."""
    assert old in ROUND
    (root / "places" / "example-area.yaml").write_text(ROUND.replace(old, new))
    with pytest.raises(InputError) as error:
        read.entry("example-area", folder=root)
    assert all(problem.file.endswith("example-area.yaml") for problem in error.value.problems)
    return [(problem.code, problem.line) for problem in error.value.problems]


def test_an_entry_comes_back_as_written(folder: Path) -> None:
    entry = read.entry("example-area", folder=folder)
    assert (entry.kind, entry.name, entry.note) == ("place", "Example", "For the tests.")
    assert entry.text("role") == "launch-area"
    radius = entry.number("radius")
    assert (radius.value, radius.unit, radius.si) == (50, "km", 50e3)
    assert (radius.low, radius.high, radius.source, radius.grade) == (20, 100, ("one",), "D")
    assert radius.date == "2024"  # of the source
    assert entry.number("lon").date == "1999"  # its own


def test_text_and_numbers_are_not_mixed_up(folder: Path) -> None:
    entry = read.entry("example-area", folder=folder)
    with pytest.raises(KeyError):
        entry.number("role")
    with pytest.raises(KeyError):
        entry.text("lat")
    with pytest.raises(TypeError):
        entry.fields["lat"] = entry.fields["lon"]  # type: ignore[index]


@pytest.mark.parametrize(
    "old, new, code, line",
    [
        ("unit: km, ", "", "missing-key", 9),
        ("unit: km", "unit: kg", "unit", 9),
        ("unit: km", "unit: furlong", "unit", 9),
        ("low: 20, ", "", "missing-key", 9),
        ("low: 20", "low: 60", "range", 9),
        ("value: 50", "value: fifty", "number", 9),
        ("value: 50", "value: true", "number", 9),
        ("value: 50", "value: .nan", "number", 9),
        ("value: 50", "value: -50", "negative", 9),
        ("low: 20", "low: -20", "negative", 9),
        ("high: 100", "high: .inf", "number", 9),
        ("source: one, grade: D, note", "grade: D, note", "source", 9),
        ("source: [one]", "source: [two]", "unknown-source", 7),
        ("source: [one]", "source: []", "source", 7),
        ("grade: B, date", "grade: E, date", "grade", 8),
        ("grade: B, date", "level: B, grade: B, date", "unknown-key", 8),
        ("  radius:", "  radios:", "unknown-key", 9),
        ("value: launch-area", "value: somewhere", "unknown-name", 6),
        ("value: launch-area", "value: 3", "text", 6),
        ("id: example-area", "id: other", "id", 2),
        ("catalogue/1", "catalogue/2", "schema", 1),
        ("name: Example\n", "", "missing-key", 1),
    ],
)
def test_every_fault_has_its_place(folder: Path, old: str, new: str, code: str, line: int) -> None:
    assert (code, line) in problems(folder, old, new)


def test_all_faults_come_at_once_in_file_order(folder: Path) -> None:
    text = ROUND.replace("grade: B}", "grade: X}").replace("unit: km", "unit: kg")
    (folder / "places" / "example-area.yaml").write_text(text.replace("value: 51.0", "value: x"))
    with pytest.raises(InputError) as error:
        read.entry("example-area", folder=folder)
    lines = [problem.line for problem in error.value.problems]
    assert lines == sorted(lines)
    assert {7, 8, 9} <= set(lines)


def test_an_unknown_id_names_close_and_allowed_ones() -> None:
    with pytest.raises(InputError) as error:
        read.entry("thad-battery")
    (problem,) = error.value.problems
    assert problem.code == "unknown-id"
    assert "did you mean thaad-battery" in problem.help
    assert "sm-3-ib" in problem.help
    with pytest.raises(InputError) as error:
        read.entry("thaad-battery", "missile")
    assert "ghadr-1" in error.value.problems[0].help
    assert "an-tpy-2" not in error.value.problems[0].help


def test_the_cache_gives_the_same_entry(folder: Path) -> None:
    first = read.entry("example-area", folder=folder)
    read._entry.cache_clear()
    read._sources.cache_clear()
    assert read.entry("example-area", folder=folder) == first
    kept = list((folder.parent / "cache" / "catalogue").iterdir())
    assert len(kept) == 2  # the entry and the sources


def test_the_cache_notices_a_changed_file(folder: Path) -> None:
    read.entry("example-area", folder=folder)
    read._entry.cache_clear()
    (folder / "places" / "example-area.yaml").write_text(ROUND.replace("value: 50", "value: 60"))
    assert read.entry("example-area", folder=folder).number("radius").value == 60
    read._entry.cache_clear()
    read._sources.cache_clear()
    (folder / "sources.yaml").write_text(SOURCES.replace("one:", "other:"))
    with pytest.raises(InputError):
        read.entry("example-area", folder=folder)


def test_a_spoilt_cache_is_no_fault(folder: Path) -> None:
    first = read.entry("example-area", folder=folder)
    for path in (folder.parent / "cache" / "catalogue").iterdir():
        path.write_text("{")
    read._entry.cache_clear()
    read._sources.cache_clear()
    assert read.entry("example-area", folder=folder) == first


def test_every_shipped_entry_loads() -> None:
    """All files pass, and every one is found under exactly one kind."""
    entries = read.entries()
    ids = [entry.id for entry in entries]
    assert len(ids) == len(set(ids)) > 50
    files = sorted(path.stem for path in read.FOLDER.rglob("*.yaml") if path.name != read.SOURCES)
    assert files == sorted(ids)


@pytest.mark.parametrize("entry", read.entries(), ids=lambda entry: entry.id)
def test_every_number_has_source_grade_date_and_range(entry: read.Entry) -> None:
    known = read.sources()
    for name, field in entry.fields.items():
        assert field.source, name
        assert set(field.source) <= set(known), name
        assert field.grade in "ABCD", name
        assert field.date, name
        if field.grade == "D":
            assert field.note, f"{name} is assumed or derived and does not say why"
        if isinstance(field, Parameter):
            assert field.si == units.si(field.value, field.unit), name
            if name not in ("lat", "lon"):
                assert field.low is not None, name
                assert field.high is not None, name


def test_every_source_is_used_or_named_by_a_scenario() -> None:
    used = {key for entry in read.entries() for key in entry.source}
    used |= {key for entry in read.entries() for f in entry.fields.values() for key in f.source}
    texts = [path.read_text() for path in (read.FOLDER.parent / "scenario").rglob("*.yaml")]
    idle = [key for key in read.sources() if key not in used and key not in " ".join(texts)]
    assert idle == [], "sources nobody cites"


def test_the_hash_is_of_everything(folder: Path) -> None:
    before = read.catalogue_hash(folder)
    (folder / "sources.yaml").write_text(SOURCES + "\n")
    between = read.catalogue_hash(folder)
    (folder / "places" / "example-area.yaml").write_text(ROUND + "\n")
    assert len({before, between, read.catalogue_hash(folder)}) == 3


def test_reading_imports_nothing_heavy() -> None:
    code = (
        "import sys; from keepout.catalogue import read; read.entry('thaad-battery'); "
        "print([m for m in ('pandas', 'matplotlib', 'numba', 'scipy') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
