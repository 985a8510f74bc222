"""Our filters and association beside Stone Soup's and FilterPy's, on the same models and looks."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

from keepout.bench import crowd, tracking, unscented
from keepout.records.sensor import RADAR
from keepout.sensing import polar
from keepout.sensing.face import face_of
from tests.sensing.peers import pack, random_cov, unpack

pytestmark = pytest.mark.filterwarnings("ignore")
NOISE = (100.0, 1e-6, 1.5e-6)
DRIFT = np.diag([25.0] * 3 + [1.0] * 3 + [0.0])
LOOKS = 30


def test_nearest_neighbours_are_those_of_stone_soup():
    scan = crowd.example_scan(40, 10, 1500.0)
    ours = crowd.our_nearest(scan)
    assert (ours == crowd.soup_nearest(scan)).all()
    assert (ours >= 0).sum() > 20


def test_joint_probabilities_are_those_of_stone_soup():
    scan = crowd.example_scan(25, 8, 1300.0)
    found = crowd.our_shares(scan)
    assert len(found.look) > 35  # gates overlap
    ours = crowd.as_table(found, len(scan.looks))
    assert ours == pytest.approx(crowd.soup_shares(scan), abs=1e-12)


def test_unscented_filter_is_that_of_stone_soup():
    radar = unscented.example_radar()
    looks = unscented.looks_at(radar, 30)
    far = unscented.apart(unscented.ours(radar, looks), unscented.in_stone_soup(radar, looks))
    assert far < 1e-8


def pole():
    """A radar at the pole whose azimuth is counted as mathematicians do: the peers' own frame."""
    row = np.zeros(1, RADAR).view(np.recarray)[0]
    row.to_enu = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    row.r_ecef_m = (0.0, 0.0, 6.357e6)
    row.average_power_w, row.aperture_m2, row.efficiency = 81e3, 9.2, 0.8
    row.frequency_hz, row.noise_temperature_k, row.loss = 9.5e9, 500.0, 4.0
    row.dwell_s, row.revisit_s, row.false_alarm_p = 0.1, 1.0, 1e-6
    row.azimuth_half_rad, row.elevation_max_rad = math.pi, 1.5
    row.range_max_m, row.beamwidth_rad, row.bandwidth_hz = 2e6, 0.02, 5e6
    return row


def wandering():
    """A start, its covariance and looks at something that wanders about a place."""
    rng = np.random.default_rng(7)
    x = np.array([3e5, -2e5, 6.357e6 + 2.5e5, 100.0, 200.0, -50.0, 8.3])
    cov = random_cov(rng, [100.0] * 3 + [30.0] * 3 + [0.2])
    return x, cov, shown(x) + rng.standard_normal((LOOKS, 3)) * np.sqrt(NOISE)


def shown(x):
    """Range, azimuth, elevation."""
    e, n, u = x[0], x[1], x[2] - 6.357e6
    return np.array([math.hypot(e, n, u), math.atan2(n, e), math.atan2(u, math.hypot(e, n))])


def slopes(x):
    """Their derivatives, by hand."""
    e, n, u = x[0], x[1], x[2] - 6.357e6
    r, f = math.hypot(e, n, u), math.hypot(e, n)
    h = np.zeros((3, 7))
    h[:, :3] = [
        [e / r, n / r, u / r], [-n / f**2, e / f**2, 0.0],
        [-e * u / (f * r * r), -n * u / (f * r * r), f / r**2],
    ]  # fmt: skip
    return h


def ours():
    """Our update, with noise added between looks."""
    (x, cov, looks), face = wandering(), face_of(pole())
    p = pack(cov)
    for z in looks:
        p = p + pack(DRIFT)
        polar.take_polar(face, *z, *NOISE, x, p)
    return x, unpack(p)


def close(a, b):
    """Largest difference over standard deviations."""
    sigma = np.sqrt(np.diag(a[1]))
    return max(
        np.abs((a[0] - b[0]) / sigma).max(), np.abs((a[1] - b[1]) / np.outer(sigma, sigma)).max()
    )


def test_polar_update_is_that_of_stone_soup():
    """With its own measurement model; the derivatives it would take by differences are by hand."""
    from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.prediction import GaussianStatePrediction
    from stonesoup.updater.kalman import ExtendedKalmanUpdater

    class Model(CartesianToElevationBearingRange):
        def jacobian(self, state, **_):
            return slopes(np.array(state.state_vector, float).ravel())[::-1]

    model = Model(
        ndim_state=7, mapping=(0, 1, 2), noise_covar=np.diag(NOISE[::-1]),
        translation_offset=np.array([[0.0], [0.0], [6.357e6]]),
    )  # fmt: skip
    x, cov, looks = wandering()
    updater, now = ExtendedKalmanUpdater(model), datetime.datetime(2024, 10, 1)
    for z in looks:
        before = GaussianStatePrediction(x, cov + DRIFT, timestamp=now)
        seen = Detection(z[::-1], timestamp=now, measurement_model=model)
        after = updater.update(SingleHypothesis(before, seen))
        x, cov = np.array(after.state_vector, float).ravel(), np.array(after.covar, float)
    assert close(ours(), (x, cov)) < 1e-10


def test_polar_update_is_that_of_filterpy():
    """With derivatives by hand."""
    from filterpy.kalman import ExtendedKalmanFilter

    ekf = ExtendedKalmanFilter(dim_x=7, dim_z=3)
    ekf.x, ekf.P, looks = wandering()
    ekf.R, ekf.Q, ekf.F = np.diag(NOISE), DRIFT, np.eye(7)
    for z in looks:
        ekf.predict()
        ekf.update(z, slopes, shown)
    assert close(ours(), (ekf.x, ekf.P)) < 1e-10


@pytest.fixture(scope="module")
def followed():
    radar = tracking.example_radar()
    t_s, looks = tracking.looks_at(radar)
    return radar, looks, tracking.ours(radar, t_s, looks)


@pytest.mark.parametrize(
    "module, run", [("filterpy", tracking.in_filterpy), ("stonesoup", tracking.in_stone_soup)]
)
def test_the_filter_is_that_of_the_peers(followed, module, run):
    """States after 200 looks and the last covariance, to 1e-10 of their size (rounding: 2e-11)."""
    radar, looks, ours = followed
    assert tracking.apart(ours, run(radar, looks)) < 1e-10
    wrong = (ours[0] + 1e-3, ours[1])
    assert tracking.apart(wrong, ours) > 1e-10
