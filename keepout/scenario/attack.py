"""The raids of a Case: RAID, MIX, CEP and THREAT rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from keepout.records.case import CEP, MIX, MIX_AREA, MIX_ASSET, MIX_MISSILE, RAID, THREAT, Rows

from .amounts import Amount, fixed
from .book import Book
from .ground import Ground, launch_radius_m
from .model import Scenario
from .names import name_hash, threat_name
from .parameters import Origin, Parameters
from .raids import Raid, Within
from .rows import records

Origins = Callable[[str], Origin]
"""Where the number at a path of the scenario comes from."""


@dataclass(frozen=True)
class Attack:
    """Rows of the raids, and what they are called."""

    raid: Rows
    mix: Rows
    cep: Rows
    threat: Rows
    threats: list[str]


@dataclass(frozen=True)
class _Parts:
    """What every raid is resolved against."""

    missiles: list[str]
    ground: Ground
    book: Book
    parameters: Parameters
    origins: Origins


def missiles_of(scenario: Scenario) -> list[str]:
    """Ids of the missiles that come, in the order of the file."""
    return list(dict.fromkeys(id_ for raid in scenario.raids for id_ in raid.missile.mix))


def attack_of(
    scenario: Scenario, missiles: list[str], ground: Ground, book: Book, parameters: Parameters,
    origins: Origins,
) -> Attack:  # fmt: skip
    """Rows of all raids."""
    parts = _Parts(missiles, ground, book, parameters, origins)
    raid_table = records(RAID, len(scenario.raids))
    cep = records(CEP, len(scenario.raids), len(missiles))
    cep.cep_m = -1
    mixes: list[tuple[int, int, int, int]] = []
    threats: list[tuple[str, int, int, int]] = []
    for k, raid in enumerate(scenario.raids):
        row = raid_table[k]
        row.name = name_hash(raid.name)
        path = f"raids.{raid.name}"
        key = f"raid.{raid.name}"
        row.count = parameters.add(f"{key}.count", raid.count, origins(f"{path}.count"), whole=True)
        row.failed = parameters.add(f"{key}.failed", raid.failed, origins(f"{path}.failed"))
        _later_failures(raid, row, parts)
        row.first_s = parameters.add(f"{key}.first", raid.first, origins(f"{path}.first"))
        _timing(raid, row, parts)
        row.first_mix = len(mixes)
        mixes += _mixes(raid, k, row, parts)
        _ceps(raid, cep[k], parts)
        row.first_threat, row.threats = len(threats), math.floor(raid.count.most() + 0.5)
        threats += [(threat_name(raid.name, i), k, i, -1) for i in range(row.threats)]
        threats += _decoys(raid, k, row, parts)
    mix = records(MIX, len(mixes))
    for i, values in enumerate(mixes):
        mix[i] = values
    threat = records(THREAT, len(threats))
    for i, (name, *numbers) in enumerate(threats):
        threat[i] = (name_hash(name), *numbers)
    return Attack(raid_table, mix, cep, threat, [name for name, *_ in threats])


def _decoys(raid: Raid, k: int, row: Rows, parts: _Parts) -> list[tuple[str, int, int, int]]:
    """Threats that are decoys, after the missiles of their raid: RAID/007.0, RAID/007.1, …"""
    row.decoys = -1
    if raid.decoys is None:
        return []
    count, row.stripped_m = raid.decoys.count, raid.decoys.stripped_at
    came = parts.origins(f"raids.{raid.name}.decoys.count")
    row.decoys = parts.parameters.add(f"raid.{raid.name}.decoys", count, came, whole=True)
    most = math.floor(count.most() + 0.5)
    return [
        (f"{threat_name(raid.name, i)}.{j}", k, j, row.first_threat + i)
        for i in range(row.threats)
        for j in range(most)
    ]


def _later_failures(raid: Raid, row: Rows, parts: _Parts) -> None:
    """Failures after the powered flight, of which most raids know nothing: -1."""
    for field, name in (
        ("failed_separation", "failed_at_separation"), ("failed_reentry", "failed_in_reentry"),
    ):  # fmt: skip
        share: Amount | None = getattr(raid, name)
        row[field] = -1
        if share is not None:
            came = parts.origins(f"raids.{raid.name}.{name}")
            row[field] = parts.parameters.add(f"raid.{raid.name}.{name}", share, came)


def _timing(raid: Raid, row: Rows, parts: _Parts) -> None:
    """Launches one after the other, or spread over a time."""
    path, key = f"raids.{raid.name}.spacing", f"raid.{raid.name}.spacing"
    row.within_s = -1
    if isinstance(raid.spacing, Within):
        came = parts.origins(f"{path}.within")
        row.within_s = parts.parameters.add(f"{key}.within", raid.spacing.within, came)
        row.waves = int(raid.spacing.waves)
        spacing, came = fixed(0.0, "time"), Origin(path, "derived")
    else:
        spacing, came = raid.spacing, parts.origins(path)
    row.spacing_s = parts.parameters.add(key, spacing, came)


def _mixes(raid: Raid, k: int, row: Rows, parts: _Parts) -> list[tuple[int, int, int, int]]:
    """MIX rows of one raid: missiles, then areas, then assets."""
    ground, book = parts.ground, parts.book
    launch, aim = raid.launch, raid.aim
    areas = launch.mix or {launch.area or f"{raid.name}-launch": 1.0}
    assets = aim.mix or {aim.asset or f"{raid.name}-aim": 1.0}
    area_rows = [ground.area_row(id_, launch_radius_m(raid, id_, book)) for id_ in areas]
    asset_rows = [ground.asset_row(id_) for id_ in assets]
    missile_rows = [parts.missiles.index(id_) for id_ in raid.missile.mix]
    row.missiles, row.areas, row.assets = len(missile_rows), len(area_rows), len(asset_rows)
    rows = []
    for kind, what, weights, spread, items in (
        (MIX_MISSILE, "missile", raid.missile.mix, raid.missile.spread, missile_rows),
        (MIX_AREA, "area", areas, launch.spread, area_rows),
        (MIX_ASSET, "asset", assets, aim.spread, asset_rows),
    ):
        section = {"missile": "missile", "area": "launch", "asset": "aim"}[what]
        came = parts.origins(f"raids.{raid.name}.{section}")
        stick_rows = parts.parameters.add_sticks(
            f"raid.{raid.name}.{what}", list(weights.values()), spread == "dirichlet", came
        )
        rows += [(k, kind, item, stick) for item, stick in zip(items, stick_rows)]
    return rows


def _ceps(raid: Raid, row: Rows, parts: _Parts) -> None:
    """CEP of each missile of a raid: the raid's own, else the catalogue's."""
    for id_ in raid.missile.mix:
        own: Amount | None = raid.aim.cep
        came = parts.origins(f"raids.{raid.name}.aim.cep")
        if own is None:
            own = parts.book.amount("missile", id_, "cep")
            overridden = isinstance(parts.book.overrides.get(id_, {}).get("cep"), Amount)
            came = (
                parts.origins(f"catalogue.{id_}.cep")
                if overridden
                else Origin(f"{id_}.cep", "catalogue")
            )
        assert own is not None
        row[parts.missiles.index(id_)].cep_m = parts.parameters.add(
            f"cep.{id_}", own, came, own_key=f"cep.{id_}.{raid.name}"
        )
