"""The defence of a Case: BATTERY, RADAR, INTERCEPTOR and GROUP rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import bearing_rad, ecef_m, enu_matrix
from keepout.records.case import GROUP, Rows
from keepout.records.defence import BATTERY, SALVO, SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK, SINGLE
from keepout.records.place import Place
from keepout.records.sensor import RADAR

from .amounts import Amount, fixed
from .attack import Origins
from .book import Book
from .checks import NO_RADAR, salvo_of
from .defence import Battery
from .ground import Ground
from .model import Scenario
from .names import name_hash
from .parameters import Origin, Parameters
from .reach import point
from .rows import fill_radar, interceptor_rows, records

RULES = {
    "single": SINGLE,
    "shoot-look-shoot": SHOOT_LOOK_SHOOT,
    "shoot-shoot-look": SHOOT_SHOOT_LOOK,
}
EVERYTHING = 2**64 - 1


@dataclass(frozen=True)
class Layers:
    """Rows of the defence, and what they are called."""

    battery: Rows
    radar: Rows
    interceptor: Rows
    group: Rows
    systems: list[str]
    interceptors: list[str]
    radars: list[tuple[str, str]]  # name and catalogue id


@dataclass(frozen=True)
class _Parts:
    """What batteries and radars are resolved against."""

    scenario: Scenario
    ground: Ground
    book: Book
    parameters: Parameters
    origins: Origins

    def group_of(self, name: str) -> int:
        """Row of the group that a battery or radar fails with, or -1."""
        for i, group in enumerate(self.scenario.chance.groups):
            if name in group.members:
                return i
        return -1


def layers_of(
    scenario: Scenario, ground: Ground, book: Book, parameters: Parameters, origins: Origins
) -> Layers:
    """Rows of all batteries and radars."""
    parts = _Parts(scenario, ground, book, parameters, origins)
    systems = list(dict.fromkeys(battery.type for battery in scenario.batteries))
    rounds = [book.text("battery", battery.type, "interceptor") for battery in scenario.batteries]
    interceptors = list(dict.fromkeys(rounds))
    group = records(GROUP, len(scenario.chance.groups))
    for row, each in zip(group, scenario.chance.groups):
        path = f"chance.groups.{each.name}.probability"
        row.name = name_hash(each.name)
        row.probability = parameters.add(f"group.{each.name}", each.probability, origins(path))
    table = records(BATTERY, len(scenario.batteries))
    for row, battery, interceptor in zip(table, scenario.batteries, rounds):
        row.system = systems.index(battery.type)
        row.interceptor = interceptors.index(interceptor)
        _battery(battery, interceptor, row, parts)
    radar, radars = _radars(parts)
    return Layers(
        table, radar, interceptor_rows(book, interceptors), group, systems, interceptors, radars
    )


def _battery(battery: Battery, interceptor: str, row: Any, parts: _Parts) -> None:
    """One BATTERY row."""
    book, doctrine = parts.book, battery.doctrine
    row.name = name_hash(battery.name)
    row.group = parts.group_of(battery.name)
    row.r_ecef_m = ecef_m(point(battery.at.lat, battery.at.lon))
    row.rounds_per_launcher = int(book.si("battery", battery.type, "rounds_per_launcher"))
    row.resupply = int(battery.resupply)
    row.reload_s = book.si("battery", battery.type, "reload_time")
    row.track_quality_m = book.si("battery", battery.type, "track_quality")
    row.rule = RULES.get(doctrine.rule, SALVO)
    row.salvo = salvo_of(doctrine.rule)
    row.cap, row.reserve = int(doctrine.cap), int(doctrine.reserve)
    names = [each.name for each in parts.scenario.batteries]
    row.hold_for = names.index(doctrine.hold_for) if doctrine.hold_for else -1
    row.factor = math.prod(battery.kill.factors.values())
    row.defends = _defends(battery, parts.ground)
    _numbers(battery, interceptor, row, parts)


def _defends(battery: Battery, ground: Ground) -> int:
    """A bit for each asset row that the battery may defend."""
    if battery.defends is None:
        return EVERYTHING
    return sum(1 << ground.asset_row(id_) for id_ in battery.defends)


def _numbers(battery: Battery, interceptor: str, row: Any, parts: _Parts) -> None:
    """The parameters of one battery: its own numbers, else the catalogue's."""
    parameters, path = parts.parameters, f"batteries.{battery.name}"
    for field, name, whole in (
        ("channels", "channels", True),
        ("launch_interval_s", "launch_interval", False),
        ("assess_s", "assessment", False),
        ("track_before_firing_s", "track_before_firing", False),
    ):
        own: Amount | None = getattr(battery, name)
        amount, came = _own_or_catalogue(
            own, f"{path}.{name}", "battery", battery.type, name, parts
        )
        row[field] = parameters.add(
            f"{battery.type}.{name}", amount, came, whole=whole, own_key=f"{battery.name}.{name}"
        )
    amount, came = _own_or_catalogue(
        battery.kill.sspk, f"{path}.kill.sspk", "interceptor", interceptor, "sspk", parts
    )
    row.sspk = parameters.add(f"{interceptor}.sspk", amount, came, own_key=f"{battery.name}.sspk")
    kill = parts.scenario.kill
    row.manoeuvre_factor = parameters.add(
        "kill.manoeuvre_factor", kill.manoeuvre_factor, parts.origins("kill.manoeuvre_factor")
    )
    amount, came = _rounds(battery, f"{path}.rounds", parts)
    row.rounds = parameters.add(f"{battery.name}.rounds", amount, came, whole=True)


def _own_or_catalogue(
    own: Amount | None, path: str, kind: str, id_: str, field: str, parts: _Parts
) -> tuple[Amount, Origin]:
    """A battery's own number, else the scenario's override, else the catalogue's."""
    if own is not None:
        return own, parts.origins(path)
    amount = parts.book.amount(kind, id_, field)
    assert amount is not None
    if isinstance(parts.book.overrides.get(id_, {}).get(field), Amount):
        return amount, parts.origins(f"catalogue.{id_}.{field}")
    return amount, Origin(f"{id_}.{field}", "catalogue")


def _rounds(battery: Battery, path: str, parts: _Parts) -> tuple[Amount, Origin]:
    """Ready rounds: given, or launchers x rounds per launcher."""
    if battery.rounds is not None:
        return battery.rounds, parts.origins(path)
    each = parts.book.amount("battery", battery.type, "rounds_per_launcher")
    launchers = parts.book.amount("battery", battery.type, "launchers")
    assert each is not None
    assert launchers is not None
    number = launchers.value if battery.launchers is None else battery.launchers
    return (
        fixed(
            number * each.value,
            source=tuple(dict.fromkeys((*launchers.source, *each.source))),
            grade=max(launchers.grade, each.grade),
            note=f"{number:g} launchers x {each.value:g} rounds",
        ),
        Origin(path, "catalogue" if battery.launchers is None else "scenario"),
    )


def _radars(parts: _Parts) -> tuple[Rows, list[tuple[str, str]]]:
    """RADAR rows: those of the scenario, then those of batteries."""
    sites: list[tuple[str, str, Any, int, bool]] = [
        (radar.name, radar.type, radar, -1, radar.share) for radar in parts.scenario.radars
    ]
    for b, battery in enumerate(parts.scenario.batteries):
        type_ = battery.radar or parts.book.text("battery", battery.type, "radar", NO_RADAR)
        if type_ != NO_RADAR:
            sites.append((f"{battery.name}/radar", type_, battery, b, battery.share))
    table = records(RADAR, len(sites))
    middle = _middle_of_areas(parts.ground)
    for row, (name, type_, site, owner, share) in zip(table, sites):
        place = point(site.at.lat, site.at.lon)
        row.name = name_hash(name)
        row.group = parts.group_of(site.name)
        row.owner, row.shared = owner, int(share)
        row.r_ecef_m = ecef_m(place)
        row.to_enu = np.asarray(enu_matrix(site.at.lat, site.at.lon))
        facing = bearing_rad(place, middle) if site.facing is None else site.facing
        row.azimuth_rad = facing % (2.0 * math.pi)
        fill_radar(parts.book, type_, row)
    return table, [(name, type_) for name, type_, _, _, _ in sites]


def _middle_of_areas(ground: Ground) -> Place:
    """The middle of all launch areas, where radars look unless said otherwise."""
    x, y, z = np.mean([ecef_m(place) for place in ground.areas.values()], axis=0)
    lat_deg = math.degrees(math.atan2(z, math.hypot(x, y)))
    return Place(lat_deg=lat_deg, lon_deg=math.degrees(math.atan2(y, x)))
