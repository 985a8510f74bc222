"""Is a likelihood right? Reports drawn from known states must give back those states.

A state of the bank is picked, reports are drawn from it, and the bank is weighed as if the state
were not known. If the likelihood is the law the reports were drawn from, the place of the true
parameter in its posterior is uniform (Talts et al., arXiv:1804.06788; Cook, Gelman and Rubin, J.
Comp. Graph. Stat. 15 (2006) 675). As the bank is itself the prior, with finitely many states, that
holds exactly and not only for many states: a state is then picked with the same probability with
which the weights say it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from .chance import CALIBRATION, generator
from .likelihood import Said
from .observed import Observed

BINS = 16
LEAST_P = 1e-3
"""A likelihood that is right falls below this once in a thousand parameters and seeds."""

Weigh = Callable[[Observed, Sequence[Said]], np.ndarray]
"""The likelihood under test; ``Observed.likelihood`` unless a test puts a wrong one there."""


@dataclass(frozen=True)
class Places:
    """Where the true value lay in its posterior, for each draw and parameter."""

    names: tuple[str, ...]
    u: np.ndarray  # (draws, parameters) in (0, 1)

    def p_values(self) -> dict[str, float]:
        """Of each parameter: chance of so uneven a histogram, were the likelihood right."""
        found = {}
        for k, name in enumerate(self.names):
            counts = np.histogram(self.u[:, k], BINS, (0.0, 1.0))[0]
            expected = len(self.u) / BINS
            found[name] = float(chi2.sf(((counts - expected) ** 2 / expected).sum(), BINS - 1))
        return found

    def outside(self, level: float = 0.99) -> dict[str, float]:
        """Largest distance of each empirical distribution from uniform, over its band.

        Below one is inside. The band holds the whole curve with probability ``level``
        (Kolmogorov's distance; Dvoretzky, Kiefer, Wolfowitz with Massart's constant, Annals of
        Probability 18 (1990) 1269, which is never too narrow).
        """
        n = len(self.u)
        band = np.sqrt(np.log(2.0 / (1.0 - level)) / (2.0 * n))
        found = {}
        for k, name in enumerate(self.names):
            sorted_ = np.sort(self.u[:, k])
            far = max(
                float((np.arange(1, n + 1) / n - sorted_).max()),
                float((sorted_ - np.arange(n) / n).max()),
            )
            found[name] = far / float(band)
        return found


def _right(observed: Observed, said: Sequence[Said]) -> np.ndarray:
    return observed.likelihood(said)


def calibrate(
    theta: Mapping[str, np.ndarray], observed: Sequence[Observed], draws: int, seed: int,
    weigh: Weigh = _right, prior: np.ndarray | None = None,
) -> Places:  # fmt: skip
    """Draw reports from ``draws`` states and find each true parameter in its posterior.

    Equal values share their place at random. Raises ZeroDivisionError where a likelihood gives
    no weight to the state that the reports were drawn from.
    """
    rng = generator(seed, CALIBRATION)
    names = tuple(theta)
    values = np.array([theta[name] for name in names])
    places = np.empty((draws, len(names)))
    base = np.ones(values.shape[1]) if prior is None else prior
    rises = np.cumsum(base)
    for draw in range(draws):
        true = int(np.searchsorted(rises, rng.random() * rises[-1]))
        weights = base.copy()
        for each in observed:
            weights *= weigh(each, each.say(true, rng))
        total = weights.sum()
        if not total > 0.0:
            raise ZeroDivisionError("no weight on the true state")
        below = (weights * (values < values[:, [true]])).sum(axis=1) / total
        level = (weights * (values == values[:, [true]])).sum(axis=1) / total
        places[draw] = below + rng.random() * level
    return Places(names, places)
