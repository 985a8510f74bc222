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
    seen = [radar for radar in story["radars"] if radar["rise_s"] is not None]
    lines += [_radar_line(radar) for radar in seen]
    lines += [_origin_line(each) for each in story["launch_areas"]]
    if not story["tracks"]:
        lines.append("No radar held a firm track of it.")
    for battery in story["batteries"]:
        lines += ["", *_battery_lines(battery)]
    return "\n".join(lines)


def _radar_line(radar: dict[str, Any]) -> str:
    """What one radar had of it."""
    says = f"{radar['radar']}: in sight {clock(radar['rise_s']).strip()} to "
    says += clock(radar["set_s"]).strip()
    if radar["lost"]:
        says += "; out of order in this trial"
    elif radar["firm_s"] is None:
        says += "; no firm track"
    else:
        says += f"; firm track {clock(radar['firm_s']).strip()}"
    if radar["position_sigma_m"] is not None:
        says += f", then {radar['position_sigma_m']:,.0f} m in place"
    if radar["impact_sigma_m"] is not None:
        says += f" and {radar['impact_sigma_m'] / 1e3:,.1f} km in the predicted impact"
    return wrapped(says + ".", rest="  ")


def _origin_line(area: dict[str, Any]) -> str:
    """Where one radar would put the launch."""
    could = " or ".join(area["areas"]) or "none of the raid's launch areas"
    says = (
        f"{area['radar']} at {clock(area['at_s']).strip()}: launched near {area['lat_deg']:.1f}, "
    )
    says += f"{area['lon_deg']:.1f}, within {area['semi_major_km']} by {area['semi_minor_km']} km "
    return wrapped(says + f"(95 %): {could}.", rest="  ")


def _space_lines(space: dict[str, Any]) -> list[str]:
    """Looks, geometry and track of one battery, where it had a window."""
    if space["window"] is None:
        return []
    looks, track = space["looks"], space["track"]
    says = f"time for {len(looks)} look{'' if len(looks) == 1 else 's'}"
    if looks:
        first = looks[0]
        says += f", the first at {first['alt_km']:.0f} km"
        if first["closing_mps"] is not None:
            says += (
                f" closing at {first['closing_mps'] / 1e3:.1f} km/s, {first['crossing_deg']:.0f} "
                "deg off head-on"
            )
    if track is not None:
        word = "good enough" if track["good_enough"] else "too poor"
        says += f"; track of {track['radar']} {track['position_sigma_m']:,.0f} m, {word}"
    return [wrapped(says + ".", "  ", "  ")]


def _battery_lines(battery: dict[str, Any]) -> list[str]:
    window = battery["window"]
    can = "no window"
    if window is not None:
        can = f"could launch {clock(window['opens_s']).strip()} to "
        can += clock(window["closes_s"]).strip()
    lines = [f"{battery['battery']} ({battery['system']}; {can}): {battery['text']}."]
    lines += _space_lines(battery["battlespace"])
    for step in battery["steps"]:
        again = ""
        if "until_s" in step:
            again = f" (and again until {clock(step['until_s']).strip()})"
        lines.append(f"  {clock(step['t_s'])}  {step['text']}{again}")
    return lines
