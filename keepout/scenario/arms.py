"""Checks of batteries: types, rounds, doctrine, who knows of whom, and the end of a shot."""

from __future__ import annotations

from typing import Any

from keepout.document import Where

from .amounts import Amount
from .checks import NO_RADAR, Check, asset_ids, known
from .words import closest


def batteries(check: Check) -> None:
    """Types, radars, doctrine and references of the batteries."""
    known_assets = asset_ids(check)
    for i, battery in check.items("batteries"):
        where: Where = ("batteries", i)
        if known(check, "battery", battery.type, (*where, "type")):
            _rounds(check, battery, where)
        if battery.radar and battery.radar != NO_RADAR:
            known(check, "radar", battery.radar, (*where, "radar"))
        for j, id_ in enumerate(battery.defends or ()):
            if id_ not in known_assets:
                message = f'"{id_}" is no asset of this scenario'
                check.fault(
                    "unknown-name", message, (*where, "defends", j), closest(id_, known_assets)
                )
        for doctrine, there in _doctrines(battery, where):
            _held(check, battery, doctrine, there)


def _doctrines(battery: Any, where: Where) -> list[tuple[Any, Where]]:
    """The doctrines of a battery and of its magazines, with their addresses."""
    found = [(battery.doctrine, (*where, "doctrine"))]
    for j, magazine in enumerate(battery.magazines or ()):
        found.append((getattr(magazine, "doctrine", None), (*where, "magazines", j, "doctrine")))
    return [(doctrine, there) for doctrine, there in found if doctrine is not None]


def _rounds(check: Check, battery: Any, where: Where) -> None:
    """Each kind of round is known, stands in a launcher, has a kill probability and an envelope."""
    if not battery.magazines:
        interceptor = check.book.text("battery", battery.type, "interceptor")
        _round(check, battery, battery, interceptor, where)
        return
    seen: set[str] = set()
    for j, magazine in enumerate(battery.magazines):
        here: Where = (*where, "magazines", j)
        if magazine is None or not known(
            check, "interceptor", magazine.interceptor, (*here, "interceptor")
        ):
            continue
        if magazine.interceptor in seen:
            message = f"{magazine.interceptor} is in another magazine of this battery"
            check.fault("duplicate-name", message, (*here, "interceptor"), "add up their rounds")
        seen.add(magazine.interceptor)
        _round(check, battery, magazine, magazine.interceptor, here)
    for key in ("rounds", "launchers", "resupply"):
        if check.given((*where, key)) is not None:
            message = f"the battery has magazines; its {key} belong there"
            check.fault("several-forms", message, (*where, key), f"give {key} in each magazine")


def _round(check: Check, battery: Any, holds: Any, interceptor: str, where: Where) -> None:
    """One kind of round of one battery; ``holds`` is what says how many there are."""
    _has_kill(check, battery, holds, interceptor, where)
    _has_launcher(check, battery, holds, where)
    floor, ceiling = (
        check.book.amount("interceptor", interceptor, name) for name in ("floor", "ceiling")
    )
    if floor is not None and ceiling is not None and floor.most() >= ceiling.least():
        key: Where = ("catalogue", interceptor, "floor")
        own = check.given(key) is not None
        key = key if own else ("catalogue", interceptor, "ceiling")
        message = f"the floor of {interceptor}, {floor.most() / 1e3:g} km, is not below its "
        message += f"ceiling, {ceiling.least() / 1e3:g} km"
        if check.given(key) is not None and not _said_before(check, key):
            check.fault("envelope", message, key, "it could never meet anything")


def _said_before(check: Check, where: Where) -> bool:
    """Whether a fault stands at this address already: two batteries may fire the same round."""
    path = ".".join(map(str, where))
    return any(problem.path == path for problem in check.problems)


def _has_launcher(check: Check, battery: Any, holds: Any, where: Where) -> None:
    """Rounds come out of launchers."""
    launchers = holds.launchers
    if launchers is None:
        found = check.book.amount("battery", battery.type, "launchers")
        launchers = 1.0 if found is None else found.most()
    wanted = [
        key
        for key in ("rounds", "resupply")
        if check.given((*where, key)) is not None and _most(getattr(holds, key)) > 0.0
    ]
    if launchers <= 0.0 and wanted:
        message = f'battery "{battery.name}" has {wanted[0]} and no launcher'
        check.fault("no-launcher", message, (*where, wanted[0]), "give it launchers, or no rounds")
    loss = battery.lost
    if loss is not None and loss.launchers and loss.launchers > launchers > 0.0:
        message = f"{loss.launchers:.0f} launchers are lost of {launchers:.0f}"
        check.fault("range", message, (*where[:2], "lost", "launchers"), "0 stands for all of it")


def _most(value: Amount | float | None) -> float:
    if value is None:
        return 0.0
    return value.most() if isinstance(value, Amount) else value


def _has_kill(check: Check, battery: Any, holds: Any, interceptor: str, where: Where) -> None:
    """A kill probability comes from the scenario or from the catalogue."""
    if holds.kill is None or check.given((*where, "kill", "sspk")) is not None:
        return
    if check.book.amount("interceptor", interceptor, "sspk") is None:
        name = battery.name if holds is battery else f"{battery.name}/{interceptor}"
        message = f'battery "{name}" has no kill probability: none is public'
        help = "give kill: {sspk: {low: 0.45, mode: 0.75, high: 0.95, source: opinion}}"
        check.fault("missing-key", message, where, help)


def _held(check: Check, battery: Any, doctrine: Any, where: Where) -> None:
    """A threat is held for another battery, and no two wait for each other."""
    if doctrine.hold_for is None:
        return
    others = [name for name in check.names("batteries") if name != battery.name]
    if doctrine.hold_for not in others:
        message = f'"{doctrine.hold_for}" is no other battery'
        check.fault(
            "unknown-name", message, (*where, "hold_for"), closest(doctrine.hold_for, others)
        )
    elif battery.name in _held_for(check, doctrine.hold_for):
        message = f"{battery.name} and {doctrine.hold_for} would wait for each other for ever"
        check.fault("circle", message, (*where, "hold_for"))


def _held_for(check: Check, name: str) -> list[str]:
    """The batteries that ``name`` waits for, and those they wait for."""
    waits = {
        battery.name: battery.doctrine.hold_for
        for _, battery in check.items("batteries")
        if battery.doctrine is not None
    }
    chain: list[str] = []
    while (name := waits.get(name)) and name not in chain:  # type: ignore[assignment]
        chain.append(name)
    return chain


def networks(check: Check) -> None:
    """Networks have names of their own and members that exist, each in one only."""
    batteries = check.names("batteries")
    taken: dict[str, str] = {}
    names: dict[str, int] = {}
    for n, network in check.items("networks"):
        if network.name in names:
            check.fault(
                "duplicate-name", f'another network is called "{network.name}"',
                ("networks", n, "name"),
            )  # fmt: skip
        names.setdefault(network.name, n)
        for j, member in enumerate(network.members or ()):
            where: Where = ("networks", n, "members", j)
            if member not in batteries:
                message = f'"{member}" is no battery of this scenario'
                check.fault("unknown-name", message, where, closest(member, batteries))
            elif member in taken:
                message = f'"{member}" is in network "{taken[member]}" already'
                check.fault("duplicate-name", message, where, "a battery is in one network")
            taken.setdefault(member, network.name)


def endgame(check: Check) -> None:
    """The model ``endgame`` is told miss and lethal radius for every battery."""
    models, kill = check.scenario.models, check.scenario.kill
    if models is None or models.kill != "endgame" or kill is None or kill.endgame is not None:
        return
    for i, battery in check.items("batteries"):
        where: Where = ("batteries", i)
        holders = [(battery, where)]
        if battery.magazines and not _tells(battery):
            holders = [
                (magazine, (*where, "magazines", j))
                for j, magazine in enumerate(battery.magazines)
                if magazine is not None
            ]
        for holds, there in holders:
            if not _tells(holds):
                check.fault(
                    "missing-key", "models.kill is endgame, and no miss is given for this battery",
                    there, "give kill: {endgame: {lethal_radius: …, miss: …}}, here or at the top",
                )  # fmt: skip


def _tells(holds: Any) -> bool:
    return holds.kill is None or holds.kill.endgame is not None
