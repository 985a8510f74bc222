"""What a run says about itself: settings, versions and hashes, from its first moment on."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from keepout.errors import RunError
from keepout.records.outcome import Layout

FORMAT = "keepout/run/1"
MANIFEST = "manifest.json"
IDENTITY = ("scenario", "set", "seed", "fidelity", "hashes", "layout")
"""Entries that have to agree for two runs to have the same rows."""

SMALLEST_BLOCK = 100
BLOCKS = 100
"""About how many parts a run is cut into."""


def block_size(trials: int) -> int:
    """Trials in one part: 100, doubled until there are at most about a hundred parts."""
    size = SMALLEST_BLOCK
    while size * BLOCKS < trials:
        size *= 2
    return size


def now() -> str:
    """The time now, as text."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def surroundings() -> dict[str, Any]:
    """Versions and machine, as far as a result may hang on them; no names of people or hosts."""
    return {
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "duckdb": duckdb.__version__,
        },
        "host": {
            "system": platform.system(),
            "machine": platform.machine(),
            "libc": " ".join(platform.libc_ver()).strip(),
            "cores": cores(),
        },
    }


def layout_dict(layout: Layout) -> dict[str, list[str]]:
    """A Layout as the manifest holds it."""
    return {
        "missiles": list(layout.missiles),
        "assets": list(layout.assets),
        "systems": list(layout.systems),
    }


def layout_of(manifest: Mapping[str, Any]) -> Layout:
    """The Layout a manifest holds."""
    found = manifest["layout"]
    return Layout(tuple(found["missiles"]), tuple(found["assets"]), tuple(found["systems"]))


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a run's folder, or None if there is none to read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def check_same_run(folder: Path, mine: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """Refuse to go on with a run that is not the one asked for; say what differs."""
    names: list[str] = []
    for key in IDENTITY:
        ours, theirs = mine.get(key), stored.get(key)
        if key == "hashes":
            ours, theirs = ours or {}, theirs or {}
            names += [f"the hash of its {k}" for k in ours if ours[k] != theirs.get(k)]
        elif ours != theirs and key != "layout":
            names.append(f"{key} ({theirs} there, {ours} asked for)")
        elif ours != theirs:
            names.append("missiles, assets or systems")
    if names:
        raise RunError(
            f"{folder} is another run: it differs in {', '.join(names)}. Resume it with the "
            "settings it was begun with, or choose another folder."
        )
