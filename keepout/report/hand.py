"""The answer once more with a pencil: means of the inputs, five lines, no simulation.

Nothing here reads an outcome. What it leaves out is what the simulation is for: timing,
channels, sight, and that the mean of a product is not the product of the means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import inf, prod
from typing import Any

from keepout.earth.geodesy import great_circle_m
from keepout.report.inputs import Inputs

SAID = "kill.manoeuvre_ceiling"
MANOEUVRE_CEILING_M = 80e3
"""Where the factor for manoeuvring threats ends if the scenario does not say."""


@dataclass(frozen=True)
class Site:
    """A battery as a pencil sees it."""

    system: str
    ceiling_m: float
    serves: tuple[str, ...]  # assets in reach that it defends
    rounds: float
    per_threat: float  # rounds spent on one threat
    kill: float  # of an engaged threat


@dataclass(frozen=True)
class Layer:
    """All batteries of one system."""

    system: str
    batteries: int
    rounds: float
    per_threat: float
    engaged: float  # threats
    killed: float  # threats

    @property
    def leak(self) -> float:
        """Share of its engaged threats that come through."""
        return 1.0 - self.killed / self.engaged if self.engaged else 1.0


@dataclass(frozen=True)
class Opinion:
    """The five lines under one opinion about what is left on purpose, and its weight."""

    weight: float
    says: Mapping[str, Any]  # parameter → the number or distribution it has here
    launched: float
    failed: float  # share of the launched
    left: float  # missiles left on purpose
    layers: tuple[Layer, ...]
    arrived: Mapping[str, float]  # by asset

    @property
    def down(self) -> float:
        """Missiles that do not fail."""
        return self.launched * (1.0 - self.failed)

    @property
    def engaged(self) -> float:
        """Threats at which rounds are fired."""
        return sum(layer.engaged for layer in self.layers)

    @property
    def killed(self) -> float:
        """Threats destroyed."""
        return sum(layer.killed for layer in self.layers)

    @property
    def leak(self) -> float:
        """Share of the engaged threats that come through."""
        return 1.0 - self.killed / self.engaged if self.engaged else 1.0

    @property
    def unengaged(self) -> float:
        """Threats that should be shot at and for which no round is in reach."""
        return self.down - self.left - self.engaged

    @property
    def arrivals(self) -> float:
        """Missiles that arrive."""
        return self.down - self.killed


@dataclass(frozen=True)
class Hand:
    """The calculation under each opinion that the inputs hold."""

    opinions: tuple[Opinion, ...]

    @property
    def arrivals(self) -> float:
        """Missiles that arrive, over the opinions."""
        return sum(each.weight * each.arrivals for each in self.opinions)

    def at(self, asset: str) -> float:
        """Missiles that arrive at an asset, over the opinions."""
        return sum(each.weight * each.arrived.get(asset, 0.0) for each in self.opinions)


def hand(inputs: Inputs) -> Hand | None:
    """The calculation from a run's inputs; None if they name no missile.

    Where what is left on purpose is a mixture of opinions, each is worked out by itself:
    magazines that last under one may run dry under the other, and the mean hides that.
    """
    found = []
    for weight, says in cases(inputs):
        case = opinion(Inputs(inputs.resolved, says), weight, says)
        if case is not None:
            found.append(case)
    return Hand(tuple(found)) if found else None


def cases(inputs: Inputs) -> list[tuple[float, dict[str, Any]]]:
    """Every way to take one part of each mixture of what is left on purpose, with its weight."""
    mixed = {
        key: parameter["si"]
        for key, parameter in inputs.parameters.items()
        if key.startswith("not_engaged.") and "mixture" in parameter["si"]
    }
    parts = [
        [(weight / sum(si["weights"]), part) for weight, part in zip(si["weights"], si["mixture"])]
        for si in mixed.values()
    ]
    return [
        (prod(weight for weight, _ in picked), dict(zip(mixed, (part for _, part in picked))))
        for picked in product(*parts)
    ]


def failed_share(inputs: Inputs, raid: str) -> float:
    """Share of a raid that fails, in whatever phase: each phase takes its own of the rest."""
    left = 1.0
    for phase in ("failed", "failed_at_separation", "failed_in_reentry"):
        left *= 1.0 - inputs.mean(f"raid.{raid}.{phase}")
    return 1.0 - left


def opinion(inputs: Inputs, weight: float, says: Mapping[str, Any]) -> Opinion | None:
    """The five lines for one set of inputs."""
    launched, failed = 0.0, 0.0
    aimed: defaultdict[str, float] = defaultdict(float)
    for raid in raids_of(inputs):
        count = inputs.mean(f"raid.{raid}.count")
        share = failed_share(inputs, raid)
        launched += count
        failed += count * share
        for asset, part in shares(inputs, f"raids.{raid}.aim", "asset").items():
            aimed[asset] += count * (1.0 - share) * part
    if launched <= 0.0:
        return None
    waiting = {asset: n * (1.0 - left_share(inputs, asset)) for asset, n in aimed.items()}
    left = sum(aimed.values()) - sum(waiting.values())
    layers, killed = fought(sites(inputs), waiting)
    arrived = {asset: n - killed[asset] for asset, n in aimed.items()}
    return Opinion(weight, says, launched, failed / launched, left, layers, arrived)


def fought(
    sites: list[Site], waiting: Mapping[str, float]
) -> tuple[tuple[Layer, ...], Mapping[str, float]]:
    """Who shoots at how many, from the top layer down, and the kills by asset.

    A threat that one battery has spent its rounds on is not shot at by another: that is
    what a cap on rounds per threat over all layers says.
    """
    free = dict(waiting)
    killed: defaultdict[str, float] = defaultdict(float)
    layers: dict[str, Layer] = {}
    for site in sorted(sites, key=lambda each: -each.ceiling_m):
        there = {asset: free[asset] for asset in site.serves if asset in free}
        most = sum(there.values())
        engaged = min(most, site.rounds / site.per_threat)
        for asset, n in there.items():
            part = engaged * n / most if most > 0.0 else 0.0
            free[asset] -= part
            killed[asset] += part * site.kill
        old = layers.get(site.system, Layer(site.system, 0, 0.0, site.per_threat, 0.0, 0.0))
        layers[site.system] = Layer(
            site.system, old.batteries + 1, old.rounds + site.rounds, site.per_threat,
            old.engaged + engaged, old.killed + engaged * site.kill,
        )  # fmt: skip
    return tuple(layers.values()), killed


def sites(inputs: Inputs) -> list[Site]:
    """Every battery with the means of its numbers."""
    per_threat = inputs.mean("chance.per_threat")
    assets = inputs.places("assets")
    found = []
    for battery in inputs.batteries:
        name, interceptor = battery["name"], battery["interceptor"]
        kill, spent = salvo(inputs, name, sspk(inputs, name, interceptor))
        name, _, _round = name.partition("/")  # magazines of one battery stand in one place
        up = (1.0 - per_threat) * (1.0 - inputs.mean("chance.per_raid")) * standing(inputs, name)
        reach_m = inputs.field_si(interceptor, "reach") or inf
        here = inputs.battery_place(name)
        near = [
            asset["id"]
            for asset in assets
            if here is None or great_circle_m(here, inputs.asset_place(asset)) <= reach_m
        ]
        only = set(inputs.below(f"batteries.{name}.defends").values())
        found.append(
            Site(
                battery["system"],
                inputs.field_si(interceptor, "ceiling") or 0.0,
                tuple(asset for asset in near if not only or asset in only),
                inputs.mean(f"{battery['name']}.rounds"),
                spent,
                kill * up,
            )
        )
    return found


def salvo(inputs: Inputs, name: str, p: float) -> tuple[float, float]:
    """Probability that the rounds fired at one threat destroy it, and how many they are.

    Salvo of n: 1 - (1 - p)^n with n rounds. Shoot-look-shoot up to n: the same
    probability with 1 + (1 - p) + … rounds, since a hit saves the rest.
    """
    doctrine = inputs.below(f"batteries.{name.partition('/')[0]}.doctrine")
    rule = str(doctrine.get("rule", "single"))
    cap = round(inputs.mean(f"{name}.cap", inputs.mean("doctrine.cap")))
    at_once = int(rule.removeprefix("salvo-")) if rule.startswith("salvo-") else 1
    if rule == "shoot-shoot-look":
        at_once = 2
    most = (cap or 2) if rule == "shoot-look-shoot" else (cap or at_once)
    if rule == "shoot-look-shoot":
        spent = sum((1.0 - p) ** k for k in range(most))
    else:
        most = at_once = min(at_once, most)
        spent = float(at_once)
    return 1.0 - (1.0 - p) ** most, spent


def sspk(inputs: Inputs, name: str, interceptor: str) -> float:
    """Kill probability of one round, with the factors, averaged over the missiles."""
    own = f"{name}.sspk"
    key = own if own in inputs.parameters else f"{interceptor}.sspk"
    listed = inputs.below(f"batteries.{name}.kill.factors").values()
    factor = prod(float(value) for value in listed if isinstance(value, int | float))
    top_m = float(inputs.values.get(SAID) or MANOEUVRE_CEILING_M)
    if (inputs.field_si(interceptor, "ceiling") or 0.0) <= top_m:
        share = manoeuvring(inputs)
        factor *= 1.0 - share * (1.0 - inputs.mean("kill.manoeuvre_factor", 1.0))
    return inputs.mean(key) * factor


def manoeuvring(inputs: Inputs) -> float:
    """Share of the missiles that can change course."""
    total, turning = 0.0, 0.0
    for raid in raids_of(inputs):
        count = inputs.mean(f"raid.{raid}.count")
        total += count
        for missile, part in shares(inputs, f"raids.{raid}.missile", "").items():
            if (missile, "manoeuvre_strength") in inputs.fields:
                turning += count * part
    return turning / total if total else 0.0


def standing(inputs: Inputs, name: str) -> float:
    """Probability that no common cause has put a battery out of action.

    A group of radars counts for batteries that have no radar of their own.
    """
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for path, value in inputs.below("chance.groups").items():
        group, _, rest = path.partition(".")
        if rest.startswith("members."):
            groups[group].add(str(value))
    batteries = {battery["name"] for battery in inputs.batteries}
    blind = inputs.values.get(f"batteries.{name}.radar") == "none"
    up = 1.0
    for group, members in groups.items():
        if name in members or (blind and not members & batteries):
            up *= 1.0 - inputs.mean(f"group.{group}")
    return up


def left_share(inputs: Inputs, asset: str) -> float:
    """Share of the threats to an asset that is left on purpose."""
    if inputs.values.get(f"assets.{asset}.defend") == "never":
        return 1.0
    zones = {place["id"]: place.get("zone", "") for place in inputs.places("assets")}
    own = f"not_engaged.asset.{asset}"
    if own in inputs.parameters:
        return inputs.mean(own)
    if f"assets.{asset}.not_engaged" in inputs.values:
        return inputs.mean(f"not_engaged.{zones.get(asset, '')}")
    return 0.0


def shares(inputs: Inputs, path: str, single: str) -> dict[str, float]:
    """Expected shares of a mix at a path, or its one item."""
    mixed = inputs.mix(f"{path}.mix")
    one = inputs.values.get(f"{path}.{single}" if single else path)
    return mixed or ({str(one): 1.0} if one else {})


def raids_of(inputs: Inputs) -> list[str]:
    """Names of the raids."""
    return [str(name) for name in inputs.resolved.get("names", {}).get("raids", ())]
