"""Checks across the fields of a scenario, on whatever of it did parse."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from keepout.catalogue import read
from keepout.document import Where
from keepout.errors import Problem

from .amounts import Amount
from .book import Book
from .diagnostics import Places
from .words import closest

OPINION = "opinion"
NO_RADAR = "none"
MOST_MISSILES = 10_000
MOST_BATTERIES = 200
MOST_RADARS = 200
MOST_ASSETS = 64
MOST_GROUPS = 64


@dataclass
class Check:
    """What the checks work on: a scenario (or its usable part), and where it stands."""

    scenario: Any
    places: Places
    book: Book
    problems: list[Problem] = field(default_factory=list)

    def fault(
        self, code: str, message: str, where: Where, help: str = "", at_key: bool = False
    ) -> None:
        """Note a problem."""
        self.problems.append(self.places.problem(code, message, where, help, at_key))

    def items(self, section: str) -> list[tuple[int, Any]]:
        """Items of a list of the scenario that parsed at all, with their positions."""
        return [(i, item) for i, item in enumerate(getattr(self.scenario, section) or ()) if item]

    def given(self, where: Where) -> Any:
        """What stands at an address, as plain data; None if nothing does."""
        data = self.places.document.data
        for step in where:
            try:
                data = data[step]
            except (KeyError, IndexError, TypeError):
                return None
        return data

    def names(self, section: str, key: str = "name") -> list[str]:
        """Names in a list of the scenario."""
        return [name for _, item in self.items(section) if (name := getattr(item, key, None))]

    def assets(self) -> list[str]:
        """Ids of the assets that the scenario lists."""
        return self.names("assets", "id")


def everything(check: Check) -> list[Problem]:
    """All problems across fields."""
    from .arms import batteries, endgame, networks
    from .radar_checks import radar_numbers
    from .reach import targets_in_range

    for rule in (
        start, names, missiles, areas, aims, assets, batteries, networks, radars, groups,
        kill_shares, endgame, published, sources, limits, radar_numbers,
        targets_in_range,
    ):  # fmt: skip
        rule(check)
    return check.problems


def start(check: Check) -> None:
    """The start is a day of the calendar."""
    moment = check.scenario.start
    try:
        if moment:
            datetime.datetime.fromisoformat(moment)
    except ValueError as error:
        check.fault("date", f'"{moment}" is no moment: {error}', ("start",))


def names(check: Check) -> None:
    """Nothing has the name of something else of its kind."""
    spaces = {
        "raid": [("raids", "name")],
        "asset": [("assets", "id")],
        "battery or radar": [("batteries", "name"), ("radars", "name")],
    }
    for what, sections in spaces.items():
        seen: dict[str, Where] = {}
        for section, key in sections:
            for i, item in check.items(section):
                _unique(check, what, getattr(item, key, None), (section, i, key), seen)
    seen = {}
    for i, group in _groups(check):
        _unique(check, "group", group.name, ("chance", "groups", i, "name"), seen)


def _unique(
    check: Check, what: str, name: str | None, where: Where, seen: dict[str, Where]
) -> None:
    if name is None:
        return
    if name in seen:
        line = check.places.document.mark(seen[name]).line
        check.fault(
            "duplicate-name", f'another {what} is called "{name}"', where, f"see line {line}"
        )
    seen.setdefault(name, where)


def _groups(check: Check) -> list[tuple[int, Any]]:
    chance = check.scenario.chance
    groups = getattr(chance, "groups", None) or ()
    return [(i, group) for i, group in enumerate(groups) if group]


def known(check: Check, kind: str, id_: str | None, where: Where, role: str = "") -> bool:
    """Whether the catalogue has this id; else a problem with the closest ones."""
    if id_ is None:
        return False
    what = role.replace("-", " ") or kind
    if check.book.has(kind, id_):
        if not role or check.book.text(kind, id_, "role") == role:
            return True
        check.fault(
            "unknown-id", f'"{id_}" is no {what}', where, _other_ids(check, kind, id_, role)
        )
        return False
    help = _other_ids(check, kind, id_, role)
    check.fault("unknown-id", f'the catalogue has no {what} called "{id_}"', where, help)
    return False


def _other_ids(check: Check, kind: str, id_: str, role: str) -> str:
    return closest(id_, [each for each in check.book.ids(kind, role) if each != id_])


def missiles(check: Check) -> None:
    """Every missile of a raid is in the catalogue."""
    for i, raid in check.items("raids"):
        mix = getattr(raid.missile, "mix", None)
        if mix is None:
            continue
        if not mix:
            check.fault("empty", "the mix is empty", ("raids", i, "missile", "mix"))
        for id_ in mix:
            where: Where = ("raids", i, "missile", "mix", id_)
            short = where not in check.places.document.values
            known(check, "missile", id_, where[:3] if short else where)


def _one_of(
    check: Check, part: Any, where: Where, key: str, what: str
) -> Iterator[tuple[str, Where]]:
    """Ids named under ``key`` or in a mix; a problem if not exactly one form is used."""
    point = part.lat is not None or part.lon is not None
    forms = [each for each in (key, "mix", "lat", "lon") if check.given((*where, each)) is not None]
    broken = any(getattr(part, each) is None for each in forms)
    if point and not broken and (part.lat is None or part.lon is None):
        check.fault("missing-key", f"the {what} has only one of lat and lon", where, "give both")
    used = [part.__dict__.get(key) is not None, part.mix is not None, point]
    if sum(used) != 1 and not broken:
        says = "none" if not any(used) else "several"
        help = f"write {key}: ID, or mix: {{ID: WEIGHT, ...}}, or lat and lon"
        check.fault("missing-key", f"the {what} must be given in one way, not {says}", where, help)
    if getattr(part, key) is not None:
        yield getattr(part, key), (*where, key)
    if part.mix is not None and not part.mix:
        check.fault("empty", "the mix is empty", (*where, "mix"))
    for id_ in part.mix or ():
        yield id_, (*where, "mix", id_)


def areas(check: Check) -> None:
    """Every launch area is one of the catalogue, or a point."""
    for i, raid in check.items("raids"):
        if raid.launch is not None:
            for id_, where in _one_of(check, raid.launch, ("raids", i, "launch"), "area", "launch"):
                known(check, "place", id_, where, "launch-area")


def aims(check: Check) -> None:
    """Every aim is an asset of the scenario or of the catalogue, or a point."""
    own = check.assets()
    for i, raid in check.items("raids"):
        if raid.aim is not None:
            for id_, where in _one_of(check, raid.aim, ("raids", i, "aim"), "asset", "aim"):
                if id_ not in own:
                    _known_asset(check, id_, where)


def _known_asset(check: Check, id_: str, where: Where) -> None:
    """An asset that the scenario does not list must be one of the catalogue."""
    if not (check.book.has("place", id_) and check.book.text("place", id_, "role") == "asset"):
        known = dict.fromkeys([*check.assets(), *check.book.ids("place", "asset")])
        message = f'no asset is called "{id_}", here or in the catalogue'
        check.fault("unknown-id", message, where, closest(id_, known))


def assets(check: Check) -> None:
    """An asset is a place of the catalogue unless it says where it is."""
    for i, asset in check.items("assets"):
        if asset.id and asset.at is None and check.given(("assets", i, "at")) is None:
            _known_asset_place(check, asset.id, ("assets", i, "id"))


def _known_asset_place(check: Check, id_: str, where: Where) -> None:
    if not (check.book.has("place", id_) and check.book.text("place", id_, "role") == "asset"):
        near = closest(id_, check.book.ids("place", "asset"))
        message = f'the catalogue has no asset called "{id_}"'
        check.fault(
            "unknown-id", message, where, f"{near}; or give its place with at: {{lat, lon}}"
        )


def asset_ids(check: Check) -> list[str]:
    """Assets of the scenario: those listed, and what raids aim at."""
    return asset_ids_of(check.scenario)


def asset_ids_of(scenario: Any) -> list[str]:
    """As ``asset_ids``, of a scenario or its usable part."""
    found = [asset.id for asset in scenario.assets or () if asset and asset.id]
    for raid in scenario.raids or ():
        if raid is not None and raid.aim is not None:
            found += [raid.aim.asset] if raid.aim.asset else [*(raid.aim.mix or ())]
    return list(dict.fromkeys(found))


def salvo_of(rule: str) -> int:
    """Rounds in one salvo of a doctrine."""
    if rule.startswith("salvo-"):
        return int(rule.removeprefix("salvo-"))
    return 2 if rule == "shoot-shoot-look" else 1


def radars(check: Check) -> None:
    """Types of the radars."""
    for i, radar in check.items("radars"):
        known(check, "radar", radar.type, ("radars", i, "type"))


def groups(check: Check) -> None:
    """Members of the groups exist."""
    members = [*check.names("batteries"), *check.names("radars")]
    for i, group in _groups(check):
        for j, member in enumerate(group.members or ()):
            where: Where = ("chance", "groups", i, "members", j)
            if member not in members:
                message = f'"{member}" is no battery and no radar of this scenario'
                check.fault("unknown-name", message, where, closest(member, members))
            elif member in group.members[:j]:
                message = f'"{member}" is in group "{group.name}" already'
                check.fault("duplicate-name", message, where, "name a member once in one group")


def kill_shares(check: Check) -> None:
    """Diverted, body hit only and wrong object are shares of the same misses."""
    kill = check.scenario.kill
    if kill is None or None in (kill.diverted, kill.body_hit_only, kill.wrong_object):
        return
    total = kill.diverted.most() + kill.body_hit_only.most() + kill.wrong_object.most()
    if total > 1.0:
        names = "diverted, body_hit_only and wrong_object"
        message = f"{names} can reach {total:g} of the misses together"
        check.fault("probability", message, ("kill",), "keep their sum at most 1")


def published(check: Check) -> None:
    """Published figures are about assets of this scenario."""
    known = asset_ids(check)
    for i, figure in check.items("published"):
        if figure.asset is not None and figure.asset not in known:
            message = f'"{figure.asset}" is no asset of this scenario'
            check.fault(
                "unknown-name", message, ("published", i, "asset"), closest(figure.asset, known)
            )
        if figure.source:
            _source(check, figure.source, ("published", i, "source"))


def _source(check: Check, key: str, where: Where) -> None:
    known = read.sources()
    if key != OPINION and key not in known:
        help = closest(key, [*known, OPINION])
        check.fault("unknown-source", f'the catalogue has no source "{key}"', where, help)


def sources(check: Check) -> None:
    """Sources of single numbers are in the catalogue, or are called an opinion."""
    for where, amount in amounts_in(check.scenario, ()):
        for key in amount.source:
            _source(check, key, (*where, "source"))


def amounts_in(value: Any, where: Where) -> Iterable[tuple[Where, Amount]]:
    """Every Amount below a part of a scenario, with its address."""
    if isinstance(value, Amount):
        yield where, value
        for i, part in enumerate(value.parts):
            yield from amounts_in(part, (*where, "mixture", i))
    elif isinstance(value, (tuple, list)):
        for i, item in enumerate(value):
            yield from amounts_in(item, (*where, i))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from amounts_in(item, (*where, str(key)))
    elif hasattr(value, "__dict__"):
        yield from amounts_in(vars(value), where)


def limits(check: Check) -> None:
    """A scenario stays within what one Case can hold."""
    missiles = sum(
        int(raid.count.most()) * (1 + (int(raid.decoys.count.most()) if raid.decoys else 0))
        for _, raid in check.items("raids")
        if raid.count and (raid.decoys is None or raid.decoys.count)
    )
    counted = [
        ("raids", missiles, MOST_MISSILES, "missiles and decoys"),
        ("batteries", len(check.items("batteries")), MOST_BATTERIES, "batteries"),
        ("radars", len(check.items("radars")), MOST_RADARS, "radars"),
        ("assets", len(asset_ids(check)), MOST_ASSETS, "assets, aims of raids included"),
        ("chance", len(_groups(check)), MOST_GROUPS, "groups"),
    ]
    for section, number, most, what in counted:
        if number > most:
            message = f"{number:,} {what} are too many; the most is {most:,}"
            check.fault("too-many", message, (section,), at_key=True)
    if not check.items("raids") and ("raids",) in check.places.document.values:
        check.fault("empty", "there is no raid", ("raids",), "add at least one", at_key=True)
