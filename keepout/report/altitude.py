"""Altitude against time of one missile, with what was fired at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepout.errors import InputError, RunError

FORMATS = (".png", ".svg", ".pdf")
COLOURS = {"kill": "#0072b2", "miss": "#d55e00", "wasted": "#999999"}
OTHER_COLOUR = "#cc79a7"


def altitude_figure(path: dict[str, Any], story: dict[str, Any]) -> Any:
    """A matplotlib Figure of a path and story as studies/explain.py gives them.

    Height of the missile, solid until its end; a line for every round from launch to
    intercept (straight: the picture of a shot, not its flight); the floor and ceiling of
    every system that fired, as bands.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 5.4), layout="constrained")
    axes = figure.add_subplot()
    t_min, alt_km = path["t_s"] / 60.0, path["alt_m"] / 1e3
    flown = path["t_s"] <= path["end_s"]
    axes.plot(t_min, alt_km, ":", color="#777777", lw=1.2)
    axes.plot(t_min[flown], alt_km[flown], "-", color="black", lw=1.8, label=story["missile"])
    for k, (system, (floor_m, ceiling_m)) in enumerate(path["limits"].items()):
        top_km = min(ceiling_m / 1e3, 1.05 * float(alt_km.max()))
        axes.axhspan(floor_m / 1e3, top_km, alpha=0.08, color=f"C{k}", label=f"{system}: layer")
    seen: set[str] = set()
    for shot in path["shots"]:
        colour = COLOURS.get(shot["outcome"], OTHER_COLOUR)
        label = shot["outcome"] if shot["outcome"] not in seen else None
        seen.add(shot["outcome"])
        at = [shot["launch_s"] / 60.0, shot["intercept_s"] / 60.0]
        axes.plot(at, [0.0, shot["alt_m"] / 1e3], "-", color=colour, lw=1.0)
        axes.plot(at[1:], [shot["alt_m"] / 1e3], "o", color=colour, ms=6, label=label)
    _windows(axes, story, float(alt_km.max()))
    axes.set(
        xlabel="minutes after the start of the scenario", ylabel="altitude, km",
        title=f"{story['threat']}, trial {story['trial']}: {story['end']['text']}",
        ylim=(-0.045 * len(with_window(story)) * float(alt_km.max()), None),
    )  # fmt: skip
    axes.set_yticks([tick for tick in axes.get_yticks() if tick >= 0.0])
    axes.title.set_fontsize(10)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="upper left")
    return figure


def with_window(story: dict[str, Any]) -> list[dict[str, Any]]:
    """The batteries that could have launched at the missile."""
    return [battery for battery in story["batteries"] if battery["window"] is not None]


def _windows(axes: Any, story: dict[str, Any], top_km: float) -> None:
    """When each battery could launch, as bars below the ground, and when radars had tracks."""
    for k, battery in enumerate(with_window(story)):
        window, y = battery["window"], -0.045 * (k + 0.5) * top_km
        at = [window["opens_s"] / 60.0, window["closes_s"] / 60.0]
        fired = battery["fired"] > 0
        axes.plot(at, [y, y], color="#0072b2" if fired else "#bbbbbb", lw=4, solid_capstyle="butt")
        reason = f"fired {battery['fired']}" if fired else battery["reason"].replace("-", " ")
        axes.annotate(
            f"{battery['battery']}: {reason}", (at[0], y), (-3, 0), textcoords="offset points",
            ha="right", va="center", fontsize=6.5,
        )  # fmt: skip
    for track in story["tracks"]:
        axes.axvline(track["t_s"] / 60.0, color="#009e73", lw=0.7, ls=":")
    if story["tracks"]:
        axes.annotate(
            "firm tracks", (story["tracks"][0]["t_s"] / 60.0, 0.02), rotation=90, va="bottom",
            ha="right", fontsize=7, color="#009e73", xycoords=("data", "axes fraction"),
        )  # fmt: skip


def save(figure: Any, file: Path) -> None:
    """Write a figure; the ending of the name says the format."""
    if file.suffix.lower() not in FORMATS:
        raise InputError.one(
            "format",
            f"{file.name} has no ending that names a picture format",
            path="--plot",
            help=f"end the name in {', '.join(FORMATS)}",
        )
    try:
        figure.savefig(file, dpi=150)
    except OSError as error:
        raise RunError(f"{file} cannot be written: {error.strerror}.") from error
