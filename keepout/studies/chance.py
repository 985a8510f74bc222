"""Chance of studies: one function gives every Generator, keyed by the seed and a purpose."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A Generator that hangs on the seed and on what it is for, and on nothing else."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed_of(seed, *purpose))))


def seed_of(seed: int, *purpose: str | int) -> int:
    """A seed of its own for a purpose, 0 to 2**63 - 1: of SHA-256 over seed and purpose."""
    text = "\x1f".join(map(str, (seed, *purpose)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
