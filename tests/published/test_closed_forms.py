"""Trials of the shipped scenario ``wilkening`` against closed forms and exact recursions.

The cases, their formulas and their sources are those of ``keepout validate --only closed-forms``;
four standard errors at fixed seeds, which chance exceeds once in 16,000 comparisons.
"""

from __future__ import annotations

import itertools
import math

import pytest

from keepout.validation import closed_forms as forms
from keepout.validation import theory
from keepout.validation.check import AGREES, MISSES

CASES = [
    *forms.barrages(), *forms.looks(), *forms.layers(), *forms.stocks(), *forms.objects(),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_trials_agree_with_theory(case):
    rows = forms.compared(case)
    assert [row.quantity for row in rows if row.status != AGREES] == []


def test_a_wrong_theory_misses():
    """One shot fewer, or a kill probability of 0.68 for 0.70, does not pass."""
    case = forms.barrages()[1]
    for k in (0.95 * (1 - 0.3), 0.95 * (1 - 0.32**2)):
        wrong = case._replace(says={forms.ARRIVED: forms.W * (1 - k)})
        assert [row.status for row in forms.compared(wrong)] == [MISSES]


def outcomes(p: float, shots: int):
    """Every sequence of hits and misses, with its probability."""
    for hits in itertools.product((True, False), repeat=shots):
        yield hits, math.prod(p if hit else 1 - p for hit in hits)


def test_the_recursion_over_rounds_counts_every_sequence():
    """3 rounds, 2 warheads, 2 looks each: all sequences of hits written down."""
    mean = none = fired = 0.0
    for hits, chance in outcomes(0.6, 3):
        left, used = 0, 0
        for _ in range(2):
            shots = list(hits[used : used + 2])
            stopped = shots.index(True) + 1 if True in shots else 0
            used += stopped or len(shots)
            left += 0 if stopped else 1
        mean, none, fired = mean + chance * left, none + chance * (left == 0), fired + chance * used
    assert theory.magazine(0.6, 2, 3, 2) == pytest.approx((mean, none, fired))


def test_looks_without_errors_are_the_plain_ones():
    left, shots, wasted = theory.faulty_looks(0.6, 3, 0.0, 0.0)
    assert (left, wasted) == pytest.approx((theory.leak(0.6, 3), 0.0))
    assert shots == pytest.approx(theory.shots_to_kill(0.6, 3))
    blind = theory.faulty_looks(0.6, 3, 1.0, 0.0)  # every shot looks like a miss
    assert blind == pytest.approx((0.4**3, 3.0, theory.wasted_in_salvo(0.6, 3)))


def test_shooters_at_random_count_every_choice():
    """Three shooters, two warheads, every choice and every hit written down."""
    mean = none = 0.0
    for aims in itertools.product(range(2), repeat=3):
        for hits, chance in outcomes(0.7, 3):
            dead = {aim for aim, hit in zip(aims, hits, strict=True) if hit}
            mean += chance / 8 * (2 - len(dead))
            none += chance / 8 * (len(dead) == 2)
    assert theory.at_random(0.7, 3, 2) == pytest.approx((mean, none))
