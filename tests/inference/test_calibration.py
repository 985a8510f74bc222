"""Simulation-based calibration of every likelihood that ships, and of some that are wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from keepout import trip
from keepout.inference import calibration, reading, study
from keepout.inference.calibration import LEAST_P, calibrate
from keepout.inference.observed import Observed
from keepout.inference.posterior import weigh
from tests.inference.conftest import given

STATES = 2000
CLOCKS = ("channels", "launch_interval", "assessment", "track_before_firing", "rounds")
"""Parameters left out: they hardly touch what is counted, so they only add tests."""


def set_up(name: str, states: int = STATES):
    """Parameters, counts that were observed, and the observations of shipped evidence."""
    evidence = reading.read(name)
    question = study.Question(evidence, states=states, refine=False)
    if question.uses is None:
        return parts(study.infer(question).posterior)
    _, bank = study.engine_bank(question, trip.SILENT)
    return parts(weigh(evidence.evidence, bank, 0))


def parts(found):
    theta = {k: v for k, v in found.theta.items() if not k.endswith(CLOCKS)}
    counted = [each.quantity for each in found.evidence.observations if each.quantity]
    theta |= {path: found.bank.counts[path] for path in counted}
    return theta, found.observed, found.prior


@pytest.mark.parametrize("name", reading.shipped())
def test_every_shipped_likelihood_is_calibrated(name):
    """200 draws; a right likelihood fails one parameter in a thousand, at a seed that is fixed."""
    theta, observed, prior = set_up(name)
    values = calibrate(theta, observed, 200, seed=11, prior=prior).p_values()
    assert min(values.values()) > LEAST_P, {k: p for k, p in values.items() if p <= LEAST_P}


@pytest.mark.slow
@pytest.mark.parametrize("name", reading.shipped())
def test_every_shipped_likelihood_stays_in_its_band(name):
    """2,000 draws; the band of the distribution function holds 99.99 % (many parameters)."""
    theta, observed, prior = set_up(name, 4000)
    places = calibrate(theta, observed, 2000, seed=12, prior=prior)
    outside = {k: far for k, far in places.outside(0.9999).items() if far > 1.0}
    assert not outside
    assert min(places.p_values().values()) > LEAST_P / len(theta)


SHARED = """observations:
  - name: pictures
    quantity: arrived.total
    detected: {low: 0.5, high: 1}
    reports: [{value: 32}, {value: 30, says: about, misread: 0.1}]
"""


def forgets_detection(each: Observed, said) -> np.ndarray:
    """As if everything had been seen: the law of counts shifted to the arrivals themselves."""
    assert each.pmf is not None
    most = (each.pmf > 1e-12).shape[1] - 1 - np.argmax((each.pmf > 1e-12)[:, ::-1], axis=1)
    sure = np.zeros_like(each.pmf)
    sure[np.arange(len(sure)), most] = 1.0
    return dataclasses.replace(each, pmf=0.99 * sure + 0.01 / sure.shape[1]).likelihood(said)


def counts_twice(each: Observed, said) -> np.ndarray:
    """As if the reports had read different pictures."""
    weights = np.ones(len(each.pmf))
    for law, figure in zip(each.laws, said, strict=True):
        weights *= dataclasses.replace(each, laws=(law,)).likelihood([figure])
    return weights


def never_doubts(each: Observed, said) -> np.ndarray:
    """As if every report were true, but for one in a thousand."""
    laws = tuple(dataclasses.replace(law, trust=0.999) for law in each.laws)
    return dataclasses.replace(each, laws=laws).likelihood(said)


READERS = """observations:
  - name: pictures
    quantity: arrived.total
    detected: 0.3
    reports: [{value: 9, misread: 0.02}, {value: 9, misread: 0.02}, {value: 9, misread: 0.02}]
"""
"""Three readers of the same pictures know no more than one."""
TRUSTED = """observations:
  - name: pictures
    quantity: arrived.total
    reports: [{value: 32, trust: 0.5, misread: 0.05}]
"""


@pytest.mark.parametrize(
    "text, wrong",
    [(SHARED, forgets_detection), (READERS, counts_twice), (TRUSTED, never_doubts)],
)
def test_a_wrong_likelihood_fails(text, wrong):
    found = study.infer(study.Question(given(text), states=2000)).posterior
    theta, observed, prior = parts(found)
    right = calibrate(theta, observed, 400, seed=13, prior=prior)
    assert min(right.p_values().values()) > LEAST_P
    failed = calibrate(theta, observed, 400, seed=13, weigh=wrong, prior=prior)
    assert min(failed.p_values().values()) < LEAST_P


def test_bands_and_histograms_know_uniform_from_not():
    even = (np.arange(2000) + 0.5)[:, None] / 2000
    places = calibration.Places(("even", "bent"), np.hstack([even, even**1.3]))
    assert places.outside()["even"] < 0.1
    assert places.outside()["bent"] > 1.0
    assert places.p_values()["even"] > 0.99
    assert places.p_values()["bent"] < LEAST_P
