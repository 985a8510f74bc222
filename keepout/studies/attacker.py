"""What belongs to the attacker: context that a study may sample, and hardly ever vary.

A study may vary the size of a raid, and choose among whole mixes of missiles that were
published, each with its source. Nothing else of the attacker is varied one by one, ranked or
optimised; a sensitivity analysis takes all of it as one group.
"""

from __future__ import annotations

from typing import Any

from keepout.catalogue import read

GROUP = "attacker"
ATTACKING = ("kill.manoeuvre_factor", "kill.manoeuvre_ceiling", "kill.dud")
"""Numbers outside raids and missiles that stand for what the attacker built."""
RULE = (
    "of the attacker, studies vary only the size of a raid (raids.NAME.count) and published mixes "
    "of missiles (raids.NAME.missile, each value with its source)"
)


def is_attackers(path: str) -> bool:
    """Whether a path, as ``--set`` writes it, belongs to the attacker."""
    steps = path.split(".")
    if steps[0] == "raids" or path in ATTACKING or path == "kill":
        return True
    if steps[0] != "catalogue":
        return False
    if len(steps) == 1:
        return True
    kind = read.kind_of(steps[1])
    if kind == "place":
        return read.entry(steps[1]).text("role") == "launch-area"
    return kind == "missile"


def refusal(path: str, values: list[Any], *, failures: bool = False) -> str:
    """Why a study may not vary a path over these values; empty if it may.

    ``failures``: whether the share that fails in flight may be set, as an assumption about
    what happened that a verdict or a story rests on.
    """
    if not is_attackers(path):
        return ""
    steps = path.split(".")
    if steps[0] == "raids" and len(steps) == 3:
        if steps[2] == "count" or (failures and steps[2].startswith("failed")):
            return ""
        if steps[2] == "missile":
            return "" if all(_published(value) for value in values) else _no_source()
    return f"{path} belongs to the attacker"


def parameter_refusal(key: str, path: str, *, failures: bool = False) -> str:
    """Why a study may not vary a parameter by its key; empty if it may."""
    if not is_attackers(path):
        return ""
    last = key.rsplit(".", 1)[-1]
    if key.startswith("raid.") and (last == "count" or (failures and last.startswith("failed"))):
        return ""
    return f"the parameter {key} belongs to the attacker"


def _published(value: Any) -> bool:
    """Whether a value is a mix with the key of a source in the catalogue."""
    if not (isinstance(value, dict) and isinstance(value.get("value"), dict)):
        return False
    return value.get("source") in read.sources() and value["source"] not in ("opinion", "assumed")


def _no_source() -> str:
    return (
        "a mix of missiles is varied only over published ones: each value is written "
        "{value: {mix: ...}, source: KEY} with the key of a source in the catalogue"
    )
