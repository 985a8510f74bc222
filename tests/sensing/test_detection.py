"""Detection and false alarm against integrals of the densities, and against closed forms."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import integrate, special

from keepout.records.missile import SWERLING_0, SWERLING_1, SWERLING_2, SWERLING_3, SWERLING_4
from keepout.sensing.detection import above_p, detected_p, threshold_of

SHAPES = {
    SWERLING_1: lambda n: 1.0,
    SWERLING_2: lambda n: 1.0 * n,
    SWERLING_3: lambda n: 2.0,
    SWERLING_4: lambda n: 2.0 * n,
}


def envelope_density(v: np.ndarray, pulses: int, signal: float) -> np.ndarray:
    """Density of the sum of N squared envelopes of a steady target (Rice), N S/N = signal."""
    argument = 2.0 * np.sqrt(v * signal)
    bessel = special.ive(pulses - 1, argument) * np.exp(argument - v - signal)
    return (v / signal) ** (0.5 * (pulses - 1)) * bessel


def steady_p(pulses: int, signal: float, threshold: float) -> float:
    """Detection of a steady target: the integral of Rice's density above the threshold."""
    spread = 12.0 * math.sqrt(pulses + 2.0 * signal + 1.0)
    top = max(threshold, pulses + signal + spread) + 40.0
    edges = np.linspace(threshold, top, 5)
    parts = [
        integrate.quad(lambda v: envelope_density(v, pulses, signal), a, b, epsabs=1e-12)[0]
        for a, b in itertools.pairwise(edges)
    ]
    return float(sum(parts))


def fluctuating_p(pulses: int, signal: float, threshold: float, shape: float) -> float:
    """The same, averaged over a gamma distribution of the cross-section by its quantiles."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    s = 0.5 * (nodes + 1.0)
    u = s**3 * (10.0 - 15.0 * s + 6.0 * s**2)  # nodes crowd at weak and at strong signals
    step = 30.0 * s**2 * (1.0 - s) ** 2
    power = special.gammaincinv(shape, u) / shape
    values = [steady_p(pulses, signal * x, threshold) for x in power]
    return float(np.sum(0.5 * weights * step * values))


@pytest.mark.parametrize("pulses", [1, 4, 20])
@pytest.mark.parametrize("false_alarm_p", [1e-3, 1e-6, 1e-8])
def test_the_threshold_lets_that_much_noise_through(pulses, false_alarm_p):
    t = threshold_of(false_alarm_p, pulses)
    assert above_p(pulses, t) == pytest.approx(false_alarm_p, rel=1e-11)
    by_integral = integrate.quad(
        lambda v: v ** (pulses - 1) * math.exp(-v) / math.gamma(pulses), t, t + 80.0, epsabs=0.0
    )[0]
    assert by_integral == pytest.approx(false_alarm_p, rel=1e-7)


@pytest.mark.parametrize("pulses", [1, 3, 20])
@pytest.mark.parametrize("snr", [0.3, 5.0, 40.0])
def test_a_steady_target_against_the_integral(pulses, snr):
    t = threshold_of(1e-6, pulses)
    want = steady_p(pulses, snr, t)
    assert detected_p(SWERLING_0, snr, pulses, t) == pytest.approx(want, abs=1e-8)


@pytest.mark.parametrize("case", [SWERLING_1, SWERLING_2, SWERLING_3, SWERLING_4])
@pytest.mark.parametrize("pulses, snr", [(1, 6.0), (1, 60.0), (5, 25.0), (20, 12.0)])
def test_a_fluctuating_target_against_the_integral(case, pulses, snr):
    t = threshold_of(1e-6, pulses)
    want = fluctuating_p(pulses, snr, t, SHAPES[case](pulses))
    assert detected_p(case, snr, pulses, t) == pytest.approx(want, abs=1e-6)


@pytest.mark.parametrize("snr", [0.0, 1.0, 13.0, 1e3, 1e9])
def test_closed_forms_of_one_pulse(snr):
    t = threshold_of(1e-6, 1)
    assert detected_p(SWERLING_1, snr, 1, t) == pytest.approx(
        1e-6 ** (1.0 / (1.0 + snr)), abs=1e-14
    )
    s = 1.0 + 0.5 * snr  # Swerling 3: Skolnik, 3rd ed., sec. 2.8
    want = (1.0 + 0.5 * snr * t / s**2) * math.exp(-t / s)
    assert detected_p(SWERLING_3, snr, 1, t) == pytest.approx(want, abs=1e-14)


def test_no_signal_is_a_false_alarm_and_signal_only_helps():
    for case in range(5):
        for pulses in (1, 8, 256):
            t = threshold_of(1e-6, pulses)
            p = [detected_p(case, snr, pulses, t) for snr in (0.0, 1.0, 10.0, 1e3, 1e6)]
            assert p[0] == pytest.approx(1e-6, abs=1e-13)
            assert p == sorted(p)
            assert p[-1] > 0.99


def test_fluctuation_costs_most_where_detection_is_wanted_nearly_always():
    """Swerling's reports: case 1 needs about 8 dB more than a steady target for 0.9."""
    t = threshold_of(1e-6, 1)

    def needed_db(case: int) -> float:
        low, high = 1.0, 1e4
        for _ in range(60):
            middle = math.sqrt(low * high)
            low, high = (middle, high) if detected_p(case, middle, 1, t) < 0.9 else (low, middle)
        return 10.0 * math.log10(low)

    assert needed_db(SWERLING_0) == pytest.approx(13.2, abs=0.1)  # Skolnik, fig. 2.6
    assert needed_db(SWERLING_1) == pytest.approx(21.1, abs=0.1)
