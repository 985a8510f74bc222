"""The pydantic models of a scenario file, from the top."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .campaign import Campaign
from .defence import Asset, Battery, Chance, EarlyWarning, Kill, Network, Radar
from .numbers import Number
from .raids import Raid
from .record import Id, Many, Name, Record, Word, said, said_by

SCHEMA = "keepout/scenario/1"
MOST_KEPT = 1000

Moment = Annotated[
    str,
    Word(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z",
        "date",
        "a moment",
        "write it in UTC, like 2024-10-01T16:30:00Z",
    ),
]
"""A moment in UTC, as ISO 8601 writes it."""


class Models(Record):
    """Which model answers for each step of the chain."""

    flight: Literal["integrated"] = said("Three degrees of freedom, integrated.", "integrated")
    sensing: Literal["radar", "perfect"] = said("perfect: for analytic checks.", "radar")
    radar_time: Literal["unlimited", "budgeted"] = said(
        "unlimited: every object gets every look from when it rises. budgeted: radars search, are "
        "cued, and spread their looks over what they track.",
        "unlimited",
    )
    tracker: Literal["auto", "ekf-7", "ekf-6", "imm", "ukf"] = said(
        "Filter of `physics`: seven states, six (ballistic coefficient not learned), modes of"
        " motion, or seven states unscented; auto: modes for what manoeuvres, else seven states.",
        "auto",
    )
    association: Literal["nearest", "known"] = said(
        "Whose look is it, where gates overlap: `physics` decides, or is told.", "nearest"
    )
    fusion: Literal["best", "none", "combined"] = said(
        "Of a threat's tracks: the best, the own radar's alone, or all weighed together.", "best"
    )
    control: Literal["coordinated", "independent"] = said(
        "independent: batteries know nothing of each other's shots.", "coordinated"
    )
    assignment: Literal["greedy", "optimal"] = said(
        "greedy: threats as they come; optimal: rounds to all known threats together.", "greedy"
    )
    kill: Literal["given", "endgame"] = said(
        "Kill probabilities are given, with a range; endgame: with a factor from the miss.", "given"
    )


class Published(Record):
    """A published figure to compare with; the model never uses it."""

    asset: Id | None = said("Where; the whole raid if not given.", None)
    count: Annotated[float, Number("", "the count", low=0.0, whole=True)] = said("The figure.")
    kind: Literal["counted", "about", "lower-bound"] = said("What it is.", "counted")
    who: str = said("Who says so.", "")
    source: str = said("Key of the source in the catalogue.", "")


class Scenario(Record):
    """What the user asks, in names and degrees. Physical quantities carry their unit."""

    schema_: Literal["keepout/scenario/1"] = Field(
        alias="schema", description="Version of this grammar."
    )
    name: Name = said("Short; runs are named after it.")
    title: str = said("A line for the head of the report.", "")
    start: Moment = said("Time zero, in UTC.", "2000-01-01T00:00:00Z")
    raids: Many[Raid] = said("What comes.")
    assets: Many[Asset] = said("What is on the ground; aims of raids are added.", ())
    batteries: Many[Battery] = said("What shoots.", ())
    radars: Many[Radar] = said("What sees, apart from the radars of batteries.", ())
    networks: Many[Network] = said("Who knows of whose shots, if neither all nor none.", ())
    warning: EarlyWarning = said_by("What is known of launches before radars see.", EarlyWarning)
    chance: Chance = said_by("What is common to several shots.", Chance)
    kill: Kill = said_by("What shots do apart from destroying.", Kill)
    models: Models = said_by("Which model answers for each step.", Models)
    catalogue: dict[Id, dict[str, Any]] = said("Values that replace the catalogue's here.", {})
    published: Many[Published] = said("Figures to compare with, never used.", ())
    campaign: Campaign | None = said("Days or weeks of raids, for `keepout campaign`.", None)
    counterfactual: bool = said("Whether this is not what happened; the report says so.", False)
    keep: Annotated[float, Number("", "keep", low=0, high=MOST_KEPT, whole=True)] = said(
        "Trials whose events are kept.", 3.0
    )
