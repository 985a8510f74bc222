"""A claimed interception rate against the counts: which denominators it can hold of.

The ledger is launched = failed in flight + intercepted + arrived. Whatever of it is not given is
free, and every whole-number way to fill it in is looked at. So "can hold" means that some way
makes the claim true, and the assumption says which.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta

from keepout.errors import InputError, Problem

MOST_LAUNCHED = 5000
HOLDS, CAN_HOLD, CANNOT = "holds", "can hold", "cannot hold"
ROUNDING = 1e-9
"""Of arithmetic: shares are not whole in binary."""
COUNTS = ("failed", "intercepted", "engaged", "identified", "threatening")


@dataclass(frozen=True)
class Claim:
    """A rate with half of what it is rounded to, and the counts beside it."""

    rate: float
    half: float
    launched: int
    arrived: int
    at_least: bool = False  # arrived is only a lower bound
    failed: int | None = None
    intercepted: int | None = None
    engaged: int | None = None
    identified: int | None = None
    threatening: int | None = None

    @property
    def low(self) -> float:
        """The least rate that rounds to the claim."""
        return max(0.0, self.rate - self.half)

    @property
    def high(self) -> float:
        """The greatest."""
        return min(1.0, self.rate + self.half)


@dataclass(frozen=True)
class Row:
    """One denominator: what the rate may be, and what else the claim asks for."""

    denominator: str
    counts: str
    verdict: str
    low: float | None
    high: float | None
    assumptions: tuple[str, ...]
    interval: tuple[float, float] | None = None


def problems(claim: Claim) -> list[Problem]:
    """Everything that is impossible among the figures themselves."""
    found = []

    def fault(option: str, message: str, help: str) -> None:
        found.append(Problem("rate", message, path=f"--{option}", help=help))

    if not 0.0 <= claim.rate <= 1.0:
        help = f"write {claim.rate / 100:g}, or {claim.rate:g} %" if 1 < claim.rate <= 100 else ""
        fault("claim", f"the claim is {claim.rate:g}; a share cannot be above 1", help)
    if not 1 <= claim.launched <= MOST_LAUNCHED:
        fault("launched", f"{claim.launched} launched; 1 to {MOST_LAUNCHED} can be handled", "")
    for name in ("arrived", *COUNTS):
        value = getattr(claim, name)
        if value is None:
            continue
        if value < 0:
            fault(name, f"{value} {name}; a count is not below zero", "")
        elif value > claim.launched:
            message = f"{value} {name} are more than the {claim.launched} launched"
            fault(name, message, "correct one of the two")
    ledger = [n for n in (claim.arrived, claim.failed, claim.intercepted) if n is not None]
    whole = len(ledger) == 3 and not claim.at_least
    if not found and (sum(ledger) > claim.launched or (whole and sum(ledger) != claim.launched)):
        than = "more than" if sum(ledger) > claim.launched else "not"
        message = (
            f"failed, intercepted and arrived add up to {sum(ledger)}, {than} the "
            f"{claim.launched} launched"
        )
        fault("launched", message, "launched = failed in flight + intercepted + arrived")
    order = [(n, getattr(claim, n)) for n in ("intercepted", "engaged", "identified")]
    known = [(n, value) for n, value in order if value is not None]
    for (less, few), (more, many) in itertools.pairwise(known):
        if few > many:
            help = "what is intercepted was engaged, and what is engaged was identified"
            fault(more, f"{few} {less} are more than {many} {more}", help)
    return found


def check(claim: Claim) -> list[Row]:
    """Every denominator. Raises InputError where the figures contradict each other."""
    found = problems(claim)
    if found:
        raise InputError(found)
    ways = _ways(claim)
    if not len(ways):
        raise InputError.one(
            "rate",
            "the figures contradict each other: no whole-number ledger agrees with all of them",
            path="--engaged" if claim.engaged is not None else "--threatening",
            help="engaged and threatening lie between intercepted, and intercepted plus arrived",
        )
    return [
        _launched(claim, ways), _stopped(claim, ways), _flown(claim, ways),
        _of(claim, ways, "identified"), _of(claim, ways, "threatening"),
        _of(claim, ways, "engaged"),
    ]  # fmt: skip


def _ways(claim: Claim) -> np.ndarray:
    """Every (intercepted, arrived) that agrees with what is given (k, 2)."""
    launched = claim.launched
    most = launched if claim.at_least else claim.arrived
    arrived = np.arange(claim.arrived, most + 1)
    stopped = np.arange(launched + 1)
    i, a = np.meshgrid(stopped, arrived, indexing="ij")
    held = i + a <= launched
    if claim.failed is not None:
        held &= i + a == launched - claim.failed
    if claim.intercepted is not None:
        held &= i == claim.intercepted
    for name in ("engaged", "threatening"):
        count = getattr(claim, name)
        if count is not None:  # all that were stopped were meant, and some of those that arrived
            held &= (i <= count) & (count <= i + a)
    if claim.identified is not None:
        held &= i <= claim.identified
    return np.column_stack([i[held], a[held]])


def _range_words(name: str, values: np.ndarray, whole: int) -> str:
    """How many, and what share that is."""
    low, high = int(values.min()), int(values.max())
    what = f"{low}" if low == high else f"{low} to {high}"
    share = f"{100 * low / whole:.0f}" + ("" if low == high else f" to {100 * high / whole:.0f}")
    return f"{what} of the {whole} ({share} %) {name}"


def _row(
    claim: Claim, name: str, counts: str, rates: np.ndarray, holds: np.ndarray,
    says: tuple[str, ...],
) -> Row:  # fmt: skip
    """A row from the rates of all ways, and in which of them the claim holds."""
    verdict = HOLDS if holds.all() else CAN_HOLD if holds.any() else CANNOT
    low, high = float(np.nanmin(rates)), float(np.nanmax(rates))
    if verdict == CANNOT:
        far = f"the rate would be {_percent(low, high)}"
        says = (f"whatever is filled in for what is not known, {far}",)
    return Row(name, counts, verdict, low, high, says if verdict != HOLDS else ())


def _percent(low: float, high: float) -> str:
    """A range of rates."""
    if f"{100 * low:.1f}" == f"{100 * high:.1f}":
        return f"{100 * low:.1f} %"
    return f"between {100 * low:.1f} and {100 * high:.1f} %"


def _fits(claim: Claim, rates: np.ndarray) -> np.ndarray:
    return (rates >= claim.low - ROUNDING) & (rates <= claim.high + ROUNDING)


def _failures(claim: Claim, ways: np.ndarray, holds: np.ndarray) -> tuple[str, ...]:
    """The failures in flight, and the arrivals if they are only a bound, that a claim asks for."""
    if not holds.any():
        return ()
    kept = ways[holds]
    says = []
    if claim.failed is None:
        failed = claim.launched - kept.sum(axis=1)
        says.append(_range_words("launched failed in flight", failed, claim.launched))
    if claim.at_least:
        low, high = int(kept[:, 1].min()), int(kept[:, 1].max())
        says.append(f"{low} to {high} arrived, counted or not")
    return tuple(says)


def _launched(claim: Claim, ways: np.ndarray) -> Row:
    rates = ways[:, 0] / claim.launched
    holds = _fits(claim, rates)
    row = _row(
        claim, "launched", "intercepted, of all that were launched", rates, holds,
        _failures(claim, ways, holds),
    )  # fmt: skip
    return _with_interval(row, claim, claim.launched)


def _stopped(claim: Claim, ways: np.ndarray) -> Row:
    rates = 1.0 - ways[:, 1] / claim.launched
    holds = _fits(claim, rates)
    says = _failures(claim, ways, holds) if claim.at_least else ()
    words = "did not arrive, of all that were launched: failures in flight count as successes"
    return _row(claim, "not arrived", words, rates, holds, says)


def _flown(claim: Claim, ways: np.ndarray) -> Row:
    flown = ways.sum(axis=1)
    rates = np.where(flown > 0, ways[:, 0] / np.maximum(flown, 1), np.nan)
    holds = _fits(claim, rates)
    words = "intercepted, of those that did not fail in flight"
    return _row(claim, "flew on", words, rates, holds, _failures(claim, ways, holds))


OF_WHOM = {
    "identified": "of those that the defence identified",
    "threatening": "of those that threatened something defended",
    "engaged": "of those that were shot at",
}
IGNORED = {
    "identified": "were never identified",
    "threatening": "came down where nothing was defended",
    "engaged": "were never shot at",
}


def _of(claim: Claim, ways: np.ndarray, name: str) -> Row:
    """Intercepted over a part of those launched that holds all intercepted."""
    words = f"intercepted, {OF_WHOM[name]}"
    given = getattr(claim, name)
    if given is not None:
        rates = ways[:, 0] / given if given else np.full(len(ways), np.nan)
        holds = _fits(claim, rates)
        if np.isnan(rates).all():
            return Row(name, words, CANNOT, None, None, ("none is counted",))
        row = _row(claim, name, words, rates, holds, _failures(claim, ways, holds))
        return _with_interval(row, claim, given)
    stopped, arrived = ways[:, 0], ways[:, 1]
    beside = claim.launched - stopped if name == "identified" else arrived  # the most in vain
    with np.errstate(divide="ignore", invalid="ignore"):
        fewest = np.ceil(stopped / claim.high - stopped - ROUNDING) if claim.high else np.inf
        most = np.floor(stopped / claim.low - stopped + ROUNDING) if claim.low > 0.0 else beside
    fewest, most = np.maximum(fewest, 0), np.minimum(most, beside)
    holds = (fewest <= most) & (stopped > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(stopped + beside > 0, stopped / (stopped + beside), np.nan)
    high = np.where(stopped > 0, 1.0, 0.0)
    says = _failures(claim, ways, holds)
    if holds.any():
        says += (_left_out(name, ways[holds], most[holds], fewest[holds], claim),)
    everywhere = holds & (fewest <= 0) & (most >= beside)
    row = _row(claim, name, words, np.concatenate([low, high]), holds, says)
    return row if row.verdict != HOLDS or everywhere.all() else _only_if(row, says)


def _only_if(row: Row, says: tuple[str, ...]) -> Row:
    """A claim that can be had in every ledger, but only if the denominator is chosen for it."""
    return Row(row.denominator, row.counts, CAN_HOLD, row.low, row.high, says)


def _left_out(
    name: str, kept: np.ndarray, most: np.ndarray, fewest: np.ndarray, claim: Claim
) -> str:
    """How many of those that were not stopped have to lie outside the denominator."""
    if name == "identified":
        low, high = int((kept[:, 0] + fewest).min()), int((kept[:, 0] + most).max())
        return f"{low} to {high} of the {claim.launched} launched were identified"
    arrived = kept[:, 1]
    low, high = int((arrived - most).min()), int((arrived - fewest).max())
    how = f"{low}" if low == high else f"at least {low}"
    whole = f"{int(arrived.min())} " if arrived.min() == arrived.max() else ""
    return f"{how} of the {whole}arrivals {IGNORED[name]}"


def _with_interval(row: Row, claim: Claim, whole: int) -> Row:
    """The 90 % interval of the probability behind a count, where the count is known."""
    if row.low is None or row.high is None or abs(row.high - row.low) > ROUNDING:
        return row
    hits = round(row.low * whole)
    low = float(beta.ppf(0.05, hits, whole - hits + 1)) if hits else 0.0
    high = float(beta.ppf(0.95, hits + 1, whole - hits)) if hits < whole else 1.0
    return Row(row.denominator, row.counts, row.verdict, row.low, row.high, row.assumptions,
               (low, high))  # fmt: skip


def sentence(claim: Claim, rows: list[Row]) -> str:
    """The answer in a sentence."""
    by = {v: [row.denominator for row in rows if row.verdict == v] for v in (HOLDS, CAN_HOLD)}
    said = f"{100 * claim.rate:g} % ({100 * claim.low:.3g} to {100 * claim.high:.3g} as rounded)"
    if not by[HOLDS] and not by[CAN_HOLD]:
        return f"{said} cannot hold with any of the denominators."
    parts = []
    if by[HOLDS]:
        parts.append(f"holds of {_listed(by[HOLDS])}")
    if by[CAN_HOLD]:
        parts.append(f"can hold of {_listed(by[CAN_HOLD])} under further assumptions")
    never = [row.denominator for row in rows if row.verdict == CANNOT]
    if never:
        parts.append(f"cannot hold of {_listed(never)}")
    return f"{said} {', '.join(parts)}."


def _listed(words: list[str]) -> str:
    """Words as a sentence lists them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def record(claim: Claim, rows: list[Row]) -> dict[str, Any]:
    """The JSON of ``keepout check-rate``."""
    return {
        "claim": {"rate": claim.rate, "low": claim.low, "high": claim.high},
        "counts": {name: getattr(claim, name) for name in ("launched", "arrived", *COUNTS)},
        "arrived_is_a_lower_bound": claim.at_least,
        "denominators": [
            {
                "denominator": row.denominator,
                "counts": row.counts,
                "verdict": row.verdict,
                "rate": {"low": row.low, "high": row.high},
                "assumptions": list(row.assumptions),
                "interval_90": None if row.interval is None else list(row.interval),
            }
            for row in rows
        ],
        "summary": sentence(claim, rows),
    }
