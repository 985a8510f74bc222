"""What a first kernel may not drag in, so that a run starts within two seconds."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from keepout.records.place import Place
from keepout.earth.geodesy import great_circle_m
great_circle_m(Place(lat_deg=1, lon_deg=2), Place(lat_deg=3, lon_deg=4))
from keepout.scenario.load import load
load("tutorial")
heavy = ("pandas", "matplotlib", "scipy.linalg", "scipy.special", "duckdb")
print(*[name for name in heavy if name in sys.modules])
"""


def test_a_kernel_and_a_scenario_load_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
