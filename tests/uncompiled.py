"""Python in a process of its own, under circumstances that rows must not depend on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def elsewhere(script: str, **environment: object) -> str:
    """What a script prints in a process with more variables in its environment."""
    variables = {key: str(value) for key, value in environment.items()}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def uncompiled(script: str) -> str:
    """What a script prints with compilation switched off."""
    return elsewhere(script, NUMBA_DISABLE_JIT=1)
