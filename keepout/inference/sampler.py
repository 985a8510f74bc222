"""The hierarchical model by a sampler, for those who want to see the grid confirmed.

Needs the extra ``bayes``; nothing else does, and no test. Only this module imports it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

import numpy as np

from keepout.errors import KeepoutError

from .hierarchy import CONCENTRATIONS, JEFFREYS, Part


def sample(parts: Sequence[Part], draws: int = 1000, seed: int = 0) -> dict[str, np.ndarray]:
    """Posterior draws of mean, concentration and the rate of each part, by the No-U-Turn sampler.

    ``mean`` and ``concentration`` (draws,), ``rate`` (draws, parts). Raises KeepoutError where the
    extra is missing.
    """
    if importlib.util.find_spec("pymc") is None:
        raise KeepoutError("The sampler needs the extra `bayes`: pip install 'keepout[bayes]'.")
    import pymc

    whole = np.array([part.whole for part in parts])
    hits = np.array([part.hits for part in parts])
    low, high = np.log(CONCENTRATIONS[[0, -1]])
    with pymc.Model():
        mean = pymc.Beta("mean", JEFFREYS, JEFFREYS)
        concentration = pymc.math.exp(pymc.Uniform("log_concentration", low, high))
        rate = pymc.Beta(
            "rate", mean * concentration, (1.0 - mean) * concentration, shape=len(parts)
        )
        pymc.Binomial("hits", whole, rate, observed=hits)
        found = pymc.sample(
            draws, chains=2, cores=1, random_seed=seed, progressbar=False, target_accept=0.95
        )["posterior"]
    return {
        "mean": found["mean"].values.ravel(),
        "concentration": np.exp(found["log_concentration"].values.ravel()),
        "rate": found["rate"].values.reshape(-1, len(parts)),
    }
