"""What ``keepout fly`` says of pieces that come down: footprints as JSON, text and GeoJSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from keepout.errors import InputError, Problem

if TYPE_CHECKING:
    from keepout.flight.footprint import Footprint
    from keepout.records.place import Place

RANGE_SIGMAS = 4.0
"""The published low and high of a ballistic coefficient are taken as this many sigmas apart; D."""


def footprints_of(solved: Any, given: dict[str, Any]) -> list[Footprint]:
    """Spent stages, and what was asked for, of a solved flight."""
    from dataclasses import replace

    from keepout.flight.footprint import break_up, scatter, stage_clouds
    from keepout.intercept.debris import KICK_MPS

    sigmas = [_ln_sigma(given["id_"], s) for s in range(int(solved.missile.stages))]
    clouds = stage_clouds(solved.missile, solved.stages, given["launch"], solved.flown.lane, sigmas)
    if given["break_up"] is not None:
        clouds.append(break_up(solved.flight, given["break_up"]))
    if given["intercept"] is not None:
        hit = break_up(solved.flight, given["intercept"])
        name = f"intercept at {given['intercept'] / 1e3:.3g} km"
        clouds.append(replace(hit, what=name, kick_mps=KICK_MPS))
    if not clouds:
        raise InputError.one("flight", f"{given['id_']} drops nothing: give --break-up HEIGHT")
    return [scatter(cloud) for cloud in clouds]


def _ln_sigma(id_: str, stage: int) -> float:
    """Spread of the ballistic coefficient of a spent stage, from its range in the catalogue."""
    from keepout.catalogue.read import entry

    number = entry(id_, "missile").number(f"stage_{stage + 1}_spent_ballistic_coefficient")
    if not number.low or not number.high:
        return 0.3
    return math.log(number.high / number.low) / RANGE_SIGMAS


def record(piece: Footprint, aim: Place, circles: Sequence[Any]) -> dict[str, Any]:
    """One footprint as JSON."""
    from keepout.earth.geodesy import great_circle_m

    values, vectors = np.linalg.eigh(piece.covariance_m2)
    early, middle, late = np.quantile(piece.fall_s, [0.05, 0.5, 0.95]) + piece.cloud.t_s
    near = {}
    for name, place, radius_m in circles:
        share, error = piece.within(place, radius_m)
        near[name] = {"share": share, "se": error, "radius_km": radius_m / 1e3}
    return {
        "what": piece.cloud.what,
        "parts_s": piece.cloud.t_s,
        "lands_s": {"p05": early, "p50": middle, "p95": late},
        "lat_deg": piece.place.lat_deg,
        "lon_deg": piece.place.lon_deg,
        "from_aim_km": great_circle_m(piece.place, aim) / 1e3,
        "sigma_km": {"along": math.sqrt(values[1]) / 1e3, "across": math.sqrt(values[0]) / 1e3},
        "azimuth_deg": math.degrees(math.atan2(vectors[0, 1], vectors[1, 1])) % 180.0,
        "area_50_km2": piece.level(0.5)[1] / 1e6,
        "area_90_km2": piece.level(0.9)[1] / 1e6,
        "near": near,
    }


def text(found: dict[str, Any]) -> list[str]:
    """The same for people."""
    head = (
        f"  {found['what']}: comes down about {found['lat_deg']:.2f}, {found['lon_deg']:.2f} deg, "
        f"{found['from_aim_km']:,.0f} km from the aim, {found['lands_s']['p50']:,.0f} s after "
        f"launch; half within {found['area_50_km2']:,.1f} km2, 90 % within "
        f"{found['area_90_km2']:,.1f} km2"
    )
    lines = [head]
    for name, near in found["near"].items():
        lines.append(
            f"    chance of one piece within {near['radius_km']:g} km of {name}: "
            f"{near['share']:.2g} (± {near['se']:.1g})"
        )
    return lines


def outline(piece: Footprint, share: float) -> list[NDArray[np.float64]]:
    """Closed lines (n, 2) of longitude and latitude [deg] about a share of the pieces.

    Anticlockwise, as polygons are written; holes are filled.
    """
    from contourpy import contour_generator

    from keepout.earth.geodesy import MEAN_RADIUS_M

    density, axes, corner = piece.density()
    level = piece.level(share)[0]
    middle = np.array([piece.place.lon_deg, piece.place.lat_deg])
    shrink = np.array([math.cos(math.radians(piece.place.lat_deg)), 1.0])
    rings = []
    for found in contour_generator(z=np.pad(density, 1).T).lines(level):
        line = np.asarray(found, np.float64)
        ring = middle + np.degrees((corner + (line - 1.0) @ axes) / MEAN_RADIUS_M) / shrink
        turn = np.sum(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1])
        if len(ring) > 3 and turn != 0.0:
            rings.append(ring if turn > 0.0 else ring[::-1])
    return rings


def geojson(pieces: Sequence[Footprint]) -> str:
    """Outlines of 50 and 90 % and the middle of every footprint, RFC 7946."""
    features: list[dict[str, Any]] = []
    for piece in pieces:
        middle = [round(piece.place.lon_deg, 5), round(piece.place.lat_deg, 5)]
        features.append(_feature({"type": "Point", "coordinates": middle}, piece, None))
        for share in (0.5, 0.9):
            rings = [[ring.round(5).tolist()] for ring in outline(piece, share)]
            shape = {"type": "MultiPolygon", "coordinates": rings}
            features.append(_feature(shape, piece, share))
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1) + "\n"


def _feature(shape: dict[str, Any], piece: Footprint, share: float | None) -> dict[str, Any]:
    words = {"what": piece.cloud.what, "share": share}
    return {"type": "Feature", "geometry": shape, "properties": words}


def write_geojson(pieces: Sequence[Footprint], path: Path) -> None:
    """Write the file; bad input where that cannot be done."""
    try:
        path.write_text(geojson(pieces), "utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        problem = Problem("file", f"cannot write {path}: {why}", path="--footprint")
        raise InputError([problem]) from error
