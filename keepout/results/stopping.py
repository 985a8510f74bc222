"""When a run has enough trials: a rule on the Monte Carlo error, looked at seldom.

Looking after every trial and stopping at a lucky moment would bias the result. So a rule
is looked at after 100, 200, 400, … trials only, and only ever at ``mc_se``: the number of
trials then depends on nothing but the rows.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import numpy as np

from keepout.errors import InputError
from keepout.records.outcome import Layout
from keepout.results.metrics import Prices, leaf, paths, readings
from keepout.results.summary import mc_se

FIRST_LOOK = 100
PATTERN = re.compile(r"\s*mc_se\(\s*([^()\s]+)\s*\)\s*(<=|<)\s*([0-9.eE+-]+)\s*")
SHAPE = 'write for instance --until "mc_se(arrived.total) < 0.25"'


@dataclass(frozen=True)
class Rule:
    """Stop as soon as the Monte Carlo error of the mean at ``path`` is below ``limit``."""

    text: str
    path: str
    limit: float
    or_equal: bool

    def holds(self, layout: Layout, rows: np.ndarray, prices: Prices) -> bool:
        """Whether these rows are enough."""
        values = leaf(readings(layout, rows, prices), self.path)
        error = mc_se(np.asarray(values, np.float64)) if values is not None else None
        if error is None:
            return False
        return error <= self.limit if self.or_equal else error < self.limit


def parse_rule(text: str, layout: Layout, prices: Prices) -> Rule:
    """A rule from what the user wrote. Raises InputError if it is none."""
    found = PATTERN.fullmatch(text)
    try:
        limit = float(found[3]) if found else 0.0
    except ValueError:
        limit = 0.0
    if found is None or not 0.0 < limit < float("inf"):
        raise InputError.one("until", f"--until does not understand {text!r}", help=SHAPE)
    known = paths(readings(layout, np.zeros((0, len(layout.columns())), np.int32), prices))
    if found[1] not in known:
        near = difflib.get_close_matches(found[1], known, 3, 0.5) or known
        raise InputError.one(
            "until",
            f"--until: there is no {found[1]!r} in the summary of this run",
            help=f"there are, for instance: {', '.join(near[:8])}",
        )
    return Rule(text.strip(), found[1], limit, found[2] == "<=")


def looks(most: int, rule: Rule | None) -> list[int]:
    """Numbers of trials after which a run of at most ``most`` trials is looked at."""
    counts = []
    trials = FIRST_LOOK
    while rule is not None and trials < most:
        counts.append(trials)
        trials *= 2
    return [*counts, most]
