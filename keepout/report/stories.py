"""A few threats of the kept trial, battery by battery: what each could do, did, and why not."""

from __future__ import annotations

from typing import Any

from keepout.report.heights import ENDS, chosen
from keepout.report.maps import fates
from keepout.report.markup import Cell, Html, el, paragraph, row, table
from keepout.report.reading import Reading
from keepout.report.words import cause_name, duration, listed

SHOWN = 3
"""Threats at most: one that most shot at, one that arrived though engaged, one never engaged."""


def picked(reading: Reading) -> list[str]:
    """Threats that are told: of different fates, the first of each in the order of their names."""
    fate = fates(reading)
    fired = {event["whom"] for event in reading.events if event["kind"] == "shot"}
    names = sorted(fate)
    engaged = [name for name in names if fate[name] == "arrived" and name in fired]
    never = [name for name in names if fate[name] == "arrived" and name not in fired]
    looked = {event["whom"] for event in reading.events if event["kind"] == "decision"}
    never.sort(key=lambda name: name not in looked)
    found = [name for name in (chosen(reading), *engaged[:1], *never[:1]) if name]
    return list(dict.fromkeys(found))[:SHOWN]


def stories(reading: Reading) -> Html | None:
    """The tables, or nothing where no trial was kept."""
    threats = picked(reading)
    if not threats:
        return None
    parts: list[Html] = []
    for threat in threats:
        parts += [el("h4", heading(reading, threat)), _table(reading, threat)]
    says = (
        "Times are minutes and seconds after the start of the scenario. A window is when the "
        "battery could launch at the nominal flight of this missile, track or no track."
    )
    return el(
        "div", el("h3", "A few missiles, battery by battery"), paragraph(says, class_="note"), parts
    )


def heading(reading: Reading, threat: str) -> str:
    """What it was, and how it ended."""
    mine = [event for event in reading.events if event["whom"] == threat]
    launch = next((event for event in mine if event["kind"] == "launch"), None)
    end = next(
        (event for event in mine if event["kind"] in ("kill", "impact", "dud", "failure")), None
    )
    what = launch["detail"] if launch else ""
    if end is None:
        return f"{threat} ({what})"
    words = {
        "kill": f"destroyed by {end['who']}",
        "impact": f"came down ({cause_name(end['detail'])})" if end["detail"] else "came down",
        "dud": "came down without exploding",
        "failure": "failed in flight",
    }[end["kind"]]
    return f"{threat} ({what}): {words}, {duration(end['t_s'])}"


def _table(reading: Reading, threat: str) -> Html:
    """One row for each battery."""
    mine = [event for event in reading.events if event["whom"] == threat]
    launch = next((event for event in mine if event["kind"] == "launch"), None)
    windows = _windows(reading, launch)
    head: list[Cell] = ["battery", "window", "first look", "rounds", "held fire because", "result"]
    body = [
        row(_cells(battery, [e for e in mine if e["who"] == battery["name"]], windows))
        for battery in reading.inputs.batteries
    ]
    tracks = [(event["t_s"], event["who"]) for event in mine if event["kind"] == "track"]
    says = "; ".join(f"{who} {duration(t_s)}" for t_s, who in sorted(tracks)[:4])
    seen = paragraph(f"Firm tracks: {says}." if says else "No firm track.", class_="note")
    return el("div", table([row(head, "th")], body), seen)


def _windows(reading: Reading, launch: dict[str, Any] | None) -> dict[str, Any]:
    """Window of every battery at this flight, on the scenario's clock; empty if not stored."""
    if launch is None:
        return {}
    for lane in reading.run.resolved.get("lanes", []):
        if f"{lane['missile']} {lane['area']} {lane['asset']}" == launch["detail"]:
            return {
                name: None if ends is None else [launch["t_s"] + ends[0], launch["t_s"] + ends[1]]
                for name, ends in lane.get("windows", {}).items()
            }
    return {}


def _cells(
    battery: dict[str, Any], mine: list[dict[str, Any]], windows: dict[str, Any]
) -> list[Any]:
    """The cells of one battery's row."""
    name = battery["name"]
    window = "not stored"
    if name in windows:
        ends = windows[name]
        window = "never" if ends is None else f"{duration(ends[0])} to {duration(ends[1])}"
    looks = [event["t_s"] for event in mine if event["kind"] in ("decision", "shot")]
    held = [event["detail"] for event in mine if event["kind"] == "decision"]
    reasons = [why.replace("-", " ") for why in dict.fromkeys(held) if why != "waiting-for-window"]
    silent = "out of reach" if window == "never" else "never had to look"
    fired = sum(event["kind"] == "shot" for event in mine)
    ends = [event["kind"].replace("-", " ") for event in mine if event["kind"] in ENDS]
    return [
        name,
        window,
        duration(min(looks)) if looks else "–",
        (str(fired) if fired else "–", "num"),
        listed(reasons) if reasons else "–" if fired else silent,
        listed(ends) if ends else "–",
    ]
