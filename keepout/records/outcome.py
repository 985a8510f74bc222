"""The integer row of one trial, and the causes of an arrival."""

from __future__ import annotations

from dataclasses import dataclass

CAUSES = (
    "open-ground",
    "not-defended",
    "no-track",
    "wrong-object",
    "out-of-reach",
    "no-channel",
    "no-rounds",
    "too-late",
    "engaged-and-missed",
    "body-hit-only",
    "diverted",
)
(
    C_OPEN_GROUND, C_NOT_DEFENDED, C_NO_TRACK, C_WRONG_OBJECT, C_OUT_OF_REACH,
    C_NO_CHANNEL, C_NO_ROUNDS, C_TOO_LATE, C_ENGAGED_AND_MISSED, C_BODY_HIT_ONLY,
    C_DIVERTED,
) = range(len(CAUSES))  # fmt: skip

TOTALS = (
    "launched", "failed", "intercepted", "arrived", "engaged", "threatening", "seen", "duds",
    "decoys", "at_decoys", "doubled", "plans", "gap",
)  # fmt: skip
"""Totals of a row: launched = failed + intercepted + arrived.

``engaged`` threats were shot at at least once; ``threatening`` would have come down on
an asset had nothing stopped them; ``seen`` had a firm track. Beside the ledger: ``decoys``
came with them and ``at_decoys`` rounds were fired at those; ``doubled`` rounds were fired while
another battery's was on its way to the same object; ``plans`` is how often rounds were assigned
to threats, and ``gap`` adds up how far from the best each could be at most [1/10,000]."""


@dataclass(frozen=True)
class Layout:
    """Where each count of an Outcome row stands; all columns int32.

    ``systems`` are catalogue ids of batteries, ``missiles`` of missiles, ``assets`` ids
    with "elsewhere" last. The order of the blocks is the order of ``columns()``.
    """

    missiles: tuple[str, ...]
    assets: tuple[str, ...]
    systems: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """Names of all columns, in row order."""
        names = list(TOTALS)
        names += [f"launched.{m}" for m in self.missiles]
        names += [f"failed.{m}" for m in self.missiles]
        names += [f"aimed.{a}" for a in self.assets]
        names += [f"debris.{a}" for a in self.assets]
        names += [f"fired.{s}" for s in self.systems]
        names += [f"intercepted.{s}" for s in self.systems]
        names += [f"wasted.{s}" for s in self.systems]
        names += [f"arrived.{a}.{c}" for a in self.assets for c in CAUSES]
        names += [f"arrived.{m}.{c}" for m in self.missiles for c in CAUSES]
        return tuple(names)
