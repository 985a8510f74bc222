"""``keepout completion``: scripts for three shells, and a real bash that presses Tab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from keepout import cli
from keepout.cli.completion import SHELLS, VARIABLE
from tests.cli.test_command_line import HEAVY

TAB = """
eval "$(keepout completion bash)"
press() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  _keepout_completion keepout "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s ' "${COMPREPLY[@]}"; echo
}
complete -p keepout
press keepout check-
press keepout run --fid
press keepout run --fidelity ph
press keepout run octo
press keepout completion ''
"""


@pytest.fixture
def path(tmp_path):
    """A PATH with this keepout first."""
    program = tmp_path / "keepout"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keepout "$@"\n')
    program.chmod(0o755)
    return f"{tmp_path}:{os.environ['PATH']}"


def test_tab_in_a_real_bash(path):
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, "--norc", "-c", TAB], env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert done.stderr == ""
    bound, *lines = done.stdout.splitlines()
    assert "-F _keepout_completion keepout" in bound
    verbs, option, value, scenario, shells = (line.split() for line in lines)
    assert verbs == [verb for verb in cli.VERBS if verb.startswith("check-")]
    assert option == ["--fidelity"]
    assert value == ["physics"]
    assert {"october-2024", "october-2024-thaad"} <= set(scenario)
    assert all(name.startswith("octo") for name in scenario)
    assert shells == list(SHELLS)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_for_each_shell(shell, capsys):
    assert cli.answer(["completion", shell, "--json"]) == 0
    script = json.loads(capsys.readouterr().out)["script"]
    assert f"{VARIABLE}={shell}_complete" in script
    program = shutil.which(shell)
    if program:  # the shell itself reads it without complaint
        done = subprocess.run([program, "-n"], input=script, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_refused(capsys):
    assert cli.answer(["completion", "tcsh"]) == 2
    assert "bash" in capsys.readouterr().err


def test_tab_imports_nothing_heavy():
    program = (
        "import sys\nfrom keepout.cli import answer\n"
        "try:\n    answer([])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    asked = {"COMP_WORDS": "keepout run octo", "COMP_CWORD": "2", VARIABLE: "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | asked, capture_output=True, text=True
    )
    *found, heavy = done.stdout.splitlines()
    assert "plain,october-2024" in found
    assert heavy == "[]"
