"""What ``keepout fly`` says of a flight: the JSON of the contract, and the same for people."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from keepout.cli.output import table, wrapped

if TYPE_CHECKING:
    from keepout.records.place import Place
    from keepout.records.trajectory import Trajectory


def record(flight: Trajectory) -> dict[str, Any]:
    """The fields of the JSON contract."""
    return {
        "flight_time_s": flight.flight_s,
        "range_km": flight.range_m / 1e3,
        "apogee_km": flight.apogee_m / 1e3,
        "burnout": {
            "t_s": flight.burnout_s,
            "alt_km": flight.burnout_alt_m / 1e3,
            "speed_mps": flight.burnout_speed_mps,
        },
        "impact": _impact(flight),
        "miss_m": flight.miss_m,
    }


def _impact(flight: Trajectory) -> dict[str, float]:
    return {
        "lat_deg": flight.impact_lat_deg,
        "lon_deg": flight.impact_lon_deg,
        "speed_mps": flight.impact_speed_mps,
        "angle_deg": math.degrees(flight.impact_angle_rad),
    }


def twin_record(flight: Trajectory) -> dict[str, Any]:
    """The ballistic twin of a manoeuvring missile, and the way of a cruise missile; else nothing.

    ``impact_from_aim_km`` is how far from the aim a defence looks that expects no manoeuvre.
    """
    if not math.isnan(flight.way_m):
        return {"way_km": flight.way_m / 1e3}
    twin = flight.twin
    if twin is None:
        return {}
    from keepout.earth.geodesy import great_circle_m
    from keepout.records.place import Place

    ends = [Place(lat_deg=f.impact_lat_deg, lon_deg=f.impact_lon_deg) for f in (flight, twin)]
    return {
        "ballistic_twin": {
            "flight_time_s": twin.flight_s,
            "range_km": twin.range_m / 1e3,
            "apogee_km": twin.apogee_m / 1e3,
            "impact": _impact(twin),
            "impact_from_aim_km": great_circle_m(*ends) / 1e3,
        }
    }


def sighting(flight: Trajectory, site: Place) -> dict[str, float]:
    """When a flight first comes over the horizon of a site."""
    from keepout.sensing.warning import MAST_M, warning

    seen = warning(flight, replace(site, alt_m=site.alt_m + MAST_M))
    return {
        "lat_deg": site.lat_deg,
        "lon_deg": site.lon_deg,
        "first_seen_s": seen.first_seen_s,
        "before_impact_s": seen.before_impact_s,
    }


def from_space(flight: Trajectory) -> dict[str, float | str]:
    """When its launch is known from space, with the delay that scenarios have by default."""
    from keepout.scenario.defence import LaunchDetection
    from keepout.sensing.warning import launch_detection

    delay_s = LaunchDetection().delay.least()
    seen = launch_detection(flight, delay_s)
    return {
        "delay_s": delay_s,
        "grade": "D",  # of the default: assumed by us
        "first_seen_s": seen.first_seen_s,
        "before_impact_s": seen.before_impact_s,
    }


def lasted(seconds: float) -> str:
    """A time as people say it."""
    if not math.isfinite(seconds):
        return "never"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def text(id_: str, data: dict[str, Any]) -> str:
    """A flight for people."""
    burnout, impact = data["burnout"], data["impact"]
    head = f"{id_}: {data['range_km']:,.0f} km in {lasted(data['flight_time_s'])}"
    lines = [f"{head}, apogee {data['apogee_km']:,.1f} km"]
    if "way_km" in data:
        lines.append(f"  {data['way_km']:,.0f} km along its way-points")
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
    lines += _twin_lines(data) + _seen_lines(data)
    if "footprints" in data:
        from keepout.cli.pieces import text as piece_lines

        for piece in data["footprints"]:
            lines += piece_lines(piece)
    return "\n".join(_folded(line) for line in lines)


def _folded(line: str) -> str:
    """A long line over several, the later ones further in; tables have lines of their own."""
    if "\n" in line or len(line) <= 96:
        return line
    margin = line[: len(line) - len(line.lstrip())]
    return wrapped(line.lstrip(), margin, margin + "  ")


def _twin_lines(data: dict[str, Any]) -> list[str]:
    """What the manoeuvre did: beside the same missile without it."""
    twin = data.get("ballistic_twin")
    if twin is None:
        return []
    later_s = twin["flight_time_s"] - data["flight_time_s"]
    line = (
        "  its ballistic twin, of the same mass and boost, comes down "
        f"{abs(later_s):.0f} s {'later' if later_s > 0.0 else 'earlier'}, "
        f"{twin['impact_from_aim_km']:,.1f} km from the aim, with "
        f"{twin['impact']['speed_mps']:,.0f} m/s at {twin['impact']['angle_deg']:.0f} deg"
    )
    return [line]


def _seen_lines(data: dict[str, Any]) -> list[str]:
    """First sight over a horizon."""
    seen = data["warning"]
    at = f"{seen['lat_deg']:.2f}, {seen['lon_deg']:.2f} deg"
    if math.isnan(seen["first_seen_s"]):
        lines = [f"  never over the horizon of an antenna at {at}"]
    else:
        lines = [f"  over the horizon of an antenna at {at} after {lasted(seen['first_seen_s'])},"]
        lines[0] += f" {lasted(seen['before_impact_s'])} before the impact"
    space = data["launch_detection"]
    if math.isnan(space["first_seen_s"]):
        lines.append("  its launch is not seen from space")
    else:
        lines.append(
            f"  its launch known from space after {lasted(space['first_seen_s'])} (assumed), "
            f"{lasted(space['before_impact_s'])} before the impact"
        )
    if "beside" in data:
        keys = ("flight_time_s", "first_seen_s", "before_impact_s", "from_space_before_impact_s")
        rows = [[row["missile"], *(lasted(row[key]) for key in keys)] for row in data["beside"]]
        head = ["missile", "flight", "first seen after", "warning", "from space"]
        lines += ["", table(head, rows)]
    return lines
