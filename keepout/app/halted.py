"""Runs that stopped half way: which of them the web application can go on with, and how.

A partial run says which file it came from, what was set, and the hash of both. Its file is looked
for by name among the shipped and saved scenarios, never by its path; that it is the same is for
the run itself to check, which refuses another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepout.app.folder import Folder, Missing
from keepout.errors import InputError, Problem
from keepout.results.claim import partial_folder
from keepout.results.manifest import read_manifest


def asked_again(folder: Folder, run: str) -> tuple[dict[str, Any], Path, Path]:
    """What a halted run was asked for, its scenario's file, and where it will stand.

    Raises InputError with the reason why it cannot go on from here.
    """
    out = folder.new_run(run, resume=True)
    manifest = read_manifest(folder.inside(partial_folder(out).name, "halted run"))
    if manifest is None:
        raise Missing([Problem("unknown", f"there is no halted run {run[:80]!r} here")])
    scenario = Path(str(manifest.get("file", ""))).stem
    try:
        file = folder.scenario(scenario)
    except Missing:
        says = f"the scenario of {run} is neither shipped nor saved in scenarios/"
        line = f"keepout run {manifest.get('file') or 'SCENARIO'} -o {out} --resume"
        raise InputError.one("no-scenario", says, help=f"in a terminal: {line}") from None
    wanted = {
        "scenario": scenario, "name": run, "trials": _whole(manifest, "trials"),
        "seed": _whole(manifest, "seed"), "fidelity": str(manifest.get("fidelity")),
        "sets": [str(each) for each in manifest.get("set") or ()], "resume": True,
    }  # fmt: skip
    return wanted, file, out


def _whole(manifest: dict[str, Any], key: str) -> int:
    value = manifest.get(key)
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise InputError.one("manifest", f"the halted run does not say its {key}")
    return value


def why_not(folder: Folder, run: str) -> str:
    """Why a halted run cannot go on from here; empty if it can."""
    try:
        asked_again(folder, run)
    except InputError as error:
        first = error.problems[0]
        return f"{first.message}; {first.help}" if first.help else first.message
    return ""
