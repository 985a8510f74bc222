"""Tacview's ACMI 2.2 as text. Heights as above sea level, times after the scenario's start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from keepout.export.scene import Scene, geodetic

TYPES = {
    "missile": "Weapon+Missile", "interceptor": "Weapon+Missile", "battery": "Ground+AntiAircraft",
    "radar": "Ground+Sensor", "asset": "Ground+Static+Building", "area": "Navaid+Static",
}  # fmt: skip
COLOURS = {"missile": "Orange", "interceptor": "Blue", "battery": "Blue", "radar": "Blue"}
HEIGHTS = "Heights over the WGS 84 ellipsoid, shown as above sea level."
SIDES = {"missile": "Attack", "area": "Attack"}


def write(scene: Scene, path: Path) -> None:
    """Write a scene as one ACMI file."""
    with path.open("w", encoding="utf-8-sig") as file:
        file.writelines(f"{line}\n" for line in lines(scene))


def lines(scene: Scene) -> Iterator[str]:
    """The file, line by line: head, sites, then frames in order of time."""
    yield "FileType=text/acmi/tacview"
    yield "FileVersion=2.2"
    yield f"0,ReferenceTime={scene.start.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    yield f"0,Title={_text(scene.label)}"
    yield "0,DataSource=keepout"
    yield f"0,Comments={_text(f'{scene.note} {HEIGHTS}')}"
    ids = iter(range(1, 1 << 31))
    for site in scene.sites:
        name = f"Name={_text(site.of or site.kind)},Pilot={_text(site.name)}"
        yield (
            f"{next(ids):x},T={site.lon_deg:.6f}|{site.lat_deg:.6f}|0,Type={TYPES[site.kind]},"
            f"{name},{_dress(site.kind)}"
        )
    frames: dict[float, list[str]] = defaultdict(list)
    for body in scene.bodies:
        id_, first = next(ids), True
        for t_s, (lon_deg, lat_deg, alt_m) in zip(body.t_s, geodetic(body.r_ecef_m), strict=True):
            line = f"{id_:x},T={lon_deg:.6f}|{lat_deg:.6f}|{alt_m:.1f}"
            if first:
                line += f",Type={TYPES[body.kind]},Name={_text(body.of or body.kind)}"
                line += f",Pilot={_text(body.name)},{_dress(body.kind)}"
            frames[round(float(t_s), 2)].append(line)
            first = False
        frames[round(float(body.t_s[-1]) + 0.01, 2)].append(f"-{id_:x}")
    for each in scene.happenings:
        lon_deg, lat_deg, _alt_m = geodetic(np.array([each.r_ecef_m]))[0]
        said = f"{each.kind} {each.whom} {each.who} at {lat_deg:.2f} {lon_deg:.2f}"
        frames[round(each.t_s, 2)].append(f"0,Event=Bookmark|{_text(' '.join(said.split()))}")
    for t_s in sorted(frames):
        yield f"#{t_s:.2f}"
        yield from frames[t_s]


def _dress(kind: str) -> str:
    side = SIDES.get(kind, "Defence")
    return f"Color={COLOURS.get(kind, 'Green')},Coalition={side}"


def _text(text: str) -> str:
    """Text of a property: commas and line ends escaped, bars of events avoided."""
    return text.replace("\\", "/").replace("|", "/").replace("\n", " ").replace(",", "\\,")
