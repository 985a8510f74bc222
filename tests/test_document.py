"""YAML files as plain data with positions, and every way in which they are refused."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout import document
from keepout.errors import InputError

TEXT = """\
# a comment
name: two words   # and another
list:
  - {lat: 31.2 deg, lon: [1, 2]}
  - no
quoted: "12"
empty:
"""


def test_data_and_positions() -> None:
    found = document.parse(TEXT, "a.yaml")
    assert found.problems == []
    assert found.data == {
        "name": "two words",
        "list": [{"lat": "31.2 deg", "lon": [1, 2]}, "no"],
        "quoted": "12",
        "empty": None,
    }
    assert found.keys[("name",)] == (2, 1, 4)
    assert found.values[("name",)] == (2, 7, 9)
    assert found.values[("list", 0)] == (4, 5, 28)
    assert found.keys[("list", 0, "lat")] == (4, 6, 3)
    assert found.values[("list", 0, "lat")] == (4, 11, 8)
    assert found.values[("list", 0, "lon")] == (4, 26, 6)
    assert found.values[("list", 0, "lon", 1)] == (4, 30, 1)
    assert found.values[("quoted",)] == (6, 9, 4)


def test_a_missing_value_is_placed_at_what_encloses_it() -> None:
    found = document.parse(TEXT, "a.yaml")
    problem = found.problem("missing", "x", ("list", 0, "alt"), "y")
    assert (problem.line, problem.column, problem.path) == (4, 5, "list[0].alt")
    assert problem.source_line == "  - {lat: 31.2 deg, lon: [1, 2]}"
    assert found.problem("missing", "x", ("nothing", "here")).line == 2  # where data begin


@pytest.mark.parametrize(
    "text, value",
    [
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("1:30", "1:30"), ("~", None), ("true", True),
        ("0o17", 15), ("0x1F", 31), ("017", 17), ("1_000", "1_000"), ("1e3", 1000.0), (".5", 0.5),
        ("+3", 3), ("2024-10-01", "2024-10-01"), ("=", "="), ("'1'", "1"), ("-", "-"),
        ("1.", 1.0), ("Null", None), ("0b1", "0b1"), ("<<", "<<"), ("1 600 km", "1 600 km"),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    found = document.parse(f"a: {text}\n" if text != "-" else 'a: "-"\n')
    assert found.data == {"a": value}
    assert type(found.data["a"]) is type(value)


BAD = [
    ("", "empty", 1, 1),
    ("# only a comment\n", "empty", 1, 1),
    ("{}\n", "empty", 1, 1),
    ("- a\n- b\n", "not-a-mapping", 1, 1),
    ("just text\n", "not-a-mapping", 1, 1),
    ("a: 1\n\tb: 2\n", "tab", 2, 1),
    ("a: 1\nb: [1, 2\n", "yaml", 3, 1),
    ("a: b: c\n", "yaml", 1, 5),
    ("a: 1\na: 2\n", "duplicate-key", 2, 1),
    ("a: {b: 1, b: {c: 1, c: 2}}\n", "duplicate-key", 1, 11),
    ("a: &x 1\nb: *x\n", "anchor", 1, 4),
    ("a: 1\nb: *x\n", "alias", 2, 4),
    ("a: !!python/object:os.system 1\n", "tag", 1, 4),
    ("a: !env HOME\n", "tag", 1, 4),
    ("a: 1\n---\nb: 2\n", "several-documents", 2, 1),
    ("%YAML 1.1\n---\na: 1\n", "yaml", 2, 1),
    ("a: .nan\n", "number", 1, 4),
    ("a: -.inf\n", "number", 1, 4),
    ("a: 1e999\n", "number", 1, 4),
    ("a: " + "9" * 5000 + "\n", "number", 1, 4),
    ("? [a]\n: 1\n", "key", 1, 3),
    ("? {a: 1}\n: 1\n", "key", 1, 3),
    (": 1\n", "key", 1, 1),
    ("a: \x00\n", "not-text", 1, 4),
    ("ok: 1\nb: \x1b[31m\n", "not-text", 2, 4),
    ("[" * 5000, "too-deep", 1, 33),
    ("a:\n  " + "- " * 100 + "1\n", "too-deep", 2, 65),
    ("{a: " * 100, "too-deep", 1, 129),
    ('a: "\\uD8"\n', "yaml", 1, 7),
]


@pytest.mark.parametrize("text, code, line, column", BAD)
def test_faults_have_a_code_and_a_place(text: str, code: str, line: int, column: int) -> None:
    problem = document.parse(text, "bad.yaml").problems[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert problem.file == "bad.yaml"
    assert len(problem.message) < 200


def test_a_duplicate_key_keeps_the_first_value_and_the_rest_is_read() -> None:
    found = document.parse("a: 1\na: {b: 2}\nc: 3\nc: 4\n")
    assert found.data == {"a": 1, "c": 3}
    assert [problem.path for problem in found.problems] == ["a", "c"]
    assert found.problems[0].help == "it stands in line 1 already"


@pytest.mark.parametrize(
    "raw, code",
    [
        (b"\xff\xfea\x00:\x00 \x001\x00", "not-text"),
        (bytes(range(256)), "not-text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-text"),
        (b"a: \xe9\n", "not-text"),
        (b"a: 1\x00\n", "not-text"),
        (b"a: " + b"x" * 2_000_000, "too-large"),
        (b"[" * 10_000_000, "too-large"),
        (b"[" * 200_000, "too-deep"),
        (b"- " * 100_000, "too-deep"),
        (b"? " * 100_000, "key"),
    ],
)
def test_files_are_refused_quickly(tmp_path: Path, raw: bytes, code: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(raw)
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        document.read(path)
    assert caught.value.problems[0].code == code
    assert time.process_time() - begun < 2.0  # all of them take milliseconds


def test_what_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    for path, says in [(tmp_path / "none.yaml", "there is no file"), (tmp_path, "is a folder")]:
        with pytest.raises(InputError, match=says):
            document.read(path)


def test_a_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: [2]\r\n")
    found = document.read(path)
    assert found.data == {"a": 1, "b": [2]}
    assert found.keys[("b",)] == (2, 1, 1)


def test_the_largest_file_takes_seconds_not_minutes(tmp_path: Path) -> None:
    line = "  - {name: a, lat: 31.2 deg, lon: 35 deg}\n"
    path = tmp_path / "a.yaml"
    path.write_text("a:\n" + line * (document.MAX_BYTES // len(line) - 1))
    begun = time.process_time()
    assert len(document.read(path).data["a"]) > 5000
    assert time.process_time() - begun < 10.0


YAML_PIECES = st.lists(
    st.sampled_from(
        [
            "a", "b: ", "- ", "[", "]", "{", "}", ", ", ": ", "\n", "\n  ", "? ", "&x ", "*x",
            "!t ", '"', "'", "|", ">", "#", "%", "---", "...", "\t", "1", ".nan", "\\u", "@",
            "`", "\ufeff", "\u2028", "\x85", "\r", "<<", "~", "|2-\n",
        ]
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.text(), YAML_PIECES.map("".join)))
def test_no_text_crashes_the_reader(text: str) -> None:
    found = document.parse(text, "any.yaml")
    if not found.problems:
        assert isinstance(found.data, dict)
        assert found.data
    for problem in found.problems:
        assert problem.code
        assert problem.message
        assert min(problem.line, problem.column) >= 1


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text("ab :#-{}[]'\"1.", max_size=9)
)
NAMES = st.text("xyz", min_size=1)


@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    )
)
def test_json_is_read_as_what_it_says(value: object) -> None:
    found = document.parse(json.dumps({"a": value}))
    assert found.problems == []
    assert found.data == {"a": value}


def test_addresses_read_well() -> None:
    assert document.path_text(("raids", 0, "aim", "lat")) == "raids[0].aim.lat"
    assert document.path_text(("a.b", 0, "c d")) == '["a.b"][0]["c d"]'
    assert document.path_text(()) == ""


def test_an_escape_that_makes_half_a_character_is_refused():
    found = document.parse('name: "a\\ud800"\n')
    assert [problem.code for problem in found.problems] == ["not-text"]
    assert found.problems[0].line == 1
