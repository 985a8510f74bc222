"""The pydantic models of a study file: what is varied, what is asked, what is claimed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from keepout.scenario.numbers import Number
from keepout.scenario.record import Many, Name, Record, Share, Weight, said

SCHEMA = "keepout/study/1"
MOST_TRIALS = 1_000_000
MOST_POINTS = 65_536

Trials = Annotated[float, Number("", "the trials", low=2, high=MOST_TRIALS, whole=True)]
Points = Annotated[float, Number("", "the points", low=1, high=MOST_POINTS, whole=True)]
Seed = Annotated[float, Number("", "the seed", low=0, high=2**53, whole=True)]
Limit = Annotated[float, Number("", "the limit")]
Steps = Annotated[float, Number("", "steps", low=2, high=1000, whole=True)]
Values = dict[str, Any]


class Factor(Record):
    """Something that a sweep varies: a setting over values, or a parameter over a range."""

    name: Name = said("Short; heads its column.")
    set: str | None = said("A value of the scenario, as `--set` writes it.", None)
    parameter: str | None = said("A parameter by its key, as `keepout show` lists it.", None)
    values: Many[Any] = said("Its values; each plain, or `{value, label, source}`.", ())
    low: Any = said("Lower end of a parameter's range, with its unit.", None)
    high: Any = said("Upper end of a parameter's range, with its unit.", None)
    steps: Steps = said("Points of the range in a grid.", 5.0)


class Sweep(Record):
    """What a sweep varies, and how."""

    design: Literal["grid", "latin-hypercube", "sobol"] = said(
        "grid: every combination; the others: points spread over all factors at once.", "grid"
    )
    points: Points = said("Number of points of a latin-hypercube or sobol design.", 64.0)
    factors: Many[Factor] = said("What is varied.")


class Sensitivity(Record):
    """Which parameters a result hangs on."""

    method: Literal["sobol", "morris"] = said(
        "sobol: shares of the variance; morris: a screening by single steps.", "sobol"
    )
    base: Points = said(
        "sobol: rows of the two sample matrices, a power of two; morris: number of paths.", 256.0
    )
    noise: Annotated[float, Number("", "noise", low=2, high=64, whole=True)] = said(
        "Trials at every point: they tell noise from parameters.", 2.0
    )
    parameters: Many[str] = said(
        "Keys of parameters, with * for any text; all that are drawn if none is given.", ()
    )
    levels: Annotated[float, Number("", "levels", low=4, high=32, whole=True)] = said(
        "morris: levels of the grid, an even number.", 4.0
    )


class Region(Record):
    """A part of what is held possible: parameters kept to a part of their range, or fixed."""

    set: Values = said("Values of the scenario, as `--set` writes them: {PATH: VALUE}.", {})
    within: dict[str, Many[Share]] = said(
        "Keys of parameters (with * for any text) and the part of their prior, from quantile to "
        "quantile: {KEY: [0, 0.5]} is the lower half.",
        {},
    )
    fixed: Values = said("Keys of parameters (with * for any text) and one value.", {})


class Story(Region):
    """A story of what happened: a region of the prior, with a weight among the stories."""

    name: Name = said("Short.")
    title: str = said("As a reader sees it.")
    weight: Weight | None = said(
        "Weight in the mixture; a story without one is an extreme: it shows when nothing is added.",
        None,
    )
    needs: Many[str] = said(
        "Keys of parameters (with * for any text) of which both sides must draw at least one; else "
        "the story is not told.",
        (),
    )


class Option(Region):
    """One defensible way to choose."""

    name: Name = said("Short.")


class Choice(Record):
    """Something that an analyst must choose, and the defensible ways to choose it."""

    name: Name = said("Short.")
    options: Many[Option] = said("The first is the usual one.")


class Claim(Record):
    """A headline that holds or does not."""

    says: str = said("The claim in words.")
    number: str = said("A number of the JSON of a run, such as arrived.total.")
    of: Literal["difference", "scenario"] = said(
        "difference: scenario minus `against`, on the same nights.", "difference"
    )
    is_: Literal["above", "below"] = Field(alias="is", description="On which side it must lie.")
    than: Limit = said("The limit.")


class Multiverse(Record):
    """A claim over every combination of the choices."""

    claim: Claim = said("What must hold.")
    choices: Many[Choice] = said("What could have been chosen otherwise.")


class Study(Record):
    """A question, the scenarios it is about, and what is varied to answer it."""

    schema_: Literal["keepout/study/1"] = Field(
        alias="schema", description="Version of this grammar."
    )
    name: Name = said("Short; results are named after it.")
    title: str = said("A line for the head of the page.", "")
    question: str = said("The question that the page answers.", "")
    scenario: str | None = said("A shipped name, or a path (from the study's own folder).", None)
    against: str | None = said("Scenario to subtract, on the same nights.", None)
    set: Values = said("Values for all points, as `--set` writes them: {PATH: VALUE}.", {})
    trials: Trials = said("Trials at each point.", 200.0)
    seed: Seed = said("Seed of chance.", 0.0)
    numbers: Many[str] = said("Numbers of the JSON of a run.", ("arrived.total",))
    stories: Many[Story] = said("Stories, for `keepout compare --stories`.", ())
    sweep: Sweep | None = said("For `keepout sweep`.", None)
    sensitivity: Sensitivity | None = said("For `keepout sensitivity`.", None)
    multiverse: Multiverse | None = said("For `keepout multiverse`.", None)
    assumptions: Many[str] = said("Printed on the page.", ())
