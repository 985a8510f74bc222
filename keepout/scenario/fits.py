"""Batteries with what they fire: one BATTERY row for each kind of round that a battery holds."""

from __future__ import annotations

from dataclasses import dataclass

from .book import Book
from .defence import Battery, Doctrine, Endgame, Magazine, Network, ShotKill
from .model import Scenario


@dataclass(frozen=True)
class Fit:
    """One kind of round in one battery.

    A battery without ``magazines`` has one Fit that goes by its own name and type; the kinds of
    one that has them go by NAME/INTERCEPTOR, and their systems are the interceptors.
    """

    battery: Battery
    magazine: Magazine | None
    interceptor: str

    @property
    def name(self) -> str:
        """What its chance, its parameters and its events go by."""
        own = self.battery.name
        return own if self.magazine is None else f"{own}/{self.interceptor}"

    @property
    def system(self) -> str:
        """Catalogue id under which its shots are counted."""
        return self.battery.type if self.magazine is None else self.interceptor

    @property
    def path(self) -> str:
        """How ``--set`` addresses its own numbers."""
        own = f"batteries.{self.battery.name}"
        return own if self.magazine is None else f"{own}.magazines.{self.interceptor}"

    @property
    def holds(self) -> Battery | Magazine:
        """The part of the file that says its rounds and kill."""
        return self.battery if self.magazine is None else self.magazine

    @property
    def doctrine(self) -> Doctrine:
        """How it shoots."""
        own = None if self.magazine is None else self.magazine.doctrine
        return self.battery.doctrine if own is None else own

    @property
    def is_layer(self) -> bool:
        """Whether it keeps its own count of shots at a threat."""
        return self.magazine is None or self.magazine.doctrine is not None

    @property
    def kills(self) -> tuple[ShotKill, ...]:
        """What says what its shots do, the nearest first."""
        own = self.battery.kill
        return (own,) if self.magazine is None else (self.magazine.kill, own)

    def endgame(self, scenario: Scenario) -> tuple[Endgame, str] | None:
        """Miss and lethal radius that hold for it, and their address; None if nothing says."""
        paths = [f"{self.path}.kill", f"batteries.{self.battery.name}.kill"]
        for kill, path in zip(self.kills, paths):
            if kill.endgame is not None:
                return kill.endgame, f"{path}.endgame"
        return None if scenario.kill.endgame is None else (scenario.kill.endgame, "kill.endgame")


def fits_of(scenario: Scenario, book: Book) -> list[Fit]:
    """Every kind of round of every battery, in the order of the file."""
    return [fit for battery in scenario.batteries for fit in fits_of_battery(battery, book)]


def fits_of_battery(battery: Battery, book: Book) -> list[Fit]:
    """The kinds of round of one battery."""
    if battery.magazines:
        return [Fit(battery, each, each.interceptor) for each in battery.magazines]
    return [Fit(battery, None, book.text("battery", battery.type, "interceptor"))]


def nets_of(scenario: Scenario) -> dict[str, tuple[int, float]]:
    """For each battery by name: the number of its net, and how late others' results are [s].

    Batteries in no network know each other's shots if control is coordinated, else only their
    own.
    """
    found: dict[str, tuple[int, float]] = {}
    networks: tuple[Network, ...] = scenario.networks
    for n, network in enumerate(networks):
        for member in network.members:
            found[member] = (n, network.delay)
    rest = [battery.name for battery in scenario.batteries if battery.name not in found]
    together = scenario.models.control == "coordinated"
    for k, name in enumerate(rest):
        found[name] = (len(networks) + (0 if together else k), 0.0)
    used = sorted({net for net, _ in found.values()})
    return {name: (used.index(net), delay) for name, (net, delay) in found.items()}
