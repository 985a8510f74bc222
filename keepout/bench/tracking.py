"""The extended Kalman filter beside FilterPy and Stone Soup: one object, the same looks.

All three do the same: a step of a second, the angles, the range. The peers get the model as
functions of numpy arrays, which is how they are used; the steps and matrices are in ``space``.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keepout.bench import space
from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import interleaved
from keepout.engine.rng import MEASURE, NO_ONE, ONCE, normal_pair
from keepout.records.missile import DRAG_CONE
from keepout.records.sensor import RADAR
from keepout.sensing import radar as rd
from keepout.sensing.face import face_of
from keepout.sensing.measure import measure
from keepout.sensing.track import track_looks, track_start

LOOKS, STEP_S, DENSITY = 200, 1.0, 1e-4
LN_BETA, LN_BETA_SIGMA = math.log(4000.0), 0.3
START = (4.33e6, 3.33e6, 3.98e6, -2300.0, 1500.0, 1300.0, LN_BETA)
"""A flight that stays between 390 and 480 km, 700 to 1,100 km from the radar."""

States = np.ndarray
Answer = tuple[States, np.ndarray]
"""States (LOOKS, 7) after each look, and the last covariance (7, 7)."""


def example_radar() -> Any:
    """A wide beam and a fine range, at 32 N 35 E."""
    row = np.zeros(1, RADAR).view(np.recarray)[0]
    lat, lon = math.radians(32.0), math.radians(35.0)
    sl, cl, so, co = math.sin(lat), math.cos(lat), math.sin(lon), math.cos(lon)
    row.to_enu = [[-so, co, 0.0], [-sl * co, -sl * so, cl], [cl * co, cl * so, sl]]
    row.r_ecef_m = (
        np.array([cl * co, cl * so, 0.99330562 * sl])
        * 6.3781370e6
        / math.sqrt(1.0 - 0.00669438 * sl * sl)
    )
    row.average_power_w, row.aperture_m2, row.efficiency = 81e3, 9.2, 0.8
    row.frequency_hz, row.noise_temperature_k, row.loss = 9.5e9, 500.0, 4.0
    row.dwell_s, row.revisit_s, row.false_alarm_p = 0.1, STEP_S, 1e-6
    row.azimuth_half_rad, row.elevation_max_rad = math.pi, 1.5
    row.range_max_m, row.beamwidth_rad, row.bandwidth_hz = 2e6, 0.02, 5e6
    return row


def looks_at(radar: Any) -> tuple[np.ndarray, np.ndarray]:
    """Times (LOOKS,) and noisy looks (LOOKS, 4) at the flight."""
    x = np.array(START)
    t_s, looks = np.arange(LOOKS) * STEP_S, np.empty((LOOKS, 4))
    for k in range(LOOKS):
        snr = rd.observe(radar, x[0], x[1], x[2], 0.1)[3]
        pairs = [normal_pair(0, k, NO_ONE, NO_ONE, MEASURE, ONCE + i) for i in range(2)]
        looks[k, :3] = measure(
            radar, x[0], x[1], x[2], snr, pairs[0][0], pairs[0][1], pairs[1][0], 0.0, 0.0, 0.0
        )
        looks[k, 3] = snr
        x, _ = space.step(x, STEP_S)
    return t_s, looks


def ours(radar: Any, t_s: np.ndarray, looks: np.ndarray) -> Answer:
    """Our filter over all looks."""
    states, cov = np.empty((LOOKS, 7)), np.empty((7, 7))
    track_looks(
        radar, t_s, looks, LN_BETA, LN_BETA_SIGMA, np.int64(DRAG_CONE), DENSITY, 0.0, states, cov
    )
    return states, cov


def sight_of(radar: Any) -> space.Sight:
    """The errors of a radar as the peers' model wants them."""
    up = np.asarray(radar.to_enu[2])
    face = face_of(radar)
    normal, ahead = np.asarray(face.normal), float(face.tilt_cos)

    def angle_rad(snr: float, line: np.ndarray) -> float:
        sine = float(up @ line)
        cosine = ahead * math.sqrt(1.0 - sine * sine) + float(face.tilt_sin) * sine
        off = cosine if face.all_round == 1 else float(normal @ line)
        return float(rd.angle_sigma_rad(radar, snr, max(off, 0.05)))

    origin = np.asarray(radar.r_ecef_m)
    return space.Sight(origin, up, lambda snr: float(rd.range_sigma_m(radar, snr)), angle_rad)


def directions(radar: Any, looks: np.ndarray) -> np.ndarray:
    """Unit vectors (LOOKS, 3) of the azimuths and elevations, ECEF."""
    az, el = looks[:, 1], looks[:, 2]
    local = np.stack([np.sin(az) * np.cos(el), np.cos(az) * np.cos(el), np.sin(el)], axis=1)
    turned: np.ndarray = local @ np.asarray(radar.to_enu)
    return turned


def first(radar: Any, looks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The state and covariance that all begin with, after the first look."""
    x, cov = np.empty(7), np.empty((7, 7))
    range_m, az_rad, el_rad, snr = looks[0]
    track_start(radar, range_m, az_rad, el_rad, snr, 1.0, LN_BETA, LN_BETA_SIGMA, x, cov)
    return x, cov


def in_filterpy(radar: Any, looks: np.ndarray) -> Answer:
    """The same in FilterPy: its predict, and one update each for the angles and the range."""
    from filterpy.kalman import ExtendedKalmanFilter

    sight, m = sight_of(radar), directions(radar, looks)
    ekf = ExtendedKalmanFilter(dim_x=7, dim_z=2)
    ekf.x, ekf.P = first(radar, looks)
    ekf.Q = space.noise(STEP_S, DENSITY)
    states = np.empty((LOOKS, 7))
    states[0] = ekf.x
    for k in range(1, LOOKS):
        new, ekf.F = space.step(ekf.x, STEP_S)
        ekf.predict_x = lambda u=0, new=new: setattr(ekf, "x", new)
        ekf.predict()
        residual, h, r = sight.angles(ekf.x, ekf.P, m[k], looks[k, 3])
        ekf.update(residual, lambda x, h=h: h, lambda x: np.zeros(2), R=r)
        miss, h, variance = sight.range(ekf.x, ekf.P, looks[k, 0], looks[k, 3])
        ekf.update(
            np.array([miss]), lambda x, h=h: h, lambda x: np.zeros(1), R=np.array([[variance]])
        )
        states[k] = ekf.x
    return states, ekf.P


def soup_models() -> tuple[type, type]:
    """Stone Soup's two kinds of model, with our functions in them."""
    from stonesoup.base import Property
    from stonesoup.models.measurement.nonlinear import NonLinearGaussianMeasurement
    from stonesoup.models.transition.nonlinear import GaussianTransitionModel
    from stonesoup.types.array import CovarianceMatrix, StateVector

    class Motion(GaussianTransitionModel):  # type: ignore[misc]
        """Free fall."""

        @property
        def ndim_state(self) -> int:
            return 7

        def function(self, state: Any, noise: bool = False, **_: Any) -> Any:
            return StateVector(space.step(np.ravel(state.state_vector), STEP_S)[0])

        def jacobian(self, state: Any, **_: Any) -> Any:
            return space.step(np.ravel(state.state_vector), STEP_S)[1]

        def covar(self, **_: Any) -> Any:
            return CovarianceMatrix(space.noise(STEP_S, DENSITY))

    class Lengths(NonLinearGaussianMeasurement):  # type: ignore[misc]
        """Lengths along directions, counted from the prediction."""

        h: Any = Property(doc="derivative")

        @property
        def ndim_meas(self) -> int:
            return len(self.h)

        def function(self, state: Any, noise: bool = False, **_: Any) -> Any:
            return StateVector(np.zeros(len(self.h)))

        def jacobian(self, state: Any, **_: Any) -> Any:
            return self.h

    return Motion, Lengths


def in_stone_soup(radar: Any, looks: np.ndarray) -> Answer:
    """The same in Stone Soup: its predictor and updater, with our functions as models."""
    from stonesoup.predictor.kalman import ExtendedKalmanPredictor
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import ExtendedKalmanUpdater

    motion, lengths = soup_models()
    sight, m = sight_of(radar), directions(radar, looks)
    predictor, updater = (
        ExtendedKalmanPredictor(motion()),
        ExtendedKalmanUpdater(use_joseph_cov=True),
    )
    begin = datetime.datetime(2024, 10, 1)
    x, cov = first(radar, looks)
    track, states = GaussianState(x, cov, timestamp=begin), np.empty((LOOKS, 7))
    states[0] = x

    def take(track: Any, residual: Any, h: Any, r: Any) -> Any:
        model = lengths(ndim_state=7, mapping=range(7), noise_covar=r, h=h)
        seen = Detection(
            np.atleast_1d(residual), timestamp=track.timestamp, measurement_model=model
        )
        return updater.update(SingleHypothesis(track, seen))

    for k in range(1, LOOKS):
        track = predictor.predict(track, timestamp=begin + datetime.timedelta(seconds=k * STEP_S))
        x, cov = np.ravel(track.state_vector).astype(float), np.asarray(track.covar)
        track = take(track, *sight.angles(x, cov, m[k], looks[k, 3]))
        x, cov = np.ravel(track.state_vector).astype(float), np.asarray(track.covar)
        miss, h, variance = sight.range(x, cov, looks[k, 0], looks[k, 3])
        track = take(track, miss, h, np.array([[variance]]))
        states[k] = np.ravel(track.state_vector)
    return states, np.asarray(track.covar)


def apart(a: Answer, b: Answer) -> float:
    """Largest difference of two answers: states and covariances relative to their size."""
    states = np.abs(a[0] - b[0]).max(axis=0) / np.abs(a[0]).max(axis=0)
    sigma = np.sqrt(np.diagonal(a[1]))
    return float(max(states.max(), (np.abs(a[1] - b[1]) / np.outer(sigma, sigma)).max()))


def rows(pairs: int) -> list[Row]:
    """Microseconds an update, step of time and range and angles included, beside both peers."""
    radar = example_radar()
    t_s, looks = looks_at(radar)
    answer = ours(radar, t_s, looks)
    made = []
    scale = 1e6 / (LOOKS - 1)
    for name, module, distribution, run in (
        ("ekf-filterpy", "filterpy", "filterpy", in_filterpy),
        ("ekf-stonesoup", "stonesoup", "stonesoup", in_stone_soup),
    ):
        made.append(_row(name, peer(module), distribution, run, pairs, scale, radar, looks, answer))
    return made


def _row(
    name: str, there: Any, distribution: str, run: Callable[[Any, np.ndarray], Answer],
    pairs: int, scale: float, radar: Any, looks: np.ndarray, answer: Answer,
) -> Row:  # fmt: skip
    t_s = np.arange(LOOKS) * STEP_S
    work = lambda: ours(radar, t_s, looks)  # noqa: E731
    if there is None:
        timing = interleaved(work, None, pairs)
        return alone(name, "µs per update", timing, peer=distribution, scale=scale)
    timing = interleaved(work, lambda: run(radar, looks), pairs, warm_up=1)
    far = apart(answer, run(radar, looks))
    agreement = (
        f"{LOOKS} looks at one object: states and covariance apart by {far:.1e} of their size"
    )
    return compared(
        name, "µs per update", timing, peer=version_of(distribution), agreement=agreement,
        scale=scale,
    )  # fmt: skip
