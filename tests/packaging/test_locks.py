"""The locked requirement sets: complete, agreeing, and free of addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("core", "test", "bench")
PIN = re.compile(r"^([a-z0-9.\-]+)==(\S+)(?: ; .*)? \\$", re.M)


def pins(lock: str) -> dict[str, str]:
    """Package → version of one lock."""
    return dict(PIN.findall((ROOT / "requirements" / f"{lock}.txt").read_text()))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_only(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    for line in text.splitlines():
        assert PIN.match(line + "\n") or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    assert len(PIN.findall(text)) == len(pins(lock)), "one version of a package for all Pythons"


def test_locks_agree_with_each_other():
    core, test, bench = (pins(lock) for lock in LOCKS)
    assert core.items() <= test.items()
    assert core.items() <= bench.items()
    assert all(test[name] == bench[name] for name in test.keys() & bench.keys())


def test_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = {
        "core": project["dependencies"],
        "test": extras["test"] + extras["lint"] + extras["docs"],
        "bench": extras["bench"],
    }
    for lock, wanted in asked.items():
        names = {re.split(r"[<>=~\[; ]", line)[0].lower().replace(".", "-") for line in wanted}
        assert names <= pins(lock).keys(), lock


def test_build_tools_are_locked_with_the_core():
    assert {"hatchling", "editables"} <= pins("core").keys()
