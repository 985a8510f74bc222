"""Figures of a stored run's report as pictures that stand alone, for README and the manual.

    keepout run october-2024 --trials 500 --seed 0 -o some-run
    python docs/pictures.py some-run

The report's figures take their colours from its style sheet; here the light ones are written in.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from keepout.report import charts, heights, maps
from keepout.report.page import HERE
from keepout.report.reading import Reading
from keepout.results.store import reopen

PICTURES = Path(__file__).resolve().parent / "pictures"
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")


def main(folder: str) -> None:
    """Write the pictures of one run."""
    reading = Reading(reopen(folder))
    asset = reading.assets_published[0]
    figures = [each for each in reading.published if each.asset == asset]
    drawings = {
        "heights": heights.raid(reading),
        "map": maps.theatre(reading),
        asset: charts.distribution(reading, asset, figures),
    }
    PICTURES.mkdir(exist_ok=True)
    for name, drawing in drawings.items():
        (PICTURES / f"{name}.svg").write_text(standing_alone(drawing), encoding="utf-8")


def standing_alone(drawing: str) -> str:
    """A figure of the report with the light colours, on white."""
    light = (HERE / "style.css").read_text("utf-8").split("@media")[0]
    for name, value in COLOUR.findall(light):
        drawing = drawing.replace(f"var(--{name})", value)
    drawing = drawing[drawing.index("<svg") : drawing.rindex("</svg>") + len("</svg>")]
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    start, end = drawing.split(">", 1)
    return f'{start} font-family="Helvetica, Arial, sans-serif">{ground}{end}\n'


if __name__ == "__main__":
    main(sys.argv[1])
