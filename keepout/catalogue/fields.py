"""Which fields each kind of entry has: the closed tables the reader checks against."""

from __future__ import annotations

import re
from typing import NamedTuple

TEXT = "text"
"""Dimension of a field whose value is a name."""

DRAG_LAWS = (
    "constant", "v2", "large-liquid", "large-solid", "cone", "g1", "g6", "g7", "ingalls",
)  # fmt: skip
"""Names of the drag laws, in the order of the codes in records/missile.py."""

FLUCTUATIONS = ("swerling-1", "swerling-0", "swerling-2", "swerling-3", "swerling-4")
"""Swerling's cases, in the order of the codes in records/missile.py."""

MISSILE_KINDS = ("ballistic", "manoeuvring", "cruise")
MANOEUVRES = ("none", "pull-up", "glide", "weave", "dive")
ZONES = ("base", "city", "open")
ROLES = ("asset", "launch-area")
YES_NO = ("yes", "no")


class Field(NamedTuple):
    """A field: its dimension, what it means, and what is asked of it.

    ``dimension`` is one of units.py, "" for a pure number or TEXT; ``choices`` limits a
    text; ``refers`` names the kind of entry a text must name; ``exact`` numbers (counts
    that are design choices, coordinates) need no range.
    """

    dimension: str
    meaning: str
    required: bool = True
    choices: tuple[str, ...] = ()
    refers: str = ""
    exact: bool = False


def _optional(field: Field) -> Field:
    return field._replace(required=False)


MISSILE: dict[str, Field] = {
    "kind": Field(TEXT, "how it flies", choices=MISSILE_KINDS),
    "launch_mass": Field("mass", "whole missile at launch, as published"),
    "length": Field("length", "whole missile"),
    "body_diameter": Field("length", "of the first stage; reference area of the drag"),
    "payload": Field("mass", "the re-entry vehicle, or the warhead of a cruise missile"),
    "shroud": _optional(Field("mass", "dropped before re-entry")),
    "shroud_time": _optional(
        Field("time", "launch to the drop of the shroud; with the first stage if not given")
    ),
    "range": Field("length", "greatest range, as published"),
    "cep": Field("length", "circular error probable at the aim"),
    "rcs": Field("area", "radar cross-section of the re-entry vehicle, nose-on"),
    "body_rcs": Field("area", "radar cross-section of the whole missile, nose-on"),
    "rcs_side": _optional(
        Field("area", "radar cross-section of the re-entry vehicle from abeam; else as nose-on")
    ),
    "body_rcs_side": _optional(
        Field("area", "radar cross-section of the whole missile from abeam; else as nose-on")
    ),
    "fluctuation": _optional(
        Field(
            TEXT, "how the cross-section fluctuates; swerling-1 if not given", choices=FLUCTUATIONS
        )
    ),
    "cost_usd": Field("money", "one missile"),
}

BALLISTIC: dict[str, Field] = {
    "rv_diameter": Field("length", "base of the re-entry vehicle"),
    "ballistic_coefficient": _optional(
        Field(
            "mass per area",
            "mass / (Cd A) of the re-entry vehicle at the drag law's Mach 8 value; from payload, "
            "rv_diameter and rv_drag_law if not given",
        )
    ),
    "rv_drag_law": Field(TEXT, "drag law of the re-entry vehicle", choices=DRAG_LAWS),
    "separates": Field(TEXT, "does the warhead leave the last stage", choices=YES_NO),
    "manoeuvre": Field(TEXT, "canned manoeuvre of the re-entry vehicle", choices=MANOEUVRES),
    "manoeuvre_strength": _optional(Field("acceleration", "limit of the side acceleration")),
    "manoeuvre_top": _optional(Field("length", "no manoeuvre above this height")),
    "lift_to_drag": _optional(Field("", "of the re-entry vehicle")),
}
"""Further fields of a missile that is not a cruise missile."""

CRUISE: dict[str, Field] = {
    "cruise_speed": Field("speed", "over the ground"),
    "cruise_altitude": Field("length", "height of flight"),
}
"""Further fields of a cruise missile or drone."""

STAGE: dict[str, Field] = {
    "propellant": Field("mass", "burnt"),
    "dry": Field("mass", "dropped at separation"),
    "thrust_vacuum": Field("force", "in vacuum"),
    "thrust_sea_level": Field("force", "at sea level"),
    "burn": Field("time", "ignition to burnout"),
    "coast": _optional(Field("time", "burnout to the next ignition; 0 s if not given")),
    "diameter": _optional(Field("length", "body_diameter if not given")),
    "drag_law": Field(TEXT, "of the stack while the stage burns", choices=DRAG_LAWS),
    "spent_ballistic_coefficient": Field("mass per area", "of the empty stage, tumbling"),
}
"""Fields of stage N of a missile, written ``stage_N_NAME``; stages count from 1."""

STAGE_NAME = re.compile(r"stage_([1-9])_([a-z_]+)")

INTERCEPTOR: dict[str, Field] = {
    "mass": Field("mass", "at launch"),
    "propellant": Field("mass", "of the single stage that stands for all stages"),
    "thrust": Field("force", "of that stage"),
    "burn": Field("time", "of that stage"),
    "diameter": Field("length", "reference area of the drag"),
    "drag_law": Field(TEXT, "of the interceptor", choices=DRAG_LAWS),
    "kill_mechanism": Field(TEXT, "how it kills", choices=("hit-to-kill", "blast-fragment")),
    "floor": Field("length", "lowest intercept"),
    "cruise_floor": _optional(
        Field("length", "lowest intercept of a cruise missile or drone; not given: engages none")
    ),
    "length": _optional(Field("length", "whole interceptor")),
    "ceiling": Field("length", "highest intercept"),
    "reach": Field("length", "greatest ground range to the intercept"),
    "burnout_speed": Field("speed", "as published; the flyout is compared with it"),
    "max_flight_time": Field("time", "launch to the latest intercept"),
    "cost_usd": Field("money", "one round"),
    "sspk": _optional(
        Field("", "kill probability per shot, given launched, right object, inside the envelope")
    ),
}

RADAR: dict[str, Field] = {
    "average_power": Field("power", "transmitted, averaged over pulses"),
    "aperture": Field("area", "of the antenna"),
    "efficiency": Field("", "of the aperture"),
    "frequency": Field("frequency", "centre of the band"),
    "noise_temperature": Field("temperature", "of the system"),
    "loss": Field("ratio", "all losses together"),
    "dwell": Field("time", "coherent dwell on one beam position"),
    "revisit": Field("time", "between looks at one object"),
    "false_alarm_probability": Field("", "per look"),
    "azimuth_half": Field("angle", "half the field of regard; 180 deg is all round"),
    "elevation_min": Field("angle", "lower edge of the field of regard"),
    "elevation_max": Field("angle", "upper edge of the field of regard"),
    "range_max": Field("length", "instrumented range"),
    "beamwidth": Field("angle", "one-way, half power"),
    "bandwidth": Field("frequency", "of the tracking waveform"),
    "range_bias": Field("length", "one sigma, constant through a raid"),
    "angle_bias": Field("angle", "one sigma, constant through a raid"),
    "confirm_looks": Field("", "detections that make a track"),
    "pulses": _optional(
        Field("", "parts of a dwell that are added without their phase; 1 if not given: coherent")
    ),
    "track_snr": _optional(
        Field(
            "ratio",
            "signal-to-noise ratio to which looks at tracked objects are shortened; if not given, "
            "every look lasts the whole dwell",
        )
    ),
    "search_share": _optional(
        Field(
            "",
            "share of its time for the search; if not given, whatever rises is looked at at once",
        )
    ),
    "search_dwell": _optional(
        Field("time", "on one beam position of the search; dwell if not given")
    ),
    "search_elevation_min": _optional(
        Field("angle", "lower edge of what is searched; elevation_min if not given")
    ),
    "search_elevation_max": _optional(
        Field("angle", "upper edge of what is searched; elevation_max if not given")
    ),
}

BATTERY: dict[str, Field] = {
    "launchers": Field("", "in the battery"),
    "rounds_per_launcher": Field("", "ready to fire"),
    "crew": Field("", "soldiers"),
    "cost_usd": Field("money", "the battery; what counts in it differs by source"),
    "reload_time": Field("time", "of one launcher, when resupply rounds are there"),
    "emplacement_time": _optional(
        Field("time", "from arriving to being ready to fire; not given: it does not move on land")
    ),
    "channels": Field("", "threats engaged at once"),
    "launch_interval": Field("time", "between two launches of the battery"),
    "assessment": Field("time", "from intercept to knowing its result"),
    "track_before_firing": Field("time", "firm track wanted before the first shot"),
    "track_quality": Field("length", "largest one-sigma position error to fire at"),
    "interceptor": Field(TEXT, "the round it fires", refers="interceptor"),
    "radar": _optional(
        Field(TEXT, "the radar it brings; not given: it fires on tracks of others", refers="radar")
    ),
}

PLACE: dict[str, Field] = {
    "role": Field(TEXT, "what it is in a scenario", choices=ROLES),
    "lat": Field("angle", "geodetic latitude", exact=True),
    "lon": Field("angle", "geodetic longitude", exact=True),
    "radius": Field("length", "an impact inside counts as there; launches come from inside"),
}

ASSET: dict[str, Field] = {
    "zone": Field(TEXT, "how the ground around is used", choices=ZONES),
}
"""Further fields of a place whose role is asset."""

FOLDERS = {
    "missile": "missiles",
    "interceptor": "interceptors",
    "radar": "radars",
    "battery": "batteries",
    "place": "places",
}
"""Kinds of entries, and the folder each lives in."""

TABLES = {
    "missile": MISSILE,
    "interceptor": INTERCEPTOR,
    "radar": RADAR,
    "battery": BATTERY,
    "place": PLACE,
}


def fields_of(kind: str, given: dict[str, str]) -> dict[str, Field]:
    """The table for one entry; ``given`` maps its text fields to their values.

    What a missile must say depends on how it flies and how many stages it names.
    """
    table = dict(TABLES[kind])
    if kind == "place" and given.get("role", "asset") == "asset":
        table |= ASSET
    if kind == "missile":
        table |= CRUISE if given.get("kind") == "cruise" else BALLISTIC
    return table


def stage_fields(stages: int) -> dict[str, Field]:
    """The table of ``stage_1_…`` to ``stage_N_…``."""
    return {
        f"stage_{n}_{name}": field for n in range(1, stages + 1) for name, field in STAGE.items()
    }
