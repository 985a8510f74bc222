"""What people write after an option: quantities with units, and places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from keepout.records.place import Place

F = TypeVar("F", bound=Callable[..., Any])


class Quantity(click.ParamType):  # type: ignore[type-arg]
    """A quantity such as "400 km", in SI; with ``bare``, a number in a unit of its own too."""

    name = "quantity"

    def __init__(self, dimension: str, bare: str = "") -> None:
        self.dimension = dimension
        self.bare = bare

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """The number in SI; a usage error says what to write instead."""
        from keepout import units

        if isinstance(value, float):
            return value
        try:
            if self.bare and units.LONE_NUMBER.fullmatch(value):
                return units.si(float(value), self.bare)
            return units.parse(value, self.dimension)
        except units.QuantityError as error:
            self.fail(str(error), param, ctx)


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


def wind_options(function: F) -> F:
    """The options --wind, --wind-north and --wind-east, for wind_rows."""
    speed = Quantity("speed", bare="m/s")
    for option in (
        click.option(
            "--wind", type=click.Path(path_type=Path, exists=True, dir_okay=False),
            help="File of lines HEIGHT,NORTH,EAST [m, m/s, m/s], straight between them.",
        ),
        click.option("--wind-east", type=speed, help="Wind towards east, at all heights."),
        click.option("--wind-north", type=speed, help="Wind towards north, at all heights."),
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
        raise click.UsageError("give --wind, or --wind-north and --wind-east")
    if path.stat().st_size > 1_000_000:
        raise click.UsageError(f"{path} is larger than 1 MB")
    rows: list[tuple[float, float, float]] = []
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        words = line.split("#")[0].replace(",", " ").split()
        if not words:
            continue
        try:
            height, to_north, to_east = (float(word) for word in words)
        except ValueError:
            if not rows and number == 1:
                continue  # names of the columns
            raise click.UsageError(
                f"{path}:{number}: three numbers belong here: height, north, east"
            ) from None
        rows.append((height, to_north, to_east))
    if not rows:
        raise click.UsageError(f"{path} holds no wind")
    return rows
