"""Every code block of README and manual runs as it stands, in order, in an empty folder.

A block that is not run says why in a comment on the line above it:
``<!-- not run: it installs the project -->``. Blocks of ``text``, ``json`` and the like are
output or data; a YAML block that names its schema is checked as a scenario. Pages that show what
their blocks print are run as the manual runs them.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?:<!-- not run: ([^\n]*\S) -->\n+)?^```([^\n]*)\n(.*?)^```$", re.M | re.S)
RUN = ("bash", "python", "yaml")
NOT_CODE = ("text", "json", "")


spec = importlib.util.spec_from_file_location("shown", ROOT / "docs" / "shown.py")
shown = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shown)


class Block(NamedTuple):
    """One block of a page: its language, its text, and the reason why it is not run."""

    language: str
    text: str
    not_run: str


def blocks(page: str) -> list[Block]:
    """The blocks of a page in order; MyST directives are not among them."""
    found = [Block(lang.strip(), text, why or "") for why, lang, text in BLOCK.findall(page)]
    return [block for block in found if not block.language.startswith("{")]


def run_bash(text: str, folder: Path) -> None:
    """Run lines as a person would type them, stopping at the first that fails."""
    command = folder / "bin" / "keepout"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keepout "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder / "work",
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"


def check_yaml(text: str, folder: Path) -> None:
    """Check a whole scenario; a fragment is left to the reader."""
    if text.startswith("schema: keepout/scenario/"):
        (folder / "work" / "block.yaml").write_text(text)
        run_bash("keepout check-scenario block.yaml", folder)


def page_case(page: Path) -> object:
    """A page to test; those that show outputs are run whenever the manual is built."""
    marks = [pytest.mark.slow] if "<!-- shown" in page.read_text() else []
    return pytest.param(page, id=page.relative_to(ROOT).as_posix(), marks=marks)


@pytest.mark.parametrize("page", [page_case(page) for page in PAGES])
def test_every_block_runs(page, tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {"__name__": "block"}
    if "<!-- shown" in page.read_text():
        shown.with_outputs(page.read_text(), page.stem, tmp_path / "pictures")
        return
    for block in blocks(page.read_text()):
        assert block.language in RUN + NOT_CODE, f"{page.name}: say what a block is written in"
        if block.not_run:
            continue
        if block.language == "bash":
            run_bash(block.text, tmp_path)
        elif block.language == "python":
            exec(compile(block.text, str(page), "exec"), names)
        elif block.language == "yaml":
            check_yaml(block.text, tmp_path)


def test_blocks_are_found_with_their_reasons():
    page = "a\n```bash\nfalse\n```\n<!-- not run: it installs -->\n```python\n1/0\n```\n"
    assert blocks(page) == [Block("bash", "false\n", ""), Block("python", "1/0\n", "it installs")]


def test_a_block_that_fails_fails(tmp_path):
    (tmp_path / "work").mkdir()
    with pytest.raises(AssertionError, match="no-such-verb"):
        run_bash("keepout no-such-verb\ntrue\n", tmp_path)


PAGE = """Text.

<!-- shown: from "free fall" -->
```bash
keepout check-flight --apogee "100 km" --range "300 km" --time "6 min"
```

```bash
printf 'one\\ntwo\\nthree\\n' > said.txt
```

<!-- shown: first 2 lines -->
```bash
cat said.txt
```

<!-- shown -->
```python
print(6 * 7)
```

<!-- not run: nothing is there -->
```bash
false
```
"""


def test_a_page_shows_what_its_blocks_print(tmp_path):
    page = shown.with_outputs(PAGE, "page", tmp_path)
    assert "```text\none\ntwo\n…\n```" in page
    assert "```text\n42\n```" in page
    assert "free fall" in page.split("```text\n")[1]
    assert page.count("```text") == 3
    assert page.endswith("false\n```\n")


def test_a_marked_picture_is_taken_along(tmp_path):
    page = "<!-- shown: a.png -->\n```bash\ntouch a.png\n```\n"
    made = shown.with_outputs(page, "page", tmp_path / "pictures")
    assert (tmp_path / "pictures" / "page-a.png").exists()
    assert made.endswith("![](pictures/page-a.png)\n\n")


@pytest.mark.parametrize(
    "mark, text, says",
    [
        ("shown", "keepout no-such-verb", "no-such-verb"),
        ("shown", "false | true; exit 3", "exit 3"),
        ('shown: from "never printed"', "echo a", "never printed"),
        ("shown: upside down", "echo a", "upside down"),
    ],
)
def test_a_page_that_cannot_show_stops_the_build(mark, text, says, tmp_path):
    page = f"<!-- {mark} -->\n```bash\n{text}\n```\n"
    with pytest.raises(shown.Failed, match=says):
        shown.with_outputs(page, "page", tmp_path)
