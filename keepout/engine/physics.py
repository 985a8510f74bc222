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
from keepout.engine.rng import (
    DETECT,
    MEASURE,
    NO_ONE,
    ONCE,
    RADAR_BIAS,
    block,
    normal_pair,
    uniform,
)
from keepout.flight.aim import LANDED
from keepout.flight.drop import stage_impacts_kernel
from keepout.flight.fly import lane_kernel
from keepout.flight.near import near_kernel
from keepout.intercept.window import window_kernel
from keepout.kernel import kernel, part
from keepout.records.case import SENSING_PERFECT, Case, Rows
from keepout.records.defence import WINDOW, WINDOW_POINTS
from keepout.records.missile import CRUISE
from keepout.records.sensor import SIGHT
from keepout.records.trajectory import (
    AT_SEPARATION,
    DEBRIS_POINTS,
    DROPS,
    FALL_POINTS,
    IN_BOOST,
    LANE,
    SAMPLES,
)  # fmt: skip
from keepout.sensing.face import FACE, fill_face
from keepout.sensing.filtered import LUCK, begin_sight, filtered_sight_kernel, looks_of
from keepout.sensing.sight import sight_kernel
from keepout.sensing.slope import SLOPE_POINTS, impact_slope_kernel

STATES = 7
"""Columns of the slope tables of sensing/slope.py."""

LAST_USE_S = 10.0
"""A track is of use until this long after a battery must have launched: what it believes of the
time may be wrong by some seconds."""

UNIT32 = 1.0 / 4294967296.0


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
    slope: np.ndarray  # (SLOPE_POINTS, 3, STATES), of the flight in hand
    drift: np.ndarray  # (SLOPE_POINTS, 2)
    face: Rows  # (radars,) FACE
    updates: np.ndarray  # (1,) i8: of all filters


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
        slope=np.zeros((SLOPE_POINTS, 3, STATES)),
        drift=np.zeros((SLOPE_POINTS, 2)),
        face=face,
        updates=np.zeros(1, np.int64),
    )


BATCH = 128
"""Threats to one call of the kernel: some tenth of a second."""


def own_case(
    case: Case, seed: int, trial: int, world: Rows, tables: Tables, recorded: bool = False
) -> Case:
    """The Case of one trial, with tables of its own, after draw and fly.

    ``world`` is as fly left it, and is changed to match: a threat's lane is its own row, and
    its flight ends when its own flight ends. ``recorded``: drops are wanted too.
    """
    tables.updates[0] = 0
    for first in range(0, len(world), BATCH):
        last = min(first + BATCH, len(world))
        own_kernel(case, seed, trial, first, last, 1 if recorded else 0, world, tables)
    return case._replace(
        lane=tables.lane,
        sample=tables.sample,
        drop=tables.drop,
        debris=tables.debris,
        fall=tables.fall,
        sight=tables.sight,
        window=tables.window,
    )


@kernel
def own_kernel(case, seed, trial, first, last, recorded, world, tables):
    """Fill rows first to last - 1 of the tables of one trial, and their times in the World.

    case, world, tables   Case, World as fly left it, Tables
    seed, trial           address
    first, last, recorded ()  threats; 1: with the impacts of spent stages
    """
    for i in range(first, last):
        truth = world[i]
        tables.displaced[i] = False
        if truth.flying == 1:
            under_power = truth.phase == IN_BOOST or truth.phase == AT_SEPARATION
            if under_power or not integrate(case, i, truth, tables):
                keep_nominal(case, np.int64(truth.lane), i, tables)
                tables.displaced[i] = not under_power
            else:
                look_around(case, seed, trial, i, np.int64(truth.lane), recorded, tables)
                shift_to_offsets(truth, tables.lane[i], tables.sample[i])
        truth.lane = i


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
def look_around(case, seed, trial, i, nominal, recorded, tables):
    """Fill what batteries and radars could do about the own flight of threat i."""
    lane, sample = tables.lane[i], tables.sample[i]
    missile, asset = case.missile[lane.missile], case.asset[lane.asset]
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
    if case.models[0].sensing == SENSING_PERFECT:  # no radar decides anything
        for r in range(len(case.radar)):
            tables.sight[i, r] = case.sight[nominal, r]
        return
    slope, drift = tables.slope, tables.drift
    impact_slope_kernel(lane, sample, missile, asset, slope, drift)
    z_beta, _spare = normal_pair(seed, trial, case.threat[i].name, NO_ONE, MEASURE, ONCE)
    s = np.empty(6)
    for r in range(len(case.radar)):
        radar, sight = case.radar[r], tables.sight[i, r]
        if missile.kind == CRUISE:
            sight_kernel(radar, lane, missile, sample, slope, drift, sight)
            sight.filtered = 0
            continue
        face = tables.face[r]
        begin_sight(radar, face, lane, sample, s, sight)
        if not math.isnan(sight.rise_s):
            tables.updates[0] += watch(
                radar, face, lane, missile, asset, sample, slope, drift,
                last_use_s(case.battery, radar, r, tables.window[i]), z_beta,
                seed, trial, case.threat[i].name, sight,
            )  # fmt: skip


@part
def last_use_s(battery, radar, r, window):
    """When the last battery that may use a radar's track of a flight could fire on it.

    battery, window  (b,) BATTERY and WINDOW rows;  radar, r  RADAR row and its number
    returns          ()  after launch [s], with LAST_USE_S to spare; -inf if none could
    """
    use_s = -math.inf
    for b in range(len(battery)):
        if window[b].open == 1 and (radar.shared == 1 or radar.owner == b):
            use_s = max(use_s, window[b].launch_s[WINDOW_POINTS - 1] + LAST_USE_S)
    return use_s


@part
def watch(
    radar, face, lane, missile, asset, sample, slope, drift, until_s, z_beta,
    seed, trial, name, sight,
):  # fmt: skip
    """Fill one Sight by filtering what one radar measures of a flight; returns the updates.

    name  the threat's; the rest as in ``filtered_sight_kernel``

    A radar's bias has the address of the radar alone, and what is believed of the ballistic
    coefficient that of the threat alone: they are the same for all that share them. One block
    of random numbers makes a look: whether it detects, and its three errors.
    """
    who, z_bias = radar.name, np.empty(3)
    z_bias[0], z_bias[1] = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE)
    z_bias[2], _spare = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE + 1)
    phase = uniform(seed, trial, who, name, DETECT, ONCE)
    _first_s, looks, _block = looks_of(radar, sight, phase)
    luck = np.empty((looks, LUCK))
    for k in range(looks):
        w0, w1, w2, w3 = block(seed, trial, who, name, DETECT, ONCE + 1 + k)
        luck[k, 0] = (np.float64(w0) + 0.5) * UNIT32
        luck[k, 1] = (np.float64(w1) + 0.5) * UNIT32
        luck[k, 2] = (np.float64(w2) + 0.5) * UNIT32
        luck[k, 3] = (np.float64(w3) + 0.5) * UNIT32
    return filtered_sight_kernel(
        radar, face, lane, missile, asset, sample, slope, drift, until_s, phase, luck, z_bias,
        z_beta, sight,
    )  # fmt: skip


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
