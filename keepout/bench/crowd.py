"""Association beside Stone Soup: two hundred tracks, one scan, prediction and gates included.

Tracks of six states move straight on; a scan shows nine in ten of them and forty false looks, in
a box so small that gates overlap. Nearest neighbours and joint probabilities from the same scan.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import interleaved
from keepout.engine.rng import MEASURE, NO_ONE, ONCE, normal_pair, uniform
from keepout.sensing import associate, shares

TRACKS, FALSE, FOUND_P, STEP_S = 200, 40, 0.9, 1.0
BOX_M, SPEED_MPS, DENSITY = 4000.0, 500.0, 1.0
NOISE_M, SIGMAS = 60.0, (80.0, 20.0)
"""Standard deviations: of a look on each axis [m], of the tracks [m], [m/s]."""
GATE_P = 0.999
CLUTTER_PM3 = FALSE / BOX_M**3
ROOM = 1 << 18
UNIT, PEER_PAIRS = "ms per scan", 3
"""Stone Soup takes seconds a scan: more pairs would say no more."""

STATES, LAST = 6, 3 * TRACKS
PLACE = np.array([0, 2, 4])  # of the position in a state x, vx, y, vy, z, vz


class Scan(NamedTuple):
    """Tracks before a scan, and the scan."""

    x: np.ndarray  # (TRACKS, 6)
    cov: np.ndarray  # (6, 6), of each
    looks: np.ndarray  # (m, 3)


class Shares(NamedTuple):
    """Pairs of one scan with their probabilities."""

    start: np.ndarray
    look: np.ndarray
    share: np.ndarray
    missed: np.ndarray


def normals(k: int) -> tuple[float, float, float]:
    """Three standard normals at an address."""
    a = normal_pair(0, k, NO_ONE, NO_ONE, MEASURE, ONCE)
    return a[0], a[1], normal_pair(0, k, NO_ONE, NO_ONE, MEASURE, ONCE + 1)[0]


def anywhere(k: int) -> np.ndarray:
    """A point of the box."""
    return BOX_M * np.array([uniform(0, k, NO_ONE, NO_ONE, MEASURE, ONCE + i) for i in range(3)])


def step() -> tuple[np.ndarray, np.ndarray]:
    """Transition and noise of one step, straight on."""
    h = STEP_S
    f = np.kron(np.eye(3), [[1.0, h], [0.0, 1.0]])
    return f, DENSITY * np.kron(np.eye(3), [[h**3 / 3.0, h**2 / 2.0], [h**2 / 2.0, h]])


def example_scan(tracks: int = TRACKS, false: int = FALSE, box_m: float = BOX_M) -> Scan:
    """Tracks and one scan of them, from addresses."""
    x, looks = np.empty((tracks, STATES)), []
    f, _ = step()
    for i in range(tracks):
        x[i, PLACE], x[i, PLACE + 1] = anywhere(i) * (box_m / BOX_M), SPEED_MPS
        away = np.ravel([normals(LAST + i), normals(2 * LAST + i)], order="F")
        truth = f @ (x[i] + np.tile(SIGMAS, 3) * away)
        if uniform(0, i, NO_ONE, NO_ONE, MEASURE, ONCE + 9) < FOUND_P:
            looks.append(truth[PLACE] + NOISE_M * np.array(normals(3 * LAST + i)))
    looks += [anywhere(4 * LAST + k) * (box_m / BOX_M) + SPEED_MPS for k in range(false)]
    return Scan(x, np.diag(np.square(np.tile(SIGMAS, 3))), np.array(looks))


def paired(scan: Scan) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Predict every track and gate: start, look, squared distance, spread."""
    f, q = step()
    tracks = len(scan.x)
    predicted = np.ascontiguousarray((scan.x @ f.T)[:, PLACE])
    covs = f @ np.repeat(scan.cov[None], tracks, axis=0) @ f.T + q  # each its own, as in life
    s = covs[:, PLACE[:, None], PLACE] + NOISE_M**2 * np.eye(3)
    spread = np.ascontiguousarray(s[:, *np.triu_indices(3)])
    start = np.empty(tracks + 1, np.int64)
    look = np.empty(tracks * len(scan.looks), np.int64)
    d2 = np.empty(len(look))
    pairs = associate.gate(
        predicted, spread, scan.looks, False, associate.GATE_999, start, look, d2
    )
    return start, look[:pairs], d2[:pairs], spread


def our_nearest(scan: Scan) -> np.ndarray:
    """Look of each track, by distance; a track without one counts as the edge of its gate."""
    start, look, d2, _ = paired(scan)
    look_of, miss = np.empty(len(scan.x), np.int64), np.full(len(scan.x), associate.GATE_999**0.5)
    associate.nearest(start, look, np.sqrt(d2), miss, len(scan.looks), look_of)
    return look_of


def our_shares(scan: Scan, room: int = ROOM) -> Shares:
    """Joint probabilities of one scan."""
    start, look, d2, spread = paired(scan)
    tracks, looks = len(scan.x), len(scan.looks)
    label, scratch = np.empty(tracks, np.int64), np.empty(tracks + looks, np.int64)
    weight, share, missed = np.empty(len(look)), np.empty(len(look)), np.empty(tracks)
    found = associate.clusters(start, look, looks, label, scratch)
    shares.weigh(start, d2, spread, FOUND_P, CLUTTER_PM3, weight)
    none = np.full(tracks, 1.0 - FOUND_P * GATE_P)
    shares.shares(start, look, weight, none, looks, label, found, room, share, missed)
    return Shares(start, look, share, missed)


def soup(scan: Scan) -> tuple[Any, Any, list[Any], list[Any], Any]:
    """Stone Soup's predictor, updater, tracks and detections for a scan, and its time."""
    from stonesoup.models.measurement.linear import LinearGaussian
    from stonesoup.models.transition.linear import LinearGaussianTimeInvariantTransitionModel
    from stonesoup.predictor.kalman import KalmanPredictor
    from stonesoup.types.detection import Detection
    from stonesoup.types.state import GaussianState
    from stonesoup.types.track import Track
    from stonesoup.updater.kalman import KalmanUpdater

    f, q = step()
    motion = LinearGaussianTimeInvariantTransitionModel(transition_matrix=f, covariance_matrix=q)
    model = LinearGaussian(STATES, tuple(PLACE), NOISE_M**2 * np.eye(3))
    begin = datetime.datetime(2024, 10, 1)
    now = begin + datetime.timedelta(seconds=STEP_S)
    tracks = [Track([GaussianState(x, scan.cov, timestamp=begin)]) for x in scan.x]
    seen = [Detection(z, timestamp=now, measurement_model=model) for z in scan.looks]
    return KalmanPredictor(motion), KalmanUpdater(model), tracks, seen, now


def soup_nearest(scan: Scan) -> np.ndarray:
    """The same in Stone Soup: distances and its assignment in two dimensions."""
    from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
    from stonesoup.hypothesiser.distance import DistanceHypothesiser
    from stonesoup.measures import Mahalanobis

    predictor, updater, tracks, seen, now = soup(scan)
    edge = associate.GATE_999**0.5
    hypothesiser = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=edge)
    answer = GNNWith2DAssignment(hypothesiser).associate(tracks, seen, now)
    place = {id(z): j for j, z in enumerate(seen)}
    return np.array([place.get(id(answer[t].measurement), associate.NOBODY) for t in tracks])


def soup_shares(scan: Scan) -> np.ndarray:
    """The same in Stone Soup: (tracks, looks + 1) probabilities, those of no look last."""
    from stonesoup.dataassociator.probability import JPDAwithEHM
    from stonesoup.hypothesiser.probability import PDAHypothesiser

    predictor, updater, tracks, seen, now = soup(scan)
    hypothesiser = PDAHypothesiser(
        predictor, updater, clutter_spatial_density=CLUTTER_PM3, prob_detect=FOUND_P,
        prob_gate=GATE_P,
    )  # fmt: skip
    answer = JPDAwithEHM(hypothesiser).associate(tracks, seen, now)
    place = {id(z): j for j, z in enumerate(seen)}
    table = np.zeros((len(tracks), len(seen) + 1))
    for i, track in enumerate(tracks):
        for one in answer[track]:
            table[i, place.get(id(one.measurement), len(seen))] = float(one.probability)
    return table


def as_table(found: Shares, looks: int) -> np.ndarray:
    """Our probabilities in the same form."""
    table = np.zeros((len(found.missed), looks + 1))
    for i in range(len(found.missed)):
        of = slice(found.start[i], found.start[i + 1])
        table[i, found.look[of]] = found.share[of]
    table[:, looks] = found.missed
    return table


def rows(pairs: int) -> list[Row]:
    """Milliseconds a scan, nearest neighbours and joint probabilities."""
    scan = example_scan()
    return [
        _row("gnn-stonesoup", our_nearest, soup_nearest, scan, pairs),
        _row("jpda-stonesoup", our_shares, soup_shares, scan, pairs),
    ]


def _row(
    name: str, mine: Callable[[Scan], object], theirs: Callable[[Scan], object], scan: Scan,
    pairs: int,
) -> Row:  # fmt: skip
    """One of the two rows."""
    if peer("stonesoup") is None:
        timing = interleaved(lambda: mine(scan), None, pairs)
        return alone(name, UNIT, timing, peer="stonesoup", scale=1e3)
    fewer = min(pairs, PEER_PAIRS)
    timing = interleaved(lambda: mine(scan), lambda: theirs(scan), fewer, warm_up=1)
    return compared(
        name, UNIT, timing, peer=version_of("stonesoup"), scale=1e3, agreement=agreement(name, scan)
    )


def agreement(name: str, scan: Scan) -> str:
    """What both say about the same scan."""
    size = f"{len(scan.x)} tracks, {len(scan.looks)} looks"
    if name == "gnn-stonesoup":
        same = int((our_nearest(scan) == soup_nearest(scan)).sum())
        return f"{size}: {same} of {len(scan.x)} assigned alike"
    far = np.abs(as_table(our_shares(scan), len(scan.looks)) - soup_shares(scan)).max()
    return f"{size}: probabilities apart by at most {far:.1e}"
