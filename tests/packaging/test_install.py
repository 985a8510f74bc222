"""The installer's stamp: what is half-made is made again, what is made is left alone.

The interpreter is a stand-in that makes folders and notes what pip was asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = """#!/bin/bash
case "$1 $2" in
  "--version "*) echo "Python 3.11.99" ;;
  "-c pass") exit 0 ;;
  "-c "*) exit "${TOO_OLD:-0}" ;;
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; echo "venv" >>"$LOG" ;;
  "-m pip") echo "${@: -1}" >>"$LOG"
            [ "${@: -1}" != "${BREAK_AT:-}" ] || kill -9 $PPID ;;
esac
"""


@pytest.fixture
def install(tmp_path):
    """A copy of the installer with stand-ins; call it with a level, it tells what it did."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    python = tmp_path / "python3.11"
    python.write_text(STAND_IN)
    python.chmod(0o755)

    def call(level: str, fails: bool = False, **env: str) -> list[str]:
        log = tmp_path / "log"
        log.write_text("")
        settings = {**os.environ, "PYTHON": str(python), "LOG": str(log), **env}
        script = tmp_path / "requirements" / "install.sh"
        done = subprocess.run([script, level], env=settings, capture_output=True, text=True)
        assert (done.returncode != 0) == fails, done.stderr
        call.said = done.stderr
        return log.read_text().split()

    call.folder = tmp_path
    return call


CORE, TEST = "requirements/core.txt", "requirements/test.txt"


def test_first_install_makes_everything_and_the_second_nothing(install):
    assert install("test") == ["venv", CORE, TEST, "."]
    assert install("test") == []
    assert install("core") == []


def test_core_grows_into_the_whole_without_starting_again(install):
    assert install("core") == ["venv", CORE, "."]
    assert install("test") == [TEST, "."]
    assert install("test") == []


@pytest.mark.parametrize("where", [CORE, TEST, "."])
def test_an_interrupted_install_is_made_again(install, where):
    install("test", fails=True, BREAK_AT=where)
    assert install("test") == ["venv", CORE, TEST, "."]


def test_an_interrupted_growth_is_made_again(install):
    install("core")
    install("test", fails=True, BREAK_AT=TEST)
    assert install("core") == ["venv", CORE, "."]


def test_a_changed_lock_makes_it_again(install):
    install("core")
    with (install.folder / CORE).open("a") as lock:
        lock.write("# changed\n")
    assert install("core") == ["venv", CORE, "."]


def test_a_changed_project_is_only_linked_again(install):
    install("core")
    (install.folder / "pyproject.toml").write_text("[project]\nname = 'keepout'\n")
    assert install("core") == ["."]


def test_a_python_that_is_too_old_is_refused_in_a_sentence(install):
    install("core", fails=True, TOO_OLD="1")
    assert "is not Python 3.11, 3.12 or 3.13" in install.said
    assert not (install.folder / ".venv").exists()


def test_an_unknown_level_is_refused(install):
    install("everything", fails=True)
    assert "core, test or bench" in install.said
