"""What people write after an option: quantities with units, and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from keepout.records.place import Place


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
