"""The small model: a raid without geometry, whose every outcome is a few binomial draws.

launched → failed in flight, or flew on → an aim, by shares of a Dirichlet → left on purpose, or
shot at → stopped, or arrived. It knows neither magazines nor radars, so a leak is a leak whatever
the reason. Where all shares are known, the arrivals at one aim are binomial, which is how it is
checked.
"""

from __future__ import annotations

import numpy as np

from keepout.scenario.amounts import Amount, fixed
from keepout.scenario.quantiles import table_of

from .bank import Bank
from .chance import SMALL_MODEL, generator
from .evidence import SmallModel

ALL = "elsewhere"
"""The one aim of a raid whose file names none."""
NOTHING = fixed(0.0)


def fill(model: SmallModel, states: int, seed: int) -> Bank:
    """A bank of equally likely states of the small model.

    The parameters of the states are a Latin hypercube, each with an order of its own, so that a
    mean over the bank has little error of sampling; chance is free.
    """
    rng = generator(seed, SMALL_MODEL)
    theta = {
        "launched": np.rint(_draw(model.launched, states, rng, whole=True)),
        "failed": _draw(model.failed, states, rng),
        "leak": _draw(model.leak, states, rng),
    }
    common = _draw(model.not_engaged or NOTHING, states, rng)
    assets = list(model.aims) or [ALL]
    weights = [model.aims[asset] for asset in assets] if model.aims else [1.0]
    shares = rng.dirichlet(weights, states) if len(assets) > 1 else np.ones((states, 1))
    counts, left = _play(model, theta, shares, common, assets, rng)
    if len(assets) > 1:
        theta |= {f"aims.{asset}": shares[:, k] for k, asset in enumerate(assets)}
    theta |= left
    known = {name: values for name, values in theta.items() if np.ptp(values) > 0.0}
    return Bank(known, counts, words=WORDS, made_by="small model")


WORDS = {
    "launched": "missiles launched",
    "failed": "share failed in flight",
    "leak": "share that arrives of those shot at",
    "not_engaged": "share left on purpose",
}


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
    return real, left_shares


def small_names(model: SmallModel) -> tuple[list[str], dict[str, str], float]:
    """Paths of the counts, parameters and the most that can be launched, without a draw."""
    bank = fill(model, 4, 0)
    assets = list(model.aims)
    keys = {"launched", "failed", "leak", *bank.theta}
    keys |= {f"aims.{asset}" for asset in assets if len(assets) > 1}
    return bank.known(), dict.fromkeys(keys, ""), float(model.launched.most())
