"""The section ``campaign`` of a scenario: days or weeks of raids, and what comes in meanwhile."""

from __future__ import annotations

from typing import Annotated, Any

from keepout.errors import Problem

from .amounts import fixed
from .diagnostics import Places
from .numbers import Number
from .record import LONGEST_S, Duration, Id, Many, Record, Stock, said
from .words import closest

Period = Annotated[float, Number("time", "the time", low=0.0, above=0.0, high=LONGEST_S)]
Times = Annotated[float, Number("", "the number", low=1.0, high=1000.0, whole=True)]
Deliveries = Annotated[float, Number("", "the number", low=0.0, high=10_000.0, whole=True)]
Usd = Annotated[float, Number("", "the price", low=0.0)]
Year = Annotated[float, Number("", "the year", low=1990.0, high=2100.0, whole=True)]
Rate = Annotated[float, Number("", "the rate", low=0.0)]


class Supply(Record):
    """Rounds that come in for all batteries of one type, shared evenly."""

    system: Id = said("A type of battery of this scenario.")
    rounds: Stock = said("Rounds in one delivery; drawn once for a campaign.")
    first: Duration = said("The first delivery, after the scenario's start.", fixed(0.0, "time"))
    every: Period | None = said("Time between deliveries; one delivery if not given.", None)
    deliveries: Deliveries | None = said("How many; no end if not given.", None)
    source: str = said("Key of a source in the catalogue, or opinion.", "")


class Production(Record):
    """What replaces the rounds of one type of battery."""

    system: Id = said("A type of battery of this scenario.")
    per_year: Rate = said("Rounds made in a year.")
    replacement_usd: Usd | None = said("Price of a new round; else the catalogue's.", None)
    source: str = said("Key of a source in the catalogue, or opinion.", "")


class Repeat(Record):
    """The raids of the scenario again, later: the exchange that follows."""

    times: Times = said("How often the raids come in all.", 1.0)
    every: Period = said("Time from one beginning to the next.", 86400.0)


class Campaign(Record):
    """Days or weeks of raids, for ``keepout campaign``; a single run ignores it."""

    gap: Period = said("Raids that begin further apart than this are separate.", 6 * 3600.0)
    repeat: Repeat | None = said("The raids again.", None)
    supplies: Many[Supply] = said("Rounds that come in.", ())
    production: Many[Production] = said("What replaces them.", ())
    base_year: Year | None = said("Year of the prices; they are not converted.", None)


def campaign_problems(scenario: Any, places: Places) -> list[Problem]:
    """Supplies and production of systems that are not there, or are named twice."""
    campaign = getattr(scenario, "campaign", None)
    batteries = [getattr(b, "type", None) for b in getattr(scenario, "batteries", None) or ()]
    problems = []
    for part in ("supplies", "production"):
        seen: set[str] = set()
        for i, each in enumerate(getattr(campaign, part, None) or ()):
            system = getattr(each, "system", None)
            where = ("campaign", part, i, "system")
            if system is not None and system not in batteries:
                message = f'no battery of this scenario is of the type "{system}"'
                help = closest(system, [b for b in batteries if b])
                problems.append(places.problem("unknown-id", message, where, help))
            elif system in seen and part == "production":
                message = f"production of {system} is given twice"
                problems.append(places.problem("twice", message, where))
            seen.add(str(system))
    return problems
