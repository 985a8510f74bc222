"""Where a radar would say that a missile came from: an ellipse the size of a province.

A track is carried back in free fall to the ground. A missile under power gets there otherwise, by
as far as the flight of its class says; that is put right, to a third of its size (grade D), as
nobody who tracks it knows how it burnt. The answer is kept coarse on purpose: never finer than
FLOOR_M, rounded to half a degree, and told as the launch areas that it could be.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.earth.geodesy import alt_of, enu_matrix, geodetic_from_ecef
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
from keepout.records.case import SENSING_PERFECT
from keepout.records.missile import CRUISE
from keepout.records.sensor import SIGHT
from keepout.records.trajectory import SAMPLES
from keepout.sensing.face import face_of
from keepout.sensing.filtered import LUCK, begin_sight, filtered_sight_kernel, looks_of
from keepout.sensing.follow import SETTLED, tracks_of
from keepout.sensing.motion import STATES, fall
from keepout.sensing.slope import SLOPE_POINTS

AFTER_S = 60.0
"""The estimate is made from the looks until this long after burnout, or until the track is firm."""

FLOOR_M = 25e3
"""One sigma of the estimate, at least, on each axis: a province."""

BOOST_SHARE = 1.0 / 3.0
"""One sigma of the way under power, of what the class of missile has."""

STEP_S, LONGEST_S = 2.0, 900.0
NO_DRAG = math.log(1e12)
ROUND_DEG = 0.5
SIGMAS_95 = math.sqrt(5.991)
"""Of the ellipse that holds 95 %: chi-square of two degrees of freedom."""


def ground_before(x: np.ndarray) -> np.ndarray:
    """Where a body in free fall left the ground, (3,) ECEF [m]; nan if it never did.

    x  (7,)  state above the ground; drag is left out, which back in time would only grow
    """
    y, before = x.copy(), x.copy()
    y[6] = NO_DRAG
    gone_s = 0.0
    while alt_of(*y[:3]) > 0.0:
        if gone_s > LONGEST_S:
            return np.full(3, math.nan)
        before = y.copy()
        fall(y, -STEP_S, 0)
        gone_s += STEP_S
    high, low = alt_of(*before[:3]), alt_of(*y[:3])
    part: np.ndarray = before[:3] + high / (high - low) * (y[:3] - before[:3])
    return part


def flown(again: Any, i: int) -> np.ndarray:
    """Samples (SAMPLES, 6) of the flight of threat i as it was, offsets put on."""
    truth, case = again.world[i], again.case
    lane, w = case.lane[truth.lane], np.linspace(0.0, 1.0, SAMPLES)[:, None]
    start, end = np.array(truth.launch_offset_m), np.array(truth.impact_offset_m)
    sample: np.ndarray = case.sample[truth.lane].copy()
    sample[:, :3] += (1.0 - w) * start + w * end
    sample[:, 3:] += (end - start) / float(lane.flight_s)
    return sample


def track_of(again: Any, i: int, r: int) -> tuple[np.ndarray, np.ndarray, float] | None:
    """State (7,), covariance (7, 7) and time of radar r's track of threat i after burnout.

    The filter of ``physics``, on looks at the addresses it has there. None: no track yet.
    """
    case, truth, seed, trial = again.case, again.world[i], again.seed, again.trial
    lane, radar = case.lane[truth.lane], case.radar[r]
    missile, asset, sample = case.missile[lane.missile], case.asset[lane.asset], flown(again, i)
    face, sight = face_of(radar), np.zeros(1, SIGHT).view(np.recarray)[0]
    begin_sight(radar, face, lane, sample, np.empty(6), sight)
    if math.isnan(sight.rise_s):
        return None
    firm_s = float(again.scratch.track[i, r].firm_s - truth.launch_s)
    until_s = max(float(lane.burnout_s) + AFTER_S, firm_s)
    if not until_s < truth.fail_s - truth.launch_s:  # never firm, or failed before
        return None
    who, name = radar.name, case.threat[i].name
    phase = uniform(seed, trial, who, name, DETECT, ONCE)
    looks = looks_of(radar, sight, phase)[1]
    luck = np.empty((looks, LUCK))
    for k in range(looks):
        luck[k] = (np.array(block(seed, trial, who, name, DETECT, ONCE + 1 + k)) + 0.5) / 2.0**32
    bias = (
        *normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE),
        normal_pair(seed, trial, who, NO_ONE, RADAR_BIAS, ONCE + 1)[0],
    )
    z_beta = normal_pair(seed, trial, name, NO_ONE, MEASURE, ONCE)[0]
    follow = tracks_of(case.models[0].tracker, 2)
    filtered_sight_kernel(
        radar, face, lane, missile, asset, case.models[0].tracker, sample,
        np.zeros((SLOPE_POINTS, 3, STATES)), np.zeros((SLOPE_POINTS, 2)), until_s, phase, luck,
        np.array(bias), z_beta, follow, sight,
    )  # fmt: skip
    if follow[0].begun == 0 or follow[0].hits < SETTLED or follow[0].then_s < lane.burnout_s:
        return None
    settled = follow[0]
    if settled.other >= 0:  # of two motions, free fall: it is what is carried back
        return np.array(settled.xs[0]), unpacked(settled.ps[0]), float(settled.then_s)
    return np.array(settled.x), unpacked(np.array(settled.p)), float(settled.then_s)


def unpacked(p: np.ndarray) -> np.ndarray:
    """The 28 numbers of ``sensing.ekf`` as a covariance (7, 7)."""
    cov, upper = np.zeros((STATES, STATES)), np.triu_indices(3)
    cov[:3, :3][upper], cov[3:6, 3:6][upper] = p[:6], p[15:21]
    cov[:3, 3:6], cov[:3, 6], cov[3:6, 6], cov[6, 6] = (
        p[6:15].reshape(3, 3),
        p[21:24],
        p[24:27],
        p[27],
    )
    whole: np.ndarray = np.triu(cov) + np.triu(cov, 1).T
    return whole


def level(point: np.ndarray) -> np.ndarray:
    """Rows east and north (2, 3) at a point in ECEF."""
    lat, lon, _ = geodetic_from_ecef(*point)
    plane: np.ndarray = np.asarray(enu_matrix(lat, lon))[:2]
    return plane


def boost_way_m(sample: np.ndarray, burnout_s: float, dt_s: float) -> float:
    """How far behind its launch a flight of this class seems to have left the ground [m].

    Rounded to FLOOR_M: of a class nobody knows it better.
    """
    state = sample[min(math.ceil(burnout_s / dt_s) + 1, SAMPLES - 1)]
    seems = ground_before(np.array([*state, NO_DRAG]))
    plane = level(seems)
    heading = plane @ state[3:6]
    along = float(plane @ (sample[0, :3] - seems) @ heading / np.linalg.norm(heading))
    return FLOOR_M * round(along / FLOOR_M)


def spread_of(x: np.ndarray, cov: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """Covariance (2, 2) of where free fall from a track leaves the ground, by differences."""
    slopes = np.zeros((2, STATES - 1))
    for k, step in enumerate((100.0,) * 3 + (1.0,) * 3):
        ends = []
        for sign in (1.0, -1.0):
            y = x.copy()
            y[k] += sign * step
            ends.append(plane @ ground_before(y))
        slopes[:, k] = (ends[0] - ends[1]) / (2.0 * step)
    spread: np.ndarray = slopes @ cov[:6, :6] @ slopes.T
    return spread


def launch_area(again: Any, i: int, r: int) -> dict[str, Any] | None:
    """Where radar r would put the launch of threat i; None if it cannot say.

    Keys: radar, at_s (after the start), lat_deg, lon_deg (rounded), semi_major_km, semi_minor_km
    (of the ellipse of 95 %), azimuth_deg of the long axis, areas: the launch areas of the scenario
    that the ellipse touches.
    """
    case, truth = again.case, again.world[i]
    lane = case.lane[truth.lane]
    if case.missile[lane.missile].kind == CRUISE:
        return None
    track = track_of(again, i, r)
    if track is None:
        return None
    x, cov, then_s = track
    seems = ground_before(x)
    if not np.isfinite(seems).all():
        return None
    plane = level(seems)
    way_m = boost_way_m(flown(again, i), float(lane.burnout_s), float(lane.dt_s))
    heading = plane @ x[3:6] / np.linalg.norm(plane @ x[3:6])
    place = seems + plane.T @ (way_m * heading)
    spread = spread_of(x, cov, plane) + (BOOST_SHARE * way_m) ** 2 * np.outer(heading, heading)
    sizes, axes = np.linalg.eigh(spread)
    sizes = np.maximum(sizes, FLOOR_M**2)
    spread = axes @ np.diag(sizes) @ axes.T
    lat, lon, _ = geodetic_from_ecef(*place)
    names = again.resolved["names"]
    return {
        "radar": names["radars"][r]["name"],
        "at_s": float(truth.launch_s) + then_s,
        "lat_deg": ROUND_DEG * round(math.degrees(lat) / ROUND_DEG),
        "lon_deg": ROUND_DEG * round(math.degrees(lon) / ROUND_DEG),
        "semi_major_km": round(SIGMAS_95 * math.sqrt(sizes[1]) / 1e3),
        "semi_minor_km": round(SIGMAS_95 * math.sqrt(sizes[0]) / 1e3),
        "azimuth_deg": round(math.degrees(math.atan2(axes[0, 1], axes[1, 1])) % 180.0),
        "areas": [
            name
            for name, area in zip(names["areas"], case.area, strict=True)
            if touches(plane @ (area.r_ecef_m - place), spread, float(area.radius_m))
        ],
    }


def touches(apart: np.ndarray, spread: np.ndarray, radius_m: float) -> bool:
    """Whether the ellipse of 95 % reaches a disc some way off, along the line to its centre."""
    far_m = float(np.linalg.norm(apart))
    if far_m <= radius_m:
        return True
    line = apart / far_m
    reach_m = SIGMAS_95 / math.sqrt(float(line @ np.linalg.solve(spread, line)))
    return far_m <= radius_m + reach_m


def launch_areas(again: Any, i: int) -> list[dict[str, Any]]:
    """Of every radar that can say (``launch_area``)."""
    if again.case.models[0].sensing == SENSING_PERFECT:
        return []
    found = [launch_area(again, i, r) for r in range(len(again.case.radar))]
    return [each for each in found if each is not None]
