"""A bank of states of the world: parameters and what came of them, each as likely as it says.

A state is one draw of the parameters together with one outcome. A small model fills it with
chance of its own, an engine with its trials. Whatever is concluded from evidence is a choice of
weights for these states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Bank:
    """n states of the world.

    ``theta``    parameter → its value in each state (n,)
    ``counts``   path of the summary → its value in each state (n,)
    ``paths``    parameter → how ``--set`` addresses it
    ``words``    parameter → what it is, in words
    ``together`` consecutive states that are not independent of each other
    """

    theta: Mapping[str, np.ndarray]
    counts: Mapping[str, np.ndarray]
    paths: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    together: int = 1
    made_by: str = ""
    base: np.ndarray | None = None  # weights of the states beforehand; None: all alike

    def __len__(self) -> int:
        return len(next(iter(self.counts.values())))

    def prior(self) -> np.ndarray:
        """Weights of the states beforehand (n,), adding up to one."""
        return np.full(len(self), 1.0 / len(self)) if self.base is None else self.base

    def known(self) -> list[str]:
        """Paths of all counts."""
        return list(self.counts)

    def parameter(self, name: str) -> str | None:
        """The key of a parameter that is called by key or by path; None if there is none."""
        if name in self.theta:
            return name
        return next((key for key, path in self.paths.items() if path == name), None)
