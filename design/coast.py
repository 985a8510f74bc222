"""The base map of the report, cut from Natural Earth (public domain) as packed in world-atlas.

    python design/coast.py countries-50m.json > keepout/assets/coast.json

The file is TopoJSON at 1:50 million of version 2.0.2 of the npm package world-atlas. Arcs used
by one country are coast, arcs used by two are borders; both are cut to 25 to 60 deg east and
25 to 42 deg north, thinned (Douglas and Peucker, 1973) and rounded to 0.01 deg. Borders are
those of Natural Earth, which are de facto.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

WEST, EAST, SOUTH, NORTH = 25.0, 60.0, 25.0, 42.0
TOLERANCE_DEG = 0.02

Line = list[tuple[float, float]]


def main(path: str) -> None:
    """Print the coast and the borders of the region as JSON."""
    topology = json.loads(Path(path).read_text("utf-8"))
    uses = Counter(arc for country in countries(topology) for arc in arcs_of(country["arcs"]))
    lines: dict[str, list[Line]] = {"coast": [], "border": []}
    for number, arc in enumerate(topology["arcs"]):
        kind = "border" if uses[number] > 1 else "coast"
        for piece in inside(degrees(arc, topology["transform"])):
            thin = thinned(piece, TOLERANCE_DEG)
            lines[kind].append([(round(lon, 2), round(lat, 2)) for lon, lat in thin])
    head = {
        "source": "Natural Earth 1:50m, public domain, through world-atlas 2.0.2",
        "note": "Borders are de facto. Longitude and latitude in degrees.",
    }
    print(json.dumps(head | lines, separators=(",", ":")))


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
