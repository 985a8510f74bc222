"""CZML: the format that Cesium plays. Positions Earth-fixed, heights over the ellipsoid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from keepout.export.scene import Body, Happening, Scene, Site

COLOURS = {
    "missile": [230, 159, 0, 255], "interceptor": [86, 180, 233, 255],
    "asset": [240, 240, 240, 255], "battery": [0, 158, 115, 255], "radar": [0, 114, 178, 255],
    "area": [204, 121, 167, 255],
}  # fmt: skip
"""By kind, from the palette of Okabe and Ito, which the colour-blind can tell apart."""
HAPPENING_COLOUR = [213, 94, 0, 255]
SHOWN_FOR_S = 60.0
"""How long an event stays in view."""


def write(scene: Scene, path: Path) -> None:
    """Write a scene as one CZML file."""
    span = f"{scene.stamp(0.0)}/{scene.stamp(scene.end_s)}"
    packets: list[dict[str, Any]] = [
        {
            "id": "document",
            "name": scene.label,
            "version": "1.0",
            "description": f"{scene.note} WGS 84, Earth-fixed metres, UTC.",
            "clock": {"interval": span, "currentTime": scene.stamp(0.0), "multiplier": 20,
                      "range": "CLAMPED", "step": "SYSTEM_CLOCK_MULTIPLIER"},
        }
    ]  # fmt: skip
    packets += [_site(site) for site in scene.sites]
    packets += [_body(scene, body) for body in scene.bodies]
    packets += [_happening(scene, each, k) for k, each in enumerate(scene.happenings)]
    path.write_text(json.dumps(packets, ensure_ascii=False, allow_nan=False), "utf-8")


def _point(kind: str, size: int) -> dict[str, Any]:
    return {"color": {"rgba": COLOURS.get(kind, HAPPENING_COLOUR)}, "pixelSize": size}


def _site(site: Site) -> dict[str, Any]:
    return {
        "id": f"{site.kind}/{site.name}",
        "name": site.name,
        "description": f"{site.kind} {site.of}".strip(),
        "position": {"cartographicDegrees": [site.lon_deg, site.lat_deg, 0.0]},
        "point": _point(site.kind, 8),
        "label": {"text": site.name, "font": "11px sans-serif",
                  "pixelOffset": {"cartesian2": [0, -14]}},
    }  # fmt: skip


def _body(scene: Scene, body: Body) -> dict[str, Any]:
    samples: list[float] = []
    for t_s, r in zip(body.t_s, body.r_ecef_m, strict=True):
        samples += [round(float(t_s), 3), *(round(float(x), 1) for x in r)]
    degree = 3 if len(body.t_s) > 4 else 1
    return {
        "id": f"{body.kind}/{body.name}",
        "name": body.name,
        "description": f"{body.kind} {body.of}; end: {body.end or 'none'}",
        "availability": f"{scene.stamp(body.t_s[0])}/{scene.stamp(body.t_s[-1])}",
        "position": {
            "epoch": scene.stamp(0.0),
            "referenceFrame": "FIXED",
            "interpolationAlgorithm": "LAGRANGE",
            "interpolationDegree": degree,
            "cartesian": samples,
        },
        "point": _point(body.kind, 6),
        "path": {"material": {"solidColor": {"color": {"rgba": COLOURS[body.kind]}}},
                 "width": 1, "leadTime": 0, "trailTime": 1e6, "resolution": 5},
    }  # fmt: skip


def _happening(scene: Scene, each: Happening, k: int) -> dict[str, Any]:
    until_s = min(each.t_s + SHOWN_FOR_S, scene.end_s)
    return {
        "id": f"event/{k}",
        "name": " ".join(part for part in (each.kind, each.whom) if part),
        "description": " ".join(part for part in (each.kind, each.who, each.detail) if part),
        "availability": f"{scene.stamp(each.t_s)}/{scene.stamp(until_s)}",
        "position": {"cartesian": [round(x, 1) for x in each.r_ecef_m]},
        "point": _point(each.kind, 9),
    }
