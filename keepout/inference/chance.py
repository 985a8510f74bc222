"""The one place where inference gets random numbers from: a Generator keyed by seed and purpose."""

from __future__ import annotations

import numpy as np

SMALL_MODEL, NUISANCE, CALIBRATION, PREDICTIVE, GROUND, TIES = range(6)
"""Purposes; two purposes never share a stream."""


def generator(seed: int, purpose: int) -> np.random.Generator:
    """A Generator that depends on seed and purpose alone (PCG64 of a spawned seed sequence)."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, purpose))))
