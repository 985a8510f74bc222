"""Fidelity ``physics``: every missile of a trial flies its own flight and is filtered for real.

One schema with ``engagement``: the same Case, draws, verbs and Outcome. There a trial reads
tables of nominal lanes; here it gets tables of its own, whose row i belongs to threat i, and
the verbs see, fight and land run on those.

What enters ``engagement`` as an offset, and is integrated here:

- the launch point: a lane is displaced as a whole there (hundreds of metres too high or low,
  its gravity and air those of the nominal place); here the missile starts on the ellipsoid,
  and its range, time of flight, apogee and impact angle are those of its own flight;
- the impact point: there the nominal flight is bent to where the CEP put it; here that point
  is what the flight is aimed at and comes down on, so radars track what really flies;
- windows, drops and debris: of the nominal lane there, of the own flight here;
- detection: one draw of the waiting time there, every look here;
- errors of tracks: there normals scaled by a tabulated covariance, independent between
  threats, with the radar's bias as one more independent error; here the error that the filter
  made, with one bias for all that a radar sees in a trial.

The same in both: the missile's pitch-over (that of the nominal lane, as a programme of its
type and range would have it), times of launch, failures, the object's cross-section, shots and
their kill probability, the track of one radar at a time.

Not integrated: a missile that fails under power or at separation keeps its nominal lane to that
moment. So does one whose own aim cannot be solved (at the edge of its range): it flies the
nominal lane, displaced, and its tracks are drawn as in ``engagement``; ``Tables.displaced`` marks
it. Cruise missiles fly their own path, but no ballistic filter fits them: their tracks are drawn
too.

Done only where somebody asks: looks are measured until the last battery that may use the radar
could fire (before and after only whether they detect), debris falls from where something was
hit, spent stages fall when a trial is recorded.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from keepout.earth.geodesy import alt_of, ecef_from_geodetic, geodetic_from_ecef
from keepout.engine.looking import (
    find_groups,
    group_kernel,
    look_kernel,
    rise_all,
    search_kernel,
)  # fmt: skip
from keepout.flight.aim import LANDED
from keepout.flight.drop import stage_impacts_kernel
from keepout.flight.fly import lane_kernel
from keepout.flight.near import near_kernel
from keepout.intercept.field import field_kernel
from keepout.intercept.window import window_kernel
from keepout.kernel import kernel, part
from keepout.records.case import SENSING_PERFECT, Case, Rows
from keepout.records.defence import WINDOW
from keepout.records.missile import CRUISE
from keepout.records.sensor import RADAR, SIGHT
from keepout.records.trajectory import (
    AT_SEPARATION,
    DEBRIS_POINTS,
    DROPS,
    FALL_POINTS,
    IN_BOOST,
    LANE,
    SAMPLES,
)  # fmt: skip
from keepout.records.trial import Scratch
from keepout.sensing.face import FACE, fill_face
from keepout.sensing.follow import tracks_of
from keepout.sensing.slope import SLOPE_POINTS
from keepout.sensing.together import COUNTS

STATES = 7
"""Columns of the slope tables of sensing/slope.py."""


class Tables(NamedTuple):
    """Tables of one trial: row i belongs to threat i. Overwritten from trial to trial."""

    lane: Rows  # (n,)
    sample: np.ndarray  # (n, SAMPLES, 6)
    drop: np.ndarray  # (n, DROPS, 4): of recorded trials
    debris: np.ndarray  # (n, DEBRIS_POINTS, 2): filled by ``release_debris``
    fall: np.ndarray  # (n, FALL_POINTS, 4)
    sight: Rows  # (n, radars)
    window: Rows  # (n, batteries)
    displaced: np.ndarray  # (n,) bool: flew, but not its own flight
    flown: np.ndarray  # (n,) i8 1: its own flight
    aloft: np.ndarray  # (n,) i8 1: and radars look at it
    grouped: np.ndarray  # (n, radars) i8 1: the radar could mix it up with another
    parent: np.ndarray  # (radars, n) i8: threats with one head are followed together
    until_s: np.ndarray  # (n, radars) last use of a track, after launch
    slope: np.ndarray  # (n + 1, SLOPE_POINTS, 3, STATES); the last row of the flight in hand
    drift: np.ndarray  # (n + 1, SLOPE_POINTS, 2)
    face: Rows  # (radars,) FACE
    radar: Rows  # (radars,) RADAR, with the revisit of what is in hand
    stretch: np.ndarray  # (n, radars) of the time between looks
    follow: Rows  # (2,) FOLLOW or SIGMA, by models.tracker: scratch
    counts: np.ndarray  # (COUNTS,) i8: of all filters, sensing/together.py


def new_tables(case: Case) -> Tables:
    """Room for the tables of one trial of a Case."""
    n, radars, batteries = len(case.threat), len(case.radar), len(case.battery)

    def rows(dtype: np.dtype, *shape: int) -> Rows:
        return np.zeros(shape, dtype).view(np.recarray)

    face = rows(FACE, radars)
    for radar, row in zip(case.radar, face, strict=True):
        fill_face(radar, row)
    return Tables(
        lane=rows(LANE, n),
        sample=np.zeros((n, SAMPLES, 6)),
        drop=np.zeros((n, DROPS, 4)),
        debris=np.zeros((n, DEBRIS_POINTS, 2)),
        fall=np.zeros((n, FALL_POINTS, 4)),
        sight=rows(SIGHT, n, radars),
        window=rows(WINDOW, n, batteries),
        displaced=np.zeros(n, bool),
        flown=np.zeros(n, np.int64),
        aloft=np.zeros(n, np.int64),
        grouped=np.zeros((n, radars), np.int64),
        parent=np.zeros((radars, n), np.int64),
        until_s=np.zeros((n, radars)),
        slope=np.zeros((n + 1, SLOPE_POINTS, 3, STATES)),
        drift=np.zeros((n + 1, SLOPE_POINTS, 2)),
        face=face,
        radar=rows(RADAR, radars),
        stretch=np.ones((n, radars)),
        follow=tracks_of(case.models[0].tracker, 2),
        counts=np.zeros(COUNTS, np.int64),
    )


BATCH = 128
"""Threats to one call of the kernel: some tenth of a second."""


def own_case(
    case: Case, seed: int, trial: int, world: Rows, scratch: Scratch, tables: Tables
) -> Case:
    """The Case of one trial, with tables of its own, after draw and fly.

    ``world`` is as fly left it, and is changed to match: a threat's lane is its own row, and
    its flight ends when its own flight ends. Of ``scratch`` the load of the radars and what is
    seen from space are read; where it records events, drops are made too.
    """
    recorded = 1 if len(scratch.event) > 0 else 0
    tables.counts[:] = 0
    batches = [(k, min(k + BATCH, len(world))) for k in range(0, len(world), BATCH)]
    for first, last in batches:
        own_kernel(case, first, last, recorded, world, tables)
    tables.stretch[:] = 1.0
    if tables.aloft.any() and np.any(case.radar.search_share > 0.0):
        handover_s = float(scratch.theta[case.models[0].handover_s])
        search_kernel(case, seed, trial, world, scratch.load, scratch.cue_s, handover_s, tables)
    if tables.aloft.any():
        look_all(case, seed, trial, batches, world, tables)
    shift_kernel(world, tables)
    return case._replace(
        lane=tables.lane,
        sample=tables.sample,
        drop=tables.drop,
        debris=tables.debris,
        fall=tables.fall,
        sight=tables.sight,
        window=tables.window,
    )


def look_all(
    case: Case, seed: int, trial: int, batches: list[tuple[int, int]], world: Rows, tables: Tables
) -> None:
    """Let every radar look at every flight."""
    find_groups(case, world, tables)
    for first, last in batches:
        look_kernel(case, seed, trial, first, last, tables)
    if tables.grouped.any():
        for r in range(len(case.radar)):
            group_kernel(case, seed, trial, r, world, tables)


@kernel
def own_kernel(case, first, last, recorded, world, tables):
    """Fill rows first to last - 1 of the tables of one trial, before any radar looks.

    case, world, tables   Case, World as fly left it, Tables
    first, last, recorded ()  threats; 1: with the impacts of spent stages
    """
    for i in range(first, last):
        truth = world[i]
        tables.displaced[i] = False
        tables.flown[i] = tables.aloft[i] = 0
        if truth.flying == 1:
            under_power = truth.phase == IN_BOOST or truth.phase == AT_SEPARATION
            if under_power or not integrate(case, i, truth, tables):
                keep_nominal(case, np.int64(truth.lane), i, tables)
                tables.displaced[i] = not under_power
            else:
                tables.flown[i] = 1
                look_around(case, i, np.int64(truth.lane), recorded, tables)


@kernel
def shift_kernel(world, tables):
    """Let the World point into the tables, once all radars have looked."""
    for i in range(len(world)):
        if tables.flown[i] == 1:
            shift_to_offsets(world[i], tables.lane[i], tables.sample[i])
        world[i].lane = i


@part
def keep_nominal(case, nominal, i, tables):
    """Copy the tables of a nominal lane into row i."""
    tables.lane[i] = case.lane[nominal]
    tables.sample[i] = case.sample[nominal]
    tables.drop[i] = case.drop[nominal]
    tables.debris[i] = case.debris[nominal]
    tables.fall[i] = case.fall[nominal]
    for r in range(len(case.radar)):
        tables.sight[i, r] = case.sight[nominal, r]
    for b in range(len(case.battery)):
        tables.window[i, b] = case.window[nominal, b]


@part
def integrate(case, i, truth, tables):
    """Fly threat i from its own launch point to its own impact point; False if it cannot."""
    nominal, lane, sample = case.lane[truth.lane], tables.lane[i], tables.sample[i]
    lane.missile, lane.area, lane.asset = nominal.missile, nominal.area, nominal.asset
    missile, asset = case.missile[nominal.missile], case.asset[nominal.asset]
    centre = case.area[nominal.area].r_ecef_m
    start, end = surface_point(centre, truth.launch_offset_m), np.empty(3)
    for j in range(3):
        end[j] = asset.r_ecef_m[j] + truth.impact_offset_m[j]
    if missile.kind == CRUISE:
        return lane_kernel(missile, case.stage, start, end, sample, lane, math.nan) == LANDED
    code = near_kernel(
        missile, case.stage, start, end, nominal, centre, asset.r_ecef_m, sample, lane
    )
    if code != LANDED:  # another pitch-over may reach where the nominal one does not
        code = lane_kernel(missile, case.stage, start, end, sample, lane, math.nan)
    return code == LANDED


@part
def surface_point(centre, offset):
    """A point of a tangent plane let down to the height of its centre, (3,) ECEF [m]."""
    point = np.empty(3)
    lat_rad, lon_rad, _ = geodetic_from_ecef(
        centre[0] + offset[0], centre[1] + offset[1], centre[2] + offset[2]
    )
    alt_m = alt_of(centre[0], centre[1], centre[2])
    point[0], point[1], point[2] = ecef_from_geodetic(lat_rad, lon_rad, alt_m)
    return point


@part
def look_around(case, i, nominal, recorded, tables):
    """Fill when batteries could reach and radars see the own flight of threat i."""
    lane, sample = tables.lane[i], tables.sample[i]
    missile = case.missile[lane.missile]
    tables.fall[i] = case.fall[nominal]  # what breaks up in re-entry does not need it
    tables.drop[i] = case.drop[nominal]
    if recorded == 1:
        stage_impacts_kernel(missile, case.stage, sample[0, :3], lane, tables.drop[i])
    for b in range(len(case.battery)):
        battery = case.battery[b]
        window_kernel(
            battery.r_ecef_m, case.interceptor[battery.interceptor],
            case.flyout[battery.interceptor], lane, sample, tables.window[i, b],
        )  # fmt: skip
        field_kernel(battery, lane, sample, tables.window[i, b])
    if case.models[0].sensing == SENSING_PERFECT:  # no radar decides anything
        for r in range(len(case.radar)):
            tables.sight[i, r] = case.sight[nominal, r]
        return
    rise_all(case, i, tables)
    tables.aloft[i] = 1


@part
def shift_to_offsets(truth, lane, sample):
    """Make the verbs, which add a threat's offsets to its tables, get the flight itself.

    The launch offset is used up; the impact offset stays, as sensing and landing measure from
    the asset, and is taken off the samples as ``engine.fly.position`` will put it on.
    """
    truth.fail_s += truth.launch_s + lane.flight_s - truth.impact_s  # as long before the impact
    truth.impact_s = truth.launch_s + lane.flight_s
    offset = truth.impact_offset_m
    for j in range(3):
        truth.launch_offset_m[j] = 0.0
        speed_mps = offset[j] / lane.flight_s
        for k in range(SAMPLES):
            sample[k, j] -= k / (SAMPLES - 1) * offset[j]
            sample[k, 3 + j] -= speed_mps
