"""Evidence against a bank: the weights of its states, and what follows from them.

The weight of a state is the probability of the reports given the counts of that state. As each
state's counts are themselves drawn given its parameters, the weights are unbiased for the
likelihood of the parameters, and the answer is exact but for the number of states (Andrieu and
Roberts, Annals of Statistics 37 (2009) 697): there is no tolerance and no summary statistic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keepout.errors import RunError

from . import weighted
from .bank import Bank
from .chance import NUISANCE, generator
from .evidence import Evidence
from .likelihood import Said
from .observed import NUISANCE as NUISANCE_WORDS
from .observed import Observed, nuisances, observe, reported

ENOUGH = 100.0
"""Effective states below which an answer says that it is rough."""


@dataclass(frozen=True)
class Posterior:
    """A bank with the weights that evidence gives to its states.

    ``theta`` holds the parameters of the bank and those of the observations.
    """

    evidence: Evidence
    bank: Bank
    theta: Mapping[str, np.ndarray]
    observed: Sequence[Observed]
    factors: np.ndarray  # (observations, n)

    @cached_property
    def prior(self) -> np.ndarray:
        """Weights beforehand (n,), adding up to one."""
        return self.bank.prior()

    @cached_property
    def weights(self) -> np.ndarray:
        """Weights given all reports (n,), adding up to one."""
        return weighted.normalised(np.prod(self.factors, axis=0) * self.prior)

    def without(self, name: str) -> np.ndarray:
        """Weights given all observations but one; the prior's if the others leave none."""
        rest = [k for k, each in enumerate(self.observed) if each.name != name]
        product = np.prod(self.factors[rest], axis=0) if rest else np.ones(len(self.bank))
        return weighted.normalised(product * self.prior) if product.any() else self.prior

    def alone(self, name: str, report: int) -> np.ndarray | None:
        """Weights given one report only; None if it leaves no state."""
        each = next(seen for seen in self.observed if seen.name == name)
        said = reported(self.evidence)[name]
        one = Observed(
            name, (each.laws[report],), each.most, each.pmf, each.rates
        )  # fmt: skip
        found = one.likelihood([said[report]])
        return weighted.normalised(found * self.prior) if found.any() else None

    @cached_property
    def effective(self) -> float:
        """Effective number of states with a draw of their own."""
        return weighted.effective(self.weights, min(self.bank.together, 2))

    @cached_property
    def log_evidence(self) -> float:
        """Logarithm of the probability of all reports beforehand."""
        return math.log(float((np.prod(self.factors, axis=0) * self.prior).sum()))

    def word(self, key: str) -> str:
        """A parameter in words."""
        if key in self.bank.words:
            return self.bank.words[key]
        name, _, field = key.rpartition(".")
        said = NUISANCE_WORDS.get(field)
        if said:
            return f"{said}, {name}"
        head, _, rest = key.partition(".")
        kinds = {"aims": "share aimed at", "not_engaged": "share left on purpose,"}
        return f"{kinds.get(head, head)} {rest}"


def weigh(
    evidence: Evidence, bank: Bank, seed: int, said: Mapping[str, Sequence[Said]] | None = None
) -> Posterior:
    """The posterior of a bank given evidence; ``said`` replaces what the file reports.

    Raises RunError if no state of the bank could have led to the reports, and says which
    observation is to blame.
    """
    theta, observed, factors = _factors(evidence, bank, seed, said)
    product = np.prod(factors, axis=0)
    if not product.sum() > 0.0:
        raise RunError(_blame(evidence, bank, observed, factors))
    return Posterior(evidence, bank, theta, observed, factors)


def likelihood(evidence: Evidence, bank: Bank, seed: int) -> np.ndarray:
    """Probability of all reports in each state (n,)."""
    return np.asarray(np.prod(_factors(evidence, bank, seed, None)[2], axis=0))


def _factors(
    evidence: Evidence, bank: Bank, seed: int, said: Mapping[str, Sequence[Said]] | None
) -> tuple[dict[str, np.ndarray], list[Observed], np.ndarray]:
    """All parameters, the observations, and the probability of each one's reports."""
    theta = dict(bank.theta) | nuisances(evidence, bank, generator(seed, NUISANCE))
    observed = [observe(each, bank, theta) for each in evidence.observations]
    figures = reported(evidence) if said is None else said
    return theta, observed, np.array([o.likelihood(figures[o.name]) for o in observed])


def _blame(
    evidence: Evidence, bank: Bank, observed: Sequence[Observed], factors: np.ndarray
) -> str:
    """Which observations leave no state, alone or together, and what to do."""
    alone = [each.name for each, row in zip(observed, factors, strict=True) if not row.any()]
    ranges = {
        str(each.quantity): bank.counts[str(each.quantity)]
        for each in evidence.observations
        if each.quantity
    }
    if alone:
        says = []
        for each in evidence.observations:
            if each.name in alone and each.quantity:
                values = ranges[str(each.quantity)]
                says.append(
                    f"{each.name} ({each.quantity} runs from {values.min():.0f} to "
                    f"{values.max():.0f} beforehand)"
                )
            elif each.name in alone:
                says.append(each.name)
        what = f"None of the {len(bank):,} states agrees with {' and with '.join(says)}"
    else:
        what = (
            f"Each observation is possible alone, but none of the {len(bank):,} states agrees "
            "with all of them together"
        )
    return (
        f"{what}. Widen the priors, give the reports a misread or a trust below 1, or take more "
        "states."
    )
