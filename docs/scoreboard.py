"""Record the scoreboard and the answers of the shipped evidence, computed now.

    python docs/scoreboard.py              writes docs/scoreboard.json, in some minutes
    python docs/scoreboard.py evidence     only the answers of the evidence

Run it after a scenario, an evidence file or the engine changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "scoreboard.json"
STATES = 20_000
TRIALS = {"october-2024": 40_000, "april-2024": 40_000, "june-2025": 16_000, "uae-2026": 80_000}
KEPT = (
    "title", "scenario", "states", "seed", "effective_states", "observations", "alone",
    "by_trust", "not_identified", "trade_offs", "would_settle",
)  # fmt: skip
"""Of the JSON of an answer."""


def answer(name: str) -> dict[str, Any]:
    """What is kept of the answer of one evidence file."""
    from keepout.inference import reading, study
    from keepout.inference.findings import MAIN, sentences

    found = study.record(study.infer(study.Question(reading.read(name), states=TRIALS[name])))
    kept = {key: found[key] for key in KEPT}
    main = {k: p for k, p in found["parameters"].items() if p["words"].startswith(MAIN)}
    stories = [{k: s[k] for k in ("a", "b", "least", "most")} for s in found["stories"]]
    rates = {path: c for path, c in found["counts"].items() if path.startswith("rates.")}
    return kept | {
        "parameters": main, "counts": rates, "stories": stories, "sentences": sentences(found),
    }  # fmt: skip


def main(only: list[str]) -> int:
    """Write the file."""
    from keepout.inference.scoreboard import scoreboard
    from keepout.results.plain import plain

    found: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    if not only:
        found |= scoreboard(STATES)
    found["evidence"] = {name: answer(name) for name in TRIALS}
    FILE.write_text(json.dumps(plain(found), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
