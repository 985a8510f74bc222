"""The base map of the report, cut from Natural Earth (public domain) as packed in world-atlas.

    python design/coast.py countries-10m.json > keepout/assets/coast.json

The file is TopoJSON at 1:10 million of version 2.0.2 of the npm package world-atlas; at 1:50
million Haifa has no bay. Arcs used by one country are coast, arcs used by two are borders; both
are cut to 25 to 60 deg east and 25 to 42 deg north and thinned (Douglas and Peucker, 1973), less
where maps of single assets are drawn. Borders are those of Natural Earth, which are de facto.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

WEST, EAST, SOUTH, NORTH = 25.0, 60.0, 25.0, 42.0
COARSE_DEG, FINE_DEG = 0.04, 0.005
FINE = (33.5, 36.5, 29.0, 34.5)
"""West, east, south and north of the part that is kept fine."""

LABELS = (
    ("Iran", 51.4, 35.2), ("Iraq", 43.6, 31.1), ("Syria", 38.3, 35.3), ("Jordan", 37.0, 30.4),
    ("Saudi Arabia", 41.5, 29.0), ("Turkey", 37.0, 38.0), ("Egypt", 31.0, 28.5),
)  # fmt: skip
"""Names for orientation, with places that we chose."""

Line = list[tuple[float, float]]


def main(path: str) -> None:
    """Print the coast and the borders of the region as JSON."""
    topology = json.loads(Path(path).read_text("utf-8"))
    uses = Counter(arc for country in countries(topology) for arc in arcs_of(country["arcs"]))
    lines: dict[str, list[Line]] = {"coast": [], "border": []}
    for number, arc in enumerate(topology["arcs"]):
        kind = "border" if uses[number] > 1 else "coast"
        for piece in inside(degrees(arc, topology["transform"])):
            thin = thinned(piece, FINE_DEG if fine(piece) else COARSE_DEG)
            if len(thin) > 2 or thin[0] != thin[-1]:
                lines[kind].append([(round(lon, 3), round(lat, 3)) for lon, lat in thin])
    head = {
        "source": "Natural Earth 1:10m, public domain, through world-atlas 2.0.2",
        "note": "Borders are de facto. Longitude and latitude in degrees.",
    }
    print(json.dumps(head | {"labels": LABELS} | lines, separators=(",", ":")))


def countries(topology: dict[str, Any]) -> list[dict[str, Any]]:
    """Every country of the file."""
    found: list[dict[str, Any]] = topology["objects"]["countries"]["geometries"]
    return [country for country in found if "arcs" in country]


def arcs_of(nested: Any) -> set[int]:
    """Numbers of all arcs in rings of any depth; a reversed arc is the complement."""
    if isinstance(nested, int):
        return {nested if nested >= 0 else ~nested}
    return {arc for part in nested for arc in arcs_of(part)}


def degrees(arc: list[list[int]], transform: dict[str, Any]) -> Line:
    """A delta-coded arc as longitudes and latitudes."""
    (kx, ky), (ox, oy) = transform["scale"], transform["translate"]
    x = y = 0
    line = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        line.append((x * kx + ox, y * ky + oy))
    return line


def inside(line: Line) -> list[Line]:
    """Runs of points in the region, each with one point beyond its ends."""
    near = [WEST - 1 < lon < EAST + 1 and SOUTH - 1 < lat < NORTH + 1 for lon, lat in line]
    pieces: list[Line] = []
    for k, point in enumerate(line):
        if near[k] and k and near[k - 1]:
            pieces[-1].append(point)
        elif near[k]:
            pieces.append([point])
    return [piece for piece in pieces if len(piece) > 1]


def fine(line: Line) -> bool:
    """Whether a line touches the part that is kept fine."""
    west, east, south, north = FINE
    return any(west < lon < east and south < lat < north for lon, lat in line)


def thinned(line: Line, tolerance_deg: float) -> Line:
    """The line without points that lie closer than the tolerance to what is left."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.hypot(bx - ax, by - ay)

    def off(point: tuple[float, float]) -> float:
        px, py = point
        if length == 0.0:
            return math.hypot(px - ax, py - ay)
        return abs((bx - ax) * (ay - py) - (ax - px) * (by - ay)) / length

    far = max(range(1, len(line) - 1), key=lambda k: off(line[k]))
    if off(line[far]) < tolerance_deg:
        return [line[0], line[-1]]
    return thinned(line[: far + 1], tolerance_deg)[:-1] + thinned(line[far:], tolerance_deg)


if __name__ == "__main__":
    main(sys.argv[1])
