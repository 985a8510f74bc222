"""What a page's blocks print, put below them when the manual is built.

A block under the comment ``<!-- shown -->`` is followed by what it prints. All blocks of such a
page are run in order in an empty folder, by the tests as well, so no output is typed in. The
comment may say more, parts separated by semicolons:

    <!-- shown: first 20 lines -->    the rest is cut, and said to be
    <!-- shown: map.png -->           a picture that the block has written
    <!-- shown: from "arrived, by" to "rounds fired"; radar.png -->

``keepout`` lines run in this process, which spares their start; anything else runs in bash.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?:<!-- (?P<mark>shown[^\n]*?|not run: [^\n]*?) -->\n+)?"
    r"^```(?P<language>bash|python)\n(?P<text>.*?)^```$",
    re.M | re.S,
)
SHELL = re.compile(r"[|<>$;&`]|^\s*[a-z_]+=", re.M)
PICTURES = (".png", ".svg")


class Failed(Exception):
    """A block of the manual that does not run."""


class Wanted(NamedTuple):
    """What a mark asks for: a number of lines, a part between two texts, pictures."""

    lines: int = 0
    begin: str = ""
    end: str = ""
    pictures: tuple[str, ...] = ()


def wanted(mark: str) -> Wanted:
    """A mark taken apart. Raises Failed for words that it does not know."""
    asked = Wanted()
    for part in filter(None, (each.strip() for each in mark.partition(":")[2].split(";"))):
        cut = re.fullmatch(r"first (\d+) lines", part)
        between = re.fullmatch(r'from "([^"]+)"(?: to "([^"]+)")?', part)
        if cut:
            asked = asked._replace(lines=int(cut[1]))
        elif between:
            asked = asked._replace(begin=between[1], end=between[2] or "")
        elif part.endswith(PICTURES):
            asked = asked._replace(pictures=(*asked.pictures, part))
        else:
            raise Failed(f"a mark says {part!r}, which means nothing")
    return asked


def chosen(text: str, asked: Wanted) -> str:
    """The part of an output that is shown. Raises Failed where a text is not there."""
    lines = text.rstrip().splitlines()
    for word in filter(None, (asked.begin, asked.end)):
        if not any(word in line for line in lines):
            raise Failed(f"{word!r} is not in the output:\n{text}")
    if asked.begin:
        start = next(k for k, line in enumerate(lines) if asked.begin in line)
        ends = [k for k in range(start + 1, len(lines)) if asked.end and asked.end in lines[k]]
        before, after = ["…"] * (start > 0), ["…"] * bool(ends)
        lines = [*before, *lines[start : ends[0] if ends else len(lines)], *after]
    if asked.lines and len(lines) > asked.lines:
        lines = [*lines[: asked.lines], "…"]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def run_keepout(text: str) -> str:
    """Lines of ``keepout`` in this process: what they print."""
    from click.testing import CliRunner

    from keepout.cli import group

    said = ""
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        done = CliRunner().invoke(group, shlex.split(line)[1:])
        if done.exit_code:
            raise Failed(f"{line}\n{done.output}")
        said += done.stdout
    return said


def run_bash(text: str) -> str:
    """Lines in bash, where ``keepout`` is this program: what they print."""
    command = f'keepout() {{ "{sys.executable}" -m keepout "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command + text], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}, timeout=280, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"{text}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def run_block(language: str, text: str, names: dict[str, Any]) -> str:
    """One block: what it prints on standard output."""
    if language == "python":
        held = io.StringIO()
        with contextlib.redirect_stdout(held):
            exec(compile(text, "block", "exec"), names)
        return held.getvalue()
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    if all(line.startswith("keepout ") for line in lines) and not SHELL.search(text):
        return run_keepout(text)
    return run_bash(text)


def with_outputs(page: str, name: str, folder: Path) -> str:
    """A page with what its marked blocks print; their pictures go into ``folder``."""
    if "<!-- shown" not in page:
        return page
    names: dict[str, Any] = {"__name__": "block"}
    made, last = [], 0
    os.environ.setdefault("MPLBACKEND", "Agg")
    with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
        for found in BLOCK.finditer(page):
            mark = found["mark"] or ""
            if mark.startswith("not run"):
                continue
            said = run_block(found["language"], found["text"], names)
            if mark:
                made.append(page[last : found.end()] + output(said, wanted(mark), name, folder))
                last = found.end()
    return "".join(made) + page[last:]


def output(said: str, asked: Wanted, name: str, folder: Path) -> str:
    """What stands below a block."""
    text = chosen(said, asked)
    parts = [f"```text\n{text}\n```"] if text else []
    for picture in asked.pictures:
        folder.mkdir(exist_ok=True)
        shutil.copy(picture, folder / f"{name}-{picture}")
        parts.append(f"![]({folder.name}/{name}-{picture})")
    return "\n\n" + "\n\n".join(parts) + "\n"
