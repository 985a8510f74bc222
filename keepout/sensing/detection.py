"""Probability of detection and of false alarm: Swerling's cases 0 to 4, by an exact recursion.

The sum of N squared envelopes (noise power 1 each) is compared with a threshold T. Given the
target it is a gamma variable of N + m steps, m a Poisson number whose mean is N times the
signal-to-noise ratio of a pulse; if that fluctuates as a gamma variable of shape K, m is negative
binomial. So the chance of a miss is a sum of positive terms

    sum over m of  w(m) P(N + m, T),

P the regularised incomplete gamma function of whole order. Each factor follows from the one before
it by one multiplication or subtraction, and P falls faster than any power once N + m exceeds T:
the sum is exact to rounding (1e-14) after some T + 10 sqrt(T) terms, whatever the signal.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import lean
from keepout.records.missile import SWERLING_0, SWERLING_1, SWERLING_2, SWERLING_3

MOST_PULSES = 256
"""Pulses integrated: up to here no first term underflows that counts."""

NEWTON = 60
MOST_TERMS = 4000
LEAST = 1e-18


@lean
def gamma_density(order, t):
    """t^order e^-t / order!, for a whole order from 0; t above 0."""
    p = math.exp(-t)
    for j in range(1, order + 1):
        p *= t / j
    return p


@lean
def above_p(pulses, threshold):
    """Chance that noise alone exceeds a threshold: the false alarm of one test.

    pulses     ()  N, 1 to MOST_PULSES: envelopes that are squared and added
    threshold  ()  T, over the mean noise power of one
    returns    ()  e^-T sum over j < N of T^j / j!

    Source: Marcum, A Statistical Theory of Target Detection by Pulsed Radar, RM-753 (1948).
    """
    p = math.exp(-threshold)
    total = p
    for j in range(1, pulses):
        p *= threshold / j
        total += p
    return total


@lean
def threshold_of(false_alarm_p, pulses):
    """The threshold that noise alone exceeds with a given chance.

    false_alarm_p, pulses  ()  above 0 and below 1;  N, 1 to MOST_PULSES
    returns                ()  T, relative error some 1e-15

    Newton's method on the logarithm, which is concave, from above: each step stays above the
    root, so that it cannot fail. Source of the start: Laurent and Massart, Annals of Statistics 28
    (2000) 1302, lemma 1.
    """
    if pulses <= 1:
        return -math.log(false_alarm_p)
    wanted = math.log(false_alarm_p)
    t = pulses - wanted + math.sqrt(-2.0 * pulses * wanted)
    for _ in range(NEWTON):
        above = above_p(pulses, t)
        step = (math.log(above) - wanted) * above / gamma_density(pulses - 1, t)
        t += step
        if abs(step) <= 1e-15 * t:
            break
    return t


@lean
def shape_of(fluctuation, pulses):
    """Shape K of the gamma distribution of the cross-section over one dwell; 0 for a steady one.

    fluctuation  SWERLING_0 …: 1 and 3 change from dwell to dwell, 2 and 4 from pulse to pulse;
                 1 and 2 are exponential, 3 and 4 as of one large reflector among small ones
    """
    if fluctuation == SWERLING_0:
        return 0.0
    if fluctuation == SWERLING_1:
        return 1.0
    if fluctuation == SWERLING_2:
        return 1.0 * pulses
    return 2.0 if fluctuation == SWERLING_3 else 2.0 * pulses


@lean
def detected_p(fluctuation, snr_mean, pulses, threshold):
    """Chance that a dwell detects a target.

    fluctuation  ()  SWERLING_0 … SWERLING_4
    snr_mean   ()  mean signal-to-noise ratio of the whole dwell, power ratio: that of one pulse
                   times N
    pulses     ()  N, 1 to MOST_PULSES; threshold () from ``threshold_of``
    returns    ()  0 to 1, absolute error some 1e-14

    Source: Mitchell and Walker, IEEE Trans. AES-7 (1971) 671, recursive methods; Swerling,
    RM-1217 (1954); in one form for all cases: Shnidman, IEEE Trans. AES-31 (1995) 1059.
    """
    x = max(snr_mean, 0.0)
    if pulses <= 1 and fluctuation in (SWERLING_1, SWERLING_2):
        return math.exp(-threshold / (1.0 + x))
    shape = shape_of(fluctuation, pulses)
    q = 0.0
    if shape > 0.0:
        q = x / (shape + x)
        weight = math.exp(-shape * math.log1p(x / shape))
    else:
        weight = math.exp(-x)
    density = gamma_density(pulses, threshold)
    below = 1.0 - above_p(pulses, threshold)
    miss = weight * below
    for m in range(MOST_TERMS):
        weight *= (q * (m + shape) if shape > 0.0 else x) / (m + 1.0)
        below -= density
        if not below > LEAST:
            break
        miss += weight * below
        density *= threshold / (pulses + m + 1.0)
    return min(max(1.0 - miss, 0.0), 1.0)
