"""The defended side of a scenario: assets, batteries, radars, chance and kill."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from .amounts import fixed
from .numbers import Number
from .record import (
    LONGEST_S,
    Azimuth,
    Distance,
    Duration,
    Id,
    Latitude,
    Length,
    Longitude,
    Many,
    Name,
    Portion,
    Probability,
    Record,
    Rule,
    Sector,
    Share,
    Stock,
    said,
    said_by,
)

Whole = Annotated[float, Number("", "the number", low=0.0, high=1e6, whole=True)]
Width = Annotated[float, Number("angle", "the width", above=0.0, high=2.0 * math.pi)]


Height = Annotated[float, Number("length", "the height", low=-12e3, high=1e5)]


class At(Record):
    """A place over WGS 84; public or notional, to 0.1 or 0.2 degrees."""

    lat: Latitude = said("Geodetic latitude.")
    lon: Longitude = said("Geodetic longitude.")


class Asset(Record):
    """Something on the ground: defended or not, and with an area that counts as it."""

    id: Id = said("A place of the catalogue, or a name of your own with `at`.")
    at: At | None = said("Where it is, unless the catalogue says.", None)
    defend: Literal["always", "if-rounds", "never"] = said(
        "if-rounds: only while more rounds than the reserve are left.", "always"
    )
    radius: Length | None = said("An impact inside counts as an arrival; catalogue's.", None)
    margin: Length = said("Counts as threatened this much beyond the radius.", 3000.0)
    zone: Literal["base", "city", "open"] | None = said("What is around; catalogue's.", None)
    not_engaged: Portion | None = said("Share left on purpose.", None)


class Doctrine(Record):
    """How a battery shoots."""

    rule: Rule = said("single, salvo-N, shoot-look-shoot or shoot-shoot-look.", "salvo-2")
    cap: Stock = said("Most rounds at one threat, over all layers; 0: no cap.", fixed(0.0))
    reserve: Whole = said("Rounds kept for assets that are always defended.", 0.0)
    hold_for: Name | None = said("Battery whose window it waits for before it fires.", None)


class Endgame(Record):
    """A miss against a lethal radius, as a factor on the kill probability (kill: endgame)."""

    lethal_radius: Distance = said("A shot that passes within it destroys.")
    miss: Distance = said("One sigma of the miss, in each of two directions.")
    bias: Distance = said("What shots are off on average.", fixed(0.0, "length"))


class Assessment(Record):
    """How wrong a battery can be about the result of a shot."""

    kill_as_miss: Probability = said("A threat that is gone looks as if it flew on.", fixed(0.0))
    miss_as_kill: Probability = said("A threat that flies on looks gone.", fixed(0.0))


class ShotKill(Record):
    """Kill probability per shot, given launched, right object, inside the envelope."""

    sspk: Probability | None = said("Kill probability per shot; else the catalogue's.", None)
    factors: dict[Name, Share] = said("Further factors on it, each with its name.", {})
    endgame: Endgame | None = said("Miss and lethal radius; else the scenario's.", None)
    assessment: Assessment | None = said("Errors of assessment; else the scenario's.", None)


class Magazine(Record):
    """One kind of round in a battery that holds several."""

    interceptor: Id = said("An interceptor of the catalogue.")
    rounds: Stock | None = said("Ready rounds; else launchers x rounds per launcher.", None)
    launchers: Whole | None = said("Launchers that hold this kind.", None)
    rounds_per_launcher: Whole | None = said("The catalogue's battery if not given.", None)
    resupply: Whole = said("Further rounds, loaded a launcher at a time.", 0.0)
    doctrine: Doctrine | None = said("Its own, as a layer of its own; else the battery's.", None)
    kill: ShotKill = said_by("What a shot does.", ShotKill)


class Loss(Record):
    """A battery, or some of its launchers, is hit."""

    probability: Probability = said("That it happens, in one trial.", fixed(1.0))
    at: Duration = said("When, after the scenario's start.")
    launchers: Whole = said("Launchers that are lost with their rounds; 0: the battery.", 0.0)


class FireField(Record):
    """A sector in which a battery can meet something, seen from where it stands."""

    azimuth: Azimuth = said("The middle, from north.")
    width: Width = said("From edge to edge.")


class Lost(Record):
    """A radar that is lost on its own: struck, broken, jammed, out of power."""

    probability: Probability = said("That it is lost, in one trial.", fixed(1.0))
    at: Duration = said("When, after the scenario's start; it stays lost.", fixed(0.0))


class Battery(Record):
    """A battery of the catalogue at a place."""

    name: Name = said("Short and unique.")
    type: Id = said("A battery of the catalogue.")
    at: At = said("Where it stands.")
    doctrine: Doctrine = said_by("How it shoots.", Doctrine)
    kill: ShotKill = said_by("What a shot does.", ShotKill)
    rounds: Stock | None = said("Ready rounds; else launchers x rounds per launcher.", None)
    launchers: Whole | None = said("Launchers; the catalogue's if not given.", None)
    resupply: Whole = said("Further rounds, loaded a launcher at a time.", 0.0)
    reload_time: Duration | None = said("To load one launcher; the catalogue's.", None)
    magazines: Many[Magazine] = said("Kinds of rounds, if it holds several.", ())
    available_from: Duration | None = said("It stands and may fire from here on.", None)
    lost: Loss | None = said("That it is hit during the raid.", None)
    field_of_fire: FireField | None = said("Where it can shoot; all round if not given.", None)
    channels: Stock | None = said("Threats engaged at once; the catalogue's.", None)
    launch_interval: Duration | None = said("Between two launches; the catalogue's.", None)
    assessment: Duration | None = said("From intercept to knowing its result.", None)
    track_before_firing: Duration | None = said("Firm track wanted before a shot.", None)
    defends: Many[Id] | None = said("Assets it may defend; all if not given.", None)
    share: bool = said("Whether all may use the tracks of its radar.", False)
    radar: Id | None = said("The radar it brings; the catalogue's, or none.", None)
    facing: Azimuth | None = said("Where its radar looks; else at the launch areas.", None)
    cued: bool = said("Whether its radar looks where warnings and other radars say.", True)
    radar_lost: Lost | None = said("Its radar may be lost on its own.", None)
    false_tracks: Stock | None = said(
        "Tracks of nothing (clutter, debris, chaff) that stand before its radar at any time.", None
    )
    deceived: Portion | None = said(
        "Chance that it shoots at one of the tracks of nothing that it is shown.", None
    )


class Radar(Record):
    """A radar of the catalogue at a place, without a battery."""

    name: Name = said("Short and unique.")
    type: Id = said("A radar of the catalogue.")
    at: At = said("Where it stands.")
    facing: Azimuth | None = said("Where it looks; else at the launch areas.", None)
    share: bool = said("Whether batteries may use its tracks.", True)
    height: Height = said("Of the antenna above the sea.", 0.0)
    cues: bool = said("Whether its firm tracks tell other radars where to look.", False)
    cued: bool = said("Whether it looks where warnings and other radars say.", True)
    lost: Lost | None = said("It may be lost on its own.", None)
    false_tracks: Stock | None = said(
        "Tracks of nothing (clutter, debris, chaff) that stand before it at any time.", None
    )


class LaunchDetection(Record):
    """Satellites that see the flame of a launch."""

    delay: Duration = said("From the launch to the warning.", fixed(60.0))
    probability: Probability = said("That a launch is seen.", fixed(1.0))
    sector: Sector = said("Azimuths that the warning leaves open for a radar's search.", 0.35)


class EarlyWarning(Record):
    """What tells the defence of a launch before its own radars find it."""

    satellites: LaunchDetection | None = said("Launches seen from space; else none is.", None)
    handover: Duration = said(
        "From the firm track of a radar that cues to others looking there.", fixed(5.0)
    )


class Group(Record):
    """Batteries and radars that can fail together: shared command, software, power."""

    name: Name = said("Short and unique.")
    probability: Probability = said("That it fails, in one trial.")
    members: Many[Name] = said("Batteries and radars.")


class Network(Record):
    """Batteries that know of each other's shots and of their results, and of no others."""

    name: Name = said("Short and unique.")
    members: Many[Name] = said("Batteries; one is in one network only.")
    delay: Annotated[float, Number("time", "the delay", low=0.0, high=LONGEST_S)] = said(
        "Results of others are known this much later than one's own.", 0.0
    )


class Discrimination(Record):
    """Warheads and decoys told apart, once for each object and by all batteries alike."""

    warhead_as_decoy: Probability = said("A warhead is taken for a decoy and let go.", fixed(0.0))
    decoy_as_warhead: Probability = said("A decoy is taken for a warhead.", fixed(1.0))


class Chance(Record):
    """What is common to several shots."""

    per_threat: Probability = said("Every shot at one threat goes for nothing.", fixed(0.0))
    per_raid: Probability = said("The whole defence misses in a trial.", fixed(0.0))
    groups: Many[Group] = said("Things that fail together.", ())
    discrimination: Discrimination | None = said(
        "How well decoys are told from warheads; not at all if not given.", None
    )
    sampling: Literal["stratified", "independent"] = said(
        "How uncertain numbers are drawn: evenly over every eight pairs of trials, or freely.",
        "stratified",
    )


class Kill(Record):
    """What shots do apart from destroying the warhead."""

    manoeuvre_factor: Portion = said(
        "On the kill probability against a manoeuvring warhead in the atmosphere.", fixed(1.0)
    )
    manoeuvre_ceiling: Length = said("The factor counts below this height.", 80e3)
    diverted: Portion = said("Share of the misses that push the warhead away.", fixed(0.0))
    body_hit_only: Portion = said("Share of the misses that hit the body.", fixed(0.0))
    wrong_object: Portion = said("Share of the misses that go for another object.", fixed(0.0))
    assessment: Assessment = said_by("Errors about the results of shots.", Assessment)
    debris_hides: Probability = said(
        "Debris of a hit at a threat, this shot's own or an earlier one's, turns its result round.",
        fixed(0.0),
    )
    endgame: Endgame | None = said("Miss and lethal radius, for kill: endgame.", None)
    divert_distance: Length = said("One sigma of a push.", 5000.0)
    dud: Portion = said("Share of warheads that arrive and do not explode.", fixed(0.0))
