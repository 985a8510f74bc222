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
- errors of tracks: there two normals scaled by a tabulated covariance, independent between
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
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from keepout.earth.geodesy import alt_of, ecef_from_geodetic, geodetic_from_ecef
from keepout.engine.rng import (
    DETECT,
    MEASURE,
    NO_ONE,
    ONCE,
    RADAR_BIAS,
    normal_pair,
    uniform,
)  # fmt: skip
from keepout.flight.aim import LANDED
from keepout.flight.drop import debris_kernel, stage_impacts_kernel
from keepout.flight.fly import lane_kernel
from keepout.intercept.window import window_kernel
from keepout.kernel import kernel, part
from keepout.records.case import SENSING_PERFECT, Case, Rows
from keepout.records.defence import WINDOW
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
from keepout.sensing.filtered import begin_sight, filtered_sight_kernel, looks_of
from keepout.sensing.sight import sight_kernel
from keepout.sensing.slope import SLOPE_POINTS, impact_slope_kernel

STATES = 7
"""Columns of the slope tables of sensing/slope.py."""


class Tables(NamedTuple):
    """Tables of one trial: row i belongs to threat i. Overwritten from trial to trial."""

    lane: Rows  # (n,)
    sample: np.ndarray  # (n, SAMPLES, 6)
    drop: np.ndarray  # (n, DROPS, 4)
    debris: np.ndarray  # (n, DEBRIS_POINTS, 2)
    fall: np.ndarray  # (n, FALL_POINTS, 4)
    sight: Rows  # (n, radars)
    window: Rows  # (n, batteries)
    displaced: np.ndarray  # (n,) bool: flew, but not its own flight
    slope: np.ndarray  # (SLOPE_POINTS, 3, STATES), of the flight in hand
    drift: np.ndarray  # (SLOPE_POINTS, 2)


def new_tables(case: Case) -> Tables:
    """Room for the tables of one trial of a Case."""
    n, radars, batteries = len(case.threat), len(case.radar), len(case.battery)

    def rows(dtype: np.dtype, *shape: int) -> Rows:
        return np.zeros(shape, dtype).view(np.recarray)

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
    )


def own_case(case: Case, seed: int, trial: int, world: Rows, tables: Tables) -> Case:
    """The Case of one trial, with tables of its own, after draw and fly.

    ``world`` is as fly left it, and is changed to match: a threat's lane is its own row, and
    its flight ends when its own flight ends.
    """
    tables.displaced[:] = False
    for i in np.flatnonzero(world["flying"]):
        _fly_threat(case, seed, trial, int(i), world[i], tables)
    world["lane"] = np.arange(len(world))
    return case._replace(
        lane=tables.lane,
        sample=tables.sample,
        drop=tables.drop,
        debris=tables.debris,
        fall=tables.fall,
        sight=tables.sight,
        window=tables.window,
    )


def _fly_threat(case: Case, seed: int, trial: int, i: int, truth: Any, tables: Tables) -> None:
    """Fill row i of the tables with the flight of threat i, and its times in the World."""
    nominal = int(truth.lane)
    under_power = truth.phase in (IN_BOOST, AT_SEPARATION)
    if under_power or not _integrate(case, i, truth, tables):
        tables.lane[i] = case.lane[nominal]
        tables.sample[i] = case.sample[nominal]
        tables.drop[i] = case.drop[nominal]
        tables.debris[i] = case.debris[nominal]
        tables.sight[i] = case.sight[nominal]
        tables.window[i] = case.window[nominal]
        tables.fall[i] = case.fall[nominal]
        tables.displaced[i] = not under_power
        return
    lane, sample = tables.lane[i], tables.sample[i]
    missile, asset = case.missile[lane.missile], case.asset[lane.asset]
    stage_impacts_kernel(missile, case.stage, sample[0, :3], lane, tables.drop[i])
    debris_kernel(sample, lane, asset, tables.debris[i])
    tables.fall[i] = case.fall[nominal]  # what breaks up in re-entry does not need it
    for battery, window in zip(case.battery, tables.window[i], strict=True):
        kind = battery.interceptor
        window_kernel(
            battery.r_ecef_m, case.interceptor[kind], case.flyout[kind], lane, sample, window
        )
    if case.models[0].sensing == SENSING_PERFECT:  # no radar decides anything
        tables.sight[i] = case.sight[nominal]
    else:
        _watch(case, seed, trial, i, tables)
    _shift_to_offsets(truth, lane, sample, tables.debris[i])


def _integrate(case: Case, i: int, truth: Any, tables: Tables) -> bool:
    """Fly threat i from its own launch point to its own impact point; False if it cannot."""
    nominal, lane = case.lane[truth.lane], tables.lane[i]
    lane.missile, lane.area, lane.asset = nominal.missile, nominal.area, nominal.asset
    missile, asset = case.missile[nominal.missile], case.asset[nominal.asset]
    start = surface_point(case.area[nominal.area].r_ecef_m, truth.launch_offset_m)
    end = asset.r_ecef_m + truth.impact_offset_m
    sample = tables.sample[i]
    code = lane_kernel(missile, case.stage, start, end, sample, lane, float(nominal.kick_rad))
    if code != LANDED:  # another pitch-over may reach where the nominal one does not
        code = lane_kernel(missile, case.stage, start, end, sample, lane, math.nan)
    return bool(code == LANDED)


def surface_point(centre_ecef_m: np.ndarray, offset_m: np.ndarray) -> np.ndarray:
    """A point of a tangent plane let down to the height of its centre, ECEF [m]."""
    lat_rad, lon_rad, _ = geodetic_from_ecef(*(float(x) for x in centre_ecef_m + offset_m))
    alt_m = alt_of(*(float(x) for x in centre_ecef_m))
    return np.array(ecef_from_geodetic(lat_rad, lon_rad, alt_m))


def _watch(case: Case, seed: int, trial: int, i: int, tables: Tables) -> None:
    """Fill the Sights of threat i: filtered, or for a cruise missile as of a lane."""
    lane, sample, sights = tables.lane[i], tables.sample[i], tables.sight[i]
    missile, asset = case.missile[lane.missile], case.asset[lane.asset]
    slope, drift = tables.slope, tables.drift
    impact_slope_kernel(lane, sample, missile, asset, slope, drift)
    if missile.kind == CRUISE:
        for radar, sight in zip(case.radar, sights, strict=True):
            sight_kernel(radar, lane, missile, sample, slope, drift, sight)
            sight.filtered = 0
        return
    watch_kernel(
        case.radar, lane, missile, asset, sample, slope, drift,
        seed, trial, case.threat[i].name, sights,
    )  # fmt: skip


def _shift_to_offsets(truth: Any, lane: Any, sample: np.ndarray, debris: np.ndarray) -> None:
    """Make the verbs, which add a threat's offsets to its tables, get the flight itself.

    The launch offset is used up; the impact offset stays, as sensing and landing measure from
    the asset, and is taken off the samples as ``engine.fly.position`` will put it on.
    """
    truth.fail_s += truth.launch_s + lane.flight_s - truth.impact_s  # as long before the impact
    truth.impact_s = truth.launch_s + lane.flight_s
    truth.launch_offset_m[:] = 0.0
    offset_m = np.asarray(truth.impact_offset_m)
    sample[:, :3] -= np.linspace(0.0, 1.0, SAMPLES)[:, None] * offset_m
    sample[:, 3:] -= offset_m / float(lane.flight_s)
    debris[:, 0] -= truth.impact_east_m
    debris[:, 1] -= truth.impact_north_m


@part
def draw_looks(seed, trial, who, whom, looks, updates):
    """The chance of one filter: uniforms (looks,) and normals (3 updates, rounded up to even)."""
    of_looks = np.empty(looks)
    for k in range(looks):
        of_looks[k] = uniform(seed, trial, who, whom, DETECT, ONCE + 1 + k)
    pairs = (3 * updates + 1) // 2
    z = np.empty(2 * pairs)
    for k in range(pairs):
        z[2 * k], z[2 * k + 1] = normal_pair(seed, trial, who, whom, MEASURE, ONCE + k)
    return of_looks, z


@kernel
def watch_kernel(
    radar, lane, missile, asset, sample, slope, drift, seed, trial, name, sight
):  # fmt: skip
    """Fill the Sights of one threat by filtering what each radar measures of its flight.

    radar, sight                         (s,) RADAR rows, SIGHT rows overwritten
    lane, missile, asset, sample, slope, drift  as in ``filtered_sight_kernel``
    seed, trial, name                    address; the name of the threat
    returns                              ()  updates of all filters

    A radar's bias has the address of the radar alone, and what is believed of the ballistic
    coefficient that of the threat alone: they are the same for all that share them.
    """
    s, z_bias = np.empty(6), np.empty(3)
    z_beta, _spare = normal_pair(seed, trial, name, NO_ONE, MEASURE, ONCE)
    total = 0
    for r in range(len(radar)):
        begin_sight(radar[r], lane, sample, s, sight[r])
        if math.isnan(sight[r].rise_s):
            continue
        who = radar[r].name
        z_bias[0], z_bias[1] = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE)
        z_bias[2], _spare = normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE + 1)
        phase = uniform(seed, trial, who, name, DETECT, ONCE)
        _first_s, looks, block = looks_of(radar[r], sight[r], phase)
        of_looks, z = draw_looks(seed, trial, who, name, looks, (looks - 1) // block + 1)
        total += filtered_sight_kernel(
            radar[r], lane, missile, asset, sample, slope, drift, phase, of_looks, z, z_bias,
            z_beta, sight[r],
        )  # fmt: skip
    return total
