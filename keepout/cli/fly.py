"""``keepout fly``: one missile from one place to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.files import GeoJsonFile, PictureFile
from keepout.cli.given import AllAtOnce, Circle, LegTo, PlaceName, Quantity, wind_options, wind_rows
from keepout.cli.output import emit, json_option, say

if TYPE_CHECKING:
    from keepout.flight.fly import Flown
    from keepout.flight.route import Waypoint
    from keepout.records.trajectory import Trajectory

LOFTS = ("min-energy", "lofted", "depressed")


@dataclass(frozen=True)
class Solved:
    """A flight, and the rows and the lane it was made of."""

    missile: Any
    stages: Any
    flown: Flown
    flight: Trajectory


def _route_options(function: Callable[..., None]) -> Callable[..., None]:
    """Way-points of a cruise missile, and what is seen of any flight."""
    for option in (
        click.option(
            "--beside", multiple=True, metavar="ID",
            help="Another missile from and to the same places, in a table of times; repeatable.",
        ),
        click.option(
            "--radar", type=PlaceName(),
            help="Say when an antenna there, 20 m up, has it over the horizon; at the aim if not "
            "given.",
        ),
        click.option(
            "--last-leg", type=LegTo(alone=True), metavar="SPEED;HEIGHT",
            help="How a cruise missile flies the leg to the aim.",
        ),
        click.option(
            "--via", multiple=True, type=LegTo(), metavar="PLACE[;SPEED;HEIGHT]",
            help="Way-point of a cruise missile, and how it flies the leg there; repeatable.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def _piece_options(function: Callable[..., None]) -> Callable[..., None]:
    """What comes down, and where."""
    for option in (
        click.option(
            "--near", multiple=True, type=Circle(),
            help="Say how likely a piece falls in the circle of a place; 5 km about LAT,LON; "
            "repeatable.",
        ),
        click.option(
            "--intercept", type=Quantity("length"), metavar="HEIGHT",
            help="Fragments of an intercept at this height on the way down.",
        ),
        click.option(
            "--break-up", type=Quantity("length"), metavar="HEIGHT",
            help="Pieces of a body that the air breaks up at this height on the way down.",
        ),
        click.option(
            "--footprint", type=GeoJsonFile(), metavar="FILE",
            help="Write where stages and pieces come down as GeoJSON.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


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
    "--plot", type=PictureFile(), metavar="FILE",
    help="Draw height, ground track and speed into a .png, .svg or .pdf.",
)  # fmt: skip
@_route_options
@_piece_options
@wind_options
@json_option
def command(**given: Any) -> None:
    """Fly one missile of the catalogue to an aim point and say what the flight was like.

    Three degrees of freedom over the turning WGS 84 Earth, standard atmosphere, staged thrust,
    drag by Mach number. Stage data of most missiles are derived (grade D): see the catalogue.
    With wind the missile is aimed as in still air: the miss is what the wind does. A manoeuvring
    missile is shown beside its ballistic twin of the same boost. Cruise missiles and drones fly
    great circles at a given height; terrain is ignored.
    """
    from keepout.cli import flight_words as words

    solved = _solve(
        given["id_"], given["launch"], given["aim"], given["apogee"], given["time_s"],
        given["loft"], wind_rows(given["wind"], given["wind_north"], given["wind_east"]),
        given["via"], given["last_leg"],
    )  # fmt: skip
    data = words.record(solved.flight)
    data |= words.twin_record(solved.flight)
    data |= _sightings(solved.flight, given)
    pieces = _pieces(solved, given)
    if pieces:
        from keepout.cli.pieces import record as record_piece

        data["footprints"] = [record_piece(each, given["aim"], given["near"]) for each in pieces]
    if given["plot"] is not None:
        from keepout.cli.pictures import draw_flight

        draw_flight(solved.flight, pieces, given["plot"])
        say(f"drawn: {given['plot']}")
    emit(given["as_json"], data, lambda: words.text(given["id_"], data))


def _solve(
    id_: str, launch: Any, aim: Any, apogee: float | None, time_s: float | None,
    loft: str | None, wind: Sequence[tuple[float, float, float]] = (),
    via: Sequence[Waypoint] = (), last: Waypoint | None = None,
) -> Solved:  # fmt: skip
    """The flight; bad input where there is none."""
    from keepout.errors import FlightError, InputError
    from keepout.flight.fly import finish, solve
    from keepout.scenario.book import Book
    from keepout.scenario.rows import missile_rows

    if sum(given is not None for given in (apogee, time_s, loft)) > 1:
        raise click.UsageError("give one of --apogee, --time and --loft")
    if wind and (via or last):
        raise click.UsageError("wind and way-points do not go together")
    book = Book()
    name = book.entry("missile", id_).name
    missiles, stages = missile_rows(book, [id_])
    control, target = loft or "min-energy", float("nan")
    if apogee is not None:
        control, target = "apogee", apogee
    elif time_s is not None:
        control, target = "time", time_s
    try:
        flown = solve(
            missiles[0], stages, launch=launch, aim=aim, control=control, target=target,
            name=name, via=via, last=last,
        )  # fmt: skip
        flight = finish(name, missiles[0], stages, launch, aim, flown, wind)
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error
    return Solved(missiles[0], stages, flown, flight)


def _sightings(flight: Trajectory, given: dict[str, Any]) -> dict[str, Any]:
    """When the flight, and others beside it, come over a horizon, or are seen from space."""
    from keepout.cli.flight_words import from_space, sighting

    site = given["radar"] or given["aim"]
    found: dict[str, Any] = {
        "warning": sighting(flight, site), "launch_detection": from_space(flight),
    }  # fmt: skip

    def row(id_: str, flown: Trajectory) -> dict[str, Any]:
        told = {"missile": id_, "flight_time_s": flown.flight_s} | sighting(flown, site)
        return told | {"from_space_before_impact_s": from_space(flown)["before_impact_s"]}

    if given["beside"]:
        found["beside"] = [row(given["id_"], flight)]
        for id_ in given["beside"]:
            other = _solve(id_, given["launch"], given["aim"], None, None, None).flight
            found["beside"].append(row(id_, other))
    return found


def _pieces(solved: Solved, given: dict[str, Any]) -> list[Any]:
    """Footprints, if they were asked for; the file of them is written here."""
    wanted = (given["footprint"], given["break_up"], given["intercept"])
    if all(each is None for each in wanted) and not given["near"]:
        return []
    from keepout.cli.pieces import footprints_of, write_geojson
    from keepout.errors import FlightError, InputError

    try:
        pieces = footprints_of(solved, given)
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error
    if given["footprint"] is not None:
        write_geojson(pieces, given["footprint"])
        say(f"written: {given['footprint']}")
    return pieces
