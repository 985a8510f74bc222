"""The unscented Kalman filter beside Stone Soup: one object in free flight, the same looks.

Stone Soup is handed our own compiled motion and our own look as its models, so that what is
compared is the filter; both draw points anew for the update, with the same weights.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import interleaved
from keepout.engine.rng import MEASURE, NO_ONE, ONCE, normal_pair
from keepout.records.missile import DRAG_CONE
from keepout.records.sensor import RADAR
from keepout.sensing import radar as rd
from keepout.sensing import unscented as un
from keepout.sensing.face import face_of
from keepout.sensing.motion import fall

LOOKS, STEP_S, DENSITY = 100, 1.0, 1e-4
START = (4.33e6, 3.33e6, 3.98e6, -2300.0, 1500.0, 1300.0, 8.294)
"""A flight between 390 and 480 km, some 700 km from the radar."""
SIGMAS = (300.0, 300.0, 300.0, 60.0, 60.0, 60.0, 0.3)
NOISES = (10.0, 1e-3, 1e-3)
"""Standard deviations: of the start, and of range [m], azimuth and elevation [rad]."""
NAME, UNIT = "ukf-stonesoup", "µs per update"

Answer = tuple[np.ndarray, np.ndarray]
"""States (LOOKS, 7) after each look, and the last covariance (7, 7)."""


def example_radar() -> Any:
    """A radar at 39 N 38 E: only its place matters here."""
    row = np.zeros(1, RADAR).view(np.recarray)[0]
    up = np.array([0.6124, 0.4785, 0.6293])
    up /= np.sqrt((up * up).sum())
    east = np.array([-up[1], up[0], 0.0]) / np.hypot(up[0], up[1])
    row.to_enu = [east, np.cross(up, east), up]
    row.r_ecef_m = 6.370e6 * up
    row.average_power_w, row.aperture_m2, row.efficiency = 81e3, 9.2, 0.8
    row.frequency_hz, row.noise_temperature_k, row.loss = 9.5e9, 500.0, 4.0
    row.dwell_s, row.revisit_s, row.false_alarm_p = 0.1, STEP_S, 1e-6
    row.azimuth_half_rad, row.elevation_max_rad = np.pi, 1.5
    row.range_max_m, row.beamwidth_rad, row.bandwidth_hz = 2e6, 0.02, 5e6
    return row


def normals(k: int) -> np.ndarray:
    """Eight standard normals at an address."""
    return np.ravel([normal_pair(0, k, NO_ONE, NO_ONE, MEASURE, ONCE + i) for i in range(4)])


def looks_at(radar: Any, many: int) -> np.ndarray:
    """Looks (many, 6) at the flight: range, azimuth, elevation, variances."""
    x, looks = np.array(START), np.empty((many, 6))
    for k in range(many):
        looks[k, :3] = np.array(rd.look(radar, x[0], x[1], x[2])) + NOISES * normals(k)[:3]
        looks[k, 3:] = np.square(NOISES)
        fall(x, STEP_S, DRAG_CONE)
    return looks


def first() -> tuple[np.ndarray, np.ndarray]:
    """The state and covariance that both begin with."""
    return START + np.array(SIGMAS) * normals(LOOKS)[:7], np.diag(np.square(SIGMAS))


def ours(radar: Any, looks: np.ndarray) -> Answer:
    """Our filter over all looks."""
    states, work = np.empty((len(looks), 7)), np.empty(un.WORK)
    states[0], cov = first()
    times_s = STEP_S * np.arange(len(looks))
    un.unscented_looks(
        face_of(radar), times_s, looks, np.int64(DRAG_CONE), DENSITY, 0.0, states, cov, work
    )
    return states, cov


def soup_models(radar: Any) -> tuple[type, type]:
    """Stone Soup's two kinds of model, with our functions in them."""
    from stonesoup.models.measurement.nonlinear import NonLinearGaussianMeasurement
    from stonesoup.models.transition.nonlinear import GaussianTransitionModel
    from stonesoup.types.array import CovarianceMatrix, StateVectors

    class Motion(GaussianTransitionModel):  # type: ignore[misc]
        """Free fall."""

        @property
        def ndim_state(self) -> int:
            return 7

        def function(self, state: Any, noise: bool = False, **_: Any) -> Any:
            points = np.array(state.state_vector, float).T.copy()  # all points at once
            for x in points:
                fall(x, STEP_S, DRAG_CONE)
            return StateVectors(points.T)

        def covar(self, **_: Any) -> Any:
            q = np.zeros((7, 7))
            for i in range(3):
                q[i, i] = DENSITY * STEP_S**3 / 3.0
                q[i, 3 + i] = q[3 + i, i] = DENSITY * STEP_S**2 / 2.0
                q[3 + i, 3 + i] = DENSITY * STEP_S
            return CovarianceMatrix(q)

    class Look(NonLinearGaussianMeasurement):  # type: ignore[misc]
        """Range, azimuth, elevation."""

        @property
        def ndim_meas(self) -> int:
            return 3

        def function(self, state: Any, noise: bool = False, **_: Any) -> Any:
            points = np.array(state.state_vector, float).T
            return StateVectors(np.transpose([rd.look(radar, x[0], x[1], x[2]) for x in points]))

    return Motion, Look


def in_stone_soup(radar: Any, looks: np.ndarray) -> Answer:
    """The same in Stone Soup: its predictor and its updater."""
    from stonesoup.predictor.kalman import UnscentedKalmanPredictor
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import UnscentedKalmanUpdater

    motion, look = soup_models(radar)
    weights = {"alpha": un.ALPHA, "beta": un.BETA, "kappa": un.KAPPA}
    predictor = UnscentedKalmanPredictor(motion(), **weights)
    updater = UnscentedKalmanUpdater(None, **weights)
    model = look(ndim_state=7, mapping=range(7), noise_covar=np.diag(np.square(NOISES)))
    begin = datetime.datetime(2024, 10, 1)
    x, cov = first()
    track, states = GaussianState(x, cov, timestamp=begin), np.empty((len(looks), 7))
    states[0] = x
    for k in range(1, len(looks)):
        now = begin + datetime.timedelta(seconds=k * STEP_S)
        track = predictor.predict(track, timestamp=now)
        seen = Detection(looks[k, :3], timestamp=now, measurement_model=model)
        track = updater.update(SingleHypothesis(track, seen))
        states[k] = np.array(track.state_vector, float).ravel()
    return states, np.asarray(track.covar, float)


def apart(a: Answer, b: Answer) -> float:
    """Largest difference of two answers over the standard deviation it stands beside."""
    sigma = np.sqrt(np.diagonal(a[1]))
    states = np.abs(a[0] - b[0]).max(axis=0) / np.maximum(np.abs(a[0]).max(axis=0), sigma)
    return float(max(states.max(), (np.abs(a[1] - b[1]) / np.outer(sigma, sigma)).max()))


def rows(pairs: int) -> list[Row]:
    """Microseconds an update: a step of time and a look."""
    radar = example_radar()
    looks = looks_at(radar, LOOKS)
    scale = 1e6 / (LOOKS - 1)
    if peer("stonesoup") is None:
        timing = interleaved(lambda: ours(radar, looks), None, pairs)
        return [alone(NAME, UNIT, timing, peer="stonesoup", scale=scale)]
    timing = interleaved(
        lambda: ours(radar, looks), lambda: in_stone_soup(radar, looks), pairs, warm_up=1
    )
    far = apart(ours(radar, looks), in_stone_soup(radar, looks))
    agreement = (
        f"{LOOKS} looks at one object: states and covariance apart by {far:.1e} of their size"
    )
    return [
        compared(NAME, UNIT, timing, peer=version_of("stonesoup"), agreement=agreement, scale=scale)
    ]
