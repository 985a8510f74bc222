"""What tests of several folders share: a small engine in place of the real one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAKE = ROOT / "tests" / "fake_engine.py"


@pytest.fixture(scope="session")
def fake() -> ModuleType:
    """The module of the small engine."""
    spec = importlib.util.spec_from_file_location("fake_engine", FAKE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # for the compile cache, which imports by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def start_keepout():
    """Start the command line in a process of its own, with the small engine."""

    def start(*arguments, cwd=None, real=False, **environment) -> subprocess.Popen:
        program = ["-m", "keepout"] if real else ["-c", "import fake_engine; fake_engine.main()"]
        variables = {key: str(value) for key, value in environment.items()}
        return subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture(scope="session")
def keepout(start_keepout):
    """Run the command line to its end: (exit status, standard output, standard error)."""

    def run(*arguments, **options) -> tuple[int, str, str]:
        with start_keepout(*arguments, **options) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    return run
