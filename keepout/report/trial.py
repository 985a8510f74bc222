"""One kept trial: its map, its heights, and the story of one of its missiles."""

from __future__ import annotations

from typing import Any

from keepout.report import heights, maps
from keepout.report.figures import figure, key_of
from keepout.report.ground import coast
from keepout.report.heights import ENDS
from keepout.report.markup import Html, el, join, paragraph, section
from keepout.report.reading import Reading
from keepout.report.stories import stories
from keepout.report.words import cause_name, duration, listed, whole


def sections(reading: Reading) -> list[Html | None]:
    """Map and heights of the kept trial, or why there are none."""
    if reading.kept is None or not reading.tracks:
        says = "No trial of this run kept its events and flights, so there is nothing to draw."
        return [section("map", "One trial on the map", paragraph(says))]
    return [map_section(reading), height_section(reading)]


def which(reading: Reading) -> str:
    """The trial that is shown, and how usual it is."""
    arrived = float(reading.per_trial("arrived.total")[reading.kept or 0])
    median = reading.summary["arrived"]["total"]["p50"]
    return (
        f"Trial {reading.kept} of {reading.trials:,} (counted from 0), kept with all its events: "
        f"{whole(arrived)} arrived, where the median of all trials is {whole(median)}. One "
        "trial is an example, not a result."
    )


def map_section(reading: Reading) -> Html:
    """Theatre and target area."""
    key = key_of(
        [
            ("line", "failed", "failed in flight"),
            ("line", "intercepted", "intercepted"),
            ("line", "arrived", "arrived"),
            ("●", "intercepted", "intercept"),
            ("●", "muted", "debris of an intercept"),
            ("+", "border", "spent stage"),
            ("▲", "accent", "battery"),
        ]
    )
    near = key_of(
        [
            *(("×", name, f"impact, {group}") for group, name in maps.GROUP_COLOURS.items()),
            ("●", "muted", "debris"),
            ("+", "border", "spent stage"),
            ("▲", "accent", "battery, at a public or notional site"),
            ("○", "ink", "asset, with its radius"),
        ]
    )
    note = coast().get("source", "")
    says = f"Base map: {note}; borders are de facto. " if note else ""
    return section(
        "map",
        "One trial on the map",
        paragraph(which(reading)),
        figure(
            maps.theatre(reading),
            join(
                "Flights over the ground, from provinces to assets. Launch areas are provinces, "
                "nothing finer, and the discs hide where in them a launch was drawn. ",
                says,
            ),
            legend=key,
        ),
        figure(
            maps.target_area(reading),
            join("Where they came down. Batteries stand at sites rounded to 0.1 to 0.2 degrees."),
            narrow=True,
            legend=near,
        ),
        figure(
            maps.close_ups(reading),
            join(
                "The assets closely, each with its radius; grid of 5 km. Impacts scatter about "
                "the centre of an asset by the circular error probable of their type: the places "
                "are chance, not targets, and nothing on the ground is drawn."
            ),
        )
        if maps.hit(reading)
        else None,
    )


def height_section(reading: Reading) -> Html:
    """Height against time of the raid, then of one missile with its story."""
    threat = heights.chosen(reading)
    key = key_of(
        [
            ("line", "failed", "failed in flight"),
            ("line", "intercepted", "intercepted"),
            ("line", "arrived", "arrived"),
            ("line", "accent", "round fired"),
            ("●", "intercepted", "kill"),
            ("×", "arrived", "shot that did not destroy"),
            ("×", "muted", "shot at a target already gone"),
            ("bar", "spread", "heights a system can reach"),
        ]
    )
    parts = [
        figure(
            heights.raid(reading),
            join(
                "Every flight of the trial, and every round as a straight line from its launch to "
                "its end. A bar that reaches the top goes on above it."
            ),
            legend=key,
        )
    ]
    told = stories(reading)
    if threat:
        parts += [
            el("h3", f"One missile closely: {threat}"),
            paragraph("The one that most systems shot at in this trial."),
            figure(
                heights.one(reading, threat),
                join("Its flight, and the shots at it as straight lines."),
            ),
            story(reading, threat),
            paragraph("The same for any missile, with every battery’s reason to fire or not:"),
            el("pre", f"keepout explain RUN --threat {threat} --trial {reading.kept}"),
        ]
    if told is not None:
        parts.append(told)
    return section("heights", "The same trial, height against time", *parts)


def story(reading: Reading, threat: str) -> Html:
    """What happened to one missile, and last why the batteries that did not fire did not."""
    mine = [event for event in reading.events if event["whom"] == threat]
    fired = {event["who"] for event in mine if event["kind"] == "shot"}
    seen = False
    made = []
    for event in mine:
        says = "" if event["kind"] == "track" and seen else told(event)
        seen = seen or event["kind"] == "track"
        if says:
            made.append(el("li", el("time", duration(event["t_s"])), says))
    reasons: dict[str, list[str]] = {}
    last = {event["who"]: event["detail"] for event in mine if event["kind"] == "decision"}
    for who, reason in last.items():
        if who not in fired:
            reasons.setdefault(reason.replace("-", " "), []).append(who)
    idle = [f"{listed(who)} ({reason})" for reason, who in reasons.items()]
    if idle:
        made.append(el("li", el("time", ""), f"Did not fire: {'; '.join(idle)}."))
    return el("ol", made, class_="story")


def told(event: dict[str, Any]) -> str:
    """An event in words; empty for what no reader asks for."""
    kind, who, detail = event["kind"], event["who"], event.get("detail", "")
    ordinal = int(event["value"]) + 1 if kind == "shot" or kind in ENDS else 0
    words = {
        "launch": f"launched ({detail})",
        "failure": "failed in flight",
        "track": f"tracked by {who}",
        "shot": f"{who} fires round {ordinal} at it",
        "kill": f"{who} destroys it",
        "miss": f"{who} misses",
        "diverted": f"{who} pushes it off its course",
        "body-hit": f"{who} hits the body; the warhead survives",
        "wrong-object": f"{who} goes for another object",
        "wasted": f"{who}’s round finds it gone",
        "impact": f"comes down ({cause_name(detail)})",
        "dud": f"comes down without exploding ({cause_name(detail)})",
        "debris": "its remains reach the ground",
        "stage-impact": f"{who} reaches the ground",
    }
    return words.get(kind, "")
