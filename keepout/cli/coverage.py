"""``keepout coverage``: where a radar of the catalogue sees, and how far by cross-section."""

from __future__ import annotations

import math
from typing import Any

import click

from keepout.cli.files import PictureFile
from keepout.cli.given import AllAtOnce, PlaceName, Quantity
from keepout.cli.output import emit, json_option, say, table

DIRECTIONS = 72
RCS_M2 = (0.001, 0.01, 0.1, 1.0, 10.0)


@click.command(cls=AllAtOnce)
@click.argument("radar", metavar="RADAR")
@click.option("--at", "site", required=True, type=PlaceName(), help="Where: an id, or LAT,LON.")
@click.option(
    "--facing", type=Quantity("angle"), default=0.0, help="Azimuth that it looks at; north."
)
@click.option(
    "--altitude", type=Quantity("length"), default=100e3, help="Height of the targets; 100 km."
)
@click.option(
    "--rcs", "rcs_m2", type=click.FloatRange(min=0.0, min_open=True), default=0.1, metavar="M2",
    help="Cross-section of the targets in m2; 0.1.",
)  # fmt: skip
@click.option(
    "--snr", type=click.FloatRange(min=0.0, min_open=True), default=20.0, metavar="RATIO",
    help="Signal-to-noise ratio that a look needs, as a power ratio; 20.",
)  # fmt: skip
@click.option(
    "--plot", type=PictureFile(), metavar="FILE", help="Draw both into a .png, .svg or .pdf."
)
@json_option
def command(
    radar: str, site: Any, facing: float, altitude: float, rcs_m2: float, snr: float, plot: Any,
    as_json: bool,
) -> None:  # fmt: skip
    """Say where a radar sees targets at a height, and how far by cross-section.

    One whole dwell has to reach the signal-to-noise ratio, above the horizon and inside the field
    of regard. A detection range means nothing without cross-section, ratio and dwell: all are
    stated. Search and other tracks cost a radar time, which is not counted here.
    """
    data = _data(radar, site, facing, altitude, rcs_m2, snr)
    if plot is not None:
        _draw(data, plot)
        say(f"drawn: {plot}")
    emit(as_json, data, lambda: _text(data))


def _data(
    id_: str, site: Any, facing: float, alt_m: float, rcs_m2: float, snr: float
) -> dict[str, Any]:
    """The JSON of the verb."""
    import numpy as np

    from keepout.earth.geodesy import ecef_m, enu_matrix
    from keepout.records.sensor import RADAR
    from keepout.scenario.book import Book
    from keepout.scenario.rows import fill_radar
    from keepout.sensing.coverage import area_m2, reach_m
    from keepout.sensing.radar import detection_range_m

    book = Book()
    name = book.entry("radar", id_).name
    row: Any = np.zeros(1, RADAR).view(np.recarray)[0]
    fill_radar(book, id_, row)
    row.track_snr, row.azimuth_rad = 0.0, facing % (2.0 * math.pi)
    row.r_ecef_m = ecef_m(site)
    row.to_enu = np.asarray(enu_matrix(math.radians(site.lat_deg), math.radians(site.lon_deg)))
    azimuths = [2.0 * math.pi * k / DIRECTIONS for k in range(DIRECTIONS)]
    ends = np.array([reach_m(row, site, az, alt_m, rcs_m2, snr) for az in azimuths])
    return {
        "radar": id_,
        "name": name,
        "lat_deg": site.lat_deg,
        "lon_deg": site.lon_deg,
        "facing_deg": math.degrees(facing),
        "altitude_km": alt_m / 1e3,
        "rcs_m2": rcs_m2,
        "snr": snr,
        "dwell_s": float(row.dwell_s),
        "energy_j": float(row.average_power_w * row.dwell_s),
        "area_km2": area_m2(ends[:, 0], ends[:, 1]) / 1e6,
        "directions": [
            {"azimuth_deg": math.degrees(az), "near_km": _km(near), "far_km": _km(far)}
            for az, (near, far) in zip(azimuths, ends)
        ],
        "ranges": [
            {"rcs_m2": each, "range_km": detection_range_m(row, each, snr) / 1e3} for each in RCS_M2
        ],
        "range_max_km": float(row.range_max_m) / 1e3,
    }


def _km(value_m: float) -> float | None:
    return None if math.isnan(value_m) else value_m / 1e3


def _text(data: dict[str, Any]) -> str:
    far = [each["far_km"] for each in data["directions"] if each["far_km"] is not None]
    head = f"{data['name']}: looks of {data['dwell_s']:g} s, {data['energy_j']:,.0f} J, at S/N "
    head += f"{data['snr']:g} on targets of {data['rcs_m2']:g} m2, {data['altitude_km']:g} km up"
    lines = [head]
    if far:
        lines.append(
            f"  covers {data['area_km2']:,.0f} km2, out to {max(far):,.0f} km over the ground"
        )
    else:
        lines.append("  covers nothing there")
    rows = [(f"{e['rcs_m2']:g} m2", f"{e['range_km']:,.0f} km") for e in data["ranges"]]
    lines += ["", "slant range straight ahead, whatever the horizon"]
    lines.append(table(("cross-section", "range"), rows))
    return "\n".join(lines)


def _outlines(directions: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Near and far edge (n, 2) [km east, north] of each run of neighbouring directions that see.

    The points are the directions computed, joined by straight lines; all round, the last is the
    first again.
    """
    import numpy as np

    seen = [each["far_km"] is not None for each in directions]
    n = len(directions)
    if all(seen):
        runs = [[*range(n), 0]]
    else:
        gap = seen.index(False)
        runs = [[]]
        for k in (each % n for each in range(gap + 1, gap + 1 + n)):
            if seen[k]:
                runs[-1].append(k)
            elif runs[-1]:
                runs.append([])
    found = []
    for run in filter(None, runs):
        az = np.radians([directions[k]["azimuth_deg"] for k in run])
        turn = np.column_stack([np.sin(az), np.cos(az)])
        near, far = (
            turn * np.array([directions[k][key] for k in run])[:, None]
            for key in ("near_km", "far_km")
        )
        found.append((near, far))
    return found


def _draw(data: dict[str, Any], path: Any) -> None:
    """The coverage on the map, and range against cross-section."""
    import numpy as np

    from keepout.cli.pictures import INK, MUTED, _figure, save

    figure = _figure(10.0, 4.8)
    plan, curve = figure.subplots(1, 2)
    for near, far in _outlines(data["directions"]):
        plan.plot(*far.T, color=INK, lw=1.6)
        plan.fill(*np.concatenate([far, near[::-1]]).T, color=INK, alpha=0.15, lw=0)
        if near.any():
            plan.plot(*near.T, color=INK, lw=1.6)
    plan.plot(0.0, 0.0, "^", color=INK)
    plan.set_aspect("equal")
    plan.set(xlabel="east of the radar [km]", ylabel="north of the radar [km]")
    plan.set_title(
        f"targets of {data['rcs_m2']:g} m2, {data['altitude_km']:g} km up, S/N {data['snr']:g}",
        fontsize=9,
    )
    plan.grid(alpha=0.3)
    rcs = np.logspace(-3, 1, 60)
    first = data["ranges"][0]
    curve.loglog(rcs, first["range_km"] * (rcs / first["rcs_m2"]) ** 0.25, color=INK)
    curve.axhline(data["range_max_km"], color=MUTED, lw=0.8, ls="--")
    curve.annotate("instrumented range", (1.2e-3, data["range_max_km"] * 1.03), fontsize=8)
    curve.set(xlabel="cross-section [m2]", ylabel="slant range straight ahead [km]")
    curve.set_title(f"looks of {data['dwell_s']:g} s, {data['energy_j']:,.0f} J", fontsize=9)
    curve.grid(alpha=0.3, which="both")
    figure.suptitle(data["name"])
    save(figure, path)
