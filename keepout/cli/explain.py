"""``keepout explain``: the story of one missile in one trial."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.output import emit, json_option, say, wrapped


@click.command("explain")
@click.argument("run")
@click.option("--threat", required=True, metavar="ID", help="The missile, such as iran/007.")
@click.option("--trial", type=int, default=0, show_default=True, metavar="K", help="The trial.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE",
              help="Altitude against time, as PNG, SVG or PDF.")  # fmt: skip
@json_option
def command(run: str, threat: str, trial: int, plot: Path | None, as_json: bool) -> None:
    """Tell the story of one missile of a stored RUN.

    Seen when and by what, each battery's window and its reason to fire or not, each shot,
    and the end. The trial is computed again from its address, so any trial will do.
    """
    from keepout.studies import explain

    again = explain.replay(run, trial)
    row = explain.threat_row(again.resolved, threat)
    found = explain.story(again, row)
    if plot is not None:
        from keepout.report.altitude import altitude_figure, save

        if not found["flying"]:
            say(f"no picture: {found['text']}")
        else:
            save(altitude_figure(explain.path_of(again, row), found), plot)
            say(f"picture: {plot}")
    emit(as_json, found, lambda: text_of(found))


def clock(t_s: float) -> str:
    """Seconds after the start as minutes and seconds."""
    return f"{int(t_s // 60):3d}:{t_s % 60:04.1f}"


def text_of(story: dict[str, Any]) -> str:
    """The story for people, in order of time within each battery."""
    if not story["flying"]:
        return f"{story['threat']}, trial {story['trial']}: {story['text']}"
    what = f"{story['missile']}, {story['area']} to {story['asset']}"
    up, down = clock(story["launch_s"]).strip(), clock(story["impact_s"]).strip()
    lines = [
        f"{story['threat']}, trial {story['trial']}: {what}.",
        f"Launched {up} after the start; apogee about {story['apogee_km']:.0f} km.",
        f"Down at {down} if nothing stops it. {story['end']['text']}",
        "",
    ]
    if story["tracks"]:
        seen = ", ".join(f"{t['radar']} {clock(t['t_s']).strip()}" for t in story["tracks"])
        lines.append(wrapped(f"Firm tracks: {seen}."))
    else:
        lines.append("No radar held a firm track of it.")
    for battery in story["batteries"]:
        lines += ["", *_battery_lines(battery)]
    return "\n".join(lines)


def _battery_lines(battery: dict[str, Any]) -> list[str]:
    window = battery["window"]
    can = "no window"
    if window is not None:
        can = f"could launch {clock(window['opens_s']).strip()} to "
        can += clock(window["closes_s"]).strip()
    lines = [f"{battery['battery']} ({battery['system']}; {can}): {battery['text']}."]
    for step in battery["steps"]:
        again = ""
        if "until_s" in step:
            again = f" (and again until {clock(step['until_s']).strip()})"
        lines.append(f"  {clock(step['t_s'])}  {step['text']}{again}")
    return lines
