"""The wheel holds every data file of the package, and nothing that is not of it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_source_and_data_file_is_shipped(names):
    files = [path for path in (ROOT / "keepout").rglob("*") if path.is_file()]
    wanted = {f.relative_to(ROOT).as_posix() for f in files if "__pycache__" not in f.parts}
    assert {Path(name).suffix for name in wanted} >= {".py", ".yaml", ".json"}
    assert wanted <= names


def test_nothing_else_is_shipped(names):
    assert {name.split("/")[0].split("-")[0] for name in names} == {"keepout"}


def test_a_built_page_is_shipped_and_its_sources_are_not(names):
    page = ROOT / "keepout" / "assets" / "web"
    if page.is_dir():
        wanted = {"index.html", "app.js", "app.css"}
        assert {f"keepout/assets/web/{name}" for name in wanted} <= names
    assert not any(name.startswith("web/") for name in names)
