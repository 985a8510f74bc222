"""``footprint``: the ground that one battery of a scenario defends, as plain data and GeoJSON."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.catalogue import read
from keepout.earth.geodesy import (
    MEAN_RADIUS_M,
    bearing_rad,
    ecef_m,
    great_circle_m,
    place_of,
)
from keepout.errors import FlightError, InputError, Problem
from keepout.intercept.window import window_kernel
from keepout.records.defence import WINDOW
from keepout.records.missile import CRUISE
from keepout.records.parameter import QUANTILES
from keepout.records.place import Place
from keepout.records.sensor import RADAR
from keepout.scenario.assemble import Assembly, assemble
from keepout.scenario.load import load
from keepout.scenario.loaded import Loaded
from keepout.scenario.rows import missile_rows
from keepout.studies.battlespace import battlespace
from keepout.studies.coverage import Coverage, Question, coverage
from keepout.units import format_si

CUE_S = 30.0
"""A cue from elsewhere: a track to launch on that long after the missile's burnout; D."""

OWN, SCENARIO, OUTSIDE = "own radar", "all radars", "outside"
"""Cases: tracks of the battery's own radar; also of radars that the scenario shares; a cue."""

NEAREST_M, FARTHEST_M = 50e3, 6000e3
LEAST_STEP_M, MOST_STEP_M = 1000.0, 50e3
MOST_LOOKS = 5


@dataclass(frozen=True)
class Asked:
    """What the command line asks; None for the scenario's own."""

    battery: str | None = None
    at: Place | None = None
    missile: str | None = None
    start: Place | None = None
    azimuth_rad: float | None = None
    range_m: float | None = None
    cue_s: float = CUE_S
    lowest_m: float = 0.0
    step_m: float | None = None
    looks: int = 2


@dataclass(frozen=True)
class Found:
    """A footprint with the words that belong to it."""

    battery: str
    system: str
    missile: str
    question: Question
    coverage: Coverage
    looks: int


def footprint(scenario: str, asked: Asked, settings: tuple[str, ...] = ()) -> Found:
    """The footprint of one battery of a scenario (a path or a shipped name).

    Raises InputError with everything that is wrong with the scenario and with what is asked.
    """
    loaded = load(scenario, settings)
    made = assemble(loaded)
    problems = _faults(loaded, asked)
    if problems:
        raise InputError(problems)
    names = [battery.name for battery in loaded.scenario.batteries]
    name = asked.battery or names[0]
    question, missile = _question(loaded, made, asked, names.index(name))
    try:
        found = coverage(question, asked.step_m)
    except FlightError as error:
        far = great_circle_m(question.launch, question.site)
        raise InputError.one(
            "flight", f"{missile} over {format_si(far, 'length', 4)}: {error}",
            path="--missile", help="another missile, or a launch nearer or farther",
        ) from error  # fmt: skip
    system = loaded.scenario.batteries[names.index(name)].type
    return Found(name, system, missile, question, found, asked.looks)


def _faults(loaded: Loaded, asked: Asked) -> list[Problem]:
    """Everything that is wrong with what is asked, at once."""
    found = [*_name_faults(loaded, asked), *_direction_faults(asked)]
    if asked.step_m is not None and not LEAST_STEP_M <= asked.step_m <= MOST_STEP_M:
        found.append(_problem("step", "a cell is 1 to 50 km wide", "--step"))
    if not 0.0 <= asked.cue_s <= 3600.0:
        found.append(_problem("cue", "a cue comes 0 s to 60 min after burnout", "--cue"))
    if not 1 <= asked.looks <= MOST_LOOKS:
        found.append(_problem("looks", f"looks are 1 to {MOST_LOOKS}", "--looks"))
    return found


def _problem(code: str, message: str, option: str, help: str = "") -> Problem:
    return Problem(code, message, path=option, help=help)


def _name_faults(loaded: Loaded, asked: Asked) -> list[Problem]:
    """Batteries and missiles that are not there."""
    found = []
    names = [battery.name for battery in loaded.scenario.batteries]
    if not names:
        found.append(_problem("no-battery", "the scenario has no battery", "SCENARIO"))
    elif asked.battery is not None and asked.battery not in names:
        found.append(
            _problem(
                "unknown-battery", f'no battery is called "{asked.battery}"', "--battery",
                f"there is: {', '.join(names)}",
            )
        )  # fmt: skip
    if asked.missile is not None and asked.missile not in read.ids("missile"):
        found.append(
            _problem(
                "unknown-missile", f'the catalogue has no missile called "{asked.missile}"',
                "--missile", f"there is: {', '.join(read.ids('missile'))}",
            )
        )  # fmt: skip
    elif asked.missile is not None and read.entry(asked.missile).text("kind") == "cruise":
        found.append(
            _problem(
                "cruise", f"{asked.missile} cruises: a footprint is for what falls", "--missile",
                "choose a ballistic or manoeuvring missile",
            )
        )  # fmt: skip
    return found


def _direction_faults(asked: Asked) -> list[Problem]:
    """A launch place, or azimuth and range; not both, not half."""
    found = []
    half = (asked.azimuth_rad is None) != (asked.range_m is None)
    if half:
        found.append(
            _problem("direction", "give --azimuth and --range together", "--azimuth",
                     "or --from PLACE")
        )  # fmt: skip
    if asked.start is not None and (asked.azimuth_rad is not None or asked.range_m is not None):
        found.append(
            _problem("direction", "give --from, or --azimuth and --range, not both", "--from")
        )
    if asked.range_m is not None and not NEAREST_M <= asked.range_m <= FARTHEST_M:
        found.append(_problem("range", "the range is 50 to 6,000 km", "--range"))
    return found


def _question(loaded: Loaded, made: Assembly, asked: Asked, b: int) -> tuple[Question, str]:
    """The question about the battery in row b, and the missile's id."""
    row, layers = made.layers.battery[b], made.layers
    site = asked.at or place_of(row.r_ecef_m)
    site = Place(lat_deg=site.lat_deg, lon_deg=site.lon_deg)
    missile = asked.missile or next(iter(loaded.scenario.raids[0].missile.mix))
    missiles, stages = missile_rows(made.book, [missile])
    if missiles[0].kind == CRUISE:
        raise InputError.one(
            "cruise", f"{missile} cruises: a footprint is for what falls", path="--missile",
            help="choose a ballistic or manoeuvring missile with --missile",
        )  # fmt: skip
    launch = _launch(made, asked, site)
    interceptor = layers.interceptor[row.interceptor]
    if asked.lowest_m >= interceptor.ceiling_m:
        raise InputError.one(
            "keep-out", "the keep-out altitude is above the interceptor's ceiling",
            path="--keep-out", help=f"below {interceptor.ceiling_m / 1e3:.0f} km",
        )  # fmt: skip
    middle = made.quantile[:, QUANTILES // 2]
    return Question(
        site=site, interceptor=interceptor, missile=missiles[0], stages=stages, launch=launch,
        radars=_radars(layers.radar, b, asked, site, launch), cue_s=asked.cue_s,
        track_s=float(middle[row.track_before_firing_s]), quality_m=float(row.track_quality_m),
        assess_s=float(middle[row.assess_s]), lowest_m=asked.lowest_m,
    ), missile  # fmt: skip


def _launch(made: Assembly, asked: Asked, site: Place) -> Place:
    """Where the missile starts: as asked, else the middle of the scenario's first area."""
    if asked.start is not None:
        return asked.start
    if asked.azimuth_rad is None or asked.range_m is None:
        return next(iter(made.ground.areas.values()))
    return away(site, asked.azimuth_rad, asked.range_m)


def away(site: Place, azimuth_rad: float, range_m: float) -> Place:
    """A place in a direction, at a distance over a sphere; within 0.5 % of the distance."""
    lat, arc = math.radians(site.lat_deg), range_m / MEAN_RADIUS_M
    up = math.asin(
        math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(azimuth_rad)
    )
    turn = math.atan2(
        math.sin(azimuth_rad) * math.sin(arc) * math.cos(lat),
        math.cos(arc) - math.sin(lat) * math.sin(up),
    )
    lon_deg = (site.lon_deg + math.degrees(turn) + 180.0) % 360.0 - 180.0
    return Place(lat_deg=math.degrees(up), lon_deg=lon_deg)


def _radars(radars: Any, b: int, asked: Asked, site: Place, launch: Place) -> dict[str, list[Any]]:
    """The radars of each case. One that moves with its battery looks at the launch."""
    own = []
    for radar in radars[radars.owner == b]:
        mine = np.zeros(1, RADAR).view(np.recarray)[0]
        for name in RADAR.names or ():
            mine[name] = radar[name]
        if asked.at is not None:
            mine.r_ecef_m = ecef_m(site)
            mine.to_enu = _enu(site)
        if asked.at is not None or asked.start is not None or asked.azimuth_rad is not None:
            mine.azimuth_rad = bearing_rad(site, launch)
        own.append(mine)
    others = list(radars[(radars.owner != b) & (radars.shared == 1)])
    cases = {OWN: own}
    return cases | {SCENARIO: [*own, *others]} if others else cases


def _enu(site: Place) -> NDArray[np.float64]:
    from keepout.earth.geodesy import enu_matrix

    return np.asarray(enu_matrix(math.radians(site.lat_deg), math.radians(site.lon_deg)))


def record(found: Found) -> dict[str, Any]:
    """The footprint as the JSON of the verb."""
    question, covered = found.question, found.coverage
    lane = covered.flight
    return {
        "battery": found.battery,
        "system": found.system,
        "missile": found.missile,
        "site": _place(question.site),
        "launch": _place(question.launch),
        "range_km": great_circle_m(question.launch, question.site) / 1e3,
        "apogee_km": float(lane.apogee_m) / 1e3,
        "flight_time_s": float(lane.flight_s),
        "floor_km": max(float(question.interceptor.floor_m), question.lowest_m) / 1e3,
        "ceiling_km": float(question.interceptor.ceiling_m) / 1e3,
        "in_layer_s": layer_s(found),
        "assessment_s": question.assess_s,
        "track_before_firing_s": question.track_s,
        "cue_after_burnout_s": question.cue_s,
        "threatened_km2": covered.threatened_km2(),
        "cell_km": math.sqrt(float(covered.ground.cell_km2[len(covered.ground.cell_km2) // 2])),
        "cases": [
            {
                "tracks": case,
                "looks": [
                    {
                        "at_least": n,
                        "km2": covered.area_km2(case, n),
                        "grid_error_km2": covered.error_km2(case, n),
                    }
                    for n in range(1, found.looks + 1)
                ],
            }
            for case in covered.cases
        ],
        "at_the_battery": timeline(found),
        "warnings": warnings(found),
    }


def warnings(found: Found) -> list[str]:
    """What the reader should know of this footprint."""
    said = []
    if found.coverage.edge:
        said.append("defended ground reaches the edge of the map: the areas are too small")
    if not found.question.radars[OWN]:
        said.append("the battery brings no radar: alone it tracks nothing")
    return said


def layer_s(found: Found) -> float | None:
    """Time that the flight to the battery itself spends falling from ceiling to floor [s]."""
    from keepout.earth.geodesy import alt_of

    lane = found.coverage.flight
    alt_m = np.array([alt_of(*row[:3]) for row in found.coverage.sample])
    t_s = np.arange(len(alt_m)) * float(lane.dt_s)
    top = int(alt_m.argmax())
    high = min(float(found.question.interceptor.ceiling_m), float(alt_m.max()))
    low = max(float(found.question.interceptor.floor_m), found.question.lowest_m)
    if low >= alt_m.max():
        return None
    falling_m, at_s = alt_m[top:][::-1], t_s[top:][::-1]
    return float(np.interp(low, falling_m, at_s) - np.interp(high, falling_m, at_s))


def _place(place: Place) -> dict[str, float]:
    return {"lat_deg": place.lat_deg, "lon_deg": place.lon_deg}


def outlines(found: Found, case: str, looks: int) -> list[list[NDArray[np.float64]]]:
    """Polygons of the ground with at least so many looks: rings of longitude, latitude [deg].

    The first ring of each is its outside, the others are holes.
    """
    from contourpy import FillType, contour_generator

    covered = found.coverage
    shown = np.pad((covered.looks[covered.cases.index(case)] >= looks).astype(float), 1)
    ground = covered.ground
    lat = np.interp(np.arange(-1, len(ground.lat_deg) + 1), *_axis(ground.lat_deg))
    lon = np.interp(np.arange(-1, len(ground.lon_deg) + 1), *_axis(ground.lon_deg))
    maker = contour_generator(x=lon, y=lat, z=shown, fill_type=FillType.OuterOffset)
    filled: Any = maker.filled(0.5, 1.5)
    points, offsets = filled[:2]
    return [
        [np.asarray(ring[a:b]) for a, b in itertools.pairwise(ends)]
        for ring, ends in zip(points, offsets)
    ]


def _axis(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions and values of an axis with one more step at each end."""
    step = values[1] - values[0]
    wide = np.concatenate([[values[0] - step], values, [values[-1] + step]])
    return np.arange(-1.0, len(values) + 1), wide


def geojson(found: Found) -> str:
    """Footprints of all cases and looks, the battery and the launch point, RFC 7946."""
    features: list[dict[str, Any]] = []
    for case in found.coverage.cases:
        for looks in range(1, found.looks + 1):
            rings = [
                [ring.round(5).tolist() for ring in polygon]
                for polygon in outlines(found, case, looks)
            ]
            shape = {"type": "MultiPolygon", "coordinates": rings}
            said = {
                "what": "defended", "tracks": case, "looks": looks,
                "km2": round(found.coverage.area_km2(case, looks), 1),
            }  # fmt: skip
            features.append({"type": "Feature", "geometry": shape, "properties": said})
    for what, place in ((found.battery, found.question.site), ("launch", found.question.launch)):
        point = {"type": "Point", "coordinates": [round(place.lon_deg, 3), round(place.lat_deg, 3)]}
        features.append({"type": "Feature", "geometry": point, "properties": {"what": what}})
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1) + "\n"


def timeline(found: Found) -> dict[str, Any]:
    """The battlespace of the missile aimed at the battery itself, by case; see battlespace.py."""
    covered, battery = found.coverage, ecef_m(found.question.site)
    window = np.zeros(1, WINDOW).view(np.recarray)[0]
    window_kernel(
        battery, covered.interceptor, covered.flyout, covered.flight, covered.sample, window
    )
    return {
        case: battlespace(
            battery, covered.interceptor, covered.flyout, covered.flight, covered.sample, window,
            ready_s, found.question.assess_s,
        )
        for case, ready_s in zip(covered.cases, covered.ready_s)
    }  # fmt: skip
