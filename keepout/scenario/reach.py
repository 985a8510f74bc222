"""Can a raid's missiles fly that far? From which areas?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from keepout.document import Where
from keepout.earth.geodesy import great_circle_m
from keepout.records.place import Place
from keepout.units import format_si

from .book import Book

if TYPE_CHECKING:
    from .checks import Check

ROUNDING_M = 5000.0
"""Launch areas and assets stand to about 0.05 deg: a target this much beyond is in range."""


def place_of(book: Book, id_: str) -> Place | None:
    """Where a place of the catalogue is."""
    if not book.has("place", id_):
        return None
    lat_deg, lon_deg = (math.degrees(book.si("place", id_, key)) for key in ("lat", "lon"))
    return Place(lat_deg=lat_deg, lon_deg=lon_deg)


def point(lat_rad: float, lon_rad: float) -> Place:
    """A place of the scenario's own."""
    return Place(lat_deg=math.degrees(lat_rad), lon_deg=math.degrees(lon_rad))


def launch_places(raid: Any, book: Book) -> dict[str, Place]:
    """Centres of a raid's launch areas by id; those that are known."""
    launch = raid.launch
    if launch.lat is not None and launch.lon is not None:
        return {f"{raid.name}-launch": point(launch.lat, launch.lon)}
    ids = [launch.area] if launch.area else [*(launch.mix or ())]
    return {id_: place for id_ in ids if (place := place_of(book, id_)) is not None}


def aim_places(raid: Any, assets: Mapping[str, Place | None], book: Book) -> dict[str, Place]:
    """Centres of what a raid is aimed at by id; those that are known."""
    aim = raid.aim
    if aim.lat is not None and aim.lon is not None:
        return {f"{raid.name}-aim": point(aim.lat, aim.lon)}
    ids = [aim.asset] if aim.asset else [*(aim.mix or ())]
    found = {id_: assets.get(id_) or place_of(book, id_) for id_ in ids}
    return {id_: place for id_, place in found.items() if place is not None}


def usable_areas(
    range_m: float, launches: Mapping[str, Place], aims: Mapping[str, Place]
) -> dict[str, float]:
    """Areas from which a missile reaches every aim, with the longest distance [m]."""
    longest = {
        id_: max((great_circle_m(start, end) for end in aims.values()), default=0.0)
        for id_, start in launches.items()
    }
    return {id_: far for id_, far in longest.items() if far <= range_m + ROUNDING_M}


def targets_in_range(check: Check) -> None:
    """Every missile of a raid has an area from which all the raid's aims are in range."""
    assets = {
        asset.id: point(asset.at.lat, asset.at.lon)
        for _, asset in check.items("assets")
        if asset.id and asset.at and asset.at.lat is not None and asset.at.lon is not None
    }
    for i, raid in check.items("raids"):
        if raid.launch is None or raid.aim is None or raid.missile is None:
            continue
        launches = launch_places(raid, check.book)
        aims = aim_places(raid, assets, check.book)
        if launches and aims:
            for id_ in raid.missile.mix or ():
                if check.book.has("missile", id_):
                    _in_range(check, i, id_, launches, aims)


def _in_range(
    check: Check, i: int, id_: str, launches: Mapping[str, Place], aims: Mapping[str, Place]
) -> None:
    range_m = check.book.si("missile", id_, "range")
    if usable_areas(range_m, launches, aims):
        return
    legs = {
        (area, aim): great_circle_m(start, end)
        for area, start in launches.items()
        for aim, end in aims.items()
    }
    nearest = min(launches, key=lambda area: max(legs[area, aim] for aim in aims))
    aim = max(aims, key=lambda each: legs[nearest, each])
    where: Where = ("raids", i, "aim")
    for key in (("asset",), ("mix", aim)):
        if (*where, *key) in check.places.document.values:
            where = (*where, *key)
            break
    check.fault(
        "out-of-range",
        f"{aim} is {format_si(legs[nearest, aim], 'length', 4)} from {nearest}, "
        f"out of range of {id_}",
        where,
        f"the longest range of {id_} is {format_si(range_m, 'length', 4)}; choose a nearer "
        "launch area or another missile",
    )
