"""Radars of a Case: those of the scenario, and those that batteries bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import bearing_rad, ecef_m, enu_matrix
from keepout.records.case import Rows
from keepout.records.place import Place
from keepout.records.sensor import RADAR
from keepout.sensing.search import fill_search

from .checks import NO_RADAR
from .defence import Lost
from .ground import Ground
from .names import name_hash
from .reach import point
from .rows import fill_radar, records


@dataclass(frozen=True)
class Site:
    """A radar as it stands in the scenario: alone, or brought by a battery."""

    name: str
    type_: str
    given: Any  # Radar or Battery
    owner: int
    lost: Lost | None
    path: str  # of what is lost
    height_m: float = 0.0


def sites_of(parts: Any, first: dict[str, int]) -> list[Site]:
    """Radars of the scenario, then those of batteries; ``first`` row of each battery by name."""
    sites = [
        Site(
            radar.name, radar.type, radar, -1, radar.lost, f"radars.{radar.name}.lost",
            radar.height,
        )
        for radar in parts.scenario.radars
    ]  # fmt: skip
    for battery in parts.scenario.batteries:
        type_ = battery.radar or parts.book.text("battery", battery.type, "radar", NO_RADAR)
        if type_ != NO_RADAR:
            path, owner = f"batteries.{battery.name}.radar_lost", first[battery.name]
            name = f"{battery.name}/radar"
            sites.append(Site(name, type_, battery, owner, battery.radar_lost, path))
    return sites


def radar_rows(parts: Any, first: dict[str, int]) -> tuple[Rows, list[tuple[str, str]]]:
    """RADAR rows, and name and catalogue id of each; arguments as ``sites_of``."""
    sites = sites_of(parts, first)
    table = records(RADAR, len(sites))
    middle = _middle_of_areas(parts.ground)
    seen = parts.scenario.warning.satellites
    for row, site in zip(table, sites):
        given = site.given
        place = replace(point(given.at.lat, given.at.lon), alt_m=site.height_m)
        row.name = name_hash(site.name)
        row.groups = parts.groups_of(given.name, site.name)
        row.owner, row.shared = site.owner, int(given.share)
        row.r_ecef_m = ecef_m(place)
        row.to_enu = np.asarray(enu_matrix(given.at.lat, given.at.lon))
        facing = bearing_rad(place, middle) if given.facing is None else given.facing
        row.azimuth_rad = facing % (2.0 * math.pi)
        row.cues = int(site.owner < 0 and given.cues)
        row.cued_s = 0.0 if given.cued else math.inf
        fill_radar(parts.book, site.type_, row)
        if parts.scenario.models.radar_time == "unlimited":
            row.search_share = row.track_snr = 0.0
        fill_search(row, math.inf if seen is None else seen.sector)
        _what_goes_wrong(site, row, parts)
    return table, [(site.name, site.type_) for site in sites]


def _what_goes_wrong(site: Site, row: Any, parts: Any) -> None:
    """Parameters of a radar that is lost, and of what it takes for objects."""
    add, false_tracks = parts.parameters.add, site.given.false_tracks
    if site.lost is not None:
        row.lost = 1
        for field, name in (("lost_p", "probability"), ("lost_s", "at")):
            amount, path = getattr(site.lost, name), f"{site.path}.{name}"
            row[field] = add(f"{site.name}.lost.{name}", amount, parts.origins(path))
    if false_tracks is not None:
        row.cluttered = 1
        path = site.path.rpartition(".")[0] + ".false_tracks"
        row.false_tracks = add(f"{site.name}.false_tracks", false_tracks, parts.origins(path))


def _middle_of_areas(ground: Ground) -> Place:
    """The middle of all launch areas, where radars look unless said otherwise."""
    x, y, z = np.mean([ecef_m(place) for place in ground.areas.values()], axis=0)
    lat_deg = math.degrees(math.atan2(z, math.hypot(x, y)))
    return Place(lat_deg=lat_deg, lon_deg=math.degrees(math.atan2(y, x)))
