"""What ``--until`` says, read strictly: statistics of paths of the summary, and limits.

A condition is written ``mc_se(arrived.total) < 0.25`` or, as the JSON has it,
``arrived.total.mc_se < 0.25``; several are joined by ``and``. Whatever no trial can change,
or no number of trials can bring about, is refused before anything runs.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keepout.errors import InputError, Problem
from keepout.records.outcome import Layout
from keepout.results.metrics import Prices, Tree, paths, readings

ERROR = "mc_se"
STATISTICS = ("mean", ERROR, "p05", "p50", "p95", *(f"epistemic.p{q}" for q in ("05", "50", "95")))
OF_A_PROBABILITY = ("mean", ERROR)
SHARES = ("p_no_arrival", "rates.")
"""Paths of numbers between 0 and 1; all others are counts or costs, from 0 up."""
CLOCK = ("wall_s", "trials_per_s")
FIXED = ("scenario", "trials", "seed", "fidelity", "version", "digest")
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
PATTERN = re.compile(
    rf"\s*(?:([^\s()<>=]+)\(\s*([^\s()]*)\s*\)|([^\s()<>=]+))\s*(<=|>=|<|>)\s*({NUMBER})\s*"
)
SHAPE = 'write for instance --until "mc_se(arrived.total) < 0.25"'


@dataclass(frozen=True)
class Condition:
    """A statistic of one number of the summary lies on one side of a limit."""

    statistic: str
    path: str
    sign: str
    limit: float
    step: float
    """The smallest change one missile or round can bring: what may still be unseen."""

    @property
    def below(self) -> bool:
        """Whether the statistic has to lie below the limit."""
        return self.sign[0] == "<"


class _Refused(Exception):
    """Why a condition cannot be had, and what to write instead."""

    def __init__(self, message: str, help: str) -> None:
        self.message, self.help = message, help


def conditions(text: str, layout: Layout, prices: Prices) -> tuple[Condition, ...]:
    """The conditions a user wrote. Raises InputError with everything that is wrong."""
    tree = readings(layout, np.zeros((0, len(layout.columns())), np.int32), prices)
    found: list[Condition] = []
    problems: list[Problem] = []
    for start, piece in _pieces(text):
        try:
            found.append(_condition(piece, tree, prices))
        except _Refused as refused:
            problems.append(
                Problem(
                    "until",
                    f"--until: {refused.message}",
                    path="--until",
                    column=start + 1,
                    help=refused.help,
                    source_line=text,
                    width=max(1, len(piece)),
                )
            )
    if problems:
        raise InputError(problems)
    return tuple(found)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """What stands between ``and``, and where it begins."""
    start = 0
    for word in (*re.finditer(r"\band\b", text), None):
        piece = text[start : word.start() if word else len(text)]
        yield start + len(piece) - len(piece.lstrip()), piece.strip()
        start = word.end() if word else start


def _condition(piece: str, tree: Tree, prices: Prices) -> Condition:
    """One condition. Raises _Refused."""
    found = PATTERN.fullmatch(piece)
    if found is None:
        raise _Refused(f"{piece!r} is no condition", SHAPE)
    if found[1]:
        statistic, path = found[1], found[2]
    else:
        statistic, path = _split(found[3], tree)
    _check_path(path, tree)
    _check_statistic(statistic, path)
    sign, limit = found[4], float(found[5])
    _check_limit(statistic, path, sign, limit)
    return Condition(statistic, path, sign, limit, _step(path, prices))


def _split(whole: str, tree: Tree) -> tuple[str, str]:
    """A path of the JSON, cut before its statistic."""
    for statistic in sorted(STATISTICS, key=len, reverse=True):
        if whole.endswith("." + statistic):
            return statistic, whole.removesuffix("." + statistic)
    _check_path(whole, tree)
    has = OF_A_PROBABILITY if whole == "p_no_arrival" else STATISTICS
    raise _Refused(
        f"{whole!r} does not say which of its numbers is meant",
        f"write for instance mean({whole}); there are: {', '.join(has)}",
    )


def _check_path(path: str, tree: Tree) -> None:
    """Refuse a path that leads to no numbers, or to some that no trial changes."""
    known = paths(tree)
    if path in known:
        return
    if path in CLOCK:
        raise _Refused(
            f"{path} hangs on the clock, and the number of trials would with it",
            "give --trials, or a condition on a result, so that the run can be repeated",
        )
    if path in FIXED:
        cure = "give --trials N" if path == "trials" else SHAPE
        raise _Refused(f"{path} is a setting, which trials do not change", cure)
    below = [name for name in known if name.startswith(path + ".")]
    if below:
        raise _Refused(f"{path!r} is a group of numbers", f"it holds: {', '.join(below[:8])}")
    near = difflib.get_close_matches(path, known, 4, 0.5) or known
    raise _Refused(
        f"there is no {path!r} in the summary of this run",
        f"there are, for instance: {', '.join(near[:8])}",
    )


def _check_statistic(statistic: str, path: str) -> None:
    """Refuse a statistic that the number at a path does not have."""
    has = OF_A_PROBABILITY if path == "p_no_arrival" else STATISTICS
    if statistic not in has:
        near = difflib.get_close_matches(statistic, has, 1, 0.4)
        cure = f"did you mean {near[0]}({path})? " if near else ""
        raise _Refused(
            f"{path} has no {statistic!r}", f"{cure}there are: {', '.join(has)}"
        )  # fmt: skip


def _check_limit(statistic: str, path: str, sign: str, limit: float) -> None:
    """Refuse a limit that cannot be passed, or that is passed before the first trial."""
    words = f"{statistic}({path}) {sign} {limit:g}"
    if not math.isfinite(limit):
        raise _Refused(f"{words}: the limit is not finite", SHAPE)
    if statistic == ERROR:
        if sign[0] == ">":
            raise _Refused(
                f"{words}: an error shrinks with the number of trials",
                f"wait for it to fall: {ERROR}({path}) < {abs(limit):g}",
            )
        if limit <= 0.0:
            raise _Refused(f"{words}: an error stays above zero", "give a limit above zero")
        return
    highest = 1.0 if path.startswith(SHARES) else math.inf
    never = {
        "<": limit <= 0.0, "<=": limit < 0.0, ">": limit >= highest, ">=": limit > highest,
    }  # fmt: skip
    always = {
        "<": limit > highest, "<=": limit >= highest, ">": limit < 0.0, ">=": limit <= 0.0,
    }  # fmt: skip
    range_text = f"this number lies from 0 {'to 1' if highest == 1.0 else 'up'}"
    if never[sign]:
        raise _Refused(f"{words} can never hold: {range_text}", "give a limit inside")
    if always[sign]:
        raise _Refused(f"{words} holds without a trial: {range_text}", "give a limit inside")


def _step(path: str, prices: Prices) -> float:
    """The smallest change at a path. Raises _Refused where no price is known."""
    if not path.startswith("cost_usd."):
        return 1.0
    side = prices.round_usd if path == "cost_usd.defence" else prices.missile_usd
    known = [usd for usd in side.values() if usd is not None]
    if not known:
        raise _Refused(
            f"{path} is not known: nothing it adds up has a price",
            "give prices under `catalogue:` in the scenario, or name another number",
        )
    return max(known)
