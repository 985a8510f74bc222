"""How likely a report is, given how much there was: counts seen in part, cut, rounded, misread.

One observation is one latent count F: what could be seen in one set of pictures. Each arrival
leaves one crater and, on average, some more; each is found with the same probability. Reports of
the same pictures share F, and differ only in how they read it. Every law here can be drawn from
(``say``) and evaluated (``agrees``); the calibration holds one against the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len
from scipy.special import ndtr

from .evidence import Report

MOST_FOUND = 4096
"""The largest count that is told apart from larger ones."""
AT_ONCE = 4096
"""States whose laws are worked out together: what fits into the processor's memory."""
HALF = 0.5
ROUND_TO = 10.0
"""What ``about`` is rounded to unless the report says otherwise."""
RATE_TO = 0.01
"""What a rate is rounded to unless the report says otherwise."""
FIGURES = ("exactly", "about")
"""Ways to report that give a figure; the others say whether a bound or a range holds."""
TINY = 1e-9
"""Rounding of arithmetic: shares of a hundred are not whole in binary."""


@dataclass(frozen=True)
class Law:
    """How one report reads a count."""

    says: str
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    misread: float = 0.0
    trust: float = 1.0


Said = float | bool
"""What a report says: a figure, or for a bound or a range whether it holds."""


def law_of(report: Report, is_rate: bool = False) -> Law:
    """The law of a report as its file has it."""
    usual = RATE_TO if is_rate else ROUND_TO if report.says == "about" else 1.0
    step = report.rounded_to or usual
    return Law(
        says=report.says,
        value=report.value or 0.0,
        low=report.low or 0.0,
        high=report.high or 0.0,
        step=step,
        misread=report.misread,
        trust=report.trust,
    )


def said_of(law: Law) -> Said:
    """What the report in the file says."""
    return law.value if law.says in FIGURES else True


def found_pmf(
    arrived: np.ndarray, debris: np.ndarray, detected: np.ndarray, marks: np.ndarray,
    marks_of_debris: np.ndarray, size: int,
) -> np.ndarray:  # fmt: skip
    """Probability of each number of craters found, in each state.

    arrived, debris, detected, marks, marks_of_debris  (n,)
    size     number of counts 0 … size-1 told apart; the last holds all larger ones' aliases
    returns  (n, size)

    F = Binomial(arrived, d) + Poisson(d (arrived (marks - 1) + debris x marks_of_debris)):
    one crater for each arrival and a Poisson number more, all found with probability d. Worked
    out from the characteristic function on the roots of unity, which is exact for sums below
    ``size`` and good to 1e-15.

    Source: Abate and Whitt, Oper. Res. Lett. 12 (1992) 245 (inversion of generating functions).
    """
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)[None, :]
    extra = detected * (arrived * (marks - 1.0) + debris * marks_of_debris)
    pmf = np.empty((len(arrived), size))
    for first in range(0, len(arrived), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        d = detected[part, None]
        transform = (1.0 - d + d * z) ** arrived[part, None]
        transform *= np.exp(extra[part, None] * (z - 1.0))
        pmf[part] = np.fft.irfft(transform, n=size, axis=1)
    return np.maximum(pmf, 0.0, out=pmf)


def size_for(arrived: np.ndarray, extra: np.ndarray) -> int:
    """A length beyond every count that has a chance worth the name, quick to transform."""
    most = float(np.max(arrived)) + float(np.max(extra)) + 10.0 * float(np.sqrt(np.max(extra))) + 2
    return int(next_fast_len(int(min(MOST_FOUND, max(most, 8.0))), real=True))


def agrees(law: Law, said: Said, count: np.ndarray, most: float) -> np.ndarray:
    """Probability that a report says ``said``, given each count.

    count    (k,)  what there was to be read
    most     ()    figures that say nothing are equally likely from 0 to here
    returns  (k,)
    """
    if law.says in FIGURES:
        empty = 1.0 / figures(law, most) if 0.0 <= float(said) <= most else 0.0
        return law.trust * _reads(law, float(said), count) + (1.0 - law.trust) * empty
    holds = _holds(law, count)
    return law.trust * (holds if said else 1.0 - holds) + (1.0 - law.trust) * HALF


def say(law: Law, count: float, most: float, rng: np.random.Generator) -> Said:
    """One report of a count: drawn from the law that ``agrees`` evaluates."""
    if law.says not in FIGURES:
        if rng.random() >= law.trust:
            return bool(rng.random() < HALF)
        return bool(rng.random() < float(_holds(law, np.array([count]))[0]))
    if rng.random() >= law.trust:
        return float(law.step * rng.integers(figures(law, most)))
    read = count * (1.0 + law.misread * rng.standard_normal())
    return float(max(0.0, law.step * np.floor(read / law.step + HALF)))


def figures(law: Law, most: float) -> int:
    """How many figures there are between 0 and ``most``, rounded as the report rounds."""
    return int(np.floor(most / law.step + 1e-9)) + 1


def _reads(law: Law, figure: float, count: np.ndarray) -> np.ndarray:
    """Probability that a count is read and rounded to a figure."""
    lower, upper = figure - HALF * law.step - count, figure + HALF * law.step - count
    sharp = (lower <= TINY) & (upper > TINY)
    sigma = law.misread * count
    spread = np.maximum(sigma, 1e-300)
    below = ndtr(lower / spread) if figure > 0.0 else 0.0  # nothing is read below zero
    return np.where(sigma > 0.0, ndtr(upper / spread) - below, sharp.astype(float))


def _holds(law: Law, count: np.ndarray) -> np.ndarray:
    """Probability that a bound or a range holds of the count as it is read."""
    low = law.value if law.says == "at-least" else law.low if law.says == "between" else -np.inf
    high = law.value if law.says == "at-most" else law.high if law.says == "between" else np.inf
    sigma = law.misread * count
    sharp = (count >= low - TINY) & (count <= high + TINY)
    spread = np.maximum(sigma, 1e-300)
    soft = ndtr((high - count) / spread) - ndtr((low - count) / spread)
    return np.where(sigma > 0.0, soft, sharp.astype(float))
