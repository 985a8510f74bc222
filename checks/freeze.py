"""Freeze the shipped scenarios: write the SHA-256 of each and the day it was frozen.

Run it after a shipped scenario had to change, and say in CHANGELOG.md what changed and why.
A scenario that did not change keeps its day.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sys
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "keepout" / "scenario" / "shipped"
FROZEN = SHIPPED / "frozen.json"


def frozen_now(before: dict[str, dict[str, str]], today: str) -> dict[str, dict[str, str]]:
    """Hash and day of every shipped scenario; ``before`` is what stood there."""
    now = {}
    for path in sorted(SHIPPED.glob("*.yaml")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        old = before.get(path.stem, {})
        day = old["frozen"] if old.get("sha256") == digest else today
        now[path.stem] = {"sha256": digest, "frozen": day}
    return now


def main() -> int:
    """Write frozen.json and print what is new."""
    before = json.loads(FROZEN.read_text("utf-8")) if FROZEN.exists() else {}
    now = frozen_now(before, datetime.date.today().isoformat())
    FROZEN.write_text(json.dumps(now, indent=1) + "\n", "utf-8")
    for name in now:
        if now[name] != before.get(name):
            print(f"{name}: frozen {now[name]['frozen']}; say why in CHANGELOG.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
