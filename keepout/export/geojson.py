"""GeoJSON (RFC 7946): paths as lines, events and sites as points, heights over the ellipsoid."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from keepout.export.scene import Body, Happening, Scene, Site, geodetic

HALF_TURN = 180.0


def write(scene: Scene, path: Path) -> None:
    """Write a scene as one feature collection."""
    collection = {
        "type": "FeatureCollection",
        "name": scene.label,
        "description": f"{scene.note} WGS 84, heights over the ellipsoid in metres, UTC.",
        "features": [
            *(_site(site) for site in scene.sites),
            *(_body(scene, body) for body in scene.bodies),
            *(_happening(scene, each) for each in scene.happenings),
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False, allow_nan=False), "utf-8")


def lines(points: np.ndarray) -> list[list[list[float]]]:
    """A path (n, 3) of longitude, latitude, height, cut where it crosses the date line.

    RFC 7946, section 3.1.9: each part ends on the meridian of 180 degrees.
    """
    parts: list[list[list[float]]] = [[_rounded(points[0])]]
    for before, after in pairwise(points):
        step = after[0] - before[0]
        if abs(step) > HALF_TURN:
            side = HALF_TURN if before[0] > 0 else -HALF_TURN
            unwrapped = after + np.array([2.0 * side, 0.0, 0.0])
            share = (side - before[0]) / (unwrapped[0] - before[0])
            crossing = before + share * (unwrapped - before)
            parts[-1].append(_rounded(np.array([side, *crossing[1:]])))
            parts.append([_rounded(np.array([-side, *crossing[1:]]))])
        parts[-1].append(_rounded(after))
    return parts


def _rounded(point: np.ndarray) -> list[float]:
    return [round(float(point[0]), 6), round(float(point[1]), 6), round(float(point[2]), 1)]


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _site(site: Site) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [round(site.lon_deg, 6), round(site.lat_deg, 6)]}
    return _feature(point, name=site.name, kind=site.kind, of=site.of, radius_m=site.radius_m)


def _body(scene: Scene, body: Body) -> dict[str, Any]:
    parts = lines(geodetic(body.r_ecef_m))
    whole = len(parts) == 1
    geometry = {
        "type": "LineString" if whole else "MultiLineString",
        "coordinates": parts[0] if whole else parts,
    }
    return _feature(
        geometry, name=body.name, kind=body.kind, of=body.of, end=body.end,
        begin_utc=scene.stamp(body.t_s[0]), end_utc=scene.stamp(body.t_s[-1]),
    )  # fmt: skip


def _happening(scene: Scene, each: Happening) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": _rounded(geodetic(np.array([each.r_ecef_m]))[0])}
    return _feature(
        point, kind=each.kind, who=each.who, whom=each.whom, detail=each.detail,
        utc=scene.stamp(each.t_s),
    )  # fmt: skip
