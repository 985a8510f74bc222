"""Rates that differ from one part of an event to the next: a beta-binomial on a grid.

Each part has a rate of its own, drawn from a Beta with mean mu and concentration kappa; both are
unknown. With kappa without limit all parts have one rate, which is the baseline. The grid is exact
for two unknowns, so no sampler is needed; one can be run beside it (``sampler``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln

MEANS = 200
CONCENTRATIONS = np.geomspace(2.0, 2000.0, 40)
"""From parts that have little to do with each other to parts that are all but alike."""
JEFFREYS = 0.5


@dataclass(frozen=True)
class Part:
    """One part of an event: so many of so many, with the day it was published for."""

    day: str
    whole: int
    hits: int


@dataclass(frozen=True)
class Grid:
    """What is believed of mean and concentration: (MEANS, CONCENTRATIONS) weights."""

    mean: np.ndarray
    concentration: np.ndarray
    weights: np.ndarray

    def predict(self, whole: int) -> np.ndarray:
        """Law of the so many of `whole` hit (whole + 1,)."""
        k = np.arange(whole + 1)[:, None, None]
        each = np.exp(log_betabinomial(k, whole, self.mean[:, None], self.concentration[None, :]))
        law = (each * self.weights).sum(axis=(1, 2))
        return np.asarray(law / law.sum())


def log_betabinomial(
    hits: np.ndarray | int, whole: int, mean: np.ndarray, concentration: np.ndarray
) -> np.ndarray:
    """Logarithm of the probability of so many hits given mean and concentration of the rate."""
    a, b = mean * concentration, (1.0 - mean) * concentration
    choose = gammaln(whole + 1) - gammaln(np.asarray(hits) + 1) - gammaln(whole - hits + 1)
    return np.asarray(choose + betaln(a + hits, b + whole - hits) - betaln(a, b))


def fit(parts: Sequence[Part]) -> Grid:
    """The posterior on the grid: Jeffreys' prior for the mean, even odds for each doubling."""
    mean = (np.arange(MEANS) + 0.5) / MEANS
    mean = np.sin(0.5 * np.pi * mean) ** 2  # evenly spaced under Jeffreys' prior
    log = np.zeros((MEANS, len(CONCENTRATIONS)))
    for part in parts:
        log += log_betabinomial(part.hits, part.whole, mean[:, None], CONCENTRATIONS[None, :])
    weights = np.exp(log - log.max())
    return Grid(mean, CONCENTRATIONS, weights / weights.sum())


def constant_rate(parts: Sequence[Part], whole: int) -> np.ndarray:
    """The baseline: one rate for all parts, Jeffreys' prior; law of the hits (whole + 1,)."""
    hits = sum(part.hits for part in parts) + JEFFREYS
    misses = sum(part.whole - part.hits for part in parts) + JEFFREYS
    k = np.arange(whole + 1)
    total = np.array(hits + misses)
    law = np.exp(log_betabinomial(k, whole, np.array(hits / total), total))
    return np.asarray(law / law.sum())
