"""A wheel in a fresh environment does the main job and serves, away from the sources."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
from pathlib import Path

import pytest

from checks.installed import megabytes, needed

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """``keepout`` installed from a wheel; what it needs is lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("fresh")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, env=clean())
    site = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    (Path(site.strip()) / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "venv" / "bin" / "keepout"


def clean():
    """This environment without what would find the sources."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def test_the_main_job(program, tmp_path):
    arguments = ["run", "tutorial", "--trials", "20", "--json"]
    done = subprocess.run(
        [program, *arguments], cwd=tmp_path, env=clean(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    here = subprocess.run(
        [sys.executable, "-m", "keepout", *arguments, "-o", str(tmp_path / "other")],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["digest"] == json.loads(here.stdout)["digest"]
    assert (tmp_path / "runs" / "tutorial-001" / "report.html").is_file()
    where = "import keepout; print(keepout.__file__)"
    file = subprocess.check_output(
        [program.parent / "python", "-c", where], cwd=tmp_path, env=clean(), text=True
    )
    assert "site-packages" in file
    assert str(ROOT) not in file


def test_it_serves_its_page(program, tmp_path):
    if not (ROOT / "keepout" / "assets" / "web").is_dir():
        pytest.skip("the page is not built here (make web)")
    with subprocess.Popen(
        [program, "serve", "--port", "0"], cwd=tmp_path, env=clean(), stdout=subprocess.PIPE,
        text=True,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            address = re.match(r"http://127\.0\.0\.1:\d+/\S+/", server.stdout.readline())
            assert address
            with urllib.request.urlopen(address[0], timeout=60) as page:
                assert b"app.js" in page.read()
        finally:
            server.terminate()


def test_what_it_weighs_is_counted():
    import importlib.metadata as metadata

    names = needed("keepout")
    assert {"numpy", "numba", "llvmlite", "duckdb"} <= names
    assert "pytest" not in names
    assert 50 < megabytes(metadata.distribution("llvmlite")) < 500
