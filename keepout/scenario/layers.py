"""The defence of a Case: BATTERY, RADAR, INTERCEPTOR and GROUP rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import ecef_m
from keepout.records.case import GROUP, Rows
from keepout.records.defence import BATTERY, SALVO, SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK, SINGLE
from keepout.records.parameter import QUANTILES

from .amounts import Amount, fixed
from .attack import Origins
from .book import Book
from .checks import salvo_of
from .defence import Battery
from .fits import Fit, fits_of, nets_of
from .ground import Ground
from .model import Scenario
from .names import name_hash
from .parameters import Origin, Parameters
from .reach import point
from .rows import interceptor_rows, records
from .stations import radar_rows

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
    fits: list[Fit]  # what each row of ``battery`` is


@dataclass(frozen=True)
class _Parts:
    """What batteries and radars are resolved against."""

    scenario: Scenario
    ground: Ground
    book: Book
    parameters: Parameters
    origins: Origins

    def groups_of(self, *names: str) -> np.uint64:
        """A bit for each group that a battery or radar of these names fails with."""
        groups = self.scenario.chance.groups
        bits = [1 << i for i, each in enumerate(groups) if set(names) & set(each.members)]
        return np.uint64(sum(bits))


def layers_of(
    scenario: Scenario, ground: Ground, book: Book, parameters: Parameters, origins: Origins
) -> Layers:
    """Rows of all batteries and radars."""
    parts = _Parts(scenario, ground, book, parameters, origins)
    fits = fits_of(scenario, book)
    systems = list(dict.fromkeys(fit.system for fit in fits))
    interceptors = list(dict.fromkeys(fit.interceptor for fit in fits))
    group = records(GROUP, len(scenario.chance.groups))
    for row, each in zip(group, scenario.chance.groups):
        path = f"chance.groups.{each.name}.probability"
        row.name = name_hash(each.name)
        row.probability = parameters.add(f"group.{each.name}", each.probability, origins(path))
    table = records(BATTERY, len(fits))
    first = _first_rows(fits)
    nets = nets_of(scenario)
    for b, (row, fit) in enumerate(zip(table, fits)):
        row.system = systems.index(fit.system)
        row.interceptor = interceptors.index(fit.interceptor)
        row.unit = first[fit.battery.name]
        row.books = b if fit.is_layer else _books(fits, fit, b)
        row.net, row.net_delay_s = nets[fit.battery.name]
        row.hold_for = first[fit.doctrine.hold_for] if fit.doctrine.hold_for else -1
        _battery(fit, row, parts)
    radar, radars = radar_rows(parts, first)
    return Layers(
        table, radar, interceptor_rows(book, interceptors), group, systems, interceptors, radars,
        fits,
    )  # fmt: skip


def _first_rows(fits: list[Fit]) -> dict[str, int]:
    """The first row of each battery by name."""
    first: dict[str, int] = {}
    for b, fit in enumerate(fits):
        first.setdefault(fit.battery.name, b)
    return first


def _books(fits: list[Fit], fit: Fit, b: int) -> int:
    """The row that keeps the shots of a magazine without a doctrine of its own."""
    mine = (k for k, each in enumerate(fits) if each.battery is fit.battery and not each.is_layer)
    return next(mine, b)


def _battery(fit: Fit, row: Any, parts: _Parts) -> None:
    """One BATTERY row."""
    book, battery, doctrine = parts.book, fit.battery, fit.doctrine
    row.name = name_hash(fit.name)
    row.groups = parts.groups_of(battery.name)
    row.r_ecef_m = ecef_m(point(battery.at.lat, battery.at.lon))
    row.rounds_per_launcher = _per_launcher(fit, book)
    row.launchers = _launchers(fit, book).value
    row.resupply = int(fit.holds.resupply)
    row.track_quality_m = book.si("battery", battery.type, "track_quality")
    row.rule = RULES.get(doctrine.rule, SALVO)
    row.salvo = salvo_of(doctrine.rule)
    row.reserve = int(doctrine.reserve)
    row.factor = math.prod(value for kill in fit.kills for value in kill.factors.values())
    row.defends = _defends(battery, parts.ground)
    field = battery.field_of_fire
    row.field_half_rad = math.pi if field is None else 0.5 * field.width
    row.field_azimuth_rad = 0.0 if field is None else field.azimuth % (2.0 * math.pi)
    _numbers(fit, row, parts)
    _shots(fit, row, parts)
    _presence(battery, row, parts)


def _per_launcher(fit: Fit, book: Book) -> int:
    """Rounds that one launcher holds."""
    own = None if fit.magazine is None else fit.magazine.rounds_per_launcher
    if own is None:
        own = book.si("battery", fit.battery.type, "rounds_per_launcher")
    return int(own)


def _launchers(fit: Fit, book: Book) -> Amount:
    """Launchers that hold this kind of round."""
    if fit.holds.launchers is not None:
        return fixed(fit.holds.launchers)
    amount = book.amount("battery", fit.battery.type, "launchers")
    assert amount is not None
    return amount


def _defends(battery: Battery, ground: Ground) -> int:
    """A bit for each asset row that the battery may defend."""
    if battery.defends is None:
        return EVERYTHING
    return sum(1 << ground.asset_row(id_) for id_ in battery.defends)


def _numbers(fit: Fit, row: Any, parts: _Parts) -> None:
    """The parameters of one battery: its own numbers, else the catalogue's."""
    parameters, battery = parts.parameters, fit.battery
    path = f"batteries.{battery.name}"
    for field, name, whole in (
        ("channels", "channels", True),
        ("launch_interval_s", "launch_interval", False),
        ("assess_s", "assessment", False),
        ("track_before_firing_s", "track_before_firing", False),
        ("reload_s", "reload_time", False),
    ):
        own: Amount | None = getattr(battery, name)
        amount, came = _own_or_catalogue(
            own, f"{path}.{name}", "battery", battery.type, name, parts
        )
        row[field] = parameters.add(
            f"{battery.type}.{name}", amount, came, whole=whole, own_key=f"{battery.name}.{name}"
        )
    amount, came = _rounds(fit, parts)
    row.rounds = parameters.add(f"{fit.name}.rounds", amount, came, whole=True)
    where = fit.path if fit.is_layer else path
    row.cap = parameters.add(
        "doctrine.cap", fit.doctrine.cap, parts.origins(f"{where}.doctrine.cap"), whole=True,
        own_key=f"{fit.name}.cap",
    )  # fmt: skip


def _shots(fit: Fit, row: Any, parts: _Parts) -> None:
    """The parameters of what one shot does, and of what is made of its result."""
    parameters, origins, scenario = parts.parameters, parts.origins, parts.scenario
    own_name = fit.battery.name
    if fit.battery.deceived is not None:
        row.deceivable = 1
        row.deceived = parameters.add(
            f"{own_name}.deceived", fit.battery.deceived, origins(f"batteries.{own_name}.deceived")
        )
    amount, came = _own_or_catalogue(
        fit.holds.kill.sspk, f"{fit.path}.kill.sspk", "interceptor", fit.interceptor, "sspk", parts
    )
    row.sspk = parameters.add(f"{fit.interceptor}.sspk", amount, came, own_key=f"{fit.name}.sspk")
    row.hoped = parameters.entries[row.sspk].table[QUANTILES // 2] * row.factor
    row.manoeuvre_factor = parameters.add(
        "kill.manoeuvre_factor", scenario.kill.manoeuvre_factor, origins("kill.manoeuvre_factor")
    )
    row.lethal_m = row.miss_m = row.bias_m = -1
    end = fit.endgame(scenario) if scenario.models.kill == "endgame" else None
    if end is not None:
        lengths, path = end
        for field, name in (("lethal_m", "lethal_radius"), ("miss_m", "miss"), ("bias_m", "bias")):
            row[field] = parameters.add(
                f"kill.endgame.{name}", getattr(lengths, name), origins(f"{path}.{name}"),
                own_key=f"{fit.name}.endgame.{name}",
            )  # fmt: skip
    own = next((kill.assessment for kill in fit.kills if kill.assessment is not None), None)
    errors = scenario.kill.assessment if own is None else own
    path = "kill.assessment" if own is None else f"{fit.path}.kill.assessment"
    for name in ("kill_as_miss", "miss_as_kill"):
        row[name] = -1
        wrong: Amount = getattr(errors, name)
        if wrong.most() > 0.0:
            row[name] = parameters.add(
                f"kill.assessment.{name}", wrong, origins(f"{path}.{name}"),
                own_key=f"{fit.name}.assessment.{name}",
            )  # fmt: skip


def _presence(battery: Battery, row: Any, parts: _Parts) -> None:
    """From when a battery stands, and whether and when it is hit."""
    parameters, origins, path = parts.parameters, parts.origins, f"batteries.{battery.name}"
    row.from_s = row.lost = row.lost_s = -1
    if battery.available_from is not None:
        row.from_s = parameters.add(
            f"{battery.name}.available_from", battery.available_from,
            origins(f"{path}.available_from"),
        )  # fmt: skip
    loss = battery.lost
    if loss is None:
        return
    row.lost_launchers = int(loss.launchers)
    for field, name in (("lost", "probability"), ("lost_s", "at")):
        row[field] = parameters.add(
            f"{battery.name}.lost.{name}", getattr(loss, name), origins(f"{path}.lost.{name}")
        )


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


def _rounds(fit: Fit, parts: _Parts) -> tuple[Amount, Origin]:
    """Ready rounds: given, or launchers x rounds per launcher."""
    path = f"{fit.path}.rounds"
    if fit.holds.rounds is not None:
        return fit.holds.rounds, parts.origins(path)
    each = parts.book.amount("battery", fit.battery.type, "rounds_per_launcher")
    assert each is not None
    launchers, number = _launchers(fit, parts.book), _per_launcher(fit, parts.book)
    own = fit.holds.launchers is not None
    return (
        fixed(
            launchers.value * number,
            source=tuple(dict.fromkeys((*launchers.source, *each.source))),
            grade=max(launchers.grade, each.grade),
            note=f"{launchers.value:g} launchers x {number:g} rounds",
        ),
        Origin(path, "scenario" if own else "catalogue"),
    )
