"""The last second of a shot: does a miss fall within the lethal radius?

Textbook closed forms for a miss that is normal and round. They make a factor on the given kill
probability from three lengths that the user states; no length of a real interceptor is here, and
none is public.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import lean

TERMS = 400
"""The most terms of the series; it ends when what is left is below 1e-15."""
SURE = 700.0
"""Exponents beyond which a probability is 0 or 1 to double precision."""


@lean
def hit_probability(lethal_m, sigma_m, bias_m):
    """Probability that a shot passes within its lethal radius.

    lethal_m  ()  radius within which the warhead is destroyed [m], 0 or more
    sigma_m   ()  one sigma of the miss in each of two directions across the path [m], 0 or more
    bias_m    ()  distance by which shots are off on average [m], 0 or more
    returns   ()  0 to 1; nan if a length is nan

    Without a bias 1 - exp(-R^2 / (2 sigma^2)), the law of Rayleigh, which is
    1 - 0.5^(R^2 / CEP^2); with one the law of Rice, as a sum of Poisson terms (a non-central
    chi-square with two degrees of freedom). With sigma 0 the answer is 0 or 1.

    Source: Rayleigh, Phil. Mag. 10 (1880) 73; Rice, Bell Syst. Tech. J. 24 (1945) 46; Johnson,
    Kotz and Balakrishnan, Continuous Univariate Distributions 2 (1995), eq. 29.2.
    """
    if lethal_m != lethal_m or sigma_m != sigma_m or bias_m != bias_m:
        return math.nan
    if sigma_m <= 0.0:
        return 1.0 if bias_m <= lethal_m and lethal_m > 0.0 else 0.0
    x = 0.5 * (lethal_m / sigma_m) ** 2
    y = 0.5 * (bias_m / sigma_m) ** 2
    if x > SURE or y > SURE:  # far from the edge, or the edge is straight
        return 0.5 * math.erfc((bias_m - lethal_m) / (sigma_m * math.sqrt(2.0)))
    # sum over j of Poisson(j; y) P(Gamma(j + 1) < x)
    weight, term = math.exp(-y), math.exp(-x)
    below = 1.0 - term
    total, left = weight * below, 1.0 - weight
    for j in range(1, TERMS * 4):
        term *= x / j
        below -= term
        weight *= y / j
        total += weight * max(below, 0.0)
        left -= weight
        if (left < 1e-15 or weight < 1e-18) and j > y:
            break
    return min(max(total, 0.0), 1.0)
