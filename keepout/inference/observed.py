"""One observation against a bank: the law of its latent count in each state, and its reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.scenario.amounts import Amount, fixed
from keepout.scenario.quantiles import table_of

from .bank import Bank
from .evidence import Evidence, Observation
from .likelihood import Law, Said, agrees, found_pmf, law_of, said_of, say, size_for

ARRIVED = "arrived.by_asset."
DEBRIS = "debris.by_asset."
NUISANCE = {
    "detected": "probability that a mark was seen",
    "marks": "craters for each arrival",
    "marks_of_debris": "craters for each piece of debris",
}


@dataclass(frozen=True)
class Observed:
    """An observation and what each state of a bank says about it.

    For a count ``pmf`` (n, size) is the law of the latent count; for a rate ``rates`` (d, n) holds
    the rate under each denominator that may have been meant.
    """

    name: str
    laws: tuple[Law, ...]
    most: float
    pmf: np.ndarray | None = None
    rates: np.ndarray | None = None

    def likelihood(self, said: Sequence[Said]) -> np.ndarray:
        """Probability of all its reports together, in each state (n,)."""
        if self.pmf is not None:
            count = np.arange(self.pmf.shape[1], dtype=np.float64)
            together = np.ones(len(count))
            for law, figure in zip(self.laws, said, strict=True):
                together *= agrees(law, figure, count, self.most)
            return np.asarray((self.pmf * together).sum(axis=1))  # no BLAS: the same everywhere
        assert self.rates is not None
        total = np.zeros(self.rates.shape[1])
        for rate in self.rates:
            each = np.ones(len(rate))
            for law, figure in zip(self.laws, said, strict=True):
                each *= agrees(law, figure, rate, self.most)
            total += each
        return total / len(self.rates)

    def say(self, state: int, rng: np.random.Generator) -> list[Said]:
        """Reports drawn as they would be made in one state of the bank."""
        if self.pmf is not None:
            shares = np.cumsum(self.pmf[state])
            count = float(min(np.searchsorted(shares, rng.random() * shares[-1]), len(shares) - 1))
        else:
            assert self.rates is not None
            count = float(self.rates[rng.integers(len(self.rates)), state])
        return [say(law, count, self.most, rng) for law in self.laws]

    def predictive(self, weights: np.ndarray) -> np.ndarray:
        """Law of the latent count under weights of the states (size,)."""
        assert self.pmf is not None
        return np.asarray((self.pmf * weights[:, None]).sum(axis=0))


def nuisances(evidence: Evidence, bank: Bank, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draws of what only an observation knows: detection, craters for each arrival (n,) each."""
    found = {}
    for each in evidence.observations:
        for field in NUISANCE:
            amount = getattr(each, field)
            u = rng.random(len(bank))  # drawn in any case: one observation moves no other's draws
            if amount is not None and amount.least() < amount.most():
                found[f"{each.name}.{field}"] = _at(amount, u)
    return found


def _at(amount: Amount, u: np.ndarray) -> np.ndarray:
    """Quantiles of an amount."""
    table = table_of(amount)
    found: np.ndarray = np.interp(u, np.linspace(0.0, 1.0, len(table)), table)
    return found


def observe(each: Observation, bank: Bank, theta: dict[str, np.ndarray]) -> Observed:
    """An observation set up against every state of a bank, with its nuisances in ``theta``."""
    laws = tuple(law_of(report, each.rate is not None) for report in each.reports)
    if each.rate is not None:
        rates = np.array([np.nan_to_num(bank.counts[f"rates.{of}"]) for of in each.rate])
        return Observed(each.name, laws, 1.0, rates=rates)
    places = [str(each.quantity), *each.also]
    arrived = np.sum([bank.counts[path] for path in places], axis=0)

    def nuisance(field: str, usual: float) -> np.ndarray:
        amount: Any = getattr(each, field)
        drawn = theta.get(f"{each.name}.{field}")
        alone = (amount or fixed(usual)).least()
        return np.full(len(bank), alone) if drawn is None else drawn

    debris = np.zeros(len(bank))
    for path in places:
        if path.startswith(ARRIVED):
            debris = debris + bank.counts.get(DEBRIS + path.removeprefix(ARRIVED), 0.0)
    marks, of_debris = nuisance("marks", 1.0), nuisance("marks_of_debris", 0.0)
    extra = arrived * np.maximum(marks - 1.0, 0.0) + debris * of_debris
    size = size_for(arrived, extra)
    pmf = found_pmf(
        np.minimum(arrived, size - 1), debris, nuisance("detected", 1.0),
        np.maximum(marks, 1.0), of_debris, size,
    )  # fmt: skip
    return Observed(each.name, laws, float(np.max(arrived + extra)) + 1.0, pmf=pmf)


def reported(evidence: Evidence) -> dict[str, list[Said]]:
    """What the file says, by observation."""
    return {
        each.name: [said_of(law_of(report, each.rate is not None)) for report in each.reports]
        for each in evidence.observations
    }
