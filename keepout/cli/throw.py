"""``keepout throw``: one unpowered body, after some time or at the ground."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from keepout.cli.columns import Column, read
from keepout.cli.files import PictureFile
from keepout.cli.given import AllAtOnce, Quantity, wind_options, wind_rows
from keepout.cli.output import emit, json_option, say
from keepout.errors import InputError, Problem

DEGREES = Quantity("angle", bare="deg")
SPEED = Quantity("speed", bare="m/s")
LENGTH = Quantity("length", bare="m")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

DRAG = (
    Column("Mach number", "", "", ("mach", "m")),
    Column("drag coefficient", "", "", ("cd", "drag", "coefficient")),
)

T = TypeVar("T")
Table = list[tuple[float, float]]
Winds = list[tuple[float, float, float]]


@click.command(cls=AllAtOnce)
@click.option("--lat", required=True, type=DEGREES, help="Latitude of the start.")
@click.option("--lon", required=True, type=DEGREES, help="Longitude of the start.")
@click.option("--alt", required=True, type=LENGTH, help="Height of the start over the surface.")
@click.option("--speed", required=True, type=SPEED, help="Over the ground.")
@click.option("--azimuth", required=True, type=DEGREES, help="Clockwise from north.")
@click.option("--elevation", required=True, type=DEGREES, help="Over the local horizon.")
@click.option("--beta", type=Quantity("mass per area", bare="kg/m2"), help="mass / (Cd A).")
@click.option("--mass", type=Quantity("mass", bare="kg"), help="Instead of --beta.")
@click.option("--area", type=Quantity("area", bare="m2"), help="Reference area, with --mass.")
@click.option("--cd", type=float, help="Drag coefficient, with --mass; 0 for no drag.")
@click.option(
    "--cd-table", type=FILE,
    help="Instead of --cd: file of lines MACH,CD, straight between them, held beyond the ends.",
)  # fmt: skip
@click.option(
    "--seconds", type=Quantity("time", bare="s"), help="Stop then; else when it has landed."
)
@click.option(
    "--earth", type=click.Choice(("wgs84", "sphere", "sphere-still")), default="wgs84",
    show_default=True, help="Ellipsoid with J2, or a sphere; sphere-still does not turn.",
)  # fmt: skip
@click.option("--radius", type=LENGTH, help="Of a sphere; 6371008.8 m if not given.")
@click.option("--plot", type=PictureFile(), help="Draw height over range, time and speed.")
@wind_options
@json_option
def command(**given: Any) -> None:
    """Throw one unpowered body and say where it is after a time, or where it lands.

    Integrated to 1e-11 through the standard atmosphere of 1976, over the ground at height 0; the
    air turns with the Earth, and moves over the ground with the wind. Numbers without a unit are
    SI, angles degrees.
    """
    thrown = _throw(given)
    data = {
        "t_s": thrown.t_s,
        "lat_deg": thrown.place.lat_deg,
        "lon_deg": thrown.place.lon_deg,
        "alt_m": thrown.place.alt_m,
        "speed_mps": thrown.speed_mps,
        "landed": thrown.landed,
    }
    if given["plot"] is not None:
        from keepout.cli.pictures import draw_throw

        draw_throw(thrown, given["plot"])
        say(f"drawn: {given['plot']}")
    emit(given["as_json"], data, lambda: _text(data))


def _throw(given: dict[str, Any]) -> Any:
    """The thrown body; bad input, all of it at once, where it cannot be thrown."""
    from keepout.earth.geodesy import MEAN_RADIUS_M
    from keepout.errors import FlightError
    from keepout.flight.throw import Body, World, faults, throw
    from keepout.records.place import Place

    problems: list[Problem] = _clashes(given)
    table: Table = _kept(problems, lambda: _drag(given["cd_table"]), [])
    winds = (given["wind"], given["wind_north"], given["wind_east"])
    wind: Winds = _kept(problems, lambda: wind_rows(*winds), [])
    beta = _kept(problems, lambda: _beta(given), 1.0)
    radius = given["radius"] if given["radius"] is not None else MEAN_RADIUS_M
    start = Place(
        lat_deg=math.degrees(given["lat"]), lon_deg=math.degrees(given["lon"]), alt_m=given["alt"]
    )
    way = (given["speed"], given["azimuth"], given["elevation"])
    earth = given["earth"] if given["radius"] is None or given["earth"] != "wgs84" else "sphere"
    wrong = faults(
        World(earth, radius, tuple(wind)), Body(beta, table=tuple(table)), start, *way,
        given["seconds"],
    )  # fmt: skip
    problems += [Problem("flight", message) for message in wrong]
    if problems:
        raise InputError(problems)
    try:
        return throw(
            start,
            speed_mps=way[0],
            azimuth_rad=way[1],
            elevation_rad=way[2],
            beta_kgpm2=beta,
            seconds=given["seconds"],
            earth=earth,
            radius_m=radius,
            wind=wind,
            cd_table=table,
            points=200 if given["plot"] is not None else 0,
        )
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error


def _kept(problems: list[Problem], make: Callable[[], T], otherwise: T) -> T:
    """What ``make`` makes; its problems are added to the others, and a stand-in is given back."""
    try:
        return make()
    except InputError as error:
        problems.extend(error.problems)
        return otherwise


def _clashes(given: dict[str, Any]) -> list[Problem]:
    """Options that contradict each other or are missing."""
    has = {name for name, value in given.items() if value is not None}
    found = []
    if given["beta"] is not None and has & {"mass", "area", "cd", "cd_table"}:
        found.append("--beta says it all: leave out --mass, --area, --cd and --cd-table")
    if not has & {"beta", "mass", "area", "cd", "cd_table"}:
        found.append("give --beta, or --mass with --area and --cd")
    elif given["beta"] is None and not ({"mass", "area"} <= has and has & {"cd", "cd_table"}):
        found.append("--mass, --area and --cd (or --cd-table) belong together")
    if {"cd", "cd_table"} <= has:
        found.append("give --cd or --cd-table, not both")
    if "radius" in has and given["earth"] == "wgs84":
        found.append("--radius belongs to --earth sphere or sphere-still; wgs84 has its own shape")
    return [Problem("usage", text, help="see `keepout throw --help`") for text in found]


def _beta(given: dict[str, Any]) -> float:
    """Ballistic coefficient [kg/m2], or mass over area beside a table of drag; inf: no drag."""
    problems = []
    for name, unit in (("beta", "kg/m2"), ("mass", "kg"), ("area", "m2")):
        value = given[name]
        if value is not None and not value > 0.0:
            problems.append(Problem("flight", f"--{name} is {value:g} {unit}; it must be above 0"))
    cd = given["cd"]
    if cd is not None and not 0.0 <= cd <= 100.0:
        problems.append(Problem("flight", f"--cd is {cd:g}; it lies in 0 to 100"))
    if problems:
        raise InputError(problems)
    if given["beta"] is not None:
        return float(given["beta"])
    if given["mass"] is None or given["area"] is None:
        return 1.0  # said elsewhere
    per_area = float(given["mass"] / given["area"])
    if given["cd_table"] is not None or cd is None:
        return per_area
    return per_area / cd if cd > 0.0 else math.inf


def _drag(path: Path | None) -> Table:
    """Rows of Mach number and drag coefficient, or none."""
    return [] if path is None else [(mach, cd) for mach, cd in read(path, DRAG)]


def _text(data: dict[str, Any]) -> str:
    """The same for people."""
    done = "lands" if data["landed"] else "is"
    return (
        f"After {data['t_s']:.3f} s it {done} at {data['lat_deg']:.6f}, {data['lon_deg']:.6f} deg, "
        f"{data['alt_m']:,.3f} m high, with {data['speed_mps']:,.2f} m/s over the ground."
    )
