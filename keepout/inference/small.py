"""The small model: a raid without geometry, whose every outcome is a few binomial draws.

launched → failed in flight, or flew on → an aim, by shares of a Dirichlet → left on purpose, or
shot at → stopped, or arrived. It knows neither magazines nor radars, so a leak is a leak whatever
the reason. Where all shares are known, the arrivals at one aim are binomial, which is how it is
checked.

Sharp counts leave few states of wide priors. So the states are drawn in stages: each stage draws
its parameters where the stages before point, and every state is weighed by how often the priors
would have drawn it rather than all the stages together.

Source: Cornuet, Marin, Mira and Robert, Scand. J. Stat. 39 (2012) 798 (adaptive multiple
importance sampling, with the weights of the whole mixture).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from keepout.scenario.amounts import Amount, fixed
from keepout.scenario.quantiles import table_of

from . import weighted
from .bank import Bank
from .chance import SMALL_MODEL, generator
from .evidence import SmallModel

ALL = "elsewhere"
"""The one aim of a raid whose file names none."""
NOTHING = fixed(0.0)
SHARES = ("failed", "leak", "not_engaged")
"""Parameters that later stages draw where the earlier ones point."""
STAGES = 4
KEPT_PRIOR = 0.2
"""Share of each later stage that is still drawn from the priors."""
CELLS = 24
"""Pieces of a proposal, each of equal weight."""
ENOUGH = 200.0
"""Effective states that a stage has to have to point anywhere; its weights are flattened to it."""

WORDS = {
    "launched": "missiles launched",
    "failed": "share failed in flight",
    "leak": "share that arrives of those shot at",
    "not_engaged": "share left on purpose",
}

Likelihood = Callable[[Bank], np.ndarray]


class Piecewise:
    """A distribution by the ends of pieces of given weights, drawn from and evaluated."""

    def __init__(self, ends: np.ndarray, shares: np.ndarray) -> None:
        wide = np.diff(ends) > 0.0
        self.ends = np.concatenate([ends[:-1][wide], ends[-1:]])
        self.shares = shares[wide] / shares[wide].sum()
        self.rises = np.concatenate([[0.0], np.cumsum(self.shares)])

    def at(self, u: np.ndarray) -> np.ndarray:
        """Quantiles."""
        found: np.ndarray = np.interp(u, self.rises, self.ends)
        return found

    def density(self, values: np.ndarray) -> np.ndarray:
        """Density, zero outside the ends."""
        cell = np.clip(np.searchsorted(self.ends, values, "right") - 1, 0, len(self.shares) - 1)
        inside = (values >= self.ends[0]) & (values <= self.ends[-1])
        found: np.ndarray = np.where(inside, self.shares[cell] / np.diff(self.ends)[cell], 0.0)
        return found


def law_of(amount: Amount) -> Piecewise | None:
    """The distribution of an amount; None where it is a number."""
    table = table_of(amount)
    if table[0] == table[-1]:
        return None
    return Piecewise(table, np.full(len(table) - 1, 1.0 / (len(table) - 1)))


def fill(model: SmallModel, states: int, seed: int, likelihood: Likelihood | None = None) -> Bank:
    """A bank of states of the small model.

    Parameters are a Latin hypercube within each stage; chance is free. Without ``likelihood`` all
    states are drawn from the priors.
    """
    rng = generator(seed, SMALL_MODEL)
    priors = {name: law_of(getattr(model, name) or NOTHING) for name in SHARES}
    if likelihood is None:
        return _stage(model, states, rng, {})
    sizes = [states // STAGES] * (STAGES - 1)
    sizes.append(states - sum(sizes))
    banks: list[Bank] = []
    proposals: list[dict[str, Piecewise]] = [{}]
    for size in sizes:
        banks.append(_stage(model, size, rng, proposals[-1]))
        whole = _joined(banks, proposals, priors)
        proposals.append(_proposal(whole, likelihood(whole) * whole.prior(), priors))
    return _joined(banks, proposals[:-1], priors)


def _proposal(
    bank: Bank, weights: np.ndarray, priors: dict[str, Piecewise | None]
) -> dict[str, Piecewise]:
    """Where the next stage looks: marginals of what is believed now, flattened if it is little."""
    if not weights.any():
        return {}
    power = 1.0
    flat = weights / weights.max()
    while weighted.effective(flat**power) < ENOUGH and power > 1e-3:
        power *= 0.7
    made = {}
    for name, prior in priors.items():
        if prior is None or name not in bank.theta:
            continue
        at = tuple(k / CELLS for k in range(CELLS + 1))
        ends = np.array(weighted.quantiles(bank.theta[name], flat**power, at))
        ends[0], ends[-1] = prior.ends[0], prior.ends[-1]
        made[name] = Piecewise(np.maximum.accumulate(ends), np.full(CELLS, 1.0 / CELLS))
    return made


def _joined(
    banks: list[Bank], proposals: list[dict[str, Piecewise]], priors: dict[str, Piecewise | None]
) -> Bank:
    """All stages as one bank, weighed so that together they stand for the priors."""
    theta = {k: np.concatenate([b.theta[k] for b in banks]) for k in banks[0].theta}
    counts = {p: np.concatenate([b.counts[p] for b in banks]) for p in banks[0].counts}
    whole = len(next(iter(counts.values())))
    mixture = np.zeros(whole)
    for bank, proposal in zip(banks, proposals, strict=False):
        ratio = np.ones(whole)
        for name, law in proposal.items():
            prior = priors[name]
            assert prior is not None
            before = prior.density(theta[name])
            ratio *= KEPT_PRIOR + (1.0 - KEPT_PRIOR) * law.density(theta[name]) / before
        mixture += len(bank) / whole * ratio
    return Bank(theta, counts, words=WORDS, made_by="small model",
                base=weighted.normalised(1.0 / mixture))  # fmt: skip


def _stage(
    model: SmallModel, states: int, rng: np.random.Generator, proposal: dict[str, Piecewise]
) -> Bank:
    """States whose parameters are drawn from the priors, or where a proposal looks."""

    def share(name: str) -> np.ndarray:
        values = _draw(getattr(model, name) or NOTHING, states, rng)
        law = proposal.get(name)
        u, coin = rng.random(states), rng.random(states)
        return values if law is None else np.where(coin < KEPT_PRIOR, values, law.at(u))

    theta = {
        "launched": np.rint(_draw(model.launched, states, rng, whole=True)),
        "failed": share("failed"),
        "leak": share("leak"),
    }
    common = share("not_engaged")
    assets = list(model.aims) or [ALL]
    weights = [model.aims[asset] for asset in assets] if model.aims else [1.0]
    shares = rng.dirichlet(weights, states) if len(assets) > 1 else np.ones((states, 1))
    counts, left = _play(model, theta, shares, common, assets, rng)
    if len(assets) > 1:
        theta |= {f"aims.{asset}": shares[:, k] for k, asset in enumerate(assets)}
    theta |= left
    known = {name: values for name, values in theta.items() if _varies(model, name)}
    return Bank(known, counts, words=WORDS, made_by="small model")


def _varies(model: SmallModel, name: str) -> bool:
    """Whether a parameter is uncertain."""
    head, _, asset = name.partition(".")
    amount = model.not_engaged_at[asset] if asset and head == "not_engaged" else None
    amount = amount or getattr(model, name, None) or (NOTHING if name in SHARES else None)
    return amount is None or amount.least() < amount.most()


def _draw(amount: Amount, states: int, rng: np.random.Generator, whole: bool = False) -> np.ndarray:
    """Stratified draws of an amount, in an order of their own."""
    table = table_of(amount, whole)
    u = (rng.permutation(states) + rng.random(states)) / states
    return np.interp(u, np.linspace(0.0, 1.0, len(table)), table)


def _play(
    model: SmallModel, theta: dict[str, np.ndarray], shares: np.ndarray, common: np.ndarray,
    assets: list[str], rng: np.random.Generator,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:  # fmt: skip
    """What comes of every state: counts by path of the summary, and the shares left."""
    launched = theta["launched"].astype(np.int64)
    failed = rng.binomial(launched, theta["failed"])
    aimed = rng.multinomial(launched - failed, shares)
    left_shares = {}
    left, leaked = np.zeros_like(aimed), np.zeros_like(aimed)
    for k, asset in enumerate(assets):
        own = model.not_engaged_at.get(asset)
        share = common if own is None else _draw(own, len(launched), rng)
        if own is not None:
            left_shares[f"not_engaged.{asset}"] = share
        left[:, k] = rng.binomial(aimed[:, k], share)
        leaked[:, k] = rng.binomial(aimed[:, k] - left[:, k], theta["leak"])
    if any(asset not in model.not_engaged_at for asset in assets):
        left_shares["not_engaged"] = common
    return _counts(launched, failed, aimed, left, leaked, assets), left_shares


def _counts(
    launched: np.ndarray, failed: np.ndarray, aimed: np.ndarray, left: np.ndarray,
    leaked: np.ndarray, assets: list[str],
) -> dict[str, np.ndarray]:  # fmt: skip
    """The ledger of every state."""
    arrived, engaged = left + leaked, aimed - left
    flown, stopped = launched - failed, (engaged - leaked).sum(axis=1)
    counts = {
        "launched": launched,
        "failed_in_flight": failed,
        "intercepted.total": stopped,
        "engaged": engaged.sum(axis=1),
        "left_on_purpose": left.sum(axis=1),
        "arrived.total": arrived.sum(axis=1),
    }
    counts |= {f"arrived.by_asset.{asset}": arrived[:, k] for k, asset in enumerate(assets)}
    counts |= {f"aimed.by_asset.{asset}": aimed[:, k] for k, asset in enumerate(assets)}
    real = {path: values.astype(np.float64) for path, values in counts.items()}
    of = {"launched": launched, "identified": flown, "threatening": flown,
          "engaged": counts["engaged"]}  # fmt: skip
    for name, whole in of.items():
        real[f"rates.{name}"] = np.where(whole > 0, stopped / np.maximum(whole, 1), np.nan)
    return real


def small_names(model: SmallModel) -> tuple[list[str], dict[str, str], float]:
    """Paths of the counts, parameters and the most that can be launched, without a draw."""
    bank = fill(model, 4, 0)
    assets = list(model.aims)
    keys = {*bank.theta} | {f"aims.{asset}" for asset in assets if len(assets) > 1}
    return bank.known(), dict.fromkeys(keys, ""), float(model.launched.most())
