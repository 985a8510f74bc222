"""Measure the first compilation of ``tutorial``, and the same command with a warm cache.

The goal is under 45 s on a quiet machine of two cores; this check fails far beyond that, so
that a busy machine does not fail it and a kernel that compiles for minutes does. The processor
time is printed beside it, for a busy machine stretches only the other. The number of functions
that are compiled may not creep up unseen either.

Measured once for each state of the sources: what was compiled is then used, and what was
measured is printed again.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from keepout import kernel
from keepout.engine.warm import FUNCTIONS

GOAL_S = 45.0
LIMIT_S = 150.0
COMMAND = ("run", "tutorial", "--trials", "2", "--seed", "0")
NOTE = kernel.cache_root().parent / "first-compilation.json"


class Cost(NamedTuple):
    """What one run took: on the clock, and on the processors [s]."""

    wall_s: float
    cpu_s: float


def children_s() -> float:
    """Processor time of the processes that were started and have ended [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost_of_run(cache: Path, into: Path) -> Cost:
    """Time of one small run of ``tutorial`` with the given cache of kernels."""
    start_s, used_s = time.monotonic(), children_s()
    subprocess.run(
        [sys.executable, "-m", "keepout", *COMMAND, "-o", into],
        env={**os.environ, "KEEPOUT_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=900,
    )
    return Cost(time.monotonic() - start_s, children_s() - used_s)


def measure() -> dict[str, Cost]:
    """Time the run with an empty cache and again; keep what was compiled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cold = cost_of_run(folder / "cache", folder / "cold")
        warm = cost_of_run(folder / "cache", folder / "warm")
        kept = sum(1 for _ in (folder / "cache" / "kernels").glob("*/*.nbc"))
        if kept > FUNCTIONS * 1.1:
            sys.exit(f"the first run compiles {kept} functions; {FUNCTIONS} were counted before")
        shutil.copytree(folder / "cache" / "kernels", kernel.cache_root(), dirs_exist_ok=True)
    return {"cold": cold, "warm": warm}


def state() -> str:
    """Name of the sources as they are, and of what compiles them."""
    return f"{kernel.source_hash()} {kernel.cache_folder(kernel.PACKAGE / 'kernel.py').name}"


def measured_before() -> dict[str, Cost]:
    """What was measured for these very sources on this machine, if anything was."""
    try:
        found = json.loads(NOTE.read_text()).get(state(), {})
    except (OSError, ValueError):
        return {}
    return {name: Cost(*cost) for name, cost in found.items()}


def main() -> int:
    """Print both times; 1 if the processor needs longer than the limit."""
    costs = measured_before()
    again = " (measured before for these sources)" if costs else ""
    if not costs:
        costs = measure()
        NOTE.write_text(json.dumps({state(): costs}))
    cold, warm = costs["cold"], costs["warm"]
    print(
        f"first run of tutorial: {cold.wall_s:.0f} s, {cold.cpu_s:.0f} s of processor "
        f"(goal {GOAL_S:g} s, limit {LIMIT_S:g} s); with a warm cache {warm.wall_s:.1f} s, "
        f"{warm.cpu_s:.1f} s of processor{again}"
    )
    return 1 if min(cold) > LIMIT_S else 0


if __name__ == "__main__":
    sys.exit(main())
