"""``keepout throw``: one unpowered body, after some time or at the ground."""

from __future__ import annotations

import math
from typing import Any

import click

from keepout.cli.given import Quantity, wind_options, wind_rows
from keepout.cli.output import emit, json_option

DEGREES = Quantity("angle", bare="deg")
SPEED = Quantity("speed", bare="m/s")
LENGTH = Quantity("length", bare="m")


@click.command()
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
    "--seconds", type=Quantity("time", bare="s"), help="Stop then; else when it has landed."
)
@click.option(
    "--earth", type=click.Choice(("wgs84", "sphere", "sphere-still")), default="wgs84",
    show_default=True, help="Ellipsoid with J2, or a sphere; sphere-still does not turn.",
)  # fmt: skip
@click.option("--radius", type=LENGTH, help="Of a sphere; 6371008.8 m if not given.")
@wind_options
@json_option
def command(**given: Any) -> None:
    """Throw one unpowered body and say where it is after a time, or where it lands.

    Integrated to 1e-11 through the standard atmosphere of 1976. Numbers without a unit are SI,
    angles degrees.
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
    emit(given["as_json"], data, lambda: _text(data))


def _throw(given: dict[str, Any]) -> Any:
    """The thrown body; bad input where it cannot be thrown."""
    from keepout.earth.geodesy import MEAN_RADIUS_M
    from keepout.errors import FlightError, InputError
    from keepout.flight.throw import throw
    from keepout.records.place import Place

    if given["radius"] is not None and not given["radius"] > 0.0:
        raise click.UsageError("--radius must be above zero")
    if given["seconds"] is not None and not 0.0 <= given["seconds"] <= 1e6:
        raise click.UsageError("--seconds lies in 0 to 1,000,000")
    start = Place(
        lat_deg=math.degrees(given["lat"]), lon_deg=math.degrees(given["lon"]), alt_m=given["alt"]
    )
    try:
        return throw(
            start,
            speed_mps=given["speed"],
            azimuth_rad=given["azimuth"],
            elevation_rad=given["elevation"],
            beta_kgpm2=_beta(given["beta"], given["mass"], given["area"], given["cd"]),
            seconds=given["seconds"],
            earth=given["earth"],
            radius_m=given["radius"] or MEAN_RADIUS_M,
            wind=wind_rows(given["wind"], given["wind_north"], given["wind_east"]),
        )
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error


def _beta(beta: float | None, mass: float | None, area: float | None, cd: float | None) -> float:
    """Ballistic coefficient [kg/m2] from what was given; inf without drag."""
    parts = (mass, area, cd)
    if (beta is None) == (parts == (None, None, None)):
        raise click.UsageError("give --beta, or --mass with --area and --cd")
    if beta is not None:
        return beta
    if mass is None or area is None or cd is None:
        raise click.UsageError("--mass, --area and --cd belong together")
    if mass <= 0.0 or area <= 0.0 or cd < 0.0:
        raise click.UsageError("--mass and --area must be above zero, --cd not below")
    return mass / (cd * area) if cd > 0.0 else math.inf


def _text(data: dict[str, Any]) -> str:
    """The same for people."""
    done = "lands" if data["landed"] else "is"
    return (
        f"After {data['t_s']:.3f} s it {done} at {data['lat_deg']:.6f}, {data['lon_deg']:.6f} deg, "
        f"{data['alt_m']:,.3f} m high, with {data['speed_mps']:,.2f} m/s over the ground."
    )
