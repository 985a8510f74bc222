"""The hand calculation as a person would write it down."""

from __future__ import annotations

from collections.abc import Callable

from keepout.report.hand import Hand, Opinion, hand
from keepout.report.markup import Cell, Html, details, el, join, paragraph, row, section, table
from keepout.report.reading import Reading
from keepout.report.words import count, name_of, percent, rounded, short_name, spread

Line = tuple[str, str, Callable[[Opinion], str]]

LINES: tuple[Line, ...] = (
    (
        "1. What comes down",
        "launched × (1 − failed in flight)",
        lambda o: f"{count(o.launched)} × (1 − {o.failed:.3f}) = {count(o.down)}",
    ),
    (
        "2. Left on purpose",
        "Σ over assets: what comes down × share of aims × share not engaged",
        lambda o: count(o.left),
    ),
    (
        "3. No round in reach",
        "the rest − Σ over systems: rounds ÷ rounds at one threat",
        lambda o: f"{count(o.down - o.left)} − {count(o.engaged)} = {count(max(o.unengaged, 0.0))}",
    ),
    (
        "4. Leak of the engaged",
        "engaged × [1 − (1 − (1 − p)ⁿ) × (1 − lost)]",
        lambda o: f"{count(o.engaged)} × {o.leak:.3f} = {count(o.engaged * o.leak)}",
    ),
    ("5. Arrive", "lines 2 + 3 + 4", lambda o: count(o.arrivals)),
)


def calculation(reading: Reading) -> Html | None:
    """The section, or nothing where the inputs do not allow it."""
    found = hand(reading.inputs)
    if found is None:
        return None
    return section(
        "hand",
        "The same by hand, in five lines",
        paragraph(
            "An estimate from the means of the inputs alone, without any result of the "
            "simulation. If a pencil lands near the machine, the machine has not lost a factor."
        ),
        lines(found),
        paragraph(*agreement(reading, found)),
        details("Line 3 and 4 by system", systems(found)),
        paragraph(
            "Left out, and what the simulation is for: timing, fire channels, what the radars "
            "see and when, the part of a flight that a battery reaches, and that the mean of a "
            "product is not the product of the means.",
            class_="note",
        ),
    )


def lines(found: Hand) -> Html:
    """The five lines, one column for each opinion about what is left on purpose."""
    several = len(found.opinions) > 1
    heads: list[Cell] = [""]
    heads += [(opinion_words(each) if several else "", "num") for each in found.opinions]
    body = [
        row(
            [
                join(name, el("small", formula)),
                *((show(each), "num") for each in found.opinions),
            ],
            class_="sum" if name.startswith("5") else None,
        )
        for name, formula, show in LINES
    ]
    if several:
        mean = " + ".join(f"{each.weight:g} × {count(each.arrivals)}" for each in found.opinions)
        total = el(
            "td",
            f"{mean} = {count(found.arrivals)}",
            class_="num",
            colspan=f"{len(found.opinions)}",
        )
        body.append(el("tr", el("th", "On average", scope="row"), total, class_="sum"))
    return table([row(heads, "th")], body, class_="hand")


def opinion_words(each: Opinion) -> str:
    """Which opinion a column takes, and its weight."""
    says = [
        f"{key.removeprefix('not_engaged.').removeprefix('asset.')}: {spread(number)}"
        for key, number in each.says.items()
    ]
    return f"share not engaged at {'; '.join(says)} (weight {each.weight:g})"


def agreement(reading: Reading, found: Hand) -> list[str]:
    """The estimate beside the simulated mean, in all and at the main asset."""
    s = reading.summary["arrived"]
    mean = s["total"]["mean"]
    if not mean:
        return [f"By hand {rounded(found.arrivals)} arrive; in the simulation none."]
    parts = [
        (
            f"By hand {rounded(found.arrivals)} arrive; the simulated mean is {rounded(mean)}: "
            f"{off(found.arrivals, mean)}. "
        )
    ]
    for asset in reading.assets_published[:1]:
        there = s["by_asset"][asset]["mean"]
        if there:
            parts.append(
                f"At {short_name(asset)}: {rounded(found.at(asset))} by hand, {rounded(there)} "
                f"simulated, {off(found.at(asset), there)}."
            )
    return parts


def off(estimate: float, mean: float) -> str:
    """By how much an estimate is off."""
    share = estimate / mean - 1.0
    return f"{percent(abs(share))} {'more' if share > 0 else 'less'}"


def systems(found: Hand) -> Html:
    """Rounds, threats and kills of every system under each opinion."""
    head = row(
        ["system", ("rounds", "num"), ("at one threat", "num"), ("threats engaged", "num"),
         ("leak", "num"), ("killed", "num")], "th",
    )  # fmt: skip
    body = []
    for each in found.opinions:
        if len(found.opinions) > 1:
            body.append(row([(opinion_words(each), "words"), *[""] * 5], class_="block"))
        body += [
            row(
                [
                    name_of(layer.system),
                    count(layer.rounds),
                    f"{layer.per_threat:.2f}",
                    count(layer.engaged),
                    f"{layer.leak:.3f}",
                    count(layer.killed),
                ]
            )
            for layer in each.layers
        ]
    says = paragraph(
        "From the highest ceiling down. A battery serves the assets within the reach of its "
        "interceptor and never more threats than there are. p is the mean kill probability of a "
        "round, lessened by the factor for missiles that manoeuvre where the interceptor works "
        "below the ceiling of that factor; n the rounds that the doctrine spends on a threat; lost "
        "the chance that track, system or command fails for all of them. Shoot-look-shoot spends "
        "1 + (1 − p) + … rounds, since a kill saves the rest."
    )
    return join(table([head], body), says)
