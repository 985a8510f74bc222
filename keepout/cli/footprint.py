"""``keepout footprint``: the ground that one battery defends against a missile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.files import GeoJsonFile, PictureFile
from keepout.cli.given import AllAtOnce, PlaceName, Quantity
from keepout.cli.names import scenarios
from keepout.cli.options import set_option
from keepout.cli.output import emit, json_option, say, table, wrapped


@click.command("footprint", cls=AllAtOnce)
@click.argument("scenario", shell_complete=scenarios)
@click.option("--battery", metavar="NAME", help="A battery of the scenario [its first].")
@click.option("--at", type=PlaceName(), help="Put the battery at a notional place instead.")
@click.option(
    "--missile", metavar="ID", help="A missile of the catalogue [that of the first raid]."
)
@click.option("--from", "start", type=PlaceName(), help="Where it starts [the first raid's area].")
@click.option("--azimuth", type=Quantity("angle", bare="deg"), metavar="ANGLE",
              help="Direction it comes from, seen from the battery; with --range.")  # fmt: skip
@click.option("--range", "range_m", type=Quantity("length"), metavar="LENGTH",
              help="Distance from launch to battery; with --azimuth.")  # fmt: skip
@click.option("--cue", type=Quantity("time"), metavar="TIME", default="30 s", show_default=True,
              help="With a cue: a track to launch on is there so long after burnout.")  # fmt: skip
@click.option("--keep-out", type=Quantity("length"), metavar="HEIGHT", default="0 km",
              help="No intercept below this height [the interceptor's floor].")  # fmt: skip
@click.option("--looks", type=int, default=2, show_default=True, metavar="N",
              help="Also ground with 2 (shoot-look-shoot) … N looks; 1: one shot.")  # fmt: skip
@click.option(
    "--step", type=Quantity("length"), metavar="LENGTH", help="Side of a cell of the map."
)
@set_option
@click.option("--plot", type=PictureFile(), metavar="FILE", help="The map, as PNG, SVG or PDF.")
@click.option("-o", "--out", type=GeoJsonFile(), metavar="FILE", help="Write it as GeoJSON.")
@json_option
def command(
    scenario: str, battery: str | None, at: Any, missile: str | None, start: Any,
    azimuth: float | None, range_m: float | None, cue: float, keep_out: float, looks: int,
    step: float | None, sets: tuple[str, ...], plot: Path | None, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """The ground that one battery of SCENARIO defends against a missile from one direction.

    For every cell of a map the missile is flown there, and it is reckoned when the battery could
    launch and how often it could shoot, wait for the result and shoot again: without a cue (its
    own radar), with the radars that the scenario shares, and with a cue from elsewhere. No kill
    probability enters. --set changes any assumption, such as the floor of an interceptor.
    """
    from keepout.studies import footprint as study

    found = study.footprint(
        scenario,
        study.Asked(battery, at, missile, start, azimuth, range_m, cue, keep_out, step, looks),
        sets,
    )
    if out is not None:
        write(out, study.geojson(found))
    if plot is not None:
        from keepout.cli.pictures import save
        from keepout.report.footprint import footprint_figure

        save(footprint_figure(found), plot)
        say(f"picture: {plot}")
    told = study.record(found)
    emit(as_json, told, lambda: text_of(told))


def write(path: Path, text: str) -> None:
    """Write a file; bad input where that cannot be done."""
    from keepout.errors import InputError

    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError.one("file", f"cannot write {path}: {why}", path="--out") from error
    say(f"footprint: {path}")


def text_of(told: dict[str, Any]) -> str:
    """The footprint for people."""
    head = (
        f"{told['battery']} ({told['system']}) against {told['missile']} from "
        f"{told['range_km']:,.0f} km (apogee {told['apogee_km']:.0f} km, "
        f"{told['flight_time_s']:.0f} s), intercepts from {told['floor_km']:g} to "
        f"{told['ceiling_km']:g} km."
    )
    lines = [wrapped(head)]
    if told["in_layer_s"] is not None:
        lines.append(
            f"A missile at the battery falls through that layer in {told['in_layer_s']:.1f} s."
        )
    rows = [
        (
            case["tracks"],
            *(f"{each['km2']:,.0f}" for each in case["looks"]),
            f"{max(each['grid_error_km2'] for each in case['looks']):,.0f}",
        )
        for case in told["cases"]
    ]
    count = len(told["cases"][0]["looks"])
    head_row = ("tracks", *(f"{n} look{'s' if n > 1 else ''}, km2" for n in range(1, count + 1)))
    lines += ["", table((*head_row, "± grid"), rows), ""]
    lines += [_case_text(name, each) for name, each in told["at_the_battery"].items()]
    lines += [wrapped(f"Note: {warning}.") for warning in told["warnings"]]
    return "\n".join(lines)


def _case_text(name: str, told: dict[str, Any]) -> str:
    """The battlespace at the battery in one sentence."""
    if told["window"] is None:
        return wrapped(f"At the battery, {name}: the missile never comes within reach.")
    ready = told["ready_s"]
    says = (
        "it never has a track to launch on" if ready is None else f"may launch from {ready:.0f} s"
    )
    looks = ", ".join(
        f"{look['launch_s']:.0f} s to {look['intercept_s']:.0f} s at {look['alt_km']:.0f} km"
        for look in told["looks"]
    )
    return wrapped(
        f"At the battery, {name}: window {told['window']['opens_s']:.0f} to "
        f"{told['latest_launch_s']:.0f} s after launch, {says}; looks: {looks or 'none'}.",
        rest="  ",
    )
