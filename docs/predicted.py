"""Fill README's table of predicted against published from a run made now.

    python docs/predicted.py            writes the table between the two markers
    python docs/predicted.py --print    shows it

The run is `keepout run october-2024 --trials 500 --seed 0`; a test makes it again and compares.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
SCENARIO = ROOT / "keepout" / "scenario" / "shipped" / "october-2024.yaml"
BEGIN, END = "<!-- predicted -->", "<!-- /predicted -->"
TRIALS, SEED = 500, 0
ALL = "everywhere"
KINDS = {"counted": "", "about": "about ", "lower-bound": "at least "}


def run_now() -> dict[str, Any]:
    """The summary of the run, as JSON has it."""
    settings = ("--trials", str(TRIALS), "--seed", str(SEED), "--json")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "keepout", "run", "october-2024", *settings]
        done = subprocess.run(
            [*command, "-o", f"{folder}/run"], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def published() -> dict[str, list[str]]:
    """Asset → what was published about it, in words, in the order of the scenario."""
    from keepout import document

    said: dict[str, list[str]] = {}
    for figure in document.read(SCENARIO).data["published"]:
        words = f"{KINDS[figure['kind']]}{figure['count']} ({figure['who']})"
        said.setdefault(figure.get("asset") or ALL, []).append(words)
    return said


def rows(summary: dict[str, Any]) -> list[tuple[str, str, dict[str, float]]]:
    """Asset, what was published, and the summary of arrivals there."""
    arrived = {**summary["arrived"]["by_asset"], ALL: summary["arrived"]["total"]}
    return [(asset, "; ".join(words), arrived[asset]) for asset, words in published().items()]


def render(summary: dict[str, Any]) -> str:
    """The table with the line that says where it comes from."""
    lines = ["| impacts at | published | predicted mean | nine in ten raids |", "|---|---|---|---|"]
    for asset, words, s in rows(summary):
        lines.append(f"| {asset} | {words} | {s['mean']:.1f} | {s['p05']:g} to {s['p95']:g} |")
    made = f"`keepout run october-2024 --trials {TRIALS} --seed {SEED}`, version"
    return "\n".join(
        [*lines, "", f"Made by {made} {summary['version']}, with `docs/predicted.py`."]
    )


def section(readme: str) -> str:
    """What stands between the two markers."""
    return readme.split(BEGIN)[1].split(END)[0].strip()


def filled(readme: str, text: str) -> str:
    """README with ``text`` between the two markers."""
    before, rest = readme.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def main() -> None:
    """Write the table, or show it."""
    text = render(run_now())
    if "--print" in sys.argv:
        print(text)
    else:
        README.write_text(filled(README.read_text(), text))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
