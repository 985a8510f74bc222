"""KML 2.3 extensions of Google Earth: one gx:Track a body. Heights as above sea level."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

from keepout.export.scene import Body, Happening, Scene, Site, geodetic

KML, GX = "http://www.opengis.net/kml/2.2", "http://www.google.com/kml/ext/2.2"
HEIGHTS = (
    "WGS 84, UTC. Heights are above the ellipsoid and shown as if above sea level: keepout has no "
    "geoid, which lies within 110 m of the ellipsoid everywhere."
)
STYLES = {"missile": "ff009fe6", "interceptor": "ffe9b456", "site": "ff739e00", "event": "ff005ed5"}
"""Colours as aabbggrr."""


def write(scene: Scene, path: Path) -> None:
    """Write a scene as one KML file."""
    ET.register_namespace("", KML)
    ET.register_namespace("gx", GX)
    root = ET.Element(f"{{{KML}}}kml")
    document = _sub(root, "Document")
    _sub(document, "name", scene.label)
    _sub(document, "description", f"{scene.note} {HEIGHTS}")
    for name, colour in STYLES.items():
        style = _sub(document, "Style")
        style.set("id", name)
        _sub(_sub(style, "IconStyle"), "color", colour)
        line = _sub(style, "LineStyle")
        _sub(line, "color", colour)
        _sub(line, "width", "1.5")
    _folder(document, "sites", [_site(site) for site in scene.sites])
    for kind in ("missile", "interceptor"):
        bodies = [body for body in scene.bodies if body.kind == kind]
        _folder(document, f"{kind}s", [_body(scene, body) for body in bodies])
    _folder(document, "events", [_happening(scene, each) for each in scene.happenings])
    ET.ElementTree(root).write(path, "utf-8", xml_declaration=True)


def _sub(parent: ET.Element, tag: str, text: str | None = None, space: str = KML) -> ET.Element:
    child = ET.SubElement(parent, f"{{{space}}}{tag}")
    child.text = text
    return child


def _folder(document: ET.Element, name: str, placemarks: list[ET.Element]) -> None:
    folder = _sub(document, "Folder")
    _sub(folder, "name", name)
    folder.extend(placemarks)


def _placemark(name: str, description: str, style: str, when: str | None = None) -> ET.Element:
    placemark = ET.Element(f"{{{KML}}}Placemark")
    _sub(placemark, "name", name)
    _sub(placemark, "description", description)
    if when is not None:
        _sub(_sub(placemark, "TimeStamp"), "when", when)
    _sub(placemark, "styleUrl", f"#{style}")
    return placemark


def _point(
    placemark: ET.Element, lon_deg: float, lat_deg: float, alt_m: float, mode: str
) -> ET.Element:
    point = _sub(placemark, "Point")
    _sub(point, "altitudeMode", mode)
    _sub(point, "coordinates", f"{lon_deg:.6f},{lat_deg:.6f},{alt_m:.1f}")
    return placemark


def _site(site: Site) -> ET.Element:
    placemark = _placemark(site.name, f"{site.kind} {site.of}".strip(), "site")
    return _point(placemark, site.lon_deg, site.lat_deg, 0.0, "clampToGround")


def _body(scene: Scene, body: Body) -> ET.Element:
    placemark = _placemark(body.name, f"{body.of}; end: {body.end or 'none'}", body.kind)
    track = _sub(placemark, "Track", space=GX)
    _sub(track, "altitudeMode", "absolute")
    for t_s in body.t_s:
        _sub(track, "when", scene.stamp(t_s))
    for lon_deg, lat_deg, alt_m in geodetic(body.r_ecef_m):
        _sub(track, "coord", f"{lon_deg:.6f} {lat_deg:.6f} {alt_m:.1f}", GX)
    return placemark


def _happening(scene: Scene, each: Happening) -> ET.Element:
    said = " ".join(part for part in (each.who, each.detail) if part)
    placemark = _placemark(f"{each.kind} {each.whom}".strip(), said, "event", scene.stamp(each.t_s))
    lon_deg, lat_deg, alt_m = geodetic(np.array([each.r_ecef_m]))[0]
    return _point(placemark, lon_deg, lat_deg, alt_m, "absolute")
