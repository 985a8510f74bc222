"""Every code block of README and manual runs as it stands, in order, in an empty folder.

A block that is not run says why in a comment on the line above it:
``<!-- not run: it installs the project -->``. Blocks of ``text``, ``json`` and the like are
output or data; a YAML block that names its schema is checked as a scenario.
"""

from __future__ import annotations

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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_runs(page, tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {"__name__": "block"}
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
