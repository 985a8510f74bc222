"""``keepout fly``: one missile from one place to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.given import AllAtOnce, PlaceName, Quantity, wind_options, wind_rows
from keepout.cli.output import emit, json_option, say

if TYPE_CHECKING:
    from keepout.records.trajectory import Trajectory

LOFTS = ("min-energy", "lofted", "depressed")


@click.command(cls=AllAtOnce)
@click.option("--missile", "id_", required=True, metavar="ID", help="A missile of the catalogue.")
@click.option(
    "--from", "launch", required=True, type=PlaceName(), help="Launch: a place's id, or LAT,LON."
)
@click.option("--to", "aim", required=True, type=PlaceName(), help="Aim: an id, or LAT,LON.")
@click.option("--apogee", type=Quantity("length"), help='Fly this high, as in "400 km".')
@click.option("--time", "time_s", type=Quantity("time"), help='Fly this long, as in "11 min".')
@click.option(
    "--loft", type=click.Choice(LOFTS),
    help="The shortest burn (default), or the highest or lowest flight of the full burn.",
)  # fmt: skip
@click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False),
    help="Draw height over ground range into this file.",
)  # fmt: skip
@wind_options
@json_option
def command(
    id_: str, launch: Any, aim: Any, apogee: float | None, time_s: float | None,
    loft: str | None, plot: Path | None, wind: Path | None, wind_north: float | None,
    wind_east: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Fly one missile of the catalogue to an aim point and say what the flight was like.

    Three degrees of freedom over the turning WGS 84 Earth, standard atmosphere, staged thrust,
    drag by Mach number. Stage data of most missiles are derived (grade D): see the catalogue.
    With wind the missile is aimed as in still air: the miss is what the wind does.
    """
    flight = _fly(id_, launch, aim, apogee, time_s, loft, wind_rows(wind, wind_north, wind_east))
    if plot is not None:
        _draw(flight, plot)
        say(f"drawn: {plot}")
    data = record(flight)
    emit(as_json, data, lambda: _text(id_, data))


def _fly(
    id_: str, launch: Any, aim: Any, apogee: float | None, time_s: float | None,
    loft: str | None, wind: Sequence[tuple[float, float, float]] = (),
) -> Trajectory:  # fmt: skip
    """The flight; bad input where there is none."""
    from keepout.errors import FlightError, InputError
    from keepout.flight.fly import fly
    from keepout.scenario.book import Book
    from keepout.scenario.rows import missile_rows

    if sum(given is not None for given in (apogee, time_s, loft)) > 1:
        raise click.UsageError("give one of --apogee, --time and --loft")
    book = Book()
    name = book.entry("missile", id_).name
    missiles, stages = missile_rows(book, [id_])
    control, target = loft or "min-energy", float("nan")
    if apogee is not None:
        control, target = "apogee", apogee
    elif time_s is not None:
        control, target = "time", time_s
    try:
        return fly(
            missiles[0], stages, launch=launch, aim=aim, control=control, target=target,
            name=name, wind=wind,
        )  # fmt: skip
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error


def record(flight: Trajectory) -> dict[str, Any]:
    """The fields of the JSON contract."""
    import math

    return {
        "flight_time_s": flight.flight_s,
        "range_km": flight.range_m / 1e3,
        "apogee_km": flight.apogee_m / 1e3,
        "burnout": {
            "t_s": flight.burnout_s,
            "alt_km": flight.burnout_alt_m / 1e3,
            "speed_mps": flight.burnout_speed_mps,
        },
        "impact": {
            "lat_deg": flight.impact_lat_deg,
            "lon_deg": flight.impact_lon_deg,
            "speed_mps": flight.impact_speed_mps,
            "angle_deg": math.degrees(flight.impact_angle_rad),
        },
        "miss_m": flight.miss_m,
    }


def _text(id_: str, data: dict[str, Any]) -> str:
    """The same for people."""
    burnout, impact = data["burnout"], data["impact"]
    minutes, seconds = divmod(round(data["flight_time_s"]), 60)
    lasted = (
        f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {seconds} s"
    )
    lines = [f"{id_}: {data['range_km']:,.0f} km in {lasted}, apogee {data['apogee_km']:,.1f} km"]
    if burnout["t_s"] < data["flight_time_s"]:  # a cruise missile burns to the end
        lines.append(
            f"  burnout after {burnout['t_s']:.1f} s, {burnout['alt_km']:.1f} km up, at "
            f"{burnout['speed_mps']:,.0f} m/s over the ground"
        )
    lines.append(
        f"  impact at {impact['lat_deg']:.3f}, {impact['lon_deg']:.3f} deg with "
        f"{impact['speed_mps']:,.0f} m/s, {impact['angle_deg']:.0f} deg below the horizon; "
        f"{data['miss_m']:.1f} m from the aim"
    )
    return "\n".join(lines)


def _draw(flight: Trajectory, path: Path) -> None:
    """Height over ground range."""
    import matplotlib as mpl
    import numpy as np

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    from keepout.earth.geodesy import great_circle_m, place_of

    places = [place_of(r) for r in flight.r_ecef_m[::4]]
    along_km = np.array([great_circle_m(places[0], place) for place in places]) / 1e3
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    axes.plot(along_km, [place.alt_m / 1e3 for place in places])
    axes.set(xlabel="ground range [km]", ylabel="height [km]", title=flight.name, ylim=(0, None))
    axes.grid(alpha=0.3)
    try:
        figure.savefig(path)
    except ValueError as error:  # a format that matplotlib does not write
        raise click.BadParameter(str(error), param_hint="--plot") from error
    finally:
        plt.close(figure)
