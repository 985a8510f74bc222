"""What people write after an option: quantities with units, and places.

On a command line a quantity may do without its space ("400km"), which a shell makes awkward.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from keepout.cli.columns import Column, read
from keepout.errors import InputError, Problem

if TYPE_CHECKING:
    from keepout.records.place import Place


NEAR_M = 5000.0
"""Radius about a place that is not in the catalogue."""

F = TypeVar("F", bound=Callable[..., Any])
Judge = Callable[[set[str], dict[str, Any]], list[Problem]]

WIND = (
    Column("height", "length", "m", ("height", "alt", "altitude", "h", "z")),
    Column("wind towards north", "speed", "m/s", ("north", "northward", "n", "v")),
    Column("wind towards east", "speed", "m/s", ("east", "eastward", "e", "u")),
)


class Quantity(click.ParamType):  # type: ignore[type-arg]
    """A quantity such as "400 km", in SI; with ``bare``, a number in a unit of its own too."""

    name = "quantity"

    def __init__(self, dimension: str, bare: str = "") -> None:
        self.dimension = dimension
        self.bare = bare

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """The number in SI; a usage error says what to write instead."""
        import math

        from keepout import units

        if isinstance(value, float):
            return value
        try:
            if self.bare and units.LONE_NUMBER.fullmatch(value):
                number = units.si(float(value), self.bare)
                if math.isinf(number):
                    raise units.QuantityError("number", f'"{value[:40]}" is too large a number')
                return number
            joined = units.NO_SPACE.fullmatch(value)
            return units.parse(" ".join(joined.groups()) if joined else value, self.dimension)
        except units.QuantityError as error:
            self.fail(str(error), param, ctx)


class AllAtOnce(click.Command):
    """A command whose bad values are reported together, not only the first of them.

    ``judge(written, values)`` adds what is wrong with values that can be read but make no sense,
    where others cannot be read: ``written`` names the options that stood there.
    """

    def __init__(self, *args: Any, judge: Judge | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.judge = judge

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; if that fails, every option is tried on its own."""
        kept = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as first:
            problems = self._problems(ctx, kept)
            if len(problems) < 2:
                raise
            raise InputError(problems) from first

    def _problems(self, ctx: click.Context, args: list[str]) -> list[Problem]:
        """What is wrong with each option; nothing if not even the options can be told apart."""
        try:
            given, _, _ = self.make_parser(ctx).parse_args(args)
        except click.UsageError:
            return []
        found: list[Problem] = []
        written, values = set(), {}
        for param in self.get_params(ctx):
            name = param.name or ""
            try:
                value, _ = param.handle_parse_result(ctx, given, [])
                if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE:
                    values[name] = value
            except click.UsageError as error:
                found.append(
                    Problem(
                        "usage", error.format_message(), path=param.opts[0],
                        help=f"see `{ctx.command_path} --help`",
                    )
                )  # fmt: skip
            except click.exceptions.Exit:
                continue
            finally:
                if ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE:
                    written.add(name)
        return found + (self.judge(written, values) if self.judge else [])


class Figure(click.ParamType):  # type: ignore[type-arg]
    """A published figure such as "2111.5 km" or "47 min 12 s", with half of its last digit.

    The pair (value, half of the unit it is rounded to) in SI. An integer of three digits or more
    that ends in 0 counts as rounded to ten; times are read with ``parts``.
    """

    name = "quantity"

    def __init__(self, dimension: str, parts: bool = False) -> None:
        self.dimension = dimension
        self.parts = parts

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, float]:
        """Value and half width; a usage error says what to write instead."""
        import re

        from keepout import units

        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        part = rf"({units.NUMBER}) ?([A-Za-z]+)"
        pieces = [value]
        whole = re.fullmatch(rf"{part}(?: {part})*" if self.parts else part, value[:60])
        if whole is not None:
            pieces = [" ".join(found) for found in re.findall(part, value)]
        try:
            total = sum(units.parse(piece, self.dimension) for piece in pieces)
        except units.QuantityError as error:
            self.fail(str(error), param, ctx)
        digits, unit = pieces[-1].split(" ")
        mantissa, _, power = digits.lower().partition("e")
        _, point, decimals = mantissa.partition(".")
        last = 10.0 ** max(-300, min(300, int(power or 0) - len(decimals)))
        if not self.parts and not point and len(mantissa) >= 3 and mantissa.endswith("0"):
            last *= 10.0
        return total, 0.5 * units.si(last, unit)


class PlaceName(click.ParamType):  # type: ignore[type-arg]
    """A place of the catalogue by its id, or LAT,LON in degrees."""

    name = "place"

    def convert(self, value: Any, param: Any, ctx: Any) -> Place:
        """The place; a usage error if there is none such."""
        from keepout.errors import InputError
        from keepout.records.place import Place

        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        if "," in value:
            return self._written(value, param, ctx)
        import math

        from keepout.catalogue.read import entry

        try:
            found = entry(value, "place")
        except InputError as error:
            problem = error.problems[0]
            self.fail("; ".join(filter(None, (problem.message, problem.help))), param, ctx)
        lat_deg, lon_deg = (math.degrees(found.number(name).si) for name in ("lat", "lon"))
        return Place(lat_deg=lat_deg, lon_deg=lon_deg)

    def _written(self, value: str, param: Any, ctx: Any) -> Place:
        """LAT,LON."""
        from keepout.records.place import Place

        try:
            lat_deg, lon_deg = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no place: write LAT,LON in degrees, or an id", param, ctx)
        if not abs(lat_deg) <= 90.0:
            self.fail(
                f"latitude {lat_deg:g} does not lie in -90 to 90 deg; are they swapped?", param, ctx
            )
        if not abs(lon_deg) <= 360.0:
            self.fail(f"longitude {lon_deg:g} does not lie in -360 to 360 deg", param, ctx)
        return Place(lat_deg=lat_deg, lon_deg=lon_deg)


class Circle(PlaceName):
    """A place of the catalogue with its radius, or LAT,LON with 5 km."""

    name = "place"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """(what was written, place, radius in metres)."""
        from keepout.catalogue.read import entry

        if not isinstance(value, str):
            return value
        place = super().convert(value, param, ctx)
        radius_m = NEAR_M if "," in value else entry(value, "place").number("radius").si
        return value, place, radius_m


class LegTo(PlaceName):
    """A way-point, and if it is said the speed and height of the leg to it.

    ``alone``: only the speed and height, of the leg to the aim.
    """

    name = "way-point"

    def __init__(self, alone: bool = False) -> None:
        self.alone = alone

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """A Waypoint."""
        from keepout.flight.route import Waypoint
        from keepout.records.place import Place

        if not isinstance(value, str):
            return value
        words = [word.strip() for word in value.split(";")]
        place = Place(lat_deg=0.0, lon_deg=0.0)
        if not self.alone:
            place = super().convert(words.pop(0), param, ctx)
        if len(words) not in ((2,) if self.alone else (0, 2)):
            form = "SPEED;HEIGHT" if self.alone else "PLACE or PLACE;SPEED;HEIGHT"
            self.fail(f"{value!r} is no {form}, as in 'tehran; 800 km/h; 50 m'", param, ctx)
        kinds = (Quantity("speed"), Quantity("length"))
        return Waypoint(place, *(kind.convert(w, param, ctx) for kind, w in zip(kinds, words)))


def wind_options(function: F) -> F:
    """The options --wind, --wind-north and --wind-east, for wind_rows."""
    speed = Quantity("speed", bare="m/s")
    for option in (
        click.option(
            "--wind", type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="File of lines HEIGHT,NORTH,EAST [m, m/s, m/s] or with units; straight between. "
            "A head such as alt_ft,east_mps,north_mps gives order and units.",
        ),
        click.option("--wind-east", type=speed, help="Towards east (from the west), all heights."),
        click.option("--wind-north", type=speed, help="Towards north, at all heights."),
    ):  # fmt: skip
        function = option(function)
    return function


def wind_rows(
    path: Path | None, north: float | None, east: float | None
) -> list[tuple[float, float, float]]:
    """Rows of height [m] and wind towards north and east [m/s]; none for still air."""
    if path is None:
        return [] if north is None and east is None else [(0.0, north or 0.0, east or 0.0)]
    if north is not None or east is not None:
        raise InputError.one("usage", "give --wind, or --wind-north and --wind-east, not both")
    return [(height, n, e) for height, n, e in read(path, WIND)]
