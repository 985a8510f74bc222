"""What the trials gave beside what was published."""

from __future__ import annotations

from collections.abc import Sequence

from keepout.report.markup import Html, paragraph, row, section, table
from keepout.report.reading import Published, Reading
from keepout.report.words import KIND_WORDS, name_of, percent, short_name, whole

TAIL = 0.05


def published(reading: Reading, figures: Sequence[Html]) -> Html | None:
    """Distributions with published figures on them, and their predictive ranks."""
    if not reading.published:
        return None
    head = row(
        ["asset", ("published", "words"), ("trials at or below", "num"), ("trials below", "num"),
         ("reading", "words")], "th",
    )  # fmt: skip
    body = [
        row(
            [
                short_name(each.asset),
                (
                    f"{KIND_WORDS.get(each.kind, each.kind)} {whole(each.count)}, {each.who}",
                    "words",
                ),
                percent(each.at_or_below),
                percent(each.below),
                ("does not apply" if reading.counterfactual else verdict(each), "words"),
            ]
        )
        for each in reading.published
    ]
    without = [
        name_of(asset)
        for asset in reading.layout.assets
        if asset not in reading.assets_published and asset != "elsewhere"
        and float(reading.counts("aimed", asset).mean()) > 0.0
    ]  # fmt: skip
    return section(
        "published",
        "Beside what was published",
        paragraph(
            "None of these figures is used by the model. The predictive rank of a figure is the "
            "share of trials at or below it. Where the scenario is what happened, a rank between 5 "
            "and 95 % says that the figure does not contradict the model, which is not to say that "
            "it confirms it; a rank outside says that something in the scenario or the model is "
            "wrong. Where the scenario is one that did not happen, the figures are landmarks and "
            "test nothing."
        ),
        *figures,
        table([head], body),
        paragraph(
            "The model counts warheads that came down inside the radius of an asset, duds "
            "included. A count from pictures or videos sees fewer of them, or takes debris for "
            "one: it is itself uncertain. Figures that read the same pictures are one piece of "
            "evidence, not two."
        ),
        paragraph(f"Aimed at and without a published count: {', '.join(without)}.", class_="note")
        if without
        else None,
    )


def verdict(figure: Published) -> str:
    """What the rank says, and what it does not."""
    if figure.is_bound:
        if figure.below > 1.0 - TAIL:
            return "above nearly every trial"
        if figure.below < TAIL:
            return "a lower bound that nearly every trial meets: it tells little"
        return f"a lower bound that {percent(1.0 - figure.below)} of the trials meet"
    if figure.at_or_below < TAIL:
        return "in the lower tail of the outcomes"
    if figure.below > 1.0 - TAIL:
        return "in the upper tail of the outcomes"
    return "inside the spread of outcomes"
