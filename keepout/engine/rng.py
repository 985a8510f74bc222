"""Random numbers with an address instead of a history.

``uniform(seed, trial, who, whom, why, k)`` is one block of Philox4x32-10 (Salmon,
Moraes, Dror and Shaw, SC11, 2011): the seed is the key; trial, purpose, ordinal and the
names of the two parties are the counter. Nothing is remembered between two calls, so a
trial recomputed alone equals its row, and a thing added to a scenario moves no draw of
another. All arithmetic stays below 2**64, so the same code runs uncompiled.
"""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.kernel import lean

# purposes (``why``), and the ordinal of a single draw; never renumber them: the digest
# of every stored run depends on it
(
    EPISTEMIC, FLIGHT, LAUNCH, DISPERSION, LAUNCH_POINT, LOST_GROUP, LOST_RAID,
    LEFT_ON_PURPOSE, DETECT, TRACK_ERROR, KILL, DIVERT, DEBRIS_SPREAD, MEASURE, RADAR_BIAS,
    ASSESS, CLASSIFY, ORDER, LOST_BATTERY, LOST_RADAR, LAUNCH_SEEN, DECEIVED,
) = np.arange(22)  # fmt: skip
# (numpy integers: a plain one would compile the callee anew for every value)
ONCE = np.int64(0)

MASK = np.uint64(0xFFFFFFFF)
S32 = np.uint64(32)
S23 = np.uint64(23)
S41 = np.uint64(41)
S12 = np.uint64(12)
M0 = np.uint64(0xD2511F53)
M1 = np.uint64(0xCD9E8D57)
W0 = np.uint64(0x9E3779B9)
W1 = np.uint64(0xBB67AE85)
NO_ONE = np.uint64(0)
TWO_PI = 2.0 * math.pi


@lean
def philox(c0, c1, c2, c3, k0, k1):
    """One block of Philox4x32 with ten rounds.

    c0 … c3, k0, k1  ()  counter and key words, uint64 below 2**32
    returns          (4,) tuple of uint64 below 2**32

    Source: Salmon et al., SC11 (2011), section 3.3; constants of Random123.
    """
    for _ in range(10):
        p0 = M0 * c0
        p1 = M1 * c2
        c0, c1, c2, c3 = (
            (p1 >> S32) ^ c1 ^ k0,
            p1 & MASK,
            (p0 >> S32) ^ c3 ^ k1,
            p0 & MASK,
        )
        k0 = (k0 + W0) & MASK
        k1 = (k1 + W1) & MASK
    return c0, c1, c2, c3


@lean
def block(seed, trial, who, whom, why, k):
    """The four words at an address.

    seed, trial  ()  integers >= 0 (trial below 2**32)
    who, whom    ()  uint64 hashes of names, NO_ONE for nobody
    why, k       ()  purpose (below 256) and ordinal (below 2**24)
    """
    seed_bits = np.uint64(seed)
    pair = who ^ ((whom << S23) | (whom >> S41))
    return philox(
        np.uint64(trial) & MASK,
        np.uint64(why * 16777216 + k) & MASK,
        pair & MASK,
        pair >> S32,
        seed_bits & MASK,
        seed_bits >> S32,
    )


@lean
def blocks(seed, trial, names, why, out):
    """The first four words of many names at once: ``block(seed, trial, name, NO_ONE, why, ONCE)``.

    names  (n,)  uint64 hashes
    out    (4, n)  uint32, overwritten

    Written out so that the compiler puts several names side by side into one vector.
    """
    seed_bits, c_trial = np.uint64(seed), np.uint64(trial) & MASK
    c_why = np.uint64(why * 16777216) & MASK
    low, high = seed_bits & MASK, seed_bits >> S32
    for i in range(len(names)):
        c0, c1, c2, c3 = c_trial, c_why, names[i] & MASK, names[i] >> S32
        k0, k1 = low, high
        for _ in range(10):
            p0 = M0 * c0
            p1 = M1 * c2
            c0, c1, c2, c3 = (p1 >> S32) ^ c1 ^ k0, p1 & MASK, (p0 >> S32) ^ c3 ^ k1, p0 & MASK
            k0 = (k0 + W0) & MASK
            k1 = (k1 + W1) & MASK
        out[0, i], out[1, i], out[2, i], out[3, i] = c0, c1, c2, c3


@lean
def unit(high, low):
    """A double strictly inside (0, 1) from two 32-bit words: 52 bits, centred.

    high, low  ()  uint64 below 2**32
    returns    ()  float64
    """
    bits = ((high << S32) | low) >> S12
    return (np.float64(bits) + 0.5) * (1.0 / 4503599627370496.0)


@lean
def unit32(word):
    """A double strictly inside (0, 1) from one 32-bit word, centred: steps of 2.3e-10.

    word     ()  uint64 below 2**32
    returns  ()  float64
    """
    return (np.float64(word) + 0.5) * (1.0 / 4294967296.0)


@lean
def uniform(seed, trial, who, whom, why, k):
    """The uniform number in (0, 1) at an address; arguments as in ``block``."""
    a, b, _c, _d = block(seed, trial, who, whom, why, k)
    return unit(a, b)


@lean
def uniform_pair(seed, trial, who, whom, why, k):
    """Two independent uniform numbers in (0, 1) at one address."""
    a, b, c, d = block(seed, trial, who, whom, why, k)
    return unit(a, b), unit(c, d)


@lean
def normal_pair(seed, trial, who, whom, why, k):
    """Two independent standard normal numbers at one address (Box and Muller, 1958)."""
    u, v = uniform_pair(seed, trial, who, whom, why, k)
    r = math.sqrt(-2.0 * math.log(u))
    return r * math.cos(TWO_PI * v), r * math.sin(TWO_PI * v)


@lean
def normal_cdf(z):
    """Distribution function of the standard normal.

    z        ()  score
    returns  ()  probability
    """
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@lean
def normal_score(p):
    """Score of the standard normal below which it lies with probability p, for draws.

    p        ()  in (0, 1)
    returns  ()  score, to 1.15e-9 relative

    Source: Acklam's rational approximation (public algorithm, 2003). Twice as fast as Box
    and Muller, and a draw of its own for every number.
    """
    low = 0.02425
    if p < low or p > 1.0 - low:
        tail = p if p < low else 1.0 - p
        q = math.sqrt(-2.0 * math.log(tail))
        num = (
            ((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00) * q
            - 2.549732539343734e00
        ) * q
        num = (num + 4.374664141464968e00) * q + 2.938163982698783e00
        den = ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00) * q
        z = num / ((den + 3.754408661907416e00) * q + 1.0)
        return z if p < low else -z
    q = p - 0.5
    r = q * q
    num = ((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
    num = ((num + 1.383577518672690e02) * r - 3.066479806614716e01) * r
    num = (num + 2.506628277459239e00) * q
    den = ((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
    return num / (((den + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0)


@lean
def normal_quantile(p):
    """Score of the standard normal below which it lies with probability p.

    p        ()  in (0, 1)
    returns  ()  score, to about 1e-15 relative

    Source: ``normal_score``, then one step of Halley's method with erfc, which removes the
    error.
    """
    z = normal_score(p)
    e = normal_cdf(z) - p
    u = e * math.sqrt(TWO_PI) * math.exp(0.5 * z * z)
    return z - u / (1.0 + 0.5 * z * u)
