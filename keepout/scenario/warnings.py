"""What a scenario says and cannot mean: it can be run, but part of it can have no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from keepout.units import format_si

from .amounts import Amount
from .assemble import Assembly
from .checks import NO_RADAR, asset_ids_of, salvo_of
from .fits import Fit
from .lanes import Tables
from .loaded import Loaded
from .model import Scenario
from .raids import Within

LONGEST_FLIGHT_S = 12.0 * 3600.0
"""Longer than any flight of the catalogue, drones included."""


class Oddity(NamedTuple):
    """A named warning: what is odd, where, and what to do about it."""

    code: str
    message: str
    path: str
    help: str = ""


def warnings_of(
    loaded: Loaded, made: Assembly, tables: Tables | None = None
) -> list[dict[str, str]]:
    """Every warning of a scenario, in the order of the file.

    Without ``tables`` only what shows before anything flies.
    """
    scenario, found = loaded.scenario, []
    for b, fit in enumerate(made.layers.fits):
        found += [*_arms(scenario, fit), *_idle(scenario, fit, made, b)]
        if tables is not None and not np.any(tables.window.open[:, b] == 1):
            says = "no flight of the raids ever comes within its envelope"
            found.append(_never(fit, says, "look at its place, reach, floor, ceiling and field"))
    found += _unused(scenario)
    return [warning._asdict() for warning in found]


def _never(fit: Fit, says: str, help: str) -> Oddity:
    """A battery that can never fire."""
    return Oddity("never-fires", f"{fit.name} can never fire: {says}", fit.path, help)


def _numbers(fit: Fit, made: Assembly, b: int) -> dict[str, tuple[float, float]]:
    """Least and most of a battery's numbers, in SI."""
    row = made.layers.battery[b]
    names = ("rounds", "channels", "track_before_firing_s", "reload_s", "sspk", "cap")
    return {
        name: (float(made.quantile[row[name], 0]), float(made.quantile[row[name], -1]))
        for name in names
    }


def _arms(scenario: Scenario, fit: Fit) -> Iterator[Oddity]:
    """Doctrine and radar of one battery."""
    battery, doctrine, cap = fit.battery, fit.doctrine, fit.doctrine.cap
    salvo = salvo_of(doctrine.rule)
    if 0.0 < cap.most() < salvo:
        yield Oddity(
            "cap-below-salvo",
            f"{fit.name}: a cap of {cap.most():.0f} cuts every salvo of {doctrine.rule}",
            f"{fit.path}.doctrine.cap",
            f"a cap of at least {salvo}, or a smaller salvo",
        )
    shared = any(radar.share for radar in scenario.radars) or any(
        each.share and each.radar != NO_RADAR for each in scenario.batteries
    )
    if scenario.models.sensing == "radar" and battery.radar == NO_RADAR and not shared:
        yield Oddity(
            "no-radar",
            f"{fit.name} has no radar and nobody shares one: it never has a track",
            f"batteries.{battery.name}.radar",
            "give it a radar, or a radar of the scenario that shares its tracks",
        )


def _idle(scenario: Scenario, fit: Fit, made: Assembly, b: int) -> Iterator[Oddity]:
    """Why one battery can never fire, as far as its own numbers say."""
    number = _numbers(fit, made, b)
    battery, reserve, resupply = fit.battery, fit.doctrine.reserve, fit.holds.resupply
    most = number["rounds"][1] + resupply
    if most < 0.5:
        if battery.share:  # its radar serves the others
            return
        yield Oddity(
            "no-rounds", f"{fit.name} has no rounds: it changes nothing", f"{fit.path}.rounds"
        )
        return
    if number["channels"][1] < 0.5:
        yield _never(fit, "it has no fire channel", "give it channels")
    defended = _defended(scenario, battery.defends)
    if not defended:
        yield _never(fit, "nothing that it may defend is defended", "look at defend and defends")
    elif reserve >= most and all(how == "if-rounds" for how in defended):
        says = f"its reserve of {reserve:.0f} is all it has, and kept for other assets"
        yield _never(fit, says, "a smaller reserve, or an asset that is always defended")
    last_s = _last_s(scenario)
    starts = battery.available_from
    if starts is not None and starts.least() >= last_s:
        yield _never(
            fit, f"the last missile is down before {format_si(starts.least(), 'time')}",
            "an earlier available_from",
        )  # fmt: skip
    if resupply > 0.0 and number["reload_s"][0] >= last_s:
        shown = format_si(number["reload_s"][0], "time")
        yield Oddity(
            "resupply-too-slow",
            f"{fit.name}: loading a launcher takes {shown}, longer than the whole raid",
            f"{fit.path}.resupply",
        )
    if number["sspk"][1] <= 0.0:
        yield Oddity("never-kills", f"{fit.name}: its kill probability is 0", fit.path)


def _defended(scenario: Scenario, only: tuple[str, ...] | None) -> list[str]:
    """How the assets are defended that a battery may defend, without those that never are."""
    how: dict[str, str] = dict.fromkeys(asset_ids_of(scenario), "always")
    how |= {asset.id: asset.defend for asset in scenario.assets}
    return [each for id_, each in how.items() if (only is None or id_ in only) and each != "never"]


def _last_s(scenario: Scenario) -> float:
    """When the last missile can come down at the latest, after the start [s]."""
    return max(_last_launch_s(raid) for raid in scenario.raids) + LONGEST_FLIGHT_S


def _last_launch_s(raid: Any) -> float:
    """Latest launch of a raid."""
    spacing: Amount | Within = raid.spacing
    if isinstance(spacing, Within):
        return float(raid.first.most() + spacing.within.most())
    return float(raid.first.most() + spacing.most() * (raid.count.most() - 1.0))


def _unused(scenario: Scenario) -> Iterator[Oddity]:
    """Keys that have no effect beside the others."""
    kinds = {asset.defend for asset in scenario.assets}
    for battery in scenario.batteries:
        if battery.doctrine.reserve > 0.0 and "if-rounds" not in kinds:
            yield Oddity(
                "unused-reserve",
                f"{battery.name} keeps a reserve, and no asset is defended if-rounds",
                f"batteries.{battery.name}.doctrine.reserve",
                "the reserve is kept from assets with defend: if-rounds",
            )
    if scenario.kill.endgame is not None and scenario.models.kill == "given":
        yield Oddity(
            "unused-endgame", "kill.endgame is given and models.kill is given, which ignores it",
            "kill.endgame", "models: {kill: endgame}",
        )  # fmt: skip
    decoys = any(raid.decoys is not None for raid in scenario.raids)
    told = scenario.chance.discrimination
    if told is not None and not decoys and told.warhead_as_decoy.most() <= 0.0:
        yield Oddity(
            "unused-discrimination", "discrimination is given, and no raid has decoys",
            "chance.discrimination",
        )  # fmt: skip
