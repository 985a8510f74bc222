"""When a run has enough trials: conditions looked at seldom, with their error allowed for.

Looking after every trial and stopping at a lucky moment would bias the result. So:

- a rule is looked at after 100, 200, 400, … trials only, and at the most allowed; what it
  finds there depends on nothing but the rows, so threads, chunks and resumption change nothing;
- a condition holds only where its own statistical error allows no doubt at the level of that
  look, and the levels of all looks together are five in a hundred (Bonferroni, spent as
  1/(j (j + 1)): Wald, Sequential Analysis, 1947, gives the frame; the sum telescopes to 1);
- what has not been seen may still happen: the squared error of every mean is widened by that
  of one event as rare as the rule of three allows (Hanley and Lippman-Hand, JAMA 249 (1983)
  1743). A term that falls faster than the error, so that no chance run of equal values stops
  a run early, is what makes a rule on an estimated error valid (Glynn and Whitt, Annals of
  Applied Probability 2 (1992) 180).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from keepout.records.outcome import Layout
from keepout.records.run import Outcomes
from keepout.results.conditions import ERROR, Condition, conditions
from keepout.results.metrics import Prices, leaf, readings
from keepout.results.summary import PAIR, QUANTILE_NAMES, QUANTILES, clusters, mc_se, summarise

FIRST_LOOK = 100
DOUBT = 0.05
"""Chance that any look of a run finds a condition that does not hold."""
UNSEEN = 3.0
"""Events that may have been missed when none was seen, at 95 %: the rule of three."""
SLICES = 20
FEWEST = 6
"""Clusters below which no rule holds: fewer do not know their own spread."""
SHARE = dict(zip(QUANTILE_NAMES, QUANTILES, strict=True))


@dataclass(frozen=True)
class Rule:
    """Stop as soon as all conditions hold."""

    text: str
    conditions: tuple[Condition, ...]

    def holds(self, layout: Layout, rows: Outcomes, prices: Prices, together: int = PAIR) -> bool:
        """Whether these rows are enough; ``together`` as in ``mc_se``."""
        tree = readings(layout, rows, prices)
        return all(
            condition_holds(each, np.asarray(leaf(tree, each.path), np.float64), together)
            for each in self.conditions
        )


def parse_rule(text: str, layout: Layout, prices: Prices) -> Rule:
    """A rule from what the user wrote. Raises InputError with all that is wrong with it."""
    return Rule(text.strip(), conditions(text, layout, prices))


def looks(most: int, rule: Rule | None) -> list[int]:
    """Numbers of trials after which a run of at most ``most`` trials is looked at."""
    counts = []
    trials = FIRST_LOOK
    while rule is not None and trials < most:
        counts.append(trials)
        trials *= 2
    return [*counts, most]


def doubt_at(trials: int) -> float:
    """The level of the look at so many trials: over all looks they add up to DOUBT."""
    look = 1 + max(0, math.ceil(math.log2(trials / FIRST_LOOK)))
    return DOUBT / (look * (look + 1))


def condition_holds(condition: Condition, values: np.ndarray, together: int) -> bool:
    """Whether a condition is beyond the doubt of the look at so many trials."""
    doubt = doubt_at(len(values))
    if clusters(values, together) < FEWEST:
        return False
    if condition.statistic == ERROR:
        most = highest_error(values, condition.step, together, doubt)
        return most is not None and _passes(condition, most)
    if condition.statistic == "mean":
        spread = half_width(values, condition.step, together, doubt)
        return spread is not None and _passes(
            condition, float(np.nanmean(values)) + (spread if condition.below else -spread)
        )
    if condition.statistic in SHARE:
        return _quantile_holds(condition, values, together, doubt)
    return _epistemic_holds(condition, values, together, doubt)


def _passes(condition: Condition, value: float) -> bool:
    """Whether a bound lies on the right side of the limit."""
    inside = value < condition.limit if condition.below else value > condition.limit
    return inside or (len(condition.sign) == 2 and value == condition.limit)


def highest_error(
    values: np.ndarray, step: float, together: int, doubt: float
) -> float | None:  # fmt: skip
    """Upper confidence bound of the Monte Carlo error itself; None below two clusters.

    The squared error is estimated with as many degrees of freedom as clusters less one; its
    bound is that of a chi-square variate.
    """
    error = mc_se(values, together)
    if error is None:
        return None
    free = clusters(values, together) - 1
    return math.hypot(error * math.sqrt(free / chi_square(doubt, free)), _unseen(values, step))


def half_width(
    values: np.ndarray, step: float, together: int, doubt: float
) -> float | None:  # fmt: skip
    """How far the mean may lie from what it should be on one side, at a level of doubt."""
    error = mc_se(values, together)
    if error is None:
        return None
    free = clusters(values, together) - 1
    return student(1.0 - doubt, free) * math.hypot(error, _unseen(values, step))


def _unseen(values: np.ndarray, step: float) -> float:
    """Error that a rare event would add which no pair has shown yet.

    It happens in at most 3 of n pairs in the long run, and moves both trials by a step.
    """
    pairs = max(1.0, np.count_nonzero(~np.isnan(values)) / PAIR)
    return math.sqrt(UNSEEN) * step / pairs


def _quantile_holds(
    condition: Condition, values: np.ndarray, together: int, doubt: float
) -> bool:  # fmt: skip
    """A quantile lies below a limit where enough trials do; their share has an error."""
    strict = condition.sign in ("<", ">=")
    under = np.where(values < condition.limit if strict else values <= condition.limit, 1.0, 0.0)
    under[np.isnan(values)] = np.nan
    spread = half_width(under, 1.0, together, doubt)
    if spread is None:
        return False
    share, wanted = float(np.nanmean(under)), SHARE[condition.statistic]
    return share - spread >= wanted if condition.below else share + spread < wanted


def _epistemic_holds(
    condition: Condition, values: np.ndarray, together: int, doubt: float
) -> bool:  # fmt: skip
    """A quantile of the conditional mean, with the error that leaving out slices shows.

    Delete-a-group jackknife, which holds for quantiles too (Shao and Wu, Ann. Statist. 17
    (1989) 1176).
    """
    edges = np.linspace(0, clusters(values, together), SLICES + 1).astype(int) * together
    if edges[1] == 0:
        return False
    name = condition.statistic.removeprefix("epistemic.")

    def found(some: np.ndarray) -> float:
        value = summarise(some, together)["epistemic"][name]
        return math.nan if value is None else float(value)

    less = np.array([found(np.concatenate([values[:a], values[b:]])) for a, b in pairwise(edges)])
    error = math.sqrt((SLICES - 1) / SLICES * float(((less - less.mean()) ** 2).sum()))
    spread = student(1.0 - doubt, SLICES - 1) * math.hypot(error, _unseen(values, condition.step))
    return _passes(condition, found(values) + (spread if condition.below else -spread))


def chi_square(p: float, free: int) -> float:
    """Quantile of the chi-square distribution, within 1 % above 5 degrees of freedom.

    Source: Wilson and Hilferty, PNAS 17 (1931) 684.
    """
    spread = 2.0 / (9.0 * free)
    return free * max(0.05, 1.0 - spread + NormalDist().inv_cdf(p) * math.sqrt(spread)) ** 3


def student(p: float, free: int) -> float:
    """Quantile of Student's distribution, within 1 % above 5 degrees of freedom.

    Source: Abramowitz and Stegun (1964), 26.7.5.
    """
    z = NormalDist().inv_cdf(p)
    first = (z**3 + z) / 4.0
    second = (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    third = (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0
    return z + first / free + second / free**2 + third / free**3
