"""The pydantic models of an evidence file, from the top: who saw what, in which pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from keepout.scenario.amounts import Amount
from keepout.scenario.numbers import Number
from keepout.scenario.record import (
    Id,
    Many,
    Name,
    Portion,
    Record,
    Share,
    Stock,
    Weight,
    Word,
    said,
)

SCHEMA = "keepout/evidence/1"

QuantityPath = Annotated[
    str,
    Word(
        r"[a-z_]+(?:\.[a-z0-9_][a-z0-9_.-]*)*",
        "quantity",
        "a quantity",
        "write a path of the summary of a run, like arrived.by_asset.nevatim",
        longest=120,
    ),
]
Tally = Annotated[float, Number("", "the figure", low=0.0)]
Unit = Annotated[float, Number("", "the unit", above=0.0)]
Marks = Annotated[Amount, Number("", "marks", low=0.0, high=20.0, spread=True)]
Misread = Annotated[float, Number("", "the error of reading", low=0.0, high=1.0)]

Says = Literal["exactly", "about", "at-least", "at-most", "between"]


class Report(Record):
    """What somebody published about one count: a reading of it, cut or rounded."""

    value: Tally | None = said("The figure; for a rate a share of one.", None)
    says: Says = said("How it was said.", "exactly")
    low: Tally | None = said("With between: from here …", None)
    high: Tally | None = said("… to here.", None)
    rounded_to: Unit | None = said("With about: the figure is a multiple of this.", None)
    misread: Misread = said("One sigma of the error of reading, as a share of the count.", 0.0)
    trust: Share = said("Probability that the report says anything; else it is any figure.", 1.0)
    who: str = said("Who says so.", "")
    source: str = said("Key of the source in the catalogue.", "")
    grade: Literal["A", "B", "C", "D"] = said("Grade of the report.", "D")


class Observation(Record):
    """One latent count: everything that was read off the same pictures or the same books."""

    name: Name = said("Short and unique.")
    quantity: QuantityPath | None = said(
        "What was counted: a path of the summary of a run, like arrived.by_asset.nevatim.", None
    )
    also: Many[QuantityPath] = said("Counts to be added to it: one count of several places.", ())
    rate: Many[Literal["launched", "identified", "threatening", "engaged"]] | None = said(
        "An interception rate instead of a count: its denominator, or those it may have had.", None
    )
    detected: Portion | None = said("Probability that what was there was seen; 1 if absent.", None)
    marks: Marks | None = said("Craters for each arrival, on average and at least one.", None)
    marks_of_debris: Marks | None = said("Craters for each piece of debris on the asset.", None)
    reports: Many[Report] = said("What was published from it; these share the one count.")


class SmallModel(Record):
    """A raid without geometry: shares of those launched, aimed, left and shot at in vain."""

    launched: Stock = said("Missiles launched, or counted by the defence.")
    failed: Portion = said("Share of them that fails in flight.")
    aims: dict[Id, Weight] = said("Assets with the weights of a Dirichlet; one aim if empty.", {})
    not_engaged: Portion | None = said("Share left on purpose, of those that flew on.", None)
    not_engaged_at: dict[Id, Portion] = said("The same for single assets.", {})
    leak: Portion = said("Share that arrives of those that were shot at.")


class Bounds(Record):
    """From and to, in SI."""

    low: Annotated[float, Number("", "low")] | None = said("At least; open if absent.", None)
    high: Annotated[float, Number("", "high")] | None = said("At most; open if absent.", None)


class Story(Record):
    """A way to tell what happened: bounds on parameters."""

    name: Name = said("Short and unique.")
    says: str = said("The story in words.", "")
    when: dict[str, Bounds] = said("Parameter (as --set writes it, or its key) to its bounds.")


class Evidence(Record):
    """What was seen and said about one event, and what it is to be held against."""

    schema_: Literal["keepout/evidence/1"] = Field(
        alias="schema", description="Version of this grammar."
    )
    name: Name = said("Short; pages are named after it.")
    title: str = said("The question, as a line for the head of the page.", "")
    event: str = said("Day or days of the event.", "")
    scenario: str | None = said("Scenario with the priors, a shipped name or a path.", None)
    model: SmallModel | None = said("A raid without geometry, where no scenario is wanted.", None)
    observations: Many[Observation] = said("What was counted or claimed.")
    stories: Many[Story] = said("Stories to be compared, two at a time.", ())
    over: Many[str] = said(
        "Parameters over whose lower and upper halves every Bayes factor is given.", ()
    )
    candidates: Many[QuantityPath] = said("Counts that would be worth knowing.", ())
