"""The places of a Case: launch areas and assets, as rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keepout.earth.geodesy import ecef_m, enu_matrix
from keepout.records.case import AREA, ASSET, Rows
from keepout.records.defence import DEFEND_ALWAYS, DEFEND_IF_ROUNDS, DEFEND_NEVER
from keepout.records.place import Place

from .amounts import Amount, fixed
from .book import Book
from .defence import Asset
from .model import Scenario
from .names import name_hash
from .parameters import Origin, Parameters
from .reach import aim_places, launch_places, place_of, point
from .rows import records

DEFEND = {"always": DEFEND_ALWAYS, "if-rounds": DEFEND_IF_ROUNDS, "never": DEFEND_NEVER}
OWN_RADIUS_M = 3000.0
"""Radius of an asset that is not in the catalogue; grade D, about an air base."""
OWN_AREA_RADIUS_M = 50e3
"""Radius of a launch area that is not in the catalogue; grade D, about a province."""


@dataclass
class Ground:
    """Places by id, in the order of their rows."""

    areas: dict[tuple[str, float], Place] = field(default_factory=dict)
    assets: dict[str, Place] = field(default_factory=dict)
    radii: dict[str, float] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    own: dict[str, Asset] = field(default_factory=dict)

    def area_row(self, id_: str, radius_m: float) -> int:
        """Row of a launch area; the same area with another radius is another row."""
        return list(self.areas).index((id_, radius_m))

    def asset_row(self, id_: str) -> int:
        """Row of an asset."""
        return list(self.assets).index(id_)


def ground_of(scenario: Scenario, book: Book) -> Ground:
    """Every place a scenario names."""
    ground = Ground(own={asset.id: asset for asset in scenario.assets})
    places: dict[str, Place | None] = {}
    for asset in scenario.assets:
        place = point(asset.at.lat, asset.at.lon) if asset.at else place_of(book, asset.id)
        places[asset.id] = place
        if place is not None:
            _add_asset(ground, book, asset.id, place)
    for raid in scenario.raids:
        for id_, place in aim_places(raid, places, book).items():
            if id_ not in ground.assets:
                _add_asset(ground, book, id_, place)
        for id_, place in launch_places(raid, book).items():
            ground.areas[id_, launch_radius_m(raid, id_, book)] = place
    return ground


def launch_radius_m(raid: Any, id_: str, book: Book) -> float:
    """Radius of the area that launches come from."""
    if raid.launch.radius is not None:
        return float(raid.launch.radius)
    return book.si("place", id_, "radius") if book.has("place", id_) else OWN_AREA_RADIUS_M


def _add_asset(ground: Ground, book: Book, id_: str, place: Place) -> None:
    own = ground.own.get(id_)
    known = book.has("place", id_)
    ground.assets[id_] = place
    radius_m = book.si("place", id_, "radius") if known else OWN_RADIUS_M
    ground.radii[id_] = own.radius if own and own.radius is not None else radius_m
    zone = book.text("place", id_, "zone", "base") if known else "base"
    ground.zones[id_] = own.zone if own and own.zone is not None else zone


def _place_row(row: Any, id_: str, place: Place) -> None:
    row.name = name_hash(id_)
    row.r_ecef_m = ecef_m(place)
    row.to_enu = np.asarray(enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg)))


def area_rows(ground: Ground) -> Rows:
    """AREA rows."""
    table = records(AREA, len(ground.areas))
    for row, ((id_, radius_m), place) in zip(table, ground.areas.items()):
        _place_row(row, id_, place)
        row.radius_m = radius_m
    return table


def asset_rows(ground: Ground, parameters: Parameters, origins: Any) -> Rows:
    """ASSET rows, and their share left on purpose."""
    table = records(ASSET, len(ground.assets))
    nothing = fixed(0.0, note="every threatened asset is defended unless said otherwise")
    for row, (id_, place) in zip(table, ground.assets.items()):
        own = ground.own.get(id_) or Asset(id=id_)
        _place_row(row, id_, place)
        row.radius_m = ground.radii[id_]
        row.margin_m = own.margin
        row.defend = DEFEND[own.defend]
        left: Amount | None = own.not_engaged
        path = f"assets.{id_}.not_engaged"
        if left is None:
            row.not_engaged = parameters.add("not_engaged.none", nothing, Origin(path, "default"))
            continue
        key = f"not_engaged.{ground.zones[id_]}"
        row.not_engaged = parameters.add(
            key, left, origins(path), own_key=f"not_engaged.asset.{id_}"
        )
    return table
