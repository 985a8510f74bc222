"""The ground that one battery defends against one missile from one launch point."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.earth.geodesy import A_M, FLATTENING, alt_of, ecef_m, great_circle_m
from keepout.errors import FlightError
from keepout.flight.aim import LANDED
from keepout.flight.fly import END_SAYS, SHORTEST_M, solve_lane
from keepout.intercept.coverage import NOT_REACHED, coverage_kernel
from keepout.intercept.flyout import flyout_kernel
from keepout.records.defence import FLYOUT, FLYOUT_RANGES
from keepout.records.place import Place
from keepout.records.sensor import SIGHT, WATCH
from keepout.records.trajectory import LANE, SAMPLES
from keepout.sensing.estimate import estimate_position
from keepout.sensing.sight import sight_kernel
from keepout.sensing.slope import SLOPE_POINTS, impact_slope_kernel
from keepout.sensing.watch import condense_kernel, firm_after, found_after

LATTICE = 17
"""Solved flights along each side of the map; between them flights are interpolated."""

CELLS = 160
"""Cells along each side of the map, unless a step is given."""

MEDIAN = 0.5
"""Luck of the radar's looks: the median of when its track is firm."""

KM = 1e3
DEG_M = math.radians(1.0) * A_M
GROWTH, ROUNDS = 1.35, 5
"""The map grows by this share, so many times at most, until nothing defended touches its edge."""

THREADS, BLOCK = 2, 8
"""Threads, and rows of the map that one takes at a time."""

FILLED = 0.9
"""A round that gets less far than this share of its published reach has its flights tabulated
anew as far as it gets: in coarse cells its edge would lie a cell too far in."""

STATES = 7
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """One battery, one missile, one launch point.

    ``radars`` maps the name of a case to the RADAR rows whose tracks the battery may use in it;
    ``cue_s`` is when a track from elsewhere, good enough to launch on, is there after burnout,
    or nan for no such case. ``lowest_m`` is the keep-out altitude: no intercept below it.
    """

    site: Place
    interceptor: Any  # INTERCEPTOR row
    missile: Any  # MISSILE row
    stages: Any  # STAGE rows
    launch: Place
    radars: dict[str, list[Any]]
    cue_s: float
    track_s: float
    quality_m: float
    assess_s: float
    lowest_m: float = 0.0


@dataclass(frozen=True)
class Map:
    """A grid over the ground: middles of its cells [deg] and their areas [km2] by row."""

    lat_deg: Vector  # (a,)
    lon_deg: Vector  # (b,)
    cell_km2: Vector  # (a,)


@dataclass(frozen=True)
class Solved:
    """Flights to the nodes of a lattice, and from when on the battery can launch at each."""

    half_m: float  # half of the side of the map
    lane: Any  # (n, m) LANE rows
    sample: Vector  # (n, m, SAMPLES, 6)
    ready_s: Vector  # (k, n, m)


@dataclass(frozen=True)
class Coverage:
    """Looks at a missile to every cell of a map, by case; see ``coverage_kernel``."""

    ground: Map
    cases: tuple[str, ...]
    looks: NDArray[np.int64]  # (k, a, b)
    spare_s: Vector  # (k, a, b)
    edge: bool  # defended ground touches the edge of the map
    flight: Any  # LANE row of the flight to the battery itself
    sample: Vector  # (SAMPLES, 6) of it
    ready_s: tuple[float, ...]  # (k,) from when on the battery can launch at that one
    interceptor: Any  # INTERCEPTOR row, its floor raised to the keep-out altitude
    flyout: Any  # FLYOUT row
    solved: Solved

    def area_km2(self, case: str, looks: int) -> float:
        """Ground on which a missile can be looked at so often."""
        shown = self.looks[self.cases.index(case)] >= looks
        return float((shown * self.ground.cell_km2[:, None]).sum())

    def error_km2(self, case: str, looks: int) -> float:
        """What the grid does to the area: half the spread of the four grids of double step."""
        shown = (self.looks[self.cases.index(case)] >= looks) * self.ground.cell_km2[:, None]
        parts = [4.0 * shown[i::2, j::2].sum() for i in (0, 1) for j in (0, 1)]
        return float(max(parts) - min(parts)) / 4.0

    def threatened_km2(self) -> float:
        """Ground of the map that the missile itself can reach."""
        return float(((self.looks[0] != NOT_REACHED) * self.ground.cell_km2[:, None]).sum())


def band_km2(south_deg: Vector, north_deg: Vector, width_deg: float) -> Vector:
    """Area [km2] between two latitudes and two meridians on WGS 84.

    Source: J. P. Snyder, Map Projections: A Working Manual, USGS PP 1395 (1987), eq. 3-12.
    """
    e = math.sqrt(FLATTENING * (2.0 - FLATTENING))

    def q(lat_deg: Vector) -> Vector:
        s = np.sin(np.radians(lat_deg))
        tail = s / (1.0 - e * e * s * s) + np.arctanh(e * s) / e
        return np.asarray((1.0 - e * e) * tail)

    wide = 0.5 * A_M * A_M * math.radians(width_deg)
    return np.asarray(wide * (q(north_deg) - q(south_deg)) / KM**2)


def coverage(
    question: Question, step_m: float | None = None, like: Coverage | None = None
) -> Coverage:
    """Compute a footprint.

    step_m  side of a cell; CELLS to a side of the map if not given
    like    a footprint of the same missile, launch, site, radars and times of tracks, whose
            flights are taken again if its map is large enough

    Raises FlightError if the missile does not fly from the launch to the battery itself.
    """
    flown = solve_lane(question.missile, question.stages, question.launch, question.site)
    if flown.code != LANDED:
        raise FlightError(f"from the launch to the battery: {END_SAYS[flown.code]}")
    flyout = np.zeros(1, FLYOUT).view(np.recarray)[0]
    interceptor = question.interceptor.copy()
    interceptor.floor_m = max(interceptor.floor_m, question.lowest_m)
    flyout_kernel(interceptor, flyout)
    within_m = _got_to_m(interceptor, flyout)
    if within_m < FILLED * interceptor.reach_m:
        interceptor.reach_m = within_m
        flyout_kernel(interceptor, flyout)
    run_m = _run_m(flown, float(interceptor.ceiling_m))
    half_m = float(interceptor.reach_m) + 0.5 * run_m
    for _ in range(ROUNDS):
        again = like is not None and like.solved.half_m >= half_m
        solved = like.solved if like is not None and again else _solve(question, half_m)
        found = _on(question, interceptor, flyout, solved, step_m, flown)
        if not found.edge:
            break
        half_m *= GROWTH
    return found


def _got_to_m(interceptor: Any, flyout: Any) -> float:
    """Ground range that no flight of the table gets beyond, to the next column of it [m]."""
    columns = np.flatnonzero(np.isfinite(flyout.time_s).any(axis=1))
    last = int(columns[-1]) if len(columns) else 0
    return float(interceptor.reach_m) * min(last + 1, FLYOUT_RANGES - 1) / (FLYOUT_RANGES - 1)


def sides_deg(site: Place, half_m: float) -> tuple[float, float]:
    """Half of the height and width of a map about a place, in degrees."""
    tall = half_m / DEG_M
    return tall, tall / math.cos(math.radians(site.lat_deg))


def cases_of(question: Question) -> tuple[str, ...]:
    """Names of the cases that a question asks about."""
    return (*question.radars, *(() if math.isnan(question.cue_s) else ("outside",)))


def _run_m(flown: Any, ceiling_m: float) -> float:
    """Ground covered from the last time at the ceiling (or the apogee) to the impact [m]."""
    heights = np.array([alt_of(*row[:3]) for row in flown.sample[::8]])
    above = np.flatnonzero(heights >= min(ceiling_m, heights.max()))
    start = flown.sample[8 * above[-1], :3]
    end = flown.sample[-1, :3]
    cosine = float(start @ end / (np.linalg.norm(start) * np.linalg.norm(end)))
    return A_M * math.acos(min(1.0, cosine))


def _on(
    question: Question, interceptor: Any, flyout: Any, solved: Solved, step_m: float | None,
    flown: Any,
) -> Coverage:  # fmt: skip
    """The footprint on the map of some solved flights."""
    site, half_m = question.site, solved.half_m
    tall, wide = sides_deg(site, half_m)
    cells = CELLS if step_m is None else max(8, 2 * math.ceil(half_m / step_m))
    cases = cases_of(question)
    at = (np.arange(cells) + 0.5) / cells * (LATTICE - 1)
    looks = np.zeros((len(cases), cells, cells), np.int64)
    spare_s = np.zeros((len(cases), cells, cells))
    battery, farthest_m = ecef_m(site), float(question.missile.max_range_m)

    def rows(part: slice) -> None:
        ours, spare = np.zeros_like(looks[:, part]), np.zeros_like(spare_s[:, part])
        coverage_kernel(
            battery, interceptor, flyout, farthest_m, solved.lane, solved.sample, solved.ready_s,
            question.assess_s, at[part], at, ours, spare,
        )  # fmt: skip
        looks[:, part], spare_s[:, part] = ours, spare

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(rows, [slice(k, k + BLOCK) for k in range(0, cells, BLOCK)]))
    half_deg = tall / cells
    middle = site.lat_deg + (2.0 * (np.arange(cells) + 0.5) / cells - 1.0) * tall
    ground = Map(
        middle,
        site.lon_deg + (2.0 * (np.arange(cells) + 0.5) / cells - 1.0) * wide,
        band_km2(middle - half_deg, middle + half_deg, 2.0 * wide / cells),
    )
    rim = np.concatenate([looks[:, 0], looks[:, -1], looks[:, :, 0], looks[:, :, -1]], axis=1)
    mine = tuple(_ready(question, flown, site))
    return Coverage(
        ground, cases, looks, spare_s, bool((rim > 0).any()), flown.lane, flown.sample, mine,
        interceptor, flyout, solved,
    )  # fmt: skip


def _solve(question: Question, half_m: float) -> Solved:
    """Fly to every node of the lattice of a map."""
    tall, wide = sides_deg(question.site, half_m)
    lats = np.linspace(question.site.lat_deg - tall, question.site.lat_deg + tall, LATTICE)
    lons = np.linspace(question.site.lon_deg - wide, question.site.lon_deg + wide, LATTICE)
    shape = (LATTICE, LATTICE)
    lane, sample = np.zeros(shape, LANE).view(np.recarray), np.zeros((*shape, SAMPLES, 6))
    ready_s = np.full((len(cases_of(question)), *shape), math.inf)

    def one(node: tuple[int, int]) -> None:
        aim = Place(lat_deg=float(lats[node[0]]), lon_deg=float(lons[node[1]]))
        if great_circle_m(question.launch, aim) < SHORTEST_M:
            return
        flown = solve_lane(question.missile, question.stages, question.launch, aim)
        lane[node], sample[node] = flown.lane, flown.sample
        lane[node].reachable = int(flown.code == LANDED)
        if lane[node].reachable:
            for k, times in enumerate(_ready(question, flown, aim)):
                ready_s[k][node] = times

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, itertools.product(range(LATTICE), range(LATTICE))))
    return Solved(half_m, lane, sample, ready_s)


def _ready(question: Question, flown: Any, aim: Place) -> list[float]:
    """From when on the battery can launch at one flight, in each case; inf for never."""
    slope, drift = np.empty((SLOPE_POINTS, 3, STATES)), np.empty((SLOPE_POINTS, 2))
    asset = _asset_at(aim)
    impact_slope_kernel(flown.lane, flown.sample, question.missile, asset, slope, drift)
    known: dict[int, float] = {}
    found = []
    for radars in question.radars.values():
        for radar in radars:
            if id(radar) not in known:
                known[id(radar)] = _firm_s(question, flown, radar, slope, drift)
        found.append(min((known[id(radar)] for radar in radars), default=math.inf))
    burnout_s = float(flown.lane.burnout_s)
    if not math.isnan(question.cue_s):
        found.append(burnout_s + question.cue_s)
    return [max(t_s, burnout_s) for t_s in found]


def _asset_at(place: Place) -> Any:
    """An ASSET row at a place, for the plane in which impacts are predicted."""
    from keepout.earth.geodesy import enu_matrix
    from keepout.records.case import ASSET

    row = np.zeros(1, ASSET).view(np.recarray)[0]
    row.r_ecef_m = ecef_m(place)
    row.to_enu = np.asarray(enu_matrix(math.radians(place.lat_deg), math.radians(place.lon_deg)))
    return row


def _firm_s(question: Question, flown: Any, radar: Any, slope: Vector, drift: Vector) -> float:
    """When the track of one radar is firm, old and good enough to launch on; inf for never."""
    sight = np.zeros(1, SIGHT).view(np.recarray)[0]
    watch = np.zeros(1, WATCH).view(np.recarray)[0]
    lane = flown.lane
    sight_kernel(radar, lane, question.missile, flown.sample, slope, drift, sight)
    condense_kernel(sight, radar, watch)
    found_s = found_after(watch, MEDIAN, MEDIAN, math.inf, math.inf)
    t_s = float(firm_after(watch, found_s, MEDIAN)) + question.track_s
    if not t_s < lane.flight_s:
        return math.inf
    return _good_s(question.quality_m, watch, t_s, float(lane.flight_s))


def _good_s(quality_m: float, watch: Any, t_s: float, end_s: float) -> float:
    """The first time from ``t_s`` on, in seconds, at which the error of place is small enough."""
    from keepout.records.sensor import ESTIMATE

    out = np.zeros(1, ESTIMATE).view(np.recarray)[0]
    while t_s < end_s:
        estimate_position(watch, t_s, 0.0, end_s, math.inf, 1.0, out)
        if out.position_sigma_m <= quality_m:
            return t_s
        t_s += 1.0
    return math.inf
