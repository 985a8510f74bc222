"""Pictures of the page on tracks: error against the bound, and an object that weaves.

python docs/track_pictures.py
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from keepout.bench import space, tracking
from keepout.engine.rng import MEASURE, NO_ONE, ONCE, normal_pair, uniform
from keepout.records.case import TRACKER_EKF_7, TRACKER_IMM
from keepout.records.missile import DRAG_CONE
from keepout.records.sensor import SIGHT
from keepout.records.trajectory import SAMPLES
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.sensing import radar as rd
from keepout.sensing.face import face_of
from keepout.sensing.filtered import LUCK, begin_sight, filtered_sight_kernel
from keepout.sensing.follow import FOLLOW
from keepout.sensing.measure import measure
from keepout.sensing.slope import SLOPE_POINTS
from keepout.sensing.track import track_looks

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "keepout"  # the same picture every time
PICTURES = Path(__file__).resolve().parent / "pictures"
RUNS, LOOKS = 200, 120
LOAD_MPS2, PERIOD_S, TOP_M = 100.0, 12.0, 60e3
INK, BLUE, RED, GREY = "#1a1c20", "#1f5fa8", "#b3402a", "#8a8f98"


def path() -> np.ndarray:
    """True states (LOOKS, 7) of a flight above the air, a second apart."""
    x, found = np.array(tracking.START), []
    for _ in range(LOOKS):
        found.append(x.copy())
        x, _ = space.step(x, 1.0)
    return np.array(found)


def filtered(radar: Any, looks: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """States after each of the first n looks, and the last covariance."""
    states, cov = np.empty((n, 7)), np.empty((7, 7))
    track_looks(
        radar, np.arange(n) * 1.0, looks[:n], tracking.LN_BETA, tracking.LN_BETA_SIGMA,
        np.int64(DRAG_CONE), 0.0, 0.0, states, cov,
    )  # fmt: skip
    return states, cov


def errors_and_bound() -> tuple[np.ndarray, np.ndarray]:
    """Root mean square error of position (LOOKS,) and the least that any filter could have [m].

    The bound is the covariance of looks without noise, its derivatives taken along the truth.
    """
    radar, truth = tracking.example_radar(), path()
    snr = np.array([rd.observe(radar, x[0], x[1], x[2], 0.1)[3] for x in truth])
    clean = np.empty((LOOKS, 4))
    for k, x in enumerate(truth):
        clean[k] = *measure(radar, x[0], x[1], x[2], snr[k], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), snr[k]
    bound = np.array(
        [math.sqrt(np.trace(filtered(radar, clean, n)[1][:3, :3])) for n in range(1, LOOKS + 1)]
    )
    square = np.zeros(LOOKS)
    for run in range(RUNS):
        looks = clean.copy()
        for k, x in enumerate(truth):
            z = [normal_pair(run, k, NO_ONE, NO_ONE, MEASURE, ONCE + i) for i in range(2)]
            looks[k, :3] = measure(
                radar, x[0], x[1], x[2], snr[k], z[0][0], z[0][1], z[1][0], 0.0, 0.0, 0.0
            )  # fmt: skip
        off = filtered(radar, looks, LOOKS)[0] - truth
        square += (off[:, :3] ** 2).sum(axis=1)
    return np.sqrt(square / RUNS), bound


def weaving(lane: Any, sample: np.ndarray) -> tuple[np.ndarray, float]:
    """The flight with a push to one side and the other below TOP_M, and when that begins [s]."""
    bent, height = sample.copy(), np.linalg.norm(sample[:, :3], axis=1) - 6.371e6
    apex = int(np.argmax(height))
    start = apex + int(np.argmax(height[apex:] < TOP_M))
    side = np.cross(sample[start, :3], sample[start, 3:])
    side /= np.linalg.norm(side)
    t, w = np.arange(SAMPLES - start) * float(lane.dt_s), 2.0 * math.pi / PERIOD_S
    bent[start:, :3] += np.outer(LOAD_MPS2 / w**2 * (w * t - np.sin(w * t)), side)
    bent[start:, 3:] += np.outer(LOAD_MPS2 / w * (1.0 - np.cos(w * t)), side)
    return bent, start * float(lane.dt_s)


def weaver_errors(tracker: int, times_s: np.ndarray, case: Any, sample: np.ndarray) -> np.ndarray:
    """Error of position at some times after launch [m], nan while there is no track."""
    lane, radar = case.lane[0], case.radar[0].copy()
    radar.azimuth_half_rad, radar.elevation_min_rad = math.pi, 0.0
    face, found = face_of(radar), []
    luck = np.array(
        [
            [uniform(3, k, NO_ONE, NO_ONE, MEASURE, ONCE + i) for i in range(LUCK)]
            for k in range(900)
        ]
    )
    for until_s in times_s:
        row, track = np.zeros(1, SIGHT).view(np.recarray)[0], np.zeros(2, FOLLOW).view(np.recarray)
        begin_sight(radar, face, lane, sample, np.empty(6), row)
        filtered_sight_kernel(
            radar, face, lane, case.missile[lane.missile], case.asset[lane.asset], tracker, sample,
            np.zeros((SLOPE_POINTS, 3, 7)), np.zeros((SLOPE_POINTS, 2)), until_s, 0.5, luck,
            np.zeros(3), 0.0, track, row,
        )  # fmt: skip
        one = track[0]
        at = np.array([np.interp(one.then_s / lane.dt_s, np.arange(SAMPLES), c) for c in sample.T])
        state = one.x if one.other < 0 else one.xs[0] + one.chance * (one.xs[1] - one.xs[0])
        off = np.linalg.norm(state[:3] - at[:3]) if one.begun == 1 else math.nan
        found.append(off)
    return np.array(found)


def bare(width: float = 6.4) -> tuple[Any, Any]:
    """A figure with one plain frame."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK)
    axes.grid(color="#e4e6ea", linewidth=0.6)
    return figure, axes


def main() -> None:
    """Write both pictures."""
    error, bound = errors_and_bound()
    figure, axes = bare()
    axes.loglog(np.arange(1, LOOKS + 1), bound, color=INK, lw=1.5)
    axes.loglog(np.arange(1, LOOKS + 1), error, color=BLUE, lw=1.5, ls="--")
    axes.text(10.0, 0.8 * bound[9], "bound", color=INK, ha="right")
    axes.text(22.0, 1.15 * error[21], f"filter, {RUNS} runs", color=BLUE)
    axes.set_yticks([100, 200, 300], ["100", "200", "300"])
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.set(xlabel="looks, one a second", ylabel="error of position [m]")
    figure.savefig(PICTURES / "track-error.svg", metadata={"Date": None})
    print(f"error over bound: {(error / bound)[2:].min():.2f} to {(error / bound)[2:].max():.2f}")
    case = resolve(load("tutorial"), "physics").case
    sample, from_s = weaving(case.lane[0], case.sample[0])
    times_s = np.arange(from_s - 25.0, min(from_s + 45.0, float(case.lane[0].flight_s) - 2.0), 0.5)
    figure, axes = bare()
    for tracker, colour, name in ((TRACKER_EKF_7, RED, "one filter"), (TRACKER_IMM, BLUE, "modes")):
        off = weaver_errors(tracker, times_s, case, sample)
        axes.semilogy(times_s - from_s, off, color=colour, lw=1.4)
        axes.text(13.5, 500.0 if tracker == TRACKER_EKF_7 else 2.2, name, color=colour)
        print(name, np.nanmax(off), np.nanmedian(off[times_s > from_s]))
    axes.axvline(0.0, color=GREY, lw=0.8)
    axes.annotate("weaves at 10 g", (0.5, axes.get_ylim()[0] * 1.3), color=GREY)
    axes.set(xlabel="time from the first push [s]", ylabel="error of position [m]")
    figure.savefig(PICTURES / "weaver.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
