"""What the defence's sensors saw: warning by asset and type, and the raid as one radar saw it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection

from keepout.earth.geodesy import ecef_m
from keepout.report.figures import colour, drawing, figure, key_of, place, styled, svg
from keepout.report.markup import Html, el, join, paragraph, row, section, table
from keepout.report.reading import Reading
from keepout.report.words import duration, percent, short_name
from keepout.results.warning import QUANTILES, warning_of

WIDTH_IN, HEIGHT_IN = 7.6, 3.8
POINTS = 24
"""Points of a flight."""

HEADS = ("at", "missile", "flights", "flight", "tracked", "first radar")


def is_known(reading: Reading) -> bool:
    """Whether the run kept anything to tell."""
    return bool(warning_of(reading.run)["rows"]) or radar_of(reading) is not None


def section_of(reading: Reading) -> Html | None:
    """Warning times of all kept trials, and one radar in one of them."""
    if not is_known(reading):
        return None
    told, radar = warning_of(reading.run), radar_of(reading)
    return section(
        "sensed",
        "How early they were seen",
        warnings(told) if told["rows"] else None,
        one_radar(reading, radar) if radar is not None else None,
    )


def warnings(told: dict[str, Any]) -> Html:
    """Warning by asset and missile."""
    space = told["launch_detection"]
    columns = [("radar", "radar_s")] + [("space", "launch_detection_s")] * (space is not None)
    heads = [*HEADS, *(f"{name}: {', '.join(QUANTILES)}" for name, _ in columns)]
    body = [
        row([
            short_name(each["asset"]), (each["missile"], ""), str(each["flights"]),
            duration(each["flight_s"]), percent(each["tracked"]), (each["first"] or "none", ""),
            *(", ".join(duration(each[key][q]) for q in QUANTILES) for _, key in columns),
        ])
        for each in told["rows"]
    ]  # fmt: skip
    from_space = "No launch is seen from space in this scenario. "
    if space is not None:
        from_space = (
            f"Launches are reported from space {space['delay_s']:.0f} s after them, each with "
            f"probability {space['probability']:.2f} (medians; the table is of those seen). "
        )
    return join(
        paragraph(
            "Minutes and seconds from the first firm track of any radar to the end of the nominal "
            f"flight, in the {told['trials']} kept trials, without missiles that failed under way. "
            "Never tracked counts as 0:00. ",
            from_space,
            "This is the sensor’s warning: what it takes to decide, to alert people and to reach "
            "shelter comes off it.",
        ),
        table([row(heads, "th")], body, class_="summary"),
    )


def radar_of(reading: Reading) -> str | None:
    """The radar with most firm tracks in the kept trial, of those whose place is known."""
    tracked = Counter(event["who"] for event in reading.events if event["kind"] == "track")
    known = [name for name in sorted(tracked) if reading.inputs.radar_place(name) is not None]
    return max(known, key=lambda name: tracked[name]) if known and reading.tracks else None


def one_radar(reading: Reading, radar: str) -> Html:
    """The picture of one radar, with how to read it."""
    key = key_of(
        [
            ("line", "muted", "flies, no firm track"),
            ("line", "accent", "firmly tracked"),
            ("●", "ink", "track becomes firm"),
        ]
    )  # fmt: skip
    says = (
        f"Slant range from {radar} of every missile in trial {reading.kept}, until it came down, "
        "failed or was killed. Ranges are the true ones: the errors of the tracks are not drawn, "
        "and a track that was firm is drawn so to the end of the flight."
    )
    return join(
        el("h3", f"The raid as one radar saw it: {radar}"),
        figure(ranges(reading, radar), join(says), legend=key),
    )


def ranges(reading: Reading, radar: str) -> Html:
    """Range from one radar against time, thin before the track is firm and full after."""
    firm_s = {
        event["whom"]: event["t_s"]
        for event in reading.events
        if event["kind"] == "track" and event["who"] == radar
    }
    before, after, dots = [], [], []
    for track in reading.tracks:
        path = minutes_and_km(reading, radar, track)
        firm_min = firm_s.get(track["threat"], np.inf) / 60.0
        early, late = path[:, 0] < firm_min, path[:, 0] > firm_min
        if not late.any():
            before.append(path)
            continue
        meets = (firm_min, float(np.interp(firm_min, path[:, 0], path[:, 1])))
        before.append(np.vstack([path[early], meets]))
        after.append(np.vstack([meets, path[late]]))
        dots.append(meets)
    with styled():
        sheet = drawing(WIDTH_IN, HEIGHT_IN)
        axes = place(sheet, 0.6, 0.45, 0.1, 0.06)
        for paths, name, width in ((before, "muted", 0.5), (after, "accent", 0.6)):
            axes.add_collection(
                LineCollection(paths, colors=colour(name), linewidths=width, alpha=0.55)
            )
        if dots:
            axes.plot(*zip(*dots, strict=True), "o", color=colour("ink"), ms=2.2, mew=0, zorder=4)
        axes.autoscale_view()
        axes.set_xlim(left=0.0)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("minutes after the start of the scenario")
        axes.set_ylabel(f"range from {radar}, km")
        axes.grid(axis="y")
        return svg(sheet, "sensed", f"Range from {radar} against time of every flight of one trial")


def minutes_and_km(reading: Reading, radar: str, track: dict[str, Any]) -> np.ndarray:
    """Minutes and slant range [km] (n, 2) of a flight from a radar."""
    site = reading.inputs.radar_place(radar)
    assert site is not None, "radar_of chose it"
    pick = np.unique(np.linspace(0, len(track["t_s"]) - 1, POINTS).astype(int))
    away_m = np.linalg.norm(track["r_ecef_m"][pick] - np.asarray(ecef_m(site)), axis=1)
    return np.column_stack([track["t_s"][pick] / 60.0, away_m / 1e3])
